/**
 * From the brand that an operator configured to the one that pages are drawn with.
 */
import type { BrandDocument } from '../configuration/documents.ts';
import { type Brand, defaultBrand, type SupportContact } from '../pages/brand.ts';
import { parseColor } from '../pages/color.ts';
import { parseHref } from '../pages/href.ts';

export function brandOf(document: BrandDocument): Brand {
  const accent = document.accent_color === null ? null : parseColor(document.accent_color);
  return {
    ...defaultBrand,
    productName: document.product_name ?? defaultBrand.productName,
    // The configured colour was checked against white; on the dark card the default stays, which is known to be readable.
    accent: accent === null ? defaultBrand.accent : { ...defaultBrand.accent, light: accent },
    support: supportOf(document.support_contact),
  };
}

function supportOf(contact: string | null): SupportContact {
  if (contact === null) return { kind: 'nobody' };
  const href = parseHref(contact);
  if (href !== null && URL.canParse(contact)) return { kind: 'page', name: new URL(contact).host, href };
  return { kind: 'email', address: contact };
}
