/**
 * What SQLite's result codes mean to a caller (https://sqlite.org/rescode.html).
 *
 * Never passes on a statement's values: SQLite's messages name tables and columns only.
 */
import { ConstraintViolation, DatabaseUnavailable, StatementRefused } from './database.ts';
import { outOfRange } from './values.ts';

/** Primary codes: the low byte of an extended code. */
const busy = 5;
const locked = 6;
const unavailable: ReadonlyMap<number, string> = new Map([
  [busy, 'locked by another process'],
  [locked, 'locked by another statement'],
  [8, 'read-only'],
  [10, 'not readable or writable (input/output error)'],
  [13, 'full'],
  [14, 'not to be opened'],
  [15, 'locked by another process (protocol)'],
]);

/** Extended codes of unique keys: primary key, unique, row id. */
const uniqueKeys: ReadonlySet<number> = new Set([1555, 2067, 2579]);
const foreignKey = 787;
/** `on delete restrict` is carried out by a trigger of SQLite's own and reported as one. */
const trigger = 1811;

interface SqliteError extends Error {
  readonly code: 'ERR_SQLITE_ERROR';
  readonly errcode: number;
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
}

/** True when another connection holds a lock: nothing was done, and trying again is safe. */
export function isContention(error: unknown): boolean {
  if (!isSqliteError(error)) return false;
  const primary = error.errcode & 0xff;
  return primary === busy || primary === locked;
}

/** A CHECK or NOT NULL that failed is a fault of whoever wrote the statement, and no answer to a race. */
export function translateSqliteError(error: unknown): unknown {
  if (isSqliteError(error)) {
    const { errcode, message } = error;
    const isForeignKey = errcode === foreignKey || (errcode === trigger && message.startsWith('FOREIGN KEY'));
    if (uniqueKeys.has(errcode) || isForeignKey) return new ConstraintViolation(message);
    const reason = unavailable.get(errcode & 0xff);
    if (reason !== undefined) return new DatabaseUnavailable(`the SQLite database is ${reason}`);
    return new StatementRefused(message);
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_OUT_OF_RANGE') return outOfRange();
  if (code === 'ERR_INVALID_STATE') return new DatabaseUnavailable('the SQLite database is closed');
  return error;
}
