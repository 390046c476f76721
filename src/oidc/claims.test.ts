/**
 * M-10, V-24: what leaves for a client: what was released, nothing else, and nothing made up.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NOW, profileWith, stoppedClock } from '../../test/store-fixture.ts';
import { releasableClaims } from '../configuration/client-document.ts';
import type { Identity, User, UserEmail } from '../model.ts';
import { newUser } from '../users/arrival.ts';
import { claimsAskedFor, claimsByScope, releasedClaims, scopesOf } from './claims.ts';

const CURP = 'HEGG560427MVZRRL04';
const user: User = {
  ...newUser(profileWith({}), 'active', stoppedClock()),
  ...{ id: 'u1', username: 'user-1', birthDate: '1999-12-31', locale: 'es-MX', updatedAt: NOW + 999 },
  name: { full: 'Ana Ruiz Soto', given: 'Ana', firstSurname: 'Ruiz', secondSurname: 'Soto' },
  phone: { number: '+525512345678', verified: false },
  country: 'MX',
  details: {
    gender: 'f',
    city: 'Mérida',
    state: 'Yucatán',
    mailing_address: 'Calle 60 n.º 1\n97000',
    goals: 'Aprender',
  },
};
const emails: readonly UserEmail[] = [
  { address: 'otra@uni.mx', verifiedAt: NOW, verifiedBy: 'campus', primary: false },
  { address: 'Ana@uni.mx', verifiedAt: NOW, verifiedBy: 'campus', primary: true },
];
const bare: User = {
  ...user,
  ...{ birthDate: null, locale: null, phone: null, country: null, details: {} },
  name: { full: null, given: null, firstSurname: null, secondSurname: null },
};

const identity = (provider: string, verifiedAt: number | null): Identity => ({
  ...{ id: provider, provider, subject: 's', userId: 'u1', createdAt: NOW, lastUsedAt: NOW },
  verifiedAt,
});
const launch = {
  ...{ registration: 'campus', deploymentId: '1', roles: ['Learner'], forUser: 'bea' },
  context: { id: 'c1', label: null, title: 'Álgebra' },
  resourceLink: { id: 'r1', title: null },
};
const further = {
  launch,
  reviewed: 'u2',
  curp: CURP,
  identities: [identity('google', null), identity('llave-mx', NOW)],
};
const nothing = { curp: null, identities: null, launch: null, reviewed: null };

const everything = {
  ...{ sub: 'u1', preferred_username: 'user-1', name: 'Ana Ruiz Soto', given_name: 'Ana', family_name: 'Ruiz Soto' },
  ...{ birthdate: '1999-12-31', gender: 'female', locale: 'es-MX', updated_at: Math.floor(NOW / 1000) },
  address: { formatted: 'Calle 60 n.º 1\n97000', locality: 'Mérida', region: 'Yucatán', country: 'MX' },
  ...{ email: 'Ana@uni.mx', email_verified: true, phone_number: '+525512345678', phone_number_verified: false },
  ...{ email_verified_by: 'campus', email_verified_at: Math.floor(NOW / 1000) },
  ...{ identity_verified: true, identity_verified_by: 'llave-mx', curp: CURP },
  'https://purl.imsglobal.org/spec/lti/claim/roles': ['Learner'],
  'https://purl.imsglobal.org/spec/lti/claim/context': { id: 'c1', title: 'Álgebra' },
  'https://purl.imsglobal.org/spec/lti/claim/resource_link': { id: 'r1' },
  'https://purl.imsglobal.org/spec/lti/claim/deployment_id': 'campus:1',
  'https://purl.imsglobal.org/spec/lti/claim/for_user': { user_id: 'u2' },
};

test('what an operator can release is exactly what can be sent', () => {
  assert.deepEqual([...releasableClaims].sort(), Object.values(claimsByScope).flat().sort());
  assert.deepEqual([...releasableClaims].sort(), Object.keys(everything).sort());
});

test('every claim lies in one scope', () => {
  const claims = Object.values(claimsByScope).flat();
  assert.equal(new Set(claims).size, claims.length);
});

test('each released claim has the value of the person', () => {
  assert.deepEqual(releasedClaims(user, emails, further, releasableClaims), everything);
});

test('V-24: an address that nobody verified is told only to who is told that as well', () => {
  const unproved: readonly UserEmail[] = [{ address: 'ana@uni.mx', verifiedAt: null, verifiedBy: null, primary: true }];
  assert.deepEqual(releasedClaims(user, unproved, nothing, ['email']), { sub: 'u1' });
  assert.deepEqual(releasedClaims(user, unproved, nothing, ['email', 'email_verified']), {
    ...{ sub: 'u1', email: 'ana@uni.mx', email_verified: false },
  });
  assert.deepEqual(releasedClaims(user, emails, nothing, ['email']), { sub: 'u1', email: 'Ana@uni.mx' });
});

test('user:read is profile and email in one word, and no scope that is anybody’s without a shape', () => {
  const released = ['preferred_username', 'email', 'curp', 'phone_number'];
  assert.deepEqual(claimsAskedFor('user:read', released), ['preferred_username', 'email']);
  assert.deepEqual(claimsAskedFor('openid user:read curp', released), ['preferred_username', 'email', 'curp']);
  assert.ok(!(scopesOf(releasableClaims) as string[]).includes('user:read'));
});

test('M-10: for any release a client gets sub and the released claims, and no others', () => {
  fc.assert(
    fc.property(fc.subarray([...releasableClaims]), (released) => {
      const claims = releasedClaims(user, emails, further, released);
      assert.deepEqual(Object.keys(claims).sort(), [...new Set(['sub', ...released])].sort());
    }),
  );
});

test('a claim without a value is left out, never null or empty', () => {
  assert.deepEqual(releasedClaims(bare, [], nothing, releasableClaims), {
    ...{ sub: 'u1', preferred_username: 'user-1', updated_at: Math.floor(NOW / 1000) },
  });
});

test('V-24, D-09: email_verified is true only where this very address was verified', () => {
  const verifiedOf = (list: readonly UserEmail[]) =>
    releasedClaims(user, list, nothing, releasableClaims).email_verified;
  const [other, primary] = emails;
  assert.ok(other && primary);
  assert.equal(verifiedOf([{ ...primary, verifiedAt: null, verifiedBy: null }, other]), false);
  assert.equal(verifiedOf([primary, { ...other, verifiedAt: null, verifiedBy: null }]), true);
  assert.equal(verifiedOf([other]), undefined, 'without a primary address nothing is said');
});

test('whose identity nobody vouched for has it said so; of several that did, the latest is named', () => {
  const claimsOf = (identities: readonly Identity[]) => {
    const { identity_verified, identity_verified_by } = releasedClaims(
      user,
      [],
      { ...nothing, identities },
      releasableClaims,
    );
    return [identity_verified, identity_verified_by];
  };
  assert.deepEqual(claimsOf([identity('google', null)]), [false, undefined]);
  assert.deepEqual(claimsOf([]), [false, undefined]);
  assert.deepEqual(claimsOf([identity('a', NOW), identity('b', NOW + 1), identity('c', null)]), [true, 'b']);
});

test('a name that came in parts is put together, one that came whole is not taken apart (L-13)', () => {
  const named = (name: User['name']) => {
    const {
      name: whole,
      given_name: given,
      family_name: family,
    } = releasedClaims({ ...user, name }, [], nothing, releasableClaims);
    return [whole, given, family];
  };
  const none = { full: null, given: null, firstSurname: null, secondSurname: null };
  assert.deepEqual(named({ ...none, given: 'Ana', secondSurname: 'Soto' }), ['Ana Soto', 'Ana', 'Soto']);
  assert.deepEqual(named({ ...none, full: 'Ana Ruiz' }), ['Ana Ruiz', undefined, undefined]);
});

test('OpenID Connect Core §5.1: what the person said stands where providers say nothing, and never in their place', () => {
  const details = { given_name: 'Anita', family_name: 'Pech Uc', language: 'fr', year_of_birth: '1998', country: 'GT' };
  const said = releasedClaims({ ...bare, details }, [], nothing, releasableClaims);
  assert.deepEqual(
    [said.name, said.given_name, said.family_name, said.locale, said.birthdate, said.address],
    ['Anita Pech Uc', 'Anita', 'Pech Uc', 'fr', '1998', { country: 'GT' }],
  );
  const { name, given_name, locale, birthdate, address } = releasedClaims(
    { ...user, details },
    [],
    nothing,
    releasableClaims,
  );
  assert.deepEqual(
    [name, given_name, locale, birthdate, address],
    ['Ana Ruiz Soto', 'Ana', 'es-MX', '1999-12-31', { country: 'MX' }],
  );
});

test('whoever would rather not say their gender has none told', () => {
  const genderOf = (gender: string) => releasedClaims({ ...bare, details: { gender } }, [], nothing, ['gender']).gender;
  assert.deepEqual(['f', 'm', 'o'].map(genderOf), ['female', 'male', undefined]);
});

test('a client may ask for the customary scopes, and for others where something was released to it', () => {
  const table: readonly (readonly [released: string[], scopes: string[]])[] = [
    [[], ['openid', 'profile', 'email']],
    [['sub'], ['openid', 'profile', 'email']],
    [['curp'], ['openid', 'profile', 'email', 'curp']],
    [
      ['locale', 'phone_number'],
      ['openid', 'profile', 'email', 'phone'],
    ],
    [[...releasableClaims], ['openid', 'profile', 'email', 'address', 'phone', 'curp', 'lti']],
  ];
  for (const [released, scopes] of table) assert.deepEqual(scopesOf(released), scopes);
});
