/**
 * The modules of the OpenID Foundation's plans for log-out, RP-initiated, back-channel and front-channel, one test each, named after it.
 */
import assert from 'node:assert/strict';
import { createLocalJWKSet, generateKeyPair, type JSONWebKeySet, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
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
  redeem,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const BACK = `${APP}/cb/signed-out`;

async function signedIn(rig: Rig) {
  const browser = appBrowser(rig);
  const { id_token } = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  return { browser, id_token };
}

function logOut(browser: TestBrowser, parameters: Record<string, string>): Promise<Page> {
  return browser.get(`${LOG_OUT}?${new URLSearchParams(parameters)}`, { from: `${APP}/` });
}

async function isSignedIn(browser: TestBrowser): Promise<boolean> {
  const { url } = await browser.get(authorizationUrl('web', { prompt: 'none' }));
  if (url.searchParams.has('code')) return true;
  assert.equal(url.searchParams.get('error'), 'login_required');
  return false;
}

/** A page of ours, and no way to an address that nobody proved. */
function assertHere({ url, redirect, refresh }: Page): void {
  assert.equal(url.origin, BROKER);
  assert.deepEqual([redirect, refresh], [null, null]);
}

/** An error on a page of ours, and nobody was signed out. */
async function assertRefused(browser: TestBrowser, page: Page): Promise<void> {
  assertHere(page);
  assert.equal(page.status, 400);
  assert.equal(await isSignedIn(browser), true);
}

const discovery = async (rig: Rig) =>
  (await (await rig.broker(new Request(`${BROKER}/.well-known/openid-configuration`))).json()) as Record<
    string,
    unknown
  >;

withClients('oidcc-rp-initiated-logout-discovery-endpoint-verification: the endpoint is there', async (rig) => {
  assert.equal((await discovery(rig)).end_session_endpoint, LOG_OUT);
});

withClientsOnEachDatabase(
  'oidcc-rp-initiated-logout: back at the client with its state, and signed out',
  async (rig) => {
    const { browser, id_token } = await signedIn(rig);
    const page = await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: BACK, state: 'x' });
    assert.equal(page.url.href, `${BACK}?state=x`);
    assert.equal(await isSignedIn(browser), false);
  },
);

withClients('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri: an error, and not gone to', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  const parameters = { id_token_hint: id_token, post_logout_redirect_uri: `${APP}/elsewhere`, state: 'x' };
  await assertRefused(browser, await logOut(browser, parameters));
});

withClients('oidcc-rp-initiated-logout-modified-id-token-hint: a hint without a signature is an error', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  const hint = new UnsecuredJWT(claimsIn(id_token)).encode();
  await assertRefused(
    browser,
    await logOut(browser, { id_token_hint: hint, post_logout_redirect_uri: BACK, state: 'x' }),
  );
});

withClients(
  'oidcc-rp-initiated-logout-bad-id-token-hint: a hint that somebody else signed is an error',
  async (rig) => {
    const { browser, id_token } = await signedIn(rig);
    const { privateKey } = await generateKeyPair('RS256');
    const hint = await new SignJWT(claimsIn(id_token))
      .setProtectedHeader({ alg: 'RS256', kid: 'rs256-1' })
      .sign(privateKey);
    await assertRefused(
      browser,
      await logOut(browser, { id_token_hint: hint, post_logout_redirect_uri: BACK, state: 'x' }),
    );
  },
);

/** The person is asked, and yes ends it here, without an address that nobody proved. */
async function assertAskedHere(rig: Rig, parameters: Record<string, string>): Promise<void> {
  const { browser } = await signedIn(rig);
  const asked = await logOut(browser, parameters);
  assertHere(asked);
  assert.equal(await isSignedIn(browser), true);
  assertHere(await browser.submit(asked, 'confirm-yes'));
  assert.equal(await isSignedIn(browser), false);
}

withClients('oidcc-rp-initiated-logout-no-id-token-hint: asked, and no address without a client', (rig) =>
  assertAskedHere(rig, { post_logout_redirect_uri: BACK, state: 'x' }),
);
withClients('oidcc-rp-initiated-logout-no-params: asked', (rig) => assertAskedHere(rig, {}));
withClients('oidcc-rp-initiated-logout-only-state: asked', (rig) => assertAskedHere(rig, { state: 'x' }));

withClients('oidcc-rp-initiated-logout-no-post-logout-redirect-uri: signed out, on a page of ours', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  assertHere(await logOut(browser, { id_token_hint: id_token, state: 'x' }));
  assert.equal(await isSignedIn(browser), false);
});

withClients('oidcc-rp-initiated-logout-no-state: back at the client without one', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  assert.equal((await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: BACK })).url.href, BACK);
  assert.equal(await isSignedIn(browser), false);
});

withClients(
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri: an error, and not gone to',
  async (rig) => {
    const { browser, id_token } = await signedIn(rig);
    const parameters = { id_token_hint: id_token, post_logout_redirect_uri: `${BACK}?foo=bar`, state: 'x' };
    await assertRefused(browser, await logOut(browser, parameters));
  },
);

withClients('oidcc-backchannel-logout-discovery-endpoint-verification: it is supported, with sid', async (rig) => {
  const found = await discovery(rig);
  assert.equal(found.backchannel_logout_supported, true);
  assert.equal(found.backchannel_logout_session_supported, true);
});

withClientsOnEachDatabase('oidcc-backchannel-rp-initiated-logout: a valid logout token arrives', async (rig) => {
  const address = 'https://web-server.test/backchannel';
  const told = clientsInYaml().replace('client_id: web\n', `client_id: web\n    backchannel_logout_uri: ${address}\n`);
  await rig.configure({ moreClients: told });
  const received: string[] = [];
  rig.serve('https://web-server.test', async (request) => {
    received.push(new URLSearchParams(await request.text()).get('logout_token') ?? '');
    return new Response(null, { status: 200 });
  });
  const { browser, id_token } = await signedIn(rig);
  await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: BACK });
  await rig.clientEvents.settle();
  assert.equal(received.length, 1);
  const jwks = (await (await rig.broker(new Request(`${BROKER}/oauth2/jwks`))).json()) as JSONWebKeySet;
  const options = {
    ...{
      issuer: BROKER,
      audience: 'web',
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'events', 'sub', 'sid'],
    },
    currentDate: new Date(rig.clock.environment.now()),
  };
  const { payload } = await jwtVerify(received[0] ?? '', createLocalJWKSet(jwks), options);
  const { sub, sid } = claimsIn(id_token);
  assert.deepEqual([payload.sub, payload.sid], [sub, sid]);
  assert.deepEqual(payload.events, { 'http://schemas.openid.net/event/backchannel-logout': {} });
  assert.ok(!('nonce' in payload));
});

withClients('oidcc-frontchannel-logout-discovery-endpoint-verification: it is supported, with sid', async (rig) => {
  const found = await discovery(rig);
  assert.equal(found.frontchannel_logout_supported, true);
  assert.equal(found.frontchannel_logout_session_supported, true);
});

withClients('oidcc-frontchannel-rp-initiated-logout: a frame with iss and sid, and then back', async (rig) => {
  const members = `frontchannel_logout_uri: ${APP}/frame?app=1\n    frontchannel_logout_session_required: true`;
  await rig.configure({ moreClients: clientsInYaml().replace('client_id: web\n', `client_id: web\n    ${members}\n`) });
  const { browser, id_token } = await signedIn(rig);
  const page = await logOut(browser, { id_token_hint: id_token, post_logout_redirect_uri: BACK, state: 'x' });
  const [frame] = page.document.all('iframe');
  const opened = new URL(frame?.attribute('src') ?? '');
  assert.equal(`${opened.origin}${opened.pathname}`, `${APP}/frame`);
  const { sid } = claimsIn(id_token);
  assert.deepEqual(Object.fromEntries(opened.searchParams), { app: '1', iss: BROKER, sid });
  assert.equal(page.get('continue').attribute('href'), `${BACK}?state=x`);
  assert.equal(await isSignedIn(browser), false);
});
