/**
 * Agreements to terms in every database: per person and version, written once, never changed.
 */
import assert from 'node:assert/strict';
import { insertAgreement } from '../../src/store/terms.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  NOW,
  profileWith,
} from '../store-fixture.ts';

const first = { version: '1', address: 'https://campus.test/terms/1', agreedAt: NOW };
const second = { version: '2', address: 'https://campus.test/terms/2', agreedAt: NOW + 1000 };

forEachStore('an agreement is of one person and one version, and the latest is told first', async (given) => {
  const { store, databases } = given;
  const ana = (await createNewcomer(given)).user.id;
  const eva = (await createNewcomer(given, { profile: profileWith({ subject: 's2' }) })).user.id;
  for (const agreement of [first, second]) await databases.durable.atomically([insertAgreement(ana, agreement)]);
  assert.deepEqual(await store.terms.agreementsOf(ana), [second, first]);
  assert.deepEqual(await store.terms.agreementsOf(eva), []);
  assert.deepEqual(
    [
      await store.terms.hasAgreed(ana, '1'),
      await store.terms.hasAgreed(ana, '3'),
      await store.terms.hasAgreed(eva, '1'),
    ],
    [true, false, false],
  );
});

forEachStoreAndInterleaved(
  'of fifty agreements to one version at once one is written, and none fails',
  async (given) => {
    const { store, databases } = given;
    const ana = (await createNewcomer(given)).user.id;
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        databases.durable.atomically([insertAgreement(ana, { ...first, agreedAt: NOW + index })]),
      ),
    );
    assert.ok(results.every(({ committed }) => committed));
    assert.equal(await countRows(databases.durable, 'terms_agreements'), 1);
    const [kept] = await store.terms.agreementsOf(ana);
    await databases.durable.atomically([insertAgreement(ana, { ...first, address: 'https://elsewhere.test/' })]);
    assert.deepEqual(await store.terms.agreementsOf(ana), [kept]);
  },
);
