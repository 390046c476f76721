/**
 * Many learners, course runs, enrolments and the trial of both directions: with reports that tell the truth.
 */
import assert from 'node:assert/strict';
import { isClean, type RunReport } from '../../src/open-edx/runs-of-learners.ts';
import type { CourseRun } from '../../src/store/open-edx-course-runs.ts';
import { forEachWorld, RUN, type World, withOneWorld } from './world.ts';

const HOUR = 3_600_000;
const quiet = { limit: null, tell: () => {} };
const shortOf = ({ accounts, tokens, unchanged, busy, gone, failures, waiting, stoppedBy }: RunReport) => ({
  ...{ accounts, tokens, unchanged, busy, gone, waiting: waiting.count, stoppedBy },
  failures: failures.map(({ failure }) => failure.code),
});
const nothing = {
  ...{ accounts: 0, tokens: 0, unchanged: 0, busy: 0, gone: 0, waiting: 0 },
  stoppedBy: null,
  failures: [],
};

async function learners(world: World, count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => world.learner(`learner${index}`)));
}

forEachWorld(
  'provision goes through everybody once, and repair through what is left; a run that is begun again goes on',
  async (world) => {
    const ids = await learners(world, 5);
    const unverified = await world.learner('unverified', { verified: false });
    const connector = await world.connector();
    const first = await connector.provisionAll({ ...quiet, limit: 2 });
    assert.equal(first.accounts + first.failures.length, 2);
    const told: string[] = [];
    const second = await connector.provisionAll({ limit: null, tell: (userId) => told.push(userId) });
    assert.equal(first.accounts + second.accounts, 5);
    assert.equal(told.length, 4);
    const failed = [...first.failures, ...second.failures];
    assert.deepEqual(
      failed.map(({ userId, failure }) => [userId, failure.code]),
      [[unverified, 'no-verified-email']],
    );
    assert.deepEqual(shortOf(await connector.provisionAll(quiet)), nothing);
    assert.deepEqual(shortOf(await connector.repair(quiet)), nothing);
    for (const id of ids) assert.ok((await world.stored(id)).tokens);
  },
);

forEachWorld(
  'one whom nothing helps does not keep the others from it, and is tried again when it is time',
  async (world) => {
    await learners(world, 3);
    const connector = await world.connector();
    world.lms.misbehave({ endpoint: 'registration', how: { kind: 'status-500' }, times: 1 });
    const report = await connector.provisionAll(quiet);
    assert.deepEqual(shortOf(report), { ...nothing, accounts: 2, tokens: 2, failures: ['lms-unexpected'] });
    assert.equal(isClean(report), false);
    assert.deepEqual(shortOf(await connector.repair(quiet)), nothing, 'not before its time');
    world.rig.clock.advance(60_000);
    assert.deepEqual(shortOf(await connector.repair(quiet)), { ...nothing, accounts: 1, tokens: 1 });
  },
);

forEachWorld(
  'a fault that everybody would meet ends the run after one, and holds nothing against the others',
  async (world) => {
    await learners(world, 4);
    const report = await (await world.connector()).provisionAll(quiet);
    assert.deepEqual(shortOf(report), {
      ...nothing,
      failures: ['registration-closed'],
      stoppedBy: 'registration-closed',
    });
    assert.equal((await world.rig.open.store.openEdxLearners.list('campus', '', 10)).length, 1);
  },
  { lms: { settings: { ALLOW_PUBLIC_ACCOUNT_CREATION: false } } },
);

forEachWorld(
  'when the registrations of a week are used up, who needs none goes on; the others wait',
  async (world) => {
    const ids = (await learners(world, 4)).toSorted();
    const connector = await world.connector();
    // The first two accounts are made; the tokens of the second are lost.
    assert.equal((await connector.provision(ids[0] ?? '')).kind, 'done');
    world.lms.misbehave({ endpoint: 'log-in', how: { kind: 'status-500' }, times: 1 });
    await connector.provision(ids[3] ?? '');
    const all = await connector.provisionAll(quiet);
    assert.deepEqual(shortOf(all), { ...nothing, waiting: 2 });
    assert.equal(isClean(all), false);
    world.rig.clock.advance(HOUR);
    const { waiting, ...repaired } = shortOf(await connector.repair(quiet));
    assert.deepEqual([repaired.tokens, repaired.accounts, waiting], [1, 0, 0]);
    world.rig.clock.advance(7 * 24 * HOUR);
    await connector.repair(quiet);
    const last = await connector.provisionAll(quiet);
    assert.ok(isClean(last), JSON.stringify(last));
    for (const id of ids) assert.ok((await world.stored(id)).tokens, id);
  },
  { openEdx: { limits: '{ registrations_per_week: 2 }' } },
);

forEachWorld('two processes go through the same learners at once: each learner is done once', async (world) => {
  await learners(world, 6);
  const [one, other] = [await world.connector(), await world.connector()];
  const reports = await Promise.all([one.provisionAll(quiet), other.provisionAll(quiet)]);
  assert.equal(reports[0].accounts + reports[1].accounts, 6);
  assert.ok(reports.every(isClean));
  assert.equal(world.calls().filter((path) => path.endsWith('/registration/')).length, 6);
});

// ----------------------------------------------------------------------------------------------------------- course runs

forEachWorld(
  'course runs are fetched; a second time none is updated; then exactly what changed is told',
  async (world) => {
    const connector = await world.connector();
    const sync = () => connector.syncCourseRuns({ kind: 'all' });
    const first = await sync();
    assert.deepEqual([first.created.length, first.updated.length, first.failures.length], [4, 0, 0]);
    assert.deepEqual(await sync(), { created: [], updated: [], unchanged: 4, missing: [], failures: [] });
    world.lms.addCourse({ id: RUN, name: 'Otro nombre', start: '2026-02-01T06:00:00Z', pacing: 'instructor' });
    const third = await sync();
    assert.deepEqual(third.updated, [
      {
        id: RUN,
        fields: [
          { field: 'title', before: 'Matemáticas para empezar', after: 'Otro nombre' },
          { field: 'start', before: '2026-01-12T06:00:00Z', after: '2026-02-01T06:00:00Z' },
          { field: 'pacing', before: 'self', after: 'instructor' },
        ],
      },
    ]);
    assert.equal(third.unchanged, 3);
  },
);

withOneWorld('with the worker’s name also hidden courses are seen', async (world) => {
  const { created } = await (await world.connector()).syncCourseRuns({ kind: 'all' });
  assert.ok(created.includes('course-v1:Jacaranda+DOC900+piloto'));
});

withOneWorld('more runs than fit a page all come, as fast as the LMS admits and no faster', async (world) => {
  for (let index = 0; index < 4200; index += 1)
    world.lms.addCourse({ id: `course-v1:Big+C${index}+1`, name: `C${index}` });
  const report = await (await world.connector()).syncCourseRuns({ kind: 'all' });
  assert.deepEqual([report.created.length, report.failures.length], [4204, 0]);
  assert.deepEqual(world.lms.complaints, []);
});

forEachWorld('a run that the LMS lists no more is marked once, and one that comes back is told', async (world) => {
  const connector = await world.connector();
  await connector.syncCourseRuns({ kind: 'all' });
  await world.rig.open.store.openEdxCourseRuns.write('campus', gone, 0);
  assert.deepEqual((await connector.syncCourseRuns({ kind: 'all' })).missing, [gone.id]);
  assert.deepEqual((await connector.syncCourseRuns({ kind: 'all' })).missing, []);
  world.lms.addCourse({ id: gone.id, name: gone.title, pacing: 'self' });
  const back = await connector.syncCourseRuns({ kind: 'all' });
  assert.deepEqual([back.updated, back.created], [[{ id: gone.id, fields: [] }], []]);
  const times = await world.rig.open.store.openEdxCourseRuns.list('campus');
  assert.ok(times.every(({ missingSince }) => missingSince === null));
});
const gone: CourseRun = {
  ...{ id: 'course-v1:Jacaranda+OLD+1', title: 'Old', start: null, end: null, pacing: 'self' },
  ...{ enrollment_start: null, enrollment_end: null },
};

forEachWorld('runs by their keys: each that cannot be had is a failure of its own', async (world) => {
  const connector = await world.connector();
  const report = await connector.syncCourseRuns({ kind: 'named', ids: [RUN, RUN, 'course-v1:No+Such+1', 'MAT101'] });
  assert.deepEqual(report.created, [RUN]);
  assert.deepEqual(report.failures, [
    { id: 'MAT101', reason: 'not-a-course-key', detail: null },
    { id: 'course-v1:No+Such+1', reason: 'not-in-the-lms', detail: null },
  ]);
});

forEachWorld('a list that came only in part marks no run as gone', async (world) => {
  const connector = await world.connector();
  await connector.syncCourseRuns({ kind: 'all' });
  world.lms.misbehave({ endpoint: 'courses', how: { kind: 'html-from-load-balancer', status: 502 }, times: 1 });
  const report = await connector.syncCourseRuns({ kind: 'all' });
  assert.deepEqual(
    [report.missing, report.failures],
    [[], [{ id: null, reason: 'unexpected', detail: '502 no JSON' }]],
  );
});

for (const [what, openEdx, reason] of [
  [
    'is not of the token',
    { service_worker: '{ username: nobody, token: practice-worker-token-0123456789 }' },
    'unexpected',
  ],
  ['has a token that has ended', { service_worker: '{ username: worker, token: an-old-token }' }, 'credential-refused'],
  ['is not there', { service_worker: '' }, 'not-configured'],
] as const) {
  withOneWorld(
    `a worker that ${what} is one failure, and no run is updated`,
    async (world) => {
      const report = await (await world.connector()).syncCourseRuns({ kind: 'all' });
      assert.deepEqual([report.created, report.failures.map((failure) => failure.reason)], [[], [reason]]);
    },
    { openEdx },
  );
}

// ------------------------------------------------------------------------------------------------------------ enrolments

forEachWorld(
  'a learner is enrolled, put into another mode, taken out and put back in; the audit trail has each',
  async (world) => {
    const userId = await world.learner('ana');
    const connector = await world.connector();
    await connector.provision(userId);
    const { username } = await world.stored(userId);
    assert.ok(username);
    const change = (mode: string | null, isActive: boolean) =>
      connector.changeEnrolment({ userId, username, runId: RUN, mode, isActive, force: false });
    assert.deepEqual(await change(null, true), { kind: 'enrolment', mode: 'audit', isActive: true });
    assert.deepEqual(await change('verified', true), { kind: 'enrolment', mode: 'verified', isActive: true });
    assert.deepEqual(await change(null, false), { kind: 'enrolment', mode: 'verified', isActive: false });
    assert.deepEqual(await change(null, true), { kind: 'enrolment', mode: 'verified', isActive: true });
    const types = (await world.rig.audit()).map(({ type }) => type).filter((type) => /enrolled/.test(type));
    assert.deepEqual(types.toSorted(), [
      'learner.enrolled',
      'learner.enrolled',
      'learner.enrolled',
      'learner.unenrolled',
    ]);
  },
);

withOneWorld('what the LMS refuses is said, and enrolled by force only by the word for it', async (world) => {
  const userId = await world.learner('ana');
  const connector = await world.connector();
  await connector.provision(userId);
  const { username } = await world.stored(userId);
  const change = (runId: string, mode: string | null, force: boolean, name = username ?? '') =>
    connector.changeEnrolment({ userId, username: name, runId, mode, isActive: true, force });
  const closed = 'course-v1:Jacaranda+HIS201+2025';
  assert.equal((await change(closed, null, false)).kind, 'not-possible');
  assert.equal((await change(closed, null, true)).kind, 'enrolment');
  assert.equal((await change(RUN, 'professional', true)).kind, 'not-possible');
  assert.equal((await change('course-v1:No+Such+1', null, true)).kind, 'not-possible');
  assert.equal((await change(RUN, null, false, 'nobody')).kind, 'unknown-learner');
  world.lms.misbehave({ endpoint: 'enrollment', how: { kind: 'connection-lost' }, times: 1 });
  assert.equal((await change(RUN, null, false)).kind, 'unreachable');
  assert.deepEqual(
    world.lms
      .enrollmentsOf(username ?? '')
      .map(({ courseId }) => courseId)
      .toSorted(),
    [closed, RUN],
  );
});

// ---------------------------------------------------------------------------------------------------------- the trial

for (const backend of ['oidc', 'identityServer3'] as const) {
  withOneWorld(
    `both directions are found to work, by ${backend}, without anybody’s account`,
    async (world) => {
      const findings = await (await world.connector()).verify();
      assert.deepEqual(
        findings.filter(({ verdict }) => verdict === 'bad'),
        [],
      );
      assert.equal(findings.length, 5);
      assert.equal(world.lms.accounts.length, 1);
    },
    { backend },
  );
}

for (const [what, options, subject] of [
  ['another secret', { openEdx: { api_client_secret: 'another-secret-of-ours' } }, 'our application at the LMS'],
  ['no application', { openEdx: { api_client_id: '' } }, 'our application at the LMS'],
  ['an ended token', { openEdx: { service_worker: '{ username: worker, token: an-old-token }' } }, 'service worker'],
  [
    'another owner',
    { openEdx: { service_worker: '{ username: other, token: practice-worker-token-0123456789 }' } },
    'service worker',
  ],
  ['another client', { record: { key: 'other' } }, 'login of the LMS at /auth/login/oidc/?auth_entry=login'],
  ['no record', { record: { enabled: false } }, 'login of the LMS at /auth/login/oidc/?auth_entry=login'],
] as const) {
  withOneWorld(
    `the trial finds ${what}`,
    async (world) => {
      const bad = (await (await world.connector()).verify()).filter(({ verdict }) => verdict === 'bad');
      assert.deepEqual(
        bad.map((finding) => finding.subject),
        [subject],
      );
      assert.doesNotMatch(JSON.stringify(bad), /practice-|another-secret|an-old-token/);
    },
    { backend: 'oidc', ...options },
  );
}

withOneWorld('a worker who is not of staff is found', async (world) => {
  world.lms.addAccount({ username: 'worker', email: 'worker@lms.test', password: 'x', is_staff: false });
  world.lms.issueServiceToken({ username: 'worker', token: 'practice-worker-token-0123456789' });
  const [finding] = (await (await world.connector()).verify()).filter(({ verdict }) => verdict === 'bad');
  assert.match(finding?.detail ?? '', /not of staff/);
});
