/**
 * Counts what a database is asked to do, by statement.
 */
import type { Database, Statement } from '../src/store/database.ts';

export interface StatementCount {
  readonly [member: string]: string | number;
  /** The statement with its values as question marks, on one line. */
  readonly statement: string;
  readonly times: number;
}

export interface StatementCounter {
  /** What was counted so far, most frequent first; starts again from nothing. */
  take(): StatementCount[];
}

/**
 * Counts in place: everything that holds this database already goes on using it, so the composition of the broker is
 * the real one and not a copy made for counting. Each transaction counts once more, as `commit`.
 */
export function countStatements(database: Database): StatementCounter {
  const times = new Map<readonly string[] | string, number>();
  const add = (key: readonly string[] | string) => times.set(key, (times.get(key) ?? 0) + 1);
  // A driver may carry one method out by another of its own: what is asked within a call is not asked again.
  let within = false;
  const counting = <Result>(method: (statement: Statement) => Promise<Result>) => {
    return (statement: Statement) => {
      if (within) return method(statement);
      add(statement.shape);
      within = true;
      const result = method(statement);
      within = false;
      return result;
    };
  };
  const atomically = database.atomically.bind(database);
  Object.assign(database, {
    get: counting(database.get.bind(database)),
    all: counting(database.all.bind(database)),
    run: counting(database.run.bind(database)),
    atomically(steps) {
      for (const { statement } of steps) add(statement.shape);
      add('commit');
      return atomically(steps);
    },
  } satisfies Partial<Database>);
  return {
    take() {
      const counted = [...times].map(([key, count]) => ({
        statement: typeof key === 'string' ? key : key.join('?').replaceAll(/\s+/g, ' ').trim(),
        times: count,
      }));
      times.clear();
      return counted.sort((a, b) => b.times - a.times);
    },
  };
}
