import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { forEachDatabase } from '../../test/databases.ts';
import { exportFile } from '../configuration/export-file.ts';
import { createConfigurationStore } from '../configuration/revisions.ts';
import { createVault } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import { type Database, sql } from '../store/database.ts';
import { createClient, getClient, listClients, type NewClient, rotateClientSecret } from './clients.ts';
import { AdminRefusal, type AdminRefusalReason } from './refusal.ts';

const environment = { now: () => 1_000, randomBytes: (bytes: number) => randomBytes(bytes) };
const authorship = { by: 'ana', reason: 'a test', at: 1_000 };
const members = {
  client_name: 'An app',
  redirect_uris: ['https://app.example/callback'],
  skip_authorization: false,
  claims: ['email'],
};
const app: NewClient = { client_id: 'app', confidential: true, members };
const kinds = ['SQLite in memory', 'PostgreSQL'] as const;

function setUp(durable: Database) {
  return createConfigurationStore(durable, createVault('a secret of the test that is long', environment));
}

const refused = (reason: AdminRefusalReason) => (error: unknown) =>
  error instanceof AdminRefusal && error.reason === reason;

forEachDatabase(
  'N-05 the secret of a new client is returned once: no list, view, export or audit event has it',
  async ({ durable }) => {
    const store = setUp(durable);
    const { client, secret, revision } = await createClient(store, app, environment, authorship);
    assert.equal(revision, 1);
    assert.equal(Buffer.from(secret ?? '', 'base64url').length, 32);
    const current = await store.loadAll();
    assert.equal(current.entries[0]?.document.client_secret, secret);
    const shown = JSON.stringify([
      client,
      await listClients(store),
      await getClient(store, 'app'),
      exportFile(current, []),
      await durable.all(sql`select * from audit_events`),
      await durable.all(sql`select * from configuration_revisions`),
    ]);
    assert.ok(!shown.includes(secret ?? 'no secret'));
  },
  kinds,
);

forEachDatabase(
  'what is created is a document of the configuration: an export has it',
  async ({ durable }) => {
    const store = setUp(durable);
    await createClient(store, app, environment, authorship);
    const { text, variables } = exportFile(await store.loadAll(), []);
    assert.match(text, /client_id: app/);
    assert.deepEqual(
      variables.map(({ variable }) => variable),
      ['CLIENT_APP_CLIENT_SECRET'],
    );
    assert.deepEqual(
      (await store.history('client', 'app')).map(({ by, reason }) => [by, reason]),
      [['ana', 'a test']],
    );
  },
  kinds,
);

forEachDatabase(
  'without an id each client gets one of its own; an id that is taken is refused',
  async ({ durable }) => {
    const store = setUp(durable);
    const first = await createClient(store, { ...app, client_id: null }, environment, authorship);
    const second = await createClient(store, { ...app, client_id: null }, environment, authorship);
    assert.notEqual(first.client.client_id, second.client.client_id);
    const again = { ...app, client_id: first.client.client_id };
    await assert.rejects(createClient(store, again, environment, authorship), refused('exists'));
    assert.equal(await store.latestRevision(), 2);
  },
  kinds,
);

forEachDatabase(
  'every fault of a new client is reported at once, and nothing is written',
  async ({ durable }) => {
    const store = setUp(durable);
    const wrong = { ...members, redirect_uris: ['http://app.example/*'], claims: ['shoe_size'] };
    await assert.rejects(
      createClient(store, { ...app, members: wrong }, environment, authorship),
      (error) => error instanceof ConfigurationError && error.faults.length === 2,
    );
    const nowhere = { ...members, default_provider: 'nobody' };
    await assert.rejects(
      createClient(store, { ...app, members: nowhere }, environment, authorship),
      ConfigurationError,
    );
    assert.equal(await store.latestRevision(), 0);
  },
  kinds,
);

forEachDatabase(
  'N-03 a new secret takes the place of the old one, which is kept for a while or not at all, and changes nothing else',
  async ({ durable }) => {
    const store = setUp(durable);
    const created = await createClient(store, app, environment, authorship);
    const rotate = (keepFor: number) => rotateClientSecret(store, 'app', keepFor, environment, authorship);
    const secrets = async () => {
      const { client_secret, previous_client_secret } = (await store.loadAll()).entries[0]?.document ?? {};
      return [client_secret, previous_client_secret];
    };
    const first = await rotate(60_000);
    assert.notEqual(first.secret, created.secret);
    const previous_client_secret_expires_at = '1970-01-01T00:01:01.000Z';
    assert.deepEqual(first.client, { ...created.client, previous_client_secret_expires_at });
    assert.deepEqual(await secrets(), [first.secret, created.secret]);
    const second = await rotate(60_000);
    assert.deepEqual(await secrets(), [second.secret, first.secret], 'two at most');
    const { variables, text } = exportFile(await store.loadAll(), []);
    assert.equal(variables.length, 2);
    const shown = JSON.stringify([
      second.client,
      text,
      await getClient(store, 'app'),
      await durable.all(sql`select * from audit_events`),
    ]);
    for (const secret of [created.secret, first.secret, second.secret]) assert.ok(!shown.includes(secret ?? 'none'));
    const third = await rotate(0);
    assert.deepEqual(await secrets(), [third.secret, null]);
    assert.deepEqual(third.client, created.client);
  },
  kinds,
);

forEachDatabase(
  'a public client gets no secret, at first or later; a client that is not there has none',
  async ({ durable }) => {
    const store = setUp(durable);
    const created = await createClient(store, { ...app, confidential: false }, environment, authorship);
    assert.equal(created.secret, null);
    assert.equal(created.client.token_endpoint_auth_method, 'none');
    await assert.rejects(rotateClientSecret(store, 'app', 0, environment, authorship), refused('invalid'));
    await assert.rejects(rotateClientSecret(store, 'other', 0, environment, authorship), refused('not_found'));
    await assert.rejects(getClient(store, 'other'), refused('not_found'));
  },
  kinds,
);
