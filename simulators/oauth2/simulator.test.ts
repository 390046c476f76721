import assert from 'node:assert/strict';
import { test } from 'node:test';
import { client, createFixture, locationOf, redirectUri } from './fixture.ts';
import { type FlavourName, flavours } from './flavours.ts';
import { createOAuth2Simulator } from './simulator.ts';

const names = Object.keys(flavours) as FlavourName[];

async function assertComplaint({ simulator }: ReturnType<typeof createFixture>, complaint: RegExp) {
  assert.equal(simulator.complaints.length, 1, simulator.complaints.join('\n'));
  assert.match(simulator.complaints[0] ?? '', complaint);
}

for (const flavour of names) {
  test(`${flavour}: a right client is given user data, and nothing is complained about`, async () => {
    const fixture = createFixture(flavour);
    const answer = await fixture.userData();
    assert.equal(answer.status, 200);
    assert.deepEqual(fixture.simulator.complaints, []);
    assert.deepEqual(
      fixture.simulator.requests.map(({ endpoint }) => endpoint),
      ['authorize', 'token', 'user-data'],
    );
  });

  test(`${flavour}: the page lists the people, says that it is for practice, and escapes what it is given`, async () => {
    const { fetch, simulator, paths, authorize } = createFixture(flavour);
    await authorize();
    const answer = await fetch(`${paths.authorize}?${simulator.requests[0]?.query}&x=%22%3E%3Cscript%3E`);
    const page = await answer.text();
    assert.equal(answer.status, 200);
    assert.match(page, /data-testid="practice-notice"/);
    assert.match(page, /data-testid="person-rechaza"/);
    assert.doesNotMatch(page, /<script>/);
  });

  test(`${flavour}: who says no is sent back with access_denied and the state`, async () => {
    const { searchParams } = locationOf(await createFixture(flavour).authorize({}, 'rechaza'));
    assert.deepEqual([searchParams.get('error'), searchParams.get('state')], ['access_denied', 'state']);
    assert.equal(searchParams.get('keep'), '1');
    assert.equal(searchParams.has('code'), false);
  });
}

const onAPage: readonly [string, { readonly [name: string]: string | null }, RegExp][] = [
  ['an unknown client', { client_id: 'unknown' }, /client_id/],
  ['a redirect address that only begins right', { redirect_uri: `${redirectUri}&x=1` }, /redirect_uri/],
  ['no redirect address', { redirect_uri: null }, /redirect_uri/],
  ['the secret in the address', { client_secret: client.clientSecret }, /through the browser/],
];
for (const [what, changes, complaint] of onAPage) {
  test(`${what} is refused on a page: nobody is sent anywhere`, async () => {
    const fixture = createFixture('plain');
    const answer = await fixture.authorize(changes);
    assert.deepEqual([answer.status, answer.headers.get('Location')], [400, null]);
    await assertComplaint(fixture, complaint);
  });
}

test('RFC 6749 §3.1: a parameter that is there twice is refused on a page', async () => {
  const fixture = createFixture('plain');
  assert.equal((await fixture.fetch('/authorize?client_id=client&client_id=client')).status, 400);
  await assertComplaint(fixture, /sent twice/);
});

const sentBack: readonly [string, FlavourName, { readonly [name: string]: string | null }, RegExp][] = [
  ['no state', 'plain', { state: null }, /state is absent/],
  ['a state of 501 characters', 'x', { state: 's'.repeat(501) }, /longer than 500/],
  ['another response type', 'plain', { response_type: 'token' }, /response_type/],
  ['no PKCE', 'plain', { code_challenge: null, code_challenge_method: null }, /S256/],
  ['the method plain', 'x', { code_challenge_method: 'plain' }, /S256/],
  ['the method in lower case', 'x', { code_challenge_method: 's256' }, /S256/],
  ['a challenge that is no SHA-256', 'wordpress', { code_challenge: 'short' }, /SHA-256/],
  ['PKCE', 'wordpress-old', { code_challenge: 'a'.repeat(43) }, /knows no PKCE/],
  ['a scope with the wrong separator', 'facebook', { scope: 'public_profile email' }, /separator/],
  ['too little scope', 'x', { scope: 'users.read' }, /tweet.read/],
];
for (const [what, flavour, changes, complaint] of sentBack) {
  test(`${flavour}: ${what} is refused at the client's own address`, async () => {
    const fixture = createFixture(flavour);
    const { searchParams } = locationOf(await fixture.authorize(changes));
    assert.deepEqual([searchParams.get('error'), searchParams.has('code')], ['invalid_request', false]);
    await assertComplaint(fixture, complaint);
  });
}

const atToken: readonly [string, FlavourName, { readonly [name: string]: string | null }, RegExp][] = [
  ['another grant type', 'plain', { grant_type: 'password' }, /grant_type/],
  ['a made-up code', 'plain', { code: 'x' }, /never issued/],
  ['another redirect address', 'plain', { redirect_uri: 'https://evil.example/' }, /redirect_uri differs/],
  ['no verifier', 'plain', { code_verifier: null }, /code_verifier/],
  ['a verifier of 32 characters', 'x', { code_verifier: 'v'.repeat(32) }, /code_verifier/],
  ['a verifier nobody asked for', 'wordpress-old', { code_verifier: 'v'.repeat(43) }, /knows no PKCE/],
  ['a wrong secret', 'facebook', { client_secret: 'wrong' }, /secret is absent or wrong/],
  ['no secret', 'wordpress', { client_secret: null }, /none is not a way/],
  ['two ways of showing the secret', 'plain', { client_secret: client.clientSecret }, /two ways/],
  ['another client', 'wordpress', { client_id: 'other', client_secret: 'other-secret' }, /another client/],
];
for (const [what, flavour, changes, complaint] of atToken) {
  test(`${flavour}: ${what} at the token request is refused`, async () => {
    const fixture = createFixture(flavour);
    const answer = await fixture.token(await fixture.code(), changes);
    assert.ok(answer.status >= 400);
    assert.equal(JSON.stringify(await answer.json()).includes('access_token'), false);
    await assertComplaint(fixture, complaint);
  });
}

test('a token request as JSON, or with anything in its address, is refused', async () => {
  const json = createFixture('plain');
  const headers = { 'content-type': 'application/json' };
  assert.equal((await json.token(await json.code(), {}, { body: '{}', headers })).status, 400);
  await assertComplaint(json, /not a form/);
  const query = createFixture('facebook');
  assert.equal((await query.fetch(`${query.paths.token}?code=x`, { method: 'POST' })).status, 400);
  await assertComplaint(query, /in the address/);
});

for (const flavour of names) {
  test(`${flavour}: a code works once, and until its last millisecond`, async () => {
    const fixture = createFixture(flavour);
    const life = flavours[flavour].codeLifetime;
    const code = await fixture.code();
    fixture.pass(life);
    assert.equal((await fixture.token(code)).status, 200);
    assert.equal((await fixture.token(code)).status, 400);
    const late = await fixture.code();
    fixture.pass(life + 1);
    assert.equal((await fixture.token(late)).status, 400);
    assert.deepEqual(fixture.simulator.complaints, ['token: the code was used twice', 'token: the code came too late']);
  });

  test(`${flavour}: a token that was never issued, or that expired, opens nothing`, async () => {
    const fixture = createFixture(flavour);
    const ask = (value: string) => fixture.fetch(fixture.paths.userData, { headers: fixture.tokenHeader(value) });
    assert.ok((await ask('made-up')).status >= 400);
    const value = await fixture.accessToken();
    fixture.pass(flavours[flavour].tokenLifetime);
    assert.ok((await ask(value)).status >= 400);
    assert.deepEqual(fixture.simulator.complaints, [
      'user-data: the token was never issued',
      'user-data: the token has expired',
    ]);
  });
}

test('a token in the query is refused where the product knows only the header', async () => {
  const fixture = createFixture('x');
  const value = await fixture.accessToken();
  assert.equal((await fixture.fetch(`${fixture.paths.userData}?access_token=${value}`)).status, 401);
  await assertComplaint(fixture, /where it belongs/);
});

test('RFC 6750 §2: a token in two places is refused', async () => {
  const fixture = createFixture('wordpress');
  const value = await fixture.accessToken();
  const headers = { authorization: `Bearer ${value}` };
  assert.equal((await fixture.fetch(`${fixture.paths.userData}?access_token=${value}`, { headers })).status, 401);
  await assertComplaint(fixture, /two places/);
});

for (const proof of [null, '', 'wrong']) {
  test(`facebook: the appsecret_proof ${proof} is refused, with a number`, async () => {
    const fixture = createFixture('facebook');
    const answer = await fixture.userData({ appsecret_proof: proof });
    const { error } = (await answer.json()) as { error: { code: number } };
    assert.deepEqual([answer.status, error.code], [400, 190]);
    await assertComplaint(fixture, /appsecret_proof/);
  });
}

test('facebook: only what is asked for comes, and without fields id and name', async () => {
  const read = async (query: { readonly [name: string]: string }) =>
    Object.keys((await (await createFixture('facebook').userData(query)).json()) as object);
  assert.deepEqual(await read({}), ['id', 'name']);
  assert.deepEqual(await read({ fields: 'id,email' }), ['id', 'email']);
});

test('x: the e-mail address comes only when it is asked for, under data', async () => {
  const read = async (query: { readonly [name: string]: string }) =>
    Object.keys(((await (await createFixture('x').userData(query)).json()) as { data: object }).data);
  assert.deepEqual(await read({}), ['id', 'name', 'username']);
  assert.deepEqual(await read({ 'user.fields': 'confirmed_email' }), ['id', 'name', 'username', 'confirmed_email']);
});

test('wordpress: refusals about a person of an older site come inside status 200', async () => {
  const fixture = createFixture('wordpress');
  const code = locationOf(await fixture.authorize({}, 'administradora')).searchParams.get('code') ?? '';
  await fixture.token(code);
  const answer = await fixture.token(code);
  assert.equal(answer.status, 200);
  assert.equal(((await answer.json()) as { error: string }).error, 'invalid_grant');
});

test('two stand-ins share an origin, each under its prefix', async () => {
  const environment = { now: () => 0, randomBytes: (bytes: number) => new Uint8Array(bytes) };
  const x = createOAuth2Simulator({ environment, flavour: 'x', prefix: '/x', clients: [], controls: true });
  const facebook = createOAuth2Simulator({ environment, flavour: 'facebook', prefix: '/facebook', clients: [] });
  x.app.route('/', facebook.app);
  assert.equal((await x.app.request('/x/i/oauth2/authorize')).status, 400);
  assert.equal((await x.app.request('/facebook/v26.0/dialog/oauth')).status, 400);
  assert.equal((await x.app.request('/i/oauth2/authorize')).status, 404);
  const order = JSON.stringify({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
  const init = { method: 'POST', body: order, headers: { 'content-type': 'application/json' } };
  assert.equal((await x.app.request('/x/practica/misbehave', init)).status, 204);
  assert.equal((await x.app.request('/facebook/practica/misbehave', init)).status, 404, 'only where it was asked for');
  assert.deepEqual([x.complaints.length, facebook.complaints.length], [1, 1]);
});

test('a body over 64 KiB is refused', async () => {
  const { fetch, paths } = createFixture('plain');
  assert.equal((await fetch(paths.token, { method: 'POST', body: 'x'.repeat(65 * 1024) })).status, 413);
});

test('an answer can be replaced with its status', async () => {
  const fixture = createFixture('x');
  const how = { kind: 'status-with-json', status: 402, json: '{"title":"x"}' } as const;
  fixture.simulator.misbehave({ endpoint: 'user-data', how, times: 1 });
  const answer = await fixture.userData();
  assert.deepEqual([answer.status, await answer.json()], [402, { title: 'x' }]);
});
