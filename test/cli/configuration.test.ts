/**
 * check, plan, apply, export and migrate, as an operator calls them (DESIGN §11).
 */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { CLIENT_SECRET, configuration, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;
const environment = { LMS_SECRET: CLIENT_SECRET };

forEachEmptyDatabase(
  'apply makes the configuration what the file says, and the same file again writes nothing',
  ({ url, durable }) =>
    withProgram({ ...environment, LLAVERO_DATABASE_URL: url }, async (program) => {
      const file = await program.write('llavero.yaml', configuration);
      const first = await program.json('apply', file);
      assert.equal(first.revision, 3);
      assert.deepEqual(
        first.changes.map(({ kind, name, change }: { kind: string; name: string; change: string }) => [
          kind,
          name,
          change,
        ]),
        [
          ['provider', 'llave-mx', 'create'],
          ['client', 'lms', 'create'],
          ['outbound', 'default', 'create'],
        ],
      );
      assert.deepEqual(await program.json('apply', file), { revision: 3, changes: [], unchanged: 3, kept: [] });
      assert.deepEqual(await durable.get(sql`select count(*) as n from configuration_revisions`), { n: 3 });
    }),
  kinds,
);

forEachEmptyDatabase(
  'plan shows what apply would do, secrets masked, and writes nothing',
  ({ url, durable }) =>
    withProgram({ ...environment, LLAVERO_DATABASE_URL: url }, async (program) => {
      const file = await program.write('llavero.yaml', configuration);
      const { code, stdout } = await program.run(['plan', file]);
      assert.equal(code, 0);
      assert.match(stdout, /^\+ client lms$/m);
      assert.match(stdout, /client_secret: \(secret\)/);
      // What would hold anyway is not worth a line.
      assert.doesNotMatch(stdout, /visible|max_session_length|allow_guests/);
      assert.ok(!stdout.includes(CLIENT_SECRET));
      assert.deepEqual(await durable.get(sql`select count(*) as n from configuration_revisions`), { n: 0 });
    }),
  kinds,
);

forEachEmptyDatabase(
  'an export, applied to an empty database, gives the same configuration; no secret is in it',
  ({ url }) =>
    withProgram(environment, async (empty) => {
      await withProgram({ ...environment, LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('llavero.yaml', configuration));
        const { stdout: exported, stderr } = await program.run(['export']);
        assert.ok(!exported.includes(CLIENT_SECRET));
        assert.match(stderr, /set these.*CLIENT_LMS_CLIENT_SECRET/);
        const variables = { CLIENT_LMS_CLIENT_SECRET: CLIENT_SECRET };
        // Through standard input, so that a pipe is tried too.
        const applied = await empty.run(['apply', '-'], { env: variables, input: exported });
        assert.equal(applied.code, 0, applied.stderr);
        assert.equal((await empty.run(['export'])).stdout, exported);
        const original = await empty.write('llavero.yaml', configuration);
        assert.deepEqual((await empty.json('plan', original)).changes, []);
      });
    }),
  kinds,
);

test('without --prune nothing is removed and what stays is named; with it, it goes', () =>
  withProgram(environment, async (program) => {
    await program.json('apply', await program.write('llavero.yaml', configuration));
    const file = await program.write('fewer.yaml', configuration.replace(/clients:[\s\S]*claims: \[email\]\n/, ''));
    assert.deepEqual(await program.json('apply', file), {
      revision: 3,
      changes: [],
      unchanged: 2,
      kept: [{ kind: 'client', name: 'lms' }],
    });
    const pruned = await program.json('apply', file, '--prune');
    assert.deepEqual(pruned.changes, [{ kind: 'client', name: 'lms', change: 'remove', fields: [] }]);
    assert.deepEqual((await program.json('client', 'list')).clients, []);
  }));

const fiveMistakes = `providers:
  - slug: Llave MX
    vendor: llave-mx
    enabled: yes please
    settings: { environment: val, mode: apps, client_id: "1" }
clients:
  - client_id: lms
    client_nmae: Campus LMS
    client_name: Campus LMS
    client_secret: \${LMS_SECRET}
    redirect_uris: [http://lms.example/*]
    skip_authorization: true
`;

for (const command of ['check', 'plan', 'apply']) {
  test(`O-07 ${command} reports five mistakes at once, each with its line, and exits with 1`, () =>
    withProgram(environment, async (program) => {
      const file = await program.write('llavero.yaml', fiveMistakes);
      const { code, stdout, stderr } = await program.run([command, file, '--json']);
      assert.equal(code, 1);
      const lines = JSON.parse(stdout).faults.map((fault: string) => /^line (\d+), column \d+: /.exec(fault)?.[1]);
      assert.deepEqual(lines, ['2', '4', '5', '8', '11']);
      assert.match(stderr, /has 5 faults/);
      // Nothing was opened for a file that cannot be applied.
      assert.deepEqual(await readdir(program.folder), ['llavero.yaml']);
    }));
}

test('check needs no database: a sound file is enough', () =>
  withProgram({ ...environment, LLAVERO_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }, async (program) => {
    const file = await program.write('llavero.yaml', configuration);
    assert.deepEqual(await program.json('check', file), { sound: true, providers: 1, clients: 1 });
  }));

forEachEmptyDatabase(
  'O-10 migrate --check says what is pending and changes nothing; migrate applies it once',
  ({ url, durable }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      const pending = await program.run(['migrate', '--check', '--json']);
      assert.equal(pending.code, 1);
      const steps = JSON.parse(pending.stdout).pending;
      assert.ok(steps.length >= 2);
      await assert.rejects(durable.get(sql`select * from users`));
      assert.deepEqual((await program.json('migrate')).applied, steps);
      assert.deepEqual((await program.json('migrate')).applied, []);
      assert.equal((await program.run(['migrate', '--check'])).code, 0);
    }),
  kinds,
);

test('migrate --check creates neither a database nor a secret', () =>
  withProgram({}, async (program) => {
    assert.equal((await program.run(['migrate', '--check'])).code, 1);
    assert.deepEqual(await readdir(program.folder), []);
  }));

forEachEmptyDatabase(
  'a database of a newer release is refused with the schema that it needs and the release that this is',
  ({ url, durable }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      await program.json('migrate');
      await durable.run(sql`
        insert into schema_migrations (part, id, name, checksum, applied_at) values ('durable', 99, 'later', 'x', 0)`);
      for (const call of [['client', 'list'], ['migrate'], ['migrate', '--check']]) {
        const { code, stderr } = await program.run(call);
        assert.equal(code, 1);
        assert.match(stderr, /durable schema is at 99.*newer release/);
        assert.match(stderr, /This is llavero \d+\.\d+\.\d+\. Run the release that made the schema/);
      }
    }),
  kinds,
);
