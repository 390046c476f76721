/**
 * The cookie jar of the test browser: which cookies a response may set and which a request carries.
 *
 * Follows RFC 6265bis (draft 20), as Chromium and Firefox do: scope by host and path, not by port; name prefixes; SameSite,
 * where an absent attribute means Lax. What a browser drops without a word is kept in `refused`, so that a test can ask
 * why a cookie is missing. It never decides by the wall clock: the time is an argument.
 *
 * Left out: the public suffix list (only single labels are refused as a domain) and partitions.
 */

export type SameSite = 'Strict' | 'Lax' | 'None';

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** The host, or the domain when `hostOnly` is false. */
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: SameSite;
  /** Milliseconds since the epoch; null for a cookie that lives as long as the browser. */
  readonly expiresAt: number | null;
}

export interface RefusedCookie {
  readonly header: string;
  readonly url: string;
  readonly reason: string;
}

/** How the request came about, as far as SameSite cares. */
export type SiteContext =
  | 'same-site'
  | 'cross-site-navigation'
  | 'cross-site-unsafe-navigation'
  | 'cross-site-embedded';

/** Browsers cap the life of a cookie at 400 days (RFC 6265bis §5.5). */
const longestLife = 400 * 24 * 60 * 60 * 1000;
const largestPair = 4096;

/** Whether a browser treats this address as confidential, so that Secure cookies and Sec-Fetch headers go there. */
export function isTrustworthy(url: URL): boolean {
  return url.protocol === 'https:' || url.hostname === 'localhost' || url.hostname === '127.0.0.1';
}

export class CookieJar {
  readonly refused: RefusedCookie[] = [];
  readonly #cookies = new Map<string, Cookie>();

  /** Reads one Set-Cookie field of a response from `url` (RFC 6265bis §5.6, §5.7). */
  receive(header: string, url: URL, context: SiteContext, now: number): void {
    const cookie = parseSetCookie(header, url, now);
    const reason = typeof cookie === 'string' ? cookie : this.#whyRefused(cookie, url, context);
    if (typeof cookie === 'string' || reason !== null) {
      this.refused.push({ header, url: url.href, reason: reason ?? '' });
      return;
    }
    const key = keyOf(cookie);
    if (cookie.expiresAt !== null && cookie.expiresAt <= now) this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
  }

  /** The value of the Cookie field for a request (§5.8.3); null when there is nothing to send. */
  header(url: URL, context: SiteContext, now: number): string | null {
    const sent = this.all(now).filter((cookie) => belongsTo(cookie, url) && allowedBySite(cookie, context));
    // Longer paths first; Map keeps the order of creation within one length, and sort is stable.
    sent.sort((a, b) => b.path.length - a.path.length);
    return sent.length === 0 ? null : sent.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  }

  all(now: number): Cookie[] {
    return [...this.#cookies.values()].filter((cookie) => cookie.expiresAt === null || cookie.expiresAt > now);
  }

  /** Removes the cookies of this name, on every host or on one. Answers how many there were. */
  forget(name: string, host: string | null): number {
    const doomed = [...this.#cookies].filter(
      ([, cookie]) => cookie.name === name && (host ?? cookie.domain) === cookie.domain,
    );
    for (const [key] of doomed) this.#cookies.delete(key);
    return doomed.length;
  }

  #whyRefused(cookie: Cookie, url: URL, context: SiteContext): string | null {
    if (cookie.secure && !isTrustworthy(url)) return 'Secure from an insecure address';
    if (cookie.sameSite === 'None' && !cookie.secure) return 'SameSite=None without Secure';
    if (cookie.sameSite !== 'None' && context === 'cross-site-embedded')
      return 'SameSite cookie from an embedded cross-site answer';
    const prefixed = prefixFault(cookie);
    if (prefixed !== null) return prefixed;
    // An attacker on the network must not be able to shadow a Secure cookie (§5.7 step 16).
    const shadows = [...this.#cookies.values()].some(
      (other) =>
        other.name === cookie.name && other.secure && !cookie.secure && domainMatches(url.hostname, other.domain),
    );
    return shadows && !isTrustworthy(url) ? 'would shadow a Secure cookie' : null;
  }
}

/** §4.1.3: the promises that a name prefix makes. Compared without case, as browsers do since 2023. */
function prefixFault(cookie: Cookie): string | null {
  const name = cookie.name.toLowerCase();
  if ((name.startsWith('__secure-') || name.startsWith('__host-')) && !cookie.secure)
    return 'name prefix without Secure';
  if (name.startsWith('__host-') && !cookie.hostOnly) return '__Host- with Domain';
  if (name.startsWith('__host-') && cookie.path !== '/') return '__Host- with a Path other than /';
  return null;
}

/** The cookie, or the reason why the field is none. */
function parseSetCookie(header: string, url: URL, now: number): Cookie | string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for (§5.6 step 1)
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(header)) return 'control character';
  const [pair = '', ...attributeTexts] = header.split(';');
  const [name, value] = halves(pair);
  if (!pair.includes('=') || name === '') return 'no name';
  if (name.length + value.length > largestPair) return 'larger than 4096 octets';
  // The last attribute of one name wins (§5.6).
  const attributes = new Map(attributeTexts.map(halves).map(([key, text]) => [key.toLowerCase(), text]));

  const domain = (attributes.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && !domainMatches(url.hostname, domain)) return 'Domain of another host';
  if (domain !== '' && domain !== url.hostname && !domain.includes('.')) return 'Domain is a public suffix';
  const path = attributes.get('path') ?? '';
  return {
    name,
    value,
    domain: domain === '' ? url.hostname : domain,
    hostOnly: domain === '',
    path: path.startsWith('/') ? path : defaultPath(url),
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: sameSiteOf(attributes.get('samesite')),
    expiresAt: expiryOf(attributes, now),
  };
}

function halves(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text.trim(), ''] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}

function sameSiteOf(text: string | undefined): SameSite {
  const value = text?.toLowerCase();
  if (value === 'none') return 'None';
  return value === 'strict' ? 'Strict' : 'Lax';
}

/** Max-Age wins over Expires (§5.7 step 3). */
function expiryOf(attributes: ReadonlyMap<string, string>, now: number): number | null {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) {
    return Number(maxAge) <= 0 ? 0 : now + Math.min(Number(maxAge) * 1000, longestLife);
  }
  const expires = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expires) ? null : Math.min(expires, now + longestLife);
}

/** §5.1.4 */
function defaultPath(url: URL): string {
  const lastSlash = url.pathname.lastIndexOf('/');
  return lastSlash <= 0 ? '/' : url.pathname.slice(0, lastSlash);
}

/** §5.1.3: an address of digits matches only itself. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[\d.]+$/.test(host));
}

/** §5.1.4: /account covers /account and /account/x, not /accounts. */
function pathMatches(requested: string, path: string): boolean {
  if (requested === path) return true;
  return requested.startsWith(path) && (path.endsWith('/') || requested[path.length] === '/');
}

function belongsTo(cookie: Cookie, url: URL): boolean {
  const host = cookie.hostOnly ? url.hostname === cookie.domain : domainMatches(url.hostname, cookie.domain);
  return host && pathMatches(url.pathname, cookie.path) && (!cookie.secure || isTrustworthy(url));
}

/** §5.2, §5.8.3: Lax travels across sites only with a top-level navigation by a safe method. */
function allowedBySite(cookie: Cookie, context: SiteContext): boolean {
  if (context === 'same-site' || cookie.sameSite === 'None') return true;
  return cookie.sameSite === 'Lax' && context === 'cross-site-navigation';
}

function keyOf(cookie: Cookie): string {
  return JSON.stringify([cookie.domain, cookie.hostOnly, cookie.path, cookie.name]);
}
