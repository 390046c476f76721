import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { createTrustedProxies } from './client-address.ts';
import { createPlainHttpGuard } from './plain-http.ts';

const publicUrl = new URL('https://broker.example');
const proxies = createTrustedProxies([{ network: '10.0.0.0', prefixLength: 8, family: 'ipv4' }]);

test('H-13 over plain http a page is asked for again over https, on the configured host only', () => {
  const answer = ask({ method: 'GET', url: '/account?x=1', from: '::ffff:10.1.2.3', proto: 'http', host: 'evil.test' });
  assert.deepEqual(answer, { handled: true, status: 308, location: 'https://broker.example/account?x=1' });
});

test('H-13 an address that names another host stays on ours', () => {
  for (const url of ['//evil.test/x', '/\\evil.test', 'http://evil.test/x']) {
    const { location } = ask({ method: 'GET', url, from: '10.1.2.3', proto: 'http', host: 'broker.example' });
    assert.equal(new URL(location ?? '').origin, publicUrl.origin, url);
  }
});

test('H-13 over plain http a form is refused', () => {
  const answer = ask({ method: 'POST', url: '/sign-out', from: '10.1.2.3', proto: 'http', host: 'broker.example' });
  assert.deepEqual(answer, { handled: true, status: 403, location: null });
});

test('I-12 nobody but a named proxy is believed about how a request arrived', () => {
  for (const from of ['203.0.113.9', '::1', '']) {
    const answer = ask({ method: 'GET', url: '/', from, proto: 'http', host: 'broker.example' });
    assert.equal(answer.handled, false, from);
  }
});

test('a request over https goes on', () => {
  assert.equal(ask({ method: 'POST', url: '/', from: '10.1.2.3', proto: 'https', host: 'x' }).handled, false);
});

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly from: string;
  readonly proto: string;
  readonly host: string;
}

function ask({ method, url, from, proto, host }: Asked) {
  const seen: { status: number | null; location: string | null } = { status: null, location: null };
  const response = {
    writeHead(status: number, headers: { Location?: string }) {
      seen.status = status;
      seen.location = headers.Location ?? null;
    },
    write: () => true,
    end: () => undefined,
  } as unknown as ServerResponse;
  const headers = { host, 'x-forwarded-proto': proto };
  const request = { method, url, headers, socket: { remoteAddress: from } } as unknown as IncomingMessage;
  return { handled: createPlainHttpGuard(publicUrl, proxies)(request, response), ...seen };
}
