/**
 * How OAuth 1.0a writes and reads parameters: percent-encoding, and forms as ordered pairs.
 *
 * Implements RFC 5849 §3.6 and the reading half of §3.4.1.3.1. Pairs stay a list: an object would lose duplicates and
 * order, and both are signed. Nothing is decoded twice, and nothing is repaired: what cannot be read is refused.
 */

/** A name and its value, decoded. */
export type Parameter = readonly [name: string, value: string];

/** A request that is not written as RFC 5849 says. The message names the rule and never a value. */
export class MalformedRequest extends Error {
  override readonly name = 'MalformedRequest';
}

/**
 * RFC 5849 §3.6: all but `A-Z a-z 0-9 - . _ ~`, byte by byte of the UTF-8, in upper case.
 *
 * `encodeURIComponent` alone leaves `!'()*` bare; a form encoder writes a space as `+`. Either breaks the signature of
 * a Mr. O'Neil. @throws URIError for half a surrogate pair
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @throws MalformedRequest when an escape is broken or is not UTF-8 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MalformedRequest('A percent-encoding is broken');
  }
}

/** RFC 3986 §3.4. Whatever else stands bare was written by no encoder, and two readers would read it in two ways. */
const formCharacters = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/?%]*$/;

/**
 * RFC 5849 §3.4.1.3.1: the pairs of a query or of a form body, in order, with duplicates and empty values. A name
 * without `=` has an empty value.
 * @throws MalformedRequest
 */
export function parseForm(text: string): readonly Parameter[] {
  if (!formCharacters.test(text)) throw new MalformedRequest('A form holds a character that must be encoded');
  return text
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const [name = '', ...value] = piece.split('=');
      return [decodeFormText(name), decodeFormText(value.join('='))];
    });
}

/** First the plus, then the escapes: the other way round `%2B` would become a space. */
function decodeFormText(text: string): string {
  return percentDecode(text.replaceAll('+', ' '));
}

/** With `%20` for a space, which every reader of forms understands too (RFC 5849 §3.6). */
export function writeForm(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&');
}
