/**
 * Courselets full of chance: every table filled, by what the schema itself says of its columns. For tests only.
 */
import { type Database, openDatabase, type Row, type Value } from './database.ts';

/** Not a learning history: what the app keeps of sign-ins and of what it was told. */
const bookkeeping = ['people', 'sessions', 'told_events', 'merges', 'moved_rows'];

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  /** The table that it refers to; null where it refers to none. */
  readonly refersTo: string | null;
}

export function tablesOf(database: Database): readonly string[] {
  return database
    .all("select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by rowid")
    .map(({ name }) => String(name));
}

export const learningTables = (database: Database) =>
  tablesOf(database).filter((table) => !bookkeeping.includes(table));

export function columnsOf(database: Database, table: string): readonly Column[] {
  const references = new Map(
    database.all(`pragma foreign_key_list(${table})`).map(({ from, table: to }) => [String(from), String(to)]),
  );
  return database.all(`pragma table_info(${table})`).map(({ name, type, notnull }) => ({
    name: String(name),
    type: String(type),
    required: notnull === 1,
    refersTo: references.get(String(name)) ?? null,
  }));
}

/** Values that a column with a `check` allows. */
const allowed: { readonly [column: string]: readonly Value[] } = {
  access: ['public', 'private'],
  role: ['self', 'student', 'ta', 'prof'],
  evaluation: ['different', 'close', 'correct', null],
  status: ['help', 'review', 'done'],
  kind: [1, 2],
  is_preview: [0, 1],
};

/** A database with these people, `a`, `b` and so on, and so many rows of each table; `chance` answers from 0 to below 1. */
export function filledDatabase(people: number, rows: number, chance: () => number): Database {
  const database = openDatabase(':memory:');
  for (let n = 0; n < people; n += 1) database.insert('people', { subject: subjectOf(n) });
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)] as Item;
  const idsIn = (table: string) => database.all(`select id from ${table}`).map(({ id }) => id ?? null);
  for (const table of learningTables(database)) {
    const columns = columnsOf(database, table).filter(({ name }) => name !== 'id');
    for (let n = 0; n < rows; n += 1) {
      const values = columns.map(({ name, type, required, refersTo }): [string, Value] => {
        if (!required && chance() < 0.2) return [name, null];
        if (refersTo !== null) return [name, pick(idsIn(refersTo))];
        return [name, name in allowed ? pick(allowed[name] ?? []) : type === 'integer' ? n : `${table} ${n}`];
      });
      try {
        database.insert(table, Object.fromEntries(values));
      } catch (error) {
        // Chance has made the same twice, where there can be one.
        if (!(error instanceof Error && /UNIQUE constraint/.test(error.message))) throw error;
      }
    }
  }
  return database;
}

export const subjectOf = (person: number) => String.fromCharCode(97 + person);

/** Every row of these tables. */
export function dump(database: Database, tables: readonly string[]): { readonly [table: string]: readonly Row[] } {
  return Object.fromEntries(
    tables.map((table) => [table, database.all(`select * from ${table} order by 1`).map((row) => ({ ...row }))]),
  );
}
