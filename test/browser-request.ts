/**
 * How a browser makes a request: what it says about where the request comes from, and what a redirect changes.
 *
 * Sources: the Fetch standard (Origin, redirects), Fetch Metadata (Sec-Fetch-*), Referrer Policy, RFC 9110 §15.4 and
 * Content Security Policy 3 (`form-action`). A request tells the truth about its origin whatever the test wants: a test
 * that attacks says where the attack comes from, and this file derives the rest.
 */

import { isTrustworthy, type SiteContext } from './browser-cookies.ts';
import type { Page } from './browser-page.ts';

/** What the answer is for. Only `document` is a top-level navigation. */
export type Destination = 'document' | 'iframe' | 'image' | 'fetch';

/** The page that caused a request. */
export interface Initiator {
  readonly url: URL;
  readonly referrerPolicy: string;
  /** The form's Content-Security-Policy when it was a form; null otherwise. */
  readonly formPolicy: string | null;
}

export interface Journey {
  readonly method: string;
  readonly url: URL;
  /** A form body; null for methods without one. */
  readonly body: string | null;
  readonly destination: Destination;
  /** Null when the person typed the address. */
  readonly initiator: Initiator | null;
  readonly referrerPolicy: string;
  /** Worst relation seen between the initiator and any address on the way: a redirect cannot launder it. */
  readonly fetchSite: FetchSite;
  /** Whether a redirect between two foreign origins made the origin opaque. */
  readonly opaque: boolean;
}

type FetchSite = 'none' | 'same-origin' | 'same-site' | 'cross-site';
const bySeverity: readonly FetchSite[] = ['none', 'same-origin', 'same-site', 'cross-site'];
const defaultReferrerPolicy = 'strict-origin-when-cross-origin';

export function beginJourney(start: {
  method: string;
  url: URL;
  body: string | null;
  destination: Destination;
  initiator: Initiator | null;
}): Journey {
  return {
    ...start,
    referrerPolicy: start.initiator?.referrerPolicy ?? defaultReferrerPolicy,
    fetchSite: start.initiator === null ? 'none' : relation(start.initiator.url, start.url),
    opaque: false,
  };
}

export function initiatorOf(page: Page, isForm: boolean): Initiator {
  return {
    url: page.url,
    referrerPolicy: referrerPolicyIn(page.headers) ?? defaultReferrerPolicy,
    formPolicy: isForm ? page.headers.get('content-security-policy') : null,
  };
}

/** The next request after a redirect (Fetch, "HTTP-redirect fetch"). */
export function afterRedirect(journey: Journey, status: number, target: URL, headers: Headers): Journey {
  const url = new URL(target);
  if (url.hash === '') url.hash = journey.url.hash;
  // 303 always becomes GET; 301 and 302 do so for POST, as every browser does; 307 and 308 repeat the request.
  const becomesGet = status === 303 ? journey.method !== 'HEAD' : status < 303 && journey.method === 'POST';
  const { initiator } = journey;
  const foreign = initiator !== null && initiator.url.origin !== journey.url.origin;
  const relationNow = initiator === null ? 'none' : relation(initiator.url, url);
  return {
    ...journey,
    url,
    method: becomesGet ? 'GET' : journey.method,
    body: becomesGet ? null : journey.body,
    referrerPolicy: referrerPolicyIn(headers) ?? journey.referrerPolicy,
    fetchSite:
      bySeverity.indexOf(relationNow) > bySeverity.indexOf(journey.fetchSite) ? relationNow : journey.fetchSite,
    opaque: journey.opaque || (foreign && journey.url.origin !== url.origin),
  };
}

/** The headers that say where a request comes from. */
export function provenanceHeaders(journey: Journey): Headers {
  const headers = new Headers();
  if (isTrustworthy(journey.url)) {
    headers.set('sec-fetch-site', journey.fetchSite);
    headers.set('sec-fetch-mode', modeOf(journey.destination));
    headers.set('sec-fetch-dest', journey.destination === 'fetch' ? 'empty' : journey.destination);
    if (journey.destination === 'document') headers.set('sec-fetch-user', '?1');
  }
  if (journey.initiator === null) return headers;
  const referrer = referrerFor(journey.referrerPolicy, journey.initiator.url, journey.url);
  if (referrer !== null) headers.set('referer', referrer);
  const origin = originHeader(journey, journey.initiator.url);
  if (origin !== null) headers.set('origin', origin);
  return headers;
}

export function siteContext(journey: Journey): SiteContext {
  if (journey.initiator === null || relation(journey.initiator.url, journey.url) !== 'cross-site') return 'same-site';
  if (journey.destination !== 'document') return 'cross-site-embedded';
  return isSafe(journey.method) ? 'cross-site-navigation' : 'cross-site-unsafe-navigation';
}

/**
 * CSP 3 §6.4.1.1: a form's target, and in Chromium each redirect after it, must be listed in `form-action`.
 * Checked because a forgotten origin breaks sign-out in one browser only.
 */
export function isAllowedFormTarget(journey: Journey): boolean {
  const { initiator } = journey;
  const policies = initiator?.formPolicy?.split(',') ?? [];
  return policies.every((policy) => {
    const directive = policy
      .split(';')
      .map((text) => text.trim().split(/\s+/))
      .find(([name]) => name?.toLowerCase() === 'form-action');
    if (directive === undefined || initiator === null) return true;
    return directive.slice(1).some((source) => matchesSource(source, journey.url, initiator.url));
  });
}

function matchesSource(source: string, url: URL, self: URL): boolean {
  if (source === '*') return true;
  if (source.toLowerCase() === "'self'") return url.origin === self.origin;
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return url.protocol === source.toLowerCase();
  return URL.canParse(source) && new URL(source).origin === url.origin;
}

function modeOf(destination: Destination): string {
  if (destination === 'fetch') return 'cors';
  return destination === 'image' ? 'no-cors' : 'navigate';
}

function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function relation(from: URL, to: URL): FetchSite {
  if (from.origin === to.origin) return 'same-origin';
  return siteOf(from) === siteOf(to) ? 'same-site' : 'cross-site';
}

/** Schemeful site, with the last two labels standing for the registrable domain; ports do not count. */
function siteOf(url: URL): string {
  const isAddress = /^[\d.]+$/.test(url.hostname) || url.hostname.startsWith('[');
  const domain = isAddress ? url.hostname : url.hostname.split('.').slice(-2).join('.');
  return `${url.protocol}//${domain}`;
}

/** Fetch, "append a request Origin header". */
function originHeader(journey: Journey, from: URL): string | null {
  const crossOriginRead = journey.destination === 'fetch' && from.origin !== journey.url.origin;
  if (isSafe(journey.method) && !crossOriginRead) return null;
  if (journey.opaque) return 'null';
  if (journey.destination === 'fetch') return from.origin;
  switch (journey.referrerPolicy) {
    case 'no-referrer':
      return 'null';
    case 'same-origin':
      return from.origin === journey.url.origin ? from.origin : 'null';
    case 'no-referrer-when-downgrade':
    case 'strict-origin':
    case defaultReferrerPolicy:
      return from.protocol === 'https:' && journey.url.protocol !== 'https:' ? 'null' : from.origin;
    default:
      return from.origin;
  }
}

const referrerPolicies = new Set([
  'no-referrer',
  'no-referrer-when-downgrade',
  'same-origin',
  'origin',
  'strict-origin',
  'origin-when-cross-origin',
  defaultReferrerPolicy,
  'unsafe-url',
]);

/** The last policy of the list that is known counts (Referrer Policy §8.1). */
function referrerPolicyIn(headers: Headers): string | null {
  const listed = (headers.get('referrer-policy') ?? '').split(',').map((policy) => policy.trim().toLowerCase());
  return listed.findLast((policy) => referrerPolicies.has(policy)) ?? null;
}

/** Referrer Policy §8.3. */
function referrerFor(policy: string, from: URL, to: URL): string | null {
  const full = `${from.origin}${from.pathname}${from.search}`;
  const originOnly = `${from.origin}/`;
  const sameOrigin = from.origin === to.origin;
  const downgrade = isTrustworthy(from) && !isTrustworthy(to);
  switch (policy) {
    case 'no-referrer':
      return null;
    case 'unsafe-url':
      return full;
    case 'origin':
      return originOnly;
    case 'same-origin':
      return sameOrigin ? full : null;
    case 'strict-origin':
      return downgrade ? null : originOnly;
    case 'origin-when-cross-origin':
      return sameOrigin ? full : originOnly;
    case 'no-referrer-when-downgrade':
      return downgrade ? null : full;
    default:
      if (sameOrigin) return full;
      return downgrade ? null : originOnly;
  }
}
