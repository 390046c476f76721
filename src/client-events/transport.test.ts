/**
 * What each answer of an app means (RFC 8935 §2, Back-Channel Logout §2.8), with real servers, and where no call may go.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createOutbound } from '../http.ts';
import { pushEvent, pushLogout } from './transport.ts';

interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}

let server: Server;
let origin = '';
let next: Answer | 'silence' = { status: 202 };
const seen: { url: string; headers: IncomingMessage['headers']; body: string }[] = [];

before(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ url: request.url ?? '', headers: request.headers, body });
    if (next !== 'silence') response.writeHead(next.status, next.headers).end(next.body ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** Calls this machine, as an operator allowed it; with a deadline that a test can wait for. */
async function push(kind: typeof pushEvent, address: string, allowPrivate: readonly string[] = ['127.0.0.1']) {
  const { outbound, close } = createOutbound({ allowPrivate, allowInsecure: ['127.0.0.1'], timeoutMs: 200 });
  try {
    return await kind(new URL(address), 'header.payload.signature', outbound);
  } finally {
    await close();
  }
}

const error = (err: unknown) => ({ status: 400, body: JSON.stringify({ err, description: 'secret@person.example' }) });

test('RFC 8935 §2.1: an event is posted as what it is, to the whole address', async () => {
  next = { status: 202 };
  assert.deepEqual(await push(pushEvent, `${origin}/events?app=1`), { kind: 'sent' });
  const request = seen.at(-1);
  assert.equal(request?.url, '/events?app=1');
  assert.equal(request?.headers['content-type'], 'application/secevent+jwt');
  assert.equal(request?.headers.accept, 'application/json');
  assert.equal(request?.body, 'header.payload.signature');
});

test('Back-Channel Logout §2.5: a logout token is one field of a form', async () => {
  next = { status: 200 };
  assert.deepEqual(await push(pushLogout, `${origin}/logout`), { kind: 'sent' });
  assert.equal(seen.at(-1)?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.equal(seen.at(-1)?.body, 'logout_token=header.payload.signature');
});

for (const err of ['invalid_request', 'invalid_issuer', 'invalid_audience', 'authentication_failed', 'access_denied']) {
  test(`RFC 8935 §2.4: ${err} is final`, async () => {
    next = error(err);
    const result = await push(pushEvent, origin);
    assert.deepEqual(result, { kind: 'never', detail: 'the app refused it', code: err, status: 400 });
  });
}

test('a refusal in words of its own is final too, and its words are not kept', async () => {
  next = error('ana@uni.example is unknown');
  const result = await push(pushEvent, origin);
  assert.deepEqual(result, { kind: 'never', detail: 'the app refused it', code: 'unknown_code', status: 400 });
});

test('R-18 a key that the app does not know yet is not final: the next attempt is signed anew', async () => {
  next = error('invalid_key');
  assert.equal((await push(pushEvent, origin)).kind, 'later');
});

const sayNothing: readonly Answer[] = [
  { status: 200, body: '<title>Sign in to the network</title>' },
  { status: 204 },
  { status: 401 },
  { status: 404 },
  { status: 410 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 500, body: JSON.stringify({ err: 'invalid_request' }) },
  { status: 503 },
  { status: 400, body: 'Bad Request' },
  { status: 400, body: '"invalid_request"' },
  { status: 400, body: JSON.stringify({ error: 'invalid_request' }) },
  error(5),
];
for (const answer of sayNothing) {
  test(`an event is tried again after ${answer.status} ${answer.body ?? ''}`, async () => {
    next = answer;
    const result = await push(pushEvent, origin);
    assert.equal(result.kind, 'later');
    assert.equal(result.kind === 'later' ? result.status : null, answer.status);
  });
}

for (const [status, kind] of [
  [200, 'sent'],
  [204, 'sent'],
  [202, 'later'],
  [400, 'later'],
  [404, 'later'],
  [500, 'later'],
] as const) {
  test(`Back-Channel Logout §2.8: after ${status} a log-out is ${kind}`, async () => {
    next = { status };
    assert.equal((await push(pushLogout, origin)).kind, kind);
  });
}

test('K-02 a redirect is not followed, and does not count as taken', async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    next = { status, headers: { location: `${origin}/elsewhere` } };
    for (const kind of [pushEvent, pushLogout]) assert.equal((await push(kind, `${origin}/here`)).kind, 'later');
  }
  assert.ok(!seen.some(({ url }) => url === '/elsewhere'));
});

test('K-06 an app that keeps silent is given up on after the deadline, for this time', async () => {
  next = 'silence';
  const result = await push(pushEvent, origin);
  assert.deepEqual(result, {
    kind: 'later',
    detail: `${new URL(origin).host}: no complete answer within 200 ms`,
    code: null,
    status: null,
  });
});

test('an app that is not there is tried again', async () => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const result = await push(pushEvent, `http://127.0.0.1:${port}/`);
  assert.equal(result.kind, 'later');
  assert.match(result.kind === 'later' ? result.detail : '', /ECONNREFUSED/);
});

const privateAddresses = [
  'https://127.0.0.1/',
  'https://localhost/',
  'https://x.localhost/',
  'https://0.0.0.0/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://[::1]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[fd00::1]/',
  'https://169.254.169.254/latest/meta-data/',
  'https://10.0.0.1/',
  'https://100.64.0.1/',
  'http://10.0.0.1:25/',
];
for (const address of privateAddresses) {
  test(`K-11 ${address} is not called unless it was listed`, async () => {
    const before = seen.length;
    for (const kind of [pushEvent, pushLogout]) assert.equal((await push(kind, address, [])).kind, 'later');
    assert.equal(seen.length, before);
  });
}
