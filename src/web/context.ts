/**
 * What every request of ours carries through Hono, and the answers that all routes give in the same way.
 */
import type { HttpBindings } from '@hono/node-server';
import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Locale } from '../model.ts';
import type { Assets } from '../pages/assets.ts';
import type { Brand } from '../pages/brand.ts';
import { type Href, type Path, parsePath } from '../pages/href.ts';
import type { Frame } from '../pages/layout.ts';

export interface RequestVariables {
  /** With this, support finds the request in the log. Random, and says nothing about the person. */
  reference: string;
  /** What limits count the client by. Its address itself is not kept: nothing else may need to know it. */
  clientAddressKey: string;
  locale: Locale;
  brand: Brand;
  assets: Assets;
  /** Where a refusal of this request leads on to; null while it is not known what the person came for. */
  wayOn: WayOn | null;
  /** Origins, besides our own, to which a form on this page may lead; for the content security policy. */
  formTargets: readonly string[];
  /** Whether this page runs our own script; for the content security policy. */
  ownScript: boolean;
  /** Origins that frames on this page show, and origins that may show it in one; likewise. */
  frameSources: readonly string[];
  frameAncestors: readonly string[];
  /** Whether the page that opened this one in a window of its own may be told something by it. */
  keepsOpener: boolean;
  /** Whether other sites may show it as a picture. */
  shownElsewhere: boolean;
}

/** How a refused person gets on: what they came for begun again, and back to the client that sent them. */
export interface WayOn {
  readonly startAgainHref: Path | null;
  readonly client: { readonly name: string; readonly href: Href } | null;
}

export interface WebEnv {
  Bindings: HttpBindings;
  Variables: RequestVariables;
}

export type WebContext = Context<WebEnv>;
export type WebApp = Hono<WebEnv>;

/** What a page needs besides its props. */
export function frameOf(c: WebContext): Frame {
  return {
    locale: c.var.locale,
    brand: c.var.brand,
    assets: c.var.assets,
    inLanguage: c.req.method === 'GET' ? sameAddressInEachLanguage(c) : null,
  };
}

/** A page about one person or one attempt: never stored anywhere (H-12). */
export function respondWithPage(c: WebContext, html: string, status: ContentfulStatusCode): Response {
  c.header('Cache-Control', 'no-store');
  return c.html(html, status);
}

/** 303: whatever the method was, the browser asks for the next address with GET (RFC 9700 §4.12). */
export function seeOther(c: WebContext, location: string): Response {
  c.header('Cache-Control', 'no-store');
  return c.redirect(location, 303);
}

export function addCookie(c: WebContext, setCookie: string): void {
  c.header('Set-Cookie', setCookie, { append: true });
}

function sameAddressInEachLanguage(c: WebContext): Frame['inLanguage'] {
  const url = new URL(c.req.url);
  // The answer to a provider is for one use: asking for it again in another language would only be refused.
  // By its parameters, because an operator may have registered any path for it; and it must not be repeated (M-02).
  if (url.searchParams.has('state') || url.searchParams.has('code')) return null;
  const inLanguage = (locale: Locale): Path | null => {
    url.searchParams.set('ui_locales', locale);
    // Null for an address that somebody made up and no page of ours has, such as `//x`.
    return parsePath(`${url.pathname}${url.search}`);
  };
  const [spanish, english] = [inLanguage('es-MX'), inLanguage('en')];
  return spanish === null || english === null ? null : { 'es-MX': spanish, en: english };
}

/**
 * Whether the page would be shown in a frame of another (Fetch Metadata). A browser that does not say is an old one: one button too many
 * at the top is better than nothing in a frame.
 */
export const isFramed = (c: WebContext): boolean => c.req.header('Sec-Fetch-Dest') !== 'document';
