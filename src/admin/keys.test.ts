import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { forEachDatabase } from '../../test/databases.ts';
import { nothingWritten } from '../configuration/documents.ts';
import { exportFile } from '../configuration/export-file.ts';
import { planChanges } from '../configuration/plan.ts';
import { type ConfigurationStore, createConfigurationStore } from '../configuration/revisions.ts';
import { createConfigurationSource } from '../configuration/snapshot.ts';
import { createVault } from '../crypto.ts';
import { RETIRED_KEY_LIFE } from '../oidc/keys.ts';
import type { Database } from '../store/database.ts';
import { createSigningKeys } from '../store/signing-keys.ts';
import { listKeys, rotateSigningKey } from './keys.ts';

const environment = { now: () => 1_000, randomBytes: (bytes: number) => randomBytes(bytes) };
const authorship = { by: 'ana', reason: 'a test', at: 1_000 };
const kinds = ['SQLite in memory', 'PostgreSQL'] as const;

function setUp(durable: Database) {
  const vault = createVault('a secret of the test that is long', environment);
  return { keys: createSigningKeys(durable, vault), configuration: createConfigurationStore(durable, vault) };
}

const rotate = (stores: ReturnType<typeof setUp>) => rotateSigningKey(stores, 'ES256', environment, authorship);

forEachDatabase(
  'after a rotation the new key signs, and the old one is published for a day',
  async ({ durable }) => {
    const stores = setUp(durable);
    assert.equal((await rotate(stores)).kid, 'es256-1');
    assert.equal((await rotate(stores)).kid, 'es256-2');
    const states = async (now: number) =>
      Object.fromEntries((await listKeys(stores.keys, now)).map(({ kid, state }) => [kid, state]));
    assert.deepEqual(await states(1_000), { 'es256-1': 'published', 'es256-2': 'signing' });
    assert.deepEqual(await states(1_000 + RETIRED_KEY_LIFE), { 'es256-1': 'withdrawn', 'es256-2': 'signing' });
  },
  kinds,
);

forEachDatabase(
  'R-18 a rotation makes a running process look again, although no document changed',
  async ({ durable }) => {
    const stores = setUp(durable);
    const problems: Error[] = [];
    const source = createConfigurationSource({
      store: stores.configuration,
      now: environment.now,
      everyMs: 0,
      report: (problem) => problems.push(problem),
    });
    const before = await source.current();
    await rotate(stores);
    const after = await source.current();
    assert.notEqual(after, before);
    assert.deepEqual({ ...after, revision: 0 }, before);
    assert.deepEqual(problems, []);
  },
  kinds,
);

forEachDatabase(
  'the notice of a rotation is no document: a plan that prunes and an export pass it over',
  async ({ durable }) => {
    const stores = setUp(durable);
    await rotate(stores);
    const current = await stores.configuration.loadAll();
    assert.deepEqual(planChanges(current, nothingWritten, { prune: true, vendors: [] }).changes, []);
    assert.equal(exportFile(current, []).text, 'providers: []\nclients: []\n');
    assert.equal(current.revision, 1);
  },
  kinds,
);

forEachDatabase(
  'others who save at the same time do not keep servers from being told',
  async ({ durable }) => {
    const stores = setUp(durable);
    let rivals = 3;
    const configuration: ConfigurationStore = {
      ...stores.configuration,
      async saveChanges(base, writes, author) {
        rivals -= 1;
        if (rivals >= 0) {
          const rival = { kind: 'brand', name: 'default', document: {} } as const;
          await stores.configuration.saveChanges(base, [rival], author);
        }
        return stores.configuration.saveChanges(base, writes, author);
      },
    };
    await rotateSigningKey({ ...stores, configuration }, 'ES256', environment, authorship);
    assert.equal(await stores.configuration.latestRevision(), 4);
  },
  kinds,
);
