/**
 * Redirect addresses with `redirect_state` behind them, for the clients whose document says so and no other (RFC 9700 §4.1.3, A-38).
 */
import assert from 'node:assert/strict';
import { BROKER, type Rig } from '../rig.ts';
import { authorization, exchange, LMS, lms, STATE, signedIn, withState } from './legacy.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  clients,
  clientsInYaml,
  codeIn,
  errorOf,
  withClients,
} from './relying-party.ts';

const withLms = (promise: string, body: (rig: Rig) => Promise<void>) =>
  withClients(promise, body, { moreClients: `${clientsInYaml()}${lms}` });

withLms('the code goes to the address with its redirect_state, once, with our state and issuer', async (rig) => {
  const answer = await signedIn(appBrowser(rig));
  assert.equal(answer.origin + answer.pathname, LMS);
  assert.deepEqual([...answer.searchParams.keys()].sort(), ['code', 'iss', 'redirect_state', 'state']);
  assert.equal(answer.searchParams.get('redirect_state'), STATE);
  assert.equal(answer.searchParams.get('state'), STATE);
  assert.equal((await exchange(rig, codeIn(answer))).status, 200);
});

withLms('one state for every attempt of a browser is no obstacle', async (rig) => {
  const browser = appBrowser(rig);
  const codes = [await signedIn(browser), await signedIn(browser), await signedIn(browser)].map(codeIn);
  assert.equal(new Set(codes).size, 3);
  for (const code of codes) assert.equal((await exchange(rig, code)).status, 200);
});

withLms(
  'the token step takes the very address of the authorization request, and no other that the rule would take',
  async (rig) => {
    const browser = appBrowser(rig);
    for (const redirect_uri of [
      LMS,
      withState().slice(0, -1),
      `${LMS}?redirect_state=other`,
      `${withState()}&a=1`,
      null,
    ]) {
      const response = await exchange(rig, codeIn(await signedIn(browser)), { redirect_uri });
      assert.match(await errorOf(response), /^400 invalid_(?:grant|request)$/, String(redirect_uri));
    }
  },
);

withLms('an open redirect in redirect_state stays a value: the code goes where it always goes', async (rig) => {
  const browser = appBrowser(rig);
  for (const value of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    'a&code=evil',
    '"><script>',
    '#x',
    '\r\nX: y',
  ]) {
    const redirect_uri = `${LMS}?${new URLSearchParams({ redirect_state: value })}`;
    const answer = await signedIn(browser, { redirect_uri });
    assert.equal(answer.origin + answer.pathname, LMS, value);
    assert.equal(answer.searchParams.get('redirect_state'), value);
    assert.equal(answer.searchParams.getAll('code').length, 1, value);
    assert.notEqual(answer.searchParams.get('code'), 'evil');
    assert.equal(answer.hash, '');
  }
});

withLms('A-38 any other address is refused here, with an error that goes nowhere', async (rig) => {
  const browser = appBrowser(rig);
  for (const redirect_uri of [
    `https://evil.test/auth/complete/ol-oauth2/?redirect_state=${STATE}`,
    `https://app.test:8443/auth/complete/ol-oauth2/?redirect_state=${STATE}`,
    `${LMS.toUpperCase()}?redirect_state=${STATE}`,
    `${LMS}../evil?redirect_state=${STATE}`,
    `${withState()}&redirect_state=other`,
    `${withState()}&code=stolen`,
    `${withState()}#x`,
    `${APP}/with-query?tenant=evil&lang=es`,
    `${APP}/with-query?tenant=uni&lang=es&tenant=evil`,
    `${APP}/with-query?redirect_state=${STATE}`,
  ]) {
    // Also with what the library would answer to the client by a redirect.
    for (const changes of [{}, { response_type: 'token' }, { prompt: 'none' }]) {
      const page = await browser.get(authorization({ redirect_uri, ...changes }), { follow: false });
      assert.equal(page.status, 400, redirect_uri);
      assert.equal(page.url.origin, BROKER, redirect_uri);
      assert.equal(page.redirect, null, redirect_uri);
    }
  }
});

withLms('other clients are compared exactly, as ever', async (rig) => {
  for (const clientId of ['web', 'public'] as const) {
    const redirect_uri = `${clients[clientId].redirectUri}?redirect_state=${STATE}`;
    const page = await appBrowser(rig).get(authorizationUrl(clientId, { redirect_uri }), { follow: false });
    assert.equal(page.status, 400, clientId);
    assert.equal(page.redirect, null, clientId);
  }
});

withLms('the addresses after signing out are compared exactly for this client too', async (rig) => {
  const query = new URLSearchParams({ client_id: 'lms', post_logout_redirect_uri: `${LMS}?redirect_state=x` });
  const page = await appBrowser(rig).get(`${BROKER}/oauth2/logout?${query}`, { follow: false });
  assert.equal(page.status, 400);
});
