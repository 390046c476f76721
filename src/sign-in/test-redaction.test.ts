/**
 * M-01, M-02, M-03: what a test may repeat of what others sent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json, JsonObject } from '../model.ts';
import { HIDDEN, shownAddress, shownData, shownReturn } from './test-redaction.ts';

test('an address keeps what says how it was set up, and the names of all the rest', () => {
  const address =
    'https://user:pass@up.test/authorize?client_id=4711&scope=openid+email&state=S&nonce=N&code_challenge=C&x=y#frag';
  assert.equal(
    shownAddress(address),
    `https://up.test/authorize?client_id=4711&scope=openid email&state=${HIDDEN}&nonce=${HIDDEN}&code_challenge=${HIDDEN}&x=${HIDDEN}`,
  );
  assert.equal(shownAddress('https://up.test/authorize'), 'https://up.test/authorize');
});

test('M-02 of a callback only the words of a refusal are told, masked as in a log', () => {
  const sent = new URLSearchParams(
    'code=C&state=S&oauth_token=T&denied=T&error=access_denied&error_description=ana@uni.mx says no&iss=https://up.test',
  );
  assert.deepEqual(shownReturn(sent), [
    `code=${HIDDEN}`,
    `state=${HIDDEN}`,
    `oauth_token=${HIDDEN}`,
    `denied=${HIDDEN}`,
    'error=access_denied',
    'error_description=[e-mail] says no',
    'iss=https://up.test',
  ]);
});

test('members named like a secret are hidden at any depth; what is said of a token is looked into', () => {
  const names = ['access_token', 'refreshToken', 'client_secret', 'Password', 'contraseña', 'apiKey', 'nonce', 'clave'];
  const said = Object.fromEntries(names.map((name) => [name, 'canary']));
  const data = {
    id_token: { sub: '1', nonce: 'canary' },
    deep: [{ ...said, pin: 1234 }],
    passport: 'P1',
    claveEntidad: '09',
  };
  const shown = shownData(data, []);
  assert.doesNotMatch(JSON.stringify(shown), /canary|1234/);
  assert.deepEqual(shown.id_token, { sub: '1', nonce: HIDDEN });
  assert.deepEqual([shown.passport, shown.claveEntidad], ['P1', '09']);
});

test('what looks like a token is hidden under any name, and an address keeps no query', () => {
  const jwt = `${'eyJhbGciOiJub25lIn0'}.${'eyJzdWIiOiIxIn0xx'}.`;
  const { note, picture, issuer } = shownData(
    { note: jwt, picture: 'https://cdn.test/p.png?sig=canary', issuer: 'https://up.test' },
    [],
  );
  assert.deepEqual([note, picture, issuer], [HIDDEN, `https://cdn.test/p.png?sig=${HIDDEN}`, 'https://up.test']);
});

const secret = 'q3Zx9TtKp0LmNb7V';
const json = fc.jsonValue() as fc.Arbitrary<Json>;

test('M-01 a secret of the attempt is shown nowhere, whatever it stands in', () => {
  const name = fc.constantFrom('note', 'a b', 'email', '__proto__', 'constructor', 'https://x.test/?y');
  fc.assert(
    fc.property(name, json, fc.string(), fc.string(), (key, beside, before, after) => {
      const data: JsonObject = { beside, list: [{ [key]: `${before}${secret}${after}` }, [secret]] };
      assert.ok(!JSON.stringify(shownData(data, [secret])).includes(secret));
    }),
  );
});

test('M-03 every text is one short line that no terminal obeys, and all of them together are few', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), json), fc.string({ unit: 'binary' }), (data, text) => {
      const seen: string[] = [];
      const collect = (value: Json): void => {
        if (typeof value === 'string') seen.push(value);
        else if (Array.isArray(value)) value.forEach(collect);
        else if (typeof value === 'object' && value !== null) {
          seen.push(...Object.keys(value));
          Object.values(value).forEach(collect);
        }
      };
      collect(shownData({ ...data, text }, []));
      for (const line of seen) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.ok(line.length <= 300 + 60);
      }
    }),
  );
});

test('a megabyte of claims, or a hundred thousand of them, is cut', () => {
  const long = { text: 'x'.repeat(1_000_000), list: Array.from({ length: 100_000 }, (_, n) => ({ n })) };
  assert.ok(JSON.stringify(shownData(long, [])).length < 10_000);
  let deep: Json = 'end';
  for (let depth = 0; depth < 5_000; depth++) deep = [deep];
  assert.ok(JSON.stringify(shownData({ deep }, [])).length < 200);
});
