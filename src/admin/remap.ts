/**
 * Ties identities of campuses to other accounts, many at once: judged line by line, each line carried out in a transaction of its own.
 *
 * A line is judged by the same rules whether it is only looked at or done, and again by the steps of its transaction: a launch, a merge
 * or another operator at the same moment comes before it or after it. Must never: tie anything to staff, make an identity that nobody
 * launched with, or leave an account that nobody can sign in to (DESIGN §6.7).
 */
import { randomToken, type Vault } from '../crypto.ts';
import { launchProvider } from '../lti/launch-registration.ts';
import { subjectWithin } from '../lti/subject.ts';
import type { Environment, Identity, JsonObject } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import { searchAccounts } from '../store/account-search.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Database, Step } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import { usernameKey } from '../store/usernames.ts';
import { type IdentityMove, moveSteps } from '../users/move-identity.ts';
import { type Offer, type WayIn, waysIn, withoutIdentity } from '../users/ways-in.ts';
import type { RemapLine } from './remap-file.ts';

/** What a remap needs to know of a consumer or platform. */
export interface RemapRegistration {
  /** Null where none is named there: LTI 1.1. */
  readonly deployments: readonly string[] | null;
  readonly subjectScope: 'platform' | 'deployment';
  readonly staff: readonly string[];
}

export interface RemapDependencies {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Store;
  readonly vault: Vault;
  readonly registrations: ReadonlyMap<string, RemapRegistration>;
  readonly offer: Offer;
  /** The mails to both people, as steps. */
  tell(move: IdentityMove, registration: string): Promise<readonly Step[]>;
}

export type RemapOutcome =
  | 'moves'
  | 'there-already'
  | 'registration-unknown'
  | 'deployment-unknown'
  | 'identity-unknown'
  | 'account-unknown'
  | 'account-ambiguous'
  | 'account-not-active'
  | 'former-account-not-active'
  | 'held'
  | 'staff'
  | 'last-way-in'
  | 'several-lines'
  | 'reason-missing'
  /** Somebody changed the accounts at the same moment, again and again. */
  | 'changed-meanwhile';

export interface RemapResult {
  readonly line: number;
  readonly outcome: RemapOutcome;
  /** Usernames; null where it is not known. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface RemapRequest {
  readonly lines: readonly RemapLine[];
  readonly digest: string;
  readonly by: string;
  /** For lines without one of their own. */
  readonly reason: string | null;
  readonly isDryRun: boolean;
}

const ATTEMPTS = 5;

/** What became of each line, or would, in their order. A second run of the same finds everything there already. */
export async function* remap(dependencies: RemapDependencies, request: RemapRequest): AsyncGenerator<RemapResult> {
  const repeated = repeatedAmong(request.lines, dependencies.registrations);
  const planned = new Planned();
  const gathered = ahead(request.lines, (line) => gather(dependencies, line));
  for await (const [line, facts] of gathered) {
    // Which of them was meant is not for us to say.
    const { outcome, from, to } = repeated.has(line.number)
      ? verdict('several-lines')
      : await remapOne(dependencies, request, line, { facts, planned });
    yield { line: line.number, outcome, from, to };
  }
}

const LINES_AHEAD = 8;

/** Each with what `work` answers, in their order; while one is worked on, the next ones are looked up. */
async function* ahead<Item, Found>(
  items: readonly Item[],
  work: (item: Item) => Promise<Found>,
): AsyncGenerator<readonly [Item, Found]> {
  const begun: Promise<Found>[] = [];
  for (const [index, item] of items.entries()) {
    for (const next of items.slice(index + begun.length, index + LINES_AHEAD)) {
      const found = work(next);
      // It fails when its turn comes.
      found.catch(() => {});
      begun.push(found);
    }
    const found = begun.shift();
    if (found !== undefined) yield [item, await found];
  }
}

/** The lines that speak of an identity of which another line speaks too. */
function repeatedAmong(lines: readonly RemapLine[], registrations: RemapDependencies['registrations']): Set<number> {
  const first = new Map<string, number>();
  const repeated = new Set<number>();
  for (const line of lines) {
    const registration = registrations.get(line.registration);
    const subject = registration === undefined ? null : storedSubject(registration, line);
    if (subject === null) continue;
    const key = JSON.stringify([line.registration, subject]);
    const before = first.get(key);
    if (before === undefined) first.set(key, line.number);
    else repeated.add(before).add(line.number);
  }
  return repeated;
}

/** What earlier lines of a dry run would have changed, so that it says what doing them would say. */
class Planned {
  readonly left = new Set<string>();
  readonly gained = new Set<string>();
}

type Judgement =
  | { readonly outcome: Exclude<RemapOutcome, 'moves'>; readonly from: string | null; readonly to: string | null }
  | { readonly outcome: 'moves'; readonly from: string; readonly to: string; readonly move: IdentityMove | null };

const verdict = (
  outcome: Exclude<RemapOutcome, 'moves'>,
  from: AccountGraph | null = null,
  to: AccountGraph | null = null,
): Judgement => ({ outcome, from: from?.user.username ?? null, to: to?.user.username ?? null });

async function remapOne(
  dependencies: RemapDependencies,
  request: RemapRequest,
  line: RemapLine,
  before: { readonly facts: Facts; readonly planned: Planned },
): Promise<Judgement> {
  const reason = line.reason ?? request.reason;
  if (reason === null) return verdict('reason-missing');
  if (request.isDryRun) return judge(dependencies, before.facts, before.planned);
  let { facts } = before;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // What was carried out is seen in the accounts themselves.
    const judgement = judge(dependencies, facts, new Planned());
    if (judgement.outcome === 'moves') {
      if (judgement.move === null) throw new Error('a move was planned on lines that were not carried out');
      const cause = { by: request.by, reason, file: request.digest };
      if (await carryOut(dependencies, judgement.move, line.registration, cause)) return judgement;
    } else if (attempt > 0) return judgement;
    // Looked up some lines ago: one of these may have changed it.
    facts = await gather(dependencies, line);
  }
  return verdict('changed-meanwhile');
}

type Facts =
  | { readonly kind: 'none'; readonly outcome: 'registration-unknown' | 'deployment-unknown' | 'identity-unknown' }
  | {
      readonly kind: 'found';
      readonly identity: Identity;
      readonly from: AccountGraph | null;
      readonly to: AccountGraph | 'unknown' | 'ambiguous';
      readonly registration: RemapRegistration;
    };

async function gather(dependencies: RemapDependencies, line: RemapLine): Promise<Facts> {
  const { store, registrations } = dependencies;
  const registration = registrations.get(line.registration);
  if (registration === undefined) return { kind: 'none', outcome: 'registration-unknown' };
  const subject = storedSubject(registration, line);
  if (subject === null) return { kind: 'none', outcome: 'deployment-unknown' };
  const known = await store.accounts.findIdentity(launchProvider(line.registration), subject);
  if (known === null) return { kind: 'none', outcome: 'identity-unknown' };
  const { identity } = known;
  const [from, to] = await Promise.all([
    store.accountGraphs.read(identity.userId),
    accountMeant(dependencies, line.account),
  ]);
  return { kind: 'found', identity, from, to, registration };
}

function judge({ offer }: RemapDependencies, facts: Facts, planned: Planned): Judgement {
  if (facts.kind === 'none') return verdict(facts.outcome);
  const { identity, from, to, registration } = facts;
  if (from === null || to === 'unknown') return verdict('account-unknown', from);
  if (to === 'ambiguous') return verdict('account-ambiguous', from);
  const against = objectionTo(from, to, registration);
  if (against !== null) return verdict(against, from, to);
  return judgeWayIn(offer, { identity, from, to }, planned);
}

/** What is compared at a launch; null where the deployment is missing, unknown, or none of the registration's kind. */
function storedSubject(registration: RemapRegistration, { deployment, subject }: RemapLine): string | null {
  const { deployments, subjectScope } = registration;
  if (deployment !== null && !deployments?.includes(deployment)) return null;
  if (subjectScope === 'platform') return subject;
  return deployment === null ? null : subjectWithin(deployment, subject);
}

async function accountMeant(
  { database, store }: RemapDependencies,
  words: string,
): Promise<AccountGraph | 'unknown' | 'ambiguous'> {
  // No address: several may have it, and a list is no place to find out.
  const found = await searchAccounts(database, { id: words, usernameKey: usernameKey(words), emailKey: null });
  const [one, ...more] = found;
  if (more.length > 0) return 'ambiguous';
  return (one === undefined ? null : await store.accountGraphs.read(one.userId)) ?? 'unknown';
}

function objectionTo(
  from: AccountGraph,
  to: AccountGraph,
  { staff }: RemapRegistration,
): Exclude<RemapOutcome, 'moves'> | null {
  if (from.user.id === to.user.id) return 'there-already';
  if (!isOpen(to)) return 'account-not-active';
  // Whoever was barred would come back by another door.
  if (!isOpen(from)) return 'former-account-not-active';
  if (from.isHeld || to.isHeld) return 'held';
  const names = new Set(staff.map((name) => name.toLowerCase()));
  return names.has(to.user.username.toLowerCase()) ? 'staff' : null;
}

const isOpen = ({ user }: AccountGraph) => user.state === 'active' && user.deletionAt === null;

function judgeWayIn(offer: Offer, move: Omit<IdentityMove, 'wayLeft'>, planned: Planned): Judgement {
  const { identity, from, to } = move;
  const ways = waysLeft(offer, from, identity.id).filter(
    (way) => !('identityId' in way) || !planned.left.has(way.identityId),
  );
  const [wayLeft = null] = ways;
  if (wayLeft === null && !planned.gained.has(from.user.id)) return verdict('last-way-in', from, to);
  planned.left.add(identity.id);
  if (offer.isOn(identity.provider)) planned.gained.add(to.user.id);
  return {
    outcome: 'moves',
    from: from.user.username,
    to: to.user.username,
    move: wayLeft === null ? null : { ...move, wayLeft },
  };
}

function waysLeft(offer: Offer, { identities, emails }: AccountGraph, identityId: string): WayIn[] {
  const withPassword = identities.filter(({ password }) => password !== null).map(({ id }) => id);
  return waysIn(withoutIdentity({ identities, emails, withPassword }, identityId), offer);
}

/** False where somebody changed one of the two accounts since: nothing was written. */
async function carryOut(
  { environment, store, vault, tell }: RemapDependencies,
  move: IdentityMove,
  registration: string,
  cause: JsonObject,
): Promise<boolean> {
  const now = environment.now();
  const { identity, from, to } = move;
  const event = (type: AuditType, userId: string, otherwise: JsonObject): Step =>
    insertAuditEvent({
      ...{ id: randomToken(environment, 16), at: now, type, code: null, userId, provider: identity.provider },
      ...{ clientId: null, signInId: null, reference: null, detail: { identity: identity.id, ...otherwise, ...cause } },
    });
  const committed = await store.commit([
    ...moveSteps(move, vault, now),
    event('identity.unlinked', from.user.id, { to: to.user.id }),
    event('identity.linked', to.user.id, { from: from.user.id }),
    ...(await tell(move, registration)),
  ]);
  // What clients were given in the sessions that have just ended is worth nothing any more (H-06).
  if (committed) await store.oidcRecords.deleteSessionsOf(from.user.id);
  return committed;
}
