/**
 * RP-initiated log-out (OpenID Connect RP-Initiated Logout 1.0): who may end a session, and where the browser may go.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  codeIn,
  EVIL,
  LOG_OUT,
  OTHER_APP,
  type RequestParameters,
  redeem,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const SIGNED_OUT = `${APP}/cb/signed-out`;

function logOutUrl(parameters: RequestParameters): URL {
  const url = new URL(LOG_OUT);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.append(name, value);
  return url;
}

async function signedIn(rig: Rig, clientId: ClientId = 'web', person = 'nacional') {
  const browser = appBrowser(rig);
  const tokens = await redeem(rig, clientId, codeIn(await authorizeAs(browser, clientId, person)));
  return { browser, ...tokens };
}

async function isSignedIn(browser: TestBrowser): Promise<boolean> {
  const page = await browser.get(authorizationUrl('web', { prompt: 'none' }));
  return page.url.searchParams.has('code');
}

function assertHere(page: Page, what: string): void {
  assert.equal(page.url.origin, BROKER, what);
  assert.equal(page.headers.get('location'), null, what);
}

withClientsOnEachDatabase('a valid hint of the person who is signed in signs out at once, everywhere', async (rig) => {
  const { browser, id_token, access_token } = await signedIn(rig);
  const cookie = browser
    .cookies('broker.test')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const page = await browser.get(
    logOutUrl({ id_token_hint: id_token, post_logout_redirect_uri: SIGNED_OUT, state: 'a b&c' }),
    { from: `${APP}/` },
  );
  assert.equal(page.url.origin + page.url.pathname, SIGNED_OUT);
  assert.equal(page.url.searchParams.get('state'), 'a b&c');
  assert.equal(await isSignedIn(browser), false);
  assert.equal(await rig.count('sessions'), 0);
  assert.equal((await userInfo(rig, access_token)).status, 401);
  assert.ok(
    rig.llaveMx.requests.some(({ path }) => path.endsWith('/cerrarSesion')),
    'ended at the provider too',
  );
  const replayed = await rig.broker(new Request(authorizationUrl('web', { prompt: 'none' }), { headers: { cookie } }));
  assert.match(replayed.headers.get('location') ?? '', /error=login_required/);
});

withClients('a hint that has expired still proves who it was', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  rig.clock.advance(100 * 60_000);
  await browser.get(logOutUrl({ id_token_hint: id_token }));
  assert.equal(await rig.count('sessions'), 0);
});

withClients('A-34 without a hint the person is asked, and yes ends all three sessions', async (rig) => {
  const { browser, access_token } = await signedIn(rig);
  const asked = await browser.get(logOutUrl({}), { from: `${EVIL}/` });
  assertHere(asked, 'asked');
  assert.equal(await rig.count('sessions'), 1);
  const done = await browser.submit(asked, 'confirm-yes');
  assert.equal(done.url.href, `${BROKER}/sign-out`);
  assert.equal(await rig.count('sessions'), 0);
  assert.equal(await isSignedIn(browser), false);
  assert.equal((await userInfo(rig, access_token)).status, 401);
  assert.ok(rig.llaveMx.requests.some(({ path }) => path.endsWith('/cerrarSesion')));
});

withClients('A-34 a person who says no stays signed in', async (rig) => {
  const { browser } = await signedIn(rig);
  const after = await browser.submit(await browser.get(logOutUrl({})), 'confirm-no');
  assert.equal(after.url.href, `${BROKER}/account`);
  assert.equal(await isSignedIn(browser), true);
  const toClient = await browser.get(logOutUrl({ client_id: 'web', post_logout_redirect_uri: SIGNED_OUT }));
  const back = await browser.submit(toClient, 'confirm-no');
  assert.equal(back.url.href, SIGNED_OUT);
  assert.equal(await isSignedIn(browser), true);
});

withClients('after yes the browser goes to the registered address of the client, with its state', async (rig) => {
  const { browser } = await signedIn(rig);
  const asked = await browser.get(logOutUrl({ client_id: 'web', post_logout_redirect_uri: SIGNED_OUT, state: 's' }));
  assert.match(asked.document.text, /Practice web/);
  const done = await browser.submit(asked, 'confirm-yes');
  assert.equal(done.url.href, `${SIGNED_OUT}?state=s`);
  assert.equal(await isSignedIn(browser), false);
});

withClients('A-34 the hint of somebody else asks first', async (rig) => {
  const { id_token } = await signedIn(rig, 'web', 'formato-antiguo');
  const { browser } = await signedIn(rig);
  const asked = await browser.get(logOutUrl({ id_token_hint: id_token, post_logout_redirect_uri: SIGNED_OUT }));
  assertHere(asked, 'asked');
  asked.get('confirm-yes');
  assert.equal(await isSignedIn(browser), true);
});

withClients('A-34 another site cannot answer for the person', async (rig) => {
  const { browser } = await signedIn(rig);
  await browser.get(logOutUrl({}), { from: `${EVIL}/`, as: 'image' });
  await browser.get(logOutUrl({}), { from: `${EVIL}/` });
  const asked = await browser.get(logOutUrl({}));
  const xsrf =
    asked.document
      .all('input')
      .find((input) => input.attribute('name') === 'xsrf')
      ?.attribute('value') ?? '';
  assert.ok(xsrf.length > 20);
  const attempts: Record<string, string>[] = [
    { logout: 'yes' },
    { logout: 'yes', xsrf: '' },
    { logout: 'yes', xsrf: 'x'.repeat(48) },
  ];
  for (const fields of attempts) {
    // The library's router takes them all for one address.
    for (const spelling of ['confirm', 'confirm/', 'Confirm']) {
      const foreign = await browser.post(`${LOG_OUT}/${spelling}`, fields, { from: `${EVIL}/` });
      assert.equal(foreign.status, 403, spelling);
    }
    const page = await browser.post(`${LOG_OUT}/confirm`, fields, { from: `${BROKER}/` });
    assert.equal(page.status, 400);
    assertHere(page, JSON.stringify(fields));
    assert.equal(await isSignedIn(browser), true);
  }
  // Even with the right token: a form that comes from another site brings no cookies of ours.
  await browser.post(`${LOG_OUT}/confirm`, { logout: 'yes', xsrf }, { from: `${EVIL}/` });
  assert.equal(await isSignedIn(browser), true);
});

withClients('A-34 a token of one browser confirms nothing in another', async (rig) => {
  const [mine, theirs] = [await signedIn(rig), await signedIn(rig, 'web', 'formato-antiguo')];
  const asked = await mine.browser.get(logOutUrl({}));
  const xsrf =
    asked.document
      .all('input')
      .find((input) => input.attribute('name') === 'xsrf')
      ?.attribute('value') ?? '';
  await theirs.browser.get(logOutUrl({}));
  const page = await theirs.browser.post(`${LOG_OUT}/confirm`, { logout: 'yes', xsrf }, { from: `${BROKER}/` });
  assert.equal(page.status, 400);
  assert.equal(await isSignedIn(theirs.browser), true);
});

withClients('A-35 no address is gone to that is not registered for the client that was proved', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  const cases: RequestParameters[] = [
    { id_token_hint: id_token, post_logout_redirect_uri: `${OTHER_APP}/cb/signed-out` },
    { id_token_hint: id_token, post_logout_redirect_uri: `${SIGNED_OUT}?x=1` },
    { id_token_hint: id_token, post_logout_redirect_uri: `${SIGNED_OUT}/` },
    { id_token_hint: id_token, post_logout_redirect_uri: EVIL },
    { id_token_hint: id_token, post_logout_redirect_uri: 'javascript:alert(1)' },
    { id_token_hint: `${id_token.slice(0, -4)}AAAA`, post_logout_redirect_uri: SIGNED_OUT },
    { id_token_hint: 'nonsense', post_logout_redirect_uri: SIGNED_OUT },
    { id_token_hint: id_token, client_id: 'other', post_logout_redirect_uri: SIGNED_OUT },
    { client_id: 'other', post_logout_redirect_uri: SIGNED_OUT },
    { client_id: 'unknown', post_logout_redirect_uri: SIGNED_OUT },
  ];
  for (const parameters of cases) {
    const what = JSON.stringify({ ...parameters, id_token_hint: parameters.id_token_hint?.length });
    const page = await browser.get(logOutUrl(parameters));
    assertHere(page, what);
    assert.equal(page.status, 400, what);
    assert.ok(!page.links.some((link) => /evil|other-app|javascript/.test(link.attribute('href') ?? '')), what);
    assert.equal(await isSignedIn(browser), true, what);
  }
});

withClients('A-35 an address without any client is never gone to', async (rig) => {
  const { browser } = await signedIn(rig);
  const asked = await browser.get(logOutUrl({ post_logout_redirect_uri: SIGNED_OUT, state: 'x' }));
  assertHere(asked, 'asked');
  const done = await browser.submit(asked, 'confirm-yes');
  assert.equal(done.url.href, `${BROKER}/sign-out`);
});

withClients(
  'A-35 with nobody signed in a client that was only named is a link on our page, and not gone to',
  async (rig) => {
    const browser = appBrowser(rig);
    const page = await browser.get(logOutUrl({ client_id: 'web', post_logout_redirect_uri: SIGNED_OUT, state: 's' }));
    assertHere(page, 'named');
    assert.equal(page.get('back-to-client').attribute('href'), `${SIGNED_OUT}?state=s`);
    assert.equal((await browser.get(logOutUrl({}))).url.href, `${BROKER}/sign-out`);
    assert.equal((await browser.get(logOutUrl({ state: 'only' }))).url.href, `${BROKER}/sign-out`);
    const { id_token } = await signedIn(rig);
    const hinted = await browser.get(logOutUrl({ id_token_hint: id_token, post_logout_redirect_uri: SIGNED_OUT }));
    assert.equal(hinted.url.href, SIGNED_OUT);
  },
);

withClients('the page after signing out is ours, whichever way it is reached', async (rig) => {
  const page = await appBrowser(rig).get(`${LOG_OUT}/success`);
  assert.equal(page.url.href, `${BROKER}/sign-out`);
  assert.ok(!page.body.includes('<style'));
});

withClients('a person who is signed out stays so when the client asks silently', async (rig) => {
  const { browser, id_token } = await signedIn(rig);
  await browser.get(logOutUrl({ id_token_hint: id_token }));
  const page = await browser.get(authorizationUrl('other', { prompt: 'none' }));
  assert.equal(page.url.searchParams.get('error'), 'login_required');
});
