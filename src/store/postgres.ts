/**
 * The PostgreSQL driver: a pool of connections, statements prepared once on each, transactions sent in one go.
 *
 * Implements R-11 (serialisation failures and deadlocks are tried again), R-13 (a lost connection never ends the
 * process) and R-16 (no call waits longer than five seconds for a lock). Must never give a connection back to the pool
 * inside a transaction or in an unknown state.
 */
import { setTimeout as realDelay } from 'node:timers/promises';
import pg from 'pg';
import type { AtomicResult, Database, Row, Statement, Step } from './database.ts';
import { isWorthRetrying, sessionSurvives, translatePostgresError } from './postgres-errors.ts';
import { exactNumber, requireStorable } from './values.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?…`, as the pg library reads it. */
  readonly url: string;
  /** `full` answers when a commit is on disk; `normal` may lose the last commits in a crash, never the consistency. */
  readonly durability: 'full' | 'normal';
  /** The most connections at once; further calls wait for one, three seconds at most. */
  readonly poolSize: number;
  /** A number from 0 up to 1: spreads the retries of processes that ran into each other. */
  readonly jitter: () => number;
}

/** Milliseconds. The limit of our own is the last: it ends a connection whose packets are dropped silently. */
const limits = {
  connectionTimeoutMillis: 3_000,
  lock_timeout: 4_000,
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 5_000,
  query_timeout: 6_000,
  keepAliveInitialDelayMillis: 5_000,
};

/** Milliseconds that a migration may take. */
const scriptTimeout = 3_600_000;

const retries = 3;
/** Milliseconds before the first retry; doubled for each further one. */
const retryWait = 10;

type Delay = (milliseconds: number) => Promise<unknown>;

/** Opens the pool without connecting: a server that is down is reported by the first call, as DatabaseUnavailable. */
export function openPostgres(options: PostgresOptions, delay: Delay = realDelay): Database {
  const pool = new pg.Pool({
    ...limits,
    connectionString: withSessionSettings(options),
    max: options.poolSize,
    keepAlive: true,
    // A transaction's statements are sent without waiting for each answer: two round trips, whatever their number.
    pipeline: true,
    types: { getTypeParser: (type: number) => parsers.get(type) ?? asText },
  });
  // Both listeners keep the process alive: an 'error' that nobody listens for is thrown. The pool emits it for an
  // idle connection, a connection in use emits it itself. Whoever uses the connection learns of it from the statement.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return new PostgresDatabase(pool, options.jitter, delay);
}

/** Written into the address because what stands there wins over everything else the pool is told. */
function withSessionSettings({ url, durability }: PostgresOptions): string {
  const address = new URL(url);
  const ours = `-c synchronous_commit=${durability === 'full' ? 'on' : 'off'}`;
  const operators = address.searchParams.get('options');
  address.searchParams.set('options', operators === null ? ours : `${operators} ${ours}`);
  return address.href;
}

const asText = (text: string): string => text;
/** By type oid (PostgreSQL's pg_type.dat). Everything else stays text, as in SQLite; `sum` of a bigint is numeric. */
const parsers: ReadonlyMap<number, (text: string) => number> = new Map([
  [16, (text: string) => (text === 't' ? 1 : 0)], // bool: SQLite has none, comparisons give 0 and 1
  [20, exactNumber], // int8
  [21, exactNumber], // int2
  [23, exactNumber], // int4
  [700, exactNumber], // float4
  [701, exactNumber], // float8
  [1700, exactNumber], // numeric
]);

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #pool: pg.Pool;
  readonly #jitter: () => number;
  readonly #delay: Delay;
  readonly #prepared = new WeakMap<readonly string[], { readonly name: string; readonly text: string }>();
  /** By text, so that call sites with equal text share one plan on the server. */
  readonly #names = new Map<string, string>();
  #closing: Promise<void> | null = null;

  constructor(pool: pg.Pool, jitter: () => number, delay: Delay) {
    this.#pool = pool;
    this.#jitter = jitter;
    this.#delay = delay;
  }

  async get(statement: Statement): Promise<Row | null> {
    return (await this.all(statement))[0] ?? null;
  }

  async all(statement: Statement): Promise<Row[]> {
    return (await this.#execute(statement)).rows;
  }

  async run(statement: Statement): Promise<number> {
    return (await this.#execute(statement)).rowCount ?? 0;
  }

  async atomically(steps: readonly Step[]): Promise<AtomicResult> {
    return this.#retrying((client, retry) =>
      inTransaction(
        client,
        'begin',
        steps.map(({ statement, changes }) => ({ query: this.#query(statement, retry), changes })),
      ),
    );
  }

  async script(text: string): Promise<void> {
    // A migration may rewrite a large table. Only waiting for a lock keeps its limit: everybody queues behind that.
    const query = { text, query_timeout: scriptTimeout };
    await this.#retrying((client) =>
      inTransaction(client, 'begin; set local statement_timeout = 0', [{ query, changes: 'any' }]),
    );
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  #execute(statement: Statement): Promise<pg.QueryResult<Row>> {
    return this.#retrying((client, retry) => client.query<Row>(this.#query(statement, retry)));
  }

  /** A retry goes without a name and so without a prepared plan, which a migration may have made unusable. */
  #query(statement: Statement, retry: boolean): pg.QueryConfig {
    requireStorable(statement.values);
    const { name, text } = this.#prepare(statement.shape);
    const values = [...statement.values];
    return retry ? { text, values } : { name, text, values };
  }

  #prepare(shape: readonly string[]): { readonly name: string; readonly text: string } {
    const known = this.#prepared.get(shape);
    if (known !== undefined) return known;
    const text = shape.reduce((before, part, index) => `${before}$${index}${part}`);
    const name = this.#names.get(text) ?? `llavero_${this.#names.size + 1}`;
    this.#names.set(text, name);
    const prepared = { name, text };
    this.#prepared.set(shape, prepared);
    return prepared;
  }

  /**
   * Tries again only what PostgreSQL says it has undone. A connection that broke is not such a case: the commit may have
   * arrived, and a second insert is not ours to decide.
   */
  async #retrying<Result>(work: (client: pg.PoolClient, retry: boolean) => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#withClient((client) => work(client, attempt > 0));
      } catch (error) {
        if (attempt === retries || !isWorthRetrying(error)) throw translatePostgresError(error);
      }
      await this.#delay(retryWait * 2 ** attempt * (1 + this.#jitter()));
    }
  }

  async #withClient<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    let reusable = false;
    try {
      const result = await work(client);
      reusable = true;
      return result;
    } catch (error) {
      reusable = sessionSurvives(error);
      throw error;
    } finally {
      client.release(!reusable);
    }
  }
}

interface TransactionStep {
  readonly query: pg.QueryConfig;
  readonly changes: number | 'any';
}

/**
 * Sends `begin` and all steps, judges the answers in order, and ends the transaction. The steps after a failed one have
 * been carried out by then too; the rollback undoes them like the rest.
 */
async function inTransaction(
  client: pg.PoolClient,
  begin: string,
  steps: readonly TransactionStep[],
): Promise<AtomicResult> {
  const begun = client.query(begin);
  const sent = steps.map(({ query, changes }) => ({ answer: client.query<Row>(query), changes }));
  // A step behind a failed one is refused as well, and nobody awaits it any more.
  for (const { answer } of sent) answer.catch(() => {});
  try {
    await begun;
    for (const [index, { answer, changes }] of sent.entries()) {
      const { rowCount } = await answer;
      if (changes !== 'any' && (rowCount ?? 0) !== changes) {
        await client.query('rollback');
        return { committed: false, failedAt: index };
      }
    }
    await client.query('commit');
    return { committed: true };
  } catch (error) {
    // When this fails too, the connection is gone, and the server rolls back by itself.
    await client.query('rollback');
    throw error;
  }
}
