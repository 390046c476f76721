import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Hono } from 'hono';
import { createKeyPool } from '../shared/keys.ts';
import type { FlavourName } from './flavour.ts';
import { oidcPracticePeople } from './people.ts';
import { createOidcSimulator, type OidcSimulatorOptions } from './simulator.ts';

const redirectUri = 'https://broker.example/callback/up?keep=1';
const verifier = 'practice-verifier-practice-verifier-practice-verifier';
const keyPool = createKeyPool();

type Fields = { readonly [name: string]: string | null };

/** A correct client in small pieces, so that each test can leave out or spoil exactly one of them. */
function fixture(flavour: FlavourName = 'plain', options: Partial<OidcSimulatorOptions> = {}) {
  let now = 1_760_000_000_000;
  let byte = 0;
  const client = { clientId: 'client', name: 'Practice course', redirectUris: [redirectUri] };
  const simulator = createOidcSimulator({
    environment: { now: () => now, randomBytes: (count) => new Uint8Array(count).map(() => byte++) },
    flavour,
    origin: 'https://up.example',
    prefix: '/up',
    clients: [
      { ...client, kind: 'confidential', clientSecret: 'client-secret' },
      { ...client, kind: 'confidential', clientId: 'other', clientSecret: 'other-secret' },
    ],
    keyPool,
    ...options,
  });
  const fetch = async (path: string, init?: RequestInit) =>
    simulator.app.fetch(new Request(new URL(path, 'https://up.example'), init));
  const metadata = async () =>
    (await (await fetch(`${simulator.issuer}/.well-known/openid-configuration`)).json()) as { [name: string]: string };

  async function authorize(changes: Fields = {}, person: string | null = 'correo-verificado') {
    const query = fieldsOf({
      client_id: 'client',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email',
      state: 'state',
      nonce: 'nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...changes,
    });
    const address = `${(await metadata()).authorization_endpoint}?${query}`;
    return fetch(address, person === null ? {} : { method: 'POST', body: new URLSearchParams({ person }) });
  }
  const code = async (changes: Fields = {}) =>
    new URL((await authorize(changes)).headers.get('location') ?? '').searchParams.get('code') ?? '';
  const token = async (changes: Fields = {}, headers: Record<string, string> = {}) =>
    fetch((await metadata()).token_endpoint ?? '', {
      method: 'POST',
      headers,
      body: fieldsOf({
        grant_type: 'authorization_code',
        code: changes.code ?? (await code()),
        redirect_uri: redirectUri,
        client_id: 'client',
        client_secret: 'client-secret',
        code_verifier: verifier,
        ...changes,
      }),
    });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { simulator, fetch, metadata, authorize, code, token, pass };
}

function fieldsOf(fields: Fields): URLSearchParams {
  return new URLSearchParams(Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null));
}

for (const flavour of ['plain', 'google', 'linkedin', 'keycloak'] as const) {
  test(`${flavour}: a correct client gets a token and nothing is complained about`, async () => {
    const { simulator, token, metadata } = fixture(flavour);
    const answer = await token();
    assert.equal(answer.status, 200);
    assert.deepEqual(simulator.complaints, []);
    assert.equal((await metadata()).issuer, simulator.issuer);
  });
}

const onThePage: readonly [string, Fields][] = [
  ['an unknown client', { client_id: 'unknown' }],
  ['a redirect address that is not registered', { redirect_uri: 'https://evil.example/' }],
  ['a redirect address that only begins right', { redirect_uri: `${redirectUri}&more=1` }],
];
for (const [what, changes] of onThePage) {
  test(`${what} is refused on a page, and no browser is sent anywhere`, async () => {
    const { simulator, authorize } = fixture();
    const answer = await authorize(changes);
    assert.deepEqual([answer.status, answer.headers.get('location')], [400, null]);
    assert.equal(simulator.complaints.length, 1);
  });
}

const atTheClient: readonly [string, Fields][] = [
  ['no state', { state: null }],
  ['no nonce', { nonce: null }],
  ['no PKCE', { code_challenge: null, code_challenge_method: null }],
  ['plain PKCE', { code_challenge_method: 'plain' }],
  ['a challenge that is no SHA-256', { code_challenge: verifier }],
  ['no openid scope', { scope: 'email' }],
  ['another flow', { response_type: 'code id_token' }],
];
for (const [what, changes] of atTheClient) {
  test(`${what} is refused at the client`, async () => {
    const { simulator, authorize } = fixture();
    const location = new URL((await authorize(changes)).headers.get('location') ?? '');
    assert.equal(location.searchParams.get('error'), 'invalid_request');
    assert.equal(location.searchParams.has('code'), false);
    assert.equal(simulator.complaints.length, 1);
  });
}

test('LinkedIn asks for no nonce, returns none, and takes no HTTP Basic', async () => {
  const { authorize, token } = fixture('linkedin');
  assert.ok(new URL((await authorize({ nonce: null })).headers.get('location') ?? '').searchParams.has('code'));
  const { id_token: idToken } = (await (await token()).json()) as { id_token: string };
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  assert.equal('nonce' in claims, false);
  assert.equal(claims.email_verified, 'true');
  const basic = `Basic ${Buffer.from('client:client-secret').toString('base64')}`;
  const answer = await token({ client_id: null, client_secret: null }, { authorization: basic });
  assert.equal(answer.status, 401);
});

const refusedTokens: readonly [string, Fields, string][] = [
  ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
  ['no secret', { client_secret: null }, 'invalid_client'],
  ['another client', { client_id: 'other', client_secret: 'other-secret' }, 'invalid_grant'],
  ['another redirect address', { redirect_uri: 'https://broker.example/other' }, 'invalid_grant'],
  ['no verifier', { code_verifier: null }, 'invalid_grant'],
  ['another verifier', { code_verifier: 'x'.repeat(43) }, 'invalid_grant'],
  ['a made-up code', { code: 'made-up' }, 'invalid_grant'],
  ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
];
for (const [what, changes, error] of refusedTokens) {
  test(`the token endpoint refuses ${what} with ${error}`, async () => {
    const { simulator, token } = fixture();
    const answer = await token(changes);
    assert.deepEqual(await answer.json(), { error });
    assert.equal(simulator.complaints.length, 1);
  });
}

test('a code is good once, also when its first use fails, and for a minute', async () => {
  const { code, token, pass } = fixture();
  const used = await code();
  assert.equal((await token({ code: used, code_verifier: null })).status, 400);
  assert.equal((await token({ code: used })).status, 400);
  const late = await code();
  pass(60_001);
  assert.equal((await token({ code: late })).status, 400);
});

test('userinfo asks for the token it gave', async () => {
  const { fetch, metadata, token } = fixture();
  const { access_token: accessToken } = (await (await token()).json()) as { access_token: string };
  const ask = async (authorization: string) =>
    fetch((await metadata()).userinfo_endpoint ?? '', { headers: { authorization } });
  assert.equal(((await (await ask(`Bearer ${accessToken}`)).json()) as { sub: string }).sub, '110000000000000000001');
  assert.equal((await ask('Bearer made-up')).status, 401);
  assert.equal((await ask(`Basic ${accessToken}`)).status, 401);
});

test('the page says that it is for practice, in both languages, and lists everybody', async () => {
  const { authorize } = fixture('google');
  const page = await (await authorize({}, null)).text();
  assert.match(page, /Página de práctica[\s\S]*Practice page/);
  for (const { slug } of oidcPracticePeople) assert.ok(page.includes(`data-testid="person-${slug}"`), slug);
  assert.doesNotMatch(page, /<script|<img|https?:/);
});

test('a person who refuses comes back with access_denied', async () => {
  const { authorize } = fixture();
  const location = new URL((await authorize({}, 'rechaza')).headers.get('location') ?? '');
  assert.equal(location.searchParams.get('error'), 'access_denied');
});

test('two stand-ins fit behind one origin', async () => {
  const both = new Hono();
  for (const [prefix, flavour] of [
    ['/google', 'google'],
    ['/mit', 'keycloak'],
  ] as const) {
    both.route('/', fixture(flavour, { prefix }).simulator.app);
  }
  const issuerAt = async (path: string) =>
    ((await (await both.request(`${path}/.well-known/openid-configuration`)).json()) as { issuer: string }).issuer;
  assert.equal(await issuerAt('/google'), 'https://up.example/google');
  assert.equal(await issuerAt('/mit/realms/practica'), 'https://up.example/mit/realms/practica');
  assert.equal((await both.request('/other')).status, 404);
});

test('misbehaviour over HTTP exists only where it was asked for, as JSON, and ends', async () => {
  const order = JSON.stringify({ endpoint: 'discovery', how: { kind: 'status-500' }, times: 'until-reset' });
  const post = (made: ReturnType<typeof fixture>, type: string) =>
    made.fetch('/up/practica/misbehave', { method: 'POST', headers: { 'content-type': type }, body: order });
  assert.equal((await post(fixture(), 'application/json')).status, 404);
  const made = fixture('plain', { controls: true });
  assert.equal((await post(made, 'text/plain')).status, 415);
  assert.equal((await post(made, 'application/json')).status, 204);
  const discovery = '/up/.well-known/openid-configuration';
  assert.equal((await made.fetch(discovery)).status, 500);
  await made.fetch('/up/practica/misbehave', { method: 'DELETE' });
  assert.equal((await made.fetch(discovery)).status, 200);
});
