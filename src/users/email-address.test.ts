/**
 * L-01, L-02, L-04, L-05, F-09: which addresses are one mailbox, and which are none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { canonicalEmail } from './email-address.ts';

function* codePoints(): Generator<string> {
  for (let point = 0; point <= 0x10ffff; point++) yield String.fromCodePoint(point);
}

/** Nine tenths of all code points. They are refused by what they are, so that one address with each is enough. */
const isUnassigned = (character: string) => /[\p{Cn}\p{Co}\p{Cs}]/u.test(character);

const isPlain = (text: string) => /^[!-~]*$/.test(text);

function assertStable(address: string): void {
  const once = canonicalEmail(address);
  if (once === null) return;
  const twice = canonicalEmail(once);
  if (twice !== once) assert.fail(`${escaped(address)} → ${escaped(once)} → ${escaped(twice ?? 'null')}`);
}

const escaped = (text: string) =>
  JSON.stringify(text).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);

test('L-01: for every code point in either half, the canonical form of a canonical form is itself', () => {
  for (const character of codePoints()) {
    if (isUnassigned(character)) continue;
    assertStable(`a${character}b@uni.mx`);
    assertStable(`ana@a${character}b.mx`);
  }
});

test('L-01: the canonical form of a canonical form is itself, for texts that fold, combine and reorder', () => {
  // Combining marks, letters that lower-case or decompose to several, final sigma, Hangul parts, long expansions.
  const awkward = fc.constantFrom(
    ...['\u030c', '\u0331', '\u0308', '\u0345', '\u0130', '\u03d2', '\u03a3', '\u212a', '\u017f', '\u1e9e', '\ufdfa'],
    ...['\u1100', '\u1161', '\u11a8', '\ufb03', '\u0390', '\u1fd3', 'J', 'H', 'T', 'W', 'a', '.', '-', '@', 'xn--'],
  );
  const half = fc.oneof(fc.string({ unit: awkward, maxLength: 12 }), fc.string({ unit: 'binary', maxLength: 12 }));
  const address = fc.tuple(half, half).map(([local, domain]) => `${local}@${domain}`);
  fc.assert(fc.property(address, assertStable), { numRuns: 20_000 });
});

for (const local of ['J\u030c', 'H\u0331', 'T\u0308', 'W\u030a', '\u0130', '\u03d2', 'A\u03a3', 'A\u03a3.B']) {
  test(`L-01: ${escaped(local)} is an address of its own, and stable`, () => {
    const form = canonicalEmail(`${local}@uni.mx`);
    assert.ok(form !== null && !isPlain(form));
    assert.equal(canonicalEmail(form), form);
  });
}

test('L-01: no character but the ASCII letter itself reaches an ASCII address', () => {
  for (const character of codePoints()) {
    if (isPlain(character) || isUnassigned(character)) continue;
    for (const address of [`an${character}@uni.mx`, `ana@un${character}.mx`, `ana@uni${character}mx`]) {
      const form = canonicalEmail(address);
      // A domain that is written with such letters is another domain, and says so by its A-label.
      if (form === null || !isPlain(form) || (address.startsWith('ana') && form.includes('xn--'))) continue;
      assert.fail(`${escaped(address)} reaches ${form}`);
    }
  }
});

test('L-01: the Kelvin sign and the long s do not reach a plain local part at an international domain either', () => {
  assert.equal(canonicalEmail('kiosk@ñandú.mx'), 'kiosk@xn--and-6ma2c.mx');
  for (const look of ['\u212aiosk', 'kio\u017fk', 'ｋiosk']) assert.equal(canonicalEmail(`${look}@ñandú.mx`), null);
});

test('L-02: an address with a character that is unassigned, private or half a pair is refused', () => {
  for (const character of codePoints()) {
    if (isUnassigned(character)) assert.equal(canonicalEmail(`ana@uni${character}.mx`), null);
  }
});

test('L-01: an international local part does not open the door for a look-alike domain', () => {
  assert.equal(canonicalEmail('ñ@kiosk.mx'), 'ñ@kiosk.mx');
  for (const look of ['\u212aiosk.mx', 'kio\u017fk.mx', 'kiosk\u3002mx'])
    assert.equal(canonicalEmail(`ñ@${look}`), null);
});

test('letter case and Unicode composition make no second address; sharp s and ss stay two', () => {
  assert.equal(canonicalEmail('Ana.Ruiz@UNI.MX'), 'ana.ruiz@uni.mx');
  assert.equal(canonicalEmail('JOSE\u0301@uni.mx'), canonicalEmail('josé@uni.mx'));
  assert.notEqual(canonicalEmail('straße@uni.mx'), canonicalEmail('strasse@uni.mx'));
});

const invisible = [
  ...['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u034f', '\u3164', '\u115f', '\ufe0f', '\u202e'],
  ...['\u2066', '\u180e', '\u{e0061}', '\u{e0001}', '\u0000', '\u0007', '\u00a0', '\u3000', ' ', '\t', '\r', '\n'],
  '\ufffd',
];
for (const character of invisible) {
  test(`L-02: an address with ${escaped(character)} anywhere is refused`, () => {
    for (let at = 0; at <= 'admin@uni.mx'.length; at++) {
      assert.equal(canonicalEmail(`admin@uni.mx`.slice(0, at) + character + 'admin@uni.mx'.slice(at)), null);
    }
  });
}

for (const address of [
  'victim＠uni.mx@evil.test',
  'victim@uni.mx＠evil.test',
  'a﹫b.mx',
  'a＠b.mx',
  'a@b@c.mx',
  '@uni.mx',
  'ana@',
  '@',
  'ana',
  '',
]) {
  test(`L-04: ${JSON.stringify(address)} is no single address`, () => assert.equal(canonicalEmail(address), null));
}

test('L-05: an international domain is one domain in every spelling, and kept as its A-label', () => {
  for (const domain of ['ñandú.mx', 'ÑANDÚ.mx', 'n\u0303andu\u0301.mx', 'xn--and-6ma2c.mx', 'XN--AND-6MA2C.MX']) {
    assert.equal(canonicalEmail(`ana@${domain}`), 'ana@xn--and-6ma2c.mx');
  }
  assert.equal(canonicalEmail('ana@faß.de'), 'ana@xn--fa-hia.de');
});

for (const domain of [
  ...['xn--a.mx', 'xn--.mx', 'xn--zz-zz', 'uni..mx', '.uni.mx', 'uni.mx.', '-uni.mx', 'uni-.mx', '.', 'uni_x.mx'],
  ...['127.0.0.1', '127.1', '0x7f.1', '1', '[127.0.0.1]', '[::1]', 'uni.mx:25', `${'a'.repeat(64)}.mx`],
]) {
  test(`L-05: ${domain.slice(0, 20)} is no domain of an address`, () => {
    assert.equal(canonicalEmail(`ana@${domain}`), null);
  });
}

for (const spelling of ['%75ni.mx', 'uni.mx/x', 'uni.mx?x', 'uni.mx#x', 'uni.mx\\x', 'x:y@uni.mx']) {
  test(`F-09: ana@${spelling} is not read as a URL, and so is not ana@uni.mx`, () => {
    assert.equal(canonicalEmail(`ana@${spelling}`), null);
  });
}
test('F-09: the conversion of the platform would read such a domain as a URL: the check before it is needed', () => {
  assert.equal(domainToASCII('uni.mx/x'), 'uni.mx');
});

for (const address of [
  '"victim@uni.mx x"@evil.test',
  'user@uni.mx(x)evil.test',
  'user(x)@evil.test',
  'a@uni.mx,evil@evil.test',
  'a,evil@evil.test',
  'a@uni.mx\r\nBcc:evil@evil.test',
  '<a@uni.mx>evil@evil.test',
  '<a@evil.test',
  '"a"@evil.test',
  'a\\b@evil.test',
  'a;b@evil.test',
]) {
  test(`F-09: ${JSON.stringify(address)} is refused`, () => assert.equal(canonicalEmail(address), null));
}

test('L-09: an address longer than 254 characters is refused, also when only folding makes it so', () => {
  assert.equal(canonicalEmail(`${'a'.repeat(247)}@uni.mx`)?.length, 254);
  assert.equal(canonicalEmail(`${'a'.repeat(248)}@uni.mx`), null);
  assert.equal(canonicalEmail(`${'\ufdfa'.repeat(20)}@uni.mx`), null);
  assert.equal(canonicalEmail(`a@${'a.'.repeat(50_000)}`), null);
});
