/**
 * What the pages of every stand-in share: the frame that says first, in Spanish and in English, that it is for practice;
 * the list of people; a refusal.
 *
 * No logo, no script, nothing from elsewhere; everything from a request is escaped by the template.
 */

import { html, raw } from 'hono/html';
import { pageHeaders, style } from './style.ts';

export type Html = ReturnType<typeof html>;

/** Somebody on the list. */
export interface ListedPerson {
  /** Lower-case letters, digits and hyphens; the page's `data-testid` is `person-<slug>`. */
  readonly slug: string;
  readonly name: string;
  /** One line on the practice page that says what is special. */
  readonly special: { readonly es: string; readonly en: string };
}

/** Which product a stand-in imitates, and that it is not that product: one sentence each. */
export interface Notice {
  readonly es: string;
  readonly en: string;
}

export interface Choice {
  readonly application: string;
  readonly people: readonly ListedPerson[];
  /** The address of the authorization request: the form posts to it. */
  readonly action: string;
  /** What is said before the list; empty text for nothing. */
  readonly before: Html | string;
}

export function choicePage(notice: Notice, { application, people, action, before }: Choice): Response {
  return page(
    notice,
    200,
    'Elige a una persona de práctica',
    html`<p><strong>${application}</strong> quiere saber quién eres.<span class="english" lang="en"><br>It wants to know who you are. Choose a practice person.</span></p>
${before}
<form method="post" action="${action}"><ul>${people.map(personButton)}</ul></form>`,
  );
}

function personButton(person: ListedPerson): Html {
  return html`
<li><button type="submit" name="person" value="${person.slug}" data-testid="person-${person.slug}"><span class="name">${person.name}</span><span class="special">${person.special.es}</span><span class="english" lang="en">${person.special.en}</span></button></li>`;
}

/** For a request that no address can be told about. The complaint is for the developer of the application. */
export function refusedPage(notice: Notice, complaint: string): Response {
  return page(
    notice,
    400,
    'La aplicación pidió algo que no se acepta',
    html`<p>No se puede continuar. Vuelve a la aplicación y avisa a quien la administra.<span class="english" lang="en"><br>This cannot go on. Go back to the application and tell whoever runs it.</span></p>
<p lang="en" data-testid="complaint">For its developers: ${complaint}.</p>`,
  );
}

export function page(notice: Notice, status: number, title: string, content: Html): Response {
  const document = html`<!DOCTYPE html>
<html lang="es-MX"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} (práctica)</title><style>${raw(style)}</style></head>
<body><main>
<div class="practice" role="note" data-testid="practice-notice"><p><strong>Página de práctica.</strong> ${notice.es} y las personas son inventadas: no escribas datos tuyos.</p><p lang="en"><strong>Practice page.</strong> ${notice.en} and the people are invented: enter no data of your own.</p></div>
<h1>${title}</h1>
${content}
</main></body></html>`;
  return new Response(document.toString(), { status, headers: pageHeaders });
}
