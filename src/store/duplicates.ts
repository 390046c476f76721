/**
 * Pairs of accounts that have something in common which one person only should have: for a report, in pages.
 *
 * Each page looks at a stretch of accounts by the index of their ids, and for each at what else has its addresses and identifiers, by
 * the indexes of those. Two accounts that both only claim an address have nothing in common: anybody can claim one. Changes nothing.
 */
import { type Database, type Row, sql } from './database.ts';
import { textOf } from './rows.ts';

export interface AccountPair {
  /** The smaller id. */
  readonly first: string;
  readonly second: string;
  /** `address`, or the kind of an identifier. */
  readonly because: readonly string[];
}

/** What was told last: this pair, or with null all pairs of the first. Compared by the database alone: each sorts in its own way. */
export interface PairCursor {
  readonly first: string;
  readonly second: string | null;
}

export const FROM_THE_BEGINNING: PairCursor = { first: '', second: null };

const ACCOUNTS_AT_ONCE = 1000;

/** At most so many after that pair, in their order; fewer only where no more are left. Only of active accounts. */
export async function duplicatePairs(database: Database, after: PairCursor, atMost: number): Promise<AccountPair[]> {
  const pairs: AccountPair[] = [];
  let cursor = after;
  while (pairs.length < atMost) {
    const end = await endOfStretch(database, cursor.first);
    const { found, isWhole } = await pairsWithin(database, cursor, end ?? cursor.first);
    pairs.push(...found);
    const last = found.at(-1);
    if (!isWhole && last !== undefined) cursor = last;
    else if (end === null) break;
    else cursor = { first: end, second: null };
  }
  return pairs.slice(0, atMost);
}

const ROWS_AT_ONCE = 500;

async function endOfStretch(database: Database, first: string): Promise<string | null> {
  const row = await database.get(sql`
    select max(id) as last from (select id from users where id > ${first} order by id limit ${ACCOUNTS_AT_ONCE}) as stretch`);
  return row?.last === null || row === null ? null : textOf(row, 'last');
}

async function pairsWithin(
  database: Database,
  { first, second }: PairCursor,
  end: string,
): Promise<{ readonly found: AccountPair[]; readonly isWhole: boolean }> {
  const rows = await database.all(sql`
    select pairs.first_id, pairs.second_id, pairs.because from (
      select mine.user_id as first_id, other.user_id as second_id, 'address' as because
      from emails as mine join emails as other on other.address_key = mine.address_key and other.user_id > mine.user_id
      where mine.user_id >= ${first} and mine.user_id <= ${end}
        and (mine.verified_at is not null or other.verified_at is not null)
      union
      select mine.user_id as first_id, other.user_id as second_id, mine.kind as because
      from user_identifiers as mine join user_identifiers as other
        on other.kind = mine.kind and other.value_index = mine.value_index and other.user_id > mine.user_id
      where mine.user_id >= ${first} and mine.user_id <= ${end}
    ) as pairs
    join users as one on one.id = pairs.first_id and one.state = 'active'
    join users as two on two.id = pairs.second_id and two.state = 'active'
    where pairs.first_id > ${first} or pairs.second_id > ${second}
    order by pairs.first_id, pairs.second_id, pairs.because limit ${ROWS_AT_ONCE}`);
  const found = grouped(rows);
  if (rows.length < ROWS_AT_ONCE) return { found, isWhole: true };
  // Of the last one there may be more to say: it comes first on the next page.
  return { found: found.slice(0, -1), isWhole: false };
}

function grouped(rows: readonly Row[]): AccountPair[] {
  const pairs = new Map<string, AccountPair>();
  for (const row of rows) {
    const [first, second] = [textOf(row, 'first_id'), textOf(row, 'second_id')];
    const known = pairs.get(`${first} ${second}`);
    const because = [...(known?.because ?? []), textOf(row, 'because')];
    pairs.set(`${first} ${second}`, { first, second, because });
  }
  return [...pairs.values()];
}

export interface NamedIdentity {
  readonly id: string;
  readonly subject: string;
  readonly userId: string;
  readonly sealedProfile: string;
}

/** Those of a provider after that subject, in the order of their subjects. Only of active accounts. */
export async function identitiesOfProvider(
  database: Database,
  provider: string,
  after: string,
  atMost: number,
): Promise<NamedIdentity[]> {
  const rows = await database.all(sql`
    select identities.id, identities.subject, identities.user_id, identities.profile
    from identities join users on users.id = identities.user_id and users.state = 'active'
    where identities.provider = ${provider} and identities.subject > ${after}
    order by identities.subject limit ${atMost}`);
  return rows.map((row) => ({
    id: textOf(row, 'id'),
    subject: textOf(row, 'subject'),
    userId: textOf(row, 'user_id'),
    sealedProfile: textOf(row, 'profile'),
  }));
}
