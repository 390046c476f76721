/**
 * Authorization requests that must not be believed: addresses, repeated and invented parameters, request objects.
 *
 * As RFC 6749 §4.1.2.1 has it: what is wrong with the client or its address is told to the person on a page of ours,
 * everything else to the client.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from '../browser.ts';
import { BROKER, type Rig, withRig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  CHALLENGE,
  clients,
  clientsInYaml,
  codeIn,
  type RequestParameters,
  redeem,
  signInAs,
  withClients,
} from './relying-party.ts';

/** Refused on a page of ours: no address of the request is gone to, or shown as a link. */
function assertRefusedHere(page: Page, what: string): void {
  assert.equal(page.status, 400, what);
  assert.equal(page.url.origin, BROKER, what);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/i, what);
  assert.equal(page.headers.get('location'), null, what);
  assert.equal(page.refresh, null, what);
  assert.equal(page.forms.length, 0, what);
  const foreign = page.links.filter((link) => new URL(link.attribute('href') ?? '', page.url).origin !== BROKER);
  assert.deepEqual(foreign, [], what);
}

/** The error in the one redirect to the client's own address. */
async function errorAtClient(
  rig: Rig,
  changes: RequestParameters,
  clientId: 'web' | 'public' = 'web',
): Promise<string> {
  const page = await appBrowser(rig).get(authorizationUrl(clientId, changes), { follow: false });
  assert.equal(page.status, 303, `${page.status} ${page.title}`);
  const location = page.redirect;
  assert.ok(location);
  assert.equal(location.origin + location.pathname, clients[clientId].redirectUri);
  assert.equal(location.searchParams.get('iss'), BROKER, 'RFC 9207');
  assert.equal(location.searchParams.get('state'), 'practice-state');
  assert.equal(location.searchParams.get('code'), null);
  return location.searchParams.get('error') ?? 'none';
}

withClients('a scope that an app has for itself is refused where a person would give it', async (rig) => {
  const yaml = clientsInYaml().replace('client_id: web\n', 'client_id: web\n    api_scopes: ["lti:scores"]\n');
  await rig.configure({ moreClients: yaml });
  assert.equal(await errorAtClient(rig, { scope: 'openid lti:scores' }), 'invalid_scope');
  assert.equal(await errorAtClient(rig, { scope: 'openid lti:scores' }, 'public'), 'invalid_scope');
});

const almostTheAddress = [
  `${APP}/cb/`,
  `${APP}/CB`,
  'https://APP.test/cb',
  'https://app.test:443/cb',
  `${APP}/cb#x`,
  `${APP}/cb#`,
  `${APP}/cb?x=1`,
  `${APP}/cb?`,
  `${APP}/x/../cb`,
  `${APP}/x/..%2Fcb`,
  `${APP}/x/..;/cb`,
  `${APP}/%63b`,
  `${APP}//cb`,
  'https://app.test@evil.test/cb',
  'https://app.test.evil.test/cb',
  'https://appatest/cb',
  'https://app.test./cb',
  'http://app.test/cb',
  'http://localhost:80@evil.test/cb',
  '//app.test/cb',
  `${APP}/cb%00`,
  `${APP}/cb\0`,
  `${APP}/cb%0d%0aX:1`,
  `${APP}/cb\r\nX: 1`,
  ` ${APP}/cb`,
  `${APP}/cb `,
  `${APP}/cb%252e%252e`,
  '\\\\app.test\\cb',
  'https:app.test/cb',
  'javascript:alert(1)',
  'data:text/html,x',
  '',
];

withClients('A-02 an address that only resembles the registered one is refused here and never gone to', async (rig) => {
  for (const redirect_uri of almostTheAddress) {
    for (const prompt of [null, 'none']) {
      const page = await appBrowser(rig).get(authorizationUrl('web', { redirect_uri, prompt }));
      assertRefusedHere(page, JSON.stringify({ redirect_uri, prompt }));
    }
  }
});

withClients('A-02 an unknown client, no client and no address are refused here', async (rig) => {
  const changes: RequestParameters[] = [
    { client_id: 'unknown' },
    { client_id: null },
    { client_id: '__proto__' },
    { client_id: 'web\0' },
    { client_id: 'WEB' },
    { client_id: 'x'.repeat(10_000) },
  ];
  for (const change of changes) {
    assertRefusedHere(await appBrowser(rig).get(authorizationUrl('web', change)), JSON.stringify(change).slice(0, 80));
  }
});

withClients('A-03 a redirect address that is sent twice never sends anybody elsewhere', async (rig) => {
  const [good, evil] = [clients.web.redirectUri, 'https://evil.test/cb'];
  for (const pair of [
    [good, evil],
    [evil, good],
    [evil, evil],
    [good, good],
  ] as const) {
    const url = authorizationUrl('web', { redirect_uri: null });
    for (const value of pair) url.searchParams.append('redirect_uri', value);
    const page = await appBrowser(rig).get(url, { follow: false });
    const location = page.headers.get('location');
    if (location === null) assertRefusedHere(page, pair.join());
    else assert.equal(new URL(location).origin, APP);
    assert.doesNotMatch(location ?? '', /evil/);
    assert.doesNotMatch(location ?? '', /[?&]code=/);
  }
});

withClients('A-03 an address in the query and another in a posted body send nobody elsewhere', async (rig) => {
  const page = await appBrowser(rig).post(
    authorizationUrl('web'),
    { redirect_uri: 'https://evil.test/cb' },
    { from: 'https://evil.test/', follow: false },
  );
  assert.ok([400, 404, 405].includes(page.status), String(page.status));
  assert.equal(page.headers.get('location'), null);
});

for (const parameter of ['client_id', 'state', 'response_type', 'scope', 'code_challenge', 'nonce', 'prompt']) {
  withClients(`RFC 6749 §3.1 ${parameter} that is sent twice gets no code`, async (rig) => {
    const url = authorizationUrl('web', { prompt: 'login' });
    url.searchParams.append(parameter, url.searchParams.get(parameter) ?? '');
    const page = await appBrowser(rig).get(url, { follow: false });
    if (page.redirect === null) assertRefusedHere(page, parameter);
    else assert.equal(page.redirect.searchParams.get('error'), 'invalid_request');
  });
}

const badChallenges: [what: string, changes: RequestParameters][] = [
  ['no challenge', { code_challenge: null, code_challenge_method: null }],
  ['an empty challenge', { code_challenge: '' }],
  ['the method plain', { code_challenge_method: 'plain' }],
  ['no method', { code_challenge_method: null }],
  ['a challenge of 42 characters', { code_challenge: CHALLENGE.slice(0, 42) }],
  ['a challenge of 129 characters', { code_challenge: 'x'.repeat(129) }],
  ['a challenge with other characters', { code_challenge: `${CHALLENGE.slice(0, 42)}=` }],
];
for (const [what, changes] of badChallenges) {
  withClients(`A-07 a public client with ${what} is told invalid_request`, async (rig) => {
    assert.equal(await errorAtClient(rig, changes, 'public'), 'invalid_request');
  });
}

for (const [what, changes, error] of [
  ['a request object', { request: 'eyJhbGciOiJub25lIn0.e30.' }, 'request_not_supported'],
  ['the address of a request object', { request_uri: 'https://evil.test/x' }, 'request_uri_not_supported'],
  ['registration in the request', { registration: '{}' }, 'registration_not_supported'],
] as const) {
  withClients(`A-30 ${what} is refused as not supported, and nothing is fetched`, async (rig) => {
    rig.interfere(() => assert.fail('the broker called out'));
    assert.equal(await errorAtClient(rig, changes), error);
  });
}

withClients('RFC 6749 §4.1.2.1 what else is wrong is told to the client', async (rig) => {
  const cases: [RequestParameters, string][] = [
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: 'code id_token' }, 'unsupported_response_type'],
    [{ response_type: null }, 'invalid_request'],
    [{ scope: 'openid unknown-scope', prompt: 'none' }, 'login_required'],
    [{ prompt: 'none login' }, 'invalid_request'],
    [{ prompt: 'none create' }, 'invalid_request'],
    [{ prompt: 'invented' }, 'invalid_request'],
    [{ max_age: '-1' }, 'invalid_request'],
    [{ response_mode: 'web_message' }, 'unsupported_response_mode'],
    [{ response_mode: 'fragment', response_type: 'token' }, 'unsupported_response_type'],
  ];
  for (const [changes, error] of cases) {
    const page = await appBrowser(rig).get(authorizationUrl('web', changes), { follow: false });
    assert.equal(page.status, 303, JSON.stringify(changes));
    const location = page.redirect?.href ?? '';
    assert.ok(location.startsWith(`${APP}/cb`), location);
    const answer = new URL(location.replace('#', '?')).searchParams;
    assert.equal(answer.get('error'), error, JSON.stringify(changes));
    assert.equal(answer.get('iss'), BROKER);
  }
});

withClients('A-41 state comes back exactly as it was sent', async (rig) => {
  const states = [
    'a+b%2Bc&d=e f',
    'ñ 😀 \u2028',
    '"><script>alert(1)</script>',
    '%00',
    'x'.repeat(4000),
    `${'+%2B&= ñ😀'.repeat(200)}`,
    '__proto__',
  ];
  for (const state of states) {
    const answer = await authorizeAs(appBrowser(rig), 'web', 'nacional', { state });
    assert.deepEqual(answer.searchParams.getAll('state'), [state], state.slice(0, 40));
    const failed = await appBrowser(rig).get(authorizationUrl('web', { state, prompt: 'none' }));
    assert.deepEqual(failed.url.searchParams.getAll('state'), [state], state.slice(0, 40));
  }
});

withClients('A-23 success and every kind of error carry iss, equal to the issuer', async (rig) => {
  const success = await authorizeAs(appBrowser(rig), 'web', 'nacional');
  assert.deepEqual(success.searchParams.getAll('iss'), [BROKER]);
  assert.equal(await errorAtClient(rig, { prompt: 'none' }), 'login_required');
  assert.equal(await errorAtClient(rig, { prompt: 'none login' }), 'invalid_request');
  const browser = appBrowser(rig);
  const cancelled = await browser.click(await browser.get(authorizationUrl('web')), 'cancel');
  assert.equal(cancelled.url.searchParams.get('error'), 'access_denied');
  assert.deepEqual(cancelled.url.searchParams.getAll('iss'), [BROKER]);
  assert.deepEqual(cancelled.url.searchParams.getAll('state'), ['practice-state']);
});

withClients('A-46 five hundred unknown parameters change nothing and are not kept', async (rig) => {
  const before = Reflect.ownKeys(Object.prototype).length;
  const url = authorizationUrl('web');
  for (let number = 0; number < 500; number++) url.searchParams.append(`unknown${number}`, 'x');
  for (const name of ['__proto__', 'constructor[prototype]', 'constructor', 'toString', 'claims[]', 'hasOwnProperty']) {
    url.searchParams.append(name, '1');
  }
  const browser = appBrowser(rig);
  const chooser = await browser.get(url);
  const rows = await rig.databases.ephemeral.all({
    shape: ["select payload from oidc_records where model = 'Interaction'"],
    values: [],
  });
  for (const { payload } of rows) assert.ok(String(payload).length <= 16 * 1024, 'the stored request is small');
  const page = await signInAs(browser, chooser, 'nacional');
  await redeem(rig, 'web', codeIn(page.url));
  assert.equal(Reflect.ownKeys(Object.prototype).length, before);
  assert.equal(({} as Record<string, unknown>).unknown0, undefined);
});

withClients('A-22 no redirect of a sign-in and a sign-out keeps the method of the request', async (rig) => {
  const browser = appBrowser(rig);
  const signedIn = await signInAs(browser, await browser.get(authorizationUrl('asking')), 'nacional');
  const answered = await browser.submit(signedIn, 'confirm-yes');
  const signOut = await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  const hops = [signedIn, answered, signOut].flatMap(({ trail }) => trail);
  const ours = hops.filter(({ url, location }) => url.startsWith(BROKER) && location !== null);
  assert.ok(ours.length >= 6);
  for (const { url, status } of ours) assert.ok([302, 303].includes(status), `${status} ${url}`);
});

test('A-04 a registered address with parameters of its own gets each answer parameter once', async () => {
  const registered = `${APP}/with-query?tenant=1`;
  const moreClients = `${clientsInYaml()}
  - { client_id: query, client_name: Query, client_secret: "practice secret of a query", redirect_uris: ["${registered}"], skip_authorization: true }`;
  await withRig('SQLite in memory', { moreClients }, async (rig) => {
    const page = await appBrowser(rig).get(
      authorizationUrl('web', { client_id: 'query', redirect_uri: registered, prompt: 'none', tenant: '2' }),
    );
    assert.deepEqual(page.url.searchParams.getAll('tenant'), ['1']);
    assert.deepEqual(page.url.searchParams.getAll('state'), ['practice-state']);
    assert.deepEqual(page.url.searchParams.getAll('error'), ['login_required']);
  });
});
