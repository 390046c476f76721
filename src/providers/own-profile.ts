/**
 * Profiles that the broker itself vouches for: of people who came by a form of ours.
 *
 * Must never be given an address that was not proved a moment ago.
 */

import type { Profile } from '../model.ts';
import { makeProfile } from './profile.ts';
import type { FormPorts } from './provider.ts';

export interface OwnArrival {
  readonly provider: string;
  readonly subject: string;
  /** Null where none was proved in this attempt. */
  readonly provedAddress: string | null;
  /** RFC 8176 §2 */
  readonly amr: readonly string[];
}

/** Who verified it, where the broker did so itself; no provider can have this name. */
const OURSELVES = 'llavero';

export function ownProfile({ provider, subject, provedAddress, amr }: OwnArrival, ports: FormPorts): Profile {
  return makeProfile({
    provider,
    issuer: ports.issuer,
    subject,
    emails: provedAddress === null ? [] : [{ address: provedAddress, claimedVerified: true }],
    trustsVerifiedEmail: () => true,
    verifier: OURSELVES,
    name: { full: null, given: null, firstSurname: null, secondSurname: null },
    birthDate: null,
    phone: null,
    identifiers: [],
    roles: [],
    locale: null,
    country: null,
    // The time is that of the session: told here too, it would make every profile another one.
    assurance: { acr: null, amr, authTime: null },
    raw: {},
  });
}
