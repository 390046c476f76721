/**
 * What each answer says to the browser, and which posts are let in.
 *
 * Works without a script and without a token on forms: the browser itself says where a post comes from.
 */

import type { Context, MiddlewareHandler } from 'hono';

/** @param brokerOrigin where the sign-out form may lead to in the end. */
export function securityHeaders(brokerOrigin: string): MiddlewareHandler {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    // Chromium holds a form to this list after redirects as well: without the broker's origin, signing out would stop
    // half way and show nothing.
    `form-action 'self' ${brokerOrigin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

  return async (context, next) => {
    await next();
    const { headers } = context.res;
    headers.set('content-security-policy', policy);
    headers.set('x-content-type-options', 'nosniff');
    // Not `no-referrer`: with it browsers send `Origin: null` on our own forms.
    headers.set('referrer-policy', 'same-origin');
    // Pages show who is signed in. They belong to nobody's cache, nor to the back button after signing out.
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  };
}

/** Lets a post in only if the browser says that it comes from a page of this site (cross-site request forgery). */
export function refuseForeignPosts(
  origin: string,
  refuse: (context: Context) => Response | Promise<Response>,
): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method === 'GET' || context.req.method === 'HEAD') return next();
    const site = context.req.header('sec-fetch-site');
    // Older browsers send only Origin. Neither header: refused, because a default here would be a default that trusts.
    const isOurs = site === undefined ? context.req.header('origin') === origin : site === 'same-origin';
    return isOurs ? next() : refuse(context);
  };
}
