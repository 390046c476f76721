import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connector, createFixture, type Fixture } from './fixture.ts';

type Fields = { readonly [name: string]: string };
const client = { client_id: 'connector', client_secret: 'connector-secret' };
const redirectUri = 'https://app.test/done';

/** A browser of somebody who has just registered, and so is logged in. */
async function loggedIn({ browser }: Fixture) {
  const visit = browser();
  const fields = {
    username: 'ana',
    email: 'ana@uni.test',
    name: 'Ana',
    provider: 'ol-oauth2',
    access_token: 'x',
    honor_code: 'true',
  };
  const body = new URLSearchParams(fields);
  assert.equal((await visit('/user_api/v1/account/registration/', { method: 'POST', body })).status, 200);
  return visit;
}

const authorization = (changes: Fields = {}) =>
  `/oauth2/authorize?${new URLSearchParams({ client_id: 'connector', redirect_uri: redirectUri, response_type: 'code', scope: 'read write', ...changes })}`;

async function codeOf(fixture: Fixture): Promise<string> {
  const answer = await (await loggedIn(fixture))(authorization());
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? assert.fail('no code');
}

const exchange = (fixture: Fixture, code: string, changes: Fields = {}) =>
  fixture.form('/oauth2/access_token', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    ...client,
    ...changes,
  });

const errorOf = async (answer: Response) =>
  [answer.status, ((await answer.json()) as { error: string }).error] as const;

test('whoever is not logged in is sent to the login first, with the way back', async () => {
  const { fetch } = createFixture();
  const answer = await fetch(authorization());
  assert.equal(answer.status, 302);
  assert.equal(answer.headers.get('location'), `/login?next=${encodeURIComponent(authorization())}`);
});

test('a code is redeemed once, at the same address, and gives opaque tokens of 30 characters', async () => {
  const fixture = createFixture();
  const code = await codeOf(fixture);
  const answer = (await (await exchange(fixture, code)).json()) as { [name: string]: string };
  assert.deepEqual(
    { ...answer, access_token: answer.access_token?.length, refresh_token: answer.refresh_token?.length },
    { access_token: 30, expires_in: 36_000, token_type: 'Bearer', scope: 'read write', refresh_token: 30 },
  );
  assert.deepEqual(await (await fixture.get('/api/user/v1/me', answer.access_token)).json(), { username: 'ana' });
  assert.deepEqual(await errorOf(await exchange(fixture, code)), [400, 'invalid_grant']);
});

test('a code lives 60 seconds, and is spent by an attempt with another address', async () => {
  const fixture = createFixture();
  const late = await codeOf(fixture);
  fixture.pass(60_000);
  assert.deepEqual(await errorOf(await exchange(fixture, late)), [400, 'invalid_grant']);
  const other = createFixture();
  const code = await codeOf(other);
  const changed = { redirect_uri: `${redirectUri}?x=1` };
  assert.deepEqual(await errorOf(await exchange(other, code, changed)), [400, 'invalid_grant']);
  assert.deepEqual(await errorOf(await exchange(other, code)), [400, 'invalid_grant']);
});

test('a refresh token works once and takes its access token with it; there is no grace', async () => {
  const fixture = createFixture();
  const first = (await (await exchange(fixture, await codeOf(fixture))).json()) as { [name: string]: string };
  const refresh = (token = '') =>
    fixture.form('/oauth2/access_token', { grant_type: 'refresh_token', refresh_token: token, ...client });
  const second = (await (await refresh(first.refresh_token)).json()) as { [name: string]: string };
  assert.equal((await fixture.get('/api/user/v1/me', first.access_token)).status, 401);
  assert.equal((await fixture.get('/api/user/v1/me', second.access_token)).status, 200);
  assert.deepEqual(await errorOf(await refresh(first.refresh_token)), [400, 'invalid_grant']);
  assert.equal((await refresh(second.refresh_token)).status, 200);
});

test('a refresh token is gone after 90 days, and with a sweep at once', async () => {
  for (const end of [
    ({ pass }: Fixture) => pass(7_776_000_000),
    ({ simulator }: Fixture) => simulator.sweepTokens('ana'),
  ]) {
    const fixture = createFixture();
    const { refresh_token: token = '' } = (await (await exchange(fixture, await codeOf(fixture))).json()) as Fields;
    end(fixture);
    const answer = await fixture.form('/oauth2/access_token', {
      grant_type: 'refresh_token',
      refresh_token: token,
      ...client,
    });
    assert.deepEqual(await errorOf(answer), [400, 'invalid_grant']);
  }
});

const refusedAuthorizations: readonly [string, Fields, number | string][] = [
  ['an unknown client', { client_id: 'x' }, 400],
  ['a client of another grant', { client_id: 'machine' }, 400],
  ['another path', { redirect_uri: 'https://app.test/done/x' }, 400],
  ['a registered query that is missing', { redirect_uri: 'https://app.test/other' }, 400],
  ['a scope that is not its own', { scope: 'read user_id' }, 'invalid_scope'],
  ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
];
for (const [what, changes, expected] of refusedAuthorizations) {
  test(`authorize refuses ${what}`, async () => {
    const answer = await (await loggedIn(createFixture()))(authorization(changes));
    if (typeof expected === 'number') assert.equal(answer.status, expected);
    else assert.equal(new URL(answer.headers.get('location') ?? '').searchParams.get('error'), expected);
  });
}

test('a query beside the registered one is accepted, as redirect_state needs it', async () => {
  const answer = await (await loggedIn(createFixture()))(
    authorization({ redirect_uri: 'https://app.test/other?b=2&a=1' }),
  );
  assert.match(answer.headers.get('location') ?? '', /^https:\/\/app\.test\/other\?b=2&a=1&code=/);
});

test('an application that does not skip authorization asks, once for the same scopes', async () => {
  const fixture = createFixture();
  fixture.simulator.addApplication({ ...connector, skip_authorization: false });
  const visit = await loggedIn(fixture);
  assert.match(await (await visit(authorization())).text(), /data-testid="allow"/);
  const answer = (allow: string) => visit(authorization(), { method: 'POST', body: new URLSearchParams({ allow }) });
  assert.match((await answer('')).headers.get('location') ?? '', /error=access_denied/);
  assert.match((await answer('Authorize')).headers.get('location') ?? '', /code=/);
  assert.match((await visit(authorization())).headers.get('location') ?? '', /code=/);
});

test('client credentials act as the owner, and give a JWT where it is asked for', async () => {
  const fixture = createFixture();
  const machine = {
    grant_type: 'client_credentials',
    client_id: 'machine',
    client_secret: 'machine-secret',
    token_type: 'jwt',
  };
  const answer = (await (await fixture.form('/oauth2/access_token', machine)).json()) as { [name: string]: string };
  assert.deepEqual([answer.token_type, answer.expires_in, answer.refresh_token], ['JWT', 3600, undefined]);
  const ask = (headers: Fields) => fixture.fetch('/api/user/v1/me', { headers });
  assert.deepEqual(await (await ask({ authorization: `JWT ${answer.access_token}` })).json(), { username: 'worker' });
  assert.equal((await ask({ authorization: `JWT ${answer.access_token}x` })).status, 401);
  assert.equal((await ask({ authorization: `Bearer ${answer.access_token}` })).status, 401);
});

test('a wrong secret, another grant and an unknown one are refused each with its own code', async () => {
  const fixture = createFixture();
  const ask = async (fields: Fields) => errorOf(await fixture.form('/oauth2/access_token', { ...client, ...fields }));
  assert.deepEqual(await ask({ client_secret: 'x', grant_type: 'refresh_token' }), [401, 'invalid_client']);
  assert.deepEqual(await ask({ grant_type: 'client_credentials' }), [400, 'unauthorized_client']);
  assert.deepEqual(await ask({ grant_type: 'device_code' }), [400, 'unsupported_grant_type']);
});

test('whatever is no percent-encoding in a cookie or a Basic header is taken as it is', async () => {
  const { form } = createFixture();
  const headers = { authorization: `Basic ${Buffer.from('%:%').toString('base64')}`, cookie: 'a=%' };
  assert.deepEqual(await errorOf(await form('/oauth2/access_token', {}, headers)), [401, 'invalid_client']);
});

test('120 token requests a minute come from one address', async () => {
  const fixture = createFixture();
  const ask = () => fixture.form('/oauth2/access_token', { ...client, grant_type: 'x' });
  for (let count = 0; count < 120; count++) assert.equal((await ask()).status, 400);
  assert.equal((await ask()).status, 403);
  fixture.pass(60_000);
  assert.equal((await ask()).status, 400);
});

test('a revoked token opens nothing; one of another application stays', async () => {
  const fixture = createFixture();
  const { access_token: token = '', refresh_token: refresh = '' } = (await (
    await exchange(fixture, await codeOf(fixture))
  ).json()) as Fields;
  const revoke = (changes: Fields) => fixture.form('/oauth2/revoke_token', { token: refresh, ...client, ...changes });
  const machine = { client_id: 'machine', client_secret: 'machine-secret' };
  assert.equal((await revoke(machine)).status, 200);
  assert.equal((await fixture.get('/api/user/v1/me', token)).status, 200);
  assert.equal((await revoke({})).status, 200);
  assert.equal((await fixture.get('/api/user/v1/me', token)).status, 401);
});
