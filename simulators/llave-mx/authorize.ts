/**
 * The authorization endpoint: shows the practice page, and sends the browser back with a code or an error.
 *
 * Choosing a person is a POST to the same address with the same query, which is judged again; so nothing is stored for
 * a page that was only looked at.
 */

import { parse as parseCookies } from 'hono/utils/cookie';
import { sendBack } from '../shared/answers.ts';
import { type AuthorizationRequest, judgeAuthorizationRequest } from './authorization-request.ts';
import { choicePage, refusedPage } from './page.ts';
import type { ConsentingPerson, Person } from './person.ts';
import type { Received } from './received.ts';
import type { World } from './world.ts';

/** The citizen's single sign-on. Its own name: cookies know no ports, and the program under test runs on the same host. */
export const citizenCookie = 'practica-llave-mx';

/** Chooses for the person, so that a program without eyes gets through; null shows the page as ever. */
export type Choose = (request: AuthorizationRequest) => Person | null;

export function authorize(received: Received, world: World, choose: Choose): Response {
  const verdict = judgeAuthorizationRequest(received.query, world);
  if (verdict.kind === 'page') {
    world.complain('authorize', verdict.complaint);
    return refusedPage(verdict.complaint);
  }
  if (verdict.kind === 'redirect') {
    world.complain('authorize', verdict.complaint);
    const { redirectUri, state, error } = verdict;
    return sendBack(redirectUri, { error, error_description: 'Solicitud inválida', ...(state !== null && { state }) });
  }
  const { request } = verdict;
  if (received.method === 'GET') {
    const chosen = choose(request);
    if (chosen !== null) return answerAs(chosen, request, received, world);
  } else {
    const chosen = world.people.get(new URLSearchParams(received.body).get('person') ?? '');
    if (chosen !== undefined) return answerAs(chosen, request, received, world);
  }
  return choicePage({
    application: request.application.name,
    people: [...world.people.values()],
    signedIn: signedInCitizen(received, world),
    query: received.query,
  });
}

function answerAs(person: Person, request: AuthorizationRequest, received: Received, world: World): Response {
  const { redirectUri, state } = request;
  if (person.answer === 'refuses') {
    return sendBack(redirectUri, { error: 'access_denied', errorDescription: 'El ciudadano no dio permiso', state });
  }
  const citizenSession = world.beginCitizenSession(person);
  const { application, codeChallenge } = request;
  const code = world.issueCode({ application, person, redirectUri, codeChallenge, citizenSession });
  const answer = sendBack(redirectUri, { code, state });
  // No `Secure` over plain HTTP: the practice runs on localhost, where some browsers would drop the cookie.
  const secure = received.secure ? '; Secure' : '';
  answer.headers.set('Set-Cookie', `${citizenCookie}=${citizenSession}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return answer;
}

function signedInCitizen(received: Received, world: World): ConsentingPerson | null {
  const cookie = parseCookies(received.headers.cookie ?? '', citizenCookie)[citizenCookie];
  return cookie === undefined ? null : world.citizenSessions.get(cookie);
}
