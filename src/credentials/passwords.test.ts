/**
 * Passwords of accounts over every database: the same work for everybody, within the limits, for what people may type
 * (F-11, G-06 to G-11, G-15, G-17, G-20).
 *
 * Hashing is played and counted: what it promises is tested beside it.
 */
import assert from 'node:assert/strict';
import {
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  profileWith,
  type TestStore,
  unverifiedEmail,
  verifiedEmail,
} from '../../test/store-fixture.ts';
import { createLimits, storedLimits } from '../limits/limits.ts';
import type { Requester } from '../model.ts';
import type { HashingSlot, PasswordHasher } from '../passwords/hasher.ts';
import type { Database } from '../store/database.ts';
import { writePassword } from '../store/passwords.ts';
import { createStore } from '../store/store.ts';
import { knownDevice } from './known-device.ts';
import { createPasswords } from './passwords.ts';

const PROVIDER = 'password';
const RIGHT = 'caballo correcto batería grapa';
const MINUTE = 60_000;
const here: Requester = { userAgent: null, addressKey: 'here', knownDevice: null };
const at = (addressKey: string): Requester => ({ ...here, addressKey });

/** A form that says which password it is of. */
const hashOf = (password: string, outdated = false) => `${outdated ? 'old' : 'new'}:${password}`;

/** Hashing that costs nothing and counts what it is asked. */
function playedHasher() {
  const verified: (string | null)[] = [];
  const slot: HashingSlot = {
    hash: async (password) => hashOf(password.text),
    async verify(password, stored) {
      verified.push(stored);
      await new Promise((resolve) => setImmediate(resolve));
      const text = password?.text;
      if (text === undefined || stored?.slice('new:'.length) !== text) return { kind: 'wrong' };
      return { kind: 'right', outdated: stored.startsWith('old:') };
    },
  };
  const hasher: PasswordHasher = { inSlot: (work) => work(slot) };
  return { hasher, verified };
}

/** Every statement that is asked of a database, without its values. */
function watched(database: Database, asked: string[]): Database {
  const note = <Call extends { shape: readonly string[] }>(statement: Call) => {
    asked.push(statement.shape.join('?').replace(/\s+/g, ' '));
    return statement;
  };
  return {
    ...database,
    dialect: database.dialect,
    get: (statement) => database.get(note(statement)),
    all: (statement) => database.all(note(statement)),
    run: (statement) => database.run(note(statement)),
    atomically: (steps) => database.atomically(steps.map((step) => ({ ...step, statement: note(step.statement) }))),
  };
}

function passwordsOver({ databases, vault, clock }: TestStore) {
  const asked: string[] = [];
  const { durable, ephemeral } = databases;
  const store = createStore({ durable: watched(durable, asked), ephemeral: watched(ephemeral, asked) }, vault);
  const { hasher, verified } = playedHasher();
  const limits = createLimits(store.rateLimits, clock);
  const passwords = createPasswords({ store, vault, limits, hasher, placeWords: async () => ['Campus Norte'] });
  const verify = (login: string, password: string, requester = here) =>
    passwords.verify({ provider: PROVIDER, login, password, requester });
  /** What it costs to answer: hashings, and questions to the databases in their order. */
  async function work(login: string, password: string) {
    const before = verified.length;
    asked.length = 0;
    const subject = await verify(login, password, at(`place-of-${login}`));
    return { subject, hashings: verified.length - before, asked: [...asked] };
  }
  return { passwords, verify, verified, work };
}

async function newPerson(
  given: TestStore,
  name: string,
  { password = RIGHT as string | null, verifies = true, outdated = false } = {},
) {
  const email = verifies ? verifiedEmail(`${name}@uni.mx`) : unverifiedEmail(`${name}@uni.mx`);
  const profile = profileWith({ provider: PROVIDER, subject: `subject of ${name}` });
  const { user, identity } = await createNewcomer(given, { profile, emails: [email] });
  if (password !== null) {
    const write = writePassword(identity.id, hashOf(password, outdated), given.vault, given.clock.now());
    await given.databases.durable.atomically([write]);
  }
  return { user, identity };
}

async function disable(given: TestStore, userId: string): Promise<void> {
  await given.databases.durable.run({
    shape: ['update users set state = ', ' where id = ', ''],
    values: ['disabled', userId],
  });
}

forEachStore(
  'F-11, G-06: whoever it is, a wrong password costs one hashing and the same questions in the same order',
  async (given) => {
    const { work } = passwordsOver(given);
    await newPerson(given, 'known');
    await disable(given, (await newPerson(given, 'disabled')).user.id);
    await newPerson(given, 'social', { password: null });
    await newPerson(given, 'unverified', { verifies: false });
    const usual = await work('known@uni.mx', 'wrong');
    assert.deepEqual([usual.subject, usual.hashings], [null, 1]);
    assert.ok(usual.asked.length >= 4);
    for (const login of ['disabled@uni.mx', 'social@uni.mx', 'unverified@uni.mx', 'nobody@uni.mx']) {
      assert.deepEqual(await work(login, 'wrong'), usual, login);
    }
    for (const password of ['', '\0', 'x'.repeat(5000), '\ud800', 'null']) {
      assert.deepEqual(await work('known@uni.mx', password), usual, JSON.stringify(password).slice(0, 20));
    }
  },
);

forEachStore('F-11: by username too, and whoever is locked out costs a hashing all the same', async (given) => {
  const { work, verify } = passwordsOver(given);
  const { user } = await newPerson(given, 'known');
  const usual = await work(user.username, 'wrong');
  assert.deepEqual(await work('user-nobody', 'wrong'), usual);
  for (let guess = 0; guess < storedLimits.guessesPerAccount.limit; guess++) await verify('known@uni.mx', 'wrong');
  for (let guess = 0; guess < storedLimits.guessesPerAccount.limit; guess++) await verify('nobody@uni.mx', 'wrong');
  const locked = await work('known@uni.mx', RIGHT);
  assert.deepEqual([locked.subject, locked.hashings], [null, 1]);
  assert.deepEqual(await work('nobody@uni.mx', RIGHT), locked, 'a locked account is not told from a locked nobody');
});

forEachStore('G-15: however an address or a username is spelled, it is one account and one count', async (given) => {
  const { verify, verified } = passwordsOver(given);
  const { user } = await newPerson(given, 'juan');
  const spellings = [
    'juan@uni.mx',
    'JUAN@UNI.MX',
    'Juan@Uni.mx',
    ' juan@uni.mx ',
    user.username,
    user.username.toUpperCase(),
  ];
  for (const login of spellings) assert.equal(await verify(login, RIGHT), 'subject of juan', login);
  const evaluated = () => verified.filter((stored) => stored !== null).length;
  const before = evaluated();
  for (let guess = 0; guess < 30; guess++) await verify(spellings[guess % spellings.length] ?? '', `wrong ${guess}`);
  assert.equal(evaluated() - before, storedLimits.guessesPerAccount.limit);
});

forEachStore(
  'G-15: what only looks like it is nobody: another letter, a second @, something invisible, a full stop',
  async (given) => {
    const { verify } = passwordsOver(given);
    await newPerson(given, 'kiosk');
    for (const login of [
      '\u212aiosk@uni.mx',
      'kio\u017fk@uni.mx',
      'kiosk\uff20uni.mx',
      'ki\u200bosk@uni.mx',
      'kiosk@uni.mx.',
      'kiosk@uni.mx@x',
      'kiosk',
    ]) {
      assert.equal(await verify(login, RIGHT), null, login);
    }
  },
);

forEachStoreAndInterleaved(
  'G-07: of sixty wrong passwords at once, from sixty places, ten are looked at; then the right one is not either',
  async (given) => {
    const { verify, verified } = passwordsOver(given);
    await newPerson(given, 'ana');
    await Promise.all(Array.from({ length: 60 }, (_, place) => verify('ana@uni.mx', 'wrong', at(`${place}`))));
    assert.equal(verified.filter((stored) => stored !== null).length, storedLimits.guessesPerAccount.limit);
    assert.equal(await verify('ana@uni.mx', RIGHT, at('elsewhere')), null);
    given.clock.advance(15 * MINUTE);
    assert.equal(await verify('ana@uni.mx', RIGHT, at('elsewhere')), 'subject of ana');
  },
);

forEachStore('G-08: fifty right passwords, four at once, are fifty sign-ins', async (given) => {
  const { verify } = passwordsOver(given);
  await newPerson(given, 'ana');
  for (let round = 0; round < 13; round++) {
    const subjects = await Promise.all([1, 2, 3, 4].map(() => verify('ana@uni.mx', RIGHT)));
    assert.deepEqual(new Set(subjects), new Set(['subject of ana']));
  }
});

forEachStore(
  'G-09, G-16: one place is looked at a hundred times, and a right one of its own does not wash that away',
  async (given) => {
    const { verify, verified } = passwordsOver(given);
    await newPerson(given, 'own');
    for (let victim = 0; victim < 40; victim++) await newPerson(given, `victim-${victim}`);
    const evaluated = () => verified.filter((stored) => stored?.endsWith(RIGHT)).length;
    let own = 0;
    for (let round = 0; round < 40; round++) {
      for (let guess = 0; guess < 4; guess++) await verify(`victim-${round}@uni.mx`, 'wrong', at('attacker'));
      if ((await verify('own@uni.mx', RIGHT, at('attacker'))) !== null) own += 1;
    }
    assert.equal(evaluated() - own, storedLimits.guessesPerClientAddress.limit);
    assert.equal(await verify('victim-39@uni.mx', RIGHT, at('the victim')), 'subject of victim-39');
  },
);

forEachStore(
  'G-10: strangers do not keep the owner out of a browser that is known, and guess a hundred times in a row at most',
  async (given) => {
    const { verify, verified } = passwordsOver(given);
    const { user } = await newPerson(given, 'ana');
    const evaluated = () => verified.filter((stored) => stored !== null).length;
    for (let quarter = 0; quarter < 15; quarter++) {
      for (let guess = 0; guess < 12; guess++) await verify('ana@uni.mx', 'wrong', at(`${quarter}-${guess}`));
      given.clock.advance(15 * MINUTE);
    }
    assert.equal(evaluated(), storedLimits.guessesInARow.limit);
    assert.equal(await verify('ana@uni.mx', RIGHT, at('a new browser')), null);
    const known = { ...at('home'), knownDevice: knownDevice(given.vault, user.id, given.clock) };
    assert.equal(await verify('ana@uni.mx', RIGHT, known), 'subject of ana');
    assert.equal(await verify('ana@uni.mx', RIGHT, at('a new browser')), 'subject of ana', 'and the row has ended');
  },
);

forEachStore('G-10: a known browser is one of its account alone, and has ten guesses of its own', async (given) => {
  const { verify, verified } = passwordsOver(given);
  const [ana, beto] = [await newPerson(given, 'ana'), await newPerson(given, 'beto')];
  const keptBy = (userId: string) => ({ ...here, knownDevice: knownDevice(given.vault, userId, given.clock) });
  for (let guess = 0; guess < 10; guess++) await verify('ana@uni.mx', 'wrong', at(`${guess}`));
  for (const stranger of [
    keptBy(beto.user.id),
    { ...here, knownDevice: 'made.up' },
    { ...here, knownDevice: 'x'.repeat(5000) },
  ]) {
    assert.equal(await verify('ana@uni.mx', RIGHT, stranger), null);
  }
  const device = keptBy(ana.user.id);
  const before = verified.filter((stored) => stored !== null).length;
  for (let guess = 0; guess < 30; guess++) await verify('ana@uni.mx', 'wrong', device);
  assert.equal(verified.filter((stored) => stored !== null).length - before, storedLimits.guessesPerDevice.limit);
});

forEachStore('G-06: an account without a password is opened by no password', async (given) => {
  const { verify } = passwordsOver(given);
  await newPerson(given, 'social', { password: null });
  for (const password of ['', 'null', 'undefined', RIGHT, '{"$ne":""}', 'true']) {
    assert.equal(await verify('social@uni.mx', password), null);
  }
});

forEachStoreAndInterleaved(
  'G-17: an old form is made anew once, however many sign in at once, and never over a newer password',
  async (given) => {
    const { verify, passwords } = passwordsOver(given);
    const { user } = await newPerson(given, 'ana', { outdated: true });
    const subjects = await Promise.all(Array.from({ length: 8 }, () => verify('ana@uni.mx', RIGHT)));
    assert.deepEqual(new Set(subjects), new Set(['subject of ana']));
    const stored = await given.store.passwords.findOfUser(PROVIDER, user.id);
    assert.equal(stored?.hash, hashOf(RIGHT));
    assert.deepEqual(await passwords.find(PROVIDER, 'ana@uni.mx'), {
      subject: 'subject of ana',
      changedAt: stored?.changedAt,
    });
  },
);

forEachStore('a password may be chosen that is long enough and nobody else would try first', async (given) => {
  const { passwords } = passwordsOver(given);
  const choose = (password: string) =>
    passwords.choose({
      ...{ provider: PROVIDER, replaces: null, password },
      ...{ minimumLength: 15, contextWords: ['guadalupe@uni.mx'] },
    });
  assert.deepEqual(await choose(RIGHT), { kind: 'accepted', hash: hashOf(RIGHT) });
  for (const [password, code] of [
    ['', 'missing'],
    ['corta', 'too_short'],
    ['password1234567', 'too_common'],
    ['guadalupe guadalupe', 'personal'],
    ['campus norte campus', 'personal'],
    ['x'.repeat(2000), 'too_long'],
    ['abc\0defghijklmnop', 'malformed'],
  ] as const) {
    const chosen = await choose(password);
    assert.ok(
      chosen.kind === 'refused' && chosen.faults.some((fault) => fault.code === code),
      `${code}: ${JSON.stringify(chosen)}`,
    );
  }
});

forEachStore(
  'G-20: the password that there is, also in a foreign form, is none to change to; whether there is one costs the same to ask',
  async (given) => {
    const { passwords, verified } = passwordsOver(given);
    await newPerson(given, 'ana');
    await newPerson(given, 'bea', { outdated: true });
    const choose = (replaces: string | null, password: string) =>
      passwords.choose({ provider: PROVIDER, replaces, password, minimumLength: 15, contextWords: [] });
    for (const name of ['ana', 'bea']) {
      const chosen = await choose(`subject of ${name}`, RIGHT);
      assert.deepEqual(chosen, { kind: 'refused', faults: [{ code: 'unchanged' }] });
    }
    const another = `${RIGHT} y luna`;
    for (const subject of ['subject of ana', 'subject of nobody', null]) {
      const before = verified.length;
      assert.deepEqual(await choose(subject, another), { kind: 'accepted', hash: hashOf(another) });
      assert.equal(verified.length - before, 1, String(subject));
    }
    assert.deepEqual(await choose('subject of nobody', RIGHT), { kind: 'accepted', hash: hashOf(RIGHT) });
    // What may not be chosen anyway says nothing of the one that there is.
    await newPerson(given, 'eva', { password: 'corta' });
    const short = await choose('subject of eva', 'corta');
    assert.ok(short.kind === 'refused' && short.faults.every(({ code }) => code !== 'unchanged'));
  },
);

forEachStore('who has no password at a provider is nobody there, whatever they have elsewhere', async (given) => {
  const { passwords } = passwordsOver(given);
  await newPerson(given, 'ana');
  assert.equal(await passwords.find('other', 'ana@uni.mx'), null);
  assert.equal(
    await passwords.verify({ provider: 'other', login: 'ana@uni.mx', password: RIGHT, requester: here }),
    null,
  );
});
