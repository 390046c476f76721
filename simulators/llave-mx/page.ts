/**
 * The pages of the stand-in: the list of practice people, a refusal, and where the real system makes accounts.
 *
 * Must not be mistaken for the government's site.
 */

import { html } from 'hono/html';
import * as shared from '../shared/page.ts';
import type { ConsentingPerson, Person } from './person.ts';

const notice: shared.Notice = {
  es: 'Imita a Llave MX para hacer pruebas. No es el sitio del gobierno',
  en: 'It stands in for Llave MX in tests. This is not the government’s site',
};

export interface Choice {
  readonly application: string;
  readonly people: readonly Person[];
  readonly signedIn: ConsentingPerson | null;
  /** The query of the authorization request: the form posts to the same address. */
  readonly query: string;
}

export function choicePage({ application, people, signedIn, query }: Choice): Response {
  const before =
    signedIn === null
      ? ''
      : html`<p class="session" data-testid="open-session">Tienes una sesión abierta como <strong>${signedIn.name}</strong>.<span class="english" lang="en"><br>You have an open session as this person.</span></p>`;
  return shared.choicePage(notice, { application, people, before, action: `/oauth.xhtml?${query}` });
}

export function refusedPage(complaint: string): Response {
  return shared.refusedPage(notice, complaint);
}

/** Where the real system lets a citizen make an account. */
export function registrationPage(): Response {
  return shared.page(
    notice,
    200,
    'Aquí no se crean cuentas',
    html`<p>En la práctica usas a las personas de la lista.<span class="english" lang="en"><br>There are no accounts to make here: in practice you use the people of the list.</span></p>`,
  );
}
