/**
 * Reads what the MIT Open Learning applications say about a person at `/api/users/me`.
 *
 * Implements facts/mit-apps §2, "User info answers". The subject is not among what this is given.
 */

import { SignInError } from '../../errors.ts';
import { isObject, memberOf, textOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import type { Mapped } from '../oauth2-definition.ts';

/** @throws SignInError provider_rejected_token */
export function mapMitUser(userData: JsonObject): Mapped {
  // §2: a token that is not accepted is answered with status 200 and the person that nobody is.
  if (memberOf(userData, 'is_anonymous') === true) {
    throw new SignInError('provider_rejected_token', 'The application answered with its anonymous user');
  }
  const address = memberOf(userData, 'legal_address');
  const legal = isObject(address) ? address : {};
  return {
    user: {
      // No flag says whether it was verified, so it was not.
      emails: [{ address: textOf(memberOf(userData, 'email')), claimedVerified: undefined }],
      name: {
        full: textOf(memberOf(userData, 'name')),
        given: textOf(memberOf(legal, 'first_name')),
        firstSurname: textOf(memberOf(legal, 'last_name')),
        secondSurname: null,
      },
      birthDate: null,
      phone: null,
      identifiers: [],
      // `is_staff` and `is_superuser` are of that application, and none of ours.
      roles: [],
      locale: null,
      country: textOf(memberOf(legal, 'country')),
      assurance: { acr: null, amr: [], authTime: null },
    },
    derived: {},
  };
}
