/**
 * G-02, G-05; NIST SP 800-63B-4 §3.1.1.2: which passwords may be set.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { textsFor } from '../i18n/texts.ts';
import type { PasswordFault } from '../model.ts';
import { describe } from './guessing.ts';
import { DEFAULT_MINIMUM_LENGTH, judgePassword, LOWEST_MINIMUM_LENGTH } from './policy.ts';
import { LONGEST_PASSWORD, TypedPassword } from './typed-password.ts';

const contextWords = ['Ana María López', 'ana.lopez@uni.example.mx', 'anita77', 'Campus Norte'];

async function faultsOf(text: string, rules: { minimumLength?: number; contextWords?: readonly string[] } = {}) {
  const password = TypedPassword.parse(text);
  assert.ok(password instanceof TypedPassword, text);
  const faults = await judgePassword(password, { minimumLength: DEFAULT_MINIMUM_LENGTH, contextWords, ...rules });
  return faults.map(({ code }) => code);
}

const isRefusedAs = async (code: PasswordFault['code'], texts: readonly string[]) => {
  for (const text of texts) assert.ok((await faultsOf(text)).includes(code), text);
};

test('G-02 15 characters by default, 8 where it is configured, and never fewer', async () => {
  const random = 'kq7vzx2hwm9rtd4';
  assert.equal(random.length, DEFAULT_MINIMUM_LENGTH);
  assert.deepEqual(await faultsOf(random), []);
  assert.deepEqual(await faultsOf(random.slice(1)), ['too_short']);
  assert.deepEqual(await faultsOf(random.slice(0, 8), { minimumLength: LOWEST_MINIMUM_LENGTH }), []);
  assert.deepEqual(await faultsOf(random.slice(0, 7), { minimumLength: LOWEST_MINIMUM_LENGTH }), ['too_short']);
  for (const minimumLength of [7, 0, -1, Number.NaN, 65]) {
    await assert.rejects(faultsOf(random, { minimumLength }), RangeError);
  }
});

test('G-02 characters are counted, not bytes or code units, and in either normal form alike', async () => {
  const phrase = 'ñáéíóúüñáé🔑🦉ñáé';
  assert.deepEqual(await faultsOf(phrase), []);
  assert.deepEqual(await faultsOf(phrase.normalize('NFD')), []);
  assert.deepEqual(await faultsOf(phrase.slice(1).normalize('NFD')), ['too_short']);
});

test('64 characters and more are accepted, up to the longest', async () => {
  const long = Array.from({ length: LONGEST_PASSWORD }, (_, index) => String.fromCharCode(33 + ((index * 37) % 90)));
  for (const length of [64, 128, LONGEST_PASSWORD])
    assert.deepEqual(await faultsOf(long.slice(0, length).join('')), []);
});

test('G-05 what many people use is refused, also with digits and signs at its ends, capitals, and signs for letters', () =>
  isRefusedAs('too_common', [
    'password1234567',
    'Universidad2026!',
    'P4$$w0rd1234567',
    'contraseña123456',
    'Contraseña2026!!',
    'Contr4s3ñ4!!!2026',
    'micontraseña2026',
    'Guadalajara2026!',
    'bachillerato2026',
    'sunshineprincess1',
    'americacampeon2026',
    'teamomuchomiamor',
    'juanperez1234567',
    'passwordqwerty12',
    '...iloveyou...2026',
    'p-a-s-s-w-o-r-d-1-2-3',
    'ｐａｓｓｗｏｒｄ1234567',
  ]));

test('G-05 what anybody would try who knows the person or the place is refused as that', () =>
  isRefusedAs('personal', [
    'ana.lopez@uni.example.mx',
    'ANA.LOPEZ@UNI.EXAMPLE.MX',
    'ana.lopez2026!!!!',
    'uni.example.mx12',
    'anita77anita77anita',
    'AnaMaríaLópez2026',
    'lópez maría ana 1',
    'campus norte 2026',
    'CampusNorte12345',
    '4n1t4-77-c4mpu5-n0rt3',
  ]));

test('the same words are nothing special for somebody else', async () => {
  const phrase = 'Campus Norte Mixcoac';
  assert.deepEqual(await faultsOf(phrase, { contextWords: [] }), []);
  for (const context of ['Campus Norte', 'Ｃａｍｐｕｓ Ｎｏｒｔｅ', 'CÁMPUS-NORTE']) {
    assert.deepEqual(await faultsOf(phrase, { contextWords: [context, 'mixcoac@uni.example'] }), ['personal']);
  }
});

test('context words that are empty, short or odd refuse nothing by themselves', async () => {
  const odd = ['', ' ', '@', 'a', 'de', '...', '@@', '\0', '\ud800', 'x'.repeat(10_000)];
  assert.deepEqual(await faultsOf('el tren sale a las nueve', { contextWords: odd }), []);
});

test('G-05 orders of letters, digits and keys are refused as that, in both directions', () =>
  isRefusedAs('in_order', [
    'abcdefghijklmnop',
    'ponmlkjihgfedcba',
    '98765432109876543210',
    '1qaz2wsx3edc4rfv',
    'asdfghjklñpoiuytrewq',
    '1q2w3e4r5t6y7u8i',
    'zyxwvutsrqponmlk',
  ]));

test('G-05 repetitions of a block are refused as that', () =>
  isRefusedAs('repetitive', [
    'aaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    'k7vk7vk7vk7vk7vk7v',
    'hola hola hola hola',
    '!!!!!!!!!!!!!!!a1',
    'P4ssw0rd!P4ssw0rd!',
  ]));

test('every fault is told at once', async () => {
  assert.deepEqual((await faultsOf('zzzzzanita77')).toSorted(), ['personal', 'repetitive', 'too_short']);
});

test('G-05 correct horse battery staple is accepted, and so are ordinary long phrases', async () => {
  for (const phrase of [
    'correct horse battery staple',
    'correcthorsebatterystaple',
    'me gusta el café por la mañana',
    'la lluvia cae sobre el patio',
    'mi abuela cocina mole los domingos',
    'tres gatos negros duermen',
    'bicicleta azul en la azotea',
    'nadie sabe lo que pienso',
    'el tren sale a las nueve',
    'quiero aprender a bailar',
    'mañana voy a la playa',
    'libro ventana zapato nube',
    'vamos a la escuela juntos',
    'arbol mesa perro luna',
    'hoy es un buen dia',
    'como estas amigo mio',
  ]) {
    assert.deepEqual(await faultsOf(phrase), [], phrase);
  }
});

test('a long phrase may hold a common password, a name or an order: the whole is judged, no part of it', async () => {
  for (const phrase of [
    'mi password es un tlacuache',
    'Ana colecciona timbres viejos',
    'qwerty no es un idioma vivo',
  ]) {
    assert.deepEqual(await faultsOf(phrase), [], phrase);
  }
});

test('there is no rule of composition: letters alone, digits alone and signs alone are accepted', async () => {
  for (const text of [
    'kqvzxhwmrtdjbfl',
    '839201748291034',
    'KQVZXHWMRTDJBFL',
    '}~"%{&)|=?*/(<$',
    '漢字仮名交文章力学習帳面白犬',
  ]) {
    assert.deepEqual(await faultsOf(text, { minimumLength: 14 }), [], text);
  }
});

test('a character that Unicode may still define is not taken: it could be another one after an upgrade', async () => {
  assert.deepEqual(await faultsOf('kq7vzx2hwm9rtd4\u0378'), ['unknown_characters']);
});

test('G-05 of the passwords that people use most, every one that is long enough is refused', async () => {
  const longEnough = dictionary['passwords-common'].filter((word) => word.length >= LOWEST_MINIMUM_LENGTH);
  assert.ok(longEnough.length > 3000);
  for (const word of longEnough) {
    assert.notDeepEqual(await faultsOf(word, { minimumLength: LOWEST_MINIMUM_LENGTH, contextWords: [] }), [], word);
  }
});

test('any of the most used words is refused with digits before it, signs behind it, and digits for its letters', async () => {
  const common = fc.constantFrom(...dictionary['passwords-common'].slice(0, 3000).filter((word) => /^\D+$/.test(word)));
  const digits = fc.nat(999).map(String);
  const signs = fc.constantFrom('', '!', '!!', '.', '*', '#1', '!!!!!!');
  const casing = fc.constantFrom(
    (word: string) => word,
    (word: string) => word.toUpperCase(),
    (word: string) => word.replaceAll('a', '4').replaceAll('e', '3').replaceAll('o', '0'),
  );
  await fc.assert(
    fc.asyncProperty(common, digits, signs, casing, async (word, before, behind, written) => {
      const text = `${before}${written(word)}${behind}`;
      fc.pre(text.length >= LOWEST_MINIMUM_LENGTH);
      const faults = await faultsOf(text, { minimumLength: LOWEST_MINIMUM_LENGTH, contextWords: [] });
      assert.notDeepEqual(faults, [], text);
    }),
  );
});

test('whatever short block is repeated, and however often, it is refused', async () => {
  const block = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(block, fc.integer({ min: 15, max: 60 }), async (text, times) => {
      assert.notDeepEqual(await faultsOf(text.repeat(times)), [], text);
    }),
  );
});

test('five words drawn from a list are always accepted, and so are 15 characters that are drawn', async () => {
  const words = fc
    .array(fc.constantFrom(...dictionary['diceware-common']), { minLength: 5, maxLength: 5 })
    .map((drawn) => drawn.join(' '));
  // Drawn at random, and not shrunk towards "aaa": what is asked is whether chance is ever refused.
  const characters = fc.noShrink(
    fc.string({ unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz23456789'), minLength: 15, maxLength: 30 }),
  );
  await fc.assert(
    fc.asyncProperty(words, async (phrase) => assert.deepEqual(await faultsOf(phrase), [], phrase)),
    { seed: 63, numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(characters, async (text) => assert.deepEqual(await faultsOf(text), [], text)),
    { seed: 63, numRuns: 300 },
  );
});

test('any password is judged without an exception, the longest ones too, and both normal forms alike', async () => {
  const any = fc.string({ unit: 'binary', minLength: 1, maxLength: LONGEST_PASSWORD });
  await fc.assert(
    fc.asyncProperty(any, async (text) => {
      fc.pre(TypedPassword.parse(text) instanceof TypedPassword);
      assert.deepEqual(await faultsOf(text.normalize('NFD')), await faultsOf(text.normalize('NFC')));
    }),
  );
});

test('what a judgement costs is bounded also where folding makes a text three times as long', () => {
  const syllables = Array.from({ length: LONGEST_PASSWORD }, (_, index) => String.fromCharCode(0xac01 + index * 37));
  const nothingKnown = { common: new Map(), personal: new Set<string>() };
  const described = (length: number) => describe(syllables.slice(0, length).join(''), nothingKnown)[0]?.bits;
  assert.equal(described(LONGEST_PASSWORD), described(LONGEST_PASSWORD / 2));
  assert.notEqual(described(LONGEST_PASSWORD), described(LONGEST_PASSWORD / 4));
});

test('every fault has its words in both languages', () => {
  const codes: { readonly [code in PasswordFault['code']]: true } = {
    missing: true,
    malformed: true,
    too_long: true,
    too_short: true,
    unknown_characters: true,
    too_common: true,
    personal: true,
    in_order: true,
    repetitive: true,
    unchanged: true,
  };
  for (const locale of ['es-MX', 'en'] as const) {
    const { passwordFaults } = textsFor(locale);
    assert.deepEqual(Object.keys(passwordFaults).toSorted(), Object.keys(codes).toSorted());
    assert.match(passwordFaults.too_short(15), /15/);
    assert.match(passwordFaults.too_long(LONGEST_PASSWORD), /256/);
  }
});
