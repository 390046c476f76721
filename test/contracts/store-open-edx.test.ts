/**
 * What is stored of an LMS: leases of learners, the throttle, course runs. Over all databases, and by many at once.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { ClaimedLearner, LearnerPart } from '../../src/store/open-edx-learners.ts';
import {
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  randomId,
  type TestStore,
} from '../store-fixture.ts';

const MINUTE = 60_000;
const part: LearnerPart = { account: 'none', username: null, tokens: null, failure: null, tries: 0 };
const parallel = <T>(work: (index: number) => Promise<T>) => Promise.all(Array.from({ length: 50 }, (_, i) => work(i)));

function claim({ store, clock }: TestStore, userId: string, lms = 'campus') {
  const lease = { id: randomId(), lease: randomId(), until: clock.now() + MINUTE };
  return store.openEdxLearners.claim({ lms, clientId: 'lms', userId }, lease, clock.now());
}

async function claimed(given: TestStore, userId: string): Promise<ClaimedLearner> {
  const result = await claim(given, userId);
  assert.ok(result.kind === 'claimed', result.kind);
  return result;
}

forEachStoreAndInterleaved('of fifty who would work on one learner one does, and there is one row', async (given) => {
  const { user } = await createNewcomer(given);
  const kinds = (await parallel(() => claim(given, user.id))).map(({ kind }) => kind);
  assert.deepEqual(
    [kinds.filter((kind) => kind === 'claimed').length, kinds.filter((kind) => kind === 'busy').length],
    [1, 49],
  );
  assert.equal((await given.databases.durable.all(sql`select id from open_edx_learners`)).length, 1);
  assert.equal((await claim(given, user.id, 'another')).kind, 'claimed');
});

forEachStore('a lease that ran out is another’s, and whoever comes back to it writes nothing', async (given) => {
  const { store, clock } = given;
  const { user } = await createNewcomer(given);
  const first = await claimed(given, user.id);
  clock.advance(MINUTE);
  const second = await claimed(given, user.id);
  assert.equal(second.learner.id, first.learner.id);
  const wrong = { ...part, account: 'created', username: 'of the first' } as const;
  assert.equal(await store.openEdxLearners.save(first, wrong, clock.now() + MINUTE, clock.now()), false);
  assert.equal(await store.openEdxLearners.release(first, wrong, clock.now()), false);
  assert.ok(
    await store.openEdxLearners.save(second, { ...part, username: 'of the second' }, clock.now() + MINUTE, clock.now()),
  );
  assert.equal((await claim(given, user.id)).kind, 'busy');
  assert.ok(await store.openEdxLearners.release(second, { ...part, account: 'sent', username: 'ana' }, clock.now()));
  const { learner } = await claimed(given, user.id);
  assert.deepEqual([learner.account, learner.username], ['sent', 'ana']);
});

forEachStore('tokens are sealed, and what is written is read', async (given) => {
  const { store, clock, databases } = given;
  const { user } = await createNewcomer(given);
  const tokens = { accessToken: 'an-access-token', refreshToken: 'a-refresh-token', expiresAt: clock.now() + 1000 };
  const failure = { code: 'lms-unreachable', answer: '503', retryAt: clock.now() + MINUTE };
  const written: LearnerPart = { account: 'created', username: 'ana', tokens, failure, tries: 3 };
  assert.ok(await store.openEdxLearners.release(await claimed(given, user.id), written, clock.now()));
  const found = await store.openEdxLearners.find('campus', user.id);
  assert.deepEqual({ ...found, ...written }, found);
  assert.deepEqual(await store.openEdxLearners.list('campus', '', 10), [found]);
  assert.deepEqual(await store.openEdxLearners.list('campus', user.id, 10), []);
  const rows = JSON.stringify(await databases.durable.all(sql`select * from open_edx_learners`));
  assert.doesNotMatch(rows, /an-access-token|a-refresh-token/);
});

forEachStore('nobody works on an account that is not active', async (given) => {
  const { user } = await createNewcomer(given);
  await given.databases.durable.run(sql`update users set state = 'disabled' where id = ${user.id}`);
  assert.equal((await claim(given, user.id)).kind, 'nobody');
  assert.equal((await claim(given, 'invented')).kind, 'nobody');
  assert.deepEqual(await given.store.openEdxLearners.missing('campus', '', 10), []);
});

forEachStore(
  'due is what lacks something: at its time, or once the account was changed; missing is who has no record',
  async (given) => {
    const { store, clock, databases } = given;
    const { user } = await createNewcomer(given);
    const due = () => store.openEdxLearners.due('campus', clock.now(), '', 10);
    const missing = () => store.openEdxLearners.missing('campus', '', 10);
    assert.deepEqual([await due(), await missing()], [[], [user.id]]);
    const write = async (changes: Partial<LearnerPart>) =>
      assert.ok(
        await store.openEdxLearners.release(await claimed(given, user.id), { ...part, ...changes }, clock.now()),
      );

    await write({});
    assert.deepEqual([await due(), await missing()], [[user.id], []]);
    await write({ failure: { code: 'x', answer: null, retryAt: clock.now() + 1000 } });
    assert.deepEqual(await due(), []);
    clock.advance(1000);
    assert.deepEqual(await due(), [user.id]);
    await claimed(given, user.id);
    assert.deepEqual(await due(), [], 'somebody works on it');
    clock.advance(MINUTE);
    await write({ failure: { code: 'x', answer: null, retryAt: null } });
    clock.advance(365 * 24 * 60 * MINUTE);
    assert.deepEqual(await due(), []);
    await databases.durable.run(sql`update users set updated_at = ${clock.now()} where id = ${user.id}`);
    assert.deepEqual(await due(), [user.id], 'the person changed their account');
    const tokens = { accessToken: 'a', refreshToken: 'b', expiresAt: 0 };
    await write({ account: 'created', username: 'ana' });
    assert.deepEqual(await due(), [user.id], 'no tokens yet');
    await write({ account: 'created', username: 'ana', tokens });
    assert.deepEqual(await due(), []);
  },
);

forEachStoreAndInterleaved(
  'of fifty calls at once the throttle lets through as many as it says',
  async ({ store, clock }) => {
    const turns = await parallel(() =>
      store.openEdxThrottles.take('campus/x', { limit: 7, windowMs: MINUTE }, clock.now()),
    );
    assert.equal(turns.filter(({ taken }) => taken).length, 7);
    const other = await store.openEdxThrottles.take('campus/y', { limit: 7, windowMs: MINUTE }, clock.now());
    assert.ok(other.taken);
  },
);

forEachStore('in no window, wherever it begins, there are more calls than the limit', async ({ store, clock }) => {
  const made: number[] = [];
  const allowance = { limit: 3, windowMs: 1000 };
  const start = clock.now();
  // A step that does not divide the window, so that calls stand on both sides of every edge.
  for (let step = 0; step < 60; step += 1) {
    const turn = await store.openEdxThrottles.take('campus/x', allowance, clock.now());
    if (turn.taken) made.push(clock.now() - start);
    else assert.ok(turn.freeAt > clock.now());
    clock.advance(70);
  }
  for (const at of made) assert.ok(made.filter((other) => other >= at && other < at + 1000).length <= 3, `${at}`);
  assert.ok(made.length >= 12, `${made.length} of 12 that the limit allows`);
});

forEachStore(
  'what the LMS said itself holds: no call before that moment, and a lowered limit counts what was',
  async ({ store, clock }) => {
    const throttle = store.openEdxThrottles;
    const allowance = { limit: 2, windowMs: 1000 };
    const until = clock.now() + 5000;
    await throttle.block('campus/x', until);
    await throttle.block('campus/x', until - 4000);
    assert.deepEqual(await throttle.take('campus/x', allowance, clock.now()), { taken: false, freeAt: until });
    clock.set(until);
    assert.ok((await throttle.take('campus/x', allowance, clock.now())).taken);
    clock.advance(10);
    assert.ok((await throttle.take('campus/x', allowance, clock.now())).taken);
    const lowered = await throttle.take('campus/x', { ...allowance, limit: 1 }, clock.now());
    assert.deepEqual(lowered, { taken: false, freeAt: until + 10 + 1000 });
    const once = { limit: 1, windowMs: 1000 };
    assert.ok((await throttle.take('campus/y', once, clock.now())).taken);
    clock.set(until - 100_000);
    assert.ok((await throttle.take('campus/y', once, clock.now())).taken, 'after the clock was set back');
  },
);

forEachStore(
  'course runs are written, read in order, marked once when they are gone, and come back',
  async ({ store, clock }) => {
    const runs = store.openEdxCourseRuns;
    const times = { start: null, end: null, enrollment_start: null, enrollment_end: null };
    const [a, b] = ['a', 'b'].map((id) => ({ id, title: id.toUpperCase(), pacing: 'self' as const, ...times }));
    assert.ok(a && b);
    await runs.write('campus', b, clock.now());
    await runs.write('campus', a, clock.now());
    await runs.write('other', a, clock.now());
    assert.deepEqual(
      (await runs.list('campus')).map(({ run }) => run),
      [a, b],
    );
    assert.equal(await runs.markMissing('campus', 'a', clock.now()), true);
    assert.equal(await runs.markMissing('campus', 'a', clock.now() + 1), false);
    assert.equal((await runs.list('campus'))[0]?.missingSince, clock.now());
    await runs.write('campus', { ...a, title: 'again' }, clock.now());
    assert.deepEqual((await runs.list('campus'))[0], {
      run: { ...a, title: 'again' },
      changedAt: clock.now(),
      missingSince: null,
    });
  },
);
