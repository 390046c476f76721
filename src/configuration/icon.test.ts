/**
 * I-08: what an operator may give as the mark of a provider.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asDataAddress, png } from './icon.fixture.ts';
import { readIcon } from './icon.ts';

const small = png(36, 36);

test('one or two letters or digits are letters', () => {
  for (const letters of ['L', 'MX', 'ñ', '42', 'Й']) assert.deepEqual(readIcon(letters), { kind: 'letters', letters });
  for (const text of ['', 'abc', '<b', '·', ' L', 'L\n', '👩']) assert.equal(readIcon(text).kind, 'fault', text);
});

test('a PNG of up to 512 pixels a side is a picture, byte for byte', () => {
  for (const picture of [small, png(1, 1), png(512, 512)]) {
    const icon = readIcon(asDataAddress(picture));
    assert.ok(icon.kind === 'picture' && picture.equals(icon.png));
  }
});

const refused: { readonly [what: string]: string } = {
  'another type': `data:image/svg+xml;base64,${Buffer.from('<svg/>').toString('base64')}`,
  'a script as a PNG': asDataAddress(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>')),
  'a GIF as a PNG': asDataAddress(Buffer.from('GIF89a/*')),
  'an address elsewhere': 'https://evil.test/logo.png',
  'more behind the last chunk': asDataAddress(Buffer.concat([small, Buffer.from('<script>')])),
  'a signature alone': asDataAddress(small.subarray(0, 8)),
  'a cut picture': asDataAddress(small.subarray(0, -1)),
  'a chunk that ends beyond the file': asDataAddress(Buffer.concat([small.subarray(0, 8), Buffer.alloc(12, 0xff)])),
  'a side of 513 pixels': asDataAddress(png(513, 1)),
  'a wall of pixels': asDataAddress(png(50_000, 50_000)),
  'no width': asDataAddress(png(0, 36)),
  'more than 24 KiB': asDataAddress(png(36, 36, Buffer.alloc(24 * 1024))),
  'base64 with something in between': `${asDataAddress(small)}\n`,
};
for (const [what, text] of Object.entries(refused)) {
  test(`I-08 refused as a mark: ${what}`, () => {
    const icon = readIcon(text);
    assert.equal(icon.kind, 'fault');
    assert.ok(icon.kind === 'fault' && icon.fault.length < 100, 'the words do not repeat the picture');
  });
}

test('whatever a PNG is changed into, reading it ends, and what passes begins and ends as a PNG', () => {
  fc.assert(
    fc.property(fc.nat(small.length - 1), fc.nat(255), fc.nat(8), (at, byte, cut) => {
      const changed = Buffer.from(small.subarray(0, small.length - cut));
      if (at < changed.length) changed[at] = byte;
      const icon = readIcon(asDataAddress(changed));
      if (icon.kind !== 'picture') return;
      assert.ok(changed.subarray(0, 8).equals(small.subarray(0, 8)));
      assert.equal(changed.toString('latin1', changed.length - 8, changed.length - 4), 'IEND');
    }),
    { numRuns: 2000 },
  );
});
