/**
 * The one commit of a sign-in: turns the pipeline's decision into rows, in one transaction.
 */
import { isDeepStrictEqual } from 'node:util';
import { randomToken, type Vault } from '../crypto.ts';
import type { Decision, Environment, JsonObject, Milliseconds, ProviderRecord, SignIn, User } from '../model.ts';
import type { Commit } from '../store/accounts.ts';
import type { AuditEvent, AuditType } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { emailsOf, newIdentity, newUser, refreshedUser } from '../users/arrival.ts';

export interface Conclusion {
  readonly signIn: SignIn;
  readonly decision: Decision;
  readonly sessionToken: string;
  readonly record: ProviderRecord;
  readonly reference: string;
}

/** The stored form of a session's cookie. */
export const sessionHash = (vault: Vault, sessionToken: string) => vault.tokenHash('session', sessionToken);

/** The id of the user who is signed in now; null when somebody else changed the same rows first: decide anew. */
export async function commitArrival(
  { store, vault, environment }: { store: Store; vault: Vault; environment: Environment },
  { signIn, decision, sessionToken, record, reference }: Conclusion,
): Promise<string | null> {
  const { arrival } = signIn;
  if (arrival === null) throw new Error('a sign-in is committed before anybody arrived');
  const { profile, upstream } = arrival;
  const now = environment.now();

  const commitFor = (user: User, types: readonly AuditType[]): Commit => ({
    profile,
    emails: emailsOf(profile),
    session: {
      idHash: sessionHash(vault, sessionToken),
      userId: user.id,
      provider: profile.provider,
      assurance: profile.assurance,
      upstream,
      longest: record.maxSessionLength,
    },
    verifiesIdentity: record.enableSsoIdVerification,
    events: types.map((type) =>
      auditEvent(signIn, { type, code: null, detail: {}, reference, userId: user.id, provider: profile.provider }, now),
    ),
    now,
  });

  if (decision.kind === 'create') {
    const user = newUser(profile, environment);
    const identity = newIdentity(profile, user.id, environment);
    const events = ['user.created', 'identity.linked', 'sign_in.succeeded'] as const;
    return (await store.accounts.createUser(user, identity, commitFor(user, events))) ? user.id : null;
  }
  // Only a known identity is ever used so far: linking a new identity to an old user comes with its own step and verb.
  const known = await store.accounts.findIdentity(profile.provider, profile.subject);
  if (known === null || known.user.id !== decision.userId) return null;
  // Who says the same as the last time is not written again: at a course start that is nearly everybody.
  const refreshes = record.syncLearnerProfileData && !isDeepStrictEqual(profile, known.profile);
  const user = refreshes ? refreshedUser(known.user, profile, now) : known.user;
  const admitted = await store.accounts.admitUser(
    user,
    known.identity,
    commitFor(user, ['sign_in.succeeded']),
    refreshes,
  );
  return admitted ? user.id : null;
}

interface EventParts {
  readonly type: AuditType;
  readonly code: string | null;
  readonly detail: JsonObject;
  readonly reference: string;
  readonly userId?: string;
  readonly provider?: string;
}

/** An event of this sign-in. Its id is made from both, so that a commit which is repeated writes it once. */
export function auditEvent(signIn: SignIn, parts: EventParts, now: Milliseconds): AuditEvent {
  return {
    id: `${signIn.id}:${parts.type}`,
    at: now,
    type: parts.type,
    code: parts.code,
    userId: parts.userId ?? null,
    provider: parts.provider ?? signIn.departure?.provider ?? signIn.arrival?.profile.provider ?? null,
    clientId: signIn.purpose.kind === 'authorize' ? signIn.purpose.clientId : null,
    signInId: signIn.id,
    reference: parts.reference,
    detail: { ...parts.detail, trace: signIn.trace.map((entry) => ({ ...entry })) },
  };
}

/** An event that belongs to no sign-in. */
export function looseAuditEvent(
  environment: Environment,
  parts: Pick<AuditEvent, 'type' | 'code' | 'userId' | 'provider' | 'reference' | 'detail'>,
): AuditEvent {
  return { ...parts, id: randomToken(environment, 16), at: environment.now(), clientId: null, signInId: null };
}
