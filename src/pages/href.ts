/**
 * Addresses that a page may link to, as types that only a check can make.
 *
 * Escaping cannot disarm `javascript:alert(1)`: it is a well-formed attribute. So a page accepts no plain string as an
 * address (case I-07). Whether an address is the right one for this person is not decided here.
 */

declare const hrefBrand: unique symbol;
declare const pathBrand: unique symbol;

/** A path of ours, or an absolute address that is https or a developer's own machine. */
export type Href = string & { readonly [hrefBrand]: true };

/** A path of ours: the only thing that a form is sent to. */
export type Path = Href & { readonly [pathBrand]: true };

/** Printable ASCII without white space, `"`, `<`, `>` or backslash: browsers read `/\evil.test` as `//evil.test`. */
const addressCharacters = /^[!#-;=?-[\]-~]+$/;

const localHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

const maximumLength = 4096;

/** Null for what is not a path of ours; `//host` and `/..//host` are other hosts in disguise (case I-05). */
export function parsePath(value: string): Path | null {
  if (!value.startsWith('/') || value.length > maximumLength || !addressCharacters.test(value)) return null;
  const base = 'https://here.invalid';
  if (!URL.canParse(value, base)) return null;
  const { origin, pathname } = new URL(value, base);
  return origin === base && !pathname.startsWith('//') ? (value as Path) : null;
}

/** Null for every scheme but https (and http on this machine), for credentials in the address, and for what is no address. */
export function parseHref(value: string): Href | null {
  const path = parsePath(value);
  if (path !== null) return path;
  if (value.length > maximumLength || !addressCharacters.test(value) || !URL.canParse(value)) return null;
  const { protocol, hostname, username, password, href } = new URL(value);
  // `https://broker.example@evil.test` shows one host and goes to another.
  if (username !== '' || password !== '') return null;
  const secure = protocol === 'https:' || (protocol === 'http:' && localHosts.has(hostname));
  return secure ? (href as Href) : null;
}

/**
 * The same, and a native app's own scheme: for an address that a client has registered, and nobody can hand in. Such a scheme
 * holds a dot (RFC 8252 §7.1), so no browser runs it.
 */
export function parseRegisteredHref(value: string): Href | null {
  const href = parseHref(value);
  if (href !== null || value.length > maximumLength || !addressCharacters.test(value)) return href;
  return /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/.test(value) ? (value as Href) : null;
}

/** For addresses that the program itself writes. @throws TypeError when it is not a path: a fault of ours. */
export function path(value: string): Path {
  const parsed = parsePath(value);
  if (parsed === null) throw new TypeError('Not a path of ours.');
  return parsed;
}
