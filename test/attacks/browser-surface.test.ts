/**
 * What comes in through the browser: addresses to go on to, markup in parameters, crawlers, odd methods, proxy fields.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { parseHtml } from '../browser.ts';
import { appBrowser, authorizationUrl, authorizeAs, EVIL, LOG_OUT, signInAs } from '../oidc/relying-party.ts';
import { BROKER, LLAVE_MX, type Rig } from '../rig.ts';
import { cookieOf, dump, surfaceTest } from './browser-surface.ts';

const elsewhere = [
  EVIL,
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\/\\/evil.test',
  '\\\\evil.test',
  '/%5cevil.test',
  '/%09/evil.test',
  '/\t/evil.test',
  'https:evil.test',
  'https:///evil.test',
  'http:evil.example',
  '/path/\n',
  '/\n/evil.test',
  'javascript://broker.test/%0Aalert(1)',
  'javascript:alert(1)',
  'data:text/html,x',
  '//broker.test@evil.test',
  'https://broker.test@evil.test',
  'https://broker.test.evil.test',
  'https://evil.c\u2100.broker.test',
  'foo://[bad',
  '/..//evil.test',
  '/.//evil.test',
  '//evil\u3002test',
  `/${'x'.repeat(10_000)}`,
  '',
];

surfaceTest('I-05 signing in never ends anywhere but here, whatever return_to says', async (rig) => {
  for (const value of elsewhere) {
    const browser = appBrowser(rig);
    const url = new URL('/sign-in', BROKER);
    url.searchParams.append('return_to', value);
    const page = await signInAs(browser, await browser.get(url), 'nacional');
    const where = JSON.stringify(value.slice(0, 40));
    assert.equal(page.url.origin, BROKER, where);
    const hosts = page.trail.map((hop) => new URL(hop.url).origin);
    assert.ok(
      hosts.every((origin) => [BROKER, LLAVE_MX].includes(origin)),
      where,
    );
    assert.ok(
      page.trail.every(({ status }) => status < 500),
      where,
    );
    for (const link of page.links) assert.notEqual(new URL(link.attribute('href') ?? '', BROKER).origin, EVIL, where);
  }
});

surfaceTest('I-05 a good return_to is followed, and one that is sent twice leads nowhere else', async (rig) => {
  const browser = appBrowser(rig);
  const good = await signInAs(browser, await browser.get(`${BROKER}/sign-in?return_to=/sign-out`), 'nacional');
  assert.equal(good.url.href, `${BROKER}/sign-out`);
  const twice = appBrowser(rig);
  const chooser = await twice.get(`${BROKER}/sign-in?return_to=/account&return_to=https://evil.test`);
  assert.equal((await signInAs(twice, chooser, 'nacional')).url.origin, BROKER);
});

surfaceTest('I-05 the language links of a page stay here, whatever the address was', async (rig) => {
  for (const path of ['//evil.test', '/\\evil.test', '/..//evil.test', '/%2F%2Fevil.test', '/@evil.test']) {
    const answer = await raw(rig, 'GET', `${path}?ui_locales=es`);
    assert.ok(answer.status < 500, path);
    for (const link of parseHtml(answer.body).all('a')) {
      assert.equal(new URL(link.attribute('href') ?? '', BROKER).origin, BROKER, path);
    }
    assert.equal(answer.headers.location, undefined, path);
  }
});

const markup = [
  '"><svg onload=alert(1)>',
  "'><img src=x onerror=alert(1)>",
  '<script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  'javascript:alert(1)',
  ['{{1337*11}}', '$', '{1337*11}<%= 1337*11 %>'].join(''),
  '\u2028alert(1)\u2029',
  '" autofocus onfocus=alert(1) x="',
  '</script><script>alert(1)</script>',
  '<base href=//evil.test>',
  '<meta http-equiv=refresh content=0;url=//evil.test>',
  '%3Cscript%3Ealert(1)%3C/script%3E',
];

surfaceTest('I-06 nothing that is sent in an address becomes markup', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const addresses = (payload: string): string[] => {
    const value = encodeURIComponent(payload);
    return [
      `/${value}`,
      `/sign-in?return_to=${value}&ui_locales=${value}&provider=${value}&id=${value}`,
      `/sign-in?ui_locales=en&x=${value}`,
      `/sign-in/${value}`,
      `/sign-in/step?id=${value}`,
      `/callback/llave-mx?state=${value}&code=${value}&error=${value}&error_description=${value}&iss=${value}`,
      `/callback/${value}?state=x`,
      `/sign-out?x=${value}`,
      `/account?x=${value}`,
      `/oauth2/interaction/${value}?sign_in=${value}`,
      `/oauth2/logout?client_id=${value}&state=${value}&ui_locales=${value}`,
      `/oauth2/logout?id_token_hint=${value}`,
      `/oauth2/authorize?client_id=${value}&redirect_uri=${value}&state=${value}&ui_locales=${value}`,
      `/oauth2/authorize?client_id=web&redirect_uri=${value}&scope=${value}`,
      `/oauth2/authorize?client_id=web&response_mode=form_post&prompt=none&response_type=code&scope=openid&code_challenge=${'x'.repeat(43)}&code_challenge_method=S256&redirect_uri=https://app.test/cb&state=${value}`,
      `/oauth2/${value}`,
    ];
  };
  for (const payload of markup) {
    for (const address of addresses(payload)) {
      for (const cookie of ['', cookieOf(browser)]) {
        const response = await rig.broker(
          new Request(`${BROKER}${address}`, { headers: { cookie, accept: 'text/html' } }),
        );
        const where = `${address.slice(0, 60)} ${payload}`;
        assert.ok(response.status < 500, `${where}: ${response.status}`);
        assertInert(await response.text(), response.headers, payload, where);
      }
    }
  }
});

function assertInert(body: string, headers: Headers, payload: string, where: string): void {
  if (!(headers.get('content-type') ?? '').startsWith('text/html')) return;
  if (/[<>]/.test(payload)) assert.ok(!body.includes(payload), where);
  const document = parseHtml(body);
  // The library's form_post page has one script, whose hash alone may run.
  const scripts = document
    .all('script')
    .filter((script) => !script.text.startsWith("document.addEventListener('DOMContentLoaded'"));
  assert.deepEqual(
    scripts.map(({ text }) => text),
    [],
    where,
  );
  assert.deepEqual(document.all('base', 'iframe', 'object').length, 0, where);
  for (const element of document.descendants()) {
    for (const [name, value] of element.attributes) {
      assert.doesNotMatch(name, /^on/, where);
      if (name === 'href' || name === 'action') assert.doesNotMatch(value, /^\s*(javascript|data):/i, where);
    }
  }
  assert.ok(!body.includes(String(1337 * 11)), where);
}

surfaceTest('I-06 nothing that is sent in a header becomes markup', async (rig) => {
  for (const payload of markup.filter((text) => /^[\x20-\x7e]*$/.test(text))) {
    for (const name of ['accept-language', 'user-agent', 'referer', 'x-forwarded-host', 'x-request-id', 'cookie']) {
      const value = name === 'cookie' ? `__Host-llavero-locale=${payload}` : payload;
      const response = await rig.broker(new Request(`${BROKER}/sign-in`, { headers: { [name]: value } }));
      assertInert(await response.text(), response.headers, payload, `${name} ${payload}`);
    }
  }
});

surfaceTest('I-10 a crawler that follows everything as a signed-in person changes nothing', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const chooser = await browser.get(`${BROKER}/sign-in`);
  const consentBrowserPage = await browser.get(authorizationUrl('asking'));
  const interaction = consentBrowserPage.url.pathname;
  const before = await dump(rig);
  const audited = (await rig.audit()).length;
  rig.interfere(() => assert.fail('a GET called out'));

  const queue = ['/', '/account', '/sign-out', '/sign-in', '/healthz', '/readyz', '/oauth2/logout', '/oauth2/jwks'];
  queue.push(chooser.url.pathname + chooser.url.search, '/sign-in/llave-mx', interaction, `${interaction}/consent`);
  queue.push(LOG_OUT.slice(BROKER.length), '/oauth2/logout/confirm', '/oauth2/token', '/oauth2/userinfo', '/nowhere');
  const visited = new Set<string>();
  while (queue.length > 0) {
    const next = queue.shift() ?? '';
    if (visited.has(next) || visited.size > 200) continue;
    visited.add(next);
    const page = await browser.get(`${BROKER}${next}`, { follow: false });
    const found = [
      ...page.links.map((link) => link.attribute('href') ?? ''),
      ...page.forms.map((form) => form.attribute('action') ?? ''),
      page.redirect?.href ?? '',
    ];
    for (const address of found) {
      const url = new URL(address, page.url);
      if (url.origin === BROKER) queue.push(url.pathname + url.search);
    }
  }
  assert.ok(visited.size > 15, [...visited].join(' '));
  assert.equal(await dump(rig), before);
  assert.equal((await rig.audit()).length, audited);
});

interface RawAnswer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A request that no browser would send, to the socket itself. */
function raw(rig: Rig, method: string, path: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'broker.test', 'x-forwarded-proto': 'https' };
    const outgoing = request({ host: '127.0.0.1', port: rig.port, method, path, headers, agent: false }, (incoming) => {
      let body = '';
      incoming.setEncoding('utf8').on('data', (part: string) => {
        body += part;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }));
    });
    outgoing.on('connect', (incoming) => resolve({ status: incoming.statusCode ?? 0, headers: {}, body: '' }));
    // A connection that is closed without a word refuses as well.
    outgoing.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? resolve({ status: 400, headers: {}, body: '' }) : reject(error),
    );
    outgoing.end();
  });
}

surfaceTest('I-11 methods that no route has are refused everywhere', async (rig) => {
  const paths = ['/', '/sign-in', '/account', '/sign-out', '/oauth2/authorize', '/oauth2/token', '/oauth2/jwks'];
  for (const method of ['TRACE', 'PROPFIND', 'PUT', 'DELETE', 'PATCH', 'CONNECT', 'MKCOL', 'SEARCH']) {
    for (const path of paths) {
      const answer = await raw(rig, method, method === 'CONNECT' ? 'evil.test:443' : path);
      assert.ok([400, 403, 404, 405, 501].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assert.doesNotMatch(answer.body, /x-forwarded-proto|broker\.test/, `${method} ${path}`);
    }
  }
});

surfaceTest('I-11 files that were never offered are not there', async (rig) => {
  const paths = ['/.git/HEAD', '/.env', '/..%2f..%2fetc/passwd', '/../../etc/passwd', '/main.js.map'];
  paths.push(
    '/debug',
    '/package.json',
    '/src/main.ts',
    '/data/secret',
    '/assets/../package.json',
    '/assets/%2e%2e%2fpackage.json',
  );
  paths.push(
    '/server-status',
    '/sign-in%00',
    '/account;.js',
    '/account/x.css',
    '/assets/',
    '/.well-known/',
    '//',
    '/%',
    '/%ff',
  );
  for (const path of paths) {
    const answer = await raw(rig, 'GET', path);
    assert.ok([400, 404, 405].includes(answer.status), `${path}: ${answer.status}`);
    assert.doesNotMatch(answer.body, /root:|"dependencies"|node_modules/, path);
  }
});

surfaceTest('I-12 what a stranger claims about the proxy changes neither cookies nor addresses', async (rig) => {
  const claims: Record<string, string>[] = [
    { 'x-forwarded-host': 'evil.test' },
    { 'x-forwarded-prefix': '//evil.test' },
    { forwarded: 'host=evil.test;proto=http' },
    { 'x-original-url': '/account', 'x-rewrite-url': '/account' },
    { 'x-remote-user': 'admin', 'x-forwarded-user': 'admin' },
  ];
  for (const headers of claims) {
    for (const url of [`${BROKER}/account`, `${BROKER}/sign-in`, authorizationUrl('web').href]) {
      const response = await rig.broker(new Request(url, { headers }));
      const where = `${JSON.stringify(headers)} ${url.slice(0, 40)}`;
      assert.equal(response.status, 303, where);
      assert.equal(new URL(response.headers.get('location') ?? '', BROKER).origin, BROKER, where);
      for (const cookie of response.headers.getSetCookie()) {
        assert.match(cookie, /; secure/i, where);
        assert.doesNotMatch(cookie, /domain=|evil/i, where);
      }
    }
  }
});

surfaceTest(
  'I-15 a language that is nonsense is Spanish or what the browser wants, and never markup or a file',
  async (rig) => {
    const odd = [
      '../../etc/passwd',
      'zz',
      '<script>',
      'es-MX'.repeat(200),
      Array(200).fill('en').join(' '),
      '__proto__',
      '*',
      '',
    ];
    for (const ui_locales of odd) {
      const url = new URL('/sign-out', BROKER);
      url.searchParams.set('ui_locales', ui_locales);
      const page = await appBrowser(rig, 'fr').get(url);
      assert.equal(page.status, 200);
      const language = page.document.all('html')[0]?.attribute('lang') ?? '';
      assert.ok(['es-MX', 'en'].includes(language), ui_locales.slice(0, 30));
      assert.equal(page.document.all('html')[0]?.attribute('dir') ?? 'ltr', 'ltr');
      for (const cookie of page.headers.getSetCookie()) assert.match(cookie, /llavero-locale=(es-MX|en);/);
    }
  },
);
