/**
 * I-04, L-07, L-08: which forms are read, and where they may come from. G-12: whom a request is counted under.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Hono } from 'hono';
import { type ErrorCode, refusals, SignInError } from '../errors.ts';
import { createLog } from '../events/log.ts';
import type { JsonObject } from '../model.ts';
import { createTrustedProxies } from './client-address.ts';
import type { WebEnv } from './context.ts';
import { FORM_LIMIT_BYTES, readForm, refuseCrossSite, setClientAddressKey } from './middleware.ts';

const FORM = 'application/x-www-form-urlencoded';

function form(body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>, contentType = FORM): Request {
  const headers = { 'Content-Type': contentType };
  return new Request('https://broker.test/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
}

const refusedWith = (code: ErrorCode) => (error: unknown) => error instanceof SignInError && error.code === code;

test('the fields of a form are read, also empty ones and names that objects have', async () => {
  const fields = await readForm(form('a=1&b=&c=%C3%A9+x&__proto__=y', `${FORM}; charset=UTF-8`));
  assert.deepEqual(
    [...fields],
    [
      ['a', '1'],
      ['b', ''],
      ['c', 'é x'],
      ['__proto__', 'y'],
    ],
  );
});

test('L-08: a field that comes twice is refused, also with equal values', async () => {
  for (const body of ['a=1&a=2', 'a=1&a=1', 'a=&b=1&%61=2']) {
    await assert.rejects(readForm(form(body)), refusedWith('bad_request'));
  }
});

test('I-04: only a form is read as one: no JSON, no text, no file upload', async () => {
  for (const type of ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'x']) {
    await assert.rejects(readForm(form('a=1', type)), refusedWith('bad_request'), type);
  }
});

test('L-07: a form at the limit is read, one byte more is refused', async () => {
  const atLimit = `a=${'x'.repeat(FORM_LIMIT_BYTES - 2)}`;
  assert.equal((await readForm(form(atLimit))).get('a')?.length, FORM_LIMIT_BYTES - 2);
  await assert.rejects(readForm(form(`${atLimit}x`)), refusedWith('request_too_large'));
});

test('L-07: a body without end is given up soon after the limit', async () => {
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(120));
    },
  });
  await assert.rejects(readForm(form(endless)), refusedWith('request_too_large'));
  assert.ok(sent <= FORM_LIMIT_BYTES + 10 * 1024, `${sent} bytes were taken`);
});

const app = new Hono<WebEnv>();
app.use(refuseCrossSite(new URL('https://broker.test')));
app.all('/', (c) => c.text('done'));
app.onError((error, c) => c.text('', error instanceof SignInError ? refusals[error.code].status : 500));

const status = async (method: string, headers: Record<string, string>) =>
  (await app.request('https://broker.test/', { method, headers })).status;

const table: readonly (readonly [promise: string, headers: Record<string, string>, allowed: boolean])[] = [
  ['from a page of ours', { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://broker.test' }, true],
  ['from a page of ours in an older browser', { Origin: 'https://broker.test' }, true],
  ['from another site', { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.test' }, false],
  ['from another site that leaves Origin out', { 'Sec-Fetch-Site': 'cross-site' }, false],
  ['from another site in an older browser', { Origin: 'https://evil.test' }, false],
  ['from a sub-domain', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://x.broker.test' }, false],
  ['from an address that somebody typed', { 'Sec-Fetch-Site': 'none' }, false],
  ['from a sandboxed frame', { Origin: 'null' }, false],
  ['from the same host over http', { Origin: 'http://broker.test' }, false],
  ['from another port', { Origin: 'https://broker.test:8443' }, false],
  ['that claims two things', { 'Sec-Fetch-Site': 'same-origin', Origin: 'https://evil.test' }, false],
  ['from no browser', {}, false],
];
for (const [promise, headers, allowed] of table) {
  test(`I-04: a form ${promise} is ${allowed ? 'taken' : 'refused'}, whatever the method`, async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      assert.equal(await status(method, headers), allowed ? 200 : 403, method);
    }
    assert.equal(await status('GET', headers), 200, 'reading changes nothing and is not refused');
  });
}

test('G-12 a proxy that is not trusted is not believed, and the operator is told so once', async () => {
  const logged: JsonObject[] = [];
  const destination = { write: (line: string) => logged.push(JSON.parse(line)) };
  const log = createLog({ level: 'info', environment: { now: () => 0 }, showPlaces: false, destination });
  const counted = new Hono<WebEnv>();
  counted.use(
    setClientAddressKey(createTrustedProxies([{ network: '10.0.0.1', prefixLength: 32, family: 'ipv4' }]), log),
  );
  counted.get('/', (c) => c.text(c.var.clientAddressKey));
  const keyOf = async (remoteAddress: string, headers: Record<string, string>) => {
    const answer = await counted.request('/', {}, { incoming: { socket: { remoteAddress }, headers } });
    return answer.text();
  };
  assert.equal(await keyOf('10.0.0.1', { 'x-forwarded-for': '2001:db8::1' }), '2001:db8:0:0::/64');
  assert.equal(await keyOf('172.18.0.2', {}), '172.18.0.2');
  assert.deepEqual(logged, []);
  for (const hop of ['203.0.113.9', '203.0.113.10']) {
    assert.equal(await keyOf('172.18.0.2', { 'x-forwarded-for': hop }), '172.18.0.2');
  }
  assert.deepEqual(
    logged.map(({ event }) => event),
    ['proxy.not_trusted'],
  );
  assert.doesNotMatch(JSON.stringify(logged), /203\.0|172\.18/, 'no address is logged');
});
