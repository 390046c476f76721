/**
 * V-17, A-36, R-05, R-06, R-33: every app is told, in order, by one process, however slow or dead others are; or there is
 * a dead letter. On every database, with a clock that the test moves, and `jose` on the app's side.
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, type JWTPayload, jwtVerify } from 'jose';
import { countRows, forEachStore, NOW, randomId, stoppedClock, type TestStore } from '../../test/store-fixture.ts';
import { type ClientDocument, clientSchema } from '../configuration/client-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { Worker } from '../delivery/worker.ts';
import { SignInError } from '../errors.ts';
import { createLog } from '../events/log.ts';
import type { Outbound, OutboundResponse } from '../http.ts';
import type { JsonObject } from '../model.ts';
import { dateKeys, keySet } from '../oidc/keys.ts';
import type { AccountEvent } from '../store/client-event.ts';
import { sql } from '../store/database.ts';
import { insertOutgoingEvent } from '../store/outgoing-events.ts';
import { CALLS_AT_ONCE, LEASE, startClientEvents } from './client-events.ts';

const ISSUER = 'https://broker.test';
const HOUR = 60 * 60_000;

type Answer = (host: string, token: string) => number | Promise<number>;

interface World extends TestStore {
  readonly worker: Worker;
  /** What arrived, in order, as often as it did: the app's host, and the token's claims. */
  readonly arrived: { readonly app: string; readonly claims: JWTPayload }[];
  readonly logged: JsonObject[];
  /** How each call is answered from now on: a status, or no answer. */
  answer(how: Answer): void;
  owe(app: string, userId: string, event?: AccountEvent): Promise<string>;
  /** Another process on the same store. */
  another(): Worker;
}

function client(id: string): ClientDocument {
  return clientSchema.parse({
    ...{ client_id: id, client_name: id, client_secret: 'Qm7tZ2xV9rK4wP8sB1nC6yH3', skip_authorization: true },
    ...{ redirect_uris: [`https://${id}.test/cb`], event_endpoint: `https://${id}.test/events` },
  });
}

const apps = ['lms', 'forum', 'library'];
const snapshot = { clients: new Map(apps.map((id) => [id, client(id)])) } as unknown as ConfigurationSnapshot;
const accepted = 202;
/** Made once: making an RSA key takes longer than all the rest of a test. */
const jwks = {
  RS256: await exportJWK((await generateKeyPair('RS256', { extractable: true })).privateKey),
  ES256: await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey),
};

function forEachWorld(
  promise: string,
  body: (world: World) => Promise<void>,
  kinds?: Parameters<typeof forEachStore>[2],
) {
  forEachStore(
    promise,
    async (given) => {
      for (const algorithm of ['RS256', 'ES256'] as const) {
        const jwk = jwks[algorithm] as JsonObject;
        const key = { kid: algorithm, algorithm, jwk, createdAt: NOW, signsFrom: NOW, withdrawnAt: null };
        await given.store.signingKeys.insert(key, []);
      }
      const started: Worker[] = [];
      let answering: Answer = () => accepted;
      // So that a test that fails does not wait for an app that hangs.
      const ended = Promise.withResolvers<number>();
      const logged: JsonObject[] = [];
      const arrived: { app: string; claims: JWTPayload }[] = [];
      const outbound: Outbound = async ({ url, body }): Promise<OutboundResponse> => {
        const token = body ?? '';
        arrived.push({ app: url.host.replace('.test', ''), claims: decodeJwt(token) });
        return { status: await Promise.race([answering(url.host, token), ended.promise]), headers: {}, body: '' };
      };
      const another = () => {
        const worker = startClientEvents({
          publicUrl: new URL(ISSUER),
          environment: given.clock,
          log: createLog({
            ...{ level: 'debug', environment: given.clock, showPlaces: false },
            destination: { write: (line: string) => logged.push(JSON.parse(line)) },
          }),
          store: given.store,
          configuration: { current: async () => snapshot },
          outboundFor: () => outbound,
          delay: async () => {},
        });
        started.push(worker);
        return worker;
      };
      const world: World = {
        ...{ ...given, worker: another(), another, arrived, logged },
        answer(how) {
          answering = how;
        },
        async owe(app, userId, event = { kind: 'account-disabled', subject: userId }) {
          const id = randomId();
          const outgoing = { id, clientId: app, userId, otherUserId: null, event };
          const step = insertOutgoingEvent(outgoing, given.vault, given.clock.now());
          await given.databases.durable.atomically([step]);
          return id;
        },
      };
      try {
        await body(world);
      } finally {
        ended.resolve(accepted);
        await Promise.all(started.map((worker) => worker.stop()));
      }
    },
    kinds,
  );
}

const waiting = ({ databases }: World) => countRows(databases.durable, 'outgoing_events');
const idsAt = ({ arrived }: World, app: string) =>
  arrived.filter((one) => one.app === app).map(({ claims }) => claims.jti);

forEachWorld('RFC 8417: an app can verify what it is told, with the keys that are published', async (world) => {
  const tokens: string[] = [];
  world.answer((_host, token) => {
    tokens.push(token);
    return accepted;
  });
  const id = await world.owe('lms', 'ana', { kind: 'account-merged', mergeId: 'm1', from: 'old', to: 'new' });
  await world.worker.settle();
  const { keys } = keySet(dateKeys(await world.store.signingKeys.all(), NOW));
  const published = keys.map(({ kty, n, e, crv, x, y, kid, alg }) => ({ kty, n, e, crv, x, y, kid, alg }));
  const { payload, protectedHeader } = await jwtVerify(
    tokens[0] ?? assert.fail('nothing arrived'),
    createLocalJWKSet({ keys: published } as Parameters<typeof createLocalJWKSet>[0]),
    { issuer: ISSUER, audience: 'lms', typ: 'secevent+jwt', currentDate: new Date(NOW) },
  );
  assert.deepEqual([payload.jti, protectedHeader.alg], [id, 'RS256']);
  assert.deepEqual(payload.sub_id, { format: 'iss_sub', iss: ISSUER, sub: 'old' });
  assert.equal(await waiting(world), 0);
});

forEachWorld('events about one person arrive in order, also where the app fails in between', async (world) => {
  const ids: string[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(await world.owe('lms', 'ana'));
  let calls = 0;
  world.answer(() => {
    calls += 1;
    return calls % 3 === 1 ? 503 : accepted;
  });
  const taken: unknown[] = [];
  for (let round = 0; round < 20 && (await waiting(world)) > 0; round += 1) {
    await world.worker.settle();
    world.clock.advance(10_000);
  }
  const arrived = idsAt(world, 'lms');
  for (const id of arrived) if (!taken.includes(id)) taken.push(id);
  assert.deepEqual(taken, ids);
  assert.ok(arrived.length > ids.length, 'some were told twice');
});

forEachWorld('R-33 an app that hangs or is down delays no other, and is asked little', async (world) => {
  const silent = Promise.withResolvers<number>();
  world.answer((host) => {
    if (host.startsWith('lms')) return silent.promise;
    if (host.startsWith('forum')) throw new SignInError('provider_unreachable', 'forum.test: ECONNREFUSED');
    return accepted;
  });
  for (let n = 0; n < 100; n += 1) for (const app of apps) await world.owe(app, `u${n}`);
  world.worker.wake();
  while (idsAt(world, 'library').length < 100) await nextTurn();
  assert.equal(idsAt(world, 'lms').length, CALLS_AT_ONCE);
  // A few at each look, of which there are more the slower the machine is; not a hundred.
  assert.ok(idsAt(world, 'forum').length < 30, `${idsAt(world, 'forum').length} calls`);
  silent.resolve(accepted);
  world.answer(() => accepted);
  for (let round = 0; round < 5; round += 1) {
    await world.worker.settle();
    world.clock.advance(20_000);
  }
  assert.equal(await waiting(world), 0, 'and all of it arrives once they are back');
});

forEachWorld(
  'R-06 a process that dies after the app took it: told again by another, with the same jti',
  async (world) => {
    const id = await world.owe('lms', 'ana');
    const dying = Promise.withResolvers<number>();
    world.answer(() => dying.promise);
    world.worker.wake();
    while (world.arrived.length === 0) await nextTurn();
    world.answer(() => accepted);
    const other = world.another();
    await other.settle();
    assert.equal(world.arrived.length, 1, 'not while the first may be at it');
    world.clock.advance(LEASE);
    await other.settle();
    assert.deepEqual(idsAt(world, 'lms'), [id, id]);
    assert.equal(await waiting(world), 0);
    dying.resolve(accepted);
  },
);

forEachWorld('of several processes one tells each event', async (world) => {
  const workers = Array.from({ length: 4 }, () => world.another());
  const ids: string[] = [];
  for (let n = 0; n < 30; n += 1) ids.push(await world.owe(apps[n % 3] ?? '', `u${n}`));
  await Promise.all(workers.map((worker) => worker.settle()));
  assert.deepEqual(world.arrived.map(({ claims }) => claims.jti).toSorted(), ids.toSorted());
});

forEachWorld('an event that is refused for good is a dead letter at once; retried, it arrives', async (world) => {
  const id = await world.owe('lms', 'ana');
  world.answer(() => 400);
  // Without a code of the standard it is no refusal.
  await world.worker.settle();
  assert.equal((await world.store.outgoingEvents.counts()).waiting, 1);
  const [waits] = await world.store.outgoingEvents.list('waiting', 1);
  assert.equal(waits?.failure, 'an answer that does not say it was taken (HTTP 400)');
  world.clock.advance(72 * HOUR);
  await world.worker.settle();
  assert.deepEqual(await world.store.outgoingEvents.counts(), { waiting: 0, waitingSince: null, dead: 1 });
  assert.equal(world.arrived.length, 1, 'not sent once it is too late');
  assert.deepEqual(
    world.logged.map(({ event, clientId, userId, step }) => [event, clientId, userId, step]),
    ['client_event.delayed', 'client_event.given_up'].map((event) => [event, 'lms', 'ana', 'account-disabled']),
  );
  world.answer(() => accepted);
  await world.store.outgoingEvents.retry(id, world.clock.now());
  await world.worker.settle();
  assert.deepEqual(idsAt(world, 'lms'), [id, id]);
});

forEachWorld('an app that is down for three days is asked at most every hour, and then no more', async (world) => {
  await world.owe('lms', 'ana');
  world.answer(() => 503);
  for (let hour = 0; hour < 75; hour += 1) {
    await world.worker.settle();
    world.clock.advance(HOUR);
  }
  assert.ok(world.arrived.length >= 70 && world.arrived.length <= 73, `${world.arrived.length} calls`);
  assert.equal((await world.store.outgoingEvents.counts()).dead, 1);
});

forEachWorld('R-05 the end waits for what is under way, and leaves the rest to the next process', async (world) => {
  const slow = Promise.withResolvers<number>();
  world.answer(() => slow.promise);
  for (let n = 0; n < 10; n += 1) await world.owe('lms', `u${n}`);
  world.worker.wake();
  while (world.arrived.length < CALLS_AT_ONCE) await nextTurn();
  const stopping = world.worker.stop();
  slow.resolve(accepted);
  await stopping;
  assert.equal(await waiting(world), 10 - CALLS_AT_ONCE);
  world.worker.wake();
  await world.worker.settle();
  assert.equal(world.arrived.length, CALLS_AT_ONCE);
  await world.another().settle();
  assert.equal(await waiting(world), 0);
});

forEachWorld('V-25 no transaction is open while an app is talked to', async (world) => {
  const silent = Promise.withResolvers<number>();
  world.answer(() => silent.promise);
  await world.owe('lms', 'ana');
  world.worker.wake();
  while (world.arrived.length === 0) await nextTurn();
  const { durable, kind } = { ...world.databases };
  const write = sql`insert into deployment (name, value) values ('other', 'x')`;
  assert.deepEqual(await durable.atomically([{ statement: write, changes: 1 }]), { committed: true });
  if (kind === 'PostgreSQL') {
    const open = sql`
      select count(*) as n from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    assert.deepEqual(await durable.get(open), { n: 0 });
  }
  silent.resolve(accepted);
});

forEachWorld(
  'looking costs one read while nothing is owed',
  async (world) => {
    await world.worker.settle();
    let reads = 0;
    const clock = stoppedClock();
    const worker = startClientEvents({
      publicUrl: new URL(ISSUER),
      environment: clock,
      log: createLog({ level: 'silent', environment: clock, showPlaces: false }),
      store: {
        signingKeys: world.store.signingKeys,
        outgoingEvents: {
          ...world.store.outgoingEvents,
          async waitingClients() {
            reads += 1;
            return [];
          },
          claim: () => assert.fail('something was claimed'),
        },
      },
      configuration: { current: async () => snapshot },
      outboundFor: () => assert.fail('somebody was called'),
      delay: async () => {},
    });
    await worker.settle();
    await worker.stop();
    assert.ok(reads <= 2);
  },
  ['SQLite in memory'],
);
