/**
 * What must hold of a way of our own whatever its settings say: nothing happens before a button is pressed, nobody
 * arrives without the proof that the way asks for, and nothing counts as proved that was not.
 *
 * Over a mailbox and passwords that a test plays, so that hundreds of settings are tried in a moment.
 */
import assert from 'node:assert/strict';
import type { Arrival, ProofPurpose } from '../../src/model.ts';
import { Visit } from '../../src/providers/own-ways.fixture.ts';
import type { FormFixture, Press } from './provider-fixtures-form.ts';
import type { Settings } from './setting-values.ts';

/** Who is known to the played ports; and the code of every mail there. */
const person = { address: 'ana@uni.mx', password: 'correct horse battery staple' };
const CODE = '123456';
const stranger = 'mallory@evil.test';

const sent = ({ button, fields }: Press) => ({
  ...fields(person, CODE),
  ...(button === 'submit' ? {} : { action: button }),
});

export async function assertFormProtected(fixture: FormFixture, settings: Settings): Promise<void> {
  await assertNothingBeforeAPress(fixture, settings);
  for (const step of fixture.presses.keys()) {
    for (const wrong of await wrongAnswers(fixture, settings, step)) {
      const { visit, stopped } = await stand(fixture, settings, step);
      if (stopped) continue;
      const answer = await visit.submit(wrong);
      assert.ok(!('answer' in answer), `${fixture.presses[step]?.form}: ${JSON.stringify(wrong)} lets somebody in`);
    }
  }
  await assertArrival(fixture, settings);
  if (isMail(fixture)) await assertLinks(fixture, settings);
  if (choosesPassword(fixture)) await assertChoice(fixture, settings);
}

const isMail = ({ presses }: FormFixture) => presses.some(({ readsMail }) => readsMail);
const choosesPassword = ({ presses }: FormFixture) => presses.some(({ form }) => form === 'new-password');

async function assertNothingBeforeAPress({ vendor, presses }: FormFixture, settings: Settings): Promise<void> {
  const visit = new Visit(vendor, settings);
  const form = await visit.start();
  assert.equal(form.kind, presses[0]?.form);
  assert.deepEqual([visit.ports.sent, visit.ports.passwordsTried, visit.ports.choices], [[], [], []]);
}

/** In front of a form. `stopped`: the settings do not let this person so far. */
async function stand({ vendor, presses }: FormFixture, settings: Settings, step: number) {
  const visit = new Visit(vendor, settings);
  let form = await visit.start();
  for (const press of presses.slice(0, step)) {
    const next = await visit.submit(sent(press));
    assert.ok(!('answer' in next), 'somebody arrives before the last form');
    form = next;
  }
  return { visit, stopped: form.kind !== presses[step]?.form };
}

/** Nothing, less than is asked for, something else, and what belongs to another form. */
async function wrongAnswers({ presses }: FormFixture, _settings: Settings, step: number) {
  const press = presses[step];
  const names = Object.keys(press?.fields(person, CODE) ?? {});
  if (press === undefined || names.length === 0) return [];
  const others = presses.filter(({ form }) => form !== press.form).map((other) => other.fields(person, '000000'));
  return [
    {},
    Object.fromEntries(names.map((name) => [name, ''])),
    Object.fromEntries(names.map((name) => [name, '000000'])),
    { link: 'link-99' },
    { action: 'used-elsewhere' },
    { action: 'skip' },
    ...others.map((fields) => Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))),
  ];
}

/** Whether the settings let addresses of this person in. */
const allows = ({ allowed_domains: domains }: Settings, address: string) =>
  !Array.isArray(domains) || domains.includes(address.split('@')[1]);

async function arrive(fixture: FormFixture, settings: Settings): Promise<{ arrival: Arrival | null; visit: Visit }> {
  const last = fixture.presses.length - 1;
  const { visit, stopped } = await stand(fixture, settings, last);
  const press = fixture.presses[last];
  if (stopped || press === undefined) return { arrival: null, visit };
  const end = await visit.submit(sent(press));
  return { arrival: 'answer' in end ? end.answer : null, visit };
}

async function assertArrival(fixture: FormFixture, settings: Settings): Promise<void> {
  const { arrival, visit } = await arrive(fixture, settings);
  if (isMail(fixture) && !allows(settings, person.address)) {
    assert.deepEqual(
      [arrival, visit.ports.sent],
      [null, []],
      'an address that is not allowed gets neither mail nor in',
    );
    return;
  }
  // Also with settings that ask for more than this password has.
  if (choosesPassword(fixture) && arrival === null)
    return assert.ok(Number(settings.minimum_length) > person.password.length);
  assert.ok(arrival !== null, 'whoever does what is asked gets in');
  const { profile, special, upstream } = arrival;
  assert.ok(profile.subject.length >= 10 || profile.subject === person.address, profile.subject);
  const proved = fixture.provesAddress ? [{ address: person.address, verified: true }] : [];
  assert.deepEqual(profile.emails, proved);
  assert.deepEqual([profile.verifier, profile.issuer, upstream], ['llavero', visit.ports.issuer, null]);
  assert.deepEqual(profile.assurance.amr, fixture.amr);
  assert.equal(
    special?.kind ?? null,
    choosesPassword(fixture) ? 'new-password' : fixture.samePersonAgain ? null : 'guest',
  );
}

/** Proofs of other addresses and for other things, as another provider or another page had them sent. */
async function assertLinks(fixture: FormFixture, settings: Settings): Promise<void> {
  const own: ProofPurpose = fixture.vendor === 'password' ? 'choose-password' : 'sign-in';
  for (const purpose of ['sign-in', 'choose-password', 'verify-address'] as const) {
    for (const address of [person.address, stranger]) {
      const { visit } = await stand(fixture, settings, 0);
      const request = { signInId: 'other', locale: 'en', siteName: null, address, purpose } as const;
      await visit.ports.mailProofs.send(
        { ...request, requester: { userAgent: null, addressKey: 'x', knownDevice: null } },
        null,
      );
      const next = await visit.submit({ link: 'link-0' });
      const isGood: boolean = purpose === own && allows(settings, address);
      const gotOn = 'answer' in next ? true : next.kind === 'new-password';
      assert.equal(gotOn, isGood, `a link for ${purpose} of ${address}`);
    }
  }
}

/** NIST SP 800-63B-4 §3.1.1.2 */
async function assertChoice(fixture: FormFixture, settings: Settings): Promise<void> {
  const { visit } = await arrive(fixture, settings);
  for (const { minimumLength, contextWords } of visit.ports.choices) {
    assert.ok(minimumLength >= 8 && minimumLength <= 64, `a password of ${minimumLength} characters is enough`);
    assert.ok(contextWords.includes(person.address));
  }
}
