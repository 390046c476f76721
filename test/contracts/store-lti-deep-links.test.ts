/**
 * Deep linking requests in every database: one answer, an end, and nothing in clear (lti.md §3.11, R17, H-08).
 */
import assert from 'node:assert/strict';
import { deepLink } from '../lti/deep-link.fixture.ts';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW } from '../store-fixture.ts';

const answerWith = (nonce: string, at = NOW) => ({ items: [{ title: nonce }], nonce, at });

forEachStoreAndInterleaved('case 54: of fifty answers one is given, and all are told it', async ({ store }) => {
  await store.ltiDeepLinks.insert('id', 'secret', deepLink);
  const given = await Promise.all(
    Array.from({ length: 50 }, (_, index) => store.ltiDeepLinks.answer('id', answerWith(String(index)))),
  );
  const [first = assert.fail()] = given;
  assert.ok(first !== null);
  for (const other of given) assert.deepEqual(other, first);
  // While it is still open, too.
  assert.deepEqual(await store.ltiDeepLinks.answer('id', answerWith('later')), first);
  assert.deepEqual((await store.ltiDeepLinks.find('id'))?.answer, first);
});

forEachStore('what was asked comes back as it was, and nothing of it stands in clear', async ({ store, databases }) => {
  const { ltiDeepLinks } = store;
  await ltiDeepLinks.insert('the-id', 'the-secret', deepLink);
  await ltiDeepLinks.answer('the-id', answerWith('the-nonce'));
  const { secretHash, answer, ...found } = (await ltiDeepLinks.find('the-id')) ?? assert.fail();
  assert.deepEqual(found, deepLink);
  assert.equal(secretHash, ltiDeepLinks.hashOf('the-secret'));
  assert.deepEqual(answer, answerWith('the-nonce'));
  assert.equal(await ltiDeepLinks.find('other'), null);
  const stored = JSON.stringify(await databases.ephemeral.all({ shape: ['select * from lti_deep_links'], values: [] }));
  for (const word of ['the-id', 'the-secret', 'the-nonce', 'ana-at-the-campus', 'campus.example', 'as it is']) {
    assert.ok(!stored.includes(word), word);
  }
});

forEachStore('R17: what is over is answered no more, and goes', async ({ store: { ltiDeepLinks }, databases }) => {
  await ltiDeepLinks.insert('id', 'secret', deepLink);
  assert.equal(await ltiDeepLinks.answer('id', answerWith('n', NOW + 10)), null);
  assert.equal(await ltiDeepLinks.answer('other', answerWith('n')), null);
  assert.ok(await ltiDeepLinks.answer('id', answerWith('n', NOW + 9)));
  // Given in time, and asked for again.
  assert.equal((await ltiDeepLinks.answer('id', answerWith('m', NOW + 10)))?.nonce, 'n');
  assert.equal(await ltiDeepLinks.deleteExpired(NOW + 10, 5), 0);
  assert.equal(await ltiDeepLinks.deleteExpired(NOW + 11, 5), 1);
  assert.equal(await countRows(databases.ephemeral, 'lti_deep_links'), 0);
});
