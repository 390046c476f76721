/**
 * The frame of every page of the practice LMS, which says first that it is for practice.
 *
 * No logo, nothing from elsewhere; everything from a request is escaped by the template. Scripts are files of the LMS's own.
 */

import { html } from 'hono/html';
import type { Incoming } from './incoming.ts';
import { type Language, preferredLanguage, type Texts, texts } from './texts.ts';

export type Html = ReturnType<typeof html>;

export interface Page {
  readonly status: number;
  readonly title: (t: Texts) => string;
  readonly content: (t: Texts, language: Language) => Html;
  /** The file of its script; null for none. */
  readonly script: string | null;
  /** A form or a list of courses. */
  readonly width: 'narrow' | 'wide';
  readonly isSignedIn: boolean;
  /** Origins that may be in frames. */
  readonly frames: readonly string[];
}

export const plainPage = { status: 200, script: null, width: 'narrow', isSignedIn: false, frames: [] } as const;

export function page(request: Incoming, given: Page): Response {
  const language = preferredLanguage(request.headers['accept-language']);
  const t = texts[language];
  const title = given.title(t);
  const links = given.isSignedIn
    ? html`<a href="/dashboard">${t.myCourses}</a><a href="/logout" data-testid="lms-sign-out">${t.signOut}</a>`
    : html`<a href="/login" data-testid="lms-sign-in">${t.signIn}</a>`;
  const document = html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${t.site}</title><link rel="stylesheet" href="/static/lms.css">${given.script === null ? '' : html`<script src="${given.script}" defer></script>`}</head>
<body><header><div><a class="site" href="/">${t.site}</a>${links}</div>
<p class="practice" role="note" data-testid="practice-notice"><span><strong>${t.practice}</strong> ${t.notice}</span></p></header>
<main class="${given.width}"><h1>${title}</h1>
${given.content(t, language)}
</main></body></html>`;
  return new Response(document.toString(), { status: given.status, headers: headersFor(given.frames) });
}

/** There is no `form-action`: browsers apply it to the redirect that follows a form, which leads to an application. */
function headersFor(frames: readonly string[]): Headers {
  const frame = frames.length === 0 ? "'none'" : frames.join(' ');
  return new Headers({
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; frame-src ${frame}; base-uri 'none'`,
    'Cache-Control': 'no-store',
    // Django's default, and Tutor's.
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'SAMEORIGIN',
    'X-Content-Type-Options': 'nosniff',
  });
}
