/**
 * The LMS as a service with the real program over real sockets, on both databases: set up from nothing by what is printed, then
 * learners, course runs and enrolments.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createOpenEdxSimulator, listen, type OpenEdxSimulator } from '../../simulators/index.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { type Program, withProgram } from './program.ts';

const RUN = 'course-v1:Jacaranda+MAT101+2026';
const people = [
  { username: 'ana', email: 'ana@uni.example', email_verified: true, given_name: 'Ana', family_name: 'Ruiz' },
  { username: 'eva', email: 'eva@uni.example', email_verified: true, given_name: 'Eva', family_name: 'Paz' },
  { username: 'max', email: 'max@uni.example', email_verified: false, given_name: 'Max', family_name: 'Sol' },
];

interface Stage {
  readonly program: Program;
  readonly lms: OpenEdxSimulator;
  readonly base: string;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : assert.fail('no port');
}

function onStage(promise: string, body: (stage: Stage) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    async ({ url }) => {
      const [brokerPort, lmsPort] = [await freePort(), await freePort()];
      const [broker, base] = [`http://localhost:${brokerPort}`, `http://localhost:${lmsPort}`];
      const lms = createOpenEdxSimulator({
        environment: { now: Date.now, randomBytes: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)) },
        origin: base,
        accounts: [{ username: 'worker', email: 'worker@lms.example', password: 'x', is_staff: true }],
      });
      const listening = await listen(lms.app, { port: lmsPort, hostname: 'localhost' });
      const env = { LLAVERO_DATABASE_URL: url, LLAVERO_PUBLIC_URL: broker, LLAVERO_PORT: `${brokerPort}` };
      try {
        await withProgram(env, async (program) => {
          const file = `providers: [{ slug: password, vendor: password, enabled: true, settings: {} }]\noutbound: { allow_private: ["localhost:${lmsPort}", "localhost:${brokerPort}"] }\n`;
          await program.json('apply', await program.write('llavero.yaml', file));
          const lines = people.map((person) => JSON.stringify(person)).join('\n');
          await program.json('user', 'import', await program.write('people.jsonl', lines));
          await program.begin(['serve'], env).said(/listens on port/);
          await body({ program, lms, base });
        });
      } finally {
        await listening.close();
      }
    },
    ['SQLite file', 'PostgreSQL'],
  );
}

/** Sets the LMS up as the command prints it, and answers what was printed. */
async function setUp({ program, lms, base }: Stage, backend: 'oidc' | 'identityServer3') {
  const call = ['openedx', 'configure', 'campus', '--base-url', base, '--backend', backend, '--no-verify'];
  const printed = await program.json(...call);
  const { site: _, ...record } = printed.instructions.record;
  lms.saveProvider({ ...record, secret: printed.client_secret });
  const [, redirectUris = '', clientId = ''] =
    /--redirect-uris "([^"]+)" --client-id (\S+)/.exec(printed.instructions.commands.join('\n')) ?? [];
  lms.addApplication({
    ...{ name: 'llavero', client_id: clientId, client_secret: printed.api_client_secret, user: 'worker' },
    ...{ authorization_grant_type: 'authorization-code', skip_authorization: true, redirect_uris: redirectUris },
  });
  return printed;
}

for (const backend of ['oidc', 'identityServer3'] as const) {
  onStage(
    `an LMS is set up by what is printed (${backend}), found to work, and a second time nothing changes`,
    async (stage) => {
      const { program, lms } = stage;
      const printed = await setUp(stage, backend);
      const early = await program.run(['openedx', 'configure', 'campus']);
      assert.equal(early.code, 1, 'there is no service worker yet');
      assert.match(early.stdout, /bad +service worker/);

      const token = lms.issueServiceToken({ username: 'worker' });
      const withWorker = ['openedx', 'configure', 'campus', '--worker', 'worker', '--worker-token', '-'];
      const ready = await program.run(withWorker, { input: `${token}\n` });
      assert.equal(ready.code, 0, ready.stdout + ready.stderr);
      const again = await program.run(withWorker, { input: token });
      assert.match(again.stdout, /^Nothing changed\.$/m);
      for (const secret of [printed.client_secret, printed.api_client_secret, token]) {
        assert.ok(secret.length >= 30);
        assert.ok(![early, ready, again].some(({ stdout, stderr }) => (stdout + stderr).includes(secret)));
      }
      assert.equal((await program.run(['openedx', 'provision', '--user', 'ana'])).code, 0);
      const { learners } = await program.json('openedx', 'learners', '--state', 'ready');
      assert.deepEqual(
        learners.map((learner: { username: string }) => learner.username),
        ['ana'],
      );
      assert.equal(lms.account('ana')?.email, 'ana@uni.example');
    },
  );
}

onStage('learners, course runs and enrolments by commands whose exit codes tell the truth', async (stage) => {
  const { program, lms } = stage;
  await setUp(stage, 'identityServer3');
  const token = lms.issueServiceToken({ username: 'worker' });
  await program.run(['openedx', 'configure', 'campus', '--worker', 'worker', '--worker-token', '-'], { input: token });
  const run = async (...call: string[]) => {
    const { code, stdout } = await program.run(['openedx', ...call]);
    return { code, last: stdout.trimEnd().split('\n').at(-1) ?? '', stdout };
  };

  const all = await run('provision', '--all');
  assert.deepEqual([all.code, all.last], [1, 'Complete: 2 accounts made, 2 token pairs made, 0 unchanged, 1 failure.']);
  assert.match(all.stdout, /no-verified-email: .*; not before something changes$/m);
  const repaired = await run('repair');
  assert.deepEqual(
    [repaired.code, repaired.last],
    [0, 'Complete: 0 accounts made, 0 token pairs made, 0 unchanged, 0 failures.'],
  );
  assert.equal((await run('repair', '--user', 'max')).code, 1);
  assert.match((await run('learners', '--state', 'attention')).stdout, /attention +- +- +no-verified-email/);

  const first = await run('sync-courseruns', '--all', 'ALL');
  assert.deepEqual([first.code, first.last], [0, 'Sync complete: 4 new, 0 updated, 0 failures, 0 unchanged.']);
  const second = await run('sync-courseruns', '--all', 'ALL');
  assert.deepEqual([second.code, second.last], [0, 'Sync complete: 0 new, 0 updated, 0 failures, 4 unchanged.']);
  lms.addCourse({ id: RUN, name: 'Otro nombre', start: '2026-01-12T06:00:00Z', pacing: 'self' });
  assert.match((await run('sync-courseruns', '--run', RUN)).stdout, /title: Matemáticas para empezar → Otro nombre/);
  assert.equal((await run('sync-courseruns', '--run', 'course-v1:No+Such+1')).code, 1);
  assert.match((await run('courseruns')).stdout, /Otro nombre/);

  assert.match((await run('enrol', 'ana', RUN)).last, /^ana is enrolled in .*, mode audit\.$/);
  assert.equal((await run('enrol', 'ana', 'course-v1:Jacaranda+HIS201+2025')).code, 1);
  assert.equal((await run('enrol', 'ana', 'course-v1:Jacaranda+HIS201+2025', '--force')).code, 0);
  assert.match((await run('unenrol', 'ana', RUN)).last, /^ana is not enrolled/);
  assert.equal((await run('enrol', 'max', RUN)).code, 1);
  assert.deepEqual(
    lms
      .enrollmentsOf('ana')
      .filter(({ isActive }) => isActive)
      .map(({ courseId }) => courseId),
    ['course-v1:Jacaranda+HIS201+2025'],
  );

  for (const wrong of [
    ['provision'],
    ['provision', '--all', '--user', 'ana'],
    ['sync-courseruns'],
    ['sync-courseruns', '--all', ''],
  ]) {
    assert.equal((await run(...wrong)).code, 2, wrong.join(' '));
  }
  assert.equal((await run('repair', '--lms', 'other')).code, 1);
});
