/**
 * Which accounts seem to be one person's, and why: for whoever decides that they are, and merges them or moves what a campus tied to the
 * wrong one.
 *
 * Must never: merge anything, or show the value that two accounts have in common.
 */
import type { Vault } from '../crypto.ts';
import { fold } from '../directory/search.ts';
import { launchProvider, registrationSlug } from '../lti/launch-registration.ts';
import { splitSubject } from '../lti/subject.ts';
import type { Identity, Milliseconds, Profile } from '../model.ts';
import { profilePlace } from '../store/accounts.ts';
import type { Database } from '../store/database.ts';
import {
  type AccountPair,
  duplicatePairs,
  FROM_THE_BEGINNING,
  identitiesOfProvider,
  type PairCursor,
} from '../store/duplicates.ts';
import type { Store } from '../store/store.ts';
import { fullName } from '../users/arrival.ts';
import { AdminRefusal } from './refusal.ts';
import type { RemapRegistration } from './remap.ts';

export interface DuplicateSources {
  readonly database: Database;
  readonly store: Pick<Store, 'accounts'>;
  readonly vault: Vault;
}

export interface AccountOfPair {
  readonly id: string;
  readonly username: string;
  readonly created_at: Milliseconds;
  /** Whose people it is among campuses, by their slugs. */
  readonly campuses: readonly string[];
}

/** `address`: one has it as verified, the other too or claims it. `name`: at one campus, and no more than a hint. Else the kind of an identifier. */
export interface Duplicate {
  /** What a launch made, or else the younger one: which would be retired by a merge. */
  readonly retire: AccountOfPair;
  readonly keep: AccountOfPair;
  readonly because: readonly string[];
}

export interface DuplicatePage {
  readonly duplicates: readonly Duplicate[];
  /** Where the next page begins; null where this is the last. */
  readonly next: string | null;
}

/** @throws AdminRefusal `invalid` for a place that no page gave */
export async function findDuplicates(
  sources: DuplicateSources,
  { after, atMost }: { readonly after: string | null; readonly atMost: number },
): Promise<DuplicatePage> {
  const pairs = await duplicatePairs(sources.database, after === null ? FROM_THE_BEGINNING : cursorIn(after), atMost);
  const last = pairs.length < atMost ? undefined : pairs.at(-1);
  return {
    duplicates: await described(sources, pairs),
    next: last === undefined ? null : `${last.first}.${last.second}`,
  };
}

function cursorIn(text: string): PairCursor {
  const [, first, second] = /^([\w-]+)\.([\w-]+)$/.exec(text) ?? [];
  if (first === undefined || second === undefined) throw new AdminRefusal('invalid', 'that is no place to go on from');
  return { first, second };
}

const IDENTITIES_AT_ONCE = 500;

/**
 * Those of one campus that have one name and several accounts, as per-course ids make them. Walks over all of its people, for names are
 * sealed. The first account of a name is compared with each other one.
 */
export async function findSameNames(
  sources: DuplicateSources,
  registration: string,
  atMost: number,
): Promise<readonly Duplicate[]> {
  const { database, vault } = sources;
  const firstOf = new Map<string, string>();
  const pairs = new Map<string, AccountPair>();
  for (let after = ''; pairs.size < atMost; ) {
    const identities = await identitiesOfProvider(database, launchProvider(registration), after, IDENTITIES_AT_ONCE);
    for (const { id, userId, sealedProfile } of identities) {
      const name = comparedName(JSON.parse(vault.open(profilePlace(id), sealedProfile)));
      if (name === null) continue;
      const first = firstOf.get(name) ?? userId;
      firstOf.set(name, first);
      if (first !== userId) pairs.set(`${first} ${userId}`, { first, second: userId, because: ['name'] });
    }
    const last = identities.at(-1);
    if (identities.length < IDENTITIES_AT_ONCE || last === undefined) break;
    after = last.subject;
  }
  return described(sources, [...pairs.values()].slice(0, atMost));
}

/** Without regard to case and accents. One word alone is half of a name. */
function comparedName({ name }: Profile): string | null {
  const compared = fold(fullName(name) ?? '').trim();
  return compared.includes(' ') ? compared : null;
}

async function described(sources: DuplicateSources, pairs: readonly AccountPair[]): Promise<Duplicate[]> {
  const duplicates: Duplicate[] = [];
  for (const { first, second, because } of pairs) {
    const [one, other] = [await read(sources, first), await read(sources, second)];
    if (one === null || other === null) continue;
    const [retire, keep] = isRatherRetired(one, other) ? [one, other] : [other, one];
    duplicates.push({ retire: shown(retire), keep: shown(keep), because });
  }
  return duplicates;
}

type Found = NonNullable<Awaited<ReturnType<typeof read>>>;

async function read({ store }: DuplicateSources, userId: string) {
  const found = await store.accounts.findUser(userId);
  return found === null ? null : { ...found, identities: await store.accounts.identitiesOf(userId) };
}

function isRatherRetired(one: Found, other: Found): boolean {
  const [isMade, isOtherMade] = [isMadeByLaunch(one), isMadeByLaunch(other)];
  return isMade === isOtherMade ? one.user.createdAt > other.user.createdAt : isMade;
}

const isMadeByLaunch = ({ identities, emails }: Found): boolean =>
  identities.every(({ provider }) => registrationSlug(provider) !== null) &&
  emails.every(({ verifiedAt }) => verifiedAt === null);

function shown({ user, identities }: Found): AccountOfPair {
  const campuses = new Set(identities.flatMap(({ provider }) => registrationSlug(provider) ?? []));
  return { id: user.id, username: user.username, created_at: user.createdAt, campuses: [...campuses] };
}

/** What `lti remap` takes: each identity of a campus that the account has which would be retired, for the one that would stay. */
export async function remapRows(
  { store }: DuplicateSources,
  duplicates: readonly Duplicate[],
  registrations: ReadonlyMap<string, RemapRegistration>,
): Promise<string[][]> {
  const rows: string[][] = [];
  const told = new Set<string>();
  for (const { retire, keep, because } of duplicates) {
    for (const identity of await store.accounts.identitiesOf(retire.id)) {
      const row = rowOf(identity, registrations);
      // Like several others: to which of them it belongs is for a person to say, line by line.
      if (row === null || told.has(`${identity.id} ${keep.id}`)) continue;
      told.add(`${identity.id} ${keep.id}`);
      rows.push([...row, keep.id, `seems to be one person: ${because.join(', ')}`]);
    }
  }
  return rows;
}

function rowOf({ provider, subject }: Identity, registrations: ReadonlyMap<string, RemapRegistration>) {
  const registration = registrationSlug(provider);
  if (registration === null) return null;
  if (registrations.get(registration)?.subjectScope !== 'deployment') return [registration, '', subject];
  const parts = splitSubject(subject);
  return parts === null ? null : [registration, parts.deploymentId, parts.subject];
}
