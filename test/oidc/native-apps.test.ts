/**
 * Apps on a person's own device (RFC 8252): how they are come back to, that nobody else is, and a whole sign-in with Llave MX by a library
 * that we did not write. What Llave MX gives us stays here.
 */
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, LLAVE_MX, type Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  clients,
  codeIn,
  errorOf,
  openidClient,
  random,
  redemption,
  signInAs,
  tokenRequest,
  userInfo,
  withClients,
} from './relying-party.ts';

/** Where the system's browser hands over to the app: an address that it does not open itself. */
async function toApp(browser: TestBrowser, asked: Page): Promise<URL> {
  let page = await browser.submit(asked, 'confirm-yes', {}, { follow: false });
  while (page.redirect?.origin === BROKER) page = await browser.get(page.redirect, { from: page, follow: false });
  return page.redirect ?? assert.fail(`${page.status} ${page.title}`);
}

const ask = (browser: TestBrowser, redirect_uri: string, more: Record<string, string> = {}) =>
  browser.get(authorizationUrl('native', { redirect_uri, ...more }));

const registered = [
  'com.example.app:/cb',
  'http://127.0.0.1:51004/cb',
  'http://127.0.0.1/cb',
  'http://[::1]:9/cb',
  'http://[::1]:65535/cb',
  'http://localhost/cb',
];

const invented = [
  'http://localhost:51004/cb',
  'http://127.0.0.1:51004/cb2',
  'http://127.0.0.1:51004/cb?x=1',
  'http://127.0.0.1:51004/cb/',
  'http://127.0.0.2:1/cb',
  'http://127.1/cb',
  'http://127.0.0.1:51004@evil.test/cb',
  'http://evil.test:51004/cb',
  'http://127.0.0.1.evil.test:51004/cb',
  'https://127.0.0.1:51004/cb',
  'http://127.0.0.1:x/cb',
  'http://[::1]:51004/other',
  'http://[::2]:51004/cb',
  'com.example.app:/cb2',
  'com.example.app://cb',
  'com.example.app.evil:/cb',
  'COM.EXAMPLE.APP:/cb',
];

withClients(
  'A-39 RFC 8252 §7.3 an app is come back to at any port of this machine, and each time somebody agreed',
  async (rig) => {
    for (const address of registered) {
      const browser = appBrowser(rig);
      const first = await signInAs(browser, await ask(browser, address), 'nacional');
      for (const asked of [first, await ask(browser, address)]) {
        asked.get('confirm-yes');
        const answer = await toApp(browser, asked);
        assert.ok(answer.href.startsWith(`${address}?`), answer.href);
        codeIn(answer);
        assert.equal(answer.searchParams.get('iss'), BROKER);
      }
      const silent = await browser.get(authorizationUrl('native', { redirect_uri: address, prompt: 'none' }), {
        follow: false,
      });
      assert.equal(silent.redirect?.searchParams.get('error'), 'interaction_required', 'RFC 8252 §8.6');
    }
  },
);

withClients('A-39 nobody is sent to an address that only resembles a registered one', async (rig) => {
  for (const address of invented) {
    const page = await ask(appBrowser(rig), address);
    assert.equal(page.status, 400, address);
    assert.equal(page.url.origin, BROKER);
    assert.equal(page.headers.get('location'), null);
  }
});

withClients('A-39 the port of another client than an app is compared like everything else', async (rig) => {
  const page = await appBrowser(rig).get(authorizationUrl('web', { redirect_uri: 'https://app.test:8443/cb' }));
  assert.equal(page.status, 400);
});

withClients(
  'RFC 8252 §8.1 a code is redeemed at the port that it was asked for, with its verifier, and without a secret',
  async (rig) => {
    const address = 'http://127.0.0.1:51004/cb';
    const newCode = async () => {
      const browser = appBrowser(rig);
      return codeIn(await toApp(browser, await signInAs(browser, await ask(browser, address), 'nacional')));
    };
    const refused = async (changes: Record<string, string | null>) =>
      errorOf(await rig.broker(redemption('native', await newCode(), { redirect_uri: address, ...changes })));
    assert.equal(await refused({ redirect_uri: 'http://127.0.0.1:51005/cb' }), '400 invalid_grant');
    assert.equal(await refused({ code_verifier: 'x'.repeat(43) }), '400 invalid_grant');
    assert.equal(await refused({ code_verifier: null }), '400 invalid_grant');
    assert.equal((await rig.broker(redemption('native', await newCode(), { redirect_uri: address }))).status, 200);
  },
);

withClients('RFC 8252 §6 an app without PKCE gets no code', async (rig) => {
  const without = authorizationUrl('native', { code_challenge: null, code_challenge_method: null });
  const page = await appBrowser(rig).get(without, { follow: false });
  assert.equal(page.redirect?.searchParams.get('error'), 'invalid_request');
});

withClients(
  'llave-mx.md §8.5 openid-client as an app on a telephone signs in with Llave MX, and stays signed in',
  async (rig) => {
    const upstream = upstreamTokens(rig);
    const configuration = await openidClient(rig, 'native');
    const [state, nonce, verifier] = [random(), random(), openid.randomPKCECodeVerifier()];
    const url = openid.buildAuthorizationUrl(configuration, {
      redirect_uri: clients.native.redirectUri,
      scope: 'openid profile email offline_access',
      prompt: 'consent',
      idp_hint: 'llave-mx',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const browser = appBrowser(rig);
    const people = await browser.get(url);
    assert.equal(people.url.origin, LLAVE_MX);
    const asked = await browser.submit(people, 'person-nacional');
    assert.match(asked.document.text, /no longer signed in/);
    const answer = await toApp(browser, asked);
    const tokens = await openid.authorizationCodeGrant(configuration, answer, {
      ...{ pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    });
    const sub = tokens.claims()?.sub ?? assert.fail('no ID token');
    const person = await openid.fetchUserInfo(configuration, tokens.access_token, sub);
    assert.equal(person.email, 'citlali.robledo@example.com');
    // The app goes on alone, after the browser has forgotten everything.
    await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
    rig.clock.advance(24 * 60 * 60_000);
    const later = await openid.refreshTokenGrant(
      configuration,
      tokens.refresh_token ?? assert.fail('no refresh token'),
    );
    assert.equal((await openid.fetchUserInfo(configuration, later.access_token, sub)).sub, sub);
    await openid.tokenRevocation(configuration, later.refresh_token ?? '');
    assert.equal((await userInfo(rig, later.access_token)).status, 401);
    assert.ok(upstream.length > 0);
    const seen = [answer.href, ...[tokens, person, later].map((one) => JSON.stringify(one))];
    for (const token of upstream) for (const text of seen) assert.ok(!text.includes(token));
  },
);

/** What Llave MX gives the broker from now on: every text in its answers to the token request. */
function upstreamTokens(rig: Rig): readonly string[] {
  const seen: string[] = [];
  rig.serve(LLAVE_MX, async (request) => {
    const answer = await rig.llaveMx.app.fetch(request);
    if (/obtenerToken/.test(request.url)) {
      const values = Object.values((await answer.clone().json()) as object);
      seen.push(...values.filter((value) => typeof value === 'string' && value.length >= 20));
    }
    return answer;
  });
  return seen;
}

withClients('RFC 7662 §2.1 an app has nothing to show, so it learns nothing of tokens', async (rig) => {
  const request = new Request(`${BROKER}/oauth2/introspect`, tokenRequest('native', { token: 'x' }));
  assert.deepEqual(await (await rig.broker(request)).json(), { active: false });
});
