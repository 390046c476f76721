/**
 * Every route of the broker, each with requests that show its different answers: what the tests of headers, cookies and
 * methods walk through. A route that is missing here fails the build.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import type { TestBrowser } from '../browser.ts';
import { ownWays } from '../flows/own-ways.ts';
import { addressOf, invite, tryOut } from '../flows/provider-tests.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  clientsInYaml,
  codeIn,
  redeem,
  redemption,
  signInAs,
} from '../oidc/relying-party.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';

export function surfaceTest(
  promise: string,
  body: (rig: Rig) => Promise<void>,
  options: Parameters<typeof withOneRig>[2] = {},
): void {
  withOneRig(promise, body, { moreClients: clientsInYaml(), ...ownWays, ...options });
}

/** Our own routes, as the source writes them. `*` only looks for registered callback addresses. */
export function routesInSource(): string[] {
  return globSync('src/**/*.ts', { exclude: (name) => name.endsWith('.test.ts') })
    .flatMap((file) => [
      ...readFileSync(file, 'utf8').matchAll(/\bapp\.(get|post|put|patch|delete|all|on)\(\s*'([^']+)'/g),
    ])
    .map(([, method, path]) => `${method?.toUpperCase()} ${path}`)
    .sort();
}

/** Routes that a browser changes something with; every one of them takes a form of ours. */
export const formRoutes = [
  'POST /account/apps/revoke',
  'POST /account/data/delete',
  'POST /account/data/download',
  'POST /account/emails/add',
  'POST /account/emails/make-primary',
  'POST /account/emails/remove',
  'POST /account/emails/undo',
  'POST /account/emails/verify',
  'POST /account/identities/connect',
  'POST /account/identities/disconnect',
  'POST /account/merge',
  'POST /account/merge/prove',
  'POST /account/password/again',
  'POST /account/password/choose',
  'POST /account/sessions/end',
  'POST /account/sessions/end-others',
  'POST /lti/continue',
  'POST /oauth2/interaction/:uid/consent',
  'POST /sign-in/:provider',
  'POST /sign-in/mail',
  'POST /sign-in/prove',
  'POST /sign-in/step',
  'POST /sign-in/test',
  'POST /sign-out',
] as const;

export const readRoutes = [
  'GET *',
  'GET /',
  'GET /account',
  'GET /account/apps',
  'GET /account/data',
  'GET /account/data/delete',
  'GET /account/data/deleted',
  'GET /account/emails',
  'GET /account/emails/remove',
  'GET /account/emails/undo',
  'GET /account/emails/undone',
  'GET /account/emails/verify',
  'GET /account/identities',
  'GET /account/identities/disconnect',
  'GET /account/merge',
  'GET /account/password',
  'GET /account/sessions',
  'GET /assets/:file',
  'GET /callback/:provider',
  'GET /healthz',
  'GET /oauth2/interaction/:uid',
  'GET /oauth2/interaction/:uid/cancel',
  'GET /readyz',
  'GET /sign-in',
  'GET /sign-in/:provider',
  'GET /sign-in/mail',
  'GET /sign-in/mail/done',
  'GET /sign-in/progress',
  'GET /sign-in/step',
  'GET /sign-in/test',
  'GET /sign-out',
] as const;

const accountPages = [
  ...['/account/emails', '/account/identities', '/account/password', '/account/emails/remove?email=x'],
  ...['/account/emails/undo?token=x', '/account/emails/undo', '/account/emails/undone', '/account/sessions'],
  ...['/account/merge', '/account/merge?proof=x', '/account/apps', '/account/data'],
  ...['/account/data/delete', '/account/data/deleted?moment=x'],
];

export interface Seen {
  readonly what: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** One answer of each kind: pages, redirects, refusals, errors, files, JSON. `sessionBrowser` is signed in. */
export async function crawl(rig: Rig): Promise<Seen[]> {
  const seen: Seen[] = [];
  const look = async (what: string, request: Request | Promise<Request>) => {
    const response = await rig.broker(await request);
    seen.push({ what, status: response.status, headers: response.headers, body: await response.text() });
  };
  const browser = appBrowser(rig);
  const { id_token } = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  const signedIn = () => ({ cookie: cookieOf(browser) });
  const get = (path: string, headers: Record<string, string> = {}) => new Request(`${BROKER}${path}`, { headers });
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    new Request(`${BROKER}${path}`, {
      method: 'POST',
      body,
      headers: { origin: BROKER, 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });

  for (const path of ['/', '/sign-in', '/sign-in/llave-mx', '/sign-in/unknown', '/sign-in/step?id=x', '/sign-out']) {
    await look(`GET ${path}`, get(path));
  }
  for (const path of ['/account', '/healthz', '/readyz', '/assets/x.css', '/nowhere', '/callback/llave-mx?state=x']) {
    await look(`GET ${path}`, get(path));
  }
  for (const path of ['/', '/account', '/sign-out', '/sign-in', ...accountPages]) {
    await look(`GET ${path} signed in`, get(path, signedIn()));
  }
  const home = await browser.get(`${BROKER}/nowhere`);
  const stylesheet = home.document.all('link').find((link) => link.attribute('rel') === 'stylesheet');
  await look('the stylesheet', get(stylesheet?.attribute('href') ?? assert.fail('no stylesheet')));
  const visitor = appBrowser(rig);
  const chooser = await visitor.get(`${BROKER}/sign-in`);
  await look('the chooser', get(chooser.url.pathname + chooser.url.search, { cookie: cookieOf(visitor) }));

  for (const path of ['/sign-in/mail', '/sign-in/mail?token=x', '/sign-in/mail/done?id=x', '/sign-in/progress?id=x']) {
    await look(`GET ${path}`, get(path));
  }
  const invitation = await invite(rig, 'llave-mx');
  await look('a test that is not opened', get(addressOf(invitation).slice(BROKER.length)));
  await look('a test of nobody', get('/sign-in/test?id=x'));
  await look('a wrong code of a test', post('/sign-in/test', `id=${invitation.id}&code=x`));
  const { page: people } = await tryOut(rig, visitor, 'llave-mx');
  const { url: report } = await visitor.submit(people, 'person-nacional');
  await look('the report of a test', get(report.pathname + report.search, { cookie: cookieOf(visitor) }));
  for (const slug of ['email', 'password']) {
    const { url } = await visitor.get(`${BROKER}/sign-in/${slug}`);
    await look(`the first form of ${slug}`, get(url.pathname + url.search, { cookie: cookieOf(visitor) }));
  }

  await look('POST without origin', post('/sign-out', '', { origin: 'https://evil.test' }));
  await look('POST /sign-out without token', post('/sign-out', 'answer=yes', signedIn()));
  await look('POST too large', post('/sign-in/step', `x=${'x'.repeat(100_000)}`));
  await look('POST not a form', post('/sign-in/step', '{}', { 'content-type': 'application/json' }));
  await look('PUT', new Request(`${BROKER}/account`, { method: 'PUT', headers: { origin: BROKER } }));

  await look('discovery', get('/.well-known/openid-configuration'));
  await look('keys', get('/oauth2/jwks'));
  await look('an authorization request', new Request(authorizationUrl('web')));
  await look('one that is wrong', new Request(authorizationUrl('web', { redirect_uri: 'https://evil.test' })));
  await look('one that fails', new Request(authorizationUrl('web', { prompt: 'none' })));
  await look(
    'form_post that fails',
    new Request(authorizationUrl('web', { prompt: 'none', response_mode: 'form_post' })),
  );
  const posted = new Request(authorizationUrl('web', { response_mode: 'form_post' }), { headers: signedIn() });
  await look('form_post that succeeds', posted);
  await look('a token request that fails', redemption('web', 'invented'));
  await look('a token request without a client', post('/oauth2/token', 'grant_type=authorization_code'));
  await look('a token request too large', post('/oauth2/token', `x=${'x'.repeat(200_000)}`));
  await look('a token request of another type', post('/oauth2/token', '{}', { 'content-type': 'application/json' }));
  await look('tokens', redemption('web', codeIn((await browser.get(authorizationUrl('web'))).url)));
  await look('user info without a token', get('/oauth2/userinfo'));
  await look('log-out that asks', get('/oauth2/logout', signedIn()));
  await look('log-out that is wrong', get('/oauth2/logout?id_token_hint=x'));
  await look('log-out that is confirmed wrongly', post('/oauth2/logout/confirm', 'logout=yes', signedIn()));
  await look('after log-out', get('/oauth2/logout/success'));
  await look('an unknown OpenID address', get('/oauth2/nowhere'));
  await look('an interaction of nobody', get('/oauth2/interaction/x'));
  await look('an unknown address below it', get('/oauth2/interaction/x/nowhere'));

  const asking = appBrowser(rig);
  const consent = await signInAs(asking, await asking.get(authorizationUrl('asking')), 'nacional');
  seen.push({ what: 'the consent page', status: consent.status, headers: consent.headers, body: consent.body });

  rig.breakDatabase(() => 'fails before');
  for (const path of ['/', '/sign-in', '/account', '/readyz'])
    await look(`${path} without a database`, get(path, signedIn()));
  await look('an authorization request without a database', new Request(authorizationUrl('web')));
  await look('a token request without a database', redemption('web', 'invented'));
  rig.breakDatabase(() => {
    throw new Error('a fault of ours');
  });
  await look('/account with a fault', get('/account', signedIn()));
  await look('an authorization request with a fault', new Request(authorizationUrl('web')));
  rig.breakDatabase(null);

  await look('log-out with a hint', get(`/oauth2/logout?id_token_hint=${id_token}`, signedIn()));
  return seen;
}

/** The cookies that this browser would send to the broker. */
export function cookieOf(browser: TestBrowser): string {
  return browser
    .cookies('broker.test')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
}

const tables = ['users', 'identities', 'emails', 'user_identifiers', 'sessions'] as const;

/** Everything durable about people, for comparing before and after (DIFF=∅); when a session was last seen aside. */
export async function dump(rig: Rig): Promise<string> {
  const parts: string[] = [];
  for (const table of tables) {
    const rows = await rig.databases.durable.all({ shape: [`select * from ${table}`], values: [] });
    parts.push(table, ...rows.map(({ last_seen_at, ...row }) => JSON.stringify(row)).sort());
  }
  return parts.join('\n');
}
