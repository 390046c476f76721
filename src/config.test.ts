import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { parseSettings, parseStoreSettings } from './config.ts';
import { ConfigurationError } from './errors.ts';

const secret = randomBytes(32).toString('base64url');
const good = { LLAVERO_PUBLIC_URL: 'https://sign-in.example.org', LLAVERO_SECRET: secret };

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    parseSettings(env);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults;
  }
  return [];
}

test('a complete environment is read', () => {
  const settings = parseSettings({
    ...good,
    NODE_ENV: 'development',
    LLAVERO_DATABASE_URL: 'postgres://llavero:x@db/llavero',
    LLAVERO_PORT: '8080',
    LLAVERO_SMTP_URL: 'smtps://u:p@mail.example.org:465',
    LLAVERO_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    LLAVERO_LOG_LEVEL: 'debug',
    PATH: '/bin',
  });
  assert.deepEqual(settings, {
    mode: 'development',
    logLevel: 'debug',
    database: { kind: 'postgres', url: 'postgres://llavero:x@db/llavero' },
    dataFolder: resolve('data'),
    secret,
    port: 8080,
    publicUrl: 'https://sign-in.example.org',
    smtp: { host: 'mail.example.org', port: 465, security: 'tls', login: { user: 'u', password: 'p' } },
    trustedProxies: [
      { network: '10.0.0.0', prefixLength: 8, family: 'ipv4' },
      { network: '::1', prefixLength: 128, family: 'ipv6' },
    ],
  });
});

test('O-12 an unset NODE_ENV means production', () => {
  assert.equal(parseSettings(good).mode, 'production');
});

test('what is not set has the documented default, and no secret is invented here', () => {
  const settings = parseSettings({ NODE_ENV: 'development' });
  assert.equal(settings.publicUrl, 'http://localhost:4400');
  assert.equal(settings.secret, null);
  assert.deepEqual(settings.database, {
    kind: 'sqlite',
    url: `sqlite:${resolve('data/llavero.db')}`,
    path: resolve('data/llavero.db'),
  });
  assert.equal(settings.dataFolder, resolve('data'));
  assert.deepEqual(settings.trustedProxies, []);
});

test('a server in production must be told its public address; a command on the store need not', () => {
  assert.deepEqual(faultsOf({}), ['LLAVERO_PUBLIC_URL is missing: the address at which people reach this server']);
  assert.equal(parseStoreSettings({}).mode, 'production');
});

test('every fault is reported at once', () => {
  const faults = faultsOf({
    LLAVERO_PUBLIC_URL: 'ftp://x',
    LLAVERO_DATABASE_URL: 'mysql://x',
    LLAVERO_SECRET: 'short',
    LLAVERO_PORT: '70000',
    LLAVERO_SMTP_URL: 'https://x',
    LLAVERO_TRUSTED_PROXIES: '10.0.0.0/33',
    LLAVERO_LOG_LEVEL: 'loud',
    NODE_ENV: 'prod',
    LLAVERO_PUBLICURL: 'x',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  });
  assert.equal(faults.length, 10, faults.join('\n'));
});

test('an unknown LLAVERO_ name is a fault, never a silent default; names of the tests are let through', () => {
  assert.match(
    faultsOf({ ...good, LLAVERO_TRUSTED_PROXY: '10.0.0.1' })[0] ?? '',
    /^LLAVERO_TRUSTED_PROXY is not a setting/,
  );
  assert.match(faultsOf({ ...good, llavero_port: '1' })[0] ?? '', /^llavero_port is not a setting/);
  assert.deepEqual(faultsOf({ ...good, LLAVERO_TEST_DATABASE: 'x' }), []);
});

test('an empty value is a fault, not the default', () => {
  assert.match(faultsOf({ ...good, LLAVERO_SECRET: '' })[0] ?? '', /^LLAVERO_SECRET is empty/);
});

test('the public address has https, or http on this machine, and is an origin alone', () => {
  for (const url of ['https://a.example', 'https://a.example:8443/', 'http://localhost:4400', 'http://127.0.0.1']) {
    assert.deepEqual(faultsOf({ ...good, LLAVERO_PUBLIC_URL: url }), [], url);
  }
  const bad = [
    'http://a.example',
    'http://localhost.evil.example',
    'https://a.example/path',
    'https://a.example?x=1',
    'https://a.example#x',
    'https://u:p@a.example',
    'https://A.example',
    'https:a.example',
    'sign-in.example.org',
    'javascript:alert(1)',
  ];
  for (const url of bad) assert.equal(faultsOf({ ...good, LLAVERO_PUBLIC_URL: url }).length, 1, url);
});

test('K-08 a process that does not check certificates is refused', () => {
  assert.match(faultsOf({ ...good, NODE_TLS_REJECT_UNAUTHORIZED: '0' })[0] ?? '', /certificate/);
  assert.deepEqual(faultsOf({ ...good, NODE_TLS_REJECT_UNAUTHORIZED: '1' }), []);
});

test('N-04 a sample secret is refused', () => {
  assert.match(faultsOf({ ...good, LLAVERO_SECRET: 'changeme'.repeat(5) })[0] ?? '', /well-known sample/);
});

test('trusting the whole internet as a proxy is refused', () => {
  for (const networks of ['0.0.0.0/0', '::/0', '10.0.0.0/8,::/0']) {
    assert.match(faultsOf({ ...good, LLAVERO_TRUSTED_PROXIES: networks })[0] ?? '', /trust everybody/, networks);
  }
});

test('F-17 the mail server: TLS from the start, or before anything is said; without it on this machine only', () => {
  const serverOf = (url: string) => parseSettings({ ...good, LLAVERO_SMTP_URL: url }).smtp;
  const login = null;
  const read = [
    ['smtps://mail.example', { host: 'mail.example', port: 465, security: 'tls', login }],
    ['smtps://mail.example:2465/', { host: 'mail.example', port: 2465, security: 'tls', login }],
    ['smtps://localhost', { host: 'localhost', port: 465, security: 'tls', login }],
    ['smtp://MAIL.example', { host: 'mail.example', port: 587, security: 'starttls', login }],
    ['smtp://10.0.0.5:25', { host: '10.0.0.5', port: 25, security: 'starttls', login }],
    ['smtp://localhost.evil.example', { host: 'localhost.evil.example', port: 587, security: 'starttls', login }],
    ['smtp://127.evil.example', { host: '127.evil.example', port: 587, security: 'starttls', login }],
    ['smtp://localhost:25', { host: 'localhost', port: 25, security: 'none', login }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, security: 'none', login }],
    ['smtp://[::1]:25', { host: '::1', port: 25, security: 'none', login }],
  ] as const;
  for (const [url, server] of read) assert.deepEqual(serverOf(url), server, url);
  assert.deepEqual(serverOf('smtp://ana%40uni.mx:p%25%3Aw@mail.example')?.login, {
    user: 'ana@uni.mx',
    password: 'p%:w',
  });
});

test('K-08 a mail address takes no options, so none that switches certificates off; half a login is refused', () => {
  const bad = [
    ...['smtps://mail.example?tls.rejectUnauthorized=false', 'smtp://mail.example/?secure=false', 'smtp://a.example#x'],
    ...['smtp://user@mail.example', 'smtp://:password@mail.example', 'smtp://u:100%@mail.example'],
    ...[
      'smtp://',
      'smtp:mail.example',
      'smtp:///x',
      'smtp://mail.example:99999',
      'smtp://a b',
      'smtp://ma%69l.example',
    ],
  ];
  for (const url of bad) assert.equal(faultsOf({ ...good, LLAVERO_SMTP_URL: url }).length, 1, url);
});

test('N-06 no fault repeats the value of a setting', () => {
  const faults = faultsOf({
    LLAVERO_PUBLIC_URL: 'https://u:canary@a.example',
    LLAVERO_DATABASE_URL: 'postgres:canary',
    LLAVERO_SECRET: 'canary',
    LLAVERO_PORT: 'canary',
    LLAVERO_SMTP_URL: 'canary',
    LLAVERO_TRUSTED_PROXIES: 'canary',
    LLAVERO_LOG_LEVEL: 'canary',
    NODE_ENV: 'canary',
    LLAVERO_OTHER: 'canary',
  });
  assert.equal(faults.length, 9);
  for (const fault of faults) assert.ok(!fault.includes('canary'), fault);
});
