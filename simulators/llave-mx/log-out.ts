/**
 * `cerrarSesion`: ends the token and the citizen's single sign-on (facts of Llave MX, section 7).
 */

import { frontHtml, json } from '../shared/answers.ts';
import { refuse } from './answers.ts';
import { admit } from './api-access.ts';
import type { Mode } from './application.ts';
import type { Received } from './received.ts';
import type { World } from './world.ts';

export function logOut(mode: Mode, received: Received, world: World): Response {
  if (received.body === '') {
    // Answered by the server in front, before anybody looks at the token; hence HTML.
    world.complain('logout', 'the body is empty; it must be the two characters {}');
    return frontHtml(411, 'Length Required');
  }
  const access = admit(mode, received, world, 'logout');
  if (!access.granted) return access.response;
  const { token } = access;
  if (received.body !== '{}') {
    world.complain('logout', 'the body is something else than the two characters {}');
    return refuse('invalid_request', token.person.errors);
  }
  token.loggedOut = true;
  world.citizenSessions.delete(token.citizenSession);
  return json({ codeResponse: 101, mensaje: 'Sesión cerrada' });
}
