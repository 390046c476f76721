/**
 * Signing keys as operators handle them.
 */
import assert from 'node:assert/strict';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { DAY, loadSigningKeys, SETTLING } from '../oidc/keys.ts';
import { sql } from '../store/database.ts';
import { listKeys, retireSigningKey, rotateSigningKey } from './keys.ts';

const because = { by: 'ana', reason: 'a test' };
const kinds = ['SQLite in memory', 'PostgreSQL'] as const;

const rotate = ({ store, clock }: TestStore) =>
  rotateSigningKey(store.signingKeys, { algorithm: 'RS256', begin: 'at once', ...because }, clock);
const retire = ({ store, clock }: TestStore, kid: string) =>
  retireSigningKey([store.signingKeys, store.ltiKeys], kid, because, clock);

forEachStore(
  'a key in the wrong hands: rotated at once, then retired, each in the audit trail with who and why',
  async (given) => {
    const { store, clock, databases } = given;
    await loadSigningKeys(store.signingKeys, clock);
    await assert.rejects(retire(given, 'rs256-1'), { reason: 'invalid', message: /rs256-1 signs: rotate first/ });
    assert.deepEqual([(await rotate(given)).kid, (await rotate(given)).kid], ['rs256-2', 'rs256-2']);
    await assert.rejects(retire(given, 'rs256-1'), { message: 'rs256-1 signs for another 10 seconds: try again then' });
    clock.advance(SETTLING);
    assert.equal((await retire(given, 'rs256-1')).state, 'gone');
    await assert.rejects(retire(given, 'rs256-1'), { reason: 'invalid', message: 'rs256-1 is not published any more' });
    await assert.rejects(retire(given, 'rs256-9'), { reason: 'not_found' });
    const rows = await databases.durable.all(sql`select type, detail from audit_events order by at, id`);
    assert.deepEqual(
      rows.map(({ type, detail }) => [type, JSON.parse(String(detail))]),
      [
        ['key.rotated', { kid: 'rs256-2', signs_from: clock.now(), ...because }],
        ['key.retired', { kid: 'rs256-1', ...because }],
      ],
    );
  },
  kinds,
);

forEachStore(
  'of fifty who retire one key, one does; the others are told that it is gone',
  async (given) => {
    await loadSigningKeys(given.store.signingKeys, given.clock);
    await rotate(given);
    const tries = await Promise.allSettled(Array.from({ length: 50 }, () => retire(given, 'rs256-2')));
    assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1);
  },
  kinds,
);

forEachStore(
  'lti.md §3.10 the keys that campuses are shown are rotated and retired by themselves, with RS256 only, 26 hours ahead',
  async (given) => {
    const { store, clock } = given;
    const stores = [store.signingKeys, store.ltiKeys];
    await Promise.all(stores.map((keys) => loadSigningKeys(keys, clock)));
    const rotation = { algorithm: 'RS256', begin: 'when clients have seen it', ...because } as const;
    await assert.rejects(rotateSigningKey(store.ltiKeys, { ...rotation, algorithm: 'ES256' }, clock), {
      reason: 'invalid',
      message: 'keys for lti sign with RS256 only',
    });
    const next = await rotateSigningKey(store.ltiKeys, rotation, clock);
    assert.deepEqual([next.kid, next.state, next.purpose], ['lti-rs256-2', 'next', 'lti']);
    assert.ok(next.signsFrom - clock.now() >= DAY);
    await assert.rejects(retire(given, 'lti-rs256-1'), { message: /keys rotate --for lti --algorithm RS256 --now/ });
    clock.set(next.signsFrom);
    const states = async () => (await listKeys(stores, clock.now())).map(({ kid, state }) => `${kid} ${state}`);
    assert.deepEqual(await states(), [
      ...['rs256-1 signing', 'es256-1 signing'],
      ...['lti-rs256-2 signing', 'lti-rs256-1 retired'],
    ]);
    clock.advance(7 * DAY);
    assert.equal((await states()).at(-1), 'lti-rs256-1 retired', 'still published');
    assert.equal((await retire(given, 'lti-rs256-1')).state, 'gone');
  },
  kinds,
);

forEachStore(
  'a list shows the newest first, and no private part',
  async (given) => {
    await loadSigningKeys(given.store.signingKeys, given.clock);
    await rotate(given);
    const keys = await listKeys([given.store.signingKeys], given.clock.now());
    assert.deepEqual(
      keys.map(({ kid, state }) => [kid, state]),
      [
        ['rs256-2', 'next'],
        ['rs256-1', 'signing'],
        ['es256-1', 'signing'],
      ],
    );
    assert.doesNotMatch(JSON.stringify(keys), /"(?:d|p|q|jwk)"/);
  },
  kinds,
);
