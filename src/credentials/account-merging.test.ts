/**
 * Who is written to when two accounts become one, or two again: both, where they proved a mailbox, with the merge or not at all.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { randomName } from '../crypto.ts';
import { textsFor } from '../i18n/texts.ts';
import type { MailMessage } from '../model.ts';
import { defaultBrand } from '../pages/brand.ts';
import { type Step, sql } from '../store/database.ts';
import { type AccountShape, dependenciesOf, makeAccount, nameless } from '../users/merge.fixture.ts';
import { UNDO_LIFE } from '../users/merge-steps.ts';
import { createAccountMerging } from './account-merging.ts';
import { createNotices } from './notices.ts';

const requester = { userAgent: null, addressKey: 'test', knownDevice: null };
const cause = { by: { kind: 'person' }, reason: 'test', reference: null, requester, also: () => [] } as const;

const toNobody = { announce: async () => [], wakeClientEvents: () => {} };

function mergingOf(given: TestStore, canSend = true) {
  const { clock, vault, store } = given;
  let woken = 0;
  let next = 0;
  const mail = {
    canSend,
    prepare: (message: MailMessage, { notAfter }: { notAfter: number }) => ({
      id: `mail-${next++}`,
      message,
      notAfter,
    }),
    wake: () => {
      woken += 1;
    },
  };
  const publicUrl = new URL('https://broker.test');
  const notices = createNotices({ environment: clock, vault, mail, publicUrl, brand: async () => defaultBrand });
  return {
    merging: createAccountMerging({ ...dependenciesOf(given), store, notices, ...toNobody }),
    wakings: () => woken,
  };
}

/** All that lies in the outbox, taken from it. */
async function mails({ store, clock }: TestStore): Promise<MailMessage[]> {
  const claimed = await store.outbox.claim(clock.now(), 1);
  if (claimed === null) return [];
  await store.outbox.remove(claimed);
  return [claimed.message, ...(await mails({ store, clock } as TestStore))];
}

const ana: Partial<AccountShape> = {
  locale: 'en',
  name: { ...nameless, full: 'Secreta Persona' },
  emails: [
    { address: 'ana@uni.mx', verified: true },
    { address: 'claimed@uni.mx', verified: false },
    { address: 'shared@uni.mx', verified: true },
  ],
};
const bea: Partial<AccountShape> = {
  emails: [
    { address: 'bea@uni.mx', verified: true },
    { address: 'shared@uni.mx', verified: false },
  ],
};

const recipientsOf = (sent: readonly MailMessage[]) => sent.map(({ to }) => to).toSorted();
const subjectsOf = (sent: readonly MailMessage[]) => Object.fromEntries(sent.map(({ to, subject }) => [to, subject]));

forEachStore(
  'both are told at every address that they proved, each in their language, and nowhere else',
  async (given) => {
    const { merging, wakings } = mergingOf(given);
    const [retiredId, survivorId] = [await makeAccount(given, ana), await makeAccount(given, bea)];
    const result = await merging.merge({
      ...cause,
      retiredId,
      survivorId,
      choices: {},
      agreedTo: null,
      mergeId: randomName(given.clock),
    });
    assert.ok(result.kind === 'merged');
    assert.equal(wakings(), 1);
    const sent = await mails(given);
    assert.deepEqual(recipientsOf(sent), ['ana@uni.mx', 'bea@uni.mx', 'shared@uni.mx']);
    const { productName } = defaultBrand;
    assert.deepEqual(subjectsOf(sent), {
      'ana@uni.mx': textsFor('en').mail.notices.accountsMerged.subject(productName),
      'shared@uni.mx': textsFor('en').mail.notices.accountsMerged.subject(productName),
      'bea@uni.mx': textsFor('es-MX').mail.notices.accountsMerged.subject(productName),
    });
    for (const { text } of sent)
      assert.doesNotMatch(text, /Secreta|uni\.mx/, 'a mail names neither the person nor another address');

    const undone = await merging.unmerge({ ...cause, mergeId: result.mergeId });
    assert.equal(undone.kind, 'unmerged');
    assert.equal(wakings(), 2);
    const again = await mails(given);
    assert.deepEqual(recipientsOf(again), ['ana@uni.mx', 'bea@uni.mx', 'shared@uni.mx']);
    assert.ok(Object.values(subjectsOf(again)).every((subject) => /dos|two/.test(subject)));
  },
);

forEachStore(
  'a guest who is claimed is not written to, and neither is anybody of a merge that did not happen',
  async (given) => {
    const { merging, wakings } = mergingOf(given);
    const survivorId = await makeAccount(given, bea);
    const guest = await makeAccount(given, { state: 'temporary', identities: [{ provider: 'guest', roles: [] }] });
    const claim = {
      ...cause,
      retiredId: guest,
      survivorId,
      choices: {},
      agreedTo: null,
      mergeId: randomName(given.clock),
    };
    assert.equal((await merging.merge(claim)).kind, 'merged');
    assert.deepEqual(await mails(given), []);
    const retiredId = await makeAccount(given, ana);
    const impossible: Step = { statement: sql`delete from users where id = 'nobody'`, changes: 1 };
    const failing = { ...claim, mergeId: randomName(given.clock), retiredId, also: () => [impossible] };
    const before = wakings();
    assert.equal((await merging.merge(failing)).kind, 'refused');
    assert.deepEqual([await mails(given), wakings()], [[], before]);
  },
);

forEachStore('where no mail can be sent, accounts are merged all the same', async (given) => {
  const { merging } = mergingOf(given, false);
  const [retiredId, survivorId] = [await makeAccount(given, ana), await makeAccount(given, bea)];
  const result = await merging.merge({
    ...cause,
    retiredId,
    survivorId,
    choices: {},
    agreedTo: null,
    mergeId: randomName(given.clock),
  });
  assert.equal(result.kind, 'merged');
  assert.deepEqual(await mails(given), []);
});

test('the mail says for how many days it can be undone, and that is so', () => {
  const days = UNDO_LIFE / (24 * 60 * 60_000);
  for (const locale of ['es-MX', 'en'] as const) {
    assert.match(textsFor(locale).mail.notices.accountsMerged.todo, new RegExp(`\\b${days} d`));
  }
});
