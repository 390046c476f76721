/**
 * The frame of every page of the campus, which says first that it is for practice.
 *
 * No logo, nothing from elsewhere; everything from a request is escaped by the template. Scripts are files of the campus' own.
 */

import { html } from 'hono/html';
import { sessionOf } from './sessions.ts';
import { type Language, preferredLanguage, type Texts, texts } from './texts.ts';
import type { Incoming, World } from './world.ts';

export type Html = ReturnType<typeof html>;

export interface Script {
  readonly file: string;
  /** What it is told: `data-` attributes of its element. */
  readonly told: { readonly [name: string]: string };
}

export interface Page {
  readonly status: number;
  readonly title: (t: Texts) => string;
  readonly content: (t: Texts, language: Language) => Html;
  readonly scripts: readonly Script[];
  /** `bare`: without the head of the site, where a page lies in a frame of it. */
  readonly frame: 'site' | 'bare';
}

export function page(request: Incoming, world: World, given: Page): Response {
  const language = preferredLanguage(request.headers['accept-language']);
  const t = texts[language];
  const path = new URL(world.base).pathname.replace(/\/$/, '');
  const title = given.title(t);
  const scripts = given.scripts.map((script) => scriptElement(path, script));
  const document = html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${t.site}</title><link rel="stylesheet" href="${path}/static/campus.css"></head>
<body class="${given.frame}">${given.frame === 'bare' ? '' : head(request, world, path, t)}
<main><h1>${title}</h1>
${given.content(t, language)}
</main>${scripts}</body></html>`;
  return new Response(document.toString(), { status: given.status, headers: pageHeaders });
}

function scriptElement(path: string, { file, told }: Script): Html {
  const attributes = Object.entries(told).map(([name, value]) => html` data-${name}="${value}"`);
  return html`<script src="${path}/static/${file}"${attributes}></script>`;
}

function head(request: Incoming, world: World, path: string, t: Texts): Html {
  const person = sessionOf(request, world);
  const session =
    person === null
      ? ''
      : html`<span data-testid="campus-person">${person.name}</span><a href="${path}/admin">${t.admin}</a><form method="post" action="${path}/session"><button type="submit" name="person" value="" data-testid="campus-sign-out">${t.signOut}</button></form>`;
  return html`<header><div><a class="site" href="${path}/">${t.site}</a>${session}</div>
<p class="practice" role="note" data-testid="practice-notice"><strong>${t.practice}</strong> ${t.notice(world.product.name)}</p></header>`;
}

export function refusedPage(request: Incoming, world: World, status: 400 | 403 | 404, complaint: string): Response {
  return page(request, world, {
    status,
    title: (t) => t.refusedTitle,
    scripts: [],
    frame: 'bare',
    content: (t) => html`<p>${t.refusedLead}</p>
<p class="soft">${t.forDevelopers} <span lang="en" data-testid="complaint">${complaint}.</span></p>`,
  });
}

/**
 * There is no `form-action`: browsers apply it to the redirect that follows a form. Any tool may be framed: whoever runs a
 * campus installs what they like.
 */
const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; frame-src http: https:; base-uri 'none'; frame-ancestors *",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Content-Type-Options': 'nosniff',
} as const;
