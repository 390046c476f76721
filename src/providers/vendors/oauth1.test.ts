import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { practice, privateKeyPem, settingsOf } from '../oauth1.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

test('the mapping reads what the operator named, and a role only where it has a name here', async () => {
  const mapping = { ...settingsOf.oauth1.mapping, roles: 'roles' };
  const { signIn } = practice('oauth1', { mapping, role_mapping: { teacher: 'Docente' } });
  const { profile } = await signIn();
  assert.equal(profile.subject, '1500000000000000001');
  assert.deepEqual(profile.emails, [{ address: 'xochitl.nava@example.com', verified: false }]);
  assert.deepEqual(profile.roles, []);
  const named = practice('oauth1', { mapping, role_mapping: { student: 'Alumna' }, trust_verified_email: true });
  const trusted = (await named.signIn()).profile;
  assert.deepEqual(trusted.roles, [{ id: 'student', name: 'Alumna' }]);
  assert.deepEqual(trusted.emails, [{ address: 'xochitl.nava@example.com', verified: true }]);
});

test('a product that reads signatures from the query alone can be described', async () => {
  const { signIn, simulator, sent } = practice('oauth1', { parameters_in: 'query' });
  await signIn();
  assert.deepEqual(simulator.complaints, []);
  for (const { headers } of sent) assert.equal(headers.authorization, undefined);
});

test('a product whose credentials are asked for with GET can be described', async () => {
  const { provider, context, sent, interfere } = practice('oauth1', { credentials_method: 'GET' });
  interfere(async () => ({ status: 401, headers: {}, body: '' }));
  await assert.rejects(
    provider.start(
      { redirectUri: 'https://b.test', state: 's', codeChallenge: 'c', nonce: 'n', locale: 'en', loginHint: null },
      context,
    ),
  );
  assert.equal(sent[0]?.method, 'GET');
});

const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }) =>
  key.export({ type: 'pkcs8', format: 'pem' }).toString();
const shortKey = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
const otherKind = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const rsa = { signature_method: 'RSA-SHA1', consumer_secret: undefined };

const faults: readonly (readonly [what: string, changes: object, fault: RegExp])[] = [
  ['PLAINTEXT', { signature_method: 'PLAINTEXT' }, /signature_method/],
  ['a method in lower case', { signature_method: 'hmac-sha1' }, /signature_method/],
  ['HMAC without a secret', { consumer_secret: undefined }, /consumer_secret: is needed for HMAC-SHA1/],
  ['HMAC with a private key', { private_key: privateKeyPem }, /private_key: is refused for HMAC-SHA1/],
  ['RSA without a key', rsa, /private_key: is needed for RSA-SHA1/],
  ['RSA with a secret', { ...rsa, private_key: privateKeyPem, consumer_secret: 's' }, /consumer_secret: is refused/],
  ['a short key', { ...rsa, private_key: shortKey }, /2048 bits or more/],
  ['a key of another kind', { ...rsa, private_key: otherKind }, /RSA private key/],
  ['no key at all', { ...rsa, private_key: 'hunter2hunter2' }, /RSA private key/],
  ['plain HTTP', { token_credentials_endpoint: 'http://up.test/token' }, /token_credentials_endpoint: .*https/],
  ['a protocol parameter in an address', { user_data_endpoint: 'https://up.test/me?oauth_token=a' }, /without oauth_/],
  ['a query that reads in two ways', { user_data_endpoint: 'https://up.test/me?a=%R' }, /plain form encoding/],
  ['nobody named', { subject_members: [] }, /subject_members/],
  ['trust without a flag', { trust_verified_email: true, mapping: { email: 'e' } }, /is of no use without/],
  ['a misspelt setting', { callback_confirmed: false }, /callback_confirmed/],
];
for (const [what, changes, fault] of faults) {
  test(`settings: ${what} is a fault, and no value is repeated`, () => {
    const settings = { consumer_key: 'key', ...settingsOf.oauth1, ...changes };
    assert.throws(
      () => createRedirectProvider(vendors, { slug: 'o', vendor: 'oauth1', settings }),
      (error: Error) => {
        assert.match(error.message, fault);
        assert.doesNotMatch(error.message, /hunter2|practice secret|BEGIN/);
        return true;
      },
    );
  });
}
