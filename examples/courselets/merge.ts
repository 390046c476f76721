/**
 * Two accounts of one person become one, and two again: the union merge, and its undoing.
 *
 * Nothing is deleted. The retired person's row stays and points to the other one, and every row that changed hands is
 * noted with whose it was first. After each event everything is given back and given anew, by the merges that stand, in
 * the order in which they happened. So it does not matter in which order events arrive, nor how often: it ends the same.
 *
 * Must run in the transaction in which the event is noted.
 */
import type { Database, Row } from './database.ts';
import { movingColumns } from './person-columns.ts';

export interface MergeEvent {
  readonly mergeId: string;
  /** Subjects, as the broker gave them to this app. */
  readonly from: string;
  readonly to: string;
  /** `toe` of the event. */
  readonly happenedAt: number;
}

/** The person with this subject, made where it is new. */
export function personOf(database: Database, subject: string): number {
  const found = database.get('select id from people where subject = ?', subject);
  return found === null ? database.insert('people', { subject }) : Number(found.id);
}

export function merge(database: Database, { mergeId, from, to, happenedAt }: MergeEvent): void {
  // Done already; or undone already, because the undoing came first.
  if (database.get('select 1 from merges where merge_id = ?', mergeId) !== null) return;
  const [fromId, toId] = [personOf(database, from), personOf(database, to)];
  const known = { merge_id: mergeId, from_id: fromId, to_id: toId, happened_at: happenedAt };
  database.insert('merges', { ...known, state: 'merged' });
  database.run('delete from sessions where person_id = ?', fromId);
  settle(database, fromId);
}

export function unmerge(database: Database, mergeId: string): void {
  const found = database.get('select from_id from merges where merge_id = ?', mergeId);
  if (found === null) {
    // Before its merge: noted, so that the merge finds that there is nothing left to do.
    database.insert('merges', { merge_id: mergeId, state: 'undone' });
    return;
  }
  if (database.run("update merges set state = 'undone' where merge_id = ? and state = 'merged'", mergeId) === 1) {
    settle(database, Number(found.from_id));
  }
}

interface Merge {
  readonly from: number;
  readonly to: number;
}

/** Makes the rows of everybody who has to do with this person what the merges that stand say. */
function settle(database: Database, person: number): void {
  const people = relatedTo(database, person);
  giveBack(database, people);
  for (const id of people) database.run('update people set merged_into = null where id = ?', id);
  for (const { from, to } of standingMerges(database, people)) {
    giveAll(database, from, to);
    database.run('update people set merged_into = ? where id = ?', to, from);
  }
}

/** Everybody whom merges connect with this person, also such as were undone. */
function relatedTo(database: Database, person: number): ReadonlySet<number> {
  const related = new Set([person]);
  // A set that grows while it is gone through is gone through to its new end.
  for (const id of related) {
    for (const row of database.all('select from_id, to_id from merges where from_id = ? or to_id = ?', id, id)) {
      related.add(Number(row.from_id)).add(Number(row.to_id));
    }
  }
  return related;
}

function standingMerges(database: Database, people: ReadonlySet<number>): readonly Merge[] {
  return database
    .all("select from_id, to_id from merges where state = 'merged' order by happened_at, merge_id")
    .map((row) => ({ from: Number(row.from_id), to: Number(row.to_id) }))
    .filter(({ from }) => people.has(from));
}

interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: number;
}

function giveAll(database: Database, from: number, to: number): void {
  for (const { table, column } of movingColumns) {
    for (const { id } of database.all(`select id from ${table} where ${column} = ? order by id`, from)) {
      const place = { table, column, row: Number(id) };
      if (hand(database, place, to)) noteMove(database, place, from, to);
    }
  }
}

/** Each row to whose it was first; but not what the app has given to somebody else meanwhile. */
function giveBack(database: Database, people: ReadonlySet<number>): void {
  let left = [...people].flatMap((origin) => movesFrom(database, origin));
  for (;;) {
    // What one has in the way is perhaps somebody else's, and given back in the next round.
    const kept = left.filter(({ place, origin, holder }) => {
      const owner = ownerOf(database, place);
      return owner === holder && !hand(database, place, origin);
    });
    if (kept.length === left.length) break;
    left = kept;
  }
  for (const origin of people) database.run('delete from moved_rows where origin_id = ?', origin);
}

/** False where the receiver has the same already: then it stays where it is. */
function hand(database: Database, { table, column, row }: Place, to: number): boolean {
  const rule = movingColumns.find((one) => one.table === table && one.column === column)?.rule;
  if (rule?.kind === 'moves-once') {
    const same = rule.sameBy.map((name) => ` and other.${name} = mine.${name}`).join('');
    const statement = `
      select 1 from ${table} as mine join ${table} as other on other.${column} = ? and other.id <> mine.id${same}
      where mine.id = ?`;
    if (database.get(statement, to, row) !== null) return false;
  }
  return database.run(`update ${table} set ${column} = ? where id = ?`, to, row) === 1;
}

function ownerOf(database: Database, { table, column, row }: Place): number | null {
  const found: Row | null = database.get(`select ${column} as owner from ${table} where id = ?`, row);
  return found === null ? null : Number(found.owner);
}

/** The first owner stays noted, over however many hands it goes. */
function noteMove(database: Database, { table, column, row }: Place, from: number, to: number): void {
  database.run(
    `insert into moved_rows (table_name, column_name, row_id, origin_id, holder_id) values (?, ?, ?, ?, ?)
     on conflict (table_name, column_name, row_id) do update set holder_id = excluded.holder_id`,
    table,
    column,
    row,
    from,
    to,
  );
}

interface NotedMove {
  readonly place: Place;
  readonly origin: number;
  readonly holder: number;
}

/** Only of columns that have a rule: a name that stands in the database becomes no part of a statement. */
function movesFrom(database: Database, origin: number): readonly NotedMove[] {
  const rows = database.all('select * from moved_rows where origin_id = ? order by row_id', origin);
  return movingColumns.flatMap(({ table, column }) =>
    rows
      .filter(({ table_name, column_name }) => table_name === table && column_name === column)
      .map(({ row_id, holder_id }) => ({
        place: { table, column, row: Number(row_id) },
        origin,
        holder: Number(holder_id),
      })),
  );
}
