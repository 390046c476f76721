/**
 * The app's database: one SQLite file, or one in memory, by Node's own `node:sqlite`.
 *
 * Everything that belongs together runs in `transaction`. Its work is synchronous on purpose: nobody else's statement can
 * come in between, and no call to the outside can be made while it is open.
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { schema } from './schema.ts';

export type Value = string | number | null;
export type Row = { readonly [column: string]: Value };

export interface Database {
  all(statement: string, ...values: readonly Value[]): readonly Row[];
  /** The first row, or null. */
  get(statement: string, ...values: readonly Value[]): Row | null;
  /** Answers how many rows it changed. */
  run(statement: string, ...values: readonly Value[]): number;
  /** Inserts one row and answers its id. */
  insert(table: string, row: Row): number;
  /** All of it, or, when it throws, nothing of it. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/** `file` is a path, or `:memory:`. Makes the tables where they are not there yet. */
export function openDatabase(file: string): Database {
  const sqlite = new DatabaseSync(file);
  sqlite.exec('pragma journal_mode = wal; pragma foreign_keys = on; pragma busy_timeout = 5000');
  sqlite.exec(schema);
  const bound = (values: readonly Value[]) => [...values] as SQLInputValue[];
  const database: Database = {
    all: (statement, ...values) => sqlite.prepare(statement).all(...bound(values)) as unknown as readonly Row[],
    get: (statement, ...values) => (sqlite.prepare(statement).get(...bound(values)) ?? null) as Row | null,
    run: (statement, ...values) => Number(sqlite.prepare(statement).run(...bound(values)).changes),
    insert(table, row) {
      const columns = Object.keys(row);
      const marks = columns.map(() => '?').join(', ');
      const statement = `insert into ${table} (${columns.join(', ')}) values (${marks})`;
      return Number(sqlite.prepare(statement).run(...bound(Object.values(row))).lastInsertRowid);
    },
    transaction(work) {
      // Immediate: another process that writes waits here, and not at our first write, where it could not.
      sqlite.exec('begin immediate');
      try {
        const result = work();
        sqlite.exec('commit');
        return result;
      } catch (error) {
        sqlite.exec('rollback');
        throw error;
      }
    },
    close: () => sqlite.close(),
  };
  return database;
}
