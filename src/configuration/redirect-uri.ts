/**
 * Which addresses a client may have people sent back to (security case A-38, RFC 9700 §4.1.3, RFC 8252 §7).
 *
 * The one place that judges them, whatever door they come in by. Requests are later compared with the text kept here,
 * character by character, so a text that two parsers could read differently is refused rather than tidied.
 * Must never: repair an address.
 */

declare const redirectUriBrand: unique symbol;
/** An address that passed `parseRedirectUri`. */
export type RedirectUri = string & { readonly [redirectUriBrand]: true };

export type RedirectUriVerdict =
  | { readonly accepted: true; readonly uri: RedirectUri; readonly privateUseScheme: boolean }
  /** What is wrong, in words that follow the address. Does not repeat it. */
  | { readonly accepted: false; readonly fault: string };

const MAXIMUM_LENGTH = 2_000;
/** RFC 3986 §2: the characters of an address. Leaves out white space, `\`, `"`, `<`, `>`, `^`, `` ` ``, `{`, `|`, `}`. */
const URI_CHARACTERS = /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/;
/** RFC 8252 §7.1: a domain name of the app's maker in reverse, so at least one dot. No browser runs such a scheme. */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:$/;
const thisMachine = ['localhost', '127.0.0.1', '[::1]'];

/** Judges one address. Whether a private-use scheme fits the client is for the caller to say: only native apps have one. */
export function parseRedirectUri(text: string): RedirectUriVerdict {
  const fault = faultOfText(text) ?? faultOfUrl(text, new URL(text));
  if (fault !== null) return { accepted: false, fault };
  return {
    accepted: true,
    uri: text as RedirectUri,
    privateUseScheme: PRIVATE_USE_SCHEME.test(new URL(text).protocol),
  };
}

function faultOfText(text: string): string | null {
  if (text === '') return 'is empty';
  if (text.length > MAXIMUM_LENGTH) return `is longer than ${MAXIMUM_LENGTH} characters`;
  if (/\s/.test(text)) return 'holds white space';
  if (!URI_CHARACTERS.test(text)) return 'holds a character that an address may not hold unencoded (RFC 3986)';
  // A wildcard hands codes to whoever gets any one of the addresses it covers.
  if (text.includes('*')) return 'holds a wildcard: list each address';
  if (text.includes('#')) return 'holds a fragment (RFC 6749 §3.1.2)';
  if (!URL.canParse(text)) return 'is not an absolute address';
  return null;
}

function faultOfUrl(text: string, url: URL): string | null {
  const secure = url.protocol === 'https:';
  const loopback = url.protocol === 'http:' && thisMachine.includes(url.hostname);
  if (url.protocol === 'http:' && !loopback)
    return 'must begin with https:// (http:// only for localhost, 127.0.0.1 and [::1])';
  // Also stops javascript: and data:, which would run in the page that redirects.
  if (!secure && !loopback && !PRIVATE_USE_SCHEME.test(url.protocol)) {
    return 'must begin with https://, or with a private-use scheme that holds a dot such as com.example.app:/';
  }
  if (url.username !== '' || url.password !== '') return 'holds a user name or password';
  // `https:host`, `//HOST`, `/a/../b`, `127.1`: forms that a browser reads differently from how they look.
  if (url.href !== text && url.href !== `${text}/`)
    return 'is not in normal form (lower-case host, no default port, no /../)';
  return null;
}
