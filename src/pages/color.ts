/**
 * Colours that an operator chooses, and whether text in them can be read (WCAG 2.2 §1.4.3).
 *
 * A colour is written into the stylesheet, so it has a type that only the check can make: nothing but `#rrggbb`.
 */

declare const colorBrand: unique symbol;
export type Color = string & { readonly [colorBrand]: true };

/** Null for anything but six hexadecimal digits after `#`: a value with `;` or `}` would write rules of its own. */
export function parseColor(value: string): Color | null {
  return /^#[0-9a-f]{6}$/i.test(value) ? (value.toLowerCase() as Color) : null;
}

/** For colours that the program itself writes. @throws TypeError when it is none: a fault of ours. */
export function color(value: string): Color {
  const parsed = parseColor(value);
  if (parsed === null) throw new TypeError('Not a colour of the form #rrggbb.');
  return parsed;
}

/** WCAG's contrast ratio, from 1 (the same) to 21 (black and white). Text needs 4.5. */
export function contrast(one: Color, other: Color): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Whichever of `candidates` is easier to read on `background`; the first wins a draw. */
export function mostReadable(background: Color, candidates: readonly [Color, Color]): Color {
  const [first, second] = candidates;
  return contrast(background, first) >= contrast(background, second) ? first : second;
}

/** Relative luminance as WCAG 2.2 defines it, from 0 (black) to 1 (white). */
function luminance(value: Color): number {
  const channel = (start: number) => {
    const share = Number.parseInt(value.slice(start, start + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
