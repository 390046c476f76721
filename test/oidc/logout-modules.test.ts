/**
 * The OpenID Foundation's plans for log-out at an OpenID provider, module by module: RP-initiated, back-channel and
 * front-channel. Each test bears its module's name, and asserts what the module does.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  claimsIn,
  clientsInYaml,
  codeIn,
  LOG_OUT,
  type RequestParameters,
  redeem,
  withClients,
} from './relying-party.ts';

/** As the suite has them. None may vanish from this file, nor from here. */
const modules = [
  'oidcc-rp-initiated-logout-discovery-endpoint-verification',
  'oidcc-rp-initiated-logout',
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri',
  'oidcc-rp-initiated-logout-modified-id-token-hint',
  'oidcc-rp-initiated-logout-bad-id-token-hint',
  'oidcc-rp-initiated-logout-no-id-token-hint',
  'oidcc-rp-initiated-logout-no-params',
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri',
  'oidcc-rp-initiated-logout-no-state',
  'oidcc-rp-initiated-logout-only-state',
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
  'oidcc-backchannel-logout-discovery-endpoint-verification',
  'oidcc-backchannel-rp-initiated-logout',
  'oidcc-frontchannel-logout-discovery-endpoint-verification',
  'oidcc-frontchannel-rp-initiated-logout',
];

test('every module of the three plans has its test', () => {
  const source = readFileSync(new URL(import.meta.url), 'utf8');
  const tested = [...source.matchAll(/^withClients\(\s*'(oidcc-[\w-]+)/gm)].map(([, name]) => name);
  assert.deepEqual(tested, modules);
});

const SIGNED_OUT = `${APP}/cb/signed-out`;
const BACK_CHANNEL = 'https://web-server.test/back-channel';
const FRONT_CHANNEL = `${APP}/front-channel?app=1`;

interface SignedIn {
  readonly rig: Rig;
  readonly browser: TestBrowser;
  readonly idToken: string;
}

async function signedIn(rig: Rig): Promise<SignedIn> {
  const browser = appBrowser(rig);
  const { id_token: idToken } = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  return { rig, browser, idToken };
}

function logOut({ browser }: SignedIn, parameters: RequestParameters): Promise<Page> {
  const url = new URL(LOG_OUT);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.append(name, value);
  return browser.get(url, { from: `${APP}/` });
}

async function discovered(rig: Rig): Promise<Record<string, unknown>> {
  const response = await rig.broker(new Request(`${BROKER}/.well-known/openid-configuration`));
  return (await response.json()) as Record<string, unknown>;
}

/** What the suite does after each log-out: a silent request. */
async function assertSession({ browser }: SignedIn, expected: 'over' | 'alive'): Promise<void> {
  const { url } = await browser.get(authorizationUrl('web', { prompt: 'none' }));
  if (expected === 'over') assert.equal(url.searchParams.get('error'), 'login_required');
  else codeIn(url);
}

/** The person is asked on a page of ours, or told of an error there; the browser is sent nowhere. */
function assertNotSentOn(page: Page, status: 200 | 400): void {
  assert.equal(page.url.origin, BROKER);
  assert.equal(page.status, status);
  if (status === 200) page.get('confirm-yes');
}

withClients('oidcc-rp-initiated-logout-discovery-endpoint-verification', async (rig) => {
  assert.equal((await discovered(rig)).end_session_endpoint, LOG_OUT);
});

withClients('oidcc-rp-initiated-logout: with hint, address and state it ends and goes there', async (rig) => {
  const given = await signedIn(rig);
  const wanted = { id_token_hint: given.idToken, post_logout_redirect_uri: SIGNED_OUT, state: 'practice' };
  assert.equal((await logOut(given, wanted)).url.href, `${SIGNED_OUT}?state=practice`);
  await assertSession(given, 'over');
});

withClients('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', async (rig) => {
  const given = await signedIn(rig);
  const wanted = { id_token_hint: given.idToken, post_logout_redirect_uri: `${APP}/elsewhere`, state: 'practice' };
  assertNotSentOn(await logOut(given, wanted), 400);
  await assertSession(given, 'alive');
});

withClients('oidcc-rp-initiated-logout-modified-id-token-hint: alg none', async (rig) => {
  const given = await signedIn(rig);
  const header = Buffer.from('{"alg":"none"}').toString('base64url');
  const hint = `${header}.${given.idToken.split('.')[1]}.`;
  assertNotSentOn(await logOut(given, { id_token_hint: hint, post_logout_redirect_uri: SIGNED_OUT }), 400);
  await assertSession(given, 'alive');
});

withClients('oidcc-rp-initiated-logout-bad-id-token-hint: signed by somebody else', async (rig) => {
  const given = await signedIn(rig);
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const { kid } = JSON.parse(Buffer.from(given.idToken.split('.')[0] ?? '', 'base64url').toString());
  assert.ok((await exportJWK(privateKey)).n);
  const hint = await new SignJWT(claimsIn(given.idToken)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey);
  assertNotSentOn(await logOut(given, { id_token_hint: hint, post_logout_redirect_uri: SIGNED_OUT }), 400);
  await assertSession(given, 'alive');
});

withClients('oidcc-rp-initiated-logout-no-id-token-hint', async (rig) => {
  const given = await signedIn(rig);
  assertNotSentOn(await logOut(given, { post_logout_redirect_uri: SIGNED_OUT, state: 'practice' }), 200);
  await assertSession(given, 'alive');
});

withClients('oidcc-rp-initiated-logout-no-params: asks, and yes ends the session', async (rig) => {
  const given = await signedIn(rig);
  const asked = await logOut(given, {});
  assertNotSentOn(asked, 200);
  const done = await given.browser.submit(asked, 'confirm-yes');
  assert.equal(done.url.href, `${BROKER}/sign-out`);
  await assertSession(given, 'over');
});

withClients('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async (rig) => {
  const given = await signedIn(rig);
  const done = await logOut(given, { id_token_hint: given.idToken, state: 'practice' });
  assert.equal(done.url.href, `${BROKER}/sign-out`);
  await assertSession(given, 'over');
});

withClients('oidcc-rp-initiated-logout-no-state', async (rig) => {
  const given = await signedIn(rig);
  const done = await logOut(given, { id_token_hint: given.idToken, post_logout_redirect_uri: SIGNED_OUT });
  assert.equal(done.url.href, SIGNED_OUT);
  await assertSession(given, 'over');
});

withClients('oidcc-rp-initiated-logout-only-state', async (rig) => {
  const given = await signedIn(rig);
  assertNotSentOn(await logOut(given, { state: 'practice' }), 200);
  await assertSession(given, 'alive');
});

withClients('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', async (rig) => {
  const given = await signedIn(rig);
  const wanted = { id_token_hint: given.idToken, post_logout_redirect_uri: `${SIGNED_OUT}?extra=1` };
  assertNotSentOn(await logOut(given, wanted), 400);
  await assertSession(given, 'alive');
});

withClients('oidcc-backchannel-logout-discovery-endpoint-verification', async (rig) => {
  const found = await discovered(rig);
  assert.equal(found.backchannel_logout_supported, true);
  assert.equal(found.backchannel_logout_session_supported, true);
});

withClients('oidcc-backchannel-rp-initiated-logout', async (rig) => {
  await rig.configure({ moreClients: withMember(`backchannel_logout_uri: ${BACK_CHANNEL}`) });
  const told: Record<string, unknown>[] = [];
  rig.serve(new URL(BACK_CHANNEL).origin, async (request) => {
    told.push(claimsIn(new URLSearchParams(await request.text()).get('logout_token') ?? ''));
    return new Response(null, { status: 200 });
  });
  const given = await signedIn(rig);
  await logOut(given, { id_token_hint: given.idToken, post_logout_redirect_uri: SIGNED_OUT });
  await rig.clientEvents.settle();
  const { sub, sid } = claimsIn(given.idToken);
  assert.equal(told.length, 1);
  assert.deepEqual([told[0]?.sub, told[0]?.sid, told[0]?.aud, told[0]?.iss], [sub, sid, 'web', BROKER]);
  await assertSession(given, 'over');
});

withClients('oidcc-frontchannel-logout-discovery-endpoint-verification', async (rig) => {
  const found = await discovered(rig);
  assert.equal(found.frontchannel_logout_supported, true);
  assert.equal(found.frontchannel_logout_session_supported, true);
});

withClients('oidcc-frontchannel-rp-initiated-logout: the frame has iss and sid, and then it goes back', async (rig) => {
  const members = `frontchannel_logout_uri: ${FRONT_CHANNEL}\n    frontchannel_logout_session_required: true`;
  await rig.configure({ moreClients: withMember(members) });
  const given = await signedIn(rig);
  const wanted = { id_token_hint: given.idToken, post_logout_redirect_uri: SIGNED_OUT, state: 'practice' };
  const page = await logOut(given, wanted);
  const [frame] = page.document.all('iframe');
  const opened = new URL(frame?.attribute('src') ?? '');
  assert.equal(`${opened.origin}${opened.pathname}`, `${APP}/front-channel`);
  const { sid } = claimsIn(given.idToken);
  assert.deepEqual(Object.fromEntries(opened.searchParams), { app: '1', iss: BROKER, sid });
  assert.equal(page.get('continue').attribute('href'), `${SIGNED_OUT}?state=practice`);
  await assertSession(given, 'over');
});

/** The clients, of which `web` has this member too. */
function withMember(member: string): string {
  return clientsInYaml().replace('  - client_id: web\n', (line) => `${line}    ${member}\n`);
}
