/**
 * The keys that sign: made once, followed in an order in which no client ever meets a signature that it cannot check.
 */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, type JsonWebKey, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { countRows, forEachStore, forEachStoreAndInterleaved, NOW, type TestStore } from '../../test/store-fixture.ts';
import { createLog } from '../events/log.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { openDatabases } from '../store/open-database.ts';
import type { SigningKey, SigningKeys } from '../store/signing-keys.ts';
import { createStore } from '../store/store.ts';
import { rotateDueKeys } from './key-schedule.ts';
import { createKeySource } from './key-source.ts';
import {
  DAY,
  type DatedKey,
  dateKeys,
  KEY_ADVANCE,
  keySet,
  loadSigningKeys,
  RETIRED_KEY_LIFE,
  rotateKey,
  SETTLING,
  withdrawKey,
} from './keys.ts';

const slowly = { algorithm: 'RS256', begin: 'when clients have seen it', by: 'ana', reason: 'a test' } as const;
const atOnce = { ...slowly, begin: 'at once' } as const;
/** For races: such a key is made in a thousandth of the time. */
const es256 = { algorithm: 'ES256' } as const;

const statesOf = (keys: readonly DatedKey[]) => Object.fromEntries(keys.map(({ kid, state }) => [kid, state]));
const statesNow = async ({ store, clock }: TestStore) => statesOf(dateKeys(await store.signingKeys.all(), clock.now()));

forEachStore('the first start makes one key for each algorithm, later starts find them', async ({ store, clock }) => {
  const first = await loadSigningKeys(store.signingKeys, clock);
  assert.deepEqual(first.map(({ kid }) => kid).sort(), ['es256-1', 'rs256-1']);
  clock.advance(1000);
  assert.deepEqual(await loadSigningKeys(store.signingKeys, clock), first);
});

forEachStoreAndInterleaved('processes that start at the same moment use the same keys', async ({ store, clock }) => {
  const loaded = await Promise.all(Array.from({ length: 4 }, () => loadSigningKeys(store.signingKeys, clock)));
  for (const keys of loaded) assert.deepEqual(keys, loaded[0]);
});

forEachStore('each key signs with its own algorithm, and its public part checks it', async ({ store, clock }) => {
  for (const { jwk, algorithm } of await loadSigningKeys(store.signingKeys, clock)) {
    const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
    assert.equal(key.asymmetricKeyType, algorithm === 'RS256' ? 'rsa' : 'ec');
    assert.ok(algorithm !== 'RS256' || key.asymmetricKeyDetails?.modulusLength === 2048);
    assert.ok(algorithm !== 'ES256' || key.asymmetricKeyDetails?.namedCurve === 'prime256v1');
    const text = Buffer.from('text');
    assert.ok(verify('sha256', text, createPublicKey(key), sign('sha256', text, key)));
  }
});

forEachStore(
  'A-42 a new key is published for more than a day before it signs, the old one long after',
  async (given) => {
    const { store, clock } = given;
    await loadSigningKeys(store.signingKeys, clock);
    clock.advance(1000);
    assert.equal((await rotateKey(store.signingKeys, slowly, clock)).kid, 'rs256-2');
    assert.deepEqual(await statesNow(given), { 'rs256-1': 'signing', 'rs256-2': 'next', 'es256-1': 'signing' });
    clock.advance(KEY_ADVANCE - 1);
    assert.equal((await statesNow(given))['rs256-2'], 'next');
    clock.advance(1);
    assert.deepEqual(await statesNow(given), { 'rs256-1': 'retired', 'rs256-2': 'signing', 'es256-1': 'signing' });
    clock.advance(RETIRED_KEY_LIFE - 1);
    assert.equal((await statesNow(given))['rs256-1'], 'retired');
    clock.advance(1);
    assert.equal((await statesNow(given))['rs256-1'], 'gone');
  },
);

for (const rotation of [slowly, atOnce]) {
  forEachStoreAndInterleaved(`of fifty who rotate (${rotation.begin}), all get one and the same key`, async (given) => {
    const { store, clock, databases } = given;
    await loadSigningKeys(store.signingKeys, clock);
    const events = await countRows(databases.durable, 'audit_events');
    clock.advance(1);
    const made = await Promise.all(
      Array.from({ length: 50 }, () => rotateKey(store.signingKeys, { ...rotation, ...es256 }, clock)),
    );
    assert.deepEqual([...new Set(made.map(({ kid }) => kid))], ['es256-2']);
    assert.deepEqual(await statesNow(given), { 'rs256-1': 'signing', 'es256-1': 'signing', 'es256-2': 'next' });
    // One event for the one change.
    assert.equal(await countRows(databases.durable, 'audit_events'), events + 1);
  });
}

forEachStore(
  'two processes that rotate at the same moment, by hand and by schedule, make one key',
  async (given) => {
    const { store, clock, databases, vault } = given;
    await loadSigningKeys(store.signingKeys, clock);
    clock.advance(30 * DAY);
    const others = await openDatabases(databases.url, { randomBytes: clock.randomBytes, poolSize: 5 });
    try {
      const stores = [store, createStore(others, vault)];
      await Promise.all(
        Array.from({ length: 40 }, (_, n) => {
          const keys = stores[n % 2]?.signingKeys ?? assert.fail();
          return n < 4 ? rotateDueKeys(keys, 30, world(given)) : rotateKey(keys, { ...slowly, ...es256 }, clock);
        }),
      );
    } finally {
      await Promise.all([others.durable.close(), others.ephemeral.close()]);
    }
    assert.deepEqual(await statesNow(given), {
      ...{ 'rs256-1': 'signing', 'rs256-2': 'next', 'es256-1': 'signing', 'es256-2': 'next' },
    });
  },
  ['SQLite file', 'PostgreSQL'],
);

forEachStoreAndInterleaved(
  'rotating at once beside rotating slowly makes one key, which signs at once',
  async (given) => {
    const { store, clock } = given;
    await loadSigningKeys(store.signingKeys, clock);
    const rotations = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? slowly : atOnce));
    await Promise.all(rotations.map((rotation) => rotateKey(store.signingKeys, { ...rotation, ...es256 }, clock)));
    const keys = (await store.signingKeys.all()).filter(({ algorithm }) => algorithm === 'ES256');
    assert.deepEqual(
      keys.map(({ kid, signsFrom }) => [kid, signsFrom]),
      [
        ['es256-1', NOW],
        ['es256-2', NOW + SETTLING],
      ],
    );
  },
);

forEachStore('a key that waits is brought forward when one is needed at once, and put off by nobody', async (given) => {
  const { store, clock } = given;
  await rotateKey(store.signingKeys, slowly, clock);
  clock.advance(DAY);
  assert.equal((await rotateKey(store.signingKeys, slowly, clock)).signsFrom, NOW + KEY_ADVANCE);
  const forward = await rotateKey(store.signingKeys, atOnce, clock);
  assert.deepEqual([forward.kid, forward.signsFrom], ['rs256-2', clock.now() + SETTLING]);
  clock.advance(SETTLING);
  assert.deepEqual(await statesNow(given), { 'rs256-1': 'retired', 'rs256-2': 'signing', 'es256-1': 'signing' });
});

forEachStore('a key that was taken back is gone at once, and its name is never given again', async (given) => {
  const { store, clock } = given;
  await rotateKey(store.signingKeys, slowly, clock);
  assert.equal(await withdrawKey(store.signingKeys, 'rs256-2', slowly, clock), true);
  assert.equal(await withdrawKey(store.signingKeys, 'rs256-2', slowly, clock), false);
  assert.equal((await statesNow(given))['rs256-2'], 'gone');
  clock.advance(KEY_ADVANCE);
  assert.equal((await statesNow(given))['rs256-1'], 'signing');
  assert.equal((await rotateKey(store.signingKeys, atOnce, clock)).kid, 'rs256-3');
  clock.advance(SETTLING);
  assert.equal(await withdrawKey(store.signingKeys, 'rs256-1', slowly, clock), true);
  assert.deepEqual(await statesNow(given), {
    ...{ 'rs256-1': 'gone', 'rs256-2': 'gone', 'rs256-3': 'signing', 'es256-1': 'signing' },
  });
});

forEachStore('where every key was taken back, a new one is made', async ({ store, clock }) => {
  await loadSigningKeys(store.signingKeys, clock);
  clock.advance(1);
  await withdrawKey(store.signingKeys, 'rs256-1', slowly, clock);
  const dated = dateKeys(await loadSigningKeys(store.signingKeys, clock), clock.now());
  assert.deepEqual(statesOf(dated), { 'rs256-1': 'gone', 'rs256-2': 'signing', 'es256-1': 'signing' });
});

const made = (kid: string, signsFrom: number, withdrawnAt: number | null = null): SigningKey => ({
  ...{ kid, algorithm: 'RS256', jwk: { kty: 'RSA', n: kid }, createdAt: signsFrom, signsFrom, withdrawnAt },
});

test('a clock that was set back to before the first key signs with it all the same', () => {
  assert.deepEqual(statesOf(dateKeys([made('k1', NOW), made('k2', NOW + 1)], NOW - DAY)), {
    k1: 'signing',
    k2: 'next',
  });
});

test('where the one that signs was taken back, by a clock that was ahead, the next one signs and never an older one', () => {
  const keys = [made('k1', NOW), made('k2', NOW + DAY, NOW + 2 * DAY), made('k3', NOW + 2 * DAY)];
  assert.deepEqual(statesOf(dateKeys(keys, NOW + 2 * DAY - 1)), { k1: 'retired', k2: 'gone', k3: 'signing' });
  // And the one before that is not published anew because its successor is gone.
  const k1Until = NOW + DAY + RETIRED_KEY_LIFE;
  assert.equal(dateKeys(keys, k1Until)[0]?.state, 'gone');
});

test('A-42 whatever was rotated and taken back, at every moment one key signs, none comes back, and each signs after its time', () => {
  const row = fc.record({
    gap: fc.integer({ min: 0, max: 40 }),
    withdrawn: fc.option(fc.integer({ min: 0, max: 90 })),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      let at = NOW;
      const keys = rows.map(({ gap, withdrawn }, index) => {
        at += gap * DAY;
        // The last one stays, as the command sees to it.
        const ends = withdrawn === null || index === rows.length - 1 ? null : at + withdrawn * DAY;
        return made(`k${index}`, at, ends);
      });
      const seen = new Map<string, Set<string>>();
      for (let day = 0; day < 300; day += 1) {
        const now = NOW + day * DAY;
        // A withdrawal that is still to come is not in the table.
        const rowsNow = keys.map((key) => ({
          ...key,
          withdrawnAt: (key.withdrawnAt ?? now) < now ? key.withdrawnAt : null,
        }));
        const dated = dateKeys(rowsNow, now);
        assert.equal(dated.filter(({ state }) => state === 'signing').length, 1);
        for (const { kid, state } of dated) {
          const before = seen.get(kid) ?? new Set<string>();
          assert.ok(!(before.has('gone') && state !== 'gone'), `${kid} came back`);
          assert.ok(!(before.has('retired') && state === 'signing'), `${kid} signs again`);
          seen.set(kid, before.add(state));
        }
      }
    }),
  );
});

const published = (keys: readonly SigningKey[], now: number) => keySet(dateKeys(keys, now)).keys.map(({ kid }) => kid);

test('the key that signs comes first: the library signs with the first that fits', () => {
  const keys = [made('gone', 0), made('retired', 1), made('signing', NOW), made('next', NOW + 1)];
  assert.deepEqual(published(keys, NOW), ['signing', 'next', 'retired']);
});

test('each key says its name, its algorithm and that it signs', () => {
  assert.deepEqual(keySet(dateKeys([made('k', NOW)], NOW)), {
    keys: [{ kty: 'RSA', n: 'k', kid: 'k', alg: 'RS256', use: 'sig' }],
  });
});

// ------------------------------------------------------------------------------------------------- while a process runs

forEachStore(
  'R-18 two processes publish a key before either signs with it, though one has not looked yet',
  async (given) => {
    const { store, clock } = given;
    const [one, other] = [createKeySource(store.signingKeys, clock), createKeySource(store.signingKeys, clock)];
    await Promise.all([one.current(), other.current()]);
    // `other` has just looked when the key is made, so it knows nothing of it for the longest time.
    await rotateKey(store.signingKeys, atOnce, clock);
    for (let time = 0; time <= 2 * SETTLING; time += 250) {
      const [signer, publisher] = await Promise.all([one.current(), other.current()]);
      const signing = signer.find(({ algorithm, state }) => algorithm === 'RS256' && state === 'signing')?.kid;
      assert.ok(
        publisher.some(({ kid }) => kid === signing),
        `${signing} after ${time} ms`,
      );
      if (time >= SETTLING) assert.equal(signing, 'rs256-2');
      clock.advance(250);
    }
  },
);

forEachStore(
  'what did not change is the same value, and the store is asked every two seconds at most',
  async (given) => {
    const { store, clock } = given;
    let asked = 0;
    const counting: SigningKeys = {
      ...store.signingKeys,
      all: () => {
        asked += 1;
        return store.signingKeys.all();
      },
    };
    const source = createKeySource(counting, clock);
    const first = await source.current();
    asked = 0;
    for (let time = 0; time < 100; time += 1) {
      clock.advance(100);
      const both = await Promise.all([source.current(), source.current()]);
      for (const keys of both) assert.equal(keys, first);
    }
    assert.equal(asked, 5);
  },
);

forEachStore('while the store is away the keys stay, and follow the clock', async ({ store, clock }) => {
  let away = false;
  const breakable: SigningKeys = {
    ...store.signingKeys,
    all: () => (away ? Promise.reject(new DatabaseUnavailable('away')) : store.signingKeys.all()),
  };
  await rotateKey(store.signingKeys, slowly, clock);
  const source = createKeySource(breakable, clock);
  assert.equal((await source.current()).length, 3);
  away = true;
  clock.advance(KEY_ADVANCE);
  assert.deepEqual(statesOf(await source.current()), {
    ...{ 'rs256-1': 'retired', 'rs256-2': 'signing' },
    'es256-1': 'signing',
  });
  await assert.rejects(createKeySource(breakable, clock).current(), DatabaseUnavailable);
});

// ------------------------------------------------------------------------------------------------------- by schedule

const world = ({ clock }: TestStore) => ({
  environment: clock,
  log: createLog({ level: 'silent', environment: clock, showPlaces: false }),
});

forEachStoreAndInterleaved(
  'by schedule each key signs for as long as it may, whoever of many processes looks',
  async (given) => {
    const { store, clock } = given;
    await loadSigningKeys(store.signingKeys, clock);
    const rotateInAll = () =>
      Promise.all(Array.from({ length: 4 }, () => rotateDueKeys(store.signingKeys, 30, world(given))));
    clock.set(NOW + 30 * DAY - KEY_ADVANCE - 1);
    await rotateInAll();
    assert.equal((await store.signingKeys.all()).length, 2);
    clock.advance(1);
    await rotateInAll();
    const keys = (await store.signingKeys.all()).filter(({ algorithm }) => algorithm === 'RS256');
    assert.deepEqual(
      keys.map(({ signsFrom }) => signsFrom),
      [NOW, NOW + 30 * DAY],
    );
    assert.deepEqual(await statesNow(given), {
      ...{ 'rs256-1': 'signing', 'rs256-2': 'next', 'es256-1': 'signing', 'es256-2': 'next' },
    });
  },
);

forEachStore('with 0 no schedule rotates', async (given) => {
  await loadSigningKeys(given.store.signingKeys, given.clock);
  given.clock.advance(4000 * DAY);
  await rotateDueKeys(given.store.signingKeys, 0, world(given));
  assert.equal((await given.store.signingKeys.all()).length, 2);
});
