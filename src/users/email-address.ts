/**
 * The canonical form of an e-mail address: what is compared and made unique. The address as written is kept beside it.
 *
 * Must never give two mailboxes one form: who holds the form as verified is who the address belongs to.
 */
import { domainToASCII, domainToUnicode } from 'node:url';

/** RFC 5321 §4.5.3.1.3, counted in UTF-16 units. */
const LONGEST_ADDRESS = 254;

/**
 * Equal for two spellings of one mailbox: NFKC, lower case, NFKC again (one round is not stable for letters such as
 * U+03D2 or U+0130, L-01), the domain as its A-label (L-05). The canonical form of a canonical form is itself.
 *
 * Null for what is no single address after folding: several `@`, as a full-width `＠` turns out to be (L-04), spaces,
 * invisible or control characters (L-02), what structures a mail header (F-09), no valid domain name.
 */
export function canonicalEmail(address: string): string | null {
  if (address.length > LONGEST_ADDRESS) return null;
  // Split as written, so that each half is judged alone: letters of one must not excuse those of the other.
  const [local, domain, ...more] = address.split('@');
  if (local === undefined || domain === undefined || more.length > 0) return null;
  const localForm = canonicalLocalPart(local);
  const domainForm = canonicalDomain(domain);
  if (localForm === null || domainForm === null) return null;
  const form = `${localForm}@${domainForm}`;
  // Folding can lengthen: one letter may become eighteen.
  return form.length > LONGEST_ADDRESS ? null : form;
}

function canonicalLocalPart(local: string): string | null {
  const folded = fold(local);
  // A quoted local part is refused with them: nobody has one, and mail programs disagree about where it ends (F-09).
  if (folded === '' || UNFIT.test(folded) || /[()<>[\]:;@\\,"]/.test(folded)) return null;
  // Letters that NFKC folds into plain ASCII (the Kelvin sign, the long s) must not reach somebody's plain address.
  return isAscii(folded) && !isAscii(local) ? null : folded;
}

function canonicalDomain(domain: string): string | null {
  const folded = fold(domain);
  // Before the conversion: it reads its input as part of a URL, where `%75` is a letter and `/`, `?` or `\` ends the host.
  if (UNFIT.test(folded) || /[^\P{ASCII}a-z0-9.-]/u.test(folded)) return null;
  const ascii = domainToASCII(folded);
  if (!HOST_NAME.test(ascii)) return null;
  const isInternational = /(?:^|\.)xn--/.test(ascii);
  // UTS 46 §4: an A-label that stands for nothing is left as it is. It is none, however much it looks like one.
  if (isInternational && /(?:^|\.)xn--/.test(domainToUnicode(ascii))) return null;
  // As above: full-width letters and foreign full stops do not spell somebody's plain domain.
  return isAscii(domain) || isInternational ? ascii : null;
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC');
}

/**
 * White space, control, format, private and unassigned characters (Unicode general categories), and letters that show as
 * nothing. U+FFFD stands where a decoder met bytes that are none: as many mailboxes as there are such bytes would be one.
 */
const UNFIT = /[\s\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\uFFFD]|\p{Default_Ignorable_Code_Point}/u;

/** RFC 1123 §2.1: labels of letters, digits and inner hyphens. The last is not only digits: that would be an IP address. */
const HOST_NAME = /^(?!.*(?:^|\.)\d+$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.(?!$)|$))+$/;

function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII is what is asked for
  return /^[\x00-\x7f]*$/.test(text);
}
