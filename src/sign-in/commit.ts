/**
 * The one commit of a sign-in: turns the pipeline's decision into rows, in one transaction.
 */
import type { Notice, Notices } from '../credentials/notices.ts';
import { randomToken, type Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type {
  Decision,
  Environment,
  Identity,
  JsonObject,
  Milliseconds,
  Profile,
  ProviderRecord,
  Requester,
  SignIn,
  User,
  UserEmail,
} from '../model.ts';
import { type Commit, type NewEmail, requireNoOtherOwner } from '../store/accounts.ts';
import type { AuditEvent, AuditType } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import { writePassword } from '../store/passwords.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { emailsOf, isRefreshed, newIdentity, newUser, refreshedUser } from '../users/arrival.ts';
import { asTold, completedBy } from '../users/self-told.ts';
import { agreementSteps, proofSteps, registeredBy } from './registered.ts';

export interface CommitDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly notices: Notices;
  /** Called when sessions have ended: there may be clients to tell. */
  readonly wakeClientEvents: () => void;
}

export interface Conclusion {
  readonly signIn: SignIn;
  readonly decision: Decision;
  /** Whether it was decided in the belief that nobody has an address of the profile as verified: then it must be so. */
  readonly addressesAreFree: boolean;
  readonly sessionToken: string;
  readonly record: ProviderRecord;
  readonly requester: Requester;
  readonly reference: string;
}

/** The stored form of a session's cookie. */
export const sessionHash = (vault: Vault, sessionToken: string) => vault.tokenHash('session', sessionToken);

/** The id of the user who is signed in now; null when somebody else changed the same rows first: decide anew. */
export async function commitArrival(
  { store, vault, environment, notices, wakeClientEvents }: CommitDependencies,
  { signIn, decision, addressesAreFree, sessionToken, record, requester, reference }: Conclusion,
): Promise<string | null> {
  const { arrival } = signIn;
  if (arrival === null) throw new Error('a sign-in is committed before anybody arrived');
  const { profile, upstream, special } = arrival;
  const now = environment.now();
  const idHash = sessionHash(vault, sessionToken);

  const choosesPassword = special?.kind === 'new-password';
  const registered = registeredBy(signIn.answers, profile);

  const commitFor = (
    user: User,
    identity: Identity,
    types: readonly AuditType[],
    { asserted = profile, emails, also = [] }: CommitParts,
  ): Commit => {
    const events: AuditType[] = [
      ...types,
      ...(choosesPassword ? (['password.changed'] as const) : []),
      ...(registered.terms === null ? [] : (['terms.agreed'] as const)),
    ];
    const agreement = agreementSteps(registered, user.id, now);
    return {
      profile: asserted,
      emails,
      session: {
        idHash,
        userId: user.id,
        provider: profile.provider,
        assurance: profile.assurance,
        upstream,
        longest: record.maxSessionLength,
      },
      verifiesIdentity: record.enableSsoIdVerification,
      // Whoever knew the old password, or held a session, must not stay (F-13).
      also: choosesPassword
        ? [
            writePassword(identity.id, special.hash, vault, now),
            ...endSessionsOf(user.id, idHash, now),
            ...agreement,
            ...also,
          ]
        : [...agreement, ...also],
      events: events.map((type) => {
        const detail: JsonObject = type === 'terms.agreed' ? { version: registered.terms?.version ?? null } : {};
        const parts = { type, code: null, detail, reference, userId: user.id, provider: profile.provider };
        return auditEvent(signIn, parts, now);
      }),
      now,
    };
  };

  if (decision.kind === 'create') {
    const arrived = newUser(profile, special?.kind === 'guest' ? 'temporary' : 'active', environment);
    const user = asTold(arrived, registered.fields);
    const identity = newIdentity(profile, user.id, environment);
    const events = ['user.created', 'identity.linked', 'sign_in.succeeded'] as const;
    // What the person proved on the way is known to be free only if nobody else proved it meanwhile; that has a guard of its own.
    const verified = registered.emails.flatMap(({ key, verifiedBy }) => (verifiedBy === null ? [] : [key]));
    const guards = addressesAreFree ? verified.map((key) => requireNoOtherOwner(user.id, key)) : [];
    const parts = { emails: registered.emails, also: [...guards, ...proofSteps(registered, user.id)] };
    return (await store.accounts.createUser(user, identity, commitFor(user, identity, events, parts))) ? user.id : null;
  }
  const known = await store.accounts.findIdentity(profile.provider, profile.subject);
  if (known === null) {
    const found = await store.accounts.findUser(decision.userId);
    if (found === null) return null;
    await requireNoNewerPassword(found.user.id);
    const arrived = record.syncLearnerProfileData ? refreshedUser(found.user, profile, now) : found.user;
    const user = completedBy(arrived, registered.fields, now);
    const identity = newIdentity(profile, user.id, environment);
    const mails = await mailsTo(
      found.emails,
      choosesPassword ? PASSWORD_CHANGED : [{ kind: 'identity-linked', providerName: record.name[signIn.locale] }],
    );
    const parts = { emails: registered.emails, also: [...proofSteps(registered, user.id), ...mails] };
    const commit = commitFor(user, identity, ['identity.linked', 'sign_in.succeeded'], parts);
    return concluded(await store.accounts.linkIdentity(user, identity, commit), user, mails);
  }
  if (known.user.id !== decision.userId) return null;
  await requireNoNewerPassword(known.user.id);
  const emails = choosesPassword ? ((await store.accounts.findUser(known.user.id))?.emails ?? []) : [];
  const mails = await mailsTo(emails, choosesPassword ? PASSWORD_CHANGED : []);
  const refreshes = isRefreshed(record, profile, known.profile);
  const arrived = refreshes ? refreshedUser(known.user, profile, now) : known.user;
  const user = completedBy(arrived, registered.fields, now);
  const parts = {
    asserted: refreshes ? profile : known.profile,
    emails: [...registered.addedEmails, ...(refreshes ? emailsOf(profile) : [])],
    also: mails,
  };
  const admitted = await store.accounts.admitUser(
    user,
    known.identity,
    commitFor(user, known.identity, ['sign_in.succeeded'], parts),
    refreshes || user !== known.user || parts.emails.length > 0,
  );
  return concluded(admitted, user, mails);

  /** F-13: the owner chose one in another attempt, after the mailbox was proved in this one. @throws SignInError sign_in_expired */
  async function requireNoNewerPassword(userId: string): Promise<void> {
    if (!choosesPassword) return;
    const stored = await store.passwords.findOfUser(profile.provider, userId);
    // The same hash: this very commit was made already, and its answer was lost.
    if (stored === null || stored.changedAt <= special.provedAt || stored.hash === special.hash) return;
    throw new SignInError('sign_in_expired', 'another password was chosen since the mailbox was proved');
  }

  function mailsTo(addresses: readonly UserEmail[], news: readonly Notice[]) {
    return notices.prepare(news, addresses, { locale: signIn.locale, requester });
  }

  async function concluded(committed: boolean, { id }: User, mails: readonly Step[]): Promise<string | null> {
    if (!committed) return null;
    if (mails.length > 0) notices.wake();
    // Tokens and codes of clients live as long as the library's session in the browser that they were issued in (F-13).
    if (choosesPassword) {
      wakeClientEvents();
      await store.oidcRecords.deleteSessionsOf(id);
    }
    return id;
  }
}

interface CommitParts {
  /** What is kept as the provider's word; left out, it is what it said just now. */
  readonly asserted?: Profile;
  readonly emails: readonly NewEmail[];
  readonly also?: readonly Step[];
}

const PASSWORD_CHANGED: readonly Notice[] = [{ kind: 'password-changed' }];

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
