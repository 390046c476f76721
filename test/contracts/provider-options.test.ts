/**
 * No definition can switch a protection off (DESIGN §5): every setting of every vendor, with every value that may be
 * written there.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { codeChallenge } from '../../src/crypto.ts';
import { SignInError } from '../../src/errors.ts';
import type { OutboundRequest, OutboundResponse } from '../../src/http.ts';
import type { JsonObject } from '../../src/model.ts';
import type { ProviderContext, RedirectProvider, Start } from '../../src/providers/provider.ts';
import { vendors } from '../../src/providers/registry.ts';
import { createRedirectProvider } from '../../src/providers/testing.ts';
import { assertFormProtected } from './form-protections.ts';
import { formFixtures } from './provider-fixtures-form.ts';
import { oauth1Fixtures } from './provider-fixtures-oauth1.ts';
import { oauth2Fixtures } from './provider-fixtures-oauth2.ts';
import { openIdFixtures } from './provider-fixtures-oidc.ts';
import { attemptsOn, hostileQuery, origin, type Settings } from './setting-values.ts';

const fixtures = [...oauth2Fixtures, ...openIdFixtures, ...oauth1Fixtures];
const redirectUri = 'https://broker.test/callback/up';
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const request = {
  redirectUri,
  state: 'state-of-the-engine',
  nonce: 'nonce-of-the-engine',
  locale: 'en',
  loginHint: null,
} as const;
const now = Date.UTC(2026, 0, 15, 12);

// ------------------------------------------------------------------------------------------------ what must hold

const json = (body: unknown): OutboundResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const form = (body: string): OutboundResponse => ({ status: 200, headers: {}, body });

/** A world whose provider says what its metadata must say, and to everything else the given answer. */
function worldWith(answer: (asked: OutboundRequest) => OutboundResponse) {
  const asked: OutboundRequest[] = [];
  const context: ProviderContext = {
    now: () => now,
    randomBytes: (count) => new Uint8Array(count).fill(7),
    outbound: async (sent) => {
      const { href } = sent.url;
      const issuer = /^(.*)\/\.well-known\/openid-configuration$/.exec(href)?.[1];
      if (issuer !== undefined) return json(metadataOf(issuer));
      asked.push(sent);
      return answer(sent);
    },
  };
  return { context, asked };
}

const temporary = 'oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true';
const metadataOf = (issuer: string) => ({
  issuer,
  authorization_endpoint: new URL(`/authorize?${hostileQuery}`, issuer).href,
  token_endpoint: new URL('/token', issuer).href,
  jwks_uri: new URL('/jwks', issuer).href,
  userinfo_endpoint: new URL('/userinfo', issuer).href,
});

const unsigned = [{ alg: 'none' }, { iss: origin, aud: 'llavero', sub: 'a', iat: now / 1000, exp: now / 1000 + 60 }]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');
const token = { access_token: 't', accessToken: 't', token_type: 'Bearer', tokenType: 'Bearer' };

/** Where the providers of the contract say who somebody is; and names that a hostile setting would take for one. */
const places = fixtures.flatMap(({ subject }) => (subject.from === 'user data' ? [subject.place] : []));
const subjectNames = new Set(['sub', 'state', 'nonce', 'none', 'null', ...places.flatMap(({ members }) => members)]);

/** Answers that no provider may get anybody signed in with. */
const answers: readonly (readonly [what: string, answer: OutboundResponse])[] = [
  ['an error inside status 200', json({ ...token, error: 'x', id: 'a', sub: 'a', data: { id: 'a' } })],
  ['a redirect', { ...json(token), status: 302, headers: { location: 'https://evil.test/' } }],
  ['a page', { ...json(token), headers: { 'content-type': 'text/html' } }],
  ['status 500', { ...json({ ...token, id: 'a' }), status: 500 }],
  ['nobody', json({ ...token, id_token: `${unsigned}.` })],
  ['an empty subject', json({ ...token, ...subjectsThatAre('') })],
  ['a null subject', json({ ...token, ...subjectsThatAre('null') })],
];

function subjectsThatAre(value: string): JsonObject {
  const members = Object.fromEntries([...subjectNames].map((name) => [name, value]));
  const inside = places.map(({ within }) =>
    within.reduceRight<JsonObject>((inner, name) => ({ [name]: inner }), members),
  );
  return Object.assign({ ...members }, ...inside);
}

/** Only these two say so, each for a product that knows no PKCE, and neither without a secret of the client. */
function mayLackPkce(settings: Settings, vendor: string): boolean {
  const isDeclared =
    (vendor === 'llave-mx' && settings.mode === 'web') ||
    (vendor === 'wordpress' && settings.plugin_generation === 'old');
  return isDeclared && typeof settings.client_secret === 'string';
}

async function assertProtected(vendor: string, settings: Settings): Promise<void> {
  const provider = createRedirectProvider(vendors, { slug: 'up', vendor, settings });
  // The first answer of OAuth 1.0a; the other protocols send people away without a call.
  const world = worldWith(() => form(temporary));
  const start = await provider.start({ ...request, codeChallenge: codeChallenge(codeVerifier) }, world.context);
  const isOAuth1 = 'consumer_key' in settings;
  if (isOAuth1) assertSignedState(start, world.asked);
  else {
    assertDeparture(start.redirect.searchParams, mayLackPkce(settings, vendor));
    if (speaksOpenId(vendor, settings)) assertOpenIdDeparture(start.redirect.searchParams);
  }
  if (!isOAuth1) {
    const before = world.asked.length;
    await refuses(provider, start, { code: 'c', iss: 'https://evil.test' }, world.context, 'issuer_mismatch');
    await refuses(provider, start, { error: 'access_denied', code: 'c' }, world.context, 'provider_denied');
    await refuses(provider, start, {}, world.context, 'callback_malformed');
    assert.equal(world.asked.length, before, 'nothing is asked for a callback that is not right');
  }
  const grant = grantOf(settings);
  for (const [what, answer] of answers) {
    await refuses(provider, start, grant, worldWith(() => answer).context, null, what);
    if (isOAuth1) await refuses(provider, start, grant, afterToken(answer), null, what);
  }
}

const grantOf = (settings: Settings): { readonly [name: string]: string } =>
  'consumer_key' in settings ? { oauth_token: 't', oauth_token_secret: 's', oauth_verifier: 'v' } : { code: 'c' };

/** A world whose provider gives token credentials of OAuth 1.0a, and then answers so. */
function afterToken(answer: OutboundResponse): ProviderContext {
  const world = worldWith(() =>
    world.asked.length === 1 ? form('oauth_token=t&oauth_token_secret=s&user_id=a') : answer,
  );
  return world.context;
}

function assertDeparture(parameters: URLSearchParams, withoutPkce: boolean): void {
  assert.deepEqual(parameters.getAll('state'), [request.state]);
  assert.deepEqual(parameters.getAll('response_type'), ['code']);
  const challenge = withoutPkce ? [] : [codeChallenge(codeVerifier)];
  assert.deepEqual(parameters.getAll('code_challenge'), challenge);
  assert.deepEqual(parameters.getAll('code_challenge_method'), withoutPkce ? [] : ['S256']);
  for (const name of ['redirect_uri', 'redirect_url']) {
    for (const value of parameters.getAll(name)) assert.equal(value, redirectUri);
  }
}

function assertOpenIdDeparture(parameters: URLSearchParams): void {
  assert.ok(parameters.get('scope')?.split(' ').includes('openid'));
  assert.deepEqual(parameters.getAll('nonce'), [request.nonce]);
}

/** One vendor speaks either protocol, as its settings say; every other one always speaks its own. */
function speaksOpenId(vendor: string, { protocol }: Settings): boolean {
  if (protocol !== undefined) return protocol === 'oidc';
  return fixtures.some((fixture) => fixture.vendor === vendor && fixture.idToken === true);
}

/** OAuth 1.0a has no `state`: ours stands in the callback address, which the signature covers. */
function assertSignedState({ redirect }: Start, asked: readonly OutboundRequest[]): void {
  const first = asked[0]?.headers.authorization ?? asked[0]?.url.href ?? redirect.href;
  assert.match(first, /oauth_signature_method="?(?:HMAC-SHA1|RSA-SHA1)/);
  assert.match(first, new RegExp(`oauth_callback[^,&]*state%3D${request.state}`));
}

async function refuses(
  provider: RedirectProvider,
  { remembered }: Start,
  parameters: { readonly [name: string]: string },
  context: ProviderContext,
  code: string | null,
  what = JSON.stringify(parameters),
): Promise<void> {
  const finish = { parameters: new Map(Object.entries(parameters)), redirectUri, codeVerifier, nonce: request.nonce };
  await assert.rejects(provider.finish({ ...finish, remembered }, context), (error) => {
    assert.ok(error instanceof SignInError, error instanceof Error ? error.stack : String(error));
    if (code !== null) assert.equal(error.code, code, what);
    return true;
  });
}

/** That answers which differ in nothing but the subject do let somebody in: otherwise the refusals would prove nothing. */
async function assertLetsIn(vendor: string, settings: Settings): Promise<void> {
  const provider = createRedirectProvider(vendors, { slug: 'up', vendor, settings });
  const answer = json({ ...token, ...subjectsThatAre('a') });
  const isOAuth1 = 'consumer_key' in settings;
  const { context } = worldWith(() => form(temporary));
  const { remembered } = await provider.start({ ...request, codeChallenge: codeChallenge(codeVerifier) }, context);
  const parameters = new Map(Object.entries(grantOf(settings)));
  const { profile } = await provider.finish(
    { parameters, redirectUri, codeVerifier, nonce: request.nonce, remembered },
    isOAuth1 ? afterToken(answer) : worldWith(() => answer).context,
  );
  assert.equal(profile.subject, 'a');
}

/** Holds the vendor to its protections with its settings as they are, and with every value of each. */
async function tryEverySetting(
  t: TestContext,
  vendor: (typeof vendors)[number],
  base: Settings,
  hold: (settings: Settings) => Promise<void>,
): Promise<void> {
  await hold(base);
  const attempts = attemptsOn(vendor, base);
  const tried = new Set<string>();
  for (const { setting, value, settings } of attempts) {
    if (settings === null) continue;
    await hold(settings).catch((error: unknown) => {
      throw new Error(`${setting}: ${JSON.stringify(value)}`, { cause: error });
    });
    tried.add(setting);
  }
  t.diagnostic(`${tried.size} settings, ${attempts.filter(({ settings }) => settings !== null).length} values`);
  assert.deepEqual([...tried].sort(), Object.keys(vendor.settings.shape).sort());
}

const isOurs = ({ vendor }: (typeof vendors)[number]) => formFixtures.some((ours) => ours.vendor === vendor);

for (const vendor of vendors.filter((one) => !isOurs(one))) {
  test(`no setting of ${vendor.vendor} switches a protection off`, async (t) => {
    const fixture = fixtures.find((candidate) => candidate.vendor === vendor.vendor);
    assert.ok(fixture, 'every vendor has a fixture');
    const base = fixture.settings(origin);
    if (!speaksOpenId(vendor.vendor, base)) await assertLetsIn(vendor.vendor, base);
    await tryEverySetting(t, vendor, base, (settings) => assertProtected(vendor.vendor, settings));
  });
}

for (const fixture of formFixtures) {
  test(`no setting of ${fixture.vendor} switches a protection off (${fixture.name})`, async (t) => {
    const vendor = vendors.find((one) => one.vendor === fixture.vendor);
    assert.ok(vendor);
    await tryEverySetting(t, vendor, fixture.settings, (settings) => assertFormProtected(fixture, settings));
  });
}
