/**
 * Tokens of programs, with the real program on both databases: made, seen, moved, ended, each with a reason.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { type Program, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;
const DAY = 24 * 60 * 60_000;

const configuration = `
providers:
  - slug: password
    vendor: password
    enabled: true
    settings: {}
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: practice-client-secret-0123456789
    redirect_uris: [https://lms.example/callback]
    skip_authorization: true
    claims: [preferred_username, email]
`;
const ana = { username: 'ana', email: 'ana@uni.example', email_verified: true, given_name: 'Ana', family_name: 'Ruiz' };
const why = ['--reason', 'ticket 12'] as const;
const usual = ['--client', 'lms', '--expires', '90', '--name', 'registration', ...why] as const;
const ofAna = [...usual, '--user', 'ana', '--scope', 'openid', '--scope', 'email'] as const;

type Rows = (statement: ReturnType<typeof sql>) => Promise<Record<string, unknown>[]>;

function withAna(promise: string, body: (program: Program, rows: Rows) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    ({ url, durable }) =>
      withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('llavero.yaml', configuration));
        await program.json('user', 'import', await program.write('people.jsonl', JSON.stringify(ana)));
        await body(program, (statement) => durable.all(statement));
      }),
    kinds,
  );
}

withAna('a token is printed once, works at user info, and ends when it is revoked', async (program, rows) => {
  const made = await program.json('token', 'create', ...ofAna);
  assert.match(made.token, /^llv_[0-9A-Za-z]{49}$/);
  const shown = await program.json('token', 'show', made.id);
  assert.deepEqual({ ...shown, token: made.token }, made);
  assert.deepEqual(
    [shown.state, shown.client_id, shown.scopes, shown.last_used_at],
    ['live', 'lms', ['openid', 'email'], null],
  );

  const server = await program.serve();
  const ask = async () => {
    const headers = { Authorization: `Bearer ${made.token}` };
    const answer = await fetch(`http://127.0.0.1:${server.port}/oauth2/userinfo`, { headers });
    return [answer.status, await answer.json()] as const;
  };
  assert.deepEqual(await ask(), [200, { sub: made.user_id, email: 'ana@uni.example' }]);
  assert.ok((await program.json('token', 'show', made.id)).last_used_at > 0);
  assert.match((await program.run(['token', 'revoke', made.id, ...why])).stdout, /is revoked\.$/m);
  assert.equal((await ask())[0], 401);
  const { stdout, stderr } = await server.stop();
  assert.ok(!(stdout + stderr).includes(made.token.slice(4, 40)));

  const events = await rows(
    sql`select type, user_id, client_id, detail from audit_events where type like 'token.%' order by at, id`,
  );
  assert.deepEqual(
    events.map(({ type }) => type),
    ['token.issued', 'token.revoked'],
  );
  for (const { user_id: userId, client_id: clientId, detail } of events) {
    const { token, by, reason } = JSON.parse(String(detail));
    assert.deepEqual([userId, clientId, token, reason], [made.user_id, 'lms', made.id, 'ticket 12']);
    assert.match(by, /command line/);
  }
});

withAna('what is listed is live; the end of a token is moved, and none that has ended comes back', async (program) => {
  const { id } = await program.json('token', 'create', ...ofAna);
  const ofClient = await program.json('token', 'create', ...usual);
  assert.deepEqual([ofClient.user_id, ofClient.scopes], [null, []]);
  assert.equal((await program.json('token', 'list')).tokens.length, 2);
  const before = Date.now();
  const extended = await program.json('token', 'extend', id, '--expires', '200', ...why);
  assert.ok(extended.expires_at >= before + 200 * DAY && extended.expires_at <= Date.now() + 200 * DAY);
  const year = new Date().getUTCFullYear() + 1;
  const dated = await program.json('token', 'extend', id, '--expires', `${year}-06-30`, ...why);
  assert.equal(new Date(dated.expires_at).toISOString(), `${year}-07-01T00:00:00.000Z`);
  await program.json('token', 'revoke', id, ...why);
  for (const call of [
    ['extend', id, '--expires', '9'],
    ['revoke', id],
  ]) {
    const refused = await program.run(['token', ...call, ...why]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /has ended: create another one/);
  }
  const ids = async (...more: string[]) =>
    (await program.json('token', 'list', ...more)).tokens.map((token: { id: string }) => token.id);
  assert.deepEqual(await ids(), [ofClient.id]);
  assert.deepEqual((await ids('--all')).toSorted(), [id, ofClient.id].toSorted());
  const table = (await program.run(['token', 'list', '--all'])).stdout;
  assert.match(table, /^TOKEN +STATE +CLIENT/);
  assert.doesNotMatch(table, /llv_/);
});

withAna(
  'a token of an app itself has the scopes that the operator lets the app have, and opens the API',
  async (program) => {
    const more = configuration.replace('    claims:', '    api_scopes: ["lti:scores"]\n    claims:');
    await program.json('apply', await program.write('llavero.yaml', more));
    const refused = await program.run(['token', 'create', ...usual, '--scope', 'openid']);
    assert.match(refused.stderr, /the client lms has no scope openid for itself: only lti:scores/);
    const { token, scopes } = await program.json('token', 'create', ...usual, '--scope', 'lti:scores');
    assert.deepEqual(scopes, ['lti:scores']);
    const server = await program.serve();
    const address = `http://127.0.0.1:${server.port}/api/v1/lti/scores?user=nobody&resource_link_id=quiz`;
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
    const { code } = (await answer.json()) as { code: string };
    assert.deepEqual([answer.status, code], [404, 'score_user_unknown']);
    await server.stop();
  },
);

withAna('what cannot be is refused, with what would do', async (program, rows) => {
  const refusals: readonly [readonly string[], number, RegExp][] = [
    [[...ofAna, '--scope', 'phone'], 1, /the client lms has no scope phone, only openid, profile, email/],
    [[...usual, '--user', 'ana', '--scope', 'email'], 1, /the scope openid is needed/],
    [[...usual, '--scope', 'openid'], 1, /the client lms has no scope openid for itself: its api_scopes are empty/],
    [[...ofAna, '--client', 'wiki'], 1, /there is no client wiki/],
    [[...ofAna, '--user', 'nobody'], 1, /there is no account "nobody"/],
    [[...ofAna, '--expires', '2020-01-01'], 1, /the date is over/],
    [[...ofAna, '--expires', '9999'], 1, /at most five years/],
    [[...ofAna, '--expires', '2027-02-30'], 2, /--expires is a date such as/],
    [[...ofAna, '--expires', 'soon'], 2, /--expires is a date such as/],
    [[...ofAna, '--name', ' '], 1, /the name must be words/],
    [ofAna.filter((word) => !why.includes(word as never)), 2, /--reason is missing/],
  ];
  for (const [call, code, words] of refusals) {
    const refused = await program.run(['token', 'create', ...call]);
    assert.equal(refused.code, code, refused.stderr);
    assert.match(refused.stderr, words);
  }
  assert.equal((await program.run(['token', 'show', 'none'])).code, 1);
  assert.deepEqual(await rows(sql`select id from service_tokens`), []);
  await program.json('user', 'disable', 'ana', ...why);
  assert.match((await program.run(['token', 'create', ...ofAna])).stderr, /is disabled, merged or deleted/);
});
