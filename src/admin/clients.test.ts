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
  'a new secret replaces the old one and changes nothing else',
  async ({ durable }) => {
    const store = setUp(durable);
    const created = await createClient(store, app, environment, authorship);
    const rotated = await rotateClientSecret(store, 'app', environment, authorship);
    assert.notEqual(rotated.secret, created.secret);
    assert.deepEqual(rotated.client, created.client);
    assert.equal((await store.loadAll()).entries[0]?.document.client_secret, rotated.secret);
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
    await assert.rejects(rotateClientSecret(store, 'app', environment, authorship), refused('invalid'));
    await assert.rejects(rotateClientSecret(store, 'other', environment, authorship), refused('not_found'));
    await assert.rejects(getClient(store, 'other'), refused('not_found'));
  },
  kinds,
);
