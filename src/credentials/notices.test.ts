/**
 * Who is told of a change, in which words, and that it cannot be kept from them (DESIGN §6.7, F-13).
 */
import assert from 'node:assert/strict';
import { forEachStore, NOW, randomId, type TestStore } from '../../test/store-fixture.ts';
import type { MailMessage, UserEmail } from '../model.ts';
import { defaultBrand } from '../pages/brand.ts';
import { createNotices, type Notice } from './notices.ts';

const requester = { userAgent: 'Mozilla/5.0 (iPhone) Safari/605', addressKey: 'here', knownDevice: null };
const proved = (address: string): UserEmail => ({ address, verifiedAt: NOW, verifiedBy: 'llavero', primary: false });
const claimed = (address: string): UserEmail => ({ address, verifiedAt: null, verifiedBy: null, primary: true });

function noticesOver({ vault, clock }: TestStore, canSend = true) {
  let woken = 0;
  const notices = createNotices({
    environment: clock,
    vault,
    mail: {
      canSend,
      prepare: (message, { notAfter }) => ({ id: randomId(), message, notAfter }),
      wake: () => {
        woken += 1;
      },
    },
    publicUrl: new URL('https://broker.test'),
    brand: async () => defaultBrand,
  });
  return { notices, woken: () => woken };
}

/** What lies in the outbox once the steps were carried out. */
async function outboxAfter(
  given: TestStore,
  news: readonly Notice[],
  emails: readonly UserEmail[],
  locale: 'es-MX' | 'en' = 'es-MX',
) {
  const { notices } = noticesOver(given);
  const steps = await notices.prepare(news, emails, { locale, requester, eventId: null });
  assert.deepEqual(await given.databases.durable.atomically(steps), { committed: true });
  const messages: MailMessage[] = [];
  for (
    let claim = await given.store.outbox.claim(NOW, 1_000_000);
    claim !== null;
    claim = await given.store.outbox.claim(NOW, 1_000_000)
  ) {
    messages.push(claim.message);
  }
  return messages;
}

const PASSWORD: readonly Notice[] = [{ kind: 'password-changed' }];

forEachStore('every address that was proved is told, and none that was only claimed', async (given) => {
  const mails = await outboxAfter(given, PASSWORD, [
    claimed('evil@evil.test'),
    proved('ana@uni.mx'),
    proved('ana@casa.mx'),
  ]);
  assert.deepEqual(mails.map(({ to }) => String(to)).sort(), ['ana@casa.mx', 'ana@uni.mx']);
});

forEachStore(
  'F-10: a proved address is written to in its canonical form, and one that is none is not written to',
  async (given) => {
    const mails = await outboxAfter(given, PASSWORD, [proved('Ana@UNI.MX'), proved('"x y"@uni.mx')]);
    assert.deepEqual(
      mails.map(({ to }) => String(to)),
      ['ana@uni.mx'],
    );
  },
);

forEachStore('it says what happened, from where, and what to do, in the language of the person', async (given) => {
  const [spanish] = await outboxAfter(given, PASSWORD, [proved('ana@uni.mx')]);
  const [english] = await outboxAfter(given, PASSWORD, [proved('ana@uni.mx')], 'en');
  assert.match(spanish?.text ?? '', /contraseña/);
  assert.match(spanish?.text ?? '', /Safari en iPhone/);
  assert.match(english?.text ?? '', /password/);
  assert.match(english?.text ?? '', /Safari on iPhone/);
  for (const mail of [spanish, english]) {
    assert.match(mail?.text ?? '', /https:\/\/broker\.test\/account/);
    assert.doesNotMatch(`${mail?.subject}`, /ana/);
  }
});

forEachStore('several news are several mails, each to everybody', async (given) => {
  const linked: Notice = { kind: 'identity-linked', providerName: 'Llave MX' };
  const mails = await outboxAfter(given, [...PASSWORD, linked], [proved('ana@uni.mx'), proved('ana@casa.mx')]);
  assert.equal(mails.length, 4);
  assert.equal(mails.filter(({ text }) => text.includes('Llave MX')).length, 2);
});

forEachStore(
  'without news, without a proved address, or without a mail server there is nothing to store',
  async (given) => {
    const occasion = { locale: 'en', requester, eventId: null } as const;
    const { notices } = noticesOver(given);
    assert.deepEqual(await notices.prepare([], [proved('ana@uni.mx')], occasion), []);
    assert.deepEqual(await notices.prepare(PASSWORD, [claimed('ana@uni.mx')], occasion), []);
    const silent = noticesOver(given, false);
    assert.deepEqual(await silent.notices.prepare(PASSWORD, [proved('ana@uni.mx')], occasion), []);
  },
);

forEachStore(
  'a notice is stored with what it tells of or not at all, and sent only once it is woken for',
  async (given) => {
    const { notices, woken } = noticesOver(given);
    const steps = await notices.prepare(PASSWORD, [proved('ana@uni.mx')], { locale: 'en', requester, eventId: null });
    const never = {
      statement: { shape: ["update users set state = 'x' where id = 'nobody'"], values: [] },
      changes: 1,
    } as const;
    assert.equal((await given.databases.durable.atomically([...steps, never])).committed, false);
    assert.deepEqual([await given.store.outbox.claim(NOW, 1), woken()], [null, 0]);
    notices.wake();
    assert.equal(woken(), 1);
  },
);
