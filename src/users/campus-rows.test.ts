/**
 * What becomes of all that launches leave when the account of their person changes: a merge, its undo, an identity that is taken away or
 * tied elsewhere, a deletion (lti.md §5.2, chains 7 and 8).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countRows, forEachStore, randomId, type TestStore } from '../../test/store-fixture.ts';
import type { Identity } from '../model.ts';
import { removeIdentity } from '../store/disconnects.ts';
import { ephemeralMigrations } from '../store/migrations.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { noteSessionLaunch } from '../store/session-launches.ts';
import { sweep } from '../store/sweep.ts';
import { makeAccount, mergeAccounts, undoMerge } from './merge.fixture.ts';
import { moveSteps } from './move-identity.ts';

/** Somebody whom a campus has launched in a session of theirs, with a score on its way there. */
async function launched(given: TestStore, slug: string) {
  const { store, clock } = given;
  const userId = await makeAccount(given, {
    identities: [
      { provider: `lti:${slug}`, roles: [] },
      { provider: `google-${slug}`, roles: [] },
    ],
    sessions: 1,
  });
  const [ofCampus = assert.fail(), other = assert.fail()] = await store.accounts.identitiesOf(userId);
  await launch(given, ofCampus, slug);
  const [place = assert.fail()] = await store.scorePlaces.ofUser(userId);
  const score = { id: `score-${slug}`, placeId: place.id, registration: slug, clientId: 'lms', at: 1, said: '{}' };
  assert.equal((await store.outgoingScores.take(score, clock.now())).kind, 'taken');
  return { userId, ofCampus, other };
}

/** In every session of the account that the identity is of now. */
async function launch({ store, clock, vault }: TestStore, { provider, subject }: Identity, slug: string) {
  const { user } = (await store.accounts.findIdentity(provider, subject)) ?? assert.fail();
  const resourceLink = { id: 'quiz', title: null };
  const at = { registration: slug, deploymentId: null, context: null, resourceLink };
  const service = { kind: 'outcome-service', serviceUrl: 'https://uni.test/', sourcedId: slug } as const;
  const place = { provider, subject, clientId: 'lms', link: at, service };
  const sessions = await store.sessions.ofUser(user.id, clock.now());
  const word = { ...at, roles: [`role-at-${slug}`], forUser: null };
  const words = sessions.map(({ idHash }) =>
    noteSessionLaunch({ sessionHash: idHash, clientId: 'lms', word }, vault, clock.now()),
  );
  assert.ok(await store.commit([...words, noteScorePlace(place, vault, clock.now())]));
}

/** What is told of the account, where its scores go, and which wait. */
async function held({ store }: TestStore, userId: string) {
  const words = await store.sessionLaunches.ofUser(userId);
  const places = await store.scorePlaces.ofUser(userId);
  const scores = await store.outgoingScores.ofUser(userId);
  return {
    roles: words.flatMap(({ word }) => word.roles).toSorted(),
    places: places.map(({ service }) => (service.kind === 'outcome-service' ? service.sourcedId : '')).toSorted(),
    scores: scores.map(({ view }) => view.id).toSorted(),
  };
}

const nothing = { roles: [], places: [], scores: [] };
const own = (slug: string) => ({ roles: [`role-at-${slug}`], places: [slug], scores: [`score-${slug}`] });
const both = { places: ['one', 'two'], scores: ['score-one', 'score-two'] };

forEachStore(
  'a merge: scores of both go to their campuses, what was said in the sessions that end is said no more, and in the others nothing new',
  async (given) => {
    const [retired, survivor] = [await launched(given, 'one'), await launched(given, 'two')];
    assert.equal((await mergeAccounts(given, retired.userId, survivor.userId)).kind, 'merged');
    assert.deepEqual(await held(given, retired.userId), nothing);
    assert.deepEqual(await held(given, survivor.userId), { ...own('two'), ...both });
    assert.equal(await countRows(given.databases.durable, 'session_launches'), 1);
  },
);

forEachStore(
  'its undo: each has what is its identity’s again, also what was launched and scored in between; nothing is said of anybody until they come',
  async (given) => {
    const { store, clock } = given;
    const [retired, survivor] = [await launched(given, 'one'), await launched(given, 'two')];
    const merge = await mergeAccounts(given, retired.userId, survivor.userId);
    assert.ok(merge.kind === 'merged');
    clock.advance(1000);
    await launch(given, retired.ofCampus, 'one');
    const places = await store.scorePlaces.find(survivor.userId, 'lms', 'quiz');
    const place = places.find(({ link }) => link.registration === 'one') ?? assert.fail();
    const newer = { id: 'newer', placeId: place.id, registration: 'one', clientId: 'lms', at: 2, said: '{}' };
    assert.equal((await store.outgoingScores.take(newer, clock.now())).kind, 'taken');
    assert.equal((await undoMerge(given, merge.mergeId)).kind, 'unmerged');
    assert.deepEqual(await held(given, retired.userId), {
      ...{ roles: [], places: ['one'], scores: ['newer', 'score-one'] },
    });
    assert.deepEqual(await held(given, survivor.userId), { ...own('two'), roles: [] });
    assert.equal(await countRows(given.databases.durable, 'session_launches'), 0);
  },
);

forEachStore(
  'chain 8: an identity of a campus that is taken away takes its scores, and what was said of it in the sessions that go on',
  async (given) => {
    const { store } = given;
    const [ana, eva] = [await launched(given, 'one'), await launched(given, 'two')];
    assert.ok(await store.commit(removeIdentity(ana.userId, ana.ofCampus.id)));
    assert.deepEqual(await held(given, ana.userId), nothing);
    assert.equal((await store.sessions.ofUser(ana.userId, given.clock.now())).length, 1);
    // Of another provider, it says nothing of a campus; and one of somebody else takes nothing.
    assert.ok(await store.commit(removeIdentity(eva.userId, eva.other.id)));
    assert.equal(await store.commit(removeIdentity(eva.userId, ana.other.id)), false);
    assert.deepEqual(await held(given, eva.userId), own('two'));
  },
);

forEachStore(
  'an identity that is tied elsewhere takes its scores there, and no session of either account says anything of it',
  async (given) => {
    const { store, vault, clock } = given;
    const [from, to] = [await launched(given, 'one'), await launched(given, 'two')];
    const [losing, getting] = [
      (await store.accountGraphs.read(from.userId)) ?? assert.fail(),
      (await store.accountGraphs.read(to.userId)) ?? assert.fail(),
    ];
    const wayLeft = { kind: 'identity', identityId: from.other.id } as const;
    const move = { identity: from.ofCampus, from: losing, to: getting, wayLeft };
    assert.ok(await store.commit(moveSteps(move, vault, clock.now())));
    assert.deepEqual(await held(given, from.userId), nothing);
    assert.deepEqual(await held(given, to.userId), { ...own('two'), ...both });
  },
);

test('what waits for a launch names no account, so that no merge and no deletion need know of it', () => {
  const tables = ephemeralMigrations.flatMap(({ text }) => [...text.matchAll(/create table (lti_\w+) \(([^;]*)\);/g)]);
  assert.deepEqual(tables.map(([, name]) => name).toSorted(), ['lti_deep_links', 'lti_logins', 'lti_nonces']);
  for (const [, name, columns = ''] of tables)
    assert.doesNotMatch(columns, /user|account|subject|session|identity/, name);
});

forEachStore(
  'and is gone once it is over, with the campus’s word for the person that it holds',
  async ({ store, clock, databases }) => {
    const expiresAt = clock.now() + 60_000;
    await store.ltiDeepLinks.insert(randomId(), randomId(), {
      ...{ registration: 'one', deploymentId: '1', subject: 'ana-1', clientId: 'lms', signedIn: true, expiresAt },
      settings: {
        returnUrl: 'https://uni.test/',
        data: null,
        acceptTypes: [],
        acceptMultiple: false,
        acceptLineItem: true,
      },
    });
    const rows = await databases.ephemeral.all({ shape: ['select * from lti_deep_links'], values: [] });
    assert.doesNotMatch(JSON.stringify(rows), /ana-1|uni\.test/);
    clock.advance(2 * 60 * 60_000);
    await sweep(store, clock.now());
    assert.equal(await countRows(databases.ephemeral, 'lti_deep_links'), 0);
  },
);
