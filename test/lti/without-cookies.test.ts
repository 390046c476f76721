/**
 * LTI 1.3 launches in a browser that brings no cookie: what the server hands out, and what it takes (lti.md §3.14, cases 59 to 63).
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import { claimsOf, codeOn, jwkOf, LOGIN, rsaKey, serveKeys, signed } from './platform.ts';
import { BROKER, CAMPUS, codeOf, type LtiWorld, platformWith, withOneLtiWorld } from './world.ts';

const key = rsaKey('k1');
const options = { platforms: [platformWith({ authorization_endpoint: 'https://sso.campus.example/auth' })] };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** A login with storage offered, in a browser that forgets its cookies. */
async function beginStored(world: LtiWorld, target = '_parent') {
  serveKeys(world, [jwkOf(key)]);
  const query = new URLSearchParams({
    ...{ iss: CAMPUS, login_hint: 'h', target_link_uri: 'https://lms.example/', lti_storage_target: target },
  });
  const response = await world.send(new Request(`${LOGIN}?${query}`));
  const body = await response.text();
  const attribute = (name: string) =>
    new RegExp(` data-${name}="([^"]*)"`).exec(body)?.[1]?.replaceAll('&amp;', '&') ?? null;
  const request = new URL(attribute('onward') ?? response.headers.get('location') ?? '').searchParams;
  const state = request.get('state') ?? '';
  const id_token = await signed(claimsOf(world, request.get('nonce') ?? ''), key);
  return { response, attribute, state, id_token, secret: attribute('secret') ?? '' };
}

const post = (world: LtiWorld, where: string, fields: object, headers = {}) =>
  world.send(
    new Request(`${BROKER}/lti/1.3/${where}`, {
      method: 'POST',
      body: new URLSearchParams(fields as Record<string, string>).toString(),
      headers: { ...form, ...headers },
    }),
  );
const ofOurs = { 'sec-fetch-site': 'same-origin', origin: BROKER };

withOneLtiWorld(
  'a secret is left with the site of the authorization endpoint, and with no other',
  options,
  async (world) => {
    const { response, attribute, state } = await beginStored(world);
    assert.equal(response.status, 200);
    assert.deepEqual(['origin', 'target', 'key'].map(attribute), [
      'https://sso.campus.example',
      '_parent',
      `state_${state}`,
    ]);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /script-src 'self'/);
    assert.match(policy, /frame-ancestors https:\/\/campus\.example https:\/\/sso\.campus\.example$/);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(
      response.headers.getSetCookie().filter((cookie) => cookie.includes('lti')).length,
      1,
      'the cookie as well',
    );
  },
);

withOneLtiWorld('what is no name of a frame is no storage', options, async (world) => {
  const { response, attribute } = await beginStored(world, '"><script>');
  assert.deepEqual([response.status, attribute('origin')], [303, null]);
});

withOneLtiWorld('the secret that comes back ends the login, once', options, async (world) => {
  const { state, id_token, secret } = await beginStored(world);
  const page = await (await post(world, 'launch', { state, id_token })).text();
  assert.match(page, /data-testid="lti-proof"/);
  assert.ok(!page.includes(secret), 'the page has to be told');
  assert.equal(world.launches.length, 0);
  const fields = { state, id_token, browser_secret: secret };
  assert.equal(await codeOf(await post(world, 'stored', fields, ofOurs)), 'received');
  assert.equal(await codeOf(await post(world, 'stored', fields, ofOurs)), 'lti_launch_replayed');
});

withOneLtiWorld('case 59: the secret is taken from a page of ours alone', options, async (world) => {
  const { state, id_token, secret } = await beginStored(world);
  const fields = { state, id_token, browser_secret: secret };
  for (const headers of [
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site', origin: CAMPUS },
    { 'sec-fetch-site': 'same-site' },
    {},
  ]) {
    assert.equal(await codeOf(await post(world, 'stored', fields, headers)), 'cross_site_request');
  }
  assert.match(await (await post(world, 'launch', fields)).text(), /open-window/, 'nor where others send to');
  assert.equal(world.launches.length, 0);
});

withOneLtiWorld('case 62: a guessed secret ends the login for all', options, async (world) => {
  for (const guess of ['guess', '']) {
    const { state, id_token, secret } = await beginStored(world);
    const fields = { state, id_token };
    assert.equal(
      await codeOf(await post(world, 'stored', { ...fields, browser_secret: guess }, ofOurs)),
      'lti_launch_other_browser',
    );
    assert.equal(
      await codeOf(await post(world, 'stored', { ...fields, browser_secret: secret }, ofOurs)),
      'lti_launch_replayed',
    );
  }
});

withOneLtiWorld(
  'case 60: without an answer, the launch begins again in a window of its own',
  options,
  async (world) => {
    const { state, id_token } = await beginStored(world);
    const answered = await (await post(world, 'launch', { state, id_token })).text();
    const href = /href="([^"]+)" target="_blank" rel="noopener"/.exec(answered)?.[1];
    assert.equal(href, `/lti/1.3/again?state=${state}`);
    const browser = world.browser();
    const again: Page = await browser.get(`${BROKER}${href}`, { follow: false });
    const request = new URL(again.redirect ?? '').searchParams;
    assert.equal(request.get('login_hint'), 'h');
    assert.notEqual(request.get('state'), state);
    const token = await signed(claimsOf(world, request.get('nonce') ?? ''), key);
    const fields = { state: request.get('state') ?? '', id_token: token };
    assert.equal(codeOn(await browser.post(`${BROKER}/lti/1.3/launch`, fields, { from: CAMPUS })), 'received');
    const unknown = await world.send(new Request(`${BROKER}/lti/1.3/again?state=x`));
    assert.equal(await codeOf(unknown), 'lti_launch_other_browser');
  },
);

withOneLtiWorld('a token that is wrong is refused with or without a cookie', options, async (world) => {
  const { state, id_token } = await beginStored(world);
  const wrong = `${id_token.slice(0, -6)}AAAAAA`;
  assert.equal(await codeOf(await post(world, 'launch', { state, id_token: wrong })), 'lti_launch_unverified');
});
