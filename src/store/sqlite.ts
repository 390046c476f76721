/**
 * The SQLite driver: one connection over one file, write-ahead logging, statements prepared once.
 *
 * Implements P-05: a lock that another process holds is waited for without stopping the event loop, and no SQLITE_BUSY
 * reaches a caller. Must never leave a transaction open when it returns to the event loop: other calls share the
 * connection.
 */
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as realDelay } from 'node:timers/promises';
import {
  type AtomicResult,
  type Database,
  DatabaseUnavailable,
  type Row,
  type Statement,
  type Step,
} from './database.ts';
import { isContention, translateSqliteError } from './sqlite-errors.ts';
import { outOfRange, requireStorable } from './values.ts';
import { type Write, type WriteOutcome, WriteQueue } from './write-queue.ts';

/** Resolves after so many milliseconds. */
export type Delay = (milliseconds: number) => Promise<unknown>;

export interface SqliteOptions {
  /** A file, made when it is absent (its folder is not), or `:memory:`. */
  readonly path: string;
  /** `full` survives a power cut; `normal` may lose the last commits, never the consistency. */
  readonly durability: 'full' | 'normal';
}

/** How long SQLite itself may wait for a lock: it blocks the event loop meanwhile, so only as long as a quick commit takes. */
const blockingWait = 20;

/** The waits between further attempts, in milliseconds: short first, as most locks last one commit; 4 s in all. */
const retryWaits = [2, 5, 10, 20, 40, 80, 160, 320, 480, 640, 960, 1280];

/** @throws DatabaseUnavailable when the file cannot be opened, or stays locked for 4 s. */
export async function openSqlite(options: SqliteOptions, delay: Delay = realDelay): Promise<Database> {
  const connection = await patiently(delay, () => connect(options));
  return new SqliteDatabase(connection, delay);
}

function connect({ path, durability }: SqliteOptions): DatabaseSync {
  const connection = new DatabaseSync(path, {
    timeout: blockingWait,
    enableForeignKeyConstraints: true,
    enableDoubleQuotedStringLiterals: false,
  });
  try {
    const mode = connection.prepare('pragma journal_mode = wal').get()?.journal_mode;
    if (mode !== 'wal' && mode !== 'memory') {
      throw new DatabaseUnavailable(
        'SQLite cannot use write-ahead logging here; is the file on a network file system?',
      );
    }
    connection.exec(`pragma synchronous = ${durability}`);
    connection.exec('pragma trusted_schema = off');
    // Pages that every commit touches are copied back to the file once in 16 MB of log and not once in 4: a fifth of
    // what a commit costs under load. A process that died leaves that much to be read again at the next start.
    connection.exec('pragma wal_autocheckpoint = 4000');
    // A long reader lets the log grow; without a limit the file would keep that size for ever.
    connection.exec('pragma journal_size_limit = 67108864');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/**
 * Carries out `attempt` until no other connection is in the way. Waiting is done here and not in SQLite's busy handler,
 * which would stop every other request of this process (P-05).
 */
async function patiently<Result>(delay: Delay, attempt: () => Result): Promise<Result> {
  for (const wait of retryWaits) {
    try {
      return attempt();
    } catch (error) {
      if (!isContention(error)) throw translateSqliteError(error);
    }
    await delay(wait);
  }
  try {
    return attempt();
  } catch (error) {
    throw translateSqliteError(error);
  }
}

interface Prepared {
  readonly statement: StatementSync;
  readonly returnsRows: boolean;
}

/** More rounds than any fair share of the lock needs; an end for the case that there is none. */
const rounds = 100;

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #connection: DatabaseSync;
  readonly #delay: Delay;
  readonly #prepared = new WeakMap<readonly string[], Prepared>();
  readonly #queue = new WriteQueue((writes) => this.#inTurn(true, () => this.#together(writes)));
  /** Settles when a rival process has let go of the write lock, or was waited for in vain. */
  #rival: Promise<void> | null = null;

  constructor(connection: DatabaseSync, delay: Delay) {
    this.#connection = connection;
    this.#delay = delay;
  }

  async get(statement: Statement): Promise<Row | null> {
    return this.#carryOut(statement, () => {
      const row = this.#prepare(statement).statement.get(...bound(statement));
      return row === undefined ? null : toRow(row);
    });
  }

  async all(statement: Statement): Promise<Row[]> {
    return this.#carryOut(statement, () =>
      this.#prepare(statement)
        .statement.all(...bound(statement))
        .map(toRow),
    );
  }

  async run(statement: Statement): Promise<number> {
    return this.#queue.add({ kind: 'statement', work: () => this.#change(statement) });
  }

  async atomically(steps: readonly Step[]): Promise<AtomicResult> {
    return this.#queue.add({ kind: 'transaction', work: () => this.#steps(steps) });
  }

  async script(text: string): Promise<void> {
    await this.#inTurn(true, () =>
      this.#transaction(() => {
        this.#connection.exec(text);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#queue.empty();
    if (this.#connection.isOpen) this.#connection.close();
  }

  #carryOut<Result>(statement: Statement, work: () => Result): Promise<Result> {
    return writes(statement) ? this.#queue.add({ kind: 'statement', work }) : this.#inTurn(false, work);
  }

  /**
   * Carries out `attempt` now, or once a rival process lets go of the lock. All writers wait for the same promise: each
   * trying by itself would block the event loop for its own 20 ms, fifty of them for a second. Readers never wait for a
   * writer.
   */
  async #inTurn<Result>(writing: boolean, attempt: () => Result): Promise<Result> {
    for (let round = 0; round < rounds; round += 1) {
      if (writing && this.#rival !== null) await this.#rival;
      try {
        return attempt();
      } catch (error) {
        if (!isContention(error)) throw translateSqliteError(error);
      }
      this.#rival ??= this.#lockIsFree().finally(() => {
        this.#rival = null;
      });
      await this.#rival;
    }
    throw new DatabaseUnavailable('other processes leave the SQLite database no time');
  }

  #lockIsFree(): Promise<void> {
    return patiently(this.#delay, () => this.#connection.exec('begin immediate; rollback'));
  }

  #prepare({ shape }: Statement): Prepared {
    const known = this.#prepared.get(shape);
    if (known !== undefined) return known;
    const statement = this.#connection.prepare(shape.join('?'));
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    this.#prepared.set(shape, prepared);
    return prepared;
  }

  /** SQLite's own counter keeps its old value through statements that change nothing by nature (`select`, `create`). */
  #change(statement: Statement): number {
    const prepared = this.#prepare(statement);
    if (prepared.returnsRows) return prepared.statement.all(...bound(statement)).length;
    const { changes } = prepared.statement.run(...bound(statement));
    return writes(statement) ? Number(changes) : 0;
  }

  #steps(steps: readonly Step[]): AtomicResult {
    for (const [index, { statement, changes }] of steps.entries()) {
      const changed = this.#change(statement);
      if (changes !== 'any' && changed !== changes) return { committed: false, failedAt: index };
    }
    return { committed: true };
  }

  /** The writes of one turn in one transaction. One statement alone needs none: it is its own. */
  #together(group: readonly Write[]): readonly WriteOutcome[] {
    const [first] = group;
    if (group.length === 1 && first?.kind === 'statement') return [{ done: true, value: first.work() }];
    return this.#transaction(() => group.map((write) => this.#oneOf(write)));
  }

  /** One write inside the transaction of its group: when it fails, it alone is undone. */
  #oneOf(write: Write): WriteOutcome {
    if (write.kind === 'transaction') this.#connection.exec('savepoint one');
    let outcome: WriteOutcome;
    try {
      outcome = { done: true, value: write.work() };
    } catch (error) {
      // A full disk or a failed write undoes the whole group by itself: then nothing of it stands.
      if (!this.#connection.isTransaction) throw error;
      outcome = { done: false, error: translateSqliteError(error) };
    }
    if (write.kind === 'statement') return outcome;
    if (!isCommitted(outcome)) this.#connection.exec('rollback to one');
    this.#connection.exec('release one');
    return outcome;
  }

  /**
   * One synchronous transaction. `immediate` takes the write lock at once: one that reads first and asks for it later is
   * refused in the middle when a rival wrote meanwhile (SQLITE_BUSY_SNAPSHOT), and would have to be done over.
   */
  #transaction<Result>(work: () => Result): Result {
    this.#connection.exec('begin immediate');
    try {
      const result = work();
      this.#connection.exec('commit');
      return result;
    } catch (error) {
      // A full disk or a failed write has already rolled back by itself.
      if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('rollback');
      throw error;
    }
  }
}

function isCommitted(outcome: WriteOutcome): boolean {
  return outcome.done && (outcome.value as AtomicResult).committed;
}

/** By its first word; `with` may introduce any of them. */
function writes({ shape }: Statement): boolean {
  return /^\s*(insert|update|delete|with)\b/i.test(shape[0] ?? '');
}

/** Integers go as BigInt: node:sqlite binds a number as a real, which a text column would keep as `1.0` and `/` would halve. */
function bound({ values }: Statement): (string | bigint | null)[] {
  requireStorable(values);
  return values.map((value) => (typeof value === 'number' ? BigInt(value) : value));
}

/** A plain object, as the other driver gives: rows of node:sqlite have no prototype and are not deeply equal to one. */
function toRow(row: Record<string, SQLOutputValue>): Row {
  const plain: { [column: string]: string | number | null } = {};
  for (const column in row) {
    const value = row[column];
    if (value === null || typeof value === 'string') plain[column] = value;
    else if (typeof value === 'number' && (Number.isSafeInteger(value) || !Number.isInteger(value)))
      plain[column] = value;
    else if (typeof value === 'number') throw outOfRange();
    else throw new TypeError(`column ${column} is neither text nor number`);
  }
  return plain;
}
