/**
 * G-17: which stored hashes can be used, and what each costs at most.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hashesOfPhrase } from './hashes.fixture.ts';
import { judgeStoredHash } from './stored-hash.ts';

const reasonOf = (text: string) => {
  const judged = judgeStoredHash(text);
  return judged.kind === 'unusable' ? judged.reason : judged.kind;
};

const OURS = `$argon2id$v=19$m=19456,t=2,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

test('G-17 every form that Django and others write is usable, and outdated', () => {
  for (const [name, text] of Object.entries(hashesOfPhrase)) {
    assert.deepEqual(judgeStoredHash(text), { kind: 'usable', outdated: true }, name);
  }
});

test('only our own form with the parameters of today is not outdated', () => {
  assert.deepEqual(judgeStoredHash(OURS), { kind: 'usable', outdated: false });
  for (const [part, other] of [
    ['', 'argon2'],
    ['argon2id', 'argon2i'],
    ['m=19456', 'm=19455'],
    ['m=19456', 'm=65536'],
    ['t=2', 't=1'],
    ['t=2', 't=3'],
    ['p=1', 'p=2'],
    ['A'.repeat(22), 'A'.repeat(11)],
    ['A'.repeat(22), 'A'.repeat(43)],
    ['A'.repeat(43), 'A'.repeat(22)],
  ] as const) {
    const text = OURS.replace(part, other);
    assert.deepEqual(judgeStoredHash(text), { kind: 'usable', outdated: true }, text);
  }
});

test('G-17 a cost that would stop the server makes a hash unusable, just above the bound and far above it', () => {
  const { pbkdf2_sha256, pbkdf2_sha1, scrypt, bcrypt } = hashesOfPhrase;
  for (const [within, beyond] of [
    [pbkdf2_sha256.replace('260000', '3000000'), pbkdf2_sha256.replace('260000', '3000001')],
    [pbkdf2_sha1.replace('260000', '3000000'), pbkdf2_sha1.replace('260000', '1000000000')],
    [pbkdf2_sha256, pbkdf2_sha256.replace('260000', '9'.repeat(80))],
    [OURS.replace('m=19456', 'm=131072'), OURS.replace('m=19456', 'm=131073')],
    [OURS, OURS.replace('m=19456', 'm=4294967295')],
    [OURS.replace('t=2', 't=53'), OURS.replace('t=2', 't=54')],
    [OURS.replace('p=1', 'p=16'), OURS.replace('p=1', 'p=17')],
    [scrypt.replace('16384', '131072').replace('$8$5$', '$8$2$'), scrypt.replace('16384', '262144')],
    [scrypt.replace('$8$5$', '$8$16$'), scrypt.replace('$8$5$', '$8$17$')],
    [scrypt, scrypt.replace('$8$', '$99999999999$')],
    [bcrypt.replace('$12$', '$14$'), bcrypt.replace('$12$', '$15$')],
    [bcrypt, bcrypt.replace('$12$', '$31$')],
  ] as const) {
    assert.equal(reasonOf(within), 'usable', within);
    assert.equal(reasonOf(beyond), 'too_costly', beyond);
  }
});

test("no password is told from a broken one: empty, and Django's mark", () => {
  assert.equal(reasonOf(''), 'no_password');
  assert.equal(reasonOf('!'), 'no_password');
  assert.equal(reasonOf('!Vq3qd5vmUyUYqsXi6O2cFMGZkRnv8IjrBQpfNmZ8'), 'no_password');
});

test('what is no form that we know is said to be unknown, plain text too', () => {
  for (const text of [
    'una frase cualquiera',
    'md5$salt$5f4dcc3b5aa765d61d8327deb882cf99',
    'sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8',
    '5f4dcc3b5aa765d61d8327deb882cf99',
    '$argon2d$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
    hashesOfPhrase.bare2b.replace('$2b$', '$2x$'),
    hashesOfPhrase.bare2b.replace('$2b$', '$2$'),
    '$6$salt$hash',
  ]) {
    assert.equal(reasonOf(text), 'unknown_algorithm', text);
  }
});

test('what is cut, padded, empty in a part or of impossible costs is malformed', () => {
  const { pbkdf2_sha256, scrypt, bare2b } = hashesOfPhrase;
  for (const text of [
    ...Object.values(hashesOfPhrase).flatMap((hash) => [hash.slice(0, -3), `${hash}\n`, `${hash}$x`]),
    OURS.replace('v=19$', ''),
    OURS.replace('v=19', 'v=16'),
    OURS.replace('m=19456', 'm=7'),
    OURS.replace('t=2', 't=0'),
    OURS.replace('p=1', 'p=0'),
    OURS.replace('m=19456', 'm=0x10'),
    OURS.replace('p=1', 'p=1,keyid=AAAA'),
    OURS.replace(/A$/, 'B'),
    pbkdf2_sha256.replace('260000', '0'),
    pbkdf2_sha256.replace('260000', '-1'),
    pbkdf2_sha256.replace('260000', '2e5'),
    pbkdf2_sha256.replace('h5oPAYdM1LMe9V0VCxKosa', ''),
    pbkdf2_sha256.replace('h5oPAYdM1LMe9V0VCxKosa', 's'.repeat(500)),
    pbkdf2_sha256.replace('pbkdf2_sha256', 'pbkdf2_sha1'),
    scrypt.replace('16384', '16383'),
    scrypt.replace('16384', '1'),
    scrypt.replace('$8$5$', '$0$5$'),
    bare2b.replace('$06$', '$03$'),
    bare2b.replace('$06$', '$6$'),
  ]) {
    assert.equal(reasonOf(text), 'malformed', text);
  }
});

test('whatever stands there, it is judged without an exception', () => {
  const pieces = fc.constantFrom(
    ...Object.values(hashesOfPhrase).flatMap((hash) => hash.split(/(?=[$=,])|(?<=[$=,])/)),
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(fc.property(texts, (text) => void judgeStoredHash(text)));
});
