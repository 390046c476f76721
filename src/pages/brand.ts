/**
 * What makes the pages those of a deployment: product name, accent colour, logo, whom to ask.
 *
 * An operator sets these. Must never hold anything about a person or a request.
 */
import { type Color, color, contrast } from './color.ts';
import type { Href, Path } from './href.ts';

/** Whom people are told to ask. `nobody` sends them to the people who run their course. */
export type SupportContact =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'email'; readonly address: string }
  | { readonly kind: 'page'; readonly name: string; readonly href: Href };

export interface Brand {
  readonly productName: string;
  /** One accent for each scheme: used for links on the card, and as the ground of the primary button. */
  readonly accent: { readonly light: Color; readonly dark: Color };
  /** A picture served by ourselves, shown beside the product name; null draws our own keyring (case I-02: no foreign origin). */
  readonly logo: Path | null;
  readonly support: SupportContact;
  /** IANA name of the zone in which dates are told, such as `America/Mexico_City`. */
  readonly timeZone: string;
}

export const defaultBrand: Brand = {
  productName: 'Llavero',
  accent: { light: color('#0f5257'), dark: color('#7fd4c8') },
  logo: null,
  support: { kind: 'nobody' },
  timeZone: 'America/Mexico_City',
};

/** The card's ground in each scheme; the stylesheet has the same values, and a test holds the two together. */
export const cardGround = { light: color('#ffffff'), dark: color('#1b2124') } as const;

/** What is wrong with a brand, in English for the operator; empty when nothing is. Contrast is WCAG 2.2 §1.4.3, level AA. */
export function brandFaults(brand: Brand): readonly string[] {
  const faults = (['light', 'dark'] as const)
    .map((scheme) => ({ scheme, ratio: contrast(brand.accent[scheme], cardGround[scheme]) }))
    .filter(({ ratio }) => ratio < 4.5)
    .map(
      ({ scheme, ratio }) => `accent.${scheme} has a contrast of ${ratio.toFixed(1)} to 1 on the card; 4.5 is needed`,
    );
  if (brand.productName.trim() === '') faults.push('productName is empty');
  if (!knowsTimeZone(brand.timeZone)) faults.push('timeZone is not a zone of the IANA list');
  return faults;
}

function knowsTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}
