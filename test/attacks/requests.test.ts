/**
 * Requests that no browser of an honest person sends: altered, cross-site, malformed, oversized (C-15, C-17, L-06 to L-08).
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Page, TestBrowser } from '../browser.ts';
import { type RawAnswer, sendRaw } from '../raw-request.ts';
import { assertNothingLeaked } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, LLAVE_MX, type Rig, withOneRig } from '../rig.ts';

const alterations = new URLSearchParams({
  client_id: 'evil',
  redirect_uri: 'https://evil.test/callback',
  scope: 'openid curp',
  response_type: 'token',
  code_challenge: 'x',
  nonce: 'evil',
  state: 'evil',
  login: 'evil',
});

/** The same address with more parameters, where the browser would go next. */
function altered(url: URL): URL {
  const target = new URL(url);
  for (const [name, value] of alterations) if (!target.searchParams.has(name)) target.searchParams.append(name, value);
  return target;
}

/** Follows redirects one at a time and alters every address of the broker but the callback, whose state is its own. */
async function followAltered(browser: TestBrowser, first: Page): Promise<Page> {
  let page = first;
  for (let hops = 0; page.redirect !== null && hops < 20; hops++) {
    const next = page.redirect;
    const alter = next.origin === BROKER && !next.pathname.startsWith('/callback/');
    page = await browser.get(alter ? altered(next) : next, { from: page, follow: false });
  }
  return page;
}

forEachRig(
  "C-15 the client's request cannot be altered on the way: every code belongs to the stored one",
  async (rig) => {
    const browser = rig.browser();
    const home = await browser.get(`${COURSE_SITE}/`);
    const authorize = await browser.click(home, 'sign-in', { follow: false });
    const asked = authorize.redirect ?? new URL(BROKER);
    const interaction = await browser.get(asked, { from: authorize, follow: false });
    const chooser = await followAltered(browser, interaction);
    const away = await followAltered(browser, await browser.click(chooser, 'provider-llave-mx', { follow: false }));
    assert.equal(away.url.origin, LLAVE_MX);
    const end = await followAltered(browser, await browser.submit(away, 'person-nacional', {}, { follow: false }));
    // The course site checks state, nonce, issuer and PKCE itself: it only lets in who came by its own request.
    assert.equal(end.url.origin, COURSE_SITE);
    assert.match(end.text('signed-in-as'), /Citlali/);
    assert.equal(JSON.parse(end.text('claims-json')).userinfo.curp, undefined);
  },
);

forEachRig('C-17 a link from another site that asks silently makes no session', async (rig) => {
  const browser = rig.browser();
  const parameters = new URLSearchParams({
    client_id: 'course-site',
    redirect_uri: `${COURSE_SITE}/callback`,
    response_type: 'code',
    scope: 'openid',
    prompt: 'none',
    idp_hint: 'llave-mx',
  });
  const page = await browser.get(`${BROKER}/oauth2/authorize?${parameters}`, {
    from: 'https://evil.test/',
    follow: false,
  });
  assert.equal(page.redirect?.searchParams.get('error'), 'login_required');
  assert.equal(rig.llaveMx.requests.length, 0);
  assert.equal(await rig.count('sessions'), 0);
});

for (const address of ['/sign-in/llave-mx', '/sign-in?provider=llave-mx']) {
  withOneRig(
    `C-17 ${address} from another site, as an image or as a link, shows the chooser and asks no provider`,
    async (rig) => {
      const browser = rig.browser();
      for (const as of ['image', 'iframe', 'fetch'] as const) {
        await browser.get(`${BROKER}${address}`, { from: 'https://evil.test/', as });
      }
      const page = await browser.get(`${BROKER}${address}`, { from: 'https://evil.test/' });
      assert.equal(page.url.pathname, '/sign-in');
      assert.notEqual(page.find('provider-llave-mx'), null);
      assert.equal(rig.llaveMx.requests.length, 0);
      const typed = await browser.get(`${BROKER}${address}`, { follow: false });
      assert.equal(typed.redirect?.origin, LLAVE_MX);
    },
  );
}

withOneRig('C-17 a hint that names no provider is no error: the person chooses', async (rig) => {
  for (const hint of ['evil-provider', '../admin', '__proto__', '%00', 'x'.repeat(3000)]) {
    const page = await rig.browser().get(`${COURSE_SITE}/login?idp_hint=${encodeURIComponent(hint)}`);
    assert.notEqual(page.find('provider-llave-mx'), null);
  }
});

withOneRig('C-17 return_to leads only to pages of ours', async (rig) => {
  for (const target of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/\t/evil.test',
    'javascript:alert(1)',
    '/%0d%0aSet-Cookie:a=b',
  ]) {
    const browser = rig.browser();
    const chooser = await browser.get(`${BROKER}/sign-in?return_to=${encodeURIComponent(target)}`);
    const end = await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-nacional');
    assert.equal(end.url.origin, BROKER);
    assert.deepEqual(
      browser.cookies().filter(({ name }) => name === 'a'),
      [],
    );
  }
});

const ours = ['/', '/account', '/sign-in', '/sign-in/step', '/sign-in/llave-mx', '/callback/llave-mx', '/sign-out'];
const theirs = ['/oauth2/authorize', '/oauth2/token', '/oauth2/userinfo', '/oauth2/logout', '/oauth2/interaction/x'];
const malformedTargets = [
  '/%ff',
  '/%',
  '/callback/%ff?state=%ff',
  '/callback/%?state=%',
  '/sign-in/%00',
  '/sign-in?id=%',
  '/sign-in?id=%ff',
  '/sign-in?id=%00',
  '/sign-in/step?id=%00',
  '/sign-in?return_to=%00',
  '/sign-in?ui_locales=%00%ff',
  '/oauth2/interaction/%00',
  '/oauth2/interaction/%ff/cancel',
  '/oauth2/interaction/x?sign_in=%00',
  '/oauth2/%ff',
  '/oauth2/authorize?client_id=%00',
  '/oauth2/authorize?client_id=%ff&state=%',
  '/assets/%00',
  '//',
  '/\\',
  '/..%2f..%2f',
  '/sign-in?id=a&id=b',
  '/sign-in?id[]=a',
  '/sign-in?id[x]=a',
  '/sign-in?__proto__[x]=1',
];

withOneRig('L-06 a malformed address, header or cookie is refused or ignored, never a failure of ours', async (rig) => {
  const headers = [
    'Cookie: __Host-llavero-session=%E0%A4%A',
    'Cookie: =;;;=; a',
    'Authorization: Bearer %',
    'Authorization: Basic %%%',
    'X-Any: \x80\xff',
    'Accept-Language: \xff;q=%',
    'Cookie: \x80=\xff',
    'Sec-Fetch-Site: \xff',
    `Cookie: ${'a=b; '.repeat(2000)}`,
  ];
  for (const target of malformedTargets) assertNoFailure(target, await raw(rig, `GET ${target} HTTP/1.1`, []));
  for (const header of headers) {
    for (const target of [...ours, ...theirs])
      assertNoFailure(`${header} on ${target}`, await raw(rig, `GET ${target} HTTP/1.1`, [header]));
  }
  assert.equal((await raw(rig, 'GET /healthz HTTP/1.1', [])).status, 200);
  assert.deepEqual(
    rig.logged.filter(({ code }) => code === 'internal_error'),
    [],
  );
});

withOneRig(
  'L-06 L-07 L-08 a form that is none of ours is refused: type, size, encoding, doubled fields',
  async (rig) => {
    const form = 'application/x-www-form-urlencoded';
    const bodies: readonly (readonly [type: string, body: string | Uint8Array, status: number])[] = [
      ['application/json', '{"a":1}', 400],
      ['application/json; charset=utf-16', '{}', 400],
      ['text/plain', 'id=a', 400],
      ['multipart/form-data; boundary=x', '--x--', 400],
      [form, 'id=a&id=b', 400],
      [form, `id=${'a'.repeat(70_000)}`, 413],
      [form, 'x='.repeat(1_000_000), 413],
      [form, Uint8Array.of(0x69, 0x64, 0x3d, 0xff, 0xfe), 400],
      [form, 'id=%ff&token=%00', 400],
      [form, 'id=%00', 400],
      [form, '__proto__=1&constructor=2', 400],
      [form, 'id[]=a&id[x]=b', 400],
      [form, '', 400],
    ];
    for (const [type, body, status] of bodies) {
      const answer = await rig.broker(
        new Request(`${BROKER}/sign-in/step`, {
          method: 'POST',
          headers: { 'content-type': type, origin: BROKER },
          body,
        }),
      );
      assert.equal(answer.status, status, `${type} ${String(body).slice(0, 30)}`);
      assertNothingLeaked(await answer.text());
      const token = await rig.broker(
        new Request(`${BROKER}/oauth2/token`, { method: 'POST', headers: { 'content-type': type }, body }),
      );
      assert.ok(
        token.status >= 400 && token.status < 500,
        `token: ${token.status} ${type} ${String(body).slice(0, 30)}`,
      );
      const out = await rig.broker(
        new Request(`${BROKER}/oauth2/logout/confirm`, { method: 'POST', headers: { 'content-type': type }, body }),
      );
      assert.ok(out.status < 500, `logout: ${out.status} ${type}`);
    }
    assert.deepEqual(
      rig.logged.filter(({ code, event }) => code === 'internal_error' || event === 'oidc.server_error'),
      [],
    );
    assert.equal(Object.hasOwn(Object.prototype, '1'), false);
  },
);

withOneRig('L-07 a body shorter than it says is cut off, and others are answered meanwhile', async (rig) => {
  const socket = connect(rig.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  const head = ['POST /sign-in/step HTTP/1.1', 'Host: broker.test', `Origin: ${BROKER}`, 'Content-Length: 100'];
  socket.write(`${[...head, 'Content-Type: application/x-www-form-urlencoded', '', ''].join('\r\n')}id=a`);
  assert.equal((await raw(rig, 'GET /healthz HTTP/1.1', [])).status, 200);
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await raw(rig, 'GET /healthz HTTP/1.1', [])).status, 200);
});

withOneRig('C-10 L-08 a form of ours sent from another site changes nothing', async (rig) => {
  const provenances: readonly Record<string, string>[] = [
    { origin: 'https://evil.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: BROKER },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.test' },
    {},
  ];
  for (const path of ['/sign-in/step', '/sign-out', '/oauth2/interaction/x/consent']) {
    for (const provenance of provenances) {
      const headers = { 'content-type': 'application/x-www-form-urlencoded', ...provenance };
      const answer = await rig.broker(new Request(`${BROKER}${path}`, { method: 'POST', headers, body: 'answer=yes' }));
      assert.equal(answer.status, 403, `${path} ${JSON.stringify(provenance)}`);
    }
  }
});

const raw = (rig: Rig, requestLine: string, headers: readonly string[]): Promise<RawAnswer> =>
  sendRaw(rig.port, requestLine, ['Host: broker.test', ...headers], '');

function assertNoFailure(what: string, { status, body }: RawAnswer): void {
  assert.ok(status >= 200 && status < 500, `${status} for ${JSON.stringify(what.slice(0, 80))}`);
  assertNothingLeaked(body);
}
