/**
 * `checkLms` over answers that an LMS gives (open-edx.md §14). The LMS here is a table of answers: each test spoils one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClientDocument, clientSchema } from '../configuration/client-document.ts';
import type { LmsBackend } from '../configuration/open-edx-document.ts';
import { SignInError } from '../errors.ts';
import type { OutboundRequest, OutboundResponse } from '../http.ts';
import { checkLms } from './check.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const LMS = 'https://lms.example';
const BROKER = 'https://sign-in.example';
const COMPLETE = `${LMS}/auth/complete/oidc/`;

const document = (members: object = {}): ClientDocument =>
  clientSchema.parse({
    client_id: 'lms',
    client_name: 'Campus',
    client_secret: 'q7Zt0pXv3mKc9LwB5yRn2HfJ8sDg4aEu',
    redirect_uris: [COMPLETE],
    frontchannel_logout_uri: `${LMS}/logout`,
    skip_authorization: true,
    claims: ['preferred_username', 'name', 'given_name', 'family_name', 'email'],
    ...members,
  });

const departure = (changed: Record<string, string> = {}, at = `${BROKER}/oauth2/authorize`) => {
  const asked = { client_id: 'lms', redirect_uri: COMPLETE, scope: 'openid profile email', state: 's', ...changed };
  return `${at}?${new URLSearchParams(asked)}`;
};

type Answer = Partial<OutboundResponse> | SignInError;
const healthy: Readonly<Record<string, Answer>> = {
  '/auth/login/oidc/': { status: 302, headers: { location: departure(), date: 'Wed, 25 Nov 2026 12:00:01 GMT' } },
  '/.well-known/openid-configuration': { body: JSON.stringify({ issuer: BROKER }) },
  '/api/mfe_context': { body: '{"contextData":{"providers":[{"id":"oa2-oidc"}]}}' },
  '/logout': {
    body: `<iframe src="${BROKER}/sign-out?no_redirect=1"></iframe><a href="${BROKER}/">Continue</a>`,
  },
};

interface Spoilt {
  readonly answers?: Readonly<Record<string, Answer>>;
  readonly client?: object;
  readonly backend?: LmsBackend;
}

async function check({ answers = {}, client = {}, backend = 'oidc' }: Spoilt = {}) {
  const asked: OutboundRequest[] = [];
  const findings = await checkLms(
    {
      address: new URL(LMS),
      backend,
      client: document(client),
      publicUrl: new URL(BROKER),
    },
    {
      now: () => NOW,
      outbound: async (request) => {
        asked.push(request);
        const answer = { ...healthy, ...answers }[request.url.pathname] ?? { status: 404 };
        if (answer instanceof SignInError) throw answer;
        return { status: 200, headers: {}, body: '', ...answer };
      },
    },
  );
  return { findings, asked, of: (subject: string) => findings.find((finding) => finding.subject === subject) };
}

const login = (answer: Answer): Spoilt => ({ answers: { '/auth/login/oidc/': answer } });
const leaving = (location: string, date = 'Wed, 25 Nov 2026 12:00:00 GMT') =>
  login({ status: 302, headers: { location, date } });

test('an LMS that is set up as the guide says is good in every line', async () => {
  const { findings } = await check();
  assert.deepEqual(
    findings.filter(({ verdict }) => verdict !== 'good'),
    [],
  );
  assert.deepEqual(
    findings.map(({ subject }) => subject),
    [
      'login address',
      'client id',
      'redirect address',
      'scope',
      'clock',
      'claims',
      'our discovery',
      'login page',
      'log-out page',
      'way back',
    ],
  );
});

test('only questions that anybody may ask: GET, no body, no secret of the client', async () => {
  const { asked } = await check();
  assert.ok(asked.every(({ method, body }) => method === 'GET' && body === null));
  assert.doesNotMatch(JSON.stringify(asked.map(({ url, headers }) => [url, headers])), /q7Zt0pXv3mKc9LwB5/);
});

const bad: readonly (readonly [promise: string, subject: string, spoilt: Spoilt, says: RegExp])[] = [
  ['§14 the Site trap is named', 'login address', login({ status: 500 }), /belongs to another Site/],
  [
    '§14 the words of the exception are recognized',
    'login address',
    login({ status: 500, body: "… Can't fetch setting of a disabled backend/provider. …" }),
    /"Can't fetch setting of a disabled/,
  ],
  ['§14 a class that is not listed is named', 'login address', login({ status: 404 }), /AUTHENTICATION_BACKENDS/],
  ['a page instead of a redirect', 'login address', login({ status: 200 }), /without sending anybody on/],
  [
    'another broker',
    'login address',
    leaving(departure({}, 'https://other.example/oauth2/authorize')),
    /other\.example/,
  ],
  ['another path', 'login address', leaving(departure({}, `${BROKER}/authorize`)), /not to .*\/oauth2\/authorize/],
  ['another client', 'client id', leaving(departure({ client_id: 'cms' })), /"cms", not lms/],
  [
    'an address that is not registered',
    'redirect address',
    leaving(departure({ redirect_uri: `${LMS}/x` })),
    /add .*\/x/,
  ],
  [
    '§1 a proxy that hides https',
    'redirect address',
    leaving(departure({ redirect_uri: COMPLETE.replace('https', 'http') })),
    /X-Forwarded-Proto/,
  ],
  [
    '§1 a backend that appends redirect_state',
    'redirect address',
    leaving(departure({ redirect_uri: `${COMPLETE}?redirect_state=s` })),
    /redirect_uri_match: django-oauth-toolkit/,
  ],
  ['a scope that was left out', 'scope', leaving(departure({ scope: 'openid' })), /profile email is not asked for/],
  [
    '§12 a clock that is behind by more than core allows',
    'clock',
    leaving(departure(), 'Wed, 25 Nov 2026 11:59:57 GMT'),
    /3 s behind.*not yet valid \(iat\)/,
  ],
  [
    '§12 a clock so far ahead that ID tokens are old',
    'clock',
    leaving(departure(), 'Wed, 25 Nov 2026 12:10:00 GMT'),
    /ahead/,
  ],
  [
    '§12 a claim without which nobody has a name there',
    'claims',
    { client: { claims: ['email'] } },
    /preferred_username/,
  ],
  [
    '§2 an LMS that is sent addresses which nobody verified',
    'claims',
    { client: { claims: ['preferred_username', 'email', 'email_verified'] } },
    /leave it out/,
  ],
  [
    '§9 a client that is told of no log-out',
    'log-out',
    { client: { frontchannel_logout_uri: null } },
    /frontchannel_logout_uri/,
  ],
  [
    '§12 a signature that core does not allow',
    'ID token',
    { client: { id_token_signed_response_alg: 'ES256' } },
    /RS256/,
  ],
  [
    'another server under our address',
    'our discovery',
    { answers: { '/.well-known/openid-configuration': { body: '<html>' } } },
    /another server/,
  ],
  [
    'mit-apps §1 a backend that reads another user info',
    'user info',
    {
      backend: 'ol-oauth2',
      answers: { '/auth/login/ol-oauth2/': { status: 302, headers: { location: departure() } } },
    },
    /userinfo_shape: mit-users-me/,
  ],
  ['§9 a log-out page without our frame', 'log-out page', { answers: { '/logout': {} } }, /IDA_LOGOUT_URI_LIST/],
];
for (const [promise, subject, spoilt, says] of bad) {
  test(`bad, with what to do: ${promise}`, async () => {
    const found = (await check(spoilt)).findings.find((one) => one.subject === subject && one.verdict === 'bad');
    assert.match(found?.detail ?? '', says);
  });
}

const unsure: readonly (readonly [promise: string, subject: string, spoilt: Spoilt, says: RegExp])[] = [
  ['no time in the answer', 'clock', login({ status: 302, headers: { location: departure() } }), /does not say/],
  [
    'names that are not released',
    'claims',
    { client: { claims: ['preferred_username', 'email'] } },
    /name, given_name/,
  ],
  ['a question at the first sign-in', 'consent', { client: { skip_authorization: false } }, /skip_authorization/],
  ['§4 a provider that is not listed', 'login page', { answers: { '/api/mfe_context': { body: '{}' } } }, /visible/],
  ['an LMS without that address', 'login page', { answers: { '/api/mfe_context': { status: 429 } } }, /429/],
  [
    'our address not reached from here',
    'our discovery',
    { answers: { '/.well-known/openid-configuration': new SignInError('provider_unreachable', 'refused') } },
    /not known/,
  ],
  [
    '§9 a log-out that goes elsewhere first',
    'log-out page',
    { answers: { '/logout': { status: 302, headers: { location: `${BROKER}/oauth2/logout?client_id=lms` } } } },
    /oauth2\/logout; the frames/,
  ],
  [
    '§9 a frame of ours is no way back',
    'way back',
    { answers: { '/logout': { body: `<iframe src="${BROKER}/sign-out?no_redirect=1"></iframe><a href="/">` } } },
    /LOGIN_REDIRECT_WHITELIST has sign-in\.example/,
  ],
];
for (const [promise, subject, spoilt, says] of unsure) {
  test(`unsure, with why: ${promise}`, async () => {
    const found = (await check(spoilt)).findings.find((one) => one.subject === subject && one.verdict === 'unsure');
    assert.match(found?.detail ?? '', says);
  });
}

test('§1 redirect_state behind a registered address is right for a client that takes it, and only there', async () => {
  const departs = leaving(departure({ redirect_uri: `${COMPLETE}?redirect_state=s` }));
  const client = { redirect_uri_match: 'django-oauth-toolkit' };
  assert.equal((await check({ ...departs, client })).of('redirect address')?.verdict, 'good');
  const elsewhere = leaving(departure({ redirect_uri: `${LMS}/x/?redirect_state=s` }));
  assert.equal((await check({ ...elsewhere, client })).of('redirect address')?.verdict, 'bad');
});

test('an LMS that cannot be reached is the only finding, and what may be in the way is said', async () => {
  const { findings } = await check(login(new SignInError('provider_unreachable', 'lms.example: connection refused')));
  assert.equal(findings.length, 1);
  assert.match(findings[0]?.detail ?? '', /section outbound/);
});
