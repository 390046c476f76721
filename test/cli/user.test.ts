/**
 * Accounts on the command line, with the real program on both databases: show, merge, undo, bar, hold.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { type Program, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;

const people = [
  { username: 'ana', email: 'ana@uni.example', email_verified: true, given_name: 'Ana', family_name: 'Ruiz' },
  { username: 'anita', email: 'anita@uni.example', email_verified: true, given_name: 'Anita', family_name: 'Ruiz' },
  { username: 'bob', email: 'bob@uni.example', email_verified: false, name: 'Bob' },
  { username: 'boris', email: 'bob@uni.example', email_verified: false, name: 'Boris' },
];
const configuration = `
providers:
  - slug: campus-password
    vendor: password
    enabled: true
    settings: {}
`;

interface Given {
  readonly program: Program;
  /** Ids by username. */
  readonly ids: { readonly [username: string]: string };
  rows(statement: ReturnType<typeof sql>): Promise<unknown[]>;
}

function withPeople(promise: string, body: (given: Given) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    ({ url, durable }) =>
      withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('passwords.yaml', configuration));
        const lines = people.map((person) => JSON.stringify(person)).join('\n');
        await program.json(
          'user',
          'import',
          await program.write('people.jsonl', lines),
          '--provider',
          'campus-password',
        );
        const users = await durable.all(sql`select id, username from users`);
        const ids = Object.fromEntries(users.map(({ id, username }) => [String(username), String(id)]));
        await body({ program, ids, rows: (statement) => durable.all(statement) });
      }),
    kinds,
  );
}

const why = ['--reason', 'ticket 12'] as const;

withPeople(
  'user show finds an account by id, username or address, and records who looked and why',
  async ({ program, ids, rows }) => {
    for (const words of [ids.ana ?? '', 'ANA', 'Ana@UNI.example']) {
      const view = await program.json('user', 'show', words, ...why);
      assert.deepEqual([view.id, view.username, view.state, view.name.given], [ids.ana, 'ana', 'active', 'Ana']);
      assert.deepEqual(view.emails, [{ address: 'ana@uni.example', verified_by: 'import', primary: true }]);
    }
    const { stdout } = await program.run(['user', 'show', 'ana', ...why]);
    assert.match(stdout, /^username +ana$/m);
    assert.match(stdout, /^address +ana@uni\.example \(verified by import, primary\)$/m);
    const looked = await rows(sql`select user_id, detail from audit_events where type = 'personal_data.viewed'`);
    assert.equal(looked.length, 4);
    for (const row of looked as { user_id: string; detail: string }[]) {
      assert.equal(row.user_id, ids.ana);
      assert.match(row.detail, /"by":".*command line.*","reason":"ticket 12"/);
    }
  },
);

withPeople('nobody is shown without a reason, and none of several is guessed', async ({ program, ids, rows }) => {
  const unreasoned = await program.run(['user', 'show', 'ana']);
  assert.deepEqual([unreasoned.code, unreasoned.stdout], [2, '']);
  assert.match(unreasoned.stderr, /--reason is missing/);
  const ambiguous = await program.run(['user', 'show', 'bob@uni.example', ...why]);
  assert.equal(ambiguous.code, 1);
  for (const id of [ids.bob, ids.boris])
    assert.ok(ambiguous.stderr.includes(`${id} (unverified address)`), ambiguous.stderr);
  assert.match((await program.run(['user', 'show', 'nobody', ...why])).stderr, /there is no account "nobody"/);
  assert.deepEqual(await rows(sql`select id from audit_events where type = 'personal_data.viewed'`), []);
});

withPeople(
  'user merge shows first and changes nothing; with --yes it merges, and user unmerge undoes it',
  async ({ program, ids, rows }) => {
    const call = ['user', 'merge', 'ana', 'anita', '--choose', 'name=retired', ...why];
    const shown = await program.run(call);
    assert.equal(shown.code, 0, shown.stderr);
    assert.match(shown.stdout, /^name +Ana Ruiz +Anita Ruiz +keeps that of the retired$/m);
    assert.match(shown.stdout, /^username +ana +anita +keeps that of the survivor$/m);
    assert.match(shown.stdout, /^primary_email +ana@uni\.example +anita@uni\.example +keeps that of the survivor$/m);
    assert.match(shown.stdout, /^address ana@uni\.example \(verified\) moves$/m);
    assert.match(shown.stdout, /^identity campus-password ends$/m);
    assert.match(shown.stdout, /Nothing was changed\. With --yes it is done\.$/m);
    const { merged, preview } = await program.json(...call);
    assert.deepEqual([merged, preview.retired.userId, preview.survivor.userId], [false, ids.ana, ids.anita]);
    assert.deepEqual(await rows(sql`select id from merges`), []);

    const done = await program.json(...call, '--yes');
    assert.deepEqual([done.merged, done.retired, done.survivor], [true, ids.ana, ids.anita]);
    const after = await program.json('user', 'show', 'ana', ...why);
    assert.deepEqual([after.state, after.merged_into], ['merged', ids.anita]);
    const survivor = await program.json('user', 'show', 'anita', ...why);
    assert.deepEqual([survivor.name.given, survivor.emails.length, survivor.merges[0].id], ['Ana', 2, done.merge]);
    // Both were written to, at every address that they had proved.
    assert.equal((await rows(sql`select id from outgoing_mails`)).length, 2);
    const twice = await program.run([...call, '--yes']);
    assert.equal(twice.code, 1);
    assert.match(twice.stderr, /user_not_mergeable: the account .* was merged into another one/);

    const undone = await program.json('user', 'unmerge', done.merge, ...why);
    assert.deepEqual([undone.retired, undone.survivor, undone.left], [ids.ana, ids.anita, []]);
    const back = await program.json('user', 'show', 'ana', ...why);
    assert.deepEqual([back.state, back.emails[0].address, back.identities.length], ['active', 'ana@uni.example', 1]);
    assert.match(
      (await program.run(['user', 'unmerge', done.merge, ...why])).stderr,
      /merge_undone: it was undone at \d{4}/,
    );
    assert.match(
      (await program.run(['user', 'unmerge', 'no-such', ...why])).stderr,
      /merge_unknown: there is no such merge/,
    );
  },
);

withPeople('user merge says what is wrong with a call, before it looks at anybody', async ({ program, rows }) => {
  for (const [choice, words] of [
    ['nickname=retired', /--choose is FIELD=retired or FIELD=survivor, of name, birth_date/],
    ['name=both', /--choose is FIELD=/],
    ['name', /--choose is FIELD=/],
    ['birth_date=retired', /--choose birth_date: not both accounts have one/],
    ['details.city=retired', /--choose details\.city: not both accounts have one/],
    ['city=retired', /of name, birth_date.*details\.city/],
  ] as const) {
    const { code, stderr } = await program.run(['user', 'merge', 'ana', 'anita', '--choose', choice, ...why, '--yes']);
    assert.equal(code, 2, choice);
    assert.match(stderr, words);
  }
  assert.match((await program.run(['user', 'merge', 'ana', '--yes', ...why])).stderr, /SURVIVOR is missing/);
  assert.match((await program.run(['user', 'merge', 'ana', 'ana', ...why])).stderr, /cannot be merged with itself/);
  assert.deepEqual(await rows(sql`select id from merges`), []);
});

withPeople('an account that is disabled or held is merged only when that is over', async ({ program, ids, rows }) => {
  assert.deepEqual(await program.json('user', 'disable', 'ana', ...why), { id: ids.ana, changed: true });
  assert.match(
    (await program.run(['user', 'disable', 'ana', ...why])).stdout,
    /is disabled already\. Nothing to change\.$/m,
  );
  const merge = () => program.run(['user', 'merge', 'ana', 'anita', ...why, '--yes']);
  assert.match((await merge()).stderr, /user_disabled: the account .* a merge is no amnesty: enable it first/);
  assert.deepEqual(await program.json('user', 'enable', 'ana', ...why), { id: ids.ana, changed: true });
  assert.deepEqual(await program.json('user', 'hold', 'anita', ...why), { id: ids.anita, changed: true });
  assert.match((await merge()).stderr, /legal_hold: the account .* is under legal hold: release it first/);
  assert.equal((await program.json('user', 'show', 'anita', ...why)).legal_hold, true);
  assert.deepEqual(await program.json('user', 'release', 'anita', ...why), { id: ids.anita, changed: true });
  assert.equal((await merge()).code, 0);
  assert.match(
    (await program.run(['user', 'enable', 'ana', ...why])).stderr,
    /is merged: it can be neither disabled nor enabled/,
  );
  const events = (await rows(
    sql`select type from audit_events where type like 'user.%' and type <> 'user.created'`,
  )) as { type: string }[];
  assert.deepEqual(events.map(({ type }) => type).toSorted(), [
    ...['user.disabled', 'user.enabled', 'user.held', 'user.merged', 'user.merged', 'user.released'],
  ]);
});

withPeople(
  'an app that knows the accounts is owed what is done to them here, in order, and one that does not is not',
  async ({ program, ids, rows }) => {
    const client = (id: string) => `
  - client_id: ${id}
    client_name: ${id}
    token_endpoint_auth_method: none
    redirect_uris: [https://${id}.example/cb]
    skip_authorization: true
    event_endpoint: https://${id}.example/events`;
    const file = `clients:${client('lms')}${client('wiki')}\n`;
    await program.json('apply', await program.write('clients.yaml', file));
    await rows(sql`
      insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
      values ('lms', ${ids.ana ?? ''}, 'known-as', 1, 1)`);
    await program.json('user', 'disable', 'ana', ...why);
    await program.json('user', 'disable', 'ana', ...why);
    await program.json('user', 'enable', 'ana', ...why);
    await program.json('user', 'hold', 'ana', ...why);
    await program.json('user', 'release', 'ana', ...why);
    const { merge } = await program.json('user', 'merge', 'ana', 'anita', ...why, '--yes');
    await program.json('user', 'unmerge', merge, ...why);
    const owed = await rows(sql`
      select client_id, user_id, other_user_id, kind from outgoing_events order by position`);
    const [client_id, user_id] = ['lms', ids.ana];
    assert.deepEqual(owed, [
      { client_id, user_id, other_user_id: null, kind: 'account-disabled' },
      { client_id, user_id, other_user_id: null, kind: 'account-enabled' },
      { client_id, user_id, other_user_id: ids.anita, kind: 'account-merged' },
      { client_id, user_id, other_user_id: ids.anita, kind: 'account-unmerged' },
    ]);
  },
);

withPeople(
  'an app of llavero.config.ts is asked within the merge, and stops it by name when it cannot',
  async ({ program, ids, rows }) => {
    const llavero = fileURLToPath(new URL('../../src/index.ts', import.meta.url));
    const config = (changes: string) => `
import { defineConfig, sql } from ${JSON.stringify(llavero)};
const mark = (verb) => ({ mergeId, retired, survivor }) => [
  { statement: sql\`insert into deployment (name, value) values (\${verb + mergeId}, \${retired + ' ' + survivor})\`, changes: ${changes} },
];
export default defineConfig({ mergeParticipants: [{ name: 'notes', merge: mark('merge '), undo: mark('undo ') }] });
`;
    await program.write('llavero.config.ts', config('2'));
    const stopped = await program.run(['user', 'merge', 'ana', 'anita', ...why, '--yes']);
    assert.equal(stopped.code, 1);
    assert.match(stopped.stderr, /notes stopped it/);
    await program.write('llavero.config.ts', config('1'));
    const { merge } = await program.json('user', 'merge', 'ana', 'anita', ...why, '--yes');
    await program.json('user', 'unmerge', merge, ...why);
    const value = `${ids.ana} ${ids.anita}`;
    assert.deepEqual(
      await rows(sql`select name, value from deployment where name like 'merge %' or name like 'undo %' order by name`),
      [
        { name: `merge ${merge}`, value },
        { name: `undo ${merge}`, value },
      ],
    );
    await program.write('llavero.config.ts', 'export default { mergeparticipants: [] };');
    const faulty = await program.run(['user', 'unmerge', merge, ...why]);
    assert.match(
      faulty.stderr,
      /llavero\.config\.ts: mergeparticipants is unknown; there are steps, mergeParticipants, disconnectSteps/,
    );
  },
);
