/**
 * Every arrow of a sign-in: what moves it, what does not, and what the person is told.
 */
import assert from 'node:assert/strict';
import { countRows, forEachStore, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { codeChallenge } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import { sql } from '../store/database.ts';
import { SIGN_IN_LIFE } from './beginning.ts';
import {
  AFTER_WORK,
  Attempt,
  createEngine,
  type Engine,
  eventsOf,
  REFERENCE,
  requester,
  visit,
} from './sign-in.fixture.ts';
import { DEPARTURE_LIFE, REPLAY_GRACE } from './sign-in.ts';

/** On one database: what the store promises on each of them is tested with the store. */
function promise(name: string, body: (engine: Engine, given: TestStore) => Promise<void>): void {
  forEachStore(name, (given) => body(createEngine(given), given), ['SQLite in memory']);
}

const refusedWith = (code: string) => (error: unknown) => error instanceof SignInError && error.code === code;
const refused = (code: string, provider: string | null) => ({ kind: 'refused', code, provider, caseNumber: null });

promise('a new sign-in waits for a choice, for an hour, with two secrets of 128 bits', async (engine) => {
  const attempt = await Attempt.begin(engine);
  const row = await attempt.row();
  assert.deepEqual([row.state, row.version, row.expiresAt - row.createdAt], ['started', 1, SIGN_IN_LIFE]);
  assert.match(`${attempt.id}.${attempt.secret}`, /^[\w-]{22}\.[\w-]{22}$/);
  assert.deepEqual(await attempt.dispatch(), { kind: 'choose' });
});

promise('C-02: only the browser that began it finds a sign-in', async (engine) => {
  const [mine, foreign] = [await Attempt.begin(engine), await Attempt.begin(engine)];
  for (const secret of [null, '', foreign.secret, `${mine.secret}x`]) {
    await assert.rejects(engine.signIns.find(mine.id, secret), refusedWith('sign_in_other_browser'));
  }
  await assert.rejects(engine.signIns.find('unknown', mine.secret), refusedWith('sign_in_unknown'));
});

promise('C-01: a sign-in is found until the last millisecond of its life', async (engine, { clock }) => {
  const attempt = await Attempt.begin(engine);
  clock.advance(SIGN_IN_LIFE - 1);
  await attempt.row();
  clock.advance(1);
  await assert.rejects(attempt.row(), refusedWith('sign_in_expired'));
});

promise('the provider is started with the challenge of a verifier that stays here', async (engine) => {
  const attempt = await Attempt.begin(engine);
  const redirect = await attempt.depart('campus');
  const { departure } = await attempt.row();
  const [request] = engine.campus.started;
  assert.ok(departure && request);
  assert.deepEqual(request, {
    ...{ redirectUri: 'https://broker.test/callback/campus', state: attempt.id, locale: 'es-MX' },
    ...{ codeChallenge: codeChallenge(departure.codeVerifier), nonce: departure.nonce, loginHint: null },
  });
  // RFC 7636 §4.1: 43 to 128 characters.
  assert.match(departure.codeVerifier, /^[\w-]{43}$/);
  assert.deepEqual(departure.to, redirect);
});

promise('a double click starts the provider once and leads to the same place', async (engine) => {
  const attempt = await Attempt.begin(engine);
  const first = await attempt.depart('campus');
  assert.deepEqual(await attempt.depart('campus'), first);
  assert.equal(engine.campus.started.length, 1);
});

promise('of two departures at the same moment both browsers are sent to the stored place', async (engine) => {
  const attempt = await Attempt.begin(engine);
  const row = await attempt.row();
  const places = await Promise.all([1, 2].map(() => engine.signIns.depart(row, 'campus', requester, REFERENCE)));
  const stored = (await attempt.row()).departure?.to;
  assert.deepEqual(places, [stored, stored]);
});

promise('of two providers chosen at the same moment one is stored and the other is refused', async (engine) => {
  const attempt = await Attempt.begin(engine);
  const row = await attempt.row();
  const settled = await Promise.allSettled(
    ['campus', 'other'].map((slug) => engine.signIns.depart(row, slug, requester, REFERENCE)),
  );
  const kept = settled.filter((result) => result.status === 'fulfilled');
  const [lost] = settled.filter((result) => result.status === 'rejected');
  assert.deepEqual(
    kept.map(({ value }) => value),
    [(await attempt.row()).departure?.to],
  );
  assert.ok(refusedWith('sign_in_replayed')(lost?.reason));
});

promise(
  'a departure that has used half its time is made anew, with a fresh verifier and nonce',
  async (engine, { clock }) => {
    const attempt = await Attempt.begin(engine);
    await attempt.depart('campus');
    const before = (await attempt.row()).departure;
    clock.advance(DEPARTURE_LIFE / 2);
    await attempt.depart('campus');
    const after = (await attempt.row()).departure;
    assert.equal(engine.campus.started.length, 2);
    assert.notEqual(after?.codeVerifier, before?.codeVerifier);
    assert.notEqual(after?.nonce, before?.nonce);
  },
);

promise('C-03: after another provider was chosen, an answer of the first is spent at neither', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await attempt.depart('campus');
  await attempt.depart('other');
  await attempt.arrive('campus');
  assert.deepEqual(await attempt.dispatch(), refused('issuer_mismatch', 'other'));
  assert.deepEqual([engine.campus.finished, engine.other.finished], [[], []]);
});

promise('C-03: a callback to a sign-in that never left is refused, and nobody is asked', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await attempt.arrive('campus');
  assert.deepEqual(await attempt.dispatch(), refused('issuer_mismatch', null));
  assert.equal(engine.campus.finished.length, 0);
});

promise('an unknown or disabled provider is not departed to', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await assert.rejects(attempt.depart('unknown'), refusedWith('provider_unknown'));
  engine.campus.enabled = false;
  await assert.rejects(attempt.depart('campus'), refusedWith('provider_unknown'));
});

promise('C-01: the way back is open until the last millisecond of ten minutes', async (engine, { clock }) => {
  const [early, late] = [await Attempt.begin(engine), await Attempt.begin(engine)];
  for (const attempt of [early, late]) await attempt.depart('campus');
  clock.advance(DEPARTURE_LIFE - 1);
  await early.arrive('campus');
  assert.equal((await early.row()).state, 'decided');
  clock.advance(1);
  await late.arrive('campus');
  assert.deepEqual(await late.dispatch(), refused('sign_in_expired', 'campus'));
  assert.equal(engine.campus.finished.length, 1);
});

promise('the provider gets back what it remembered, with verifier and nonce of its own start', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await attempt.depart('campus');
  const { departure } = await attempt.row();
  await attempt.arrive('campus', 'code=c&x=%C3%A9');
  assert.deepEqual(engine.campus.finished, [
    {
      parameters: new Map([
        ['code', 'c'],
        ['x', 'é'],
      ]),
      redirectUri: 'https://broker.test/callback/campus',
      codeVerifier: departure?.codeVerifier,
      nonce: departure?.nonce,
      remembered: { times: 1 },
    },
  ]);
});

promise(
  'C-04: a doubled callback asks the provider once, one after the other or at the same moment',
  async (engine) => {
    const attempt = await Attempt.begin(engine);
    await attempt.depart('campus');
    const row = await attempt.row();
    const arrive = () => engine.signIns.arrive(row, 'campus', new URLSearchParams('code=c'), REFERENCE);
    await Promise.all([arrive(), arrive()]);
    await attempt.arrive('campus');
    assert.equal(engine.campus.finished.length, 1);
    assert.equal((await attempt.dispatch()).kind, 'signed-in');
  },
);

promise('L-08: a parameter that came twice refuses the attempt before the provider is asked', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await attempt.depart('campus');
  await attempt.arrive('campus', 'code=a&code=b');
  assert.deepEqual(await attempt.dispatch(), refused('callback_malformed', 'campus'));
  assert.equal(engine.campus.finished.length, 0);
});

promise('a refusal of the provider ends the attempt, with its reason in the audit log, once', async (engine) => {
  engine.campus.answer = () => Promise.reject(new SignInError('provider_denied', 'the person pressed cancel'));
  const attempt = await Attempt.arrived(engine);
  for (let look = 0; look < 2; look++) assert.deepEqual(await attempt.dispatch(), refused('provider_denied', 'campus'));
  const [event, ...more] = await eventsOf(engine);
  assert.deepEqual(more, []);
  assert.deepEqual(event, {
    ...{ type: 'sign_in.refused', code: 'provider_denied', user_id: null, provider: 'campus', client_id: null },
    ...{ sign_in_id: attempt.id, reference: REFERENCE },
    detail: JSON.stringify({ reason: 'the person pressed cancel', trace: [] }),
  });
});

promise('a provider that was disabled meanwhile is not asked', async (engine) => {
  const attempt = await Attempt.begin(engine);
  await attempt.depart('campus');
  engine.campus.enabled = false;
  await attempt.arrive('campus');
  assert.deepEqual(await attempt.dispatch(), refused('provider_disabled', 'campus'));
  assert.equal(engine.campus.finished.length, 0);
});

promise(
  'a fault of ours decides nothing: the person waits, and is told so when nobody works on it any more',
  async (engine, { clock }) => {
    engine.campus.answer = () => Promise.reject(new TypeError('a fault of ours'));
    const attempt = await Attempt.begin(engine);
    await attempt.depart('campus');
    await assert.rejects(attempt.arrive('campus'), TypeError);
    assert.equal((await attempt.row()).state, 'returned');
    assert.deepEqual(await attempt.dispatch(), { kind: 'wait' });
    clock.advance(AFTER_WORK);
    assert.deepEqual(await attempt.dispatch(), refused('sign_in_expired', 'campus'));
    await attempt.arrive('campus');
    assert.equal(engine.campus.finished.length, 1, 'the code is not spent a second time');
  },
);

promise('a sign-in that has come back leaves for no provider again', async (engine) => {
  const attempt = await Attempt.arrived(engine);
  await assert.rejects(attempt.depart('other'), refusedWith('sign_in_replayed'));
});

promise('somebody new ends with an account, a session and three events', async (engine, given) => {
  const attempt = await Attempt.arrived(engine);
  const next = await attempt.dispatch();
  assert.ok(next.kind === 'signed-in');
  assert.deepEqual(
    (await eventsOf(engine)).map(({ type, user_id, provider }) => [type, user_id, provider]),
    [
      ['identity.linked', next.userId, 'campus'],
      ['sign_in.succeeded', next.userId, 'campus'],
      ['user.created', next.userId, 'campus'],
    ],
  );
  const idHash = given.vault.tokenHash('session', next.sessionToken);
  assert.equal((await given.store.sessions.use(idHash, given.clock.now()))?.userId, next.userId);
});

promise('D-01: the same person comes back to the same account, with another session', async (engine, { databases }) => {
  const ends = [];
  for (let time = 0; time < 3; time++) ends.push(await (await Attempt.arrived(engine)).dispatch());
  const users = new Set(ends.map((end) => end.kind === 'signed-in' && end.userId));
  const tokens = new Set(ends.map((end) => end.kind === 'signed-in' && end.sessionToken));
  assert.deepEqual([users.size, tokens.size], [1, 3]);
  assert.equal(await countRows(databases.durable, 'users'), 1);
});

promise(
  'C-04: within the grace the same browser lands where it led; later the attempt is over',
  async (engine, { clock }) => {
    const attempt = await Attempt.arrived(engine);
    const first = await attempt.dispatch();
    clock.advance(REPLAY_GRACE - 1);
    assert.deepEqual(await attempt.dispatch(), first);
    clock.advance(1);
    assert.deepEqual(await attempt.dispatch(), refused('sign_in_replayed', null));
  },
);

promise('H-08: what opens the session is stored nowhere', async (engine, { databases }) => {
  const attempt = await Attempt.arrived(engine);
  const next = await attempt.dispatch();
  assert.ok(next.kind === 'signed-in');
  const rows = [
    await databases.ephemeral.all(sql`select * from sign_ins`),
    await databases.durable.all(sql`select * from sessions`),
    await databases.durable.all(sql`select * from audit_events`),
  ];
  for (const secret of [next.sessionToken, attempt.secret]) assert.ok(!JSON.stringify(rows).includes(secret));
});

for (const state of ['disabled', 'merged', 'deleted']) {
  promise(`a user who is ${state} is refused, and gets no second account`, async (engine, { databases }) => {
    await (await Attempt.arrived(engine)).dispatch();
    await databases.durable.run(sql`update users set state = ${state}`);
    const attempt = await Attempt.arrived(engine);
    assert.deepEqual(await attempt.dispatch(), refused('user_disabled', 'campus'));
    assert.deepEqual(
      [await countRows(databases.durable, 'users'), await countRows(databases.durable, 'sessions')],
      [1, 1],
    );
  });
}

promise('R-12: a user who is disabled between decision and commit is not let in', async (engine, { databases }) => {
  await (await Attempt.arrived(engine)).dispatch();
  const attempt = await Attempt.arrived(engine);
  assert.equal((await attempt.row()).state, 'decided');
  await databases.durable.run(sql`update users set state = 'disabled'`);
  assert.deepEqual(await attempt.dispatch(), refused('user_disabled', 'campus'));
  assert.equal(await countRows(databases.durable, 'sessions'), 1);
});

promise('a provider that is disabled between decision and commit lets nobody in', async (engine, { databases }) => {
  const attempt = await Attempt.arrived(engine);
  engine.campus.enabled = false;
  assert.deepEqual(await attempt.dispatch(), refused('provider_disabled', 'campus'));
  assert.equal(await countRows(databases.durable, 'users'), 0);
});

promise(
  'R-08: two first sign-ins of one person that were decided at once end in one account',
  async (engine, { databases }) => {
    const attempts = [await Attempt.arrived(engine), await Attempt.arrived(engine)];
    const ends = await Promise.all(attempts.map((attempt) => attempt.dispatch()));
    assert.equal(new Set(ends.map((end) => end.kind === 'signed-in' && end.userId)).size, 1);
    assert.deepEqual(
      [await countRows(databases.durable, 'users'), await countRows(databases.durable, 'sessions')],
      [1, 2],
    );
  },
);

promise('a doubled look at one decision leaves one session and one event', async (engine, { databases }) => {
  const attempt = await Attempt.arrived(engine);
  const row = await attempt.row();
  const look = () => engine.signIns.dispatch(row, { secret: attempt.secret, requester, present: null }, REFERENCE);
  const [first, second] = await Promise.all([look(), look()]);
  assert.deepEqual(first, second);
  assert.equal(await countRows(databases.durable, 'sessions'), 1);
  assert.equal(await countRows(databases.durable, 'audit_events'), 3);
});

promise("the events of a client's sign-in name the client", async (engine) => {
  const client = { clientId: 'course-site', clientName: 'Cursos', site: 'cursos.test' };
  const purpose = { kind: 'authorize', interaction: 'i', ...client, loginHint: null } as const;
  const attempt = await Attempt.begin(engine, purpose);
  await attempt.depart('campus');
  await attempt.arrive('campus');
  await attempt.dispatch();
  assert.deepEqual(new Set((await eventsOf(engine)).map(({ client_id }) => client_id)), new Set(['course-site']));
});

promise('what was on its way is gone when the attempt is answered', async (engine) => {
  engine.campus.answer = async () => ({
    profile: profileWith({}),
    upstream: { provider: 'campus', accessToken: 't', expiresAt: 1 },
  });
  const attempt = await Attempt.arrived(engine);
  assert.ok((await attempt.row()).arrival?.upstream);
  await attempt.dispatch();
  const { departure, arrival, answers } = await attempt.row();
  assert.deepEqual({ departure, arrival, answers }, { departure: null, arrival: null, answers: {} });
});

promise('a visit is begun with what it was begun for', async (engine) => {
  assert.deepEqual((await (await Attempt.begin(engine, visit)).row()).purpose, visit);
});
