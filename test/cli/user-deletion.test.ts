/**
 * Making, exporting, deleting and keeping accounts on the command line, with the real program on both databases.
 */
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { type Program, withProgram } from './program.ts';

const why = ['--reason', 'ticket 12'] as const;
const PASSWORD = 'caballo correcto batería grapa';
const configuration = `
providers:
  - slug: password
    vendor: password
    enabled: true
    settings: {}
clients:
  - client_id: lms
    client_name: lms
    client_secret: Qm7tZ2xV9rK4wP8sB1nC6yH3
    redirect_uris: [https://lms.example/cb]
    skip_authorization: true
    event_endpoint: https://lms.example/events
`;

interface Given {
  readonly program: Program;
  readonly rows: (statement: ReturnType<typeof sql>) => Promise<{ readonly [column: string]: unknown }[]>;
  create(...more: readonly string[]): Promise<{ id: string; username: string; invited: boolean }>;
}

function withAccounts(promise: string, body: (given: Given) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    ({ url, durable }) =>
      withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('llavero.yaml', configuration));
        await body({
          program,
          rows: (statement) => durable.all(statement),
          create: (...more) =>
            program.json(
              'user',
              'create',
              '--email',
              'ana@uni.example',
              '--username',
              'ana',
              '--verified',
              ...more,
              ...why,
            ),
        });
      }),
    ['SQLite file', 'PostgreSQL'],
  );
}

const mailCount = async ({ rows }: Given) => (await rows(sql`select id from outgoing_mails`)).length;

withAccounts('user create makes one account, and a second run says whose the address is', async (given) => {
  const { program, rows, create } = given;
  const made = await create('--field', 'given_name=Ana', '--field', 'country=mx');
  assert.deepEqual([made.username, made.invited, await mailCount(given)], ['ana', true, 1]);
  const again = await program.run(['user', 'create', '--email', 'ANA@uni.example', '--verified', ...why]);
  assert.equal(again.code, 1);
  assert.ok(again.stderr.includes(`the address is that of ${made.id} already`), again.stderr);
  assert.equal((await rows(sql`select id from users`)).length, 1);
  const view = await program.json('user', 'show', 'ana', ...why);
  assert.deepEqual(view.emails, [{ address: 'ana@uni.example', verified_by: 'import', primary: true }]);
  assert.deepEqual(view.details, { given_name: 'Ana', country: 'MX' });
  const [event] = await rows(sql`select detail from audit_events where type = 'user.created'`);
  assert.match(String(event?.detail), /"because":"ticket 12"/);
  const taken = await program.run([
    'user',
    'create',
    '--email',
    'b@uni.example',
    '--username',
    'ANA',
    '--verified',
    ...why,
  ]);
  assert.deepEqual([taken.code, taken.stdout], [1, '']);
  assert.match(taken.stderr, /the username ANA is taken/);
});

withAccounts(
  'a password comes from standard input, is judged, and signs its person in; an argument is none',
  async (given) => {
    const { program, rows } = given;
    const call = ['user', 'create', '--email', 'ana@uni.example', '--password-stdin', ...why];
    const short = await program.run(call, { input: 'short\n' });
    assert.equal(short.code, 1);
    assert.match(short.stderr, /the password is too_short/);
    assert.equal((await program.run([...call, '--password', PASSWORD])).code, 2);
    assert.deepEqual(await rows(sql`select id from users`), []);
    assert.equal((await program.run(call, { input: `${PASSWORD}\n` })).code, 0);
    assert.equal((await rows(sql`select hash from passwords`)).length, 1);
    assert.deepEqual(await rows(sql`select verified_at from emails`), [{ verified_at: null }]);
    assert.equal(await mailCount(given), 0);
  },
);

withAccounts('user create makes nobody whom nobody could be', async ({ program, rows }) => {
  for (const [more, words] of [
    [['--email', 'ana@uni.example'], /nobody could sign in/],
    [['--email', 'not an address', '--verified'], /email is malformed/],
    [['--email', 'a@uni.example', '--verified', '--username', 'admin'], /username is reserved/],
    [['--email', 'a@uni.example', '--verified', '--field', 'country=XX'], /country is malformed/],
    [['--email', 'a@uni.example', '--verified', '--field', 'curp=X'], /--field is NAME=VALUE/],
    [['--verified'], /--email is missing/],
  ] as const) {
    const { code, stderr } = await program.run(['user', 'create', ...more, ...why]);
    assert.ok(code === 1 || code === 2, `${more}`);
    assert.match(stderr, words);
  }
  assert.equal((await program.run(['user', 'create', '--email', 'a@uni.example', '--verified'])).code, 2);
  assert.deepEqual(await rows(sql`select id from users`), []);
});

withAccounts(
  'M-04 M-11 user export is what the person downloads, into a file of their own, and is recorded',
  async (given) => {
    const { program, rows, create } = given;
    const { id } = await create();
    const document = await program.json('user', 'export', 'ana', ...why);
    assert.deepEqual([document.format, document.account.data.id], ['llavero-personal-data/1', id]);
    assert.equal(document.addresses.data[0].address, 'ana@uni.example');
    const { file } = await program.json('user', 'export', 'ana', '--out', 'ana.json', ...why);
    const path = join(program.folder, file);
    assert.equal(JSON.parse(await readFile(path, 'utf8')).account.data.id, id);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const over = await program.run(['user', 'export', 'ana', '--out', 'ana.json', ...why]);
    assert.equal(over.code, 1);
    assert.match(over.stderr, /there is a file ana\.json already/);
    const looked = await rows(sql`select user_id, detail from audit_events where type = 'personal_data.viewed'`);
    assert.ok(looked.length >= 2 && looked.every((row) => row.user_id === id && /ticket 12/.test(String(row.detail))));
    assert.equal((await program.run(['user', 'export', 'ana'])).code, 2);
  },
);

withAccounts('user delete shows first; with --yes it waits, user keep keeps it, and --now ends it', async (given) => {
  const { program, rows, create } = given;
  const { id } = await create();
  await rows(sql`
    insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
    values ('lms', ${id}, ${id}, 1, 1)`);
  const call = ['user', 'delete', 'ana', ...why];
  const shown = await program.run(call);
  assert.deepEqual([shown.code, /Nothing was changed/.test(shown.stdout)], [0, true], shown.stderr);
  assert.equal((await program.json('user', 'show', 'ana', ...why)).deletion_at, null);

  const waits = await program.json(...call, '--yes');
  assert.deepEqual([waits.id, waits.deleted], [id, false]);
  const view = await program.json('user', 'show', 'ana', ...why);
  assert.deepEqual([view.state, new Date(view.deletion_at).toISOString()], ['disabled', waits.deletion_at]);
  assert.deepEqual((await program.json(...call, '--yes')).deletion_at, waits.deletion_at);
  const enabled = await program.run(['user', 'enable', 'ana', ...why]);
  assert.equal(enabled.code, 1);
  assert.match(enabled.stderr, /is to be deleted/);

  assert.deepEqual(await program.json('user', 'keep', 'ana', ...why), { id, kept: true });
  assert.equal((await program.json('user', 'show', 'ana', ...why)).state, 'active');
  assert.match((await program.run(['user', 'keep', 'ana', ...why])).stderr, /waits for no deletion/);

  await program.json('user', 'hold', 'ana', ...why);
  const held = await program.run([...call, '--now', '--yes']);
  assert.equal(held.code, 1);
  assert.match(held.stderr, /legal_hold/);
  await program.json('user', 'release', 'ana', ...why);
  await program.json('user', 'disable', 'ana', ...why);
  assert.match((await program.run([...call, '--yes'])).stderr, /user_disabled.*--now/);
  assert.deepEqual(await program.json(...call, '--now', '--yes'), { id, deleted: true, deletion_at: null });
  assert.match((await program.run(['user', 'show', 'ana', ...why])).stderr, /there is no account/);
  assert.match((await program.run(['user', 'delete', id, ...why, '--yes'])).stderr, /is deleted already/);
  const owed = await rows(sql`select kind from outgoing_events order by position`);
  assert.deepEqual(
    owed.map(({ kind }) => kind),
    ['account-disabled', 'account-enabled', 'account-disabled', 'account-purged'],
  );
  // Made, asked for, kept, gone.
  assert.equal(await mailCount(given), 4);
  const types = await rows(sql`select type from audit_events where user_id = ${id} and type like 'user.%' order by at`);
  assert.ok(
    types.some(({ type }) => type === 'user.deletion_requested') && types.some(({ type }) => type === 'user.kept'),
  );
  // The name stays taken.
  const again = await program.run([
    'user',
    'create',
    '--email',
    'ana@uni.example',
    '--username',
    'ana',
    '--verified',
    ...why,
  ]);
  assert.match(again.stderr, /the username ana is taken/);
});
