/**
 * What somebody says of themselves beside what providers say: which stands where, and that neither takes the other away.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith, stoppedClock } from '../../test/store-fixture.ts';
import type { DetailName, PersonName, User } from '../model.ts';
import { detailNames } from '../person/fields.ts';
import { fullName, newUser, refreshedUser } from './arrival.ts';
import { birthOf, knownValue, languageOf, nameOf, whoseWord } from './known-values.ts';
import { asTold, completedBy, type SaidFields } from './self-told.ts';

const clock = stoppedClock();
const LATER = clock.now() + 1000;
const nameless: PersonName = { full: null, given: null, firstSurname: null, secondSurname: null };
const ofProvider = newUser(
  profileWith({
    name: { full: null, given: 'Ana', firstSurname: 'Ruiz', secondSurname: 'Soto' },
    birthDate: '1999-12-31',
    locale: 'es-MX',
    country: 'MX',
  }),
  'active',
  clock,
);
const ofNobody = newUser(profileWith({ name: nameless }), 'active', clock);

test('what no provider says is what the person says', () => {
  const said: SaidFields = {
    given_name: 'Ana',
    family_name: 'Ruiz Soto',
    country: 'MX',
    language: 'fr',
    year_of_birth: '1998',
  };
  const user = asTold(ofNobody, { ...said, username: 'ana' });
  assert.deepEqual(user.details, said);
  assert.equal(user.username, 'ana');
  assert.deepEqual([fullName(nameOf(user)), languageOf(user), birthOf(user)], ['Ana Ruiz Soto', 'fr', '1998']);
});

test('what the person left as the provider says it stays the word of the provider, with both surnames', () => {
  const said: SaidFields = {
    given_name: 'Ana',
    family_name: 'Ruiz Soto',
    country: 'MX',
    language: 'es',
    year_of_birth: '1999',
  };
  assert.deepEqual(asTold(ofProvider, said), ofProvider);
});

test('what the person changed is theirs, and the word of the provider is dropped, but never a birth date', () => {
  const user = asTold(ofProvider, { given_name: 'Anita', country: 'GT', language: 'en', year_of_birth: '2001' });
  assert.deepEqual(user.name, { ...ofProvider.name, given: null });
  assert.deepEqual(user.details, { given_name: 'Anita', country: 'GT', language: 'en' });
  assert.deepEqual(user.corrected, ['given_name', 'country', 'language']);
  assert.deepEqual(user.sources, { name: 'campus', birthDate: 'campus' });
  assert.equal(fullName(nameOf(user)), 'Anita Ruiz Soto');
  assert.equal(birthOf(user), '1999-12-31');
});

test('L-13: a full name goes when one of its parts is corrected, and stays when parts are only added to it', () => {
  const corrected = { ...ofProvider, name: { ...ofProvider.name, full: 'Ana Ruiz Soto' } };
  assert.equal(fullName(nameOf(asTold(corrected, { family_name: 'Pech' }))), 'Ana Pech');
  const whole = { ...ofProvider, name: { ...nameless, full: 'Dra. Ana Ruiz' } };
  const added = asTold(whole, { given_name: 'Ana', family_name: 'Ruiz' });
  assert.deepEqual(nameOf(added), { full: 'Dra. Ana Ruiz', given: 'Ana', firstSurname: 'Ruiz', secondSurname: null });
});

test('an optional field that was made empty holds nothing, and without a username of their own people get one of ours', () => {
  const user = asTold(ofProvider, { given_name: '', country: '', city: '', username: '' });
  assert.deepEqual([knownValue(user, 'given_name'), knownValue(user, 'country'), user.details], ['', '', {}]);
  assert.equal(user.username, ofProvider.username);
});

test('an account that is there gets what it lacked and nothing else, and is the very same when it lacked nothing', () => {
  const user = completedBy(
    ofProvider,
    { given_name: 'Eva', username: 'eva', country: 'GT', city: 'Mérida', goals: '' },
    LATER,
  );
  assert.deepEqual(user, { ...ofProvider, details: { city: 'Mérida' }, updatedAt: LATER });
  assert.equal(completedBy(user, { city: 'Cancún', goals: '' }, LATER + 1), user);
});

test('M-06: no later sign-in says again what the person corrected or took away', () => {
  const corrected = asTold(ofProvider, { family_name: 'Pech', country: 'GT', language: '' });
  const again = { name: ofProvider.name, country: 'MX', locale: 'es-MX', birthDate: '1999-12-31' } as const;
  assert.equal(refreshedUser(corrected, profileWith(again), LATER), corrected);
  assert.deepEqual(
    ['given_name', 'family_name', 'country', 'language'].map((name) => knownValue(corrected, name as 'city')),
    ['Ana', 'Pech', 'GT', ''],
  );
});

test('each value is known with whose word it is', () => {
  const user = asTold(ofProvider, { family_name: 'Pech', city: 'Mérida' });
  const names = ['given_name', 'family_name', 'year_of_birth', 'country', 'city'] as const;
  assert.deepEqual(
    names.map((name) => whoseWord(user, name)),
    [
      { by: 'source', source: 'campus' },
      { by: 'person' },
      { by: 'source', source: 'campus' },
      { by: 'source', source: 'campus' },
      { by: 'person' },
    ],
  );
});

test('no later sign-in takes away what the person said, and a provider that begins to say it has the word', () => {
  const told = asTold(ofNobody, { given_name: 'Ana', family_name: 'Ruiz', country: 'GT', city: 'Mérida' });
  const silent = refreshedUser(told, profileWith({ name: nameless }), LATER);
  assert.equal(silent, told);
  const renamed = profileWith({ name: { ...nameless, full: 'Ana María Ruiz' }, country: 'MX' });
  const spoken = refreshedUser(told, renamed, LATER);
  assert.equal(fullName(nameOf(spoken)), 'Ana María Ruiz');
  assert.deepEqual(
    ['given_name', 'family_name', 'country', 'city'].map((name) => knownValue(spoken, name as 'city')),
    ['Ana', 'Ruiz', 'MX', 'Mérida'],
  );
});

test('whatever a new person says, that is what is known of them then; saying it again changes nothing', () => {
  const text = fc.constantFrom('', 'Ana', 'Ruiz Soto');
  // Each in a form that its field can have, where that matters to what is compared.
  const values: { readonly [name in DetailName]?: fc.Arbitrary<string> } = {
    country: fc.constantFrom('', 'MX', 'GT'),
    language: fc.constantFrom('', 'es', 'fr'),
    year_of_birth: fc.constantFrom('', '1998'),
  };
  const fieldsOf = Object.fromEntries(detailNames.map((name) => [name, values[name] ?? text]));
  const said = fc.record(fieldsOf, { requiredKeys: [] });
  const users = fc.constantFrom<User>(ofProvider, ofNobody);
  fc.assert(
    fc.property(users, said, (before, fields: SaidFields) => {
      const user = asTold(before, fields);
      for (const name of detailNames) {
        if (name === 'year_of_birth' && before.birthDate !== null) continue;
        if (fields[name] !== undefined) assert.equal(knownValue(user, name), fields[name], name);
        else assert.equal(knownValue(user, name), knownValue(before, name), name);
      }
      assert.deepEqual(asTold(user, fields), user);
      assert.equal(completedBy(user, fields, LATER), user);
    }),
  );
});
