/**
 * Reads what the plugin "WP OAuth Server" says about a person at `me`.
 *
 * Implements facts/wordpress-oauth, "User info" and "What to do better". The subject is not among what this is given.
 */

import { memberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { namedRoles, nameOf, nothingMapped, type RoleNames, roleIdsIn, splitFullName } from '../claim-mapping.ts';
import { isCalendarDate } from '../dates.ts';
import type { Mapped } from '../oauth2-definition.ts';

export function mapWordPressUser(userData: JsonObject, roleNames: RoleNames): Mapped {
  const slugs = roleIdsIn(memberOf(userData, 'user_roles'));
  return {
    user: {
      ...nothingMapped,
      // There is no flag. That the site has everybody confirm their address is the operator's word.
      emails: [{ address: nameOf(memberOf(userData, 'user_email')), claimedVerified: true }],
      name: splitFullName(nameOf(memberOf(userData, 'display_name'))),
      // `administrator` of a site is nobody here, unless the operator named that role.
      roles: namedRoles(slugs, roleNames),
    },
    derived: {
      role_slugs: slugs,
      // Of the account there. The account here keeps the time at which it was made.
      registered_at: parseRegistration(textOf(memberOf(userData, 'user_registered'))),
    },
  };
}

const registration = /^(\d{4})-(\d{2})-(\d{2}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;

/** `YYYY-MM-DD HH:MM:SS` in UTC, as WordPress keeps it, in the form of RFC 3339; null for no moment of the calendar. */
export function parseRegistration(sent: string | null): string | null {
  const [whole, year, month, day] = registration.exec(sent ?? '') ?? [];
  if (whole === undefined || !isCalendarDate(Number(year), Number(month), Number(day))) return null;
  return `${whole.replace(' ', 'T')}Z`;
}
