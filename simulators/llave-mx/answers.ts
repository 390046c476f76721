/**
 * The shapes in which answers and refusals travel (facts of Llave MX, sections 4, 5 and 7).
 *
 * Two generations of refusal exist side by side, an HTTP 4xx and an error inside an HTTP 200; which one comes is the
 * caller's to say. Never explains to the client what it did wrong: the real one does not either.
 */

import { json } from '../shared/answers.ts';
import type { ConsentingPerson } from './person.ts';

const refusals = {
  invalid_request: { status: 400, description: 'Solicitud inválida' },
  unsupported_grant_type: { status: 400, description: 'Tipo de concesión no soportado' },
  invalid_grant: { status: 400, description: 'El código expiró o ya fue utilizado' },
  redirect_uri_mismatch: { status: 400, description: 'La dirección de retorno no corresponde' },
  invalid_client: { status: 401, description: 'Cliente no autorizado' },
  invalid_token: { status: 401, description: 'Token inválido o expirado' },
} as const;

export type RefusalCode = keyof typeof refusals;

/** A refusal. `errors` is null while no person is known yet: then it is an HTTP 4xx. */
export function refuse(code: RefusalCode, errors: ConsentingPerson['errors'] | null = null): Response {
  const { status, description } = refusals[code];
  // The generation that hides errors in a 200 also writes the member in camel case.
  if (errors === 'inside-200') return json({ error: code, errorDescription: description });
  return json({ error: code, error_description: description }, status);
}

/** The web-service user and password were absent or wrong: refused before the application sees the call. */
export function refuseBasic(): Response {
  const answer = refuse('invalid_client');
  answer.headers.set('WWW-Authenticate', 'Basic realm="ws"');
  return answer;
}
