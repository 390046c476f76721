/**
 * Accounts as operators see and handle them. Whoever looks at one leaves a trace before anything is shown (DESIGN §7).
 *
 * Must never show a password, a subject of a provider or the value of a national identifier: nobody needs them to help.
 */
import type { Announce } from '../client-events/announce.ts';
import { randomToken } from '../crypto.ts';
import type { Environment, Milliseconds, PersonDetails, PersonName, ProfilePhone, UserState } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import { type FoundAccount, searchAccounts } from '../store/account-search.ts';
import type { Database } from '../store/database.ts';
import type { MergeEntry } from '../store/merges.ts';
import type { Store } from '../store/store.ts';
import { usernameKey } from '../store/usernames.ts';
import { eventsOfState } from '../users/account-events.ts';
import { type AccountAction, actOnAccount } from '../users/account-state.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { AdminRefusal } from './refusal.ts';

export interface UserAdministration {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Store;
}

/** Who looks or acts, and why. */
export interface Cause {
  readonly by: string;
  readonly reason: string;
}

export interface UserView {
  readonly id: string;
  readonly state: UserState;
  readonly merged_into: string | null;
  readonly legal_hold: boolean;
  readonly username: string;
  readonly name: PersonName;
  readonly birth_date: string | null;
  readonly phone: ProfilePhone | null;
  readonly locale: string | null;
  readonly country: string | null;
  /** What the person said of themselves. */
  readonly details: PersonDetails;
  readonly agreements: readonly { version: string; agreed_at: Milliseconds }[];
  readonly created_at: Milliseconds;
  /** When it is deleted for good; null where nobody asked for that. */
  readonly deletion_at: Milliseconds | null;
  readonly emails: readonly { address: string; verified_by: string | null; primary: boolean }[];
  readonly identities: readonly { provider: string; created_at: Milliseconds; last_used_at: Milliseconds }[];
  /** Kinds, without values. */
  readonly identifiers: readonly string[];
  readonly clients: readonly { client_id: string; sub: string; last_seen_at: Milliseconds }[];
  readonly sessions: number;
  readonly merges: readonly MergeEntry[];
}

/**
 * The one account that is meant by an id, a username or an address.
 * @throws AdminRefusal `not_found`, or `invalid` when it could be several
 */
export async function resolveUser({ database }: UserAdministration, words: string): Promise<string> {
  const found = await searchAccounts(database, {
    id: words,
    usernameKey: usernameKey(words),
    emailKey: canonicalEmail(words),
  });
  const [one, ...more] = certain(found);
  if (one === undefined) throw new AdminRefusal('not_found', `there is no account ${JSON.stringify(words)}`);
  if (more.length === 0) return one.userId;
  const list = [one, ...more].map(({ userId, by }) => `${userId} (${by})`).join(', ');
  throw new AdminRefusal('invalid', `${JSON.stringify(words)} can be several accounts: ${list}; name one by its id`);
}

/** Whoever proved an address is meant by it, and not those who only claim it. */
function certain(found: readonly FoundAccount[]): readonly FoundAccount[] {
  const sure = found.filter(({ by }) => by !== 'unverified address');
  return sure.length > 0 ? sure : found;
}

/** @throws AdminRefusal, DatabaseUnavailable: then nothing is shown */
export async function showUser(administration: UserAdministration, words: string, cause: Cause): Promise<UserView> {
  const userId = await resolveUser(administration, words);
  await recordView(administration, [userId], cause);
  const graph = await administration.store.accountGraphs.read(userId);
  if (graph === null) throw new AdminRefusal('not_found', `there is no account ${userId}`);
  return viewOf(graph, await administration.store.merges.ofUser(userId));
}

/** To be called before anything of these accounts is shown. */
export async function recordView(
  { environment, store }: UserAdministration,
  userIds: readonly string[],
  { by, reason }: Cause,
): Promise<void> {
  for (const userId of userIds) {
    await store.audit.record({
      ...{ id: randomToken(environment, 16), at: environment.now(), type: 'personal_data.viewed', code: null, userId },
      ...{ provider: null, clientId: null, signInId: null, reference: null, detail: { by, reason } },
    });
  }
}

function viewOf(graph: AccountGraph, merges: readonly MergeEntry[]): UserView {
  const { user, emails, identities, identifiers, agreements, subjects, sessions, mergedInto, isHeld } = graph;
  return {
    id: user.id,
    state: user.state,
    merged_into: mergedInto,
    legal_hold: isHeld,
    username: user.username,
    name: user.name,
    birth_date: user.birthDate,
    phone: user.phone,
    locale: user.locale,
    country: user.country,
    details: user.details,
    agreements: agreements.map(({ version, agreedAt }) => ({ version, agreed_at: agreedAt })),
    created_at: user.createdAt,
    deletion_at: user.deletionAt,
    emails: emails.map(({ address, verifiedBy, primary }) => ({ address, verified_by: verifiedBy, primary })),
    identities: identities.map(({ provider, createdAt, lastUsedAt }) => {
      return { provider, created_at: createdAt, last_used_at: lastUsedAt };
    }),
    identifiers: [...new Set(identifiers.map(({ kind }) => kind))],
    clients: subjects.map(({ clientId, subject, lastSeenAt }) => {
      return { client_id: clientId, sub: subject, last_seen_at: lastSeenAt };
    }),
    sessions,
    merges,
  };
}

export interface ChangedUser {
  readonly id: string;
  readonly changed: boolean;
}

export interface UserChanges extends UserAdministration {
  /** The steps that owe it to the clients. */
  readonly announce: Announce;
}

/** What the clients that know the account are told. That it is held concerns nobody outside. */
const told = { disable: 'account-disabled', enable: 'account-enabled', hold: null, release: null } as const;

/** @throws AdminRefusal when there is no such account, or none that this can be done to */
export async function changeUser(
  administration: UserChanges,
  words: string,
  action: AccountAction,
  { by, reason }: Cause,
): Promise<ChangedUser> {
  const userId = await resolveUser(administration, words);
  const also = async () => {
    const kind = told[action];
    const graph = kind === null ? null : await administration.store.accountGraphs.read(userId);
    return kind === null || graph === null ? [] : administration.announce(eventsOfState(kind, userId, graph.subjects));
  };
  const result = await actOnAccount(administration, { userId, action, by, reason, also });
  if (result.kind !== 'refused') return { id: userId, changed: result.kind === 'done' };
  if (result.code === 'user_unknown') throw new AdminRefusal('not_found', `there is no account ${userId}`);
  throw new AdminRefusal('invalid', `the account ${userId} is ${result.state}: it can be neither disabled nor enabled`);
}
