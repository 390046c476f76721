/**
 * Conflicts as support sees and decides them: which accounts could be meant, and which one it is.
 *
 * Whoever looks at a case sees personal data, so looking is written down, with the reason. A decision changes no account:
 * the next sign-in of the identity follows it. Must never: tie an identity to an account that is no candidate (DESIGN §6.3).
 */
import { randomToken } from '../crypto.ts';
import type { Environment, JsonObject, Milliseconds, Profile, User, UserEmail } from '../model.ts';
import type { AuditEvent, AuditType } from '../store/audit.ts';
import type { Conflict, ConflictDecision } from '../store/conflicts.ts';
import type { Store } from '../store/store.ts';
import { fullName } from '../users/arrival.ts';
import { AdminRefusal } from './refusal.ts';

/** More than anybody reads at once. */
const MOST_LISTED = 500;

/** Without personal data. */
export interface ConflictLine {
  readonly caseNumber: string;
  readonly provider: string;
  readonly candidates: number;
  readonly openedAt: Milliseconds;
  readonly lastAt: Milliseconds;
  readonly times: number;
  readonly decision: ConflictDecision['kind'] | null;
}

export interface ConflictView extends ConflictLine {
  readonly subject: string;
  readonly said: {
    readonly name: string | null;
    readonly emails: Profile['emails'];
    readonly identifiers: readonly { readonly kind: string; readonly value: string }[];
  };
  readonly accounts: readonly CandidateView[];
  readonly decided: Conflict['decided'];
}

export interface CandidateView {
  readonly id: string;
  readonly state: User['state'];
  readonly username: string;
  readonly name: string | null;
  readonly emails: readonly UserEmail[];
  readonly identities: readonly { readonly provider: string; readonly lastUsedAt: Milliseconds }[];
  readonly createdAt: Milliseconds;
}

export interface ConflictDependencies {
  readonly store: Store;
  readonly environment: Environment;
}

/** Who acts, and why. */
export interface Because {
  readonly by: string;
  readonly reason: string;
}

export async function listConflicts(store: Store, which: 'open' | 'all'): Promise<ConflictLine[]> {
  return (await store.conflicts.list(which, MOST_LISTED)).map(lineOf);
}

/** @throws AdminRefusal not_found */
export async function viewConflict(
  caseNumber: string,
  because: Because,
  { store, environment }: ConflictDependencies,
): Promise<ConflictView> {
  const conflict = await get(store, caseNumber);
  const users = await Promise.all(conflict.candidates.map((id) => candidate(store, id)));
  // Before it is shown: whoever cannot write it down may not look.
  await store.audit.record(event(environment, 'personal_data.viewed', conflict, { ...because, case: caseNumber }));
  const { name, emails, identifiers } = conflict.profile;
  return {
    ...lineOf(conflict),
    subject: conflict.subject,
    said: { name: fullName(name), emails, identifiers: identifiers.map(({ kind, value }) => ({ kind, value })) },
    accounts: users.filter((user) => user !== null),
    decided: conflict.decided,
  };
}

/**
 * Decides, or decides otherwise. `link` names a candidate, or the account that a candidate was merged into.
 * @throws AdminRefusal not_found, invalid, conflict
 */
export async function resolveConflict(
  caseNumber: string,
  decision: ConflictDecision,
  because: Because,
  { store, environment }: ConflictDependencies,
): Promise<void> {
  const conflict = await get(store, caseNumber);
  if (await isTied(store, conflict)) {
    throw new AdminRefusal('conflict', `${caseNumber} is settled: the identity belongs to an account by now`);
  }
  if (decision.kind === 'link') await requireCandidate(store, conflict, decision.userId);
  const at = environment.now();
  const detail = { ...because, case: caseNumber, decision: { ...decision } };
  const resolved = event(environment, 'conflict.resolved', conflict, detail);
  if (!(await store.conflicts.decide(conflict, { decision, at, ...because }, resolved))) {
    throw new AdminRefusal('conflict', `${caseNumber} was tried or decided meanwhile: look at it again`);
  }
}

async function requireCandidate(store: Store, { candidates }: Conflict, userId: string): Promise<void> {
  const found = await store.accounts.findUser(userId);
  if (found === null || !candidates.includes(userId)) {
    throw new AdminRefusal('invalid', `${userId} is none of the accounts of this case`);
  }
  if (found.user.state !== 'active') {
    throw new AdminRefusal('invalid', `${userId} is ${found.user.state}: nobody can sign in to it`);
  }
}

/** A decision that was followed is history: to undo it is to disconnect the identity. */
async function isTied(store: Store, { provider, subject }: Conflict): Promise<boolean> {
  return (await store.accounts.findIdentity(provider, subject)) !== null;
}

async function get(store: Store, caseNumber: string): Promise<Conflict> {
  // As it is read out on the telephone.
  const conflict = await store.conflicts.find(caseNumber.trim().toUpperCase());
  if (conflict === null) throw new AdminRefusal('not_found', `there is no case ${caseNumber}`);
  return conflict;
}

async function candidate(store: Store, id: string): Promise<CandidateView | null> {
  const found = await store.accounts.findUser(id);
  if (found === null) return null;
  const { state, username, name, createdAt } = found.user;
  const identities = await store.accounts.identitiesOf(id);
  return {
    ...{ id, state, username, name: fullName(name), emails: found.emails, createdAt },
    identities: identities.map(({ provider, lastUsedAt }) => ({ provider, lastUsedAt })),
  };
}

function lineOf({ caseNumber, provider, candidates, openedAt, lastAt, times, decided }: Conflict): ConflictLine {
  const decision = decided?.decision.kind ?? null;
  return { caseNumber, provider, candidates: candidates.length, openedAt, lastAt, times, decision };
}

function event(environment: Environment, type: AuditType, { provider }: Conflict, detail: JsonObject): AuditEvent {
  return {
    ...{ id: randomToken(environment, 16), at: environment.now(), type, code: null, userId: null, provider },
    ...{ clientId: null, signInId: null, reference: null, detail },
  };
}
