/**
 * The record of a provider and its versions, over both databases.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { forEachDatabase } from '../../test/databases.ts';
import { parseConfigurationFile } from '../configuration/file.ts';
import { createConfigurationStore } from '../configuration/revisions.ts';
import { createVault } from '../crypto.ts';
import type { JsonObject } from '../model.ts';
import { vendors } from '../providers/registry.ts';
import { type Database, sql } from '../store/database.ts';
import { applyConfiguration } from './configuration.ts';
import { providerHistory, restoreProvider, setProviderEnabled, showProvider } from './provider-record.ts';
import { AdminRefusal, type AdminRefusalReason } from './refusal.ts';

const kinds = ['SQLite in memory', 'PostgreSQL'] as const;
const environment = { now: () => 1_000, randomBytes: (bytes: number) => randomBytes(bytes) };
const by = (name: string, at = 1_000) => ({ by: name, reason: `${name} wanted it`, at });

const file = (secret: string, name = 'Uni') => `
providers:
  - slug: uni
    vendor: oidc
    enabled: true
    name: ${name}
    settings: { issuer: https://uni.example, client_id: a, client_secret: ${secret} }
`;

function setUp(durable: Database) {
  const store = createConfigurationStore(durable, createVault('a secret of the test that is long', environment));
  return {
    store,
    async apply(text: string, authorship = by('ana')) {
      const wanted = parseConfigurationFile(text, { env: {}, vendors });
      await applyConfiguration(store, wanted, { prune: false, vendors }, authorship);
    },
    async write(name: string, document: JsonObject | null) {
      const base = await store.latestRevision();
      assert.ok((await store.saveChanges(base, [{ kind: 'provider', name, document }], by('newer'))).saved);
    },
    async document(slug: string) {
      const { entries } = await store.loadAll();
      return entries.find(({ kind, name }) => kind === 'provider' && name === slug)?.document ?? null;
    },
  };
}

const refused = (reason: AdminRefusalReason, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AdminRefusal, String(error));
  assert.match(error.message, words);
  assert.doesNotMatch(error.message, /canary/);
  return error.reason === reason;
};

const restore = (store: ReturnType<typeof setUp>['store'], revision: number, slug = 'uni') =>
  restoreProvider(store, { slug, revision }, vendors, by('eva', 5_000));
const turn = (store: ReturnType<typeof setUp>['store'], enabled: boolean, slug = 'uni') =>
  setProviderEnabled(store, { slug, enabled }, vendors, by('eva', 5_000));

forEachDatabase(
  'O-06 each change is a version with who, when and why; the newest counts; an earlier one can be restored',
  async ({ durable }) => {
    const { store, apply, document } = setUp(durable);
    await apply(file('first'), by('ana', 1_000));
    const first = await document('uni');
    await apply(file('second', 'Universidad'), by('ben', 2_000));
    assert.deepEqual(await turn(store, false), { slug: 'uni', changed: true, revision: 3 });
    assert.equal((await document('uni'))?.enabled, false);
    assert.deepEqual(await restore(store, 1), { slug: 'uni', changed: true, revision: 4 });
    assert.deepEqual(await document('uni'), first);

    const history = await providerHistory(store, 'uni');
    assert.deepEqual(
      history.map(({ revision, by: who, at }) => [revision, who, at]),
      [
        [4, 'eva', 5_000],
        [3, 'eva', 5_000],
        [2, 'ben', 2_000],
        [1, 'ana', 1_000],
      ],
    );
    assert.equal(history[0]?.reason, 'eva wanted it');
    const events = await durable.all(sql`select id from audit_events where type = ${'config.changed'}`);
    assert.equal(events.length, 4);
    // Nothing was edited: the versions in between are there still.
    assert.equal((await restore(store, 2)).changed, true);
    assert.equal((await document('uni'))?.name, 'Universidad');
  },
  kinds,
);

forEachDatabase(
  'what is so already is not written again',
  async ({ durable }) => {
    const { store, apply } = setUp(durable);
    await apply(file('first'));
    assert.deepEqual(await turn(store, true), { slug: 'uni', changed: false, revision: 1 });
    assert.deepEqual(await restore(store, 1), { slug: 'uni', changed: false, revision: 1 });
    assert.equal((await providerHistory(store, 'uni')).length, 1);
  },
  kinds,
);

forEachDatabase(
  'what there is not is refused: a provider, a version, a version of another, one that removed it',
  async ({ durable }) => {
    const { store, apply, write } = setUp(durable);
    await apply(file('canary'));
    await write('other', { slug: 'other', vendor: 'oidc', enabled: false });
    await write('uni', null);
    await assert.rejects(restore(store, 9), refused('not_found', /no revision 9 of provider uni/));
    await assert.rejects(restore(store, 2), refused('not_found', /no revision 2 of provider uni/));
    await assert.rejects(restore(store, 3), refused('invalid', /revision 3 of provider uni removed it/));
    await assert.rejects(restore(store, 1, 'gone'), refused('not_found', /of provider gone/));
    await assert.rejects(turn(store, true), refused('not_found', /no provider uni/));
    await assert.rejects(showProvider(store, 'uni', vendors), refused('not_found', /no provider uni/));
    await assert.rejects(providerHistory(store, 'gone'), refused('not_found', /no provider gone/));
    // Removed is no end: its history is there, and so is the way back.
    assert.equal((await providerHistory(store, 'uni'))[0]?.change, 'removed');
    assert.equal((await restore(store, 1)).changed, true);
  },
  kinds,
);

const unreadable: readonly [what: string, document: JsonObject, words: RegExp][] = [
  [
    'a vendor that is not known',
    { vendor: 'not-yet-invented', settings: { secret: 'canary' } },
    /vendor is not a vendor/,
  ],
  ['a member that is not known', { vendor: 'oidc', soon: 'canary' }, /soon is unknown/],
  [
    'settings that are not understood',
    { vendor: 'oidc', settings: { client_id: 'a', soon: 'canary' } },
    /settings\.soon is unknown/,
  ],
];
for (const [what, more, words] of unreadable) {
  forEachDatabase(
    `O-07 a version with ${what} is not restored and not switched on, but always off`,
    async ({ durable }) => {
      const { store, apply, write, document } = setUp(durable);
      const newer = { slug: 'uni', enabled: true, ...more };
      await write('uni', newer);
      assert.equal((await turn(store, false)).changed, true);
      assert.deepEqual(await document('uni'), { ...newer, enabled: false });
      await assert.rejects(turn(store, true), refused('invalid', words));
      await apply(file('first'));
      await assert.rejects(restore(store, 1), refused('invalid', words));
      await assert.rejects(restore(store, 1), refused('invalid', /revision 1 of provider uni cannot be read/));
      assert.equal((await document('uni'))?.name, 'Uni');
    },
    kinds,
  );
}

forEachDatabase(
  'a version that was sealed with another secret is refused, in words',
  async ({ durable }) => {
    const other = createConfigurationStore(durable, createVault('another secret of the test, as long', environment));
    await other.saveChanges(0, [{ kind: 'provider', name: 'uni', document: { slug: 'uni' } }], by('ana'));
    await assert.rejects(restore(setUp(durable).store, 1), refused('invalid', /sealed with another secret/));
  },
  kinds,
);

forEachDatabase(
  'what is shown holds every member with its meaning, and no secret',
  async ({ durable }) => {
    const { store, apply, write } = setUp(durable);
    await apply(file('canary'));
    const shown = await showProvider(store, 'uni', vendors);
    assert.equal(shown.revision, 1);
    const valueIn = (member: string) => shown.members.find((one) => one.member === member)?.value;
    assert.deepEqual([valueIn('slug'), valueIn('name'), valueIn('visible')], ['uni', 'Uni', true]);
    assert.equal(valueIn('settings.issuer'), 'https://uni.example');
    assert.equal(
      valueIn('settings.client_authentication'),
      'client_secret_basic',
      'what holds where nothing is written',
    );
    assert.equal(valueIn('settings.client_secret'), '(secret)');
    assert.equal(valueIn('settings'), undefined);
    assert.ok(shown.members.every(({ meaning }) => meaning !== null));
    assert.doesNotMatch(JSON.stringify([shown, await providerHistory(store, 'uni')]), /canary/);

    // Of what this program does not know everything is taken for a secret.
    for (const [, more] of unreadable.filter(([, { settings }]) => settings !== undefined)) {
      await write('uni', { slug: 'uni', enabled: true, ...more });
      assert.doesNotMatch(JSON.stringify(await showProvider(store, 'uni', vendors)), /canary/);
    }
  },
  kinds,
);

forEachDatabase(
  'O-08 of fifty operators at once each is told what became of it, and no version is lost',
  async ({ durable }) => {
    const { store, apply } = setUp(durable);
    await apply(file('first'));
    await apply(file('second', 'Universidad'));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? turn(store, index % 4 === 0) : restore(store, 1))),
    );
    let changed = 0;
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') changed += outcome.value.changed ? 1 : 0;
      else assert.ok(refused('conflict', /nothing was written/)(outcome.reason));
    }
    const history = await providerHistory(store, 'uni');
    assert.equal(history.length, 2 + changed);
    assert.deepEqual(
      history.map(({ revision }) => revision),
      Array.from({ length: 2 + changed }, (_, index) => 2 + changed - index),
    );
  },
  kinds,
);
