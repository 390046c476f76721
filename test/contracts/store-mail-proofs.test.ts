/**
 * Proofs of mailboxes in every database: one use, counted tries, an end, and nothing in clear (F-04 to F-06, H-08, V-06).
 */
import assert from 'node:assert/strict';
import { CODE_TRIES } from '../../src/store/mail-proofs.ts';
import { forEachStore, forEachStoreAndInterleaved, NOW, proofWith } from '../store-fixture.ts';

const hashes = { code: 'hash-of-code', link: 'hash-of-link' };
const fifty = <Result>(work: () => Promise<Result>) => Promise.all(Array.from({ length: 50 }, work));

forEachStore('a proof comes back as it was stored, by its id and by its link', async ({ store }) => {
  const proof = proofWith({ userAgent: 'Firefox é\u{1f511}', purpose: 'choose-password', locale: 'en' });
  await store.mailProofs.insert(proof, hashes);
  assert.deepEqual(await store.mailProofs.find(proof.id, NOW), proof);
  assert.deepEqual(await store.mailProofs.findByLink(hashes.link, NOW), proof);
  assert.equal(await store.mailProofs.findByLink('other', NOW), null);
  assert.equal(await store.mailProofs.find('other', NOW), null);
});

forEachStoreAndInterleaved('F-04: of fifty that take one proof, one does', async ({ store }) => {
  const proof = proofWith({});
  await store.mailProofs.insert(proof, hashes);
  const taken = await fifty(() => store.mailProofs.take(proof.id, NOW));
  assert.equal(taken.filter(Boolean).length, 1);
  for (const gone of [store.mailProofs.find(proof.id, NOW), store.mailProofs.findByLink(hashes.link, NOW)]) {
    assert.equal(await gone, null);
  }
  assert.equal(await store.mailProofs.countTry(proof.id, NOW), null);
});

forEachStoreAndInterleaved('F-06: of fifty tries at once five are let through', async ({ store }) => {
  const proof = proofWith({});
  await store.mailProofs.insert(proof, hashes);
  const tries = await fifty(() => store.mailProofs.countTry(proof.id, NOW));
  const through = tries.filter((tried) => tried !== null);
  assert.equal(through.length, CODE_TRIES);
  assert.deepEqual(through[0], { proof, codeHash: hashes.code });
  assert.deepEqual(await store.mailProofs.findByLink(hashes.link, NOW), proof, 'the link is not guessed at');
});

forEachStore('F-05: it lives to the last millisecond of its life and no longer', async ({ store }) => {
  const proof = proofWith({ expiresAt: NOW + 10 });
  await store.mailProofs.insert(proof, hashes);
  assert.deepEqual(await store.mailProofs.find(proof.id, NOW + 9), proof);
  for (const over of [NOW + 10, NOW + 11]) {
    assert.equal(await store.mailProofs.find(proof.id, over), null);
    assert.equal(await store.mailProofs.findByLink(hashes.link, over), null);
    assert.equal(await store.mailProofs.countTry(proof.id, over), null);
    assert.equal(await store.mailProofs.take(proof.id, over), false);
  }
  assert.equal(await store.mailProofs.take(proof.id, NOW + 9), true);
});

forEachStore('F-05: one that was forgotten is gone', async ({ store }) => {
  const proof = proofWith({});
  await store.mailProofs.insert(proof, hashes);
  await store.mailProofs.delete(proof.id);
  assert.equal(await store.mailProofs.find(proof.id, NOW), null);
  assert.equal(await store.mailProofs.take(proof.id, NOW), false);
});

forEachStore('H-08: neither address nor device stands in the row in clear', async ({ store, databases }) => {
  await store.mailProofs.insert(proofWith({ address: 'canary@uni.mx', userAgent: 'canary-browser' }), hashes);
  const rows = await databases.ephemeral.all({ shape: ['select * from mail_proofs'], values: [] });
  assert.equal(rows.length, 1);
  assert.doesNotMatch(JSON.stringify(rows), /canary/);
});
