/**
 * Sign-ins over every database: each change is one compare-and-set, and nothing outlives its use.
 */
import assert from 'node:assert/strict';
import type { SignIn, SignInState } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { forEachStore, NOW, profileWith, signInWith } from '../store-fixture.ts';

const departure = {
  ...{
    provider: 'campus',
    departedAt: NOW,
    to: { kind: 'redirect', url: 'https://up.test/a' } as const,
    codeVerifier: 'secret-verifier',
  },
  ...{ nonce: 'secret-nonce', remembered: { secret: 'secret-remembered' } },
};
const arrival = {
  profile: profileWith({ subject: 'secret-subject', raw: { deep: { list: [1, null, 'é\u{1f511}'] } } }),
  upstream: { provider: 'campus', accessToken: 'secret-token', expiresAt: NOW + 5 },
  special: null,
};

forEachStore('a sign-in comes back exactly as it was stored, and an unknown one is null', async ({ store }) => {
  const signIn = signInWith({ departure, arrival, answers: { ask: { yes: true } } });
  await store.signIns.insert(signIn);
  assert.deepEqual(await store.signIns.find(signIn.id), signIn);
  assert.equal(await store.signIns.find('unknown'), null);
});

forEachStore('an expired sign-in is still found, so that the person can be told so', async ({ store }) => {
  const signIn = signInWith({ expiresAt: NOW - 1 });
  await store.signIns.insert(signIn);
  assert.deepEqual(await store.signIns.find(signIn.id), signIn);
});

const arrows: readonly (readonly [SignInState, SignInState])[] = [
  ['started', 'started'],
  ['started', 'returned'],
  ['returned', 'waiting'],
  ['returned', 'decided'],
  ['returned', 'answered'],
  ['waiting', 'waiting'],
  ['waiting', 'decided'],
  ['decided', 'answered'],
];
for (const [from, to] of arrows) {
  forEachStore(`${from} → ${to} changes what it must and nothing else`, async ({ store }) => {
    const signIn = signInWith({ state: from });
    await store.signIns.insert(signIn);
    const trace = [{ step: 's', decision: 'pass', reason: 'r' }] as const;
    const next = await store.signIns.advance(signIn, to, { trace }, NOW + 7);
    assert.deepEqual(next, { ...signIn, state: to, version: signIn.version + 1, changedAt: NOW + 7, trace });
    assert.deepEqual(await store.signIns.find(signIn.id), next);
  });

  forEachStore(`${from} → ${to} is refused from any earlier or other form of the sign-in`, async ({ store }) => {
    const signIn = signInWith({ state: from, version: 3 });
    await store.signIns.insert(signIn);
    const others = (['started', 'returned', 'waiting', 'decided', 'answered'] as const).filter(
      (state) => state !== from,
    );
    const stale: SignIn[] = [
      ...others.map((state) => ({ ...signIn, state })),
      ...[2, 4].map((version) => ({ ...signIn, version })),
      { ...signIn, id: 'another' },
    ];
    for (const wrong of stale) assert.equal(await store.signIns.advance(wrong, to, {}, NOW + 7), null);
    assert.deepEqual(await store.signIns.find(signIn.id), signIn);
  });
}

forEachStore('the same arrow cannot be taken twice, even within one state', async ({ store }) => {
  const signIn = signInWith({});
  await store.signIns.insert(signIn);
  assert.notEqual(await store.signIns.advance(signIn, 'started', { departure }, NOW), null);
  assert.equal(await store.signIns.advance(signIn, 'started', { departure }, NOW), null);
});

forEachStore('an answered sign-in keeps trace and outcome, and nothing that was on its way', async ({ store }) => {
  const signIn = signInWith({ state: 'decided', departure, arrival, answers: { ask: { yes: true } } });
  await store.signIns.insert(signIn);
  const outcome = { kind: 'succeeded', userId: 'u' } as const;
  const answered = await store.signIns.advance(signIn, 'answered', { outcome }, NOW);
  assert.deepEqual(answered, {
    ...signIn,
    ...{ state: 'answered', version: signIn.version + 1, outcome },
    ...{ departure: null, arrival: null, answers: {} },
  });
  assert.deepEqual(await store.signIns.find(signIn.id), answered);
});

forEachStore(
  'E-06, H-08: nothing of the person, the provider or the proof stands in the row in clear',
  async (given) => {
    const signIn = signInWith({ departure, arrival, answers: { ask: { note: 'secret-answer' } } });
    await given.store.signIns.insert(signIn);
    const row = await given.databases.ephemeral.get(sql`select * from sign_ins`);
    assert.doesNotMatch(JSON.stringify(row), /secret/);
    assert.match(JSON.stringify(signIn), /secret-answer/, 'the sign-in did hold them');
  },
);

const browser = { browserHash: 'the-browser', locale: 'en' } as const;

forEachStore('a sign-in that was only begun is handed to a browser, once', async ({ store }) => {
  const signIn = signInWith({ purpose: { kind: 'test', slug: 'campus' } });
  await store.signIns.insert(signIn);
  const bound = await store.signIns.bind(signIn, browser, NOW + 7);
  assert.deepEqual(bound, { ...signIn, ...browser, version: signIn.version + 1, changedAt: NOW + 7 });
  assert.deepEqual(await store.signIns.find(signIn.id), bound);
  assert.equal(await store.signIns.bind(signIn, { ...browser, browserHash: 'another' }, NOW + 8), null);
  assert.ok(bound !== null);
  assert.equal(await store.signIns.bind(bound, { ...browser, browserHash: 'another' }, NOW + 8), null);
  assert.deepEqual(await store.signIns.find(signIn.id), bound);
});

forEachStore('no sign-in is handed over that has moved, or that is another browser’s by now', async ({ store }) => {
  for (const changes of [{ state: 'returned' }, { state: 'answered' }, { version: 2 }] as const) {
    const moved = signInWith(changes);
    await store.signIns.insert(moved);
    assert.equal(await store.signIns.bind(moved, browser, NOW), null);
    assert.equal(await store.signIns.bind({ ...moved, state: 'started', version: 1 }, browser, NOW), null);
    assert.deepEqual(await store.signIns.find(moved.id), moved);
  }
  const begun = signInWith({});
  await store.signIns.insert(begun);
  assert.equal(await store.signIns.bind({ ...begun, browserHash: 'guessed' }, browser, NOW), null);
  assert.equal(await store.signIns.bind({ ...begun, id: 'another' }, browser, NOW), null);
});

forEachStore('what a test has seen stays with it when it is answered, sealed', async ({ store, databases }) => {
  const testSteps = [{ step: 'claims', verdict: 'good', data: { name: 'secret-name' } }] as const;
  const signIn = signInWith({ purpose: { kind: 'test', slug: 'campus' }, testSteps });
  await store.signIns.insert(signIn);
  const answered = await store.signIns.advance(signIn, 'answered', { outcome: { kind: 'tested' } }, NOW);
  assert.deepEqual(answered?.testSteps, testSteps);
  assert.deepEqual(await store.signIns.find(signIn.id), answered);
  assert.doesNotMatch(JSON.stringify(await databases.ephemeral.get(sql`select * from sign_ins`)), /secret/);
});

forEachStore('a sign-in is stored once', async ({ store }) => {
  const signIn = signInWith({});
  await store.signIns.insert(signIn);
  await assert.rejects(store.signIns.insert({ ...signIn, browserHash: 'attacker' }));
  assert.deepEqual(await store.signIns.find(signIn.id), signIn);
});
