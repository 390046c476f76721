/**
 * From what X says about a user to names and an address, whichever of its two protocols was used.
 */
import { memberOf } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { nameOf, nothingMapped } from '../claim-mapping.ts';
import type { Mapped } from '../oauth2-definition.ts';

/** `emailMember`: X sends an address only after the person confirmed it; being there is its flag. */
export function mapXUser(emailMember: 'confirmed_email' | 'email'): (userData: JsonObject) => Mapped {
  return (userData) => ({
    user: {
      ...nothingMapped,
      emails: [{ address: nameOf(memberOf(userData, emailMember)), claimedVerified: true }],
      // A name there is whatever people like to be called. Taking it apart would be a guess.
      name: { ...nothingMapped.name, full: nameOf(memberOf(userData, 'name')) },
    },
    derived: {},
  });
}
