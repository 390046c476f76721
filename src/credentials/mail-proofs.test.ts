/**
 * Proofs of a mailbox over every database: what is mailed, what proves it, how often it may be tried, and what ends it
 * (F-01, F-04 to F-06, F-08, F-10, F-13, F-16).
 */
import assert from 'node:assert/strict';
import {
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  profileWith,
  type TestStore,
  verifiedEmail,
} from '../../test/store-fixture.ts';
import { createLimits, storedLimits } from '../limits/limits.ts';
import type { MailMessage, Milliseconds } from '../model.ts';
import { defaultBrand } from '../pages/brand.ts';
import type { MailProofRequest } from '../providers/provider.ts';
import { CODE_TRIES } from '../store/mail-proofs.ts';
import { writePassword } from '../store/passwords.ts';
import { createMailProofs, PROOF_LIFE, RESEND_AFTER } from './mail-proofs.ts';

const ADDRESS = 'ana@uni.mx';
const asked: MailProofRequest = {
  signInId: 'attempt',
  locale: 'es-MX',
  siteName: 'Cursos',
  requester: {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0',
    addressKey: 'here',
    knownDevice: null,
  },
  address: ADDRESS,
  purpose: 'sign-in',
};

interface Sent {
  readonly message: MailMessage;
  readonly notAfter: Milliseconds;
}

function proofsOver({ store, vault, clock }: TestStore) {
  const sent: Sent[] = [];
  const proofs = createMailProofs({
    ...{ environment: clock, store, vault, limits: createLimits(store.rateLimits, clock) },
    mail: {
      canSend: true,
      sendMail: async (message, { notAfter }) => {
        sent.push({ message, notAfter });
      },
    },
    publicUrl: new URL('https://broker.test'),
    brand: async () => defaultBrand,
  });
  /** Has a mail sent: the proof, its code and its link. */
  async function mailed(changes: Partial<MailProofRequest> = {}, previous: string | null = null) {
    const result = await proofs.send({ ...asked, ...changes }, previous);
    assert.ok(result.kind === 'sent', result.kind);
    const { text } = sent.at(-1)?.message ?? assert.fail('no mail');
    const code = (/^(\d{3}) (\d{3})$/m.exec(text) ?? []).slice(1).join('');
    const link = /token=([\w-]+)/.exec(text)?.[1] ?? assert.fail('no link');
    return { id: result.proofId, address: result.address, code, link };
  }
  return { proofs, sent, mailed };
}

const wrong = (code: string) => (code === '000000' ? '000001' : '000000');
const fifty = <Result>(work: () => Promise<Result>) => Promise.all(Array.from({ length: 50 }, work));

forEachStore(
  'a mail goes to the canonical address, in the language asked for, and is worthless with its code',
  async (given) => {
    const { sent, mailed } = proofsOver(given);
    const proof = await mailed({ address: ' ANA@UNI.MX'.trim() });
    const [mail] = sent;
    assert.deepEqual([proof.address, String(mail?.message.to)], [ADDRESS, ADDRESS]);
    assert.equal(mail?.notAfter, given.clock.now() + PROOF_LIFE);
    assert.match(mail?.message.text ?? '', /Firefox en Linux/);
    assert.match(mail?.message.text ?? '', /Cursos/);
    const english = proofsOver(given);
    await english.mailed({ locale: 'en', address: 'b@uni.mx' });
    assert.match(english.sent[0]?.message.text ?? '', /Firefox on Linux/);
  },
);

forEachStore('each mail has a code and a link of its own, and the link is on our own address (F-08)', async (given) => {
  const { sent, mailed } = proofsOver(given);
  const proofs = [
    await mailed(),
    await mailed({ signInId: 'b' }),
    await mailed({ signInId: 'c', address: 'b@uni.mx' }),
  ];
  assert.equal(new Set(proofs.map(({ link }) => link)).size, 3);
  for (const { message } of sent) {
    for (const [address] of message.text.matchAll(/https?:\/\/\S+/g))
      assert.ok(address.startsWith('https://broker.test/'));
  }
  for (const { code, link } of proofs) assert.match(`${code} ${link}`, /^\d{6} [\w-]{22}$/);
});

forEachStore('H-08: neither code nor link nor address stands in the row', async (given) => {
  const { mailed } = proofsOver(given);
  const { code, link } = await mailed();
  const rows = JSON.stringify(
    await given.databases.ephemeral.all({ shape: ['select * from mail_proofs'], values: [] }),
  );
  assert.ok(!rows.includes(link) && !rows.includes(ADDRESS));
  assert.doesNotMatch(rows, new RegExp(`(?<!\\d)${code}(?!\\d)`));
});

forEachStoreAndInterleaved('F-04: of fifty that use one link at once, one does', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const { link, id, code } = await mailed();
  const taken = await fifty(() => proofs.takeLink(link));
  assert.deepEqual(
    taken.filter((proof) => proof !== null),
    [{ address: ADDRESS, purpose: 'sign-in' }],
  );
  assert.deepEqual([await proofs.find(link), await proofs.takeCode(id, code)], [null, false], 'and its code is gone');
});

forEachStoreAndInterleaved('F-04: of fifty that use one code at once, one does', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const { id, code, link } = await mailed();
  assert.equal((await fifty(() => proofs.takeCode(id, code))).filter(Boolean).length, 1);
  assert.equal(await proofs.takeLink(link), null, 'and its link is gone');
});

forEachStoreAndInterleaved(
  'F-04: of twenty-five codes and twenty-five links of one mail at once, one proves it',
  async (given) => {
    const { proofs, mailed } = proofsOver(given);
    const { id, code, link } = await mailed();
    const both = await Promise.all([
      ...Array.from({ length: 25 }, () => proofs.takeCode(id, code)),
      ...Array.from({ length: 25 }, async () => (await proofs.takeLink(link)) !== null),
    ]);
    assert.equal(both.filter(Boolean).length, 1);
  },
);

forEachStore('F-01: looking at a link uses nothing up', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const { link } = await mailed();
  for (let looks = 0; looks < 10; looks++) assert.equal((await proofs.find(link))?.address, ADDRESS);
  assert.notEqual(await proofs.takeLink(link), null);
});

forEachStore('F-05: code and link are good to the last millisecond of ten minutes, and no longer', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const [late, later] = [await mailed(), await mailed({ signInId: 'b' })];
  given.clock.advance(PROOF_LIFE - 1);
  assert.notEqual(await proofs.find(late.link), null);
  assert.equal(await proofs.takeCode(late.id, late.code), true);
  given.clock.advance(1);
  assert.deepEqual(
    [await proofs.find(later.link), await proofs.takeLink(later.link), await proofs.takeCode(later.id, later.code)],
    [null, null, false],
  );
});

forEachStore('F-05: a newer mail of an attempt ends the older; that of another attempt does not', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const older = await mailed();
  const foreign = await mailed({ signInId: 'stranger' });
  given.clock.advance(RESEND_AFTER);
  const newer = await mailed({}, older.id);
  assert.deepEqual([await proofs.takeCode(older.id, older.code), await proofs.takeLink(older.link)], [false, null]);
  assert.deepEqual(
    [await proofs.takeCode(newer.id, newer.code), (await proofs.takeLink(foreign.link))?.address],
    [true, ADDRESS],
  );
});

forEachStore(
  'F-16: an attempt that asks again within a minute gets no second mail, and keeps the first',
  async (given) => {
    const { proofs, sent, mailed } = proofsOver(given);
    const first = await mailed();
    given.clock.advance(RESEND_AFTER - 1);
    assert.deepEqual(await proofs.send(asked, first.id), { kind: 'too_soon' });
    assert.equal(sent.length, 1);
    assert.equal(await proofs.takeCode(first.id, first.code), true);
  },
);

forEachStoreAndInterleaved(
  'F-06: of fifty guesses at once five are looked at; then the right code is wrong, and the link still works',
  async (given) => {
    const { proofs, mailed } = proofsOver(given);
    const { id, code, link } = await mailed();
    assert.ok((await fifty(() => proofs.takeCode(id, wrong(code)))).every((taken) => !taken));
    assert.equal(await proofs.takeCode(id, code), false);
    assert.notEqual(await proofs.takeLink(link), null);
  },
);

forEachStore('F-06: twenty wrong codes an hour for one address, over however many mails', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  const { limit, windowMs } = storedLimits.codesPerAccount;
  for (let guesses = 0; guesses < limit; guesses += CODE_TRIES) {
    const { id, code } = await mailed({ signInId: `attempt-${guesses}` });
    for (let tries = 0; tries < CODE_TRIES; tries++) assert.equal(await proofs.takeCode(id, wrong(code)), false);
  }
  const locked = await mailed({ signInId: 'locked' });
  assert.equal(await proofs.takeCode(locked.id, locked.code), false, 'the right one is not looked at');
  assert.notEqual(await proofs.takeLink(locked.link), null, 'which nobody can guess');
  const other = await mailed({ signInId: 'other', address: 'beto@uni.mx' });
  assert.equal(await proofs.takeCode(other.id, other.code), true, 'nobody else is concerned');
  given.clock.advance(windowMs);
  const again = await mailed({ signInId: 'again' });
  assert.equal(await proofs.takeCode(again.id, again.code), true);
});

forEachStore('F-06: right codes are given back: whoever signs in often is not locked out', async (given) => {
  const { proofs, mailed } = proofsOver(given);
  for (let visit = 0; visit < storedLimits.codesPerAccount.limit + 5; visit++) {
    const { id, code } = await mailed({
      signInId: `attempt-${visit}`,
      requester: { ...asked.requester, addressKey: `${visit}` },
    });
    assert.equal(await proofs.takeCode(id, code), true);
    given.clock.advance(storedLimits.mailsPerRecipient.windowMs / storedLimits.mailsPerRecipient.limit);
  }
});

forEachStoreAndInterleaved(
  'F-16: of fifty requests for one address at once, from fifty places, five are mailed',
  async (given) => {
    const { proofs, sent } = proofsOver(given);
    let place = 0;
    const results = await fifty(() => {
      place += 1;
      return proofs.send(
        { ...asked, signInId: `a${place}`, requester: { ...asked.requester, addressKey: `${place}` } },
        null,
      );
    });
    assert.equal(sent.length, storedLimits.mailsPerRecipient.limit);
    assert.equal(results.filter(({ kind }) => kind === 'too_many').length, 45);
  },
);

forEachStore('F-16: from one place three hundred mails an hour, to whomever', async (given) => {
  const { proofs, sent } = proofsOver(given);
  const { limit } = storedLimits.mailsPerClientAddress;
  for (let person = 0; person < limit + 3; person++) {
    const { kind } = await proofs.send({ ...asked, signInId: `a${person}`, address: `p${person}@uni.mx` }, null);
    assert.equal(kind, person < limit ? 'sent' : 'too_many');
  }
  assert.equal(sent.length, limit);
});

forEachStore('F-09, F-10: what is no single address gets no mail and leaves no proof', async (given) => {
  const { proofs, sent } = proofsOver(given);
  for (const address of [
    '',
    'ana',
    'a@b@c',
    'ana@uni.mx,evil@evil.test',
    'ana@uni.mx\r\nBcc: x',
    '\u212aim@uni.mx',
    'x'.repeat(300),
  ]) {
    assert.deepEqual(await proofs.send({ ...asked, address }, null), { kind: 'unusable' });
  }
  const rows = await given.databases.ephemeral.all({ shape: ['select id from mail_proofs'], values: [] });
  assert.deepEqual([sent, rows], [[], []]);
});

forEachStore(
  'F-13: a password that is chosen ends every mail that was sent before it, and none that is sent after',
  async (given) => {
    const { proofs, mailed } = proofsOver(given);
    const { identity } = await createNewcomer(given, {
      profile: profileWith({ provider: 'password' }),
      emails: [verifiedEmail(ADDRESS)],
    });
    const [byCode, byLink] = [await mailed(), await mailed({ signInId: 'b' })];
    const foreign = await mailed({ signInId: 'c', address: 'beto@uni.mx' });
    given.clock.advance(1);
    await given.databases.durable.atomically([writePassword(identity.id, 'hash', given.vault, given.clock.now())]);
    assert.equal(await proofs.takeCode(byCode.id, byCode.code), false);
    assert.deepEqual([await proofs.find(byLink.link), await proofs.takeLink(byLink.link)], [null, null]);
    assert.equal(await proofs.takeCode(foreign.id, foreign.code), true, "another person's stay");
    const after = await mailed({ signInId: 'd' });
    assert.equal(await proofs.takeCode(after.id, after.code), true);
  },
);
