/**
 * The one commit of a sign-in: turns the pipeline's decision into rows, in one transaction.
 */
import type { AccountDeletion } from '../credentials/account-deletion.ts';
import type { Claim, GuestClaims } from '../credentials/guest-claims.ts';
import type { Notice, Notices } from '../credentials/notices.ts';
import { randomToken, type Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type {
  Arrival,
  Decision,
  Environment,
  Identity,
  JsonObject,
  Milliseconds,
  Profile,
  ProviderRecord,
  Requester,
  Session,
  SignIn,
  UserEmail,
} from '../model.ts';
import { opaqueUsername } from '../person/username.ts';
import { requireActive, requireIdentifier, requireOnlyIdentityOf } from '../store/account-guards.ts';
import { type AccountChange, type KnownIdentity, type NewEmail, requireNoOtherOwner } from '../store/accounts.ts';
import type { AuditEvent, AuditType } from '../store/audit.ts';
import { StatementRefused, type Step } from '../store/database.ts';
import { writePassword } from '../store/passwords.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { Store } from '../store/store.ts';
import { claimed, emailsOf, isRefreshed, newIdentity, newUser, refreshedUser } from '../users/arrival.ts';
import { asTold, completedBy } from '../users/self-told.ts';
import { freeUsername, ruledUsername, type UsernameRule } from '../users/username-rule.ts';
import { CARRIED_IDENTITY } from './carried-identity.ts';
import { keepingOf } from './keep-account.ts';
import { keptSession, launchTraces, noteRoster } from './launch-traces.ts';
import { guardItsSession } from './on-behalf.ts';
import { clientOf } from './purpose.ts';
import { agreementSteps, proofSteps, type Registered, registeredBy } from './registered.ts';
import { originOf } from './session-origin.ts';
import { SAME_IDENTIFIER, SAME_VERIFIED_EMAIL } from './steps.ts';

export interface CommitDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly notices: Notices;
  readonly guestClaims: GuestClaims;
  readonly deletion: Pick<AccountDeletion, 'keep'>;
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
  /** What a new account is called where the person chose nothing. */
  readonly usernameRule: UsernameRule;
  readonly requester: Requester;
  /** Who is signed in in the browser; only a launch looks at that. */
  readonly present: Session | null;
  readonly reference: string;
}

/** The stored form of a session's cookie. */
export const sessionHash = (vault: Vault, sessionToken: string) => vault.tokenHash('session', sessionToken);

export type Committed =
  /** Who is signed in now. */
  | { readonly kind: 'committed'; readonly userId: string }
  /** Somebody else changed the same rows first: decide anew. */
  | { readonly kind: 'lost' }
  /** Nothing was written: the guest's work may not go to the account. */
  | { readonly kind: 'unclaimable'; readonly code: string };

export async function commitArrival(dependencies: CommitDependencies, conclusion: Conclusion): Promise<Committed> {
  const { signIn, decision } = conclusion;
  const { arrival } = signIn;
  if (arrival === null) throw new Error('a sign-in is committed before anybody arrived');
  await keepFirst(dependencies, conclusion);
  const claim = await claimOf(dependencies, conclusion);
  if (claim.kind === 'forbidden') return { kind: 'unclaimable', code: claim.code };
  if (claim.kind === 'gone') return LOST;
  const registered = registeredBy(signIn.answers, arrival.profile);
  const claimSteps = claim.kind === 'steps' ? claim.steps : [];
  const now = dependencies.environment.now();
  const writing: Writing = { ...dependencies, ...conclusion, arrival, registered, claimSteps, now };
  const written = await write(writing);
  if (written === 'refused-to-app') return { kind: 'unclaimable', code: 'merge_running' };
  if (written === null) return LOST;
  if (written.mails.length > 0) dependencies.notices.wake();
  await noteRoster(writing);
  // Tokens and codes of clients live as long as the library's session in the browser that they were issued in (F-13).
  if (choosesPassword(writing) || (decision.kind === 'create' && decision.guestId !== null)) {
    dependencies.wakeClientEvents();
    await dependencies.store.oidcRecords.deleteSessionsOf(written.userId);
  }
  if (decision.kind === 'use' && decision.guestId !== null) await dependencies.guestClaims.finish(decision.guestId);
  return { kind: 'committed', userId: written.userId };
}

/**
 * What the person said of their account holds whatever becomes of the rest, and the rest is for an account that is open. Where it is
 * kept already, or deleted, nothing is written, and the commit finds it so.
 */
async function keepFirst({ deletion }: CommitDependencies, conclusion: Conclusion): Promise<void> {
  const { signIn, decision, requester, reference } = conclusion;
  const keeping = keepingOf(signIn, decision);
  if (keeping === null) return;
  const by = { kind: 'person' } as const;
  await deletion.keep({ userId: keeping.userId, by, requester, locale: signIn.locale, reference }, keeping.deletionAt);
}

/** A statement of an app that the database refuses keeps nobody out, as one that changes another number of rows does not. */
async function write(writing: Writing): Promise<Written | 'refused-to-app' | null> {
  const { decision, claimSteps, log, signIn, reference } = writing;
  try {
    return await (decision.kind === 'create' ? takeIn(writing) : bringIn(writing, decision.userId));
  } catch (error) {
    const isOfApps = claimSteps.some((step) => 'participant' in step);
    if (!(error instanceof StatementRefused) || !isOfApps) throw error;
    log.error({ event: 'guest_claim.failed', userId: decision.guestId, signInId: signIn.id, reference }, error);
    return 'refused-to-app';
  }
}

export const LOST = { kind: 'lost' } as const;

/** Planned outside of the transaction; a change in between loses the race. A guest who becomes the person merges with nobody. */
async function claimOf({ guestClaims }: CommitDependencies, { decision, reference }: Conclusion): Promise<Claim> {
  const { guestId } = decision;
  if (decision.kind === 'create' || guestId === null) return { kind: 'steps', steps: [] };
  return guestClaims.prepare({ guestId, userId: decision.userId, reference });
}

interface Written {
  readonly userId: string;
  readonly mails: readonly Step[];
}

interface Writing extends CommitDependencies, Conclusion {
  readonly arrival: Arrival;
  readonly registered: Registered;
  /** By which a guest's work becomes part of the account that is used. */
  readonly claimSteps: readonly Step[];
  readonly now: Milliseconds;
}

/** What is particular to one way of writing it down. */
interface CommitParts {
  readonly types: readonly AuditType[];
  /** What is kept as the provider's word. */
  readonly asserted: Profile;
  readonly emails: readonly NewEmail[];
  readonly also: readonly Step[];
}

async function bringIn(writing: Writing, userId: string): Promise<Written | null> {
  const { provider, subject } = writing.arrival.profile;
  const known = await writing.store.accounts.findIdentity(provider, subject);
  if (known === null) return connect(writing, userId);
  return known.user.id === userId ? admit(writing, known) : null;
}

/** A new account; or that of the guest, which becomes the person's own. */
async function takeIn(writing: Writing): Promise<Written | null> {
  const { store, environment, decision, arrival, registered, now } = writing;
  const { profile, special } = arrival;
  const isGuest = special?.kind === 'guest';
  const arrived = newUser(profile, isGuest ? 'temporary' : 'active', environment);
  const named = isGuest || registered.fields.username ? arrived : { ...arrived, username: await usernameOf(writing) };
  const user = asTold(named, registered.fields);
  const parts = { asserted: profile, emails: registered.emails };
  if (decision.guestId === null) {
    const identity = newIdentity(profile, user.id, environment);
    const types = ['user.created', 'identity.linked'] as const;
    const change = changeFor(writing, identity, { ...parts, types, also: guardsOf(writing, user.id) });
    return (await store.accounts.createUser(user, identity, change)) ? { userId: user.id, mails: [] } : null;
  }
  const guest = await store.accounts.findUser(decision.guestId);
  if (guest === null) return null;
  // The same account under a name of its own: its `sub` is what the work is stored under in the apps.
  const promoted = { ...user, id: guest.user.id, createdAt: guest.user.createdAt };
  const identity = newIdentity(profile, promoted.id, environment);
  const also = [...guardsOf(writing, promoted.id), ...endSessionsOf(promoted.id, sessionHashOf(writing), now)];
  const change = changeFor(writing, identity, { ...parts, types: ['user.claimed', 'identity.linked'], also });
  return (await store.accounts.promoteUser(promoted, identity, change)) ? { userId: promoted.id, mails: [] } : null;
}

/** Free a moment ago: whoever is written first has it, and the other is named anew. */
async function usernameOf(writing: Writing): Promise<string> {
  const { signIn, store, environment, usernameRule, registered } = writing;
  const { profile } = writing.arrival;
  // Whatever the rule for others is: a campus names people by numbers and addresses of its own (R6).
  if (signIn.purpose.kind === 'launch') return opaqueUsername(environment);
  const addresses = registered.emails.map(({ address }) => address);
  return freeUsername(ruledUsername(usernameRule, { profile, addresses }), store.accounts.isUsernameTaken, environment);
}

/** That nobody else has by now what was believed to be nobody's. Where somebody had it, the account does without. */
function guardsOf({ addressesAreFree, registered }: Writing, userId: string): readonly Step[] {
  if (!addressesAreFree) return [];
  const verified = registered.emails.filter(({ verifiedBy }) => verifiedBy !== null);
  return [...verified.map(({ key }) => requireNoOtherOwner(userId, key)), ...proofSteps(registered, userId)];
}

/** An account that is there already, with an identity that is new to it. */
async function connect(writing: Writing, userId: string): Promise<Written | null> {
  const { store, environment, signIn, record, arrival, registered, now } = writing;
  const found = await store.accounts.findUser(userId);
  if (found === null) return null;
  await requireNoNewerPassword(writing, userId);
  const { profile } = arrival;
  const arrived = record.syncLearnerProfileData ? refreshedUser(found.user, profile, now) : found.user;
  const user = completedBy(arrived, registered.fields, now);
  const identity = newIdentity(profile, user.id, environment);
  const news: Notice = choosesPassword(writing)
    ? PASSWORD_CHANGED
    : { kind: 'identity-linked', providerName: record.name[signIn.locale] };
  const mails = await mailsTo(writing, found.emails, [news]);
  const change = changeFor(writing, identity, {
    types: ['identity.linked'],
    asserted: profile,
    emails: registered.emails,
    also: [
      ...(writing.addressesAreFree ? proofSteps(registered, userId) : []),
      ...aloneOfItsCampus(writing, userId),
      ...mails,
    ],
  });
  const guarded = { ...change, before: [...change.before, ...matchedBy(writing, userId)] };
  return (await store.accounts.linkIdentity(user, identity, guarded)) ? { userId, mails } : null;
}

/** What was decided because the account had nobody of this registration holds for one only (cases 67 and 78). */
function aloneOfItsCampus({ signIn, arrival }: Writing, userId: string): readonly Step[] {
  const isUnasked = [CARRIED_IDENTITY, SAME_IDENTIFIER, SAME_VERIFIED_EMAIL].some((step) => decidedBy(signIn, step));
  return isUnasked ? [requireOnlyIdentityOf(arrival.profile.provider, userId)] : [];
}

/** Whether it was this step that found the account which a launch is tied to. */
const decidedBy = ({ purpose, trace }: SignIn, name: string): boolean =>
  purpose.kind === 'launch' && trace.some(({ step, decision }) => step === name && decision === 'use');

/** Before this very commit gives the id to it: that the account still has it. */
function matchedBy(writing: Writing, userId: string): readonly Step[] {
  const { signIn, arrival, vault } = writing;
  if (!decidedBy(signIn, SAME_IDENTIFIER)) return [];
  const indexes = arrival.profile.identifiers.map(({ kind, value }) => [kind, vault.blindIndex(kind, value)] as const);
  return [requireActive(userId), ...indexes.map(([kind, index]) => requireIdentifier(userId, kind, index))];
}

/** An identity that is known. */
async function admit(writing: Writing, known: KnownIdentity): Promise<Written | null> {
  const { signIn, store, record, arrival, registered, now } = writing;
  const { profile } = arrival;
  await requireNoNewerPassword(writing, known.user.id);
  const addresses = choosesPassword(writing) ? ((await store.accounts.findUser(known.user.id))?.emails ?? []) : [];
  const mails = await mailsTo(writing, addresses, choosesPassword(writing) ? [PASSWORD_CHANGED] : []);
  // Who says the same as the last time is not written again: at a course start that is nearly everybody.
  const refreshes = isRefreshed(record, profile, known.profile);
  const arrived = refreshes ? refreshedUser(known.user, profile, now) : known.user;
  const user = completedBy(arrived, registered.fields, now);
  // R7: at a campus people write addresses of others, one after another, and would have them here before their owners come.
  const said = signIn.purpose.kind === 'launch' ? claimed(emailsOf(profile)) : emailsOf(profile);
  const emails = [...registered.addedEmails, ...(refreshes ? said : [])];
  const asserted = refreshes ? profile : known.profile;
  const change = changeFor(writing, known.identity, { types: [], asserted, emails, also: mails });
  const writes = refreshes || user !== known.user || emails.length > 0;
  const admitted = await store.accounts.admitUser(user, known.identity, change, writes);
  return admitted ? { userId: user.id, mails } : null;
}

/** F-13: the owner chose one in another attempt, after the mailbox was proved in this one. @throws SignInError sign_in_expired */
async function requireNoNewerPassword({ store, arrival }: Writing, userId: string): Promise<void> {
  const { special, profile } = arrival;
  if (special?.kind !== 'new-password') return;
  const stored = await store.passwords.findOfUser(profile.provider, userId);
  // The same hash: this very commit was made already, and its answer was lost.
  if (stored === null || stored.changedAt <= special.provedAt || stored.hash === special.hash) return;
  throw new SignInError('sign_in_expired', 'another password was chosen since the mailbox was proved');
}

const sessionHashOf = ({ vault, sessionToken }: Writing) => sessionHash(vault, sessionToken);
const choosesPassword = ({ arrival }: Writing) => arrival.special?.kind === 'new-password';

function changeFor(writing: Writing, identity: Identity, parts: CommitParts): AccountChange {
  const { signIn, vault, arrival, registered, record, requester, reference, now } = writing;
  const { upstream, special } = arrival;
  const { provider, assurance } = arrival.profile;
  const userId = identity.userId;
  const idHash = sessionHashOf(writing);
  const kept = keptSession(writing, userId);
  const origin = originOf(vault, idHash, requester);
  const session = {
    ...{ idHash, userId, provider, identityId: identity.id, assurance, upstream },
    ...{ ...origin, longest: record.maxSessionLength },
  };
  // Whoever knew the old password, or held a session, must not stay (F-13).
  const password =
    special?.kind === 'new-password'
      ? [writePassword(identity.id, special.hash, vault, now), ...endSessionsOf(userId, idHash, now)]
      : [];
  const events: readonly AuditType[] = [
    ...parts.types,
    successOf(signIn),
    ...(password.length > 0 ? (['password.changed'] as const) : []),
    ...(registered.terms === null ? [] : (['terms.agreed'] as const)),
  ];
  return {
    profile: parts.asserted,
    emails: parts.emails,
    session: signIn.purpose.kind === 'prove' || kept !== null ? null : session,
    verifiesIdentity: record.enableSsoIdVerification,
    before: writing.claimSteps,
    // The guard first, before the sessions end that it looks for.
    also: [
      ...guardItsSession(signIn.purpose),
      ...password,
      ...agreementSteps(registered, userId, now),
      ...parts.also,
      ...launchTraces(writing, kept?.idHash ?? idHash),
    ],
    events: events.map((type) => {
      const detail: JsonObject = type === 'terms.agreed' ? { version: registered.terms?.version ?? null } : {};
      return auditEvent(signIn, { type, code: null, detail, reference, userId, provider }, now);
    }),
    now,
  };
}

/** Doubled requests and a crash before the answer carry a commit out again; whoever was told of it is not told again. */
function mailsTo({ notices, signIn, requester }: Writing, addresses: readonly UserEmail[], news: readonly Notice[]) {
  const eventId = eventIdOf(signIn, successOf(signIn));
  return notices.prepare(news, addresses, { locale: signIn.locale, requester, eventId });
}

/** Whoever only shows that an account is theirs is not signed in by it (DESIGN §6.8). */
const successOf = ({ purpose }: SignIn) => (purpose.kind === 'prove' ? 'account.proved' : 'sign_in.succeeded');

const PASSWORD_CHANGED: Notice = { kind: 'password-changed' };

interface EventParts {
  readonly type: AuditType;
  readonly code: string | null;
  readonly detail: JsonObject;
  readonly reference: string;
  readonly userId?: string;
  readonly provider?: string;
}

export const eventIdOf = ({ id }: SignIn, type: AuditType) => `${id}:${type}`;

/** An event of this sign-in. Its id is made from both, so that a commit which is repeated writes it once. */
export function auditEvent(signIn: SignIn, parts: EventParts, now: Milliseconds): AuditEvent {
  return {
    id: eventIdOf(signIn, parts.type),
    at: now,
    type: parts.type,
    code: parts.code,
    userId: parts.userId ?? null,
    provider: parts.provider ?? signIn.departure?.provider ?? signIn.arrival?.profile.provider ?? null,
    clientId: clientOf(signIn.purpose),
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
