/**
 * The mark of a provider as an operator gives it: one or two letters, or a small picture as a `data:` address.
 *
 * A picture is looked at before it is stored, because it is served to everybody who signs in (I-08): a PNG from its
 * signature to its last chunk and nothing behind it, so that no other kind of file hides in it, and small on the screen
 * too, so that a few bytes cannot unpack to a wall of pixels. Must never: be shown from anywhere but an address of ours.
 */

const PREFIX = 'data:image/png;base64,';
const MAXIMUM_BYTES = 24 * 1024;
const MAXIMUM_SIDE = 512;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Length, type and checksum, around the data of each chunk. */
const CHUNK_FRAME = 12;
const LETTERS = /^[\p{L}\p{N}]{1,2}$/u;

export type Icon =
  | { readonly kind: 'letters'; readonly letters: string }
  | { readonly kind: 'picture'; readonly png: Uint8Array }
  /** In words that follow the path of the value. */
  | { readonly kind: 'fault'; readonly fault: string };

export function readIcon(text: string): Icon {
  if (LETTERS.test(text)) return { kind: 'letters', letters: text };
  if (!text.startsWith(PREFIX)) return fault(`must be one or two letters, or a picture as ${PREFIX}…`);
  const base64 = text.slice(PREFIX.length);
  const png = Buffer.from(base64, 'base64');
  // Node skips what is not base64: only a text that comes out the same was nothing else.
  if (png.toString('base64') !== base64) return fault('is not written in base64');
  if (png.length > MAXIMUM_BYTES) return fault(`is larger than ${MAXIMUM_BYTES} bytes`);
  const wrong = faultOfPng(png);
  return wrong === null ? { kind: 'picture', png } : fault(wrong);
}

function faultOfPng(png: Buffer): string | null {
  if (!isWholePng(png)) return 'is not a PNG picture, or not only that';
  // PNG §11.2.1: the header comes first and begins with width and height.
  const sides = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const fits = sides.every((side) => side >= 1 && side <= MAXIMUM_SIDE);
  return fits ? null : `is larger than ${MAXIMUM_SIDE} pixels a side`;
}

/** PNG §5: the signature, then chunks one after another; the first is IHDR, and the file ends with IEND. */
function isWholePng(png: Buffer): boolean {
  if (!png.subarray(0, SIGNATURE.length).equals(SIGNATURE)) return false;
  let at = SIGNATURE.length;
  let type = '';
  while (at + CHUNK_FRAME <= png.length && type !== 'IEND') {
    const length = png.readUInt32BE(at);
    type = png.toString('latin1', at + 4, at + 8);
    if (at === SIGNATURE.length && (type !== 'IHDR' || length !== 13)) return false;
    at += CHUNK_FRAME + length;
  }
  return type === 'IEND' && at === png.length;
}

function fault(words: string): Icon {
  return { kind: 'fault', fault: words };
}
