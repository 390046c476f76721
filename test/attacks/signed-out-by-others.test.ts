/**
 * Being signed out by others: in a frame of an app, by a link, by an address to go to afterwards (A-34, A-35, I-05, I-09).
 *
 * What a browser makes of `frame-ancestors` is seen in test/browser/; here, what is answered to whom.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { appBrowser, authorizeAs, codeIn, redeem } from '../oidc/relying-party.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import { dump } from './browser-surface.ts';

/** Within one registrable domain, as an LMS and its broker mostly are: only there cookies come along. */
const LMS = 'https://lms.broker.test';
const SIBLING = 'https://student-pages.broker.test';
const EVIL = 'https://evil.test';
const FRAMED = `${BROKER}/sign-out?no_redirect=1`;
const RETURN = `${LMS}/logged-out?from=llavero`;

const clients = `
  - client_id: web
    client_name: Practice web
    client_secret: practice secret of https://app.test/cb
    redirect_uris: [https://app.test/cb, ${LMS}/auth/complete/oidc/]
    post_logout_redirect_uris: [${RETURN}]
    skip_authorization: true
    frontchannel_logout_uri: ${LMS}/logout
  - client_id: bare
    client_name: Practice bare
    client_secret: practice secret of https://app.test/bare/cb
    redirect_uris: [https://app.test/bare/cb]
    skip_authorization: true
  - client_id: native
    client_name: Practice native
    token_endpoint_auth_method: none
    redirect_uris: [com.example.app:/cb]
    post_logout_redirect_uris: [com.example.app:/out]
    skip_authorization: true`;

function promise(name: string, body: (rig: Rig) => Promise<void>): void {
  withOneRig(name, body, { moreClients: clients });
}

async function signedIn(rig: Rig, clientId: 'web' | 'bare' = 'web'): Promise<TestBrowser> {
  const browser = appBrowser(rig);
  await redeem(rig, clientId, codeIn(await authorizeAs(browser, clientId, 'nacional')));
  return browser;
}

function directive(page: Page, name: string): string | null {
  const policy = (page.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim());
  return policy.find((part) => part.startsWith(`${name} `))?.slice(name.length + 1) ?? null;
}

const tokenOn = (page: Page) => page.document.all('script')[0]?.attribute('data-token') ?? null;

promise('I-10 A-34 the frame of an app changes nothing by itself; its script signs out, once', async (rig) => {
  const browser = await signedIn(rig);
  const before = await dump(rig);
  const page = await browser.get(FRAMED, { from: `${LMS}/logout`, as: 'iframe' });
  assert.equal(page.status, 200);
  assert.equal(await dump(rig), before);
  assert.equal(directive(page, 'frame-ancestors'), `https://app.test ${LMS}`);
  assert.equal(directive(page, 'script-src'), "'self'");
  assert.equal(page.headers.get('x-frame-options'), null);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  const sent = { token: tokenOn(page) ?? '', answer: 'yes' };
  assert.ok(sent.token.length > 20);
  await browser.post(`${BROKER}/sign-out`, sent, { from: FRAMED });
  assert.equal(await rig.count('sessions'), 0);
  const after = await browser.get(FRAMED, { from: `${LMS}/logout`, as: 'iframe' });
  assert.deepEqual([after.status, after.body], [200, '']);
});

promise('I-09 a neighbour that is no app of the session cannot show the page that signs out', async (rig) => {
  const browser = await signedIn(rig);
  const page = await browser.get(FRAMED, { from: `${SIBLING}/`, as: 'iframe' });
  const allowed = directive(page, 'frame-ancestors')?.split(' ') ?? [];
  assert.ok(!allowed.includes(SIBLING));
  assert.ok(allowed.every((origin) => ['https://app.test', LMS].includes(origin)));
  // Nor can it use what it cannot read.
  for (const token of ['', 'x'.repeat(43)]) {
    const forged = await browser.post(`${BROKER}/sign-out`, { token, answer: 'yes' }, { from: `${SIBLING}/` });
    assert.equal(forged.status, 403);
  }
  assert.equal(await rig.count('sessions'), 1);
});

promise('I-09 an app of other sessions cannot: the list is that of this session, never of all', async (rig) => {
  const browser = await signedIn(rig, 'bare');
  const page = await browser.get(FRAMED, { from: `${LMS}/logout`, as: 'iframe' });
  assert.deepEqual([page.status, page.body, tokenOn(page)], [200, '', null]);
  assert.equal(directive(page, 'frame-ancestors'), "'none'");
  assert.equal(page.headers.get('x-frame-options'), 'DENY');
});

promise('A-34 a frame of another site has no cookie of ours, and gets nothing with one either', async (rig) => {
  const browser = await signedIn(rig);
  const page = await browser.get(FRAMED, { from: `${EVIL}/`, as: 'iframe' });
  assert.equal(tokenOn(page), null);
  const cookie = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  const headers = { cookie: cookie.join('; '), 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' };
  const forced = await rig.broker(new Request(FRAMED, { headers }));
  assert.match(forced.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.equal(await rig.count('sessions'), 1);
});

promise('A-34 the same address as a link, an image or a call asks, or does nothing', async (rig) => {
  const browser = await signedIn(rig);
  const before = await dump(rig);
  for (const as of ['image', 'fetch', 'document'] as const) {
    const page = await browser.get(FRAMED, { from: `${SIBLING}/`, as });
    assert.equal(tokenOn(page), null, as);
    assert.equal(directive(page, 'frame-ancestors'), "'none'", as);
  }
  // An older browser, that says nothing of itself, can be framed by nobody.
  const cookie = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  const silent = await rig.broker(new Request(FRAMED, { headers: { cookie: cookie.join('; ') } }));
  assert.equal(silent.headers.get('x-frame-options'), 'DENY');
  assert.equal(await dump(rig), before);
});

for (const parameter of ['redirect_url', 'next']) {
  promise(`${parameter}: the app is named, and a yes leads to the address that it has registered`, async (rig) => {
    const browser = await signedIn(rig);
    const query = new URLSearchParams({ [parameter]: RETURN });
    const asked = await browser.get(`${BROKER}/sign-out?${query}`, { from: `${LMS}/` });
    assert.match(asked.document.text, /Practice web/);
    assert.equal(directive(asked, 'form-action'), `'self' ${LMS}`);
    const page = await browser.submit(asked, 'confirm-yes');
    assert.equal(page.get('continue').attribute('href'), RETURN);
    assert.equal(await rig.count('sessions'), 0);
    const signedOut = await browser.get(`${BROKER}/sign-out?${query}`, { from: `${LMS}/` });
    assert.equal(signedOut.url.origin, BROKER);
    assert.equal(signedOut.get('back-to-client').attribute('href'), RETURN);
  });
}

promise('A-35 I-05 no other address is gone to, linked or named, signed in or not', async (rig) => {
  const addresses = [
    `${EVIL}/`,
    '//evil.test',
    '/\\evil.test',
    'javascript:alert(1)',
    `${LMS}/`,
    `${RETURN}&x=1`,
    RETURN.slice(0, -1),
    RETURN.toUpperCase(),
    ` ${RETURN}`,
    `${LMS}/auth/complete/oidc/`,
    '/account',
    `https://broker.test@evil.test`,
    'x'.repeat(10_000),
  ];
  for (const address of addresses) {
    const browser = await signedIn(rig);
    const query = new URLSearchParams({ redirect_url: address });
    const asked = await browser.get(`${BROKER}/sign-out?${query}`, { from: `${EVIL}/` });
    assert.doesNotMatch(asked.document.text, /Practice/, address);
    const token = asked.document.all('input').find((input) => input.attribute('name') === 'token');
    const sent = { token: token?.attribute('value') ?? '', answer: 'yes', next: address };
    const page = await browser.post(`${BROKER}/sign-out`, sent, { from: asked.url.href });
    assert.equal(page.get('continue').attribute('href'), '/sign-out', address);
    const after = await browser.get(`${BROKER}/sign-out?${query}`);
    assert.equal(after.find('back-to-client'), null, address);
    assert.equal(after.url.origin, BROKER);
  }
});

promise('A-35 whoever says no stays, and a form without a session leads nowhere', async (rig) => {
  const browser = await signedIn(rig);
  const address = `${BROKER}/sign-out?${new URLSearchParams({ next: RETURN })}`;
  const stayed = await browser.submit(await browser.get(address), 'confirm-no');
  assert.equal(stayed.url.href, `${BROKER}/account`);
  assert.equal(await rig.count('sessions'), 1);
  const nobody = await appBrowser(rig).post(`${BROKER}/sign-out`, { next: RETURN, answer: 'yes' }, { from: BROKER });
  assert.equal(nobody.url.href, `${BROKER}/sign-out`);
});

promise('an app on the device is gone back to after a yes, and linked to for nobody else', async (rig) => {
  const address = `${BROKER}/sign-out?${new URLSearchParams({ next: 'com.example.app:/out' })}`;
  assert.equal((await appBrowser(rig).get(address)).find('back-to-client'), null);
  const browser = await signedIn(rig);
  const page = await browser.submit(await browser.get(address), 'confirm-yes');
  assert.equal(page.get('continue').attribute('href'), 'com.example.app:/out');
});
