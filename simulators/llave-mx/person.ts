/**
 * What a practice person is: data, exactly as it goes over the wire (facts of Llave MX, sections 4 to 6).
 *
 * Nothing here normalises: a person's oddities are the reason the person exists.
 */

import type { Json, JsonObject } from '../../src/model.ts';
import type { ListedPerson } from '../shared/page.ts';

/**
 * How the life of a token is written. It is 15 minutes whatever this says: seconds as documented, milliseconds under
 * the same name, or an epoch time in milliseconds under the name `expires`.
 */
export type ExpiryShape = 'expiresIn-seconds' | 'expiresIn-milliseconds' | 'expires-epoch-milliseconds';

/** Somebody who lets the application have their data. */
export interface ConsentingPerson extends ListedPerson {
  readonly answer: 'consents';
  /** The answer of `datosUsuario`, member for member. */
  readonly userData: JsonObject;
  /** The answer of `getRolesUsuarioLogueado`. */
  readonly roles: Json;
  readonly expiry: ExpiryShape;
  /** Whether refusals that concern this person's codes and tokens come as HTTP 4xx or inside an HTTP 200. */
  readonly errors: 'http-status' | 'inside-200';
}

/** Somebody who presses "no". */
export interface RefusingPerson extends ListedPerson {
  readonly answer: 'refuses';
}

export type Person = ConsentingPerson | RefusingPerson;

/** The subject as the stand-in knows it: `idUsuario`, in older answers `id`; compared as text. */
export function subjectOf(person: ConsentingPerson): string {
  return String(person.userData.idUsuario ?? person.userData.id);
}
