/**
 * F-09, F-17, K-08: against a mail server that we did not write, and read by a mail parser that we did not write.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SMTPServerOptions } from 'smtp-server';
import { makeSelfSigned } from '../../test/self-signed.ts';
import { refusal, startSmtpServer } from '../../test/smtp-server.ts';
import type { SmtpServer } from '../config.ts';
import { AT, LINK, outgoing, sender } from './fixture.ts';
import { headerLine } from './message.ts';
import { parseRecipient } from './recipient.ts';
import { createSmtpTransport, type SmtpOptions } from './smtp.ts';
import { DELIVERIES_AT_ONCE } from './transport.ts';

const plain: Omit<SmtpServer, 'port'> = { host: '127.0.0.1', security: 'none', login: null };

function transportTo(t: TestContext, server: SmtpServer, more: Partial<SmtpOptions> = {}) {
  const transport = createSmtpTransport({
    server,
    ownName: 'entrar.example.mx',
    environment: { now: () => AT },
    ...more,
  });
  t.after(() => transport.close());
  return transport;
}

/** A mail server with these manners, and a transport to it. */
async function connected(
  t: TestContext,
  manners: SMTPServerOptions = {},
  how: Partial<SmtpServer> = {},
  more: Partial<SmtpOptions> = {},
) {
  const server = await startSmtpServer(manners);
  t.after(() => server.close());
  return { server, transport: transportTo(t, { ...plain, port: server.port, ...how }, more) };
}

const certificate = makeSelfSigned('localhost', { expired: false });
const tls = { key: certificate.key, cert: certificate.certificate };
const trusted = { certificateAuthorities: [certificate.certificate] };

test('a mail arrives as it was written, from and to whom it says, and says nothing of the machine', async (t) => {
  let introduced = '';
  const { server, transport } = await connected(t, {
    onMailFrom(_address, session, callback) {
      introduced = session.hostNameAppearsAs;
      callback();
    },
  });
  const mail = outgoing('ana@uni.example');
  assert.deepEqual(await transport.deliver(mail, sender), { kind: 'sent' });
  const [received] = server.received;
  assert.deepEqual([received?.from, received?.to], [sender.address, ['ana@uni.example']]);
  assert.equal(introduced, 'entrar.example.mx');
  assert.equal(received?.mail.subject, mail.message.subject);
  assert.deepEqual(received?.mail.from, sender);
  assert.deepEqual(received?.mail.to, [{ address: 'ana@uni.example', name: '' }]);
  assert.equal(received?.mail.text?.trimEnd(), mail.message.text.trimEnd());
  assert.equal(received?.mail.html?.trimEnd(), mail.message.html.trimEnd());
  assert.equal(received?.mail.messageId, `<${mail.id}@entrar.example.mx>`);
  assert.equal(received?.mail.date, new Date(AT).toISOString());
  assert.deepEqual(received?.mail.attachments, []);
  const names = received?.mail.headers.map(({ key }) => key).toSorted();
  assert.deepEqual(names, [
    ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'],
    'x-auto-response-suppress',
  ]);
});

test('F-18: the link is the same in both parts after the mail was encoded for its way', async (t) => {
  const { server, transport } = await connected(t);
  await transport.deliver(outgoing(), sender);
  const { raw = '', mail } = server.received[0] ?? {};
  assert.ok(
    raw.split('\r\n').every((line) => line.length <= 76 + 22),
    'lines that every server takes',
  );
  assert.deepEqual(mail?.text?.match(/https?:\S+/g), [LINK]);
  assert.deepEqual(
    [...(mail?.html ?? '').matchAll(/href="([^"]*)"/g)].map(([, href]) => href),
    [LINK],
  );
});

const hostileAddresses = [
  '"victim@uni.mx x"@evil.test',
  'user@uni.mx(x)evil.test',
  'a@uni.mx,evil@evil.test',
  'a@uni.mx;evil@evil.test',
  'a@uni.mx evil@evil.test',
  'a@uni.mx%0d%0aBcc:evil@evil.test',
  'a@uni.mx\r\nBcc: evil@evil.test',
  'a@uni.mx>\r\nRCPT TO:<evil@evil.test',
  '<a@uni.mx>evil@evil.test',
  'evil <a@uni.mx>',
  'a@uni.mx\0@evil.test',
  'a@[127.0.0.1]',
  'postmaster',
  `${'a'.repeat(250)}@uni.mx`,
  'a\uff20uni.mx',
  'group:a@uni.mx,evil@evil.test;',
];
test('F-09: a hostile address is no recipient', () => {
  for (const address of hostileAddresses) assert.equal(parseRecipient(address), null, address);
});

const addresses = [
  ['ana@uni.mx', 'ana@uni.mx'],
  ['MIKE@EXAMPLE.ORG', 'mike@example.org'],
  ['ana@ñandú.mx', 'ana@xn--and-6ma2c.mx'],
  ['ana+curso@uni.mx', 'ana+curso@uni.mx'],
  ["o'hara@uni.mx", "o'hara@uni.mx"],
  ['a%evil.test@uni.mx', 'a%evil.test@uni.mx'],
  ['a!evil.test@uni.mx', 'a!evil.test@uni.mx'],
  ['=?utf-8?q?evil=40evil.test?=@uni.mx', '=?utf-8?q?evil=40evil.test?=@uni.mx'],
  ['-f@uni.mx', '-f@uni.mx'],
  ['núñez@uni.mx', 'núñez@uni.mx'],
] as const;
test('F-09, CVE-2025-13033: the server is told exactly one recipient, the canonical address', async (t) => {
  const { server, transport } = await connected(t);
  for (const [address] of addresses) {
    assert.deepEqual(await transport.deliver(outgoing(address), sender), { kind: 'sent' }, address);
    const { mail } = server.received.at(-1) ?? {};
    assert.deepEqual([mail?.to?.length, mail?.cc ?? mail?.bcc], [1, undefined], address);
  }
  // As the server read it off the wire, and as it stood there: it shows an A-label in its letters.
  assert.equal(server.received.length, addresses.length);
  assert.ok(server.received.every(({ to }) => to.length === 1));
  const told = [...server.wire().matchAll(/^RCPT TO:<(.*)>\r$/gm)].map(([, recipient]) => recipient);
  assert.deepEqual(
    told,
    addresses.map(([, canonical]) => canonical),
  );
});

test('F-15, CVE-2022-31127: neither a subject nor the name of the sender adds a header', async (t) => {
  const { server, transport } = await connected(t);
  const hostile = 'Juan\r\nBcc: evil@evil.test\r\n\r\n<a href=https://evil.test>';
  const subject = headerLine(hostile);
  await transport.deliver(outgoing('ana@uni.mx', { subject }), { name: headerLine(hostile), address: 'a@b.example' });
  const [received] = server.received;
  assert.deepEqual(received?.to, ['ana@uni.mx']);
  assert.equal(received?.mail.bcc, undefined);
  assert.equal(received?.mail.subject, 'Juan Bcc: evil@evil.test <a href=https://evil.test>');
  assert.deepEqual(received?.mail.from?.address, 'a@b.example');
  assert.match(received?.mail.text ?? '', /^Este es tu código/);
});

// ----------------------------------------------------------------------------------------------------------- TLS, login

test('F-17: without STARTTLS nothing is said in clear where the host is not this machine', async (t) => {
  const login = { user: 'broker', password: 'canary' };
  const { server, transport } = await connected(t, {}, { security: 'starttls', login });
  const result = await transport.deliver(outgoing(), sender);
  assert.deepEqual(result, {
    kind: 'later',
    detail: 'the mail server offers no TLS that can be trusted',
    code: 'ETLS',
    status: 500,
  });
  assert.deepEqual(server.received, []);
  // The greeting and the question for TLS is all that went over the wire.
  assert.equal(server.wire(), 'EHLO entrar.example.mx\r\nSTARTTLS\r\n');
});

test('K-08: a certificate that nobody trusts is refused, with TLS from the start and with STARTTLS', async (t) => {
  for (const security of ['tls', 'starttls'] as const) {
    for (const host of ['localhost', '127.0.0.1']) {
      // Trusted, but for another name: 127.0.0.1 is not what the certificate says.
      const authorities = host === 'localhost' ? {} : trusted;
      const manners = { ...tls, secure: security === 'tls' };
      const { server, transport } = await connected(t, manners, { security, host }, authorities);
      const result = await transport.deliver(outgoing(), sender);
      assert.equal(result.kind, 'later', `${security} ${host}`);
      assert.deepEqual(server.received, []);
    }
  }
});

test('over TLS from the start, and after STARTTLS, a login and a mail are taken', async (t) => {
  for (const security of ['tls', 'starttls'] as const) {
    const manners: SMTPServerOptions = {
      ...tls,
      secure: security === 'tls',
      authOptional: false,
      onAuth({ username, password }, _session, callback) {
        if (password === 'p:w%') callback(null, { user: username ?? '' });
        else callback(refusal(535, 'no'));
      },
    };
    const login = { user: 'ana@uni.mx', password: 'p:w%' };
    const { server, transport } = await connected(t, manners, { security, host: 'localhost', login }, trusted);
    assert.equal(await transport.check(), null);
    assert.deepEqual(await transport.deliver(outgoing(), sender), { kind: 'sent' });
    assert.deepEqual(
      server.received.map(({ secure, user }) => ({ secure, user })),
      [{ secure: true, user: 'ana@uni.mx' }],
    );
    const wrong = { user: 'ana@uni.mx', password: 'canary' };
    const server2 = { host: 'localhost', port: server.port, security, login: wrong };
    const refused = transportTo(t, server2, trusted);
    const failure = { detail: 'the mail server does not accept the login', code: 'EAUTH', status: 535 };
    // An operator puts a password right; what waits is sent then.
    assert.deepEqual(await refused.deliver(outgoing(), sender), { kind: 'later', ...failure });
    assert.deepEqual(await refused.check(), failure);
  }
});

test('a mail server on this machine is used as it is, also when it offers TLS with a certificate of its own', async (t) => {
  const { server, transport } = await connected(t, tls, { host: 'localhost' });
  assert.deepEqual(await transport.deliver(outgoing(), sender), { kind: 'sent' });
  assert.equal(server.received[0]?.secure, false);
});

// ------------------------------------------------------------------------------------------------------------- trouble

/** A handler of the server that answers with this code, and repeats the address as real ones do. */
const answers = (code: number) => ({
  onRcptTo: (address: { address: string }, _: unknown, callback: (error?: Error) => void) =>
    callback(refusal(code, `5.1.1 <${address.address}> canary`)),
});

for (const [code, kind] of [
  [421, 'later'],
  [450, 'later'],
  [451, 'later'],
  [503, 'later'],
  [550, 'never'],
  [553, 'never'],
] as const) {
  test(`F-17: a recipient that is answered with ${code} is tried ${kind}, and the answer is not handed on`, async (t) => {
    const { server, transport } = await connected(t, answers(code));
    const result = await transport.deliver(outgoing(), sender);
    assert.ok(result.kind !== 'sent');
    assert.deepEqual([result.kind, result.status], [kind, code]);
    assert.doesNotMatch(JSON.stringify(result), /canary|ana@/);
    assert.deepEqual(server.received, []);
  });

  test(`F-17: a message that is answered with ${code} is tried ${kind}`, async (t) => {
    const { transport } = await connected(t, {
      onData(stream, _session, callback) {
        stream.resume().on('end', () => callback(refusal(code, 'canary')));
      },
    });
    const result = await transport.deliver(outgoing(), sender);
    assert.equal(result.kind, kind);
    assert.doesNotMatch(JSON.stringify(result), /canary/);
  });
}

test('F-17: a greeting that turns everybody away is not about this mail: later', async (t) => {
  const { transport } = await connected(t, { onConnect: (_session, callback) => callback(refusal(554, 'canary')) });
  assert.equal((await transport.deliver(outgoing(), sender)).kind, 'later');
  assert.equal((await transport.check())?.status, 554);
});

test('F-17: a mail server that is not there is tried later', async (t) => {
  const { server, transport } = await connected(t);
  await server.close();
  const result = await transport.deliver(outgoing(), sender);
  assert.deepEqual(result, {
    kind: 'later',
    detail: 'the connection to the mail server failed',
    code: 'ECONNREFUSED',
    status: null,
  });
});

/** A server that speaks as `speak` has it. */
async function startRaw(t: TestContext, speak: (socket: Socket) => void): Promise<SmtpServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    speak(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { ...plain, port: address.port };
}

const slow: { readonly [what: string]: (socket: Socket) => void } = {
  'never says a word': () => {},
  'takes the connection and closes it': (socket) => socket.end(),
  'says one byte at a time, without end': (socket) => {
    const timer = setInterval(() => socket.write('2'), 5);
    socket.on('close', () => clearInterval(timer));
  },
  'greets, then says one byte at a time': (socket) => {
    socket.write('220 slow\r\n');
    socket.once('data', () => {
      const timer = setInterval(() => socket.write('250-x\r\n'), 5);
      socket.on('close', () => clearInterval(timer));
    });
  },
  'talks nonsense': (socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'),
};
for (const [what, speak] of Object.entries(slow)) {
  test(`F-17: a server that ${what} holds a mail no longer than the limit`, async (t) => {
    const transport = transportTo(t, await startRaw(t, speak), { limitMs: 200 });
    const [delivery, failure] = await Promise.all([transport.deliver(outgoing(), sender), transport.check()]);
    assert.equal(delivery.kind, 'later');
    assert.notEqual(failure, null);
  });
}

test('a mail that waited for its answer when the limit came gives its connection free', async (t) => {
  let held = true;
  const manners: SMTPServerOptions = {
    onMailFrom(_address, _session, callback) {
      if (!held) callback();
    },
  };
  const { server, transport } = await connected(t, manners, {}, { limitMs: 1_500 });
  const send = () =>
    Promise.all(Array.from({ length: DELIVERIES_AT_ONCE }, () => transport.deliver(outgoing(), sender)));
  assert.ok((await send()).every(({ kind }) => kind === 'later'));
  held = false;
  assert.ok((await send()).every(({ kind }) => kind === 'sent'));
  assert.equal(server.received.length, DELIVERIES_AT_ONCE);
});

test('many mails share a few connections, and a connection that was closed meanwhile costs none', async (t) => {
  const { server, transport } = await connected(t);
  const send = () => Promise.all(Array.from({ length: 40 }, () => transport.deliver(outgoing(), sender)));
  assert.ok((await send()).every(({ kind }) => kind === 'sent'));
  assert.ok(server.connections() <= DELIVERIES_AT_ONCE, `${server.connections()} connections`);
  server.hangUp();
  assert.ok((await send()).every(({ kind }) => kind === 'sent'));
  const ids = server.received.map(({ mail }) => mail.messageId);
  assert.equal(new Set(ids).size, 80);
  assert.equal(ids.length, 80, 'none twice');
});

test('closing ends what is under way, and what comes afterwards', async (t) => {
  const begun = Promise.withResolvers<void>();
  const { transport } = await connected(t, { onMailFrom: () => begun.resolve() });
  const delivery = transport.deliver(outgoing(), sender);
  await begun.promise;
  transport.close();
  assert.equal((await delivery).kind, 'later');
  assert.equal((await transport.deliver(outgoing(), sender)).kind, 'later');
});
