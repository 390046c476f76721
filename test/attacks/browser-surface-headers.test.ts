/**
 * What every answer tells the browser, whatever it is an answer to: policies, cookies, and nothing from elsewhere.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHtml } from '../browser.ts';
import { BROKER } from '../rig.ts';
import { crawl, formRoutes, readRoutes, routesInSource, type Seen, surfaceTest } from './browser-surface.ts';

test('every route of the program is in the table that these tests walk through', () => {
  assert.deepEqual(routesInSource(), [...formRoutes, ...readRoutes].sort());
});

const isHtml = ({ headers }: Seen) => (headers.get('content-type') ?? '').startsWith('text/html');

function directives(policy: string): Map<string, string[]> {
  return new Map(
    policy.split(';').map((part) => {
      const [name = '', ...values] = part.trim().split(/\s+/);
      return [name, values];
    }),
  );
}

surfaceTest('I-01 every answer carries the security headers, errors and files included', async (rig) => {
  const seen = await crawl(rig);
  const statuses = new Set(seen.map(({ status }) => status));
  for (const status of [200, 303, 400, 401, 403, 404, 413, 500, 503])
    assert.ok(statuses.has(status), `no ${status} seen`);
  for (const { what, headers } of seen) {
    const policy = directives(headers.get('content-security-policy') ?? '');
    assert.deepEqual(policy.get('default-src'), ["'none'"], what);
    assert.deepEqual(policy.get('base-uri'), ["'none'"], what);
    assert.deepEqual(policy.get('frame-ancestors'), ["'none'"], `I-09 ${what}`);
    assert.ok(policy.has('form-action'), what);
    const allowed = [...policy.values()].flat().join(' ');
    assert.doesNotMatch(allowed, /unsafe|data:|blob:|\*|http:/, what);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', what);
    assert.equal(headers.get('x-frame-options'), 'DENY', `I-09 ${what}`);
    assert.equal(headers.get('referrer-policy'), 'same-origin', what);
    assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8,}/, what);
    assert.equal(headers.get('cross-origin-opener-policy'), 'same-origin', what);
    for (const banner of ['server', 'x-powered-by']) assert.equal(headers.get(banner), null, what);
  }
});

surfaceTest(
  'I-01 a script may run on one page only, by its hash, and that page may send its form to the client only',
  async (rig) => {
    for (const { what, headers } of await crawl(rig)) {
      const policy = directives(headers.get('content-security-policy') ?? '');
      const isFormPost = what.startsWith('form_post');
      const scripts = (policy.get('script-src') ?? []).filter((source) => !/^'sha256-[\w+/]{43}='$/.test(source));
      assert.deepEqual(scripts, [], what);
      if (isFormPost) {
        assert.equal(policy.get('script-src')?.length, 1, what);
        assert.deepEqual(policy.get('form-action'), ['https://app.test'], what);
      } else {
        assert.deepEqual((policy.get('form-action') ?? []).slice(0, 1), ["'self'"], what);
      }
    }
  },
);

surfaceTest('H-12 pages are never kept, and every text says its character set', async (rig) => {
  for (const answer of await crawl(rig)) {
    const type = answer.headers.get('content-type') ?? '';
    if (type.startsWith('text/')) assert.match(type, /charset=utf-8/i, answer.what);
    if (isHtml(answer)) assert.match(answer.headers.get('cache-control') ?? '', /no-store/, answer.what);
    if (/^tokens|token request/.test(answer.what)) {
      assert.match(answer.headers.get('cache-control') ?? '', /no-store/, answer.what);
    }
  }
});

surfaceTest('H-03 every cookie is bound to this host, to https, and away from scripts', async (rig) => {
  const set = (await crawl(rig)).flatMap(({ what, headers }) =>
    headers.getSetCookie().map((cookie) => ({ what, cookie })),
  );
  assert.ok(set.length > 10);
  for (const { what, cookie } of set) {
    const [pair = '', ...attributes] = cookie.split(/;\s*/);
    const name = pair.slice(0, pair.indexOf('='));
    const lower = attributes.map((attribute) => attribute.toLowerCase());
    const where = `${what}: ${cookie}`;
    for (const required of ['secure', 'httponly', 'samesite=lax']) assert.ok(lower.includes(required), where);
    assert.ok(!lower.some((attribute) => attribute.startsWith('domain')), where);
    assert.ok(cookie.length <= 4096, where);
    const path = lower.find((attribute) => attribute.startsWith('path=')) ?? '';
    // The documented exception: two cookies of one authorization request, each bound to its own address.
    if (name.startsWith('__Secure-llavero-'))
      assert.match(path, /^path=\/oauth2\/(interaction|authorize)\/[\w-]+$/, where);
    else assert.ok(name.startsWith('__Host-llavero-') && path === 'path=/', where);
    const maxAge = Number(lower.find((attribute) => attribute.startsWith('max-age='))?.slice(8) ?? 0);
    assert.ok(maxAge <= 400 * 24 * 3600, where);
    const expires = lower.find((attribute) => attribute.startsWith('expires='))?.slice(8);
    if (expires !== undefined)
      assert.ok(Date.parse(expires) <= rig.clock.environment.now() + 400 * 24 * 3_600_000, where);
  }
});

surfaceTest('I-14 what a cache may keep sets no cookie', async (rig) => {
  for (const { what, headers } of await crawl(rig)) {
    if (!/public|max-age=[1-9]/.test(headers.get('cache-control') ?? '')) continue;
    assert.deepEqual(headers.getSetCookie(), [], what);
  }
});

surfaceTest('I-02 no page and no stylesheet loads anything from elsewhere', async (rig) => {
  const loading = ['script', 'img', 'iframe', 'link', 'object', 'embed', 'video', 'audio', 'source', 'base'];
  for (const answer of await crawl(rig)) {
    if (answer.what === 'the stylesheet')
      assert.doesNotMatch(answer.body, /@import|url\(\s*['"]?(https?:)?\/\//, answer.what);
    if (!isHtml(answer)) continue;
    const document = parseHtml(answer.body);
    assert.equal(document.all('style').length, 0, answer.what);
    for (const element of document.all(...loading)) {
      for (const name of ['src', 'href', 'data', 'srcset']) {
        const value = element.attribute(name);
        if (value !== null) assert.equal(new URL(value, BROKER).origin, BROKER, `${answer.what}: ${value}`);
      }
    }
    for (const element of document.descendants()) {
      for (const name of element.attributes.keys()) assert.doesNotMatch(name, /^on|^style$/, `${answer.what}: ${name}`);
    }
  }
});

surfaceTest('I-11 no answer shows a stack, a path of the machine or a version', async (rig) => {
  for (const { what, body, status } of await crawl(rig)) {
    if (status < 400) continue;
    assert.doesNotMatch(
      body,
      /node_modules|\.ts:\d+|at async |\/work\/|Error:|oidc-provider|hono|node\/\d|a fault of ours/i,
      what,
    );
  }
});
