/**
 * The cookies of one walk, for hosts of one LMS only; forgotten with it.
 *
 * As strict as a browser where it matters: a Secure cookie never leaves by http, and none goes to a host that did not set it or a
 * part of whose name it was set for.
 */
import type { Milliseconds } from '../model.ts';

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly secure: boolean;
  readonly expiresAt: Milliseconds | null;
}

export interface CookieJar {
  keep(from: URL, setCookies: readonly string[]): void;
  /** The value of the field `Cookie`; null for none. */
  headerFor(url: URL): string | null;
}

/** Far beyond what an LMS sets, so that no answer fills the memory. */
const MOST = 50;
const LONGEST = 4096;

export function createCookieJar(now: () => Milliseconds): CookieJar {
  const cookies = new Map<string, Cookie>();
  return {
    keep(from, setCookies) {
      for (const line of setCookies) {
        const cookie = parseCookie(line, from, now());
        if (cookie === null) continue;
        const key = `${cookie.domain} ${cookie.name}`;
        const isOver = cookie.expiresAt !== null && cookie.expiresAt <= now();
        if (isOver) cookies.delete(key);
        else if (cookies.has(key) || cookies.size < MOST) cookies.set(key, cookie);
      }
    },
    headerFor(url) {
      const fit = [...cookies.values()].filter(
        ({ domain, hostOnly, secure, expiresAt }) =>
          (hostOnly ? url.hostname === domain : isWithin(url.hostname, domain)) &&
          (!secure || url.protocol === 'https:') &&
          (expiresAt === null || expiresAt > now()),
      );
      return fit.length === 0 ? null : fit.map(({ name, value }) => `${name}=${value}`).join('; ');
    },
  };
}

/** RFC 6265 §5.2, as far as one LMS needs it: every path is `/` there. */
function parseCookie(line: string, from: URL, now: Milliseconds): Cookie | null {
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  if (equals <= 0 || line.length > LONGEST) return null;
  const found = new Map(
    attributes.map((text) => {
      const [name = '', ...value] = text.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );
  const domain = (found.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && !isWithin(from.hostname, domain)) return null;
  return {
    name: pair.slice(0, equals).trim(),
    value: pair.slice(equals + 1).trim(),
    domain: domain === '' ? from.hostname : domain,
    hostOnly: domain === '',
    secure: found.has('secure'),
    expiresAt: expiryOf(found.get('max-age'), found.get('expires'), now),
  };
}

function expiryOf(maxAge: string | undefined, expires: string | undefined, now: Milliseconds): Milliseconds | null {
  if (maxAge !== undefined && /^-?\d{1,12}$/.test(maxAge)) return now + Number(maxAge) * 1000;
  const at = Date.parse(expires ?? '');
  return Number.isNaN(at) ? null : at;
}

const isWithin = (hostname: string, domain: string) => hostname === domain || hostname.endsWith(`.${domain}`);
