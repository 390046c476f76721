/**
 * Who is signed in to the campus: a cookie that works in frames of other sites, or does not, as the product has it (lti.md §4).
 */

import type { Person } from './person.ts';
import type { Incoming, World } from './world.ts';

const name = 'campus_session';

/** Visitors have a session like everybody: it is how the campus knows its own launch again. */
export function sessionOf(request: Incoming, world: World): Person | null {
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='));
  const value = pairs.find(([key]) => key === name)?.[1];
  return value === undefined ? null : world.sessions.get(value);
}

/** The `Set-Cookie` of a new session; of none where `person` is null. */
export function sessionCookie(person: Person | null, world: World): string {
  const value = person === null ? '' : world.opaque();
  if (person !== null) world.sessions.set(value, person);
  const path = new URL(world.base).pathname;
  const { sameSite } = world.product;
  const lifetime = person === null ? '; Max-Age=0' : '';
  // Browsers take no `None` without `Secure`, and take `Secure` from a local machine without TLS.
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=${sameSite}${sameSite === 'None' ? '; Secure' : ''}${lifetime}`;
}
