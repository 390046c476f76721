import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { forEachDatabase } from '../../test/databases.ts';
import { createVault } from '../crypto.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { type ConfigurationStore, type ConfigurationWrite, createConfigurationStore } from './revisions.ts';
import { type ConfigurationSnapshot, createConfigurationSource } from './snapshot.ts';

const vault = createVault('a secret of the test that is long', { now: () => 0, randomBytes: (n) => randomBytes(n) });
const authorship = { by: 'cli', reason: '', at: 0 };

function provider(name: string, client_id: string): ConfigurationWrite {
  const document = { slug: name, vendor: 'example', enabled: true, settings: { client_id } };
  return { kind: 'provider', name, document };
}

/** A store in memory that counts what it is asked and fails on request. */
function fakeStore() {
  const revisions: ConfigurationWrite[] = [];
  const asked: string[] = [];
  const fake = {
    revisions,
    asked,
    down: false,
    latestRevision: async () => ask('latest', revisions.length),
    loadAll: async () =>
      ask('all', {
        revision: revisions.length,
        entries: revisions.filter((write) => write.document !== null),
      }) as Promise<Awaited<ReturnType<ConfigurationStore['loadAll']>>>,
    loadSince: async (revision: number) =>
      ask('since', { revision: revisions.length, writes: revisions.slice(revision) }),
  };
  async function ask<T>(what: string, answer: T): Promise<T> {
    asked.push(what);
    await Promise.resolve();
    if (fake.down) throw new DatabaseUnavailable('down');
    return answer;
  }
  return fake;
}

function setUp() {
  const store = fakeStore();
  const clock = { now: 0 };
  const problems: string[] = [];
  const source = createConfigurationSource({
    store,
    now: () => clock.now,
    everyMs: 2_000,
    report: ({ message }) => problems.push(message),
  });
  return { store, clock, problems, source };
}

const idsOf = ({ providers }: ConfigurationSnapshot) =>
  [...providers.values()].map(({ settings }) => settings.client_id);

forEachDatabase('a running server sees what another process saved, and what it removed', async ({ durable }) => {
  const store = createConfigurationStore(durable, vault);
  const clock = { now: 0 };
  const fail = (problem: Error) => assert.fail(problem);
  const source = createConfigurationSource({ store, now: () => clock.now, everyMs: 2_000, report: fail });
  assert.equal((await source.current()).revision, 0);
  await store.saveChanges(0, [provider('a', '1'), provider('b', '1')], authorship);
  clock.now += 2_000;
  assert.deepEqual(idsOf(await source.current()), ['1', '1']);
  await store.saveChanges(2, [provider('a', '2'), { kind: 'provider', name: 'b', document: null }], authorship);
  clock.now += 2_000;
  assert.deepEqual(idsOf(await source.current()), ['2']);
});

test('the store is asked at most every two seconds, and only for the number when nothing changed', async () => {
  const { store, clock, source } = setUp();
  store.revisions.push(provider('a', '1'));
  const first = await source.current();
  clock.now = 1_999;
  assert.equal(await source.current(), first);
  assert.deepEqual(store.asked, ['all']);
  clock.now = 2_000;
  assert.equal(await source.current(), first);
  assert.deepEqual(store.asked, ['all', 'latest']);
});

test('only newer revisions are loaded; the old value and unchanged documents stay what they were', async () => {
  const { store, clock, source } = setUp();
  store.revisions.push(provider('a', '1'), provider('b', '1'));
  const first = await source.current();
  store.revisions.push(provider('b', '2'));
  clock.now = 2_000;
  const second = await source.current();
  assert.deepEqual(store.asked, ['all', 'latest', 'since']);
  assert.notEqual(second, first);
  assert.deepEqual(idsOf(first), ['1', '1']);
  assert.deepEqual(idsOf(second), ['1', '2']);
  assert.equal(second.providers.get('a'), first.providers.get('a'));
});

test('callers that come together share one load', async () => {
  const { store, source } = setUp();
  const snapshots = await Promise.all(Array.from({ length: 100 }, () => source.current()));
  assert.equal(new Set(snapshots).size, 1);
  assert.deepEqual(store.asked, ['all']);
});

test('R-13 while the database is down the last configuration stays, is reported, and the database is not pressed', async () => {
  const { store, clock, problems, source } = setUp();
  const first = await source.current();
  store.down = true;
  store.revisions.push(provider('a', '1'));
  clock.now = 2_000;
  assert.equal(await source.current(), first);
  assert.equal(await source.current(), first);
  assert.deepEqual(store.asked, ['all', 'latest']);
  assert.deepEqual(problems, ['the configuration could not be read again; revision 0 stays']);
  store.down = false;
  clock.now = 4_000;
  assert.deepEqual(idsOf(await source.current()), ['1']);
});

test('without a first configuration nothing is pretended, and the next call tries again', async () => {
  const { store, source } = setUp();
  store.down = true;
  await assert.rejects(source.current(), DatabaseUnavailable);
  store.down = false;
  assert.equal((await source.current()).revision, 0);
});

test('a clock that was set back does not stop the looking', async () => {
  const { store, clock, source } = setUp();
  clock.now = 1_000_000;
  await source.current();
  store.revisions.push(provider('a', '1'));
  clock.now = 5_000;
  assert.deepEqual(idsOf(await source.current()), ['1']);
});

test('O-07 a stored provider that this version cannot read is off, never half on, and is reported without its values', async () => {
  const { store, clock, problems, source } = setUp();
  store.revisions.push(provider('a', '1'));
  await source.current();
  store.revisions.push({ kind: 'provider', name: 'a', document: { slug: 'a', enabled: 'canary', settings: {} } });
  clock.now = 2_000;
  assert.deepEqual(idsOf(await source.current()), []);
  assert.deepEqual(problems, ['the stored provider a is left out: this version cannot read vendor, enabled']);
});

test('the section mail is followed; one that cannot be read or was removed is as if it never was', async () => {
  const { store, clock, problems, source } = setUp();
  const mail = (document: ConfigurationWrite['document']) => ({ kind: 'mail', name: 'default', document }) as const;
  const unset = { from_address: null, from_name: null };
  assert.deepEqual((await source.current()).mail, unset);
  const steps = [
    [mail({ from_address: 'hola@uni.mx' }), { from_address: 'hola@uni.mx', from_name: null }],
    [mail({ from_address: 'canary' }), unset],
    [mail({ from_name: 'Campus' }), { from_address: null, from_name: 'Campus' }],
    [mail(null), unset],
  ] as const;
  for (const [write, expected] of steps) {
    store.revisions.push(write);
    clock.now += 2_000;
    assert.deepEqual((await source.current()).mail, expected);
  }
  assert.deepEqual(problems, ['the stored mail default is left out: this version cannot read from_address']);
});

test('O-07: the section registration is followed; one that cannot be read is not as if nothing were asked', async () => {
  const { store, clock, problems, source } = setUp();
  const write = (document: ConfigurationWrite['document']) =>
    ({ kind: 'registration', name: 'default', document }) as const;
  assert.equal((await source.current()).registration, null);
  const after = async (document: ConfigurationWrite['document']) => {
    store.revisions.push(write(document));
    clock.now += 2_000;
    const { registration } = await source.current();
    return registration === null || registration === 'unreadable' ? registration : registration.verify_email;
  };
  assert.equal(await after({ verify_email: true }), true);
  assert.equal(await after({ verify_email: true, fields: { shoe_size: 'required' } }), 'unreadable');
  assert.equal(await after({ verify_email: false }), false);
  assert.equal(await after(null), null);
  assert.deepEqual(problems, ['the stored registration default is left out: this version cannot read fields']);
});

test('without a word of the operator no private address may be called', async () => {
  const { source } = setUp();
  assert.deepEqual((await source.current()).outbound, { allow_private: [] });
});
