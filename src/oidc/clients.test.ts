import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClientDocument, clientSchema } from '../configuration/client-document.ts';
import { clientMetadata, ownClientMembers } from './clients.ts';

const web = {
  client_id: 'lms',
  client_name: 'Campus LMS',
  client_secret: 'Qm7tZ2xV9rK4wP8sB1nC6yH3',
  redirect_uris: ['https://lms.test/cb'],
  skip_authorization: true,
  claims: ['email', 'name'],
};
const parse = (changes: object): ClientDocument => clientSchema.parse({ ...web, ...changes });
const publicClient = { client_secret: undefined, token_endpoint_auth_method: 'none' };

test('a client may use the code flow, and nothing else that its document does not say', () => {
  for (const changes of [{}, publicClient]) {
    const { response_types: responses, grant_types: grants } = clientMetadata(parse(changes));
    assert.deepEqual([responses, grants], [['code'], ['authorization_code']]);
  }
});

test('a confidential client has its secret, a public one has no such member at all', () => {
  assert.equal(clientMetadata(parse({})).client_secret, web.client_secret);
  const metadata = clientMetadata(parse(publicClient));
  assert.equal('client_secret' in metadata, false);
  assert.equal(metadata.token_endpoint_auth_method, 'none');
});

test('A-39: only a public client found by a loopback or private-use address is native', () => {
  const typeOf = (changes: object) => clientMetadata(parse(changes)).application_type;
  assert.equal(typeOf({}), 'web');
  assert.equal(typeOf(publicClient), 'web');
  for (const uri of ['http://127.0.0.1/cb', 'com.example.app:/cb']) {
    assert.equal(typeOf({ ...publicClient, redirect_uris: [uri] }), 'native');
    assert.equal(typeOf({ ...publicClient, redirect_uris: [...web.redirect_uris, uri] }), 'native');
  }
});

test('M-10: a client may ask for the customary scopes, and for CURP or phone only where they were released', () => {
  assert.equal(clientMetadata(parse({})).scope, 'openid profile email');
  assert.equal(clientMetadata(parse({ claims: [] })).scope, 'openid profile email');
});

test('our own members are all there, as the document says', () => {
  const client = parse({ default_provider: 'llave-mx' });
  const metadata = clientMetadata(client);
  const { released_claims, ...own } = Object.fromEntries(ownClientMembers.map((member) => [member, metadata[member]]));
  assert.deepEqual(released_claims, web.claims);
  for (const [member, value] of Object.entries(own))
    assert.deepEqual(value, client[member as keyof ClientDocument], member);
});

test('a client that begins sign-ins on this machine is a client: its login address is not the library’s to judge', () => {
  // It takes https alone, and refuses the whole client for any other.
  const metadata = clientMetadata(parse({ initiate_login_uri: 'http://localhost:4402/login' }));
  assert.equal('initiate_login_uri' in metadata, false);
});
