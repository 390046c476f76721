/**
 * The canonical form of an e-mail address: what is compared and made unique. The address as written is kept beside it.
 */
import { domainToASCII } from 'node:url';

/**
 * Equal for two spellings of one mailbox: NFKC, lower case, NFKC again (one round is not stable for letters such as
 * U+03D2 or U+0130, L-01), the domain as its A-label (L-05).
 *
 * Null for what is no single address after folding: several `@`, as a full-width `＠` turns out to be (L-04), spaces,
 * invisible or control characters (L-02), no valid domain.
 */
export function canonicalEmail(address: string): string | null {
  if (address.length > 254) return null;
  const folded = address.normalize('NFKC').toLowerCase().normalize('NFKC');
  const parts = folded.split('@');
  const [local, domain] = parts;
  if (parts.length !== 2 || !local || !domain || UNFIT.test(folded)) return null;
  // Letters that NFKC folds into plain ASCII (the Kelvin sign, the long s) must not reach somebody's plain address.
  if (isAscii(folded) && !isAscii(address)) return null;
  const asciiDomain = domainToASCII(domain);
  return asciiDomain === '' ? null : `${local}@${asciiDomain}`;
}

/** White space, control, format, private and unassigned characters (Unicode general categories), and letters that show as nothing. */
const UNFIT = /[\s\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}]|\p{Default_Ignorable_Code_Point}/u;

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is asked for
  return /^[\x00-\x7f]*$/.test(text);
}
