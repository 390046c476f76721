import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { withDatabases } from '../../test/databases.ts';
import {
  type ConfigurationStore,
  type ConfigurationWrite,
  createConfigurationStore,
} from '../configuration/revisions.ts';
import { createVault } from '../crypto.ts';
import { changeConfiguration } from './change.ts';
import { AdminRefusal } from './refusal.ts';

const vault = createVault('a secret of the test that is long', { now: () => 0, randomBytes: (n) => randomBytes(n) });
const authorship = { by: 'test', reason: 'test', at: 0 };
const write = (name: string): ConfigurationWrite => ({ kind: 'client', name, document: { client_id: name } });

async function withStore(body: (store: ConfigurationStore) => Promise<void>) {
  await withDatabases('SQLite in memory', async ({ durable }) => {
    await body(createConfigurationStore(durable, vault));
  });
}

/** The store of a process beside which another one saves first, so many times. */
function withRival(store: ConfigurationStore, times: number): ConfigurationStore {
  let left = times;
  return {
    ...store,
    async saveChanges(base, writes, author) {
      if (left > 0) await store.saveChanges(await store.latestRevision(), [write(`rival-${left}`)], author);
      left -= 1;
      return store.saveChanges(base, writes, author);
    },
  };
}

test('O-08 when another process was faster, the plan is made again from what that one left', () =>
  withStore(async (store) => {
    const seen: number[] = [];
    const { revision } = await changeConfiguration(
      withRival(store, 2),
      (current) => {
        seen.push(current.entries.length);
        return { baseRevision: current.revision, changes: [], writes: [write('ours')] };
      },
      authorship,
    );
    assert.deepEqual(seen, [0, 1, 2]);
    assert.equal(revision, 3);
    assert.deepEqual(
      (await store.loadAll()).entries.map(({ name }) => name),
      ['rival-2', 'rival-1', 'ours'],
    );
  }));

test('O-08 after three losses nothing is written, and the operator is told', () =>
  withStore(async (store) => {
    await assert.rejects(
      changeConfiguration(
        withRival(store, 3),
        ({ revision }) => ({ baseRevision: revision, changes: [], writes: [write('ours')] }),
        authorship,
      ),
      (error) => error instanceof AdminRefusal && error.reason === 'conflict',
    );
    assert.ok((await store.loadAll()).entries.every(({ name }) => name !== 'ours'));
  }));
