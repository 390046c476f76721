/**
 * What the broker tells the app, with tokens that the test makes itself: each forgery is refused, each event is carried
 * out once, log-outs end what they name.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createCourselets, EVENT_PATH, LOGOUT_PATH } from './courselets.ts';
import { type Database, openDatabase } from './database.ts';
import { personOf } from './merge.ts';

const APP = 'https://courselets.test';
const ISSUER = 'https://broker.test';
const MERGED = 'urn:llavero:event:account-merged';
const UNMERGED = 'urn:llavero:event:account-unmerged';
const DISABLED = 'https://schemas.openid.net/secevent/risc/event-type/account-disabled';
const PURGED = 'https://schemas.openid.net/secevent/risc/event-type/account-purged';
const LOGGED_OUT = 'http://schemas.openid.net/event/backchannel-logout';

const keys = await generateKeyPair('RS256');
const others = await generateKeyPair('RS256');
const published = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
const now = Date.UTC(2026, 10, 3, 9, 30);

interface World {
  readonly database: Database;
  readonly reported: string[];
  /** What the broker's server answers; the test may change it. */
  network: (url: string) => Response | Promise<Response>;
  post(path: string, body: string, type?: string): Promise<Response>;
  event(changes?: object, sign?: Signing): Promise<Response>;
  logout(changes?: object, sign?: Signing): Promise<Response>;
}

interface Signing {
  readonly key?: CryptoKey;
  readonly header?: object;
}

const subject = (sub: string, iss = ISSUER) => ({ format: 'iss_sub', iss, sub });

function merged(from: string, to: string, mergeId = 'm1', type = MERGED) {
  const other = type === MERGED ? 'merged_into' : 'separated_from';
  const payload = { merge_id: mergeId, subject_changed: from !== to, [other]: subject(to) };
  return { sub_id: subject(from), events: { [type]: payload } };
}

function createWorld(): World {
  const database = openDatabase(':memory:');
  const reported: string[] = [];
  const app = createCourselets({
    ...{ origin: APP, issuer: ISSUER, clientId: 'courselets', clientSecret: 'secret', guestProvider: null, database },
    environment: { now: () => now, randomBytes: (bytes: number) => randomBytes(bytes) },
    fetch: async (url) => world.network(url),
    report: (what) => reported.push(what),
  });
  const token = (type: string, claims: object, { key = keys.privateKey, header = {} }: Signing) =>
    new SignJWT({ iss: ISSUER, aud: 'courselets', iat: now / 1000, jti: randomBytes(8).toString('hex'), ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: type, ...header })
      .sign(key);
  const world: World = {
    database,
    reported,
    network: (url) =>
      url.endsWith('/openid-configuration')
        ? Response.json({ issuer: ISSUER, jwks_uri: `${ISSUER}/keys` })
        : Response.json({ keys: [published] }),
    post: async (path, body, type = 'application/secevent+jwt') =>
      app.fetch(new Request(`${APP}${path}`, { method: 'POST', body, headers: { 'content-type': type } })),
    async event(changes = {}, sign = {}) {
      const claims = { toe: now / 1000, ...merged('old', 'new'), ...changes };
      return world.post(EVENT_PATH, await token('secevent+jwt', claims, sign));
    },
    async logout(changes = {}, sign = {}) {
      const claims = { exp: now / 1000 + 60, sub: 'ana', sid: 's1', events: { [LOGGED_OUT]: {} }, ...changes };
      const body = new URLSearchParams({ logout_token: await token('logout+jwt', claims, sign) });
      return world.post(LOGOUT_PATH, String(body), 'application/x-www-form-urlencoded');
    },
  };
  return world;
}

/** Somebody with an answer of theirs, and a session. */
function learner({ database }: World, name: string, sid: string | null = null): number {
  const person_id = personOf(database, name);
  const lesson = database.get('select id from unit_lessons')?.id ?? null;
  database.insert('responses', { unit_lesson_id: lesson, author_id: person_id, text: name, is_preview: 1, at: 1 });
  const session = { id_hash: randomBytes(8).toString('hex'), person_id, sid, id_token: 't', expires_at: now + 1 };
  database.insert('sessions', session);
  return person_id;
}

const ownersOf = ({ database }: World) =>
  database.all('select author_id from responses order by id').map(({ author_id }) => author_id);
const sessionsOf = ({ database }: World) =>
  database.all('select person_id from sessions order by person_id').map(({ person_id }) => person_id);

test('a merge is carried out and answered with 202 and nothing', async () => {
  const world = createWorld();
  const [from, to] = [learner(world, 'old'), learner(world, 'new')];
  const response = await world.event();
  assert.deepEqual([response.status, await response.text()], [202, '']);
  assert.deepEqual(ownersOf(world), [to, to], 'preview answers too');
  assert.deepEqual(sessionsOf(world), [to]);
  const pointer = world.database.get('select merged_into from people where id = ?', from);
  assert.equal(pointer?.merged_into, to);
});

test('the same event ten times, one after the other and at once, is one merge', async () => {
  const world = createWorld();
  const [from, to] = [learner(world, 'old'), learner(world, 'new')];
  const same = { ...merged('old', 'new'), jti: 'the-same' };
  for (let n = 0; n < 5; n += 1) assert.equal((await world.event(same)).status, 202);
  // After its undoing, a repetition of the merge must not merge again.
  assert.equal((await world.event(merged('old', 'new', 'm1', UNMERGED))).status, 202);
  const answers = await Promise.all(Array.from({ length: 10 }, () => world.event(same)));
  assert.ok(answers.every(({ status }) => status === 202));
  assert.deepEqual(ownersOf(world), [from, to]);
  assert.equal(world.database.all('select * from merges').length, 1);
});

test('fifty at once, each of its own jti but of one merge, are one merge', async () => {
  const world = createWorld();
  const [, to] = [learner(world, 'old'), learner(world, 'new')];
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.event()));
  assert.ok(answers.every(({ status }) => status === 202));
  assert.deepEqual(ownersOf(world), [to, to]);
  assert.equal(world.database.all('select * from merges').length, 1);
});

test('an undoing gives back; one that comes first leaves the merge nothing to do', async () => {
  for (const order of [
    [MERGED, UNMERGED],
    [UNMERGED, MERGED],
  ]) {
    const world = createWorld();
    const [from, to] = [learner(world, 'old'), learner(world, 'new')];
    for (const type of order) assert.equal((await world.event(merged('old', 'new', 'm1', type))).status, 202);
    assert.deepEqual(ownersOf(world), [from, to], order.join());
    assert.equal(world.database.get('select merged_into from people where id = ?', from)?.merged_into, null);
  }
});

test('where the app knew one of the two only, nothing changes: not even the session', async () => {
  const world = createWorld();
  const person = learner(world, 'ana');
  assert.equal((await world.event(merged('ana', 'ana'))).status, 202);
  assert.deepEqual([ownersOf(world), sessionsOf(world)], [[person], [person]]);
  assert.equal(world.database.all('select * from merges').length, 0);
});

test('a disabled account is signed out; one that is purged has no name any more, and its work stays', async () => {
  const world = createWorld();
  const [ana, eva] = [learner(world, 'ana'), learner(world, 'eva')];
  world.database.run("update people set name = 'Eva Ruiz' where id = ?", eva);
  assert.equal((await world.event({ sub_id: subject('ana'), events: { [DISABLED]: {} } })).status, 202);
  assert.deepEqual(sessionsOf(world), [eva]);
  assert.equal((await world.event({ sub_id: subject('eva'), events: { [PURGED]: {} } })).status, 202);
  assert.deepEqual(sessionsOf(world), []);
  assert.equal(world.database.get('select name from people where id = ?', eva)?.name, null);
  assert.deepEqual(ownersOf(world), [ana, eva]);
});

test('what the app does not know is taken and passed over', async () => {
  const world = createWorld();
  const unknown = { sub_id: subject('ana'), events: { 'urn:llavero:event:something-new': { more: 1 } } };
  assert.equal((await world.event(unknown)).status, 202);
});

const refused: readonly [what: string, err: string, changes: object, sign?: Signing][] = [
  ['of another issuer', 'invalid_issuer', { iss: 'https://evil.test' }],
  ['for another app', 'invalid_audience', { aud: 'another' }],
  ['signed by somebody else', 'invalid_key', {}, { key: others.privateKey }],
  ['signed with a key that nobody published', 'invalid_key', {}, { header: { kid: 'k2' } }],
  ['that is an ID token', 'invalid_request', {}, { header: { typ: 'JWT' } }],
  ['that is a logout token', 'invalid_request', {}, { header: { typ: 'logout+jwt' } }],
  ['with a nonce', 'invalid_request', { nonce: 'n' }],
  ['without a jti', 'invalid_request', { jti: undefined }],
  ['without events', 'invalid_request', { events: undefined }],
  ['whose events are no object', 'invalid_request', { events: [] }],
  ['about a subject of another issuer', 'invalid_request', { sub_id: subject('old', 'https://evil.test') }],
  ['about an e-mail address', 'invalid_request', { sub_id: { format: 'email', email: 'ana@uni.mx' } }],
  ['that merges into nobody', 'invalid_request', { events: { [MERGED]: { merge_id: 'm1' } } }],
  ['that merges without an id', 'invalid_request', { events: { [MERGED]: { merged_into: subject('new') } } }],
];
for (const [what, err, changes, sign] of refused) {
  test(`an event ${what} is refused as ${err}, and changes nothing`, async () => {
    const world = createWorld();
    const [from, to] = [learner(world, 'old'), learner(world, 'new')];
    const response = await world.event(changes, sign);
    assert.equal(response.status, 400);
    assert.equal(((await response.json()) as { err: string }).err, err);
    assert.deepEqual(
      [ownersOf(world), sessionsOf(world)],
      [
        [from, to],
        [from, to],
      ],
    );
    assert.equal(world.database.all('select * from told_events').length, 0, 'a good one with this jti may still come');
  });
}

test('a token that nobody signed, a body that is none, and another content type are refused', async () => {
  const world = createWorld();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: ISSUER, aud: 'courselets', iat: now / 1000, jti: 'x', ...merged('old', 'new') };
  const unsigned = `${part({ alg: 'none', typ: 'secevent+jwt' })}.${part(claims)}.`;
  for (const body of [unsigned, 'nonsense', '', 'a.b.c', 'x'.repeat(40_000)]) {
    assert.equal((await world.post(EVENT_PATH, body)).status, 400, body.slice(0, 20));
  }
  assert.equal((await world.post(EVENT_PATH, unsigned, 'text/plain')).status, 400);
  assert.deepEqual(world.reported, []);
});

test('where the broker’s keys cannot be fetched it is our trouble: 500, so that the event comes again', async () => {
  const world = createWorld();
  const { network } = world;
  const [, to] = [learner(world, 'old'), learner(world, 'new')];
  world.network = () => {
    throw new TypeError('fetch failed');
  };
  const same = { jti: 'again' };
  assert.equal((await world.event(same)).status, 500);
  world.network = network;
  assert.equal((await world.event(same)).status, 202);
  assert.deepEqual(ownersOf(world), [to, to]);
  assert.deepEqual(world.reported, ['event']);
});

test('a failure in the middle leaves nothing of it, and the event can come again', async () => {
  const world = createWorld();
  const [from, to] = [learner(world, 'old'), learner(world, 'new')];
  world.database.run(`create trigger broken before update on responses begin select raise(abort, 'broken'); end`);
  assert.equal((await world.event({ jti: 'again' })).status, 500);
  assert.deepEqual(
    [ownersOf(world), sessionsOf(world)],
    [
      [from, to],
      [from, to],
    ],
  );
  world.database.run('drop trigger broken');
  assert.equal((await world.event({ jti: 'again' })).status, 202);
  assert.deepEqual(ownersOf(world), [to, to]);
});

test('Back-Channel Logout §2.6: a log-out ends the sessions with its sid and no other', async () => {
  const world = createWorld();
  const [ana, eva] = [learner(world, 'ana', 's1'), learner(world, 'eva', 's2')];
  learner(world, 'ana', 's3');
  const response = await world.logout();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.deepEqual(sessionsOf(world), [ana, eva]);
});

test('a log-out without sid ends all sessions of its person', async () => {
  const world = createWorld();
  learner(world, 'ana', 's1');
  learner(world, 'ana', null);
  const eva = learner(world, 'eva', 's2');
  assert.equal((await world.logout({ sid: undefined })).status, 200);
  assert.deepEqual(sessionsOf(world), [eva]);
});

for (const [what, changes, sign] of [
  ['for another app', { aud: 'another' }, {}],
  ['that has expired', { exp: now / 1000 - 120 }, {}],
  ['signed by somebody else', {}, { key: others.privateKey }],
  ['with a nonce', { nonce: 'n' }, {}],
  ['that is an ID token', {}, { header: { typ: 'JWT' } }],
  ['without the event', { events: {} }, {}],
  ['of nobody', { sub: undefined, sid: undefined }, {}],
] as const) {
  test(`a log-out ${what} is refused and ends nothing`, async () => {
    const world = createWorld();
    const ana = learner(world, 'ana', 's1');
    assert.equal((await world.logout(changes, sign)).status, 400);
    assert.deepEqual(sessionsOf(world), [ana]);
  });
}
