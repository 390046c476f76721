import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Answer, get, local, makeOutbound, ok, post, refuses, startUpstream } from '../test/raw-upstream.ts';
import { createOutbound, type OutboundOptions } from './http.ts';

/** One call to an upstream that answers with these bytes. */
async function callOne(t: TestContext, answer: Answer, options: Partial<OutboundOptions> = {}) {
  const upstream = await startUpstream(t, answer);
  const outbound = makeOutbound(t, { ...local, ...options });
  return { upstream, answer: outbound(get(`http://127.0.0.1:${upstream.port}/path?code=canary`)) };
}

describe('a call', () => {
  it('carries method, path, query, headers and body, and brings back status, headers and text', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{"nombre":"Ñandú"}', 'X-One: 1', 'x-one: 2')));
    const outbound = makeOutbound(t, local);
    const url = new URL(`http://127.0.0.1:${upstream.port}/obtenerToken?a=%20b`);
    const answer = await outbound({ method: 'POST', url, headers: { accessToken: 't' }, body: '{}' });
    assert.equal(answer.status, 200);
    assert.equal(answer.body, '{"nombre":"Ñandú"}');
    assert.equal(answer.headers['x-one'], '1, 2');
    assert.equal(answer.headers.constructor, undefined);
    const [sent] = upstream.requests;
    assert.match(sent ?? '', /^POST \/obtenerToken\?a=%20b HTTP\/1\.1\r\n/);
    assert.match(sent ?? '', /accessToken: t\r\n/);
    assert.match(sent ?? '', /content-length: 2\r\n\r\n\{\}$/);
    assert.match(sent ?? '', /accept-encoding: identity\r\n/);
  });

  it('gives errors of the upstream to the caller as answers', async (t) => {
    const { answer } = await callOne(t, (socket) => socket.end('HTTP/1.1 503 No\r\nconnection: close\r\n\r\nlater'));
    assert.deepEqual({ status: (await answer).status, body: (await answer).body }, { status: 503, body: 'later' });
  });

  it('uses one connection for calls that follow each other', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
    const outbound = makeOutbound(t, local);
    const url = `http://127.0.0.1:${upstream.port}/`;
    await outbound(get(url));
    const [first] = upstream.sockets;
    await outbound(get(url));
    assert.equal(upstream.sockets.size, 1);
    assert(first !== undefined && upstream.sockets.has(first));
  });

  it('K-10: opens no more sockets to one host than allowed', async (t) => {
    let most = 0;
    const upstream = await startUpstream(t, (socket) => {
      most = Math.max(most, upstream.sockets.size);
      socket.write(ok('{}'));
    });
    const outbound = makeOutbound(t, { ...local, maxSockets: 3 });
    await Promise.all(Array.from({ length: 30 }, () => outbound(get(`http://127.0.0.1:${upstream.port}/`))));
    assert.equal(upstream.requests.length, 30);
    assert.equal(most, 3);
  });

  it('K-10: a cookie is neither handed to the caller nor sent back', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}', 'set-cookie: canary=1; Path=/')));
    const outbound = makeOutbound(t, local);
    const url = `http://127.0.0.1:${upstream.port}/`;
    assert.equal((await outbound(get(url))).headers['set-cookie'], undefined);
    await outbound(get(url));
    assert.doesNotMatch(upstream.requests[1] ?? '', /cookie/i);
  });

  it('K-10: a visit is shown each cookie by itself, and sends none of its own accord', async (t) => {
    const fields = 'set-cookie: a=1; Path=/\r\nset-cookie: b=2; Expires=Wed, 01 Jan 2031 00:00:00 GMT';
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}', fields)));
    const { visit, close } = createOutbound({ ...local, idleSocketMs: 1 });
    t.after(close);
    const url = `http://127.0.0.1:${upstream.port}/`;
    const { setCookies, headers } = await visit(get(url));
    assert.deepEqual(setCookies, ['a=1; Path=/', 'b=2; Expires=Wed, 01 Jan 2031 00:00:00 GMT']);
    assert.equal(headers['set-cookie'], undefined);
    await visit(get(url));
    assert.doesNotMatch(upstream.requests[1] ?? '', /cookie/i);
  });

  it('K-02: a redirect is an answer, not a command', async (t) => {
    const target = await startUpstream(t, (socket) => socket.end(ok('{}')));
    const location = `location: http://127.0.0.1:${target.port}/`;
    const { answer } = await callOne(t, (socket) => socket.end(`HTTP/1.1 302 Found\r\n${location}\r\n\r\n`));
    assert.equal((await answer).status, 302);
    assert.equal(target.requests.length, 0);
  });

  it('after close there is no call', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
    const { outbound, close } = createOutbound(local);
    const url = `http://127.0.0.1:${upstream.port}/`;
    await outbound(get(url));
    await close();
    await upstream.deserted();
    await refuses(outbound(get(url)), 'provider_unreachable', /CLOSED|DESTROYED/);
  });
});

describe('R-27: a request is never sent twice', () => {
  it('not when the upstream takes it and hangs up', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.destroy());
    const outbound = makeOutbound(t, local);
    const call = outbound(post(`http://127.0.0.1:${upstream.port}/token`, 'code=canary'));
    await refuses(call, 'provider_unreachable', /connection was closed|ECONNRESET/);
    assert.equal(upstream.requests.length, 1);
  });

  it('not when a kept connection is closed just as it is used again', async (t) => {
    const upstream = await startUpstream(t, (socket, _request, count) => {
      if (count === 1) socket.write(ok('{}'));
      else socket.destroy();
    });
    const outbound = makeOutbound(t, local);
    const url = `http://127.0.0.1:${upstream.port}/token`;
    await outbound(post(url, 'code=first'));
    await refuses(outbound(post(url, 'code=canary')), 'provider_unreachable', /connection was closed|ECONNRESET/);
    assert.equal(upstream.requests.length, 2);
  });

  it('and not at all once the deadline has passed, though the connection is made later', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
    const resolved = Promise.withResolvers<readonly { address: string; family: number }[]>();
    const outbound = makeOutbound(t, {
      allowPrivate: ['slow.example'],
      allowInsecure: ['slow.example'],
      timeoutMs: 50,
      maxSockets: 1,
      resolve: () => resolved.promise,
    });
    const url = `http://slow.example:${upstream.port}/token`;
    await refuses(outbound(post(url, 'code=canary')), 'provider_timeout', /^slow\.example:\d+: /);
    const next = outbound(post(url, 'second'));
    resolved.resolve([{ address: '127.0.0.1', family: 4 }]);
    assert.equal((await next).status, 200);
    assert(upstream.requests.join().endsWith('second'));
    assert.doesNotMatch(upstream.requests.join(), /canary/);
  });
});

describe('K-06: slowness', () => {
  const drip = (socket: Socket, start: string, drop = '1') => {
    socket.write(start);
    const timer = setInterval(() => socket.write(drop), 5);
    socket.on('close', () => clearInterval(timer));
  };
  const slow: { readonly [name: string]: Answer } = {
    silence: () => {},
    'headers, a byte at a time': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx-header: '),
    'a body, a byte at a time': (socket) => drip(socket, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n'),
    'a body that never ends': (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n{}'),
    'informational answers without end': (socket) => drip(socket, '', 'HTTP/1.1 103 Early Hints\r\n\r\n'),
  };
  for (const [name, answer] of Object.entries(slow)) {
    it(`ends at one deadline, and its socket with it: ${name}`, async (t) => {
      const call = await callOne(t, answer, { timeoutMs: 120 });
      await refuses(call.answer, 'provider_timeout', /^127\.0\.0\.1:\d+: no complete answer within 120 ms$/);
      await call.upstream.deserted();
    });
  }

  it('a TLS handshake that stalls', async (t) => {
    const upstream = await startUpstream(t, () => {});
    const outbound = makeOutbound(t, { ...local, timeoutMs: 120 });
    await refuses(outbound(get(`https://127.0.0.1:${upstream.port}/`)), 'provider_timeout', /120 ms/);
    await upstream.deserted();
  });

  it('200 abandoned calls leave no socket behind', async (t) => {
    const upstream = await startUpstream(t, () => {});
    // The agent opens a spare connection for each that it had to break off; it closes them when they stay idle.
    const outbound = makeOutbound(t, { ...local, timeoutMs: 500, maxSockets: 200, idleSocketMs: 50 });
    const countSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = countSockets();
    const calls = Array.from({ length: 200 }, () => outbound(get(`http://127.0.0.1:${upstream.port}/`)));
    const results = await Promise.allSettled(calls);
    assert(results.every(({ status }) => status === 'rejected'));
    assert(upstream.requests.length > 100, 'calls that never reached the upstream would prove nothing');
    await upstream.deserted();
    assert.equal(countSockets(), before);
  });
});

describe('K-05: size', () => {
  const flood = (socket: Socket, start: string, block: string) => {
    const pour = () => {
      while (!socket.destroyed && socket.write(block));
    };
    socket.on('drain', pour);
    socket.write(start);
    pour();
  };
  const head = (field: string) => `HTTP/1.1 200 OK\r\n${field}\r\n\r\n`;
  const large: { readonly [name: string]: Answer } = {
    'announced as 100 MB': (socket) => socket.write(head('content-length: 100000000')),
    'endless chunks': (socket) => flood(socket, head('transfer-encoding: chunked'), `400\r\n${'a'.repeat(1024)}\r\n`),
    'endless chunks of one byte': (socket) =>
      flood(socket, head('transfer-encoding: chunked'), '1\r\na\r\n'.repeat(1000)),
    'without a length': (socket) => flood(socket, head('connection: close'), 'a'.repeat(10_000)),
    'a million bytes of headers': (socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', `x-header: ${'a'.repeat(1000)}\r\n`),
  };
  for (const [name, answer] of Object.entries(large)) {
    it(`is refused: ${name}`, async (t) => {
      const call = await callOne(t, answer);
      await refuses(call.answer, 'provider_answer_too_large', /^127\.0\.0\.1:\d+: /);
      await call.upstream.deserted();
    });
  }

  it('a body of exactly the limit is taken, one byte more is not', async (t) => {
    const exact = await callOne(t, (socket) => socket.write(ok('a'.repeat(5000))), { maxBytes: 5000 });
    assert.equal((await exact.answer).body.length, 5000);
    const chunked = `${head('transfer-encoding: chunked')}1389\r\n${'a'.repeat(5001)}\r\n0\r\n\r\n`;
    const more = await callOne(t, (socket) => socket.write(chunked), { maxBytes: 5000 });
    await refuses(more.answer, 'provider_answer_too_large', /more than 5000 bytes/);
  });

  for (const encoding of ['gzip', 'br', 'identity, gzip']) {
    it(`a compressed answer is refused, not unpacked: ${encoding}`, async (t) => {
      const packed = gzipSync('a'.repeat(1_000_000));
      const call = await callOne(t, (socket) => {
        socket.write(head(`content-encoding: ${encoding}\r\ncontent-length: ${packed.length}`));
        socket.write(packed);
      });
      await refuses(call.answer, 'provider_answer_invalid', /compressed/);
    });
  }

  it('a body shorter than its length is refused', async (t) => {
    const call = await callOne(t, (socket) => socket.end(`${head('content-length: 20')}{"canary":1}`));
    await refuses(call.answer, 'provider_unreachable', /connection was closed/);
  });

  it('what follows a body longer than its length is not taken for the next answer', async (t) => {
    const upstream = await startUpstream(t, (socket, _request, count) => {
      socket.write(count === 1 ? ok('{}') + ok('{"sub":"another"}') : ok('{"sub":"own"}'));
    });
    const outbound = makeOutbound(t, local);
    const url = `http://127.0.0.1:${upstream.port}/`;
    assert.equal((await outbound(get(url))).body, '{}');
    assert.equal((await outbound(get(url))).body, '{"sub":"own"}');
  });
});

describe('broken answers', () => {
  const broken: { readonly [name: string]: string } = {
    'no HTTP': 'canary\r\n\r\n',
    'two lengths': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
    'a length and chunks': 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'a chunk that is none': 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\ncanary\r\n',
  };
  for (const [name, bytes] of Object.entries(broken)) {
    it(`are refused: ${name}`, async (t) => {
      const { answer } = await callOne(t, (socket) => socket.write(bytes));
      await refuses(answer, 'provider_answer_invalid', /broken HTTP/);
    });
  }

  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xff, 0xfe, 0x7b, 0x00]]) {
    it(`K-07: are refused when not UTF-8: ${Buffer.from(bytes).toString('hex')}`, async (t) => {
      const { answer } = await callOne(t, (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes.length}\r\n\r\n`);
        socket.write(Buffer.from(bytes));
      });
      await refuses(answer, 'provider_answer_invalid', /UTF-8/);
    });
  }

  it('a token with a line break cannot become a header', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
    const outbound = makeOutbound(t, local);
    const request = get(`http://127.0.0.1:${upstream.port}/`);
    const call = outbound({ ...request, headers: { accessToken: 'canary\r\nx-injected: 1' } });
    await refuses(call, 'provider_answer_invalid', /broken HTTP/);
    assert.equal(upstream.requests.length, 0);
  });
});

describe('hosts that are not there', () => {
  it('a name that does not exist', async (t) => {
    const resolve = () => Promise.reject(Object.assign(new Error('canary'), { code: 'ENOTFOUND' }));
    const outbound = makeOutbound(t, { resolve });
    await refuses(outbound(get('https://gone.example/')), 'provider_unreachable', /^gone\.example: ENOTFOUND$/);
  });

  it('a port where nobody listens', async (t) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(typeof address === 'object' && address !== null);
    await promisify(server.close).call(server);
    const call = makeOutbound(t, local)(get(`http://127.0.0.1:${address.port}/`));
    await refuses(call, 'provider_unreachable', /ECONNREFUSED/);
  });
});
