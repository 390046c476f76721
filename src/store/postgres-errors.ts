/**
 * What PostgreSQL's error codes mean to a caller (https://www.postgresql.org/docs/18/errcodes-appendix.html).
 *
 * Never passes on what a person sent: PostgreSQL quotes values in `detail` and in most messages, so that only the
 * code, the names of tables and constraints, and messages about the text of a statement (class 42) are kept.
 */
import pg from 'pg';
import { ConstraintViolation, DatabaseUnavailable, StatementRefused } from './database.ts';

/** unique_violation, foreign_key_violation, restrict_violation (PostgreSQL 18 for `on delete restrict`). */
const violations = ['23505', '23503', '23001'];

/** Serialisation failure, deadlock: undone as a whole, and likely to succeed when tried again (R-11). */
const conflicts = ['40001', '40P01'];

/**
 * By prefix: connection (08), login (28), idle-in-transaction and transaction time-outs, read-only standby (25006), no
 * such database, lost conflicts (40), resources (53), lock not available (55P03), cancelled by a time-out (57014),
 * shut-down and termination (57P), input/output (58).
 */
const unavailable = ['08', '28', '25P03', '25P04', '25006', '3D000', '40', '53', '55P03', '57014', '57P', '58'];

/** After these the server has ended the session, or its state is not known. */
const sessionEnded = ['08', '25P03', '25P04', '57P', '58', 'XX'];

function hasCode(error: pg.DatabaseError, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => error.code?.startsWith(prefix));
}

/** A migration changed a table under a prepared statement: PostgreSQL refuses before doing anything. */
function isStalePlan(error: pg.DatabaseError): boolean {
  return error.code === '0A000' && error.message.startsWith('cached plan');
}

export function isWorthRetrying(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (hasCode(error, conflicts) || isStalePlan(error));
}

/** Whether the connection may be used again. One with a stale plan is given up, so that each costs one retry only. */
export function sessionSurvives(error: unknown): boolean {
  return error instanceof pg.DatabaseError && !hasCode(error, sessionEnded) && !isStalePlan(error);
}

export function translatePostgresError(error: unknown): unknown {
  if (error instanceof pg.DatabaseError) return translateServerError(error);
  // Ours: a value that cannot be stored, a number that cannot be held. Everything else is the connection's.
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new DatabaseUnavailable(`PostgreSQL cannot be reached (${connectionFault(error)})`);
}

function translateServerError(error: pg.DatabaseError): Error {
  const code = error.code ?? 'no code';
  const place = error.constraint ?? error.table;
  if (hasCode(error, violations))
    return new ConstraintViolation(`PostgreSQL ${code}: ${place ?? 'unnamed constraint'}`);
  if (hasCode(error, unavailable)) return new DatabaseUnavailable(`PostgreSQL is not available (${code})`);
  const about = code.startsWith('42') ? error.message : place;
  return new StatementRefused(`PostgreSQL refused a statement (${code}${about === undefined ? '' : `: ${about}`})`);
}

/** `ECONNREFUSED` and the like; the pg library's own errors have no code, and their messages contain nothing of ours. */
function connectionFault(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
