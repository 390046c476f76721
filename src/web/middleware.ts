/**
 * What is done to every request and every answer of ours: headers, language, reference, whom limits count it under, and
 * who may send a form.
 */
import type { MiddlewareHandler } from 'hono';
import { SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import { chooseLocale } from '../i18n/locale.ts';
import type { Environment } from '../model.ts';
import { clientAddress, limitKey, peerOf, type TrustedProxies } from './client-address.ts';
import { addCookie, type WebContext, type WebEnv } from './context.ts';
import { type Cookies, readCookies, YEAR_SECONDS } from './cookies.ts';
import { newReference } from './reference.ts';

/** Forms of ours are small; anything larger is not one (L-07). */
export const FORM_LIMIT_BYTES = 64 * 1024;
const LOCALE_COOKIE = 'locale';

/** What a page may do besides what all may. */
export interface PageNeeds {
  /** Origins that a form on it may lead to besides ours. */
  readonly formTargets: readonly string[];
  /** Whether it runs our own script, which asks our own server. No other page runs any. */
  readonly ownScript: boolean;
  /** Origins that frames on it show. */
  readonly frameSources: readonly string[];
  /** Origins whose pages may show it in a frame. */
  readonly frameAncestors: readonly string[];
  /** Whether it speaks to the page that opened it, which may be another site's. */
  readonly keepsOpener: boolean;
  /** Whether other sites may show it as a picture: no page is. */
  readonly shownElsewhere: boolean;
}

/** What nearly every page needs: nothing. */
export const noNeeds: PageNeeds = {
  ...{ formTargets: [], ownScript: false, frameSources: [], frameAncestors: [] },
  ...{ keepsOpener: false, shownElsewhere: false },
};

/** Headers of every answer, also of those that are not pages (I-01). */
export function securityHeaders(publicUrl: URL, needs: PageNeeds): Record<string, string> {
  const { formTargets, ownScript, frameSources, frameAncestors, keepsOpener, shownElsewhere } = needs;
  // `form-action` also holds for the redirects after a form, so it names the client's origin where a form ends there.
  const formAction = ["'self'", ...formTargets].join(' ');
  const script = ownScript ? " script-src 'self'; connect-src 'self';" : '';
  const frames = frameSources.length === 0 ? '' : ` frame-src ${frameSources.join(' ')};`;
  const ancestors = frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ');
  return {
    'Content-Security-Policy': `default-src 'none';${script}${frames} style-src 'self'; img-src 'self'; form-action ${formAction}; base-uri 'none'; frame-ancestors ${ancestors}`,
    'X-Content-Type-Options': 'nosniff',
    // It knows no list of origins: where there is one, the policy alone says it (CSP Level 3 §6.4.2).
    ...(frameAncestors.length === 0 ? { 'X-Frame-Options': 'DENY' } : {}),
    // Not `no-referrer`: with it browsers send `Origin: null` with our own forms, and we refuse those. A page with frames has
    // no form, and Open edX leaves out of its log-out whoever the referrer names (open-edx.md §9).
    'Referrer-Policy': frameSources.length === 0 ? 'same-origin' : 'no-referrer',
    'Cross-Origin-Opener-Policy': keepsOpener ? 'unsafe-none' : 'same-origin',
    'Cross-Origin-Resource-Policy': shownElsewhere ? 'cross-origin' : 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    ...(publicUrl.protocol === 'https:' ? { 'Strict-Transport-Security': 'max-age=31536000' } : {}),
  };
}

export function setSecurityHeaders(publicUrl: URL): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    for (const [need, nothing] of Object.entries(noNeeds)) c.set(need as keyof PageNeeds, nothing);
    await next();
    for (const [name, value] of Object.entries(securityHeaders(publicUrl, c.var))) c.res.headers.set(name, value);
  };
}

export function setReference(environment: Environment): MiddlewareHandler<WebEnv> {
  return (c, next) => {
    c.set('reference', newReference(environment));
    c.set('wayOn', null);
    return next();
  };
}

/**
 * Whom limits count this request under. Says once when a proxy seems to be in front that is not trusted: everybody would
 * count as one client, and a limit that one of them reaches would stop all.
 */
export function setClientAddressKey(proxies: TrustedProxies, log: Log): MiddlewareHandler<WebEnv> {
  let said = false;
  return (c, next) => {
    const { incoming } = c.env;
    c.set('clientAddressKey', limitKey(clientAddress(incoming, proxies)));
    const peer = peerOf(incoming);
    if (!said && 'x-forwarded-for' in incoming.headers && peer !== null && !proxies.includes(peer)) {
      said = true;
      log.warn({
        event: 'proxy.not_trusted',
        detail: 'X-Forwarded-For from an address that LLAVERO_TRUSTED_PROXIES does not name: it is not believed',
      });
    }
    return next();
  };
}

/** `ui_locales` in an address chooses the language, and is remembered: it is how the language links of a page work. */
export function setLocale(cookies: Cookies): MiddlewareHandler<WebEnv> {
  return (c, next) => {
    useLocale(c, cookies, c.req.query('ui_locales') ?? null);
    return next();
  };
}

/**
 * The language of this answer; when it was asked for, also of the next ones. `uiLocales` comes from an address or from a
 * client's authorization request (OpenID Connect Core §3.1.2.1).
 */
export function useLocale(c: WebContext, cookies: Cookies, uiLocales: string | null): void {
  const cookie = readCookies(c.req.header('Cookie') ?? null).get(cookies.name(LOCALE_COOKIE)) ?? null;
  const locale = chooseLocale({ uiLocales, cookie, acceptLanguage: c.req.header('Accept-Language') ?? null });
  c.set('locale', locale);
  if (uiLocales !== null) addCookie(c, cookies.set(LOCALE_COOKIE, locale, YEAR_SECONDS));
}

/**
 * Refuses whatever changes something and does not come from a page of ours (I-04, C-10). Browsers say so in
 * `Sec-Fetch-Site`, older ones in `Origin`; a request that says neither was not made by one of our forms.
 */
export function refuseCrossSite(publicUrl: URL): MiddlewareHandler<WebEnv> {
  return (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    if (isFromOurPage(publicUrl, (name) => c.req.header(name))) return next();
    throw new SignInError('cross_site_request', 'a form came from another site');
  };
}

/** Whether a request says, in each way in which it says anything, that a page of ours made it. */
export function isFromOurPage(publicUrl: URL, header: (name: string) => string | undefined): boolean {
  const site = header('Sec-Fetch-Site');
  const origin = header('Origin');
  const siteIsOurs = site === undefined || site === 'same-origin';
  const originIsOurs = origin === undefined || origin === publicUrl.origin;
  return siteIsOurs && originIsOurs && (site !== undefined || origin !== undefined);
}

/** The fields of a form of ours. A field that comes twice, or a file, is not one of ours (L-08). */
export async function readForm(request: Request): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await readFormText(request, FORM_LIMIT_BYTES))) {
    if (fields.has(name)) throw new SignInError('bad_request', 'a field came twice');
    fields.set(name, value);
  }
  return fields;
}

/** The body of a form as it came. @throws SignInError for another content type, and for more than the limit */
export async function readFormText(request: Request, limitBytes: number): Promise<string> {
  if (!/^application\/x-www-form-urlencoded[ \t]*(?:;|$)/i.test(request.headers.get('Content-Type') ?? '')) {
    throw new SignInError('bad_request', 'not a form');
  }
  return readText(request, limitBytes);
}

/** The body of a request as it came. @throws SignInError for more than the limit */
export async function readText(request: Request, limitBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limitBytes) throw new SignInError('request_too_large', 'a body larger than any of ours');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
