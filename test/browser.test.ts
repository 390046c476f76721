/**
 * What the test browser promises. A flow test is only as strict as this browser, so each rule of a real browser that a
 * flow relies on is tried here against handlers that record what they received.
 */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { type Handler, overHttp, TestBrowser } from './browser.ts';

const here = 'https://here.test';
const there = 'https://there.example';

/** A browser over two sites that answer from a table of paths, and everything that they received. */
function setUp(answers: { readonly [path: string]: Handler }) {
  const clock = { now: 1_800_000_000_000 };
  const received: Request[] = [];
  const handler: Handler = (request) => {
    received.push(request);
    const answer = answers[new URL(request.url).pathname];
    return answer === undefined ? new Response('nothing here', { status: 404 }) : answer(request);
  };
  const origins = { [here]: handler, 'https://sub.here.test': handler, 'http://here.test': handler, [there]: handler };
  const browser = new TestBrowser({ origins, now: () => clock.now });
  const last = () => received.at(-1) ?? assert.fail('no request arrived');
  return { browser, clock, received, last, origins };
}

const html =
  (body: string, headers: { [name: string]: string } = {}): Handler =>
  () =>
    new Response(body, { headers: { 'content-type': 'text/html', ...headers } });

const redirect =
  (status: number, location: string): Handler =>
  () =>
    new Response(null, { status, headers: { location } });

function setting(...cookies: string[]): Handler {
  return () => {
    const headers = new Headers();
    for (const cookie of cookies) headers.append('set-cookie', cookie);
    return new Response('set', { headers });
  };
}

const cookieOf = (request: Request) => request.headers.get('cookie');

// -------------------------------------------------------------------------------------------------------- cookies

test('a cookie goes back to its host only, with the longest path first (RFC 6265bis §5.8.3)', async () => {
  const { browser, last } = setUp({ '/a/set': setting('wide=1; Path=/; Secure', 'narrow=2; Path=/a; Secure') });
  await browser.get(`${here}/a/set`);
  await browser.get(`${here}/a/b`);
  assert.equal(cookieOf(last()), 'narrow=2; wide=1');
  await browser.get(`${here}/ab`);
  assert.equal(cookieOf(last()), 'wide=1', '/ab is not below /a');
  await browser.get('https://sub.here.test/a/b');
  assert.equal(cookieOf(last()), null, 'a host-only cookie stays with its host');
  await browser.get(`${there}/a/b`);
  assert.equal(cookieOf(last()), null);
});

test('a cookie without Path covers the folder that set it (§5.1.4)', async () => {
  const { browser, last } = setUp({ '/a/set': setting('c=1') });
  await browser.get(`${here}/a/set`);
  await browser.get(`${here}/a/other`);
  assert.equal(cookieOf(last()), 'c=1');
  await browser.get(`${here}/`);
  assert.equal(cookieOf(last()), null);
});

test('Domain widens a cookie to sub-domains and is refused for another host', async () => {
  const { browser, last } = setUp({
    '/set': setting('wide=1; Domain=here.test', 'foreign=1; Domain=there.example', 'all=1; Domain=test'),
  });
  await browser.get(`${here}/set`);
  await browser.get('https://sub.here.test/');
  assert.equal(cookieOf(last()), 'wide=1');
  assert.equal(browser.refusedCookies.length, 2);
});

test('Secure cookies do not travel over http, and http cannot set or shadow them', async () => {
  const { browser, last } = setUp({ '/set': setting('s=1; Secure; Path=/'), '/shadow': setting('s=2; Path=/x') });
  await browser.get(`${here}/set`);
  await browser.get('http://here.test/');
  assert.equal(cookieOf(last()), null);
  await browser.get('http://here.test/set');
  await browser.get('http://here.test/shadow');
  assert.deepEqual(
    browser.refusedCookies.map((cookie) => cookie.reason),
    ['Secure from an insecure address', 'would shadow a Secure cookie'],
  );
});

for (const [attributes, reason] of [
  ['Path=/', 'name prefix without Secure'],
  ['Path=/; Secure; Domain=here.test', '__Host- with Domain'],
  ['Path=/a; Secure', '__Host- with a Path other than /'],
] as const) {
  test(`__Host- is refused with "${attributes}" (§4.1.3.2)`, async () => {
    const { browser } = setUp({ '/set': setting(`__Host-id=1; ${attributes}`) });
    await browser.get(`${here}/set`);
    assert.equal(browser.cookies().length, 0);
    assert.equal(browser.refusedCookies[0]?.reason, reason);
  });
}

test('__Host- is accepted with Secure, Path=/ and no Domain', async () => {
  const { browser } = setUp({ '/set': setting('__Host-id=1; Path=/; Secure; HttpOnly; SameSite=Lax') });
  await browser.get(`${here}/set`);
  const [cookie] = browser.cookies('here.test');
  assert.deepEqual([cookie?.name, cookie?.httpOnly, cookie?.sameSite], ['__Host-id', true, 'Lax']);
});

test('SameSite=None without Secure is refused', async () => {
  const { browser } = setUp({ '/set': setting('c=1; SameSite=None') });
  await browser.get(`${here}/set`);
  assert.equal(browser.refusedCookies[0]?.reason, 'SameSite=None without Secure');
});

test('across sites Lax travels with a link only, Strict never, None always', async () => {
  const { browser, last } = setUp({
    '/set': setting('lax=1; SameSite=Lax', 'plain=1', 'strict=1; SameSite=Strict', 'none=1; SameSite=None; Secure'),
  });
  await browser.get(`${here}/set`);
  const from = `${there}/`;
  await browser.get(`${here}/`, { from });
  assert.equal(cookieOf(last()), 'lax=1; plain=1; none=1');
  await browser.post(`${here}/`, {}, { from });
  assert.equal(cookieOf(last()), 'none=1');
  for (const as of ['image', 'iframe', 'fetch'] as const) {
    await browser.get(`${here}/`, { from, as });
    assert.equal(cookieOf(last()), 'none=1', as);
  }
  await browser.post(`${here}/`, {}, { from: 'https://sub.here.test/' });
  assert.equal(cookieOf(last()), 'lax=1; plain=1; strict=1; none=1', 'a sub-domain is the same site');
});

test('a cross-site image cannot set a Lax cookie', async () => {
  const { browser } = setUp({ '/set': setting('c=1') });
  await browser.get(`${here}/set`, { from: `${there}/`, as: 'image' });
  assert.equal(browser.cookies().length, 0);
});

test('cookies expire by the given clock, Max-Age before Expires, and Max-Age=0 deletes', async () => {
  const { browser, clock } = setUp({
    '/set': setting('short=1; Max-Age=60; Expires=Fri, 01 Jan 2100 00:00:00 GMT', 'session=1'),
    '/clear': setting('session=; Max-Age=0'),
  });
  await browser.get(`${here}/set`);
  clock.now += 59_000;
  assert.equal(browser.cookies().length, 2);
  clock.now += 1_000;
  assert.deepEqual(
    browser.cookies().map((cookie) => cookie.name),
    ['session'],
  );
  await browser.get(`${here}/clear`);
  assert.deepEqual(browser.cookies(), []);
});

test('two browsers have two jars, and forgetting a cookie that is not there is an error', async () => {
  const { browser, origins, clock } = setUp({ '/set': setting('c=1') });
  const other = new TestBrowser({ origins, now: () => clock.now });
  await browser.get(`${here}/set`);
  assert.equal(other.cookies().length, 0);
  browser.forget('c');
  assert.throws(() => browser.forget('c'), /no cookie "c"/);
});

test('parallel requests share one jar', async () => {
  const { browser } = setUp({ '/1': setting('one=1'), '/2': setting('two=2') });
  await Promise.all([browser.get(`${here}/1`), browser.get(`${here}/2`)]);
  assert.deepEqual(
    browser
      .cookies()
      .map((cookie) => cookie.name)
      .sort(),
    ['one', 'two'],
  );
});

// ------------------------------------------------------------------------------------------------------ redirects

test('303 and 302 turn a POST into GET; 307 and 308 repeat it (RFC 9110 §15.4)', async () => {
  for (const [status, method, body] of [
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
    [308, 'POST', 'a=1'],
  ] as const) {
    const { browser, last } = setUp({
      '/from': redirect(status, '/to'),
      '/to': async (request) => new Response(await request.text()),
    });
    const page = await browser.post(`${here}/from`, { a: '1' }, { from: `${here}/` });
    assert.equal(last().method, method, String(status));
    assert.equal(page.body, body);
    assert.deepEqual(page.trail, [
      { method: 'POST', url: `${here}/from`, status, location: '/to' },
      { method, url: `${here}/to`, status: 200, location: null },
    ]);
  }
});

test('a redirect loop ends with an error that shows the way', async () => {
  const { browser } = setUp({ '/loop': redirect(303, '/loop') });
  await assert.rejects(browser.get(`${here}/loop`), /more than 20 redirects/);
});

test('one may stop at a redirect and follow it later', async () => {
  const { browser } = setUp({ '/from': redirect(303, `${there}/to`), '/to': html('<p data-testid="end">there</p>') });
  const stopped = await browser.get(`${here}/from`, { follow: false });
  assert.equal(stopped.redirect?.href, `${there}/to`);
  const page = await browser.follow(stopped);
  assert.equal(page.text('end'), 'there');
  assert.equal(page.trail.length, 2);
});

test('a meta refresh is followed when told, a page that leads nowhere is an error', async () => {
  const { browser } = setUp({
    '/meta': html('<meta http-equiv="refresh" content="0; url=/to?a=1&amp;b=2">'),
    '/to': html('arrived'),
  });
  const page = await browser.follow(await browser.get(`${here}/meta`));
  assert.equal(page.url.href, `${here}/to?a=1&b=2`);
  await assert.rejects(browser.follow(page), /leads nowhere/);
});

test('an origin without a handler is an error, not a request to the network', async () => {
  const { browser } = setUp({ '/out': redirect(303, 'https://elsewhere.test/') });
  await assert.rejects(browser.get(`${here}/out`), /no handler for https:\/\/elsewhere\.test\//);
});

// ------------------------------------------------------------------------------------------------ where it comes from

const provenance = (request: Request) =>
  ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'origin', 'referer'].map((name) => request.headers.get(name));

test('requests say where they come from as a browser does', async () => {
  const { browser, last } = setUp({});
  await browser.get(`${here}/`);
  assert.deepEqual(provenance(last()), ['none', 'navigate', 'document', null, null]);
  await browser.get(`${here}/`, { from: `${here}/page?q=1#part` });
  assert.deepEqual(provenance(last()), ['same-origin', 'navigate', 'document', null, `${here}/page?q=1`]);
  await browser.post(`${here}/`, {}, { from: `${there}/page` });
  assert.deepEqual(provenance(last()), ['cross-site', 'navigate', 'document', there, `${there}/`]);
  await browser.get(`${here}/`, { from: 'https://sub.here.test/', as: 'image' });
  assert.deepEqual(provenance(last()), ['same-site', 'no-cors', 'image', null, 'https://sub.here.test/']);
  await browser.get('http://here.test/', { from: `${here}/` });
  assert.deepEqual(provenance(last()), [null, null, null, null, null], 'nothing is told to an insecure address');
});

test('a redirect over a foreign site stays cross-site (Fetch Metadata §2.3)', async () => {
  const { browser, last } = setUp({ '/bounce': redirect(307, `${here}/end`), '/end': html('end') });
  await browser.post(`${there}/bounce`, {}, { from: `${here}/` });
  assert.equal(new URL(last().url).origin, here);
  assert.equal(last().headers.get('sec-fetch-site'), 'cross-site');
  assert.equal(last().headers.get('origin'), 'null', 'the origin is opaque after a foreign redirect');
});

test('a page with Referrer-Policy no-referrer sends neither Referer nor a real Origin', async () => {
  const { browser, last } = setUp({
    '/form': html('<form method="post" action="/to"><button data-testid="go">Go</button></form>', {
      'referrer-policy': 'no-referrer',
    }),
  });
  await browser.submit(await browser.get(`${here}/form`), 'go');
  assert.deepEqual(provenance(last()).slice(3), ['null', null]);
});

// ---------------------------------------------------------------------------------------------------- pages and forms

const formPage = html(`<!doctype html><title>Form &amp; more</title>
  <!-- <input name="hidden-in-comment"> -->
  <form method="post" action="/to?x=1" data-testid="form">
    <input type="hidden" name="token" value="a&quot;b">
    <label>E-mail <input name="email" value="old@example.org"></label>
    <input type="checkbox" name="remember" value="yes" checked>
    <input type="checkbox" name="news">
    <select name="country"><option value="mx" selected>México<option value="es">España</select>
    <textarea name="note">first <b> line</textarea>
    <input name="off" disabled value="1">
    <button name="action" value="save" data-testid="save">Save</button>
    <button name="action" value="drop" data-testid="drop" formaction="/drop">Drop</button>
  </form><a href="/next?a=1&amp;b=2" data-testid="next"><span>Next</span></a>`);

const echo: Handler = async (request) => new Response(await request.text());

test('a form sends its hidden fields, what was typed and the button that was pressed', async () => {
  const { browser, last } = setUp({ '/form': formPage, '/to': echo, '/drop': echo });
  const page = await browser.get(`${here}/form`);
  assert.equal(page.title, 'Form & more');
  const sent = await browser.submit(page, 'save', { email: 'ana@example.org', remember: false });
  assert.deepEqual(Object.fromEntries(new URLSearchParams(sent.body)), {
    token: 'a"b',
    email: 'ana@example.org',
    country: 'mx',
    note: 'first <b> line',
    action: 'save',
  });
  assert.equal(sent.url.href, `${here}/to?x=1`);
  assert.equal(last().headers.get('content-type'), 'application/x-www-form-urlencoded');

  const dropped = await browser.click(page, 'drop');
  assert.equal(dropped.url.pathname, '/drop');
  assert.equal(new URLSearchParams(dropped.body).get('action'), 'drop');
  assert.equal(
    new URLSearchParams((await browser.submit(page, 'form')).body).get('action'),
    null,
    'no button was pressed',
  );
});

test('a GET form puts its fields in the address', async () => {
  const { browser } = setUp({ '/form': html('<form action="/to?old=1"><input name="q" data-testid="q"></form>') });
  const page = await browser.submit(await browser.get(`${here}/form`), 'q', { q: 'a b' });
  assert.equal(page.url.href, `${here}/to?q=a+b`);
});

test('filling in a field, choosing an option or pressing an element that is not there is an error', async () => {
  const { browser } = setUp({ '/form': formPage });
  const page = await browser.get(`${here}/form`);
  await assert.rejects(browser.submit(page, 'save', { password: 'x' }), /no field "password"/);
  await assert.rejects(browser.submit(page, 'save', { off: 'x' }), /no field "off"/);
  await assert.rejects(browser.submit(page, 'save', { country: 'fr' }), /not "fr"/);
  await assert.rejects(browser.click(page, 'missing'), /no data-testid="missing".*form, save, drop, next/);
});

test('a link is followed from its page', async () => {
  const { browser, last } = setUp({ '/form': formPage });
  const page = await browser.click(await browser.get(`${here}/form`), 'next');
  assert.equal(page.url.href, `${here}/next?a=1&b=2`);
  assert.equal(last().headers.get('referer'), `${here}/form`);
});

test('form-action is enforced on the target of a form and on each redirect after it (CSP 3 §6.4.1)', async () => {
  const form = (policy: string) =>
    html('<form method="post" action="/leave"><button data-testid="go">Go</button></form>', {
      'content-security-policy': policy,
    });
  const { browser } = setUp({
    '/self-only': form("default-src 'none'; form-action 'self'"),
    '/none': form("form-action 'none'"),
    '/listed': form(`form-action 'self' ${there}`),
    '/leave': redirect(303, `${there}/end`),
    '/end': html('<p data-testid="end">end</p>'),
  });
  await assert.rejects(
    browser.submit(await browser.get(`${here}/self-only`), 'go'),
    /form-action .* forbids .*there\.example/,
  );
  await assert.rejects(browser.submit(await browser.get(`${here}/none`), 'go'), /form-action/);
  assert.equal((await browser.submit(await browser.get(`${here}/listed`), 'go')).text('end'), 'end');
});

// ----------------------------------------------------------------------------------------------------------- sockets

test('overHttp hands a real server the Host, the scheme, the body and separate cookies', async (context) => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('set-cookie', ['a=1; Secure', 'b=2; Secure']);
      response.end(
        [
          request.method,
          request.url,
          request.headers.host,
          request.headers['x-forwarded-proto'],
          Buffer.concat(chunks),
        ].join(' '),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());

  const browser = new TestBrowser({ origins: { [here]: overHttp(server) }, now: () => 0 });
  const page = await browser.post(`${here}/path?q=1`, { field: 'ñ' }, { from: here });
  assert.equal(page.body, 'POST /path?q=1 here.test https field=%C3%B1');
  assert.deepEqual(
    browser.cookies().map((cookie) => cookie.name),
    ['a', 'b'],
  );
});
