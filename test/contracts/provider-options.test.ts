/**
 * No definition can switch a protection off (DESIGN §5): every setting of every vendor, with every value that its schema
 * lists and with values made to take something away.
 *
 * The settings are read from the schema itself, so a setting that is added tomorrow is tried too. A value that the
 * schema refuses can do no harm; one of a closed list must be tried.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import { codeChallenge } from '../../src/crypto.ts';
import { SignInError } from '../../src/errors.ts';
import type { OutboundRequest, OutboundResponse } from '../../src/http.ts';
import type { JsonObject } from '../../src/model.ts';
import type { ProviderContext, RedirectProvider, Start } from '../../src/providers/provider.ts';
import { vendors } from '../../src/providers/registry.ts';
import { createRedirectProvider } from '../../src/providers/testing.ts';
import { formFixtures } from './provider-fixtures-form.ts';
import { oauth1Fixtures } from './provider-fixtures-oauth1.ts';
import { oauth2Fixtures } from './provider-fixtures-oauth2.ts';
import { openIdFixtures } from './provider-fixtures-oidc.ts';

const fixtures = [...oauth2Fixtures, ...openIdFixtures, ...oauth1Fixtures];
const origin = 'http://localhost:4401';
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

type Settings = { readonly [name: string]: unknown };
type Schema = z.core.JSONSchema.BaseSchema;

// ------------------------------------------------------------------------------------------------ what is tried

const hostileQuery =
  'state=mine&nonce=mine&code_challenge=mine&code_challenge_method=plain&response_type=token&redirect_uri=https://evil.test';
const hostileTexts = ['', 'none', 'null', 'state', 'nonce', 'error', `${origin}/a?${hostileQuery}`, `?${hostileQuery}`];

/** Values of one setting: all that a closed list has, and some that an open one should not have. */
function valuesOf(schema: Schema, written: unknown): { readonly closed: unknown[]; readonly open: unknown[] } {
  const branches = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])] as Schema[];
  if (branches.length > 0) {
    const all = branches.map((branch) => valuesOf(branch, written));
    return { closed: all.flatMap(({ closed }) => closed), open: all.flatMap(({ open }) => open) };
  }
  if (schema.enum !== undefined) return { closed: [...schema.enum], open: [] };
  if (schema.const !== undefined) return { closed: [schema.const], open: [] };
  if (schema.type === 'boolean') return { closed: [true, false], open: [] };
  if (schema.type === 'array') return { closed: [], open: [[], ...hostileTexts.map((text) => [text])] };
  if (schema.type === 'object' && schema.properties !== undefined) return valuesOfMembers(schema, written);
  if (schema.type === 'object') return { closed: [], open: [{ x: 'mine' }, { invalid_grant: 'unreachable' }] };
  return { closed: [], open: [...hostileTexts, 0, 1, 86_400] };
}

function valuesOfMembers({ properties = {}, default: schemaDefault }: Schema, written: unknown) {
  const stated = written ?? schemaDefault;
  const base = typeof stated === 'object' && stated !== null ? stated : {};
  const all = Object.entries(properties).map(([name, member]) => {
    const before = Object.entries(base).find(([other]) => other === name)?.[1];
    const { closed, open } = valuesOf(member as Schema, before);
    const within = (value: unknown) => ({ ...base, [name]: value });
    return { closed: closed.map(within), open: open.map(within) };
  });
  return { closed: all.flatMap(({ closed }) => closed), open: all.flatMap(({ open }) => open) };
}

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();

/** What some values need beside them, or cannot stand beside them (undefined). Tried when the schema refuses a value alone. */
const companions: readonly Settings[] = [
  { client_secret: 'secret-of-the-client', web_service_user: 'user', web_service_password: 'password-of-the-user' },
  { client_secret: undefined },
  { client_secret: undefined, web_service_user: undefined, web_service_password: undefined },
  { protocol: 'oidc', issuer: `${origin}/realms/practica`, base_url: undefined },
  { protocol: 'oauth2', base_url: origin, issuer: undefined, trust_verified_email: false },
  { private_key: privateKey, consumer_secret: undefined },
  { authorization_host: undefined, api_host: undefined },
];

/** Dialects that need others of their own members. */
const basicDialect = {
  subject_members: ['id'],
  client_authentication: 'client_secret_post',
  access_token_in: { header: 'accessToken' },
};

interface Attempt {
  readonly setting: string;
  readonly value: unknown;
  readonly settings: Settings | null;
}

function attemptsOn(vendor: (typeof vendors)[number], base: Settings): readonly Attempt[] {
  const { properties = {} } = z.toJSONSchema(vendor.settings, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).flatMap(([setting, schema]) => {
    const { closed, open } = valuesOf(schema as Schema, base[setting]);
    const attempt = (value: unknown): Attempt => ({
      setting,
      value,
      settings: acceptable(vendor, base, setting, value),
    });
    const mustBeTried = closed.map(attempt);
    for (const { value, settings } of mustBeTried) {
      assert.ok(settings !== null, `${vendor.vendor}.${setting}: ${JSON.stringify(value)} could not be tried`);
    }
    // As it is, and left out, too: where no other value is acceptable the schema itself is the protection.
    return [...mustBeTried, ...[...open, base[setting], undefined].map(attempt)];
  });
}

/** Settings with this value that the schema takes; null when it takes none. */
function acceptable(
  vendor: (typeof vendors)[number],
  base: Settings,
  setting: string,
  value: unknown,
): Settings | null {
  const dialect = typeof value === 'object' && value !== null && setting === 'dialect' ? value : {};
  const values = [value, ...(setting === 'dialect' ? [{ ...basicDialect, ...dialect, ...pick(dialect) }] : [])];
  for (const tried of values) {
    for (const beside of [{}, ...companions]) {
      const known = Object.entries(beside).filter(([name]) => name in vendor.settings.shape && name !== setting);
      const settings = { ...base, ...Object.fromEntries(known), [setting]: tried };
      if (vendor.settings.safeParse(settings).success) return settings;
    }
  }
  return null;
}

/** A dialect in which only what was asked for differs from one that works with a web-service user. */
function pick(dialect: object): object {
  return 'web_service_authentication' in dialect && dialect.web_service_authentication === 'basic' ? basicDialect : {};
}

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
  const names = ['id', 'ID', 'sub', 'idUsuario', 'id_str', 'user_id', 'state', 'nonce', 'none', 'null'];
  const members = Object.fromEntries(names.map((name) => [name, value]));
  return { ...members, data: members, person: members };
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

for (const vendor of vendors.filter(({ vendor }) => !formFixtures.some((ours) => ours.vendor === vendor))) {
  test(`no setting of ${vendor.vendor} switches a protection off`, async (t) => {
    const fixture = fixtures.find((candidate) => candidate.vendor === vendor.vendor);
    assert.ok(fixture, 'every vendor has a fixture');
    const base = fixture.settings(origin);
    await assertProtected(vendor.vendor, base);
    if (!speaksOpenId(vendor.vendor, base)) await assertLetsIn(vendor.vendor, base);
    const attempts = attemptsOn(vendor, base);
    const tried = new Set<string>();
    for (const { setting, value, settings } of attempts) {
      if (settings === null) continue;
      await assertProtected(vendor.vendor, settings).catch((error: unknown) => {
        throw new Error(`${setting}: ${JSON.stringify(value)}`, { cause: error });
      });
      tried.add(setting);
    }
    t.diagnostic(`${tried.size} settings, ${attempts.filter(({ settings }) => settings !== null).length} values`);
    assert.deepEqual([...tried].sort(), Object.keys(vendor.settings.shape).sort());
  });
}
