/**
 * What the rest of the store asks of a database, and the one way to write a statement.
 *
 * Two drivers implement this (SQLite, PostgreSQL). Statements are portable text written once: `text` and `bigint`
 * columns, `on conflict`, `returning`, times as milliseconds, booleans as 0 and 1. No dialect is ever asked for
 * outside the drivers.
 *
 * There are deliberately no interactive transactions: work that must happen together is a list of statements with the
 * number of rows that each must change. So no transaction can be open while somebody waits for a network, and SQLite's
 * single connection needs no lock.
 */

export type Value = string | number | null;
export type Row = { readonly [column: string]: Value };

/** A statement with its values apart. Made by `sql`; `shape` is the same object every time one call site is reached. */
export interface Statement {
  readonly shape: readonly string[];
  readonly values: readonly Value[];
}

/**
 * Writes a statement: sql`select * from users where id = ${id}`. Interpolations are always values, never text, so a
 * statement cannot be injected into; drivers prepare each call site once, by the identity of its template.
 */
export function sql(shape: TemplateStringsArray, ...values: Value[]): Statement {
  return { shape, values };
}

/** A statement inside `atomically`, and how many rows it must change for the whole to stand. */
export interface Step {
  readonly statement: Statement;
  readonly changes: number | 'any';
}

/** All statements were carried out, or none was: then `failedAt` is the index of the first step that changed another number of rows. */
export type AtomicResult = { readonly committed: true } | { readonly committed: false; readonly failedAt: number };

export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** The first row, or null. */
  get(statement: Statement): Promise<Row | null>;
  all(statement: Statement): Promise<Row[]>;
  /** Carries out one statement; answers how many rows it changed. */
  run(statement: Statement): Promise<number>;
  /** Carries out the steps in one transaction. A step that changes another number of rows than it must undoes all of them. */
  atomically(steps: readonly Step[]): Promise<AtomicResult>;
  /** Carries out a script of several statements without values (migrations) in one transaction. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

/** A unique or foreign key was violated. */
export class ConstraintViolation extends Error {
  override readonly name = 'ConstraintViolation';
}

/** The database will not carry a statement out as it is written: no such column, a check, no value where one must be. */
export class StatementRefused extends Error {
  override readonly name = 'StatementRefused';
}

/** The database is locked, gone, full or read-only: nothing was written, and the same call may succeed later. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}
