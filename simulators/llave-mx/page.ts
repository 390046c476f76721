/**
 * The pages of the stand-in: the list of practice people, and a refusal.
 *
 * Each says first, in Spanish and in English, that it is for practice and not the government's site. No logo, no
 * script, nothing from elsewhere; everything from a request is escaped by the template.
 */

import { html, raw } from 'hono/html';
import type { ConsentingPerson, Person } from './person.ts';
import { pageHeaders, style } from './style.ts';

type Html = ReturnType<typeof html>;

export interface Choice {
  readonly application: string;
  readonly people: readonly Person[];
  readonly signedIn: ConsentingPerson | null;
  /** The query of the authorization request: the form posts to the same address. */
  readonly query: string;
}

export function choicePage({ application, people, signedIn, query }: Choice): Response {
  return page(
    200,
    'Elige a una persona de práctica',
    html`<p><strong>${application}</strong> quiere saber quién eres.<span class="english" lang="en"><br>It wants to know who you are. Choose a practice person.</span></p>
${signedIn === null ? '' : html`<p class="session" data-testid="open-session">Tienes una sesión abierta como <strong>${signedIn.name}</strong>.<span class="english" lang="en"><br>You have an open session as this person.</span></p>`}
<form method="post" action="/oauth.xhtml?${query}"><ul>${people.map(personButton)}</ul></form>`,
  );
}

function personButton(person: Person): Html {
  return html`
<li><button type="submit" name="person" value="${person.slug}" data-testid="person-${person.slug}"><span class="name">${person.name}</span><span class="special">${person.special.es}</span><span class="english" lang="en">${person.special.en}</span></button></li>`;
}

/** For a request that no address can be told about. The complaint is for the developer of the application. */
export function refusedPage(complaint: string): Response {
  return page(
    400,
    'La aplicación pidió algo que no se acepta',
    html`<p>No se puede continuar. Vuelve a la aplicación y avisa a quien la administra.<span class="english" lang="en"><br>This cannot go on. Go back to the application and tell whoever runs it.</span></p>
<p lang="en" data-testid="complaint">For its developers: ${complaint}.</p>`,
  );
}

/** Where the real system lets a citizen make an account. */
export function registrationPage(): Response {
  return page(
    200,
    'Aquí no se crean cuentas',
    html`<p>En la práctica usas a las personas de la lista.<span class="english" lang="en"><br>There are no accounts to make here: in practice you use the people of the list.</span></p>`,
  );
}

function page(status: number, title: string, content: Html): Response {
  const document = html`<!DOCTYPE html>
<html lang="es-MX"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} (práctica)</title><style>${raw(style)}</style></head>
<body><main>
<div class="practice" role="note" data-testid="practice-notice"><p><strong>Página de práctica.</strong> Imita a Llave MX para hacer pruebas. No es el sitio del gobierno y las personas son inventadas: no escribas datos tuyos.</p><p lang="en"><strong>Practice page.</strong> It stands in for Llave MX in tests. This is not the government’s site and the people are invented: enter no data of your own.</p></div>
<h1>${title}</h1>
${content}
</main></body></html>`;
  return new Response(document.toString(), { status, headers: pageHeaders });
}
