/**
 * How many roles a launch may name: an institution, a course and its sections give a dozen. Each is kept with the session and told to an
 * app, and whoever signs launches could otherwise make every one of ours as large as they like (case 48, J-07).
 */
import { SignInError } from '../errors.ts';

const MOST_ROLES = 200;

/** @throws SignInError lti_launch_malformed */
export function fewRoles(roles: readonly string[]): readonly string[] {
  if (roles.length > MOST_ROLES) throw new SignInError('lti_launch_malformed', 'roles has too many');
  return roles;
}
