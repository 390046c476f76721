/**
 * The whole store in one value: every table's verbs over the two databases.
 */
import type { Vault } from '../crypto.ts';
import { type AccountGraphs, createAccountGraphs } from './account-graph.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { type AddressUndos, createAddressUndos } from './address-undos.ts';
import { type Audit, createAudit } from './audit.ts';
import { type ClientSubjects, createClientSubjects } from './client-subjects.ts';
import { type Conflicts, createConflicts } from './conflicts.ts';
import { ConstraintViolation, type Step } from './database.ts';
import { createLtiDeepLinks, type LtiDeepLinks } from './lti-deep-links.ts';
import { createLtiInvitations, type LtiInvitations } from './lti-invitations.ts';
import { createLtiLogins, type LtiLogins } from './lti-logins.ts';
import { createLtiNonces, type LtiNonces } from './lti-nonces.ts';
import { createMailProofs, type MailProofs } from './mail-proofs.ts';
import { createMerges, type Merges } from './merges.ts';
import { createOidcRecords, type OidcRecords } from './oidc-records.ts';
import type { Databases } from './open-database.ts';
import { createOpenEdxCourseRuns, type OpenEdxCourseRuns } from './open-edx-course-runs.ts';
import { createOpenEdxLearners, type OpenEdxLearners } from './open-edx-learners.ts';
import { createOpenEdxThrottles, type OpenEdxThrottles } from './open-edx-throttles.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { createOutgoingEvents, type OutgoingEvents } from './outgoing-events.ts';
import { createOutgoingScores, type OutgoingScores } from './outgoing-scores.ts';
import { createStoredPasswords, type StoredPasswords } from './passwords.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { createRosters, type Rosters } from './rosters.ts';
import { createScorePlaces, type ScorePlaces } from './score-places.ts';
import { createServiceTokens, type ServiceTokens } from './service-tokens.ts';
import { createSessionLaunches, type SessionLaunches } from './session-launches.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';
import { createTermsAgreements, type TermsAgreements } from './terms.ts';

export interface Store {
  /**
   * Carries out steps of several durable tables in one transaction. False when one of them did not change what it must, or a
   * key was taken: somebody else was faster, and nothing was written.
   */
  commit(steps: readonly Step[]): Promise<boolean>;
  readonly accounts: Accounts;
  readonly addressUndos: AddressUndos;
  readonly sessions: Sessions;
  readonly sessionLaunches: SessionLaunches;
  readonly audit: Audit;
  readonly conflicts: Conflicts;
  readonly passwords: StoredPasswords;
  readonly terms: TermsAgreements;
  readonly accountGraphs: AccountGraphs;
  readonly clientSubjects: ClientSubjects;
  readonly merges: Merges;
  readonly serviceTokens: ServiceTokens;
  readonly signingKeys: SigningKeys;
  /** What signs for campus LMSs. */
  readonly ltiKeys: SigningKeys;
  readonly ltiInvitations: LtiInvitations;
  readonly outbox: Outbox;
  readonly outgoingEvents: OutgoingEvents;
  readonly outgoingScores: OutgoingScores;
  readonly scorePlaces: ScorePlaces;
  readonly rosters: Rosters;
  readonly openEdxLearners: OpenEdxLearners;
  readonly openEdxThrottles: OpenEdxThrottles;
  readonly openEdxCourseRuns: OpenEdxCourseRuns;
  readonly signIns: SignIns;
  readonly mailProofs: MailProofs;
  readonly oidcRecords: OidcRecords;
  readonly rateLimits: RateLimits;
  readonly ltiNonces: LtiNonces;
  readonly ltiLogins: LtiLogins;
  readonly ltiDeepLinks: LtiDeepLinks;
}

export function createStore({ durable, ephemeral }: Databases, vault: Vault): Store {
  return {
    async commit(steps) {
      try {
        return (await durable.atomically(steps)).committed;
      } catch (error) {
        if (error instanceof ConstraintViolation) return false;
        throw error;
      }
    },
    accounts: createAccounts(durable, vault),
    addressUndos: createAddressUndos(durable, vault),
    sessions: createSessions(durable, vault),
    sessionLaunches: createSessionLaunches(durable, vault),
    audit: createAudit(durable),
    conflicts: createConflicts(durable, vault),
    passwords: createStoredPasswords(durable, vault),
    terms: createTermsAgreements(durable),
    accountGraphs: createAccountGraphs(durable, vault),
    clientSubjects: createClientSubjects(durable),
    merges: createMerges(durable, vault),
    serviceTokens: createServiceTokens(durable, vault),
    signingKeys: createSigningKeys(durable, vault, 'clients'),
    ltiKeys: createSigningKeys(durable, vault, 'lti'),
    ltiInvitations: createLtiInvitations(durable, vault),
    outbox: createOutbox(durable, vault),
    outgoingEvents: createOutgoingEvents(durable, vault),
    outgoingScores: createOutgoingScores(durable, vault),
    scorePlaces: createScorePlaces(durable, vault),
    rosters: createRosters(durable, vault),
    openEdxLearners: createOpenEdxLearners(durable, vault),
    openEdxThrottles: createOpenEdxThrottles(durable),
    openEdxCourseRuns: createOpenEdxCourseRuns(durable),
    signIns: createSignIns(ephemeral, vault),
    mailProofs: createMailProofs(ephemeral, vault),
    oidcRecords: createOidcRecords(ephemeral, vault),
    rateLimits: createRateLimits(ephemeral, vault),
    ltiNonces: createLtiNonces(ephemeral, vault),
    ltiLogins: createLtiLogins(ephemeral, vault),
    ltiDeepLinks: createLtiDeepLinks(ephemeral, vault),
  };
}
