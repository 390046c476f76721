/**
 * D-20, open-edx.md §6: what a new account is called by each rule, and what never becomes a name.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith } from '../../test/store-fixture.ts';
import type { JsonObject } from '../model.ts';
import { readUsername } from '../person/username.ts';
import { freeUsername, ruledUsername, type UsernameRule } from './username-rule.ts';

const CURP = 'ROAC910314MPLBYTA8';
const chance = { randomBytes: (bytes: number) => randomBytes(bytes) };

const named = (rule: UsernameRule, raw: JsonObject, addresses: readonly string[] = []) =>
  ruledUsername(rule, {
    profile: profileWith({ raw, identifiers: [{ kind: 'curp', value: CURP, identifies: true }] }),
    addresses,
  });

test('each rule names by its own, as Open edX takes it', () => {
  assert.equal(named('random', {}, ['ana@uni.mx']), null);
  for (const [address, name] of [
    ['ana.ruiz+cursos@uni.mx', 'ana_ruiz'],
    ['José.Núñez@uni.mx', 'Jose_Nunez'],
    ['a@uni.mx', null],
    ['李@uni.mx', null],
    ['admin@uni.mx', null],
    [`${'x'.repeat(40)}@uni.mx`, 'x'.repeat(30)],
  ] as const) {
    assert.equal(named('email', {}, [address]), name, address);
  }
  assert.equal(named('email', {}), null);
  assert.equal(
    named('provider', { sent: { id_token: { nickname: 'ani' }, userinfo: { preferred_username: 'ana.r' } } }),
    'ana_r',
  );
  assert.equal(named('provider', { sent: { login: 'octo-cat' } }), 'octo-cat');
  assert.equal(named('provider', { sent: { preferred_username: 'ana.ruiz@uni.mx' } }), 'ana_ruiz');
  for (const odd of [{}, [], null, 7, '', '   ', 'x'.repeat(300)]) {
    assert.equal(named('provider', { sent: { preferred_username: odd } }), null);
  }
  assert.equal(named('provider', {}), null);
  assert.equal(named('curp', {}), CURP);
});

test('M-01 a CURP or a telephone number becomes a name by the rule `curp` alone', () => {
  for (const text of [CURP, CURP.toLowerCase(), `x.${CURP}`, '5512345678', '55.1234.5678', 'tel-5512345678']) {
    assert.equal(named('email', {}, [`${text}@uni.mx`]), null, text);
    assert.equal(named('provider', { sent: { login: text } }), null, text);
  }
  const shared = profileWith({ identifiers: [{ kind: 'curp', value: 'XEXX010101HDFXXX04', identifies: false }] });
  assert.equal(ruledUsername('curp', { profile: shared, addresses: [] }), null, 'one that many people share');
});

test('whatever is sent, a name can be used or there is none', () => {
  fc.assert(
    fc.property(fc.constantFrom<UsernameRule>('email', 'provider'), fc.string({ unit: 'grapheme' }), (rule, text) => {
      const name = named(rule, { sent: { username: text } }, [`${text}@uni.mx`]);
      if (name !== null) assert.deepEqual(readUsername(name), { kind: 'value', value: name });
    }),
  );
});

test('a name that is taken gets a suffix, and stays one that can be used', async () => {
  const taken = new Set(['ana', 'x'.repeat(30)]);
  const isTaken = async (name: string) => taken.has(name);
  assert.equal(await freeUsername('bea', isTaken, chance), 'bea');
  assert.match(await freeUsername('ana', isTaken, chance), /^ana-[0-9a-z]{4}$/);
  assert.match(await freeUsername('x'.repeat(30), isTaken, chance), /^x{25}-[0-9a-z]{4}$/);
  assert.match(await freeUsername('ana', async () => true, chance), /^user-/);
  assert.match(await freeUsername(null, isTaken, chance), /^user-/);
});
