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
  /**
   * Where the number of changes is found. SQLite's own counter keeps its old value through statements that change
   * nothing by nature (`select`, `create`), so it is read only after those that set it.
   */
  readonly counting: 'counter' | 'rows' | 'none';
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #connection: DatabaseSync;
  readonly #delay: Delay;
  readonly #prepared = new WeakMap<readonly string[], Prepared>();

  constructor(connection: DatabaseSync, delay: Delay) {
    this.#connection = connection;
    this.#delay = delay;
  }

  async get(statement: Statement): Promise<Row | null> {
    return patiently(this.#delay, () => {
      const row = this.#prepare(statement).statement.get(...bound(statement));
      return row === undefined ? null : toRow(row);
    });
  }

  async all(statement: Statement): Promise<Row[]> {
    return patiently(this.#delay, () =>
      this.#prepare(statement)
        .statement.all(...bound(statement))
        .map(toRow),
    );
  }

  async run(statement: Statement): Promise<number> {
    return patiently(this.#delay, () => this.#run(statement));
  }

  async atomically(steps: readonly Step[]): Promise<AtomicResult> {
    return patiently(this.#delay, () => this.#transaction(() => this.#runSteps(steps)));
  }

  async script(text: string): Promise<void> {
    await patiently(this.#delay, () =>
      this.#transaction((): AtomicResult => {
        this.#connection.exec(text);
        return { committed: true };
      }),
    );
  }

  async close(): Promise<void> {
    if (this.#connection.isOpen) this.#connection.close();
  }

  #prepare({ shape }: Statement): Prepared {
    const known = this.#prepared.get(shape);
    if (known !== undefined) return known;
    const text = shape.join('?');
    const statement = this.#connection.prepare(text);
    const prepared = { statement, counting: countingOf(statement, text) } as const;
    this.#prepared.set(shape, prepared);
    return prepared;
  }

  #run(statement: Statement): number {
    const { statement: prepared, counting } = this.#prepare(statement);
    if (counting === 'rows') return prepared.all(...bound(statement)).length;
    const { changes } = prepared.run(...bound(statement));
    return counting === 'counter' ? Number(changes) : 0;
  }

  #runSteps(steps: readonly Step[]): AtomicResult {
    for (const [index, { statement, changes }] of steps.entries()) {
      const changed = this.#run(statement);
      if (changes !== 'any' && changed !== changes) return { committed: false, failedAt: index };
    }
    return { committed: true };
  }

  /**
   * One synchronous transaction. `immediate` takes the write lock at once: a transaction that reads first and asks for
   * it later can be refused in the middle (SQLITE_BUSY_SNAPSHOT), whatever the waiting.
   */
  #transaction(work: () => AtomicResult): AtomicResult {
    this.#connection.exec('begin immediate');
    try {
      const result = work();
      this.#connection.exec(result.committed ? 'commit' : 'rollback');
      return result;
    } catch (error) {
      // A full disk or a failed write has already rolled back by itself.
      if (this.#connection.isOpen && this.#connection.isTransaction) this.#connection.exec('rollback');
      throw error;
    }
  }
}

function countingOf(statement: StatementSync, text: string): Prepared['counting'] {
  if (statement.columns().length > 0) return 'rows';
  return /^\s*(insert|update|delete|with)\b/i.test(text) ? 'counter' : 'none';
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
