import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientSchema } from './client-document.ts';

const web = {
  client_id: 'lms',
  client_name: 'Campus LMS',
  client_secret: 'Qm7tZ2xV9rK4wP8sB1nC6yH3',
  redirect_uris: ['https://lms.test/cb'],
  skip_authorization: true,
};
const isPublic = { client_secret: undefined, token_endpoint_auth_method: 'none' };
const previous = {
  previous_client_secret: 'nB3vX8cZ1aS6dF4gH9jK2lQ7',
  previous_client_secret_expires_at: '2027-01-31T12:00:00Z',
};

/** The members that are at fault, each once. */
function faults(changes: object): string[] {
  const result = clientSchema.safeParse({ ...web, ...changes });
  return [...new Set((result.error?.issues ?? []).map(({ path }) => String(path[0])))];
}

test('a client that says nothing has the code flow alone, and lives that end', () => {
  const client = clientSchema.parse(web);
  assert.deepEqual(client.grant_types, ['authorization_code']);
  assert.equal(client.subject_type, 'public');
  assert.equal(client.previous_client_secret, null);
  for (const life of [client.access_token_seconds, client.id_token_seconds, client.refresh_token_seconds])
    assert.ok(life > 0);
});

test('RFC 6749: a grant that a client cannot have is refused', () => {
  assert.deepEqual(faults({ grant_types: ['authorization_code', 'refresh_token', 'client_credentials'] }), []);
  assert.deepEqual(faults({ grant_types: ['client_credentials'], redirect_uris: [] }), []);
  assert.deepEqual(faults({ grant_types: ['refresh_token'] }), ['grant_types']);
  assert.deepEqual(faults({ ...isPublic, grant_types: ['authorization_code', 'client_credentials'] }), ['grant_types']);
  for (const grant of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code', '']) {
    assert.deepEqual(faults({ grant_types: [grant] }), ['grant_types']);
  }
  assert.deepEqual(faults({ grant_types: [] }), ['grant_types']);
  assert.deepEqual(faults({ redirect_uris: [] }), ['redirect_uris']);
});

test('A-13: no life is without an end', () => {
  for (const member of [
    'access_token_seconds',
    'id_token_seconds',
    'refresh_token_idle_seconds',
    'refresh_token_seconds',
  ]) {
    for (const life of [0, 59, -1, 1.5, 366 * 86_400, Number.POSITIVE_INFINITY, null, '60']) {
      assert.deepEqual(faults({ [member]: life }), [member], `${member} ${life}`);
    }
    assert.deepEqual(faults({ [member]: 60 }), []);
  }
});

test('N-03: the secret before has an end, and is judged like the other', () => {
  assert.deepEqual(faults(previous), []);
  const { previous_client_secret, previous_client_secret_expires_at } = previous;
  assert.deepEqual(faults({ previous_client_secret }), ['previous_client_secret_expires_at']);
  assert.deepEqual(faults({ previous_client_secret_expires_at }), ['previous_client_secret']);
  assert.deepEqual(faults({ ...previous, previous_client_secret: 'changeme' }), ['previous_client_secret']);
  assert.deepEqual(faults({ ...isPublic, ...previous }), ['previous_client_secret']);
  for (const time of ['2027-01-31', 'tomorrow', 1_800_000_000]) {
    assert.deepEqual(faults({ ...previous, previous_client_secret_expires_at: time }).slice(0, 1), [
      'previous_client_secret_expires_at',
    ]);
  }
});

test('an address is a name only for a client that may have it; a public client is nobody’s resource server', () => {
  assert.deepEqual(faults({ username_format: 'email' }), ['username_format']);
  assert.deepEqual(faults({ username_format: 'email', claims: ['email'] }), []);
  assert.deepEqual(faults({ ...isPublic, may_introspect: ['other'] }), ['may_introspect']);
});
