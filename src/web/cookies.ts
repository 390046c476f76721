/**
 * Cookies: how they are named, read and written.
 *
 * Over https every cookie of ours is `__Host-`: no sub-domain and no plain-http answer can set it (H-03). Over http, which
 * only a developer's own machine may use, browsers do not allow that prefix.
 */

/** How long a browser keeps what makes a page more convenient and says nothing about a person. */
export const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Cookies by name. A name that was sent twice is left out: somebody may have planted one of the two (C-08). */
export function readCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  const ambiguous = new Set<string>();
  for (const pair of (header ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = pair.slice(0, equals).trim();
    if (cookies.has(name)) ambiguous.add(name);
    cookies.set(name, pair.slice(equals + 1).trim());
  }
  for (const name of ambiguous) cookies.delete(name);
  return cookies;
}

export interface Cookies {
  /** The full name of a cookie of ours. */
  name(shortName: string): string;
  /** The value of a `Set-Cookie` field. `maxAgeSeconds` null: until the browser is closed. */
  set(shortName: string, value: string, maxAgeSeconds: number | null): string;
  clear(shortName: string): string;
  /**
   * As `set`, for a page that a site shows in a frame: kept apart for each such site (CHIPS), so that no site can follow anybody by it,
   * and sent when that site posts a form to us. Only for a secret of one attempt: a session is never kept so.
   */
  setForFrames(shortName: string, value: string, maxAgeSeconds: number): string;
  clearForFrames(shortName: string): string;
}

export function createCookies(publicUrl: URL): Cookies {
  const secure = publicUrl.protocol === 'https:';
  const name = (shortName: string) => `${secure ? '__Host-' : ''}llavero-${shortName}`;
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  // Without https browsers refuse `SameSite=None`; a developer's machine is one site with itself.
  const attributesInFrames = secure ? '; Path=/; HttpOnly; SameSite=None; Secure; Partitioned' : attributes;
  return {
    name,
    set: (shortName, value, maxAgeSeconds) =>
      `${name(shortName)}=${value}${maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`}${attributes}`,
    clear: (shortName) => `${name(shortName)}=; Max-Age=0${attributes}`,
    setForFrames: (shortName, value, maxAgeSeconds) =>
      `${name(shortName)}=${value}; Max-Age=${maxAgeSeconds}${attributesInFrames}`,
    clearForFrames: (shortName) => `${name(shortName)}=; Max-Age=0${attributesInFrames}`,
  };
}
