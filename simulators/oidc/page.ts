/**
 * The pages of the stand-in: the list of practice people, and a refusal.
 *
 * Each says first, in Spanish and in English, that it is for practice. No logo, no script, nothing from elsewhere;
 * everything from a request is escaped by the template.
 */

import { html, raw } from 'hono/html';
import { pageHeaders, style } from '../shared/style.ts';
import type { Person } from './person.ts';

type Html = ReturnType<typeof html>;

export interface Choice {
  readonly product: string;
  readonly client: string;
  readonly people: readonly Person[];
  /** The address of the authorization request: the form posts to it. */
  readonly action: string;
}

export function choicePage({ product, client, people, action }: Choice): Response {
  return page(
    200,
    product,
    'Elige a una persona de práctica',
    html`<p><strong>${client}</strong> quiere saber quién eres.<span class="english" lang="en"><br>It wants to know who you are. Choose a practice person.</span></p>
<form method="post" action="${action}"><ul>${people.map(personButton)}</ul></form>`,
  );
}

function personButton(person: Person): Html {
  return html`
<li><button type="submit" name="person" value="${person.slug}" data-testid="person-${person.slug}"><span class="name">${person.name}</span><span class="special">${person.special.es}</span><span class="english" lang="en">${person.special.en}</span></button></li>`;
}

/** For a request that no address can be told about. The complaint is for the developer of the client. */
export function refusedPage(product: string, complaint: string): Response {
  return page(
    400,
    product,
    'La aplicación pidió algo que no se acepta',
    html`<p>No se puede continuar. Vuelve a la aplicación y avisa a quien la administra.<span class="english" lang="en"><br>This cannot go on. Go back to the application and tell whoever runs it.</span></p>
<p lang="en" data-testid="complaint">For its developers: ${complaint}.</p>`,
  );
}

function page(status: number, product: string, title: string, content: Html): Response {
  const document = html`<!DOCTYPE html>
<html lang="es-MX"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} (práctica)</title><style>${raw(style)}</style></head>
<body><main>
<div class="practice" role="note" data-testid="practice-notice"><p><strong>Página de práctica.</strong> Hace las veces de ${product} en pruebas. No es su sitio y las personas son inventadas: no escribas datos tuyos.</p><p lang="en"><strong>Practice page.</strong> It stands in for ${product} in tests. This is not its site and the people are invented: enter no data of your own.</p></div>
<h1>${title}</h1>
${content}
</main></body></html>`;
  return new Response(document.toString(), { status, headers: pageHeaders });
}
