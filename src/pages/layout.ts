/**
 * What every page shares: head, product name, one `<main>`, languages, whom to ask.
 *
 * Works without JavaScript and loads nothing but our own stylesheet, icon and logo, and on the pages that wait for another
 * tab or for apps our own script (case I-02). Must never contain an inline script, an inline style or an address of another
 * origin that is not a link.
 */
import { locales } from '../i18n/locale.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Locale } from '../model.ts';
import type { AssetPaths } from './assets.ts';
import type { Brand, SupportContact } from './brand.ts';
import { displayName } from './display.ts';
import type { Href, Path } from './href.ts';
import { type Html, html } from './html.ts';
import { keyringMark } from './mark.ts';

/** What a page needs besides its own props. */
export interface Frame {
  readonly locale: Locale;
  readonly brand: Brand;
  readonly assets: AssetPaths;
  /** The same page in each language; null where a page cannot be asked for again (the answer to a form or a callback). */
  readonly inLanguage: { readonly [locale in Locale]: Path } | null;
}

export interface LayoutProps {
  readonly title: string;
  /** What `<main>` holds, without the heading. */
  readonly content: Html;
  readonly width: 'narrow' | 'wide';
  /** Sends the browser on by itself; null on every page but those that say so. */
  readonly onward: Onward | null;
}

export type Onward =
  | { readonly when: 'now'; readonly href: Href }
  /** When `progressHref` answers anything but 204: asked by a script of ours, without which the person presses a button. */
  | { readonly when: 'ready'; readonly progressHref: Path; readonly href: Path }
  /** When every frame on the page has loaded, likewise; null where the person is to read the page first. */
  | { readonly when: 'told'; readonly href: Href | null }
  /** When the LMS around the page has kept the secret, or does not answer; likewise. */
  | { readonly when: 'kept'; readonly storage: LtiStorage; readonly secret: string; readonly href: Href }
  /** When it has given it back: then the form of the page is sent. Else the person follows the link. */
  | { readonly when: 'brought back'; readonly storage: LtiStorage }
  /** At once, by sending the one form of the page; likewise. */
  | { readonly when: 'sent' }
  /** Nowhere: the LMS around the page, or that opened it, is told to close it. */
  | { readonly when: 'registered'; readonly sites: readonly string[] };

/** Where an LMS keeps something for us: whose window, a frame in it, and under which name (lti.md §3.14). */
export interface LtiStorage {
  readonly origin: string;
  readonly target: string;
  readonly key: string;
}

/** A whole document. Its `h1` is the title. */
export function layout(frame: Frame, { title, content, width, onward }: LayoutProps): string {
  const { brand, locale, assets } = frame;
  const texts = textsFor(locale).layout;
  const product = displayName(brand.productName);
  const page = html`<!doctype html>
<html lang="${locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
${onward === null ? null : moveOn(onward, assets)}<title>${title} · ${product}</title>
<link rel="icon" type="image/svg+xml" href="${assets.iconPath}">
<link rel="stylesheet" href="${assets.stylesheetPath}">
</head>
<body>
<a class="skip" href="#content" data-testid="skip-to-content">${texts.skipToContent}</a>
<header class="${width}"><p class="brand">${logo(brand)}<span>${product}</span></p></header>
<main id="content" class="card ${width}" tabindex="-1">
<h1>${title}</h1>
${content}
</main>
<footer class="${width}">
${languageLinks(frame)}
${supportLink(brand.support, locale)}
</footer>
</body>
</html>
`;
  return page.toString();
}

function moveOn(onward: Onward, assets: AssetPaths): Html {
  if (onward.when === 'now') return html`<meta http-equiv="refresh" content="0; url=${onward.href}">\n`;
  if (onward.when === 'told') {
    const leadsTo = onward.href === null ? null : html` data-onward="${onward.href}"`;
    // Not deferred: it has to be there before the first frame.
    return html`<script src="${assets.scriptPaths['signing-out']}"${leadsTo}></script>\n`;
  }
  if (onward.when === 'sent') return html`<script src="${assets.scriptPaths.submit}" defer></script>\n`;
  if (onward.when === 'kept' || onward.when === 'brought back') {
    const { origin, target, key } = onward.storage;
    const kept = onward.when === 'kept' ? html` data-secret="${onward.secret}" data-onward="${onward.href}"` : null;
    return html`<script src="${assets.scriptPaths['lti-storage']}" data-origin="${origin}" data-target="${target}" data-key="${key}"${kept} defer></script>\n`;
  }
  if (onward.when === 'registered') {
    return html`<script src="${assets.scriptPaths['lti-close']}" data-sites="${onward.sites.join(' ')}" defer></script>\n`;
  }
  return html`<script src="${assets.scriptPaths.waiting}" data-progress="${onward.progressHref}" data-onward="${onward.href}" defer></script>\n`;
}

function logo(brand: Brand): Html {
  // Empty `alt`: the product's name follows, and would otherwise be read twice.
  return brand.logo === null ? keyringMark : html`<img class="logo" src="${brand.logo}" alt="" height="32">`;
}

/** Each language by its own name, so that whoever cannot read this page finds theirs. */
const ownNames: { readonly [locale in Locale]: string } = { 'es-MX': 'Español', en: 'English' };

function languageLinks({ locale, inLanguage }: Frame): Html | null {
  if (inLanguage === null) return null;
  const links = locales.map((other) =>
    other === locale
      ? html`<li><span class="standalone" aria-current="true">${ownNames[other]}</span></li>`
      : html`<li><a class="standalone" lang="${other}" hreflang="${other}" href="${inLanguage[other]}" data-testid="language-${other}">${ownNames[other]}</a></li>`,
  );
  return html`<nav aria-label="${textsFor(locale).layout.language}"><ul class="languages">${links}</ul></nav>`;
}

function supportLink(support: SupportContact, locale: Locale): Html | null {
  const text = textsFor(locale).layout.support;
  switch (support.kind) {
    case 'nobody':
      return null;
    case 'email':
      return html`<a class="standalone" href="mailto:${encodeURIComponent(support.address)}" data-testid="support">${text}</a>`;
    case 'page':
      return html`<a class="standalone" href="${support.href}" data-testid="support">${text}</a>`;
  }
}
