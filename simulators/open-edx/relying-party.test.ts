import assert from 'node:assert/strict';
import { test } from 'node:test';
import { origin, record } from './fixture.ts';
import {
  createRelyingParty,
  identityServerRecord,
  issuer,
  oidcRecord,
  person,
  type RelyingParty,
  type Spoiled,
} from './provider.fixture.ts';
import { backendNames } from './records.ts';

const locationOf = (answer: Response) => answer.headers.get('location');

/** The sentence that the login page shows after a login that failed. */
async function messageOf({ visit, answer }: Awaited<ReturnType<RelyingParty['arrive']>>): Promise<string> {
  assert.deepEqual([answer.status, locationOf(answer)], [302, '/login']);
  const page = await (await visit('/login')).text();
  return /data-testid="lms-message"[^>]*>([^<]*)</.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
}

for (const backend of backendNames) {
  test(`${backend}: a new learner stops at the registration page, and is on the dashboard after it`, async () => {
    const fixture = createRelyingParty();
    const { visit, answer } = await fixture.arrive(backend);
    assert.equal(locationOf(answer), '/register');
    const page = await (await visit('/register')).text();
    assert.match(page, /data-auto/);
    const provider = /name="social_auth_provider" value="([^"]*)"/.exec(page)?.[1] ?? '';
    const fields = {
      name: 'Ana Ruiz',
      username: 'ana',
      email: 'ana@uni.test',
      honor_code: 'true',
      social_auth_provider: provider,
    };
    const body = new URLSearchParams(fields);
    const registered = await visit('/user_api/v1/account/registration/', { method: 'POST', body });
    const { redirect_url: finish } = (await registered.json()) as { redirect_url: string };
    assert.equal(finish, `/auth/complete/${backend}/`);
    assert.equal(locationOf(await visit(finish)), '/courses');
    assert.match(await (await visit('/dashboard')).text(), /data-testid="lms-username">ana</);
    const uid = backend === 'ol-oauth2' ? 'ana' : person.sub;
    assert.deepEqual(fixture.simulator.linksOf('ana'), [{ provider: backend, uid }]);
    assert.equal(fixture.simulator.account('ana')?.isActive, true);
    assert.deepEqual(fixture.simulator.complaints, []);
  });

  test(`${backend}: a learner who is linked passes by redirects alone, once more for the cookies`, async () => {
    const fixture = createRelyingParty();
    assert.equal((await fixture.register({ provider: backend })).status, 200);
    const { visit, answer } = await fixture.arrive(backend);
    assert.equal(locationOf(answer), `/auth/complete/${backend}/`);
    assert.equal(locationOf(await visit(`/auth/complete/${backend}/`)), '/courses');
    assert.equal((await visit('/dashboard')).status, 200);
    assert.deepEqual(fixture.simulator.complaints, []);
  });
}

test('what leaves for the provider is what each backend sends', async () => {
  const fixture = createRelyingParty();
  const departure = async (backend: string) => locationOf(await fixture.fetch(`/auth/login/${backend}/`)) ?? '';
  const oidc = await departure('oidc');
  assert.match(
    oidc,
    /^https:\/\/broker\.test\/authorize\?client_id=lms&redirect_uri=https:\/\/lms\.test\/auth\/complete\/oidc\/&state=\w{32}&response_type=code&nonce=\w{64}&scope=openid\+profile\+email$/,
  );
  const mit = new URL(await departure('ol-oauth2')).searchParams;
  assert.equal(mit.get('redirect_uri'), `${origin}/auth/complete/ol-oauth2/?redirect_state=${mit.get('state')}`);
  assert.deepEqual([mit.get('scope'), mit.has('nonce')], ['user:read', false]);
  const identityServer = new URL(await departure('identityServer3')).searchParams;
  assert.deepEqual([identityServer.get('scope'), identityServer.has('nonce')], ['openid', false]);
  for (const address of [oidc, await departure('ol-oauth2')]) assert.doesNotMatch(address, /code_challenge/);
});

test('the redirect address follows the host and the scheme of the request', async () => {
  const { fetch } = createRelyingParty();
  const answer = await fetch('http://172.17.0.1:8000/auth/login/oidc/', { headers: { 'x-forwarded-proto': 'https' } });
  const redirectUri = new URL(locationOf(answer) ?? '').searchParams.get('redirect_uri');
  assert.equal(redirectUri, 'https://172.17.0.1:8000/auth/complete/oidc/');
});

test('one state serves every attempt of a browser', async () => {
  const { browser } = createRelyingParty();
  const visit = browser();
  const states = [];
  for (const _attempt of [1, 2]) {
    states.push(new URL(locationOf(await visit('/auth/login/oidc/')) ?? '').searchParams.get('state'));
  }
  assert.equal(states[0], states[1]);
});

test('settings of the record: more scopes, extra arguments that the address overrides, other endpoints', async () => {
  const fixture = createRelyingParty();
  const other = {
    SCOPE: ['curp'],
    AUTH_EXTRA_ARGUMENTS: { idp_hint: 'llave-mx' },
    AUTHORIZATION_URL: 'https://public.test/a',
  };
  fixture.simulator.saveProvider({ ...oidcRecord, other_settings: { OIDC_ENDPOINT: issuer, ...other } });
  const parameters = async (query: string) =>
    new URL(locationOf(await fixture.fetch(`/auth/login/oidc/${query}`)) ?? '');
  const plain = await parameters('');
  assert.equal(plain.origin, 'https://public.test');
  assert.deepEqual(
    [plain.searchParams.get('scope'), plain.searchParams.get('idp_hint')],
    ['curp openid profile email', 'llave-mx'],
  );
  assert.equal((await parameters('?idp_hint=google')).searchParams.get('idp_hint'), 'google');
});

test('the client secret goes by Basic where discovery lists it or lists nothing; else in the form', async () => {
  for (const [methods, basic] of [
    [undefined, true],
    [['client_secret_basic'], true],
    [['client_secret_post'], false],
  ] as const) {
    const fixture = createRelyingParty();
    const document = fixture.answers.get('/.well-known/openid-configuration') as object;
    fixture.answers.set('/.well-known/openid-configuration', {
      ...document,
      token_endpoint_auth_methods_supported: methods,
    });
    await fixture.arrive('oidc');
    const { init } = fixture.asked.find(({ path }) => path === '/token') ?? assert.fail();
    assert.equal(new Headers(init.headers).has('authorization'), basic);
    assert.equal(new URLSearchParams(String(init.body)).has('client_secret'), !basic);
  }
});

test('the secret of the Django settings serves where the record has none', async () => {
  const fixture = createRelyingParty({ settings: { SOCIAL_AUTH_OAUTH_SECRETS: { 'ol-oauth2': 'from-settings' } } });
  fixture.simulator.saveProvider({ ...record, secret: '' });
  await fixture.arrive('ol-oauth2');
  const { init } = fixture.asked.find(({ path }) => path === '/token') ?? assert.fail();
  assert.equal(new URLSearchParams(String(init.body)).get('client_secret'), 'from-settings');
});

const now = Date.UTC(2026, 7, 20, 12) / 1_000;
const badTokens: readonly [string, Partial<Spoiled>, RegExp][] = [
  ['a signature by another key', { key: 1, header: { kid: 'practica-0' } }, /Signature verification failed/],
  ['a kid that nobody publishes', { header: { kid: 'other' } }, /Signature verification failed/],
  ['no algorithm', { header: { alg: 'none' } }, /Signature verification failed/],
  ['an algorithm with the secret', { header: { alg: 'HS256' } }, /Signature verification failed/],
  ['a slash at the end of the issuer', { claims: { iss: `${issuer}/` } }, /Invalid issuer/],
  ['another audience', { claims: { aud: 'other' } }, /Invalid audience/],
  ['an end that is now', { claims: { exp: now } }, /Signature has expired/],
  ['an iat one second ahead', { claims: { iat: now + 1 } }, /not yet valid \(iat\)/],
  ['an iat of 601 seconds ago', { claims: { iat: now - 601 } }, /Incorrect id_token: iat/],
  ['a beginning that is to come', { claims: { nbf: now + 1 } }, /not yet valid \(nbf\)/],
  ['another nonce', { claims: { nonce: 'x' } }, /Incorrect id_token: nonce/],
  ['no nonce', { claims: { nonce: undefined } }, /Incorrect id_token: nonce/],
  ['another at_hash', { claims: { at_hash: 'x' } }, /Invalid access token/],
  ['a sub that is a number', { claims: { sub: 1 } }, /Subject must be a string/],
];
for (const [what, spoiled, sentence] of badTokens) {
  test(`oidc refuses an ID token with ${what}`, async () => {
    const fixture = createRelyingParty();
    assert.match(await messageOf(await fixture.arrive('oidc', spoiled)), sentence);
    assert.equal(fixture.simulator.accounts.length, 2);
    assert.equal(fixture.simulator.complaints.length, 1);
  });
}

test('oidc accepts several audiences, an iat of 600 seconds ago, no at_hash; and with 4.8.5 a second of leeway', async () => {
  const good: readonly Partial<Spoiled>[] = [
    { claims: { aud: ['other', 'lms'] } },
    { claims: { iat: now - 600 } },
    { claims: { at_hash: undefined } },
  ];
  for (const spoiled of good)
    assert.equal(locationOf((await createRelyingParty().arrive('oidc', spoiled)).answer), '/register');
  const newer = createRelyingParty({ settings: { SOCIAL_CORE: '4.8.5' } });
  assert.equal(locationOf((await newer.arrive('oidc', { claims: { iat: now + 1 } })).answer), '/register');
});

test('an unknown kid fetches the keys once more, so rotation works; a moved endpoint is noticed after a restart', async () => {
  const fixture = createRelyingParty();
  await fixture.arrive('oidc');
  fixture.publish([1, 0]);
  assert.equal(locationOf((await fixture.arrive('oidc', { key: 1 })).answer), '/register');
  assert.equal(fixture.asked.filter(({ path }) => path === '/jwks').length, 2);

  const document = fixture.answers.get('/.well-known/openid-configuration') as object;
  fixture.answers.set('/.well-known/openid-configuration', { ...document, authorization_endpoint: `${issuer}/moved` });
  const departure = async () => new URL(locationOf(await fixture.fetch('/auth/login/oidc/')) ?? '').pathname;
  assert.equal(await departure(), '/authorize');
  fixture.simulator.restart();
  assert.equal(await departure(), '/moved');
});

test('a nonce serves once', async () => {
  const fixture = createRelyingParty();
  const { parameters } = await fixture.arrive('oidc');
  const replayed = await fixture.arrive('oidc', { claims: { nonce: parameters.get('nonce') } });
  assert.match(await messageOf(replayed), /Incorrect id_token: nonce/);
});

test('a provider that answers 400, 401 or 503 is a sentence; anything else is a page for 500', async () => {
  const sentences: readonly [number, RegExp][] = [
    [400, /canceled/],
    [401, /credentials aren't allowed/],
    [503, /could not be reached/],
  ];
  for (const [status, sentence] of sentences) {
    const fixture = createRelyingParty();
    fixture.answers.set('/userinfo', status);
    assert.match(await messageOf(await fixture.arrive('oidc')), sentence);
  }
  for (const status of [403, 404, 409, 500, 502]) {
    const fixture = createRelyingParty();
    fixture.answers.set('/api/users/me', status);
    assert.equal((await fixture.arrive('ol-oauth2')).answer.status, 500);
  }
});

test('what the provider says in its address is a sentence too', async () => {
  const { browser } = createRelyingParty();
  for (const [error, sentence] of [
    ['access_denied', /canceled/],
    ['server_error', /Authentication failed: server_error/],
  ] as const) {
    const visit = browser();
    const state = new URL(locationOf(await visit('/auth/login/oidc/')) ?? '').searchParams.get('state') ?? '';
    const answer = await visit(`/auth/complete/oidc/?${new URLSearchParams({ error, state })}`);
    assert.equal(locationOf(answer), '/login');
    assert.match(await (await visit('/login')).text(), sentence);
  }
});

test('a lost cookie, a state of another browser and none at all are told apart', async () => {
  const { browser } = createRelyingParty();
  const messageAt = async (visit: ReturnType<typeof browser>, query: string) => {
    await visit(`/auth/complete/oidc/?${query}`);
    return (await visit('/login')).text();
  };
  assert.match(await messageAt(browser(), 'code=x&state=y'), /Session value state missing\./);
  const visit = browser();
  await visit('/auth/login/oidc/');
  assert.match(await messageAt(visit, 'code=x&state=y'), /Wrong state parameter given\./);
  assert.match(await messageAt(visit, 'code=x'), /Missing needed parameter state/);
});

test('an active account with the same e-mail is linked without a password; one that is not active asks for it', async () => {
  const active = createRelyingParty();
  active.simulator.addAccount({ username: 'vieja', email: 'ANA@uni.test', password: 'x' });
  assert.equal(locationOf((await active.arrive('oidc')).answer), '/auth/complete/oidc/');
  assert.deepEqual(active.simulator.linksOf('vieja'), [{ provider: 'oidc', uid: 'subject-1' }]);

  const asleep = createRelyingParty();
  asleep.simulator.addAccount({ username: 'vieja', email: 'ana@uni.test', password: 'x', is_active: false });
  assert.equal(locationOf((await asleep.arrive('oidc')).answer), '/login');
  assert.deepEqual(asleep.simulator.linksOf('vieja'), []);
});

test('whoever proves the password while a pipeline waits is linked by it', async () => {
  const fixture = createRelyingParty();
  fixture.simulator.saveProvider({ ...oidcRecord, skip_email_verification: false });
  const { visit, answer } = await fixture.arrive('oidc');
  assert.equal(locationOf(answer), '/login');
  assert.match(await (await visit('/login')).text(), /data-testid="not-linked"/);
  const body = new URLSearchParams({ email_or_username: 'luis', password: 'caballo batería' });
  const logIn = await visit('/api/user/v2/account/login_session/', { method: 'POST', body });
  assert.equal(((await logIn.json()) as { redirect_url: string }).redirect_url, '/auth/complete/oidc/');
  assert.equal(locationOf(await visit('/auth/complete/oidc/')), '/courses');
  assert.deepEqual(fixture.simulator.linksOf('luis'), [{ provider: 'oidc', uid: 'subject-1' }]);
});

test('a pipeline waits ten minutes', async () => {
  const fixture = createRelyingParty();
  const { visit } = await fixture.arrive('oidc');
  fixture.pass(600_000);
  const body = new URLSearchParams({
    social_auth_provider: 'Llavero',
    username: 'ana',
    email: 'ana@uni.test',
    name: 'Ana',
    honor_code: 'true',
  });
  const answer = await visit('/user_api/v1/account/registration/', { method: 'POST', body });
  assert.equal(((await answer.json()) as { error_code: string }).error_code, 'tpa-session-expired');
});

test('sync_learner_profile_data copies name and address at each login, and never an address of somebody else', async () => {
  const fixture = createRelyingParty();
  fixture.simulator.saveProvider({ ...oidcRecord, sync_learner_profile_data: true });
  await fixture.register({ provider: 'oidc', name: 'Otra' });
  fixture.answers.set('/userinfo', { ...person, name: 'Ana Ruiz Paz', email: 'nueva@uni.test' });
  await fixture.arrive('oidc');
  const account = fixture.simulator.account('ana');
  assert.deepEqual([account?.name, account?.email, account?.firstName], ['Ana Ruiz Paz', 'nueva@uni.test', 'Ana']);
  fixture.answers.set('/userinfo', { ...person, email: 'luis@uni.test' });
  await fixture.arrive('oidc');
  assert.equal(account?.email, 'nueva@uni.test');
});

test('an account whose password nobody can use is logged out with JSON', async () => {
  const fixture = createRelyingParty();
  fixture.answers.set('/userinfo', { ...person, email: 'worker@lms.test' });
  const { answer } = await fixture.arrive('oidc');
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /Your account is disabled/);
});

test('where cookies never come back, the step for them goes on for ever', async () => {
  const fixture = createRelyingParty();
  await fixture.register({ provider: 'oidc' });
  const { visit } = await fixture.arrive('oidc', {}, fixture.browser(['edxloggedin']));
  for (const _attempt of [1, 2, 3]) {
    assert.equal(locationOf(await visit('/auth/complete/oidc/')), '/auth/complete/oidc/');
  }
});

test('next leads to this host and to those of the list; anywhere else it leads to the dashboard', async () => {
  const fixture = createRelyingParty({ settings: { LOGIN_REDIRECT_WHITELIST: ['app.test', 'app.test:8443'] } });
  await fixture.register({ provider: 'oidc' });
  const target = async (next: string) => {
    const visit = fixture.browser();
    await fixture.arrive('oidc', {}, (path, init) =>
      visit(path.replace('next=/courses', `next=${encodeURIComponent(next)}`), init),
    );
    return locationOf(await visit('/auth/complete/oidc/'));
  };
  for (const next of ['/x?y=1', `${origin}/x`, 'https://app.test/x', 'https://app.test:8443/'])
    assert.equal(await target(next), next);
  for (const next of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    'https://app.test:1/',
    'http://app.test/',
    'javascript:alert(1)',
  ]) {
    assert.equal(await target(next), '/dashboard', next);
  }
});

test('a backend that nobody knows is 404; a Site without a record is 500', async () => {
  const sites = [
    { id: 2, domain: 'lms.test' },
    { id: 3, domain: 'lms.test:8000' },
  ];
  const { fetch } = createRelyingParty({ sites, settings: { AUTHENTICATION_BACKENDS: ['oidc'] } });
  assert.equal((await fetch('/auth/login/google/')).status, 404);
  assert.equal((await fetch('/auth/login/ol-oauth2/')).status, 404);
  const trapped = await fetch('https://lms.test:8000/auth/login/oidc/');
  assert.equal(trapped.status, 500);
  assert.match(await trapped.text(), /Can.*t fetch setting of a disabled backend\/provider\./);
});

test('the first record of a backend is not listed for ten minutes, unless the cache is cleared', async () => {
  for (const wait of [
    ({ pass }: RelyingParty) => pass(600_000),
    ({ simulator }: RelyingParty) => simulator.clearCache(),
  ]) {
    const fixture = createRelyingParty({ providers: [] });
    assert.doesNotMatch(await (await fixture.fetch('/login')).text(), /oa2-oidc/);
    fixture.simulator.saveProvider(oidcRecord);
    assert.equal((await fixture.fetch('/auth/login/oidc/')).status, 302, 'the address works at once');
    assert.equal((await fixture.fetch('/auth/idp_redirect/oa2-oidc')).status, 404);
    assert.equal(locationOf((await fixture.arrive('oidc')).answer), '/login', 'its flags do not');
    wait(fixture);
    assert.match(await (await fixture.fetch('/login')).text(), /oa2-oidc/);
    assert.equal((await fixture.fetch('/auth/idp_redirect/oa2-oidc')).status, 302);
    assert.equal(locationOf((await fixture.arrive('oidc')).answer), '/register');
  }
});

test('a hint in next shows one provider, or leads straight there', async () => {
  const hidden = { ...oidcRecord, visible: false };
  const fixture = createRelyingParty({ providers: [identityServerRecord, hidden] });
  const path = `/login?next=${encodeURIComponent('/courses?tpa_hint=oa2-oidc')}`;
  const page = await (await fixture.fetch(path)).text();
  assert.match(page, /data-testid="oa2-oidc"/);
  assert.doesNotMatch(page, /data-testid="oa2-identityServer3"/);
  fixture.simulator.saveProvider({ ...hidden, skip_hinted_login_dialog: true });
  assert.match(locationOf(await fixture.fetch(path)) ?? '', /^\/auth\/login\/oidc\/\?auth_entry=login&next=/);
});

test('where an unknown learner goes: to /login, or with either of two flags to /register, or by auth_entry', async () => {
  const plain = { ...oidcRecord, skip_email_verification: false };
  const cases: readonly [Partial<typeof oidcRecord>, string, string | null][] = [
    [{}, 'login', '/login'],
    [{ send_to_registration_first: true }, 'login', '/register'],
    [{ skip_email_verification: true }, 'login', '/register'],
    [{}, 'register', '/register'],
    [{}, 'account_settings', '/account/settings'],
    [{}, 'register_api', null],
    [{}, 'nonsense', '/'],
  ];
  for (const [flags, authEntry, expected] of cases) {
    const fixture = createRelyingParty({ providers: [{ ...plain, ...flags }] });
    const visit = fixture.browser();
    const { answer } = await fixture.arrive('oidc', {}, (path, init) =>
      visit(path.replace('auth_entry=login', `auth_entry=${authEntry}`), init),
    );
    assert.equal(locationOf(answer), expected, authEntry);
    if (expected === null) assert.equal(answer.status, 400);
  }
});

test('without skip_registration_form the page waits for whoever it is about, with what the provider said', async () => {
  const fixture = createRelyingParty();
  fixture.simulator.saveProvider({ ...oidcRecord, skip_registration_form: false, sync_learner_profile_data: true });
  const { visit } = await fixture.arrive('oidc');
  const page = await (await visit('/register')).text();
  assert.doesNotMatch(page, /data-auto|checked/);
  assert.match(page, /name="username" type="text" value="ana_ruiz"/);
  assert.match(page, /type="hidden" name="email" value="ana@uni\.test"/, 'synchronised data are not changed');
});

test('the record decides how long a session lives, and whether a login stands for an identity check', async () => {
  for (const [max_session_length, age] of [
    [null, 'Max-Age=1209600'],
    [3_600, 'Max-Age=3600'],
    [0, null],
  ] as const) {
    const fixture = createRelyingParty();
    fixture.simulator.saveProvider({ ...oidcRecord, max_session_length, enable_sso_id_verification: true });
    await fixture.register({ provider: 'oidc' });
    const { visit } = await fixture.arrive('oidc');
    const cookie = (await visit('/auth/complete/oidc/')).headers
      .getSetCookie()
      .find((line) => line.startsWith('sessionid='));
    assert.equal(/Max-Age=\d+/.exec(cookie ?? '')?.[0] ?? null, age);
    assert.deepEqual([...(fixture.simulator.account('ana')?.idVerifications ?? [])], ['oidc oidc']);
  }
});

test('a linked learner who is not active lands at /auth/inactive, which believes the provider where the record says so', async () => {
  for (const believes of [true, false]) {
    const fixture = createRelyingParty();
    await fixture.register({ provider: 'oidc', email: 'other@uni.test' });
    fixture.simulator.saveProvider({ ...oidcRecord, skip_email_verification: believes });
    assert.equal(fixture.simulator.account('ana')?.isActive, false);
    const { visit } = await fixture.arrive('oidc');
    const landing = locationOf(await visit('/auth/complete/oidc/')) ?? '';
    assert.equal(landing, '/auth/inactive?next=%2Fcourses');
    assert.equal(locationOf(await visit(landing)), '/courses');
    assert.equal(fixture.simulator.account('ana')?.isActive, believes);
  }
});

test('only addresses of the lists are let in, where there are any', async () => {
  const fixture = createRelyingParty();
  const other = { OIDC_ENDPOINT: issuer, WHITELISTED_DOMAINS: ['lms.test'] };
  fixture.simulator.saveProvider({ ...oidcRecord, other_settings: other });
  assert.match(await messageOf(await fixture.arrive('oidc')), /credentials aren't allowed/);
});

test('the micro-frontend is told what waits', async () => {
  const fixture = createRelyingParty();
  const { visit } = await fixture.arrive('oidc');
  const { contextData: data } = (await (await visit('/api/mfe_context')).json()) as {
    contextData: { [name: string]: unknown };
  };
  assert.deepEqual(
    [data.currentProvider, data.finishAuthUrl, data.autoSubmitRegForm, data.pipelineUserDetails],
    [
      'Llavero',
      '/auth/complete/oidc/',
      true,
      { username: 'ana_ruiz', email: person.email, name: person.name, firstName: 'Ana', lastName: 'Ruiz' },
    ],
  );
  assert.equal((data.providers as object[]).length, 3);
});

test('ol-oauth2 asks discovery anew each time, and without API_ROOT asks an address that begins with None', async () => {
  const discovered = createRelyingParty();
  discovered.simulator.saveProvider({
    ...record,
    other_settings: { DISCOVERY_URL: `${issuer}/.well-known/openid-configuration` },
  });
  await discovered.arrive('ol-oauth2');
  assert.ok(discovered.asked.filter(({ path }) => path.startsWith('/.well-known')).length >= 2);

  const rootless = createRelyingParty({
    fetch: async (url) =>
      url.startsWith('None') ? Promise.reject(new TypeError()) : Response.json({ access_token: 'x' }),
  });
  const { AUTHORIZATION_URL, ACCESS_TOKEN_URL } = record.other_settings ?? {};
  rootless.simulator.saveProvider({
    ...record,
    other_settings: { AUTHORIZATION_URL: AUTHORIZATION_URL ?? '', ACCESS_TOKEN_URL: ACCESS_TOKEN_URL ?? '' },
  });
  assert.match(await messageOf(await rootless.arrive('ol-oauth2')), /cannot be reached/);
});
