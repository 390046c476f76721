import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { forEachDatabase, withDatabases } from '../../test/databases.ts';
import { createVault, SealBroken } from '../crypto.ts';
import { sql } from '../store/database.ts';
import { type ConfigurationWrite, createConfigurationStore } from './revisions.ts';

const environment = { now: () => 1_000, randomBytes: (bytes: number) => randomBytes(bytes) };
const vault = createVault('a secret of the test that is long', environment);
const authorship = { by: 'cli', reason: 'a test', at: 1_000 };
const provider = (name: string, client_secret: string): ConfigurationWrite => ({
  kind: 'provider',
  name,
  document: { slug: name, client_secret },
});

forEachDatabase('what was saved is loaded: all, or only what is newer', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  assert.deepEqual(await store.loadAll(), { revision: 0, entries: [] });
  assert.deepEqual(await store.saveChanges(0, [provider('a', '1'), provider('b', '1')], authorship), {
    saved: true,
    revision: 2,
  });
  await store.saveChanges(2, [provider('a', '2'), { kind: 'provider', name: 'b', document: null }], authorship);
  assert.equal(await store.latestRevision(), 4);
  assert.deepEqual(await store.loadAll(), { revision: 4, entries: [provider('a', '2')] });
  assert.deepEqual(await store.loadSince(2), {
    revision: 4,
    writes: [provider('a', '2'), { kind: 'provider', name: 'b', document: null }],
  });
  assert.deepEqual(await store.loadSince(4), { revision: 4, writes: [] });
});

forEachDatabase('the history of a document says who, when and why, and shows no document', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  await store.saveChanges(0, [provider('a', 'canary'), provider('b', '1')], authorship);
  await store.saveChanges(2, [{ kind: 'provider', name: 'a', document: null }], {
    by: 'ana',
    reason: 'gone',
    at: 2_000,
  });
  assert.deepEqual(await store.history('provider', 'a'), [
    { revision: 3, change: 'removed', by: 'ana', reason: 'gone', at: 2_000 },
    { revision: 1, change: 'written', by: 'cli', reason: 'a test', at: 1_000 },
  ]);
});

forEachDatabase('O-08 of twenty changes made against one revision exactly one is saved, whole', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      store.saveChanges(0, [provider('a', `${index}`), provider('b', `${index}`)], authorship),
    ),
  );
  assert.equal(results.filter(({ saved }) => saved).length, 1);
  const { revision, entries } = await store.loadAll();
  assert.equal(revision, 2);
  assert.equal(entries[0]?.document.client_secret, entries[1]?.document.client_secret);
});

forEachDatabase('a base revision that does not exist saves nothing: revisions have no gaps', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  assert.deepEqual(await store.saveChanges(7, [provider('a', '1')], authorship), { saved: false });
  assert.equal(await store.latestRevision(), 0);
});

forEachDatabase('O-06 each revision has one audit event, without the document', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  await store.saveChanges(0, [provider('a', 'canary'), provider('b', 'canary')], authorship);
  const events = await durable.all(sql`select * from audit_events order by id`);
  assert.deepEqual(
    events.map(({ type, provider }) => [type, provider]),
    [
      ['config.changed', 'a'],
      ['config.changed', 'b'],
    ],
  );
  assert.ok(!JSON.stringify(events).includes('canary'));
});

async function withStore(
  body: (
    store: ReturnType<typeof createConfigurationStore>,
    durable: Parameters<typeof createConfigurationStore>[0],
  ) => Promise<void>,
) {
  await withDatabases('SQLite in memory', async ({ durable }) => {
    await body(createConfigurationStore(durable, vault), durable);
  });
}

test('secrets are sealed at rest', () =>
  withStore(async (store, durable) => {
    await store.saveChanges(0, [provider('a', 'canary')], authorship);
    assert.ok(!JSON.stringify(await durable.all(sql`select * from configuration_revisions`)).includes('canary'));
  }));

test('a sealed document that was moved to another name or revision does not open', () =>
  withStore(async (store, durable) => {
    await store.saveChanges(0, [provider('a', '1'), provider('b', '1'), provider('a', '2')], authorship);
    const sealed = await durable.get(sql`select document from configuration_revisions where revision = 1`);
    await durable.run(
      sql`update configuration_revisions set document = ${sealed?.document ?? null} where revision = 3`,
    );
    await assert.rejects(store.loadAll(), SealBroken);
  }));

test('a kind of document that this version does not know is left alone', () =>
  withStore(async (store, durable) => {
    await durable.run(sql`
      insert into configuration_revisions (revision, kind, name, document, changed_at, changed_by, reason)
      values (1, 'platform', 'moodle', 'x', 0, 'newer', '')`);
    assert.deepEqual(await store.loadAll(), { revision: 1, entries: [] });
  }));
