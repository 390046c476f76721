import assert from 'node:assert/strict';
import { test } from 'node:test';
import { practice } from '../oidc.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

const settings = { issuer: 'https://up.test/', client_id: 'c', client_secret: 's' };
const create = (changes: object) =>
  createRedirectProvider(vendors, { slug: 'up', vendor: 'oidc', settings: { ...settings, ...changes } });

const endpoints = {
  authorization_endpoint: 'https://up.test/a',
  token_endpoint: 'https://up.test/t',
  jwks_uri: 'https://up.test/k',
  userinfo_endpoint: 'https://up.test/u',
};

const refused: readonly (readonly [string, object, RegExp])[] = [
  ['an unknown key', { verify_signature: false }, /verify_signature/],
  ['an issuer over http elsewhere', { issuer: 'http://up.test' }, /issuer: /],
  ['an issuer with a query', { issuer: 'https://up.test/?tenant=a' }, /issuer: /],
  ['an issuer with a fragment', { issuer: 'https://up.test/#a' }, /issuer: /],
  ['an issuer with a password', { issuer: 'https://a:b@up.test/' }, /issuer: /],
  ['no secret', { client_secret: undefined }, /client_secret: is needed/],
  ['a secret of a public client', { client_authentication: 'none' }, /client_secret: is refused/],
  ['one endpoint alone', { token_endpoint: 'https://up.test/token' }, /jwks_uri: is needed/],
  ['userinfo alone', { userinfo_endpoint: 'https://up.test/me' }, /token_endpoint: is needed/],
  ...(['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'] as const).map(
    (name): readonly [string, object, RegExp] => [
      `a ${name} less protected than the issuer`,
      { ...endpoints, [name]: 'http://localhost/x' },
      new RegExp(`${name}: must be https`),
    ],
  ),
  ['domains without trust', { trusted_email_domains: ['uni.mx'] }, /trusted_email_domains: /],
  ['a name that is the subject', { name_claims: { full: 'sub' } }, /must not be the subject/],
  ['a scope that is two', { scopes: ['profile email'] }, /one scope/],
  ['trust as text', { trust_verified_email: 'true' }, /trust_verified_email: /],
];
for (const [what, changes, fault] of refused) {
  test(`settings: ${what} is a fault`, () => {
    assert.throws(() => create(changes), fault);
  });
}

test('DESIGN §6.2: trust can be limited to domains, and a subdomain is another one', async () => {
  for (const [domain, verified] of [
    ['example.com', true],
    ['ample.com', false],
    ['correo.example.com', false],
  ] as const) {
    const { signIn } = practice('oidc', 'plain', { trust_verified_email: true, trusted_email_domains: [domain] });
    assert.equal((await signIn()).profile.emails[0]?.verified, verified, domain);
  }
});

test('names are read from the claims that the operator says', async () => {
  const claims = { full: null, given: 'nombre', first_surname: 'apellido1', second_surname: 'apellido2' };
  const { signIn, order } = practice('oidc', 'plain', { name_claims: claims });
  order('userinfo', {
    kind: 'json-replaced',
    json: '{"sub":"110000000000000000001","nombre":"Ana","apellido1":"Ruiz","apellido2":"Soto","name":"X"}',
  });
  assert.deepEqual((await signIn()).profile.name, {
    full: null,
    given: 'Ana',
    firstSurname: 'Ruiz',
    secondSurname: 'Soto',
  });
});

test('a phone number is verified only as E.164 and by a boolean of the same source', async () => {
  const phoneOf = async (userinfo: string) => {
    const { signIn, order } = practice('oidc', 'plain');
    order('userinfo', { kind: 'json-replaced', json: `{"sub":"110000000000000000001",${userinfo}}` });
    return (await signIn()).profile.phone;
  };
  assert.deepEqual(await phoneOf('"phone_number":"+52 55 1234 5678","phone_number_verified":true'), {
    number: '+525512345678',
    verified: true,
  });
  assert.equal((await phoneOf('"phone_number":"+525512345678","phone_number_verified":"true"'))?.verified, false);
  assert.equal((await phoneOf('"phone_number":"5512345678","phone_number_verified":true'))?.verified, false);
  assert.equal(await phoneOf('"phone_number":{}'), null);
});
