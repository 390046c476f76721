/**
 * A-17, L-13: what becomes of a profile when it is stored, and what never does.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith, stoppedClock } from '../../test/store-fixture.ts';
import type { Environment, PersonName, User } from '../model.ts';
import { emailsOf, fullName, newIdentity, newUser, refreshedUser } from './arrival.ts';

const nameless: PersonName = { full: null, given: null, firstSurname: null, secondSurname: null };
const clock = stoppedClock();
const LATER = clock.now() + 1000;

test('A-17: the id and the username of a new user are random and hold nothing of the person', () => {
  const profile = profileWith({
    subject: 'HEGG560427MVZRRL04',
    emails: [{ address: 'ana@uni.mx', claimedVerified: true }],
    phone: { number: '+525512345678', verified: true },
  });
  const users = Array.from({ length: 200 }, () => newUser(profile, 'active', clock));
  assert.equal(new Set(users.map(({ id }) => id)).size, 200);
  assert.equal(new Set(users.map(({ username }) => username)).size, 200);
  // Support types it after a command, where a hyphen would begin an option.
  for (const { id } of users) assert.match(id, /^[0-9a-f]{32}$/);
  const silent: Environment = { now: clock.now, randomBytes: (bytes) => new Uint8Array(bytes) };
  const { id, username } = newUser(profile, 'active', silent);
  assert.deepEqual([id, username], ['0'.repeat(32), 'user-000000000000'], '128 and 60 bits, and nothing else');
});

test('a new user is active and takes over what the provider said', () => {
  const profile = profileWith({
    birthDate: '1999-12-31',
    phone: { number: '+525512345678', verified: false },
    locale: 'en',
    country: 'GT',
  });
  const { name, birthDate, phone, locale, country } = profile;
  const user = newUser(profile, 'active', clock);
  assert.deepEqual(
    { ...user, id: '', username: '' },
    {
      ...{ id: '', username: '', state: 'active', name, birthDate, phone, locale, country, details: {}, corrected: [] },
      sources: { name: 'campus', birthDate: 'campus', phone: 'campus', locale: 'campus', country: 'campus' },
      ...{ deletionAt: null, createdAt: clock.now(), updatedAt: clock.now() },
    },
  );
});

test('the identity of a new user holds provider and subject exactly as they came (DESIGN §6.1)', () => {
  const profile = profileWith({ provider: 'campus', subject: 'AbC\u0301 ' });
  const identity = newIdentity(profile, 'u1', clock);
  assert.deepEqual(
    { ...identity, id: '' },
    {
      ...{ id: '', provider: 'campus', subject: 'AbC\u0301 ', userId: 'u1' },
      ...{ createdAt: clock.now(), lastUsedAt: clock.now(), verifiedAt: null },
    },
  );
});

test('every byte makes one of 32 characters of a username, each as often as the others', () => {
  const timesMade = new Map<string, number>();
  for (let byte = 0; byte < 256; byte++) {
    const environment: Environment = { now: clock.now, randomBytes: (bytes) => new Uint8Array(bytes).fill(byte) };
    const { username } = newUser(profileWith({}), 'active', environment);
    assert.match(username, /^user-([0-9a-hjkmnp-tv-z])\1{11}$/);
    const character = username.charAt(5);
    timesMade.set(character, (timesMade.get(character) ?? 0) + 1);
  }
  assert.deepEqual([timesMade.size, new Set(timesMade.values())], [32, new Set([8])]);
});

const known: User = {
  ...newUser(
    profileWith({ birthDate: '1999-12-31', phone: { number: '+525512345678', verified: true } }),
    'active',
    clock,
  ),
  locale: 'es-MX',
};

test('a profile that says nothing takes nothing away from a known user', () => {
  assert.deepEqual(refreshedUser(known, profileWith({ name: nameless }), LATER), known);
});

test('a known user gets what the provider says today, and keeps id, username, state and age', () => {
  const name: PersonName = { full: null, given: 'Ana María', firstSurname: null, secondSurname: null };
  const phone = { number: '+525500000000', verified: false };
  const profile = profileWith({ name, birthDate: '2000-01-01', phone, locale: 'en', country: 'GT' });
  assert.deepEqual(refreshedUser(known, profile, LATER), {
    ...known,
    name,
    birthDate: '2000-01-01',
    phone,
    locale: 'en',
    country: 'GT',
    sources: { name: 'campus', birthDate: 'campus', phone: 'campus', locale: 'campus', country: 'campus' },
    updatedAt: LATER,
  });
  // Said again, it is nothing new: clients are told when somebody changed.
  const refreshed = refreshedUser(known, profile, LATER);
  assert.equal(refreshedUser(refreshed, profile, LATER + 1), refreshed);
});

test('M-06: a provider fills what nobody said, says its own word anew, and leaves the word of another as it is', () => {
  const other = { provider: 'llave-mx', birthDate: '2001-02-03', country: 'MX' };
  const filled = refreshedUser(known, profileWith(other), LATER);
  assert.deepEqual(
    [filled.name, filled.birthDate, filled.country, filled.sources],
    [known.name, '1999-12-31', 'MX', { ...known.sources, country: 'llave-mx' }],
  );
  const moved = refreshedUser(filled, profileWith({ ...other, country: 'GT' }), LATER + 1);
  assert.deepEqual([moved.country, moved.birthDate, moved.updatedAt], ['GT', '1999-12-31', LATER + 1]);
  const elsewhere = refreshedUser(moved, profileWith({ birthDate: '1999-12-30', country: 'US' }), LATER + 2);
  assert.deepEqual([elsewhere.country, elsewhere.birthDate], ['GT', '1999-12-30']);
});

test('M-06: no provider says what the person corrected, neither the one that was corrected nor another', () => {
  const corrected: User = {
    ...{ ...known, name: { ...known.name, given: null }, locale: null, country: null },
    ...{ details: { given_name: 'Anita', country: 'GT' }, corrected: ['given_name', 'country', 'language'] },
  };
  for (const provider of ['campus', 'llave-mx']) {
    const user = refreshedUser(corrected, profileWith({ provider, country: 'MX', locale: 'en' }), LATER);
    assert.equal(user, corrected, provider);
  }
  const married = profileWith({ name: { full: 'Ana Soto', given: 'Ana', firstSurname: 'Soto', secondSurname: null } });
  const { name } = refreshedUser(corrected, married, LATER);
  assert.deepEqual(name, { full: null, given: null, firstSurname: 'Soto', secondSurname: null });
});

test('M-06: whatever providers say in whatever order, each value is the word of the first who said it', () => {
  const said = fc.record({
    provider: fc.constantFrom('campus', 'llave-mx', 'google'),
    birthDate: fc.constantFrom(null, '1999-12-31', '2001-02-03'),
    country: fc.constantFrom(null, 'MX', 'GT'),
  });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 8 }), (sayings) => {
      const nobody = newUser(profileWith({ name: nameless }), 'active', clock);
      const user = sayings.reduce(
        (one, parts) => refreshedUser(one, profileWith({ ...parts, name: nameless }), 1),
        nobody,
      );
      for (const field of ['birthDate', 'country'] as const) {
        const speaks = sayings.filter((one) => one[field] !== null);
        const first = speaks[0]?.provider;
        assert.equal(user.sources[field], first);
        assert.equal(user[field], speaks.findLast(({ provider }) => provider === first)?.[field] ?? null);
      }
    }),
  );
});

test('L-13: a new name replaces the old one whole, so that parts of two names never meet', () => {
  const name: PersonName = { full: 'Ana Soto', given: null, firstSurname: null, secondSurname: null };
  assert.deepEqual(refreshedUser(known, profileWith({ name }), LATER).name, name);
});

test('L-13: the full name is the one that was sent; otherwise the parts in spoken order, or nothing', () => {
  const parts = { given: 'Ana', firstSurname: 'Ruiz', secondSurname: 'Soto' };
  assert.equal(fullName({ full: 'Dra. Ana Ruiz', ...parts }), 'Dra. Ana Ruiz');
  assert.equal(fullName({ full: null, ...parts }), 'Ana Ruiz Soto');
  assert.equal(fullName({ full: null, ...parts, firstSurname: null }), 'Ana Soto');
  assert.equal(fullName(nameless), null);
});

const emailsFrom = (...emails: readonly (readonly [address: string, verified: boolean])[]) =>
  emailsOf(profileWith({ emails: emails.map(([address, claimedVerified]) => ({ address, claimedVerified })) }));

test('addresses keep their spelling beside the key, their order, and who verified them', () => {
  assert.deepEqual(emailsFrom(['Ana@Uni.MX', true], ['ana@ñandú.mx', false]), [
    { key: 'ana@uni.mx', address: 'Ana@Uni.MX', verifiedBy: 'campus' },
    { key: 'ana@xn--and-6ma2c.mx', address: 'ana@ñandú.mx', verifiedBy: null },
  ]);
});

test('of two spellings of one mailbox the first counts, so that a second cannot make it verified', () => {
  assert.deepEqual(emailsFrom(['Ana@uni.mx', false], ['ana@uni.mx', true]), [
    { key: 'ana@uni.mx', address: 'Ana@uni.mx', verifiedBy: null },
  ]);
});

test('L-04: an address without a canonical form is left out, whatever the provider says of it', () => {
  assert.deepEqual(emailsFrom(['ana@uni.mx/x', true], ['ana@127.0.0.1', true]), []);
});

test('no two stored addresses of a person have one key', () => {
  const address = fc.constantFrom('ana@uni.mx', 'ANA@uni.mx', 'ana@UNI.mx', 'bob@uni.mx', 'nobody', 'ana@uni.mx ');
  fc.assert(
    fc.property(fc.array(fc.tuple(address, fc.boolean()), { maxLength: 8 }), (emails) => {
      const keys = emailsFrom(...emails).map(({ key }) => key);
      assert.equal(new Set(keys).size, keys.length);
    }),
  );
});
