import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { codeChallenge, createVault, equalSecrets, type Place, randomToken, SealBroken, type Vault } from './crypto.ts';
import type { Environment } from './model.ts';

const environment: Environment = { now: () => 0, randomBytes: (bytes) => randomBytes(bytes) };
const vault = createVault('a practice secret that is long enough 0123456789', environment);
const other = createVault('another practice secret that is long enough 0123', environment);
const place: Place = { table: 'users', column: 'profile', row: 'u1' };

/** Any text that UTF-8 can hold. */
const text = fc.string({ unit: 'binary', maxLength: 200 });

test('what was sealed opens in its own place, whatever it was', () => {
  fc.assert(
    fc.property(text, fc.tuple(text, text, text), (plaintext, [table, column, row]) => {
      const here = { table, column, row };
      assert.equal(vault.open(here, vault.seal(here, plaintext)), plaintext);
    }),
  );
});

test('a sealed value shows nothing of its text, and the same text is never sealed alike', () => {
  const plaintext = 'ROAC910314MPLBYT01';
  const sealed = Array.from({ length: 100 }, () => vault.seal(place, plaintext));
  assert.equal(new Set(sealed).size, 100);
  for (const value of sealed) {
    assert.ok(!value.includes(plaintext));
    assert.ok(!Buffer.from(value.slice(2), 'base64url').toString('latin1').includes(plaintext));
  }
});

test('a sealed value in which any one character was changed, dropped or added does not open', () => {
  const sealed = vault.seal(place, 'a value of some length, so that every part of the format is touched');
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  for (let index = 0; index < sealed.length; index++) {
    const at = alphabet.indexOf(sealed[index] ?? '');
    // The last character may hold bits that mean nothing, so the other half of the alphabet is what surely differs.
    const changed = alphabet[(at + 32) % 64] ?? 'A';
    const spoilt = [
      sealed.slice(0, index) + changed + sealed.slice(index + 1),
      sealed.slice(0, index) + sealed.slice(index + 1),
      `${sealed.slice(0, index)}AAAA${sealed.slice(index)}`,
    ];
    for (const value of spoilt) assert.throws(() => vault.open(place, value), SealBroken, `${index}: ${value}`);
  }
});

test('what was never sealed does not open, and fails in no other way', () => {
  fc.assert(
    fc.property(text, (value) => {
      assert.throws(() => vault.open(place, value), SealBroken);
      assert.throws(() => vault.open(place, `1.${value}`), SealBroken);
    }),
  );
});

test('a sealed value that was moved to another row, column or table does not open', () => {
  const sealed = vault.seal(place, 'mine');
  const elsewhere: Place[] = [
    { ...place, row: 'u2' },
    { ...place, column: 'phone' },
    { ...place, table: 'identities' },
    { table: 'users","profile', column: 'u1', row: '' },
    { table: 'usersprofile', column: '', row: 'u1' },
  ];
  for (const moved of elsewhere) assert.throws(() => vault.open(moved, sealed), SealBroken, JSON.stringify(moved));
});

test('N-03 a value that was sealed under another secret does not open', () => {
  assert.throws(() => other.open(place, vault.seal(place, 'mine')), SealBroken);
  assert.notEqual(vault.checkValue, other.checkValue);
  assert.equal(
    createVault('a practice secret that is long enough 0123456789', environment).checkValue,
    vault.checkValue,
  );
});

test('the message about a broken seal holds neither the value nor its row', () => {
  const sealed = vault.seal({ ...place, row: 'somebody' }, 'mine');
  const message = messageOf(() => vault.open(place, sealed));
  assert.ok(!message.includes(sealed) && !message.includes('somebody') && !message.includes('mine'), message);
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  return assert.fail('it opened');
}

const keyed: [name: string, make: (of: Vault, kind: string, value: string) => string][] = [
  ['a blind index', (of, kind, value) => of.blindIndex(kind, value)],
  ['the hash of a token', (of, kind, value) => of.tokenHash(kind, value)],
  ['a derived secret', (of, kind, value) => of.derive(kind, value)],
];
for (const [name, make] of keyed) {
  test(`${name} is equal for equal values of one kind and for nothing else`, () => {
    fc.assert(
      fc.property(text, text, text, text, (kind, value, otherKind, otherValue) => {
        const made = make(vault, kind, value);
        assert.equal(made, make(vault, kind, value));
        assert.match(made, /^[\w-]{43}$/);
        assert.notEqual(made, make(other, kind, value));
        const same = kind === otherKind && value === otherValue;
        assert.equal(made === make(vault, otherKind, otherValue), same);
      }),
    );
  });
}

test('parts do not run together: the same letters cut elsewhere are something else', () => {
  assert.notEqual(vault.blindIndex('ab', 'c'), vault.blindIndex('a', 'bc'));
  assert.notEqual(vault.tokenHash('ab', 'c'), vault.tokenHash('a', 'bc'));
  assert.notEqual(vault.derive('p', 'ab', 'c'), vault.derive('p', 'a', 'bc'));
  assert.notEqual(vault.derive('p', 'a', ''), vault.derive('p', 'a'));
  assert.notEqual(vault.derive('p', 'a","b'), vault.derive('p', 'a', 'b'));
});

test('one value has nothing in common as index, as token and as derived secret', () => {
  const made = keyed.map(([, make]) => make(vault, 'kind', 'value'));
  assert.equal(new Set([...made, vault.checkValue]).size, 4);
});

test('a random token has as many bits as were asked for, and fits an address', () => {
  assert.match(randomToken(environment, 16), /^[\w-]{22}$/);
  assert.match(randomToken(environment, 32), /^[\w-]{43}$/);
  assert.equal(new Set(Array.from({ length: 1000 }, () => randomToken(environment, 16))).size, 1000);
});

test('N-10 secrets of any length are compared, and only equal ones are equal', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      assert.equal(equalSecrets(a, a), true);
      assert.equal(equalSecrets(a, b), Buffer.from(a).equals(Buffer.from(b)));
    }),
  );
  assert.equal(equalSecrets('', 'x'), false);
});

test('RFC 7636 appendix B: the challenge of the example verifier', () => {
  assert.equal(
    codeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  );
});
