/**
 * `llavero lti …` and the keys of campuses, as operators call them, with the real program.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createVault } from '../../src/crypto.ts';
import { sealProfile } from '../../src/store/accounts.ts';
import { type Database, sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { profileWith } from '../store-fixture.ts';
import { DEPLOYMENT_SECRET, type Program, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;
const why = ['--reason', 'ticket 12'] as const;

const configuration = `
providers:
  - { slug: password, vendor: password, enabled: true, settings: {} }
  - { slug: email, vendor: email, enabled: true, settings: {} }
clients:
  - { client_id: lms, client_name: LMS, token_endpoint_auth_method: none, redirect_uris: ["https://lms.example/cb"], skip_authorization: true }
lti:
  consumers:
    - { slug: campus, name: "Campus Norte", oauth_consumer_key: campus, secret: a-campus-secret-that-nobody-sees, linking: create-on-first-launch, client: lms, staff: [jefa] }
`;
const people = [
  { username: 'ana', email: 'ana@uni.mx', email_verified: true },
  { username: 'ana2', email: 'ana@casa.test', email_verified: true },
  { username: 'jefa', email: 'jefa@uni.mx', email_verified: true },
  { username: 'launched' },
];

interface Given {
  readonly program: Program;
  readonly durable: Database;
  readonly ids: { readonly [username: string]: string };
}

function withCampus(promise: string, body: (given: Given) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    ({ url, durable }) =>
      withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('campus.yaml', configuration));
        const lines = people.map((person) => JSON.stringify(person)).join('\n');
        await program.json('user', 'import', await program.write('people.jsonl', lines));
        const users = await durable.all(sql`select id, username from users`);
        const ids = Object.fromEntries(users.map(({ id, username }) => [String(username), String(id)]));
        await launched(durable, ids.ana ?? '', 's-1');
        await launched(durable, ids.launched ?? '', '=s-2');
        await body({ program, durable, ids });
      }),
    kinds,
  );
}

/** Somebody of the campus, as a launch would have left them. */
async function launched(durable: Database, userId: string, subject: string): Promise<void> {
  const vault = createVault(DEPLOYMENT_SECRET, { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) });
  const sealed = sealProfile(subject, profileWith({ provider: 'lti:campus', subject }), vault);
  await durable.run(sql`
    insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
    values (${subject}, 'lti:campus', ${subject}, ${userId}, ${sealed}, 1, 1)`);
}

const ownerOf = async ({ durable }: Given, subject: string) =>
  (await durable.get(sql`select user_id from identities where subject = ${subject}`))?.user_id;

withCampus('lti remap says what would happen and does that file only, once; both people are told', async (given) => {
  const { program, durable, ids } = given;
  const head = 'registration,subject,account,reason\n';
  await program.write('list.csv', `${head}campus,s-1,ana2,seen with papers\ncampus,"'=s-2",ana2,\ncampus,s-9,ana2,\n`);
  const looked = await program.run(['lti', 'remap', 'list.csv', ...why]);
  assert.equal(looked.code, 1);
  assert.match(looked.stdout, /^line 2: moves from ana to ana2$/m);
  assert.match(looked.stdout, /^line 3: NOT: it is the last way in of launched: `llavero user merge launched ana2`/m);
  assert.match(looked.stdout, /^line 4: NOT: nobody has launched with it$/m);
  const [, digest = ''] = /--apply ([0-9a-f]{16})$/m.exec(looked.stdout) ?? [];
  assert.equal(await ownerOf(given, 's-1'), ids.ana);

  await program.write('list.csv', `${head}campus,s-1,jefa,\n`);
  const changed = await program.run(['lti', 'remap', 'list.csv', ...why, '--apply', digest]);
  assert.notEqual(changed.code, 0);
  assert.match(changed.stderr, /the file is not the one with the digest/);
  assert.equal(await ownerOf(given, 's-1'), ids.ana);

  await program.write('list.csv', `${head}campus,s-1,ana2,seen with papers\n`);
  const { digest: second, applied } = await program.json('lti', 'remap', 'list.csv');
  assert.equal(applied, false);
  const done = await program.run(['lti', 'remap', 'list.csv', '--apply', second]);
  assert.deepEqual([done.code, /^line 2: moved from ana to ana2$/m.test(done.stdout)], [0, true], done.stderr);
  assert.equal(await ownerOf(given, 's-1'), ids.ana2);
  const again = await program.run(['lti', 'remap', 'list.csv', '--apply', second]);
  assert.deepEqual([again.code, /^line 2: is there already$/m.test(again.stdout)], [0, true]);
  assert.equal((await durable.all(sql`select id from outgoing_mails`)).length, 2);
  const events = await durable.all(sql`select detail from audit_events where type = 'identity.unlinked'`);
  assert.equal(events.length, 1);
  assert.match(String(events[0]?.detail), /seen with papers/);
});

withCampus('lti remap refuses what is no list, and a file that is not there', async ({ program }) => {
  await program.write('bad.csv', 'registration,subject\n');
  for (const file of ['bad.csv', 'missing.csv']) {
    const { code, stderr } = await program.run(['lti', 'remap', file, ...why]);
    assert.notEqual(code, 0);
    assert.match(stderr, file === 'bad.csv' ? /line 1: there is no column account/ : /cannot be read: ENOENT/);
  }
});

withCampus(
  'lti duplicates says who, and writes what lti remap reads, for the caller’s eyes and on the record',
  async (given) => {
    const { program, durable, ids } = given;
    assert.equal((await program.run(['lti', 'duplicates'])).stdout, 'None.\n');
    await durable.run(sql`
    insert into emails (user_id, address_key, address, is_primary, created_at)
    values (${ids.launched ?? ''}, 'ana@casa.test', 'ana@casa.test', 1, 1)`);
    const said = await program.run(['lti', 'duplicates']);
    assert.match(said.stdout, /^launched +\S.* ana2 .*one address, verified for one and claimed by the other$/m);
    assert.ok(!said.stdout.includes('casa.test'));
    assert.match((await program.run(['lti', 'duplicates', '--csv', 'list.csv'])).stderr, /--reason is missing/);
    await program.json('lti', 'duplicates', '--csv', 'list.csv', ...why);
    const path = join(program.folder, 'list.csv');
    assert.match(await readFile(path, 'utf8'), /"campus","","'=s-2"/);
    assert.equal((await stat(path)).mode & 0o077, 0);
    const views = await durable.all(sql`select user_id from audit_events where type = 'personal_data.viewed'`);
    assert.deepEqual(
      views.map(({ user_id }) => user_id),
      [ids.launched],
    );
    const remapped = await program.run(['lti', 'remap', 'list.csv']);
    assert.match(remapped.stdout, /^line 2: NOT: it is the last way in of launched/m);
    assert.match((await program.run(['lti', 'duplicates', '--names', 'nowhere'])).stderr, /no consumer or platform/);
    assert.equal((await program.run(['lti', 'duplicates', '--names', 'campus'])).code, 0);
  },
);

withCampus('user identify gives an institution’s id once, and takes it', async ({ program }) => {
  const call = ['user', 'identify', 'ana', 'udg', '217345678', ...why];
  assert.equal((await program.json(...call)).changed, true);
  assert.equal((await program.json(...call)).changed, false);
  const other = await program.run(['user', 'identify', 'ana2', 'udg', '217345678', ...why]);
  assert.match(other.stderr, /has this id/);
  assert.equal((await program.json(...call, '--remove')).changed, true);
  assert.deepEqual((await program.json('user', 'show', 'ana', ...why)).identifiers, []);
});
