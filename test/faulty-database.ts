/**
 * A database that fails on request: as a lost connection does, before a statement was carried out or after it.
 *
 * The second is the crash between a commit and its answer: the rows are there, and whoever wrote them never learns
 * it. Never changes what a statement does.
 */
import { type Database, DatabaseUnavailable, type Statement } from '../src/store/database.ts';
import type { Databases } from '../src/store/open-database.ts';

/** One call on its way to a database. `text` holds its statements without their values. */
export interface DatabaseCall {
  readonly part: 'durable' | 'ephemeral';
  readonly verb: 'get' | 'all' | 'run' | 'atomically';
  readonly text: string;
}

/** What becomes of a call. `after`: carried out, and then the answer is lost. */
export type Fate = 'works' | 'fails before' | 'fails after';
export type DecideFate = (call: DatabaseCall) => Fate;

/** The same databases, except that each call first asks `fate` what becomes of it. */
export function withFaults({ durable, ephemeral }: Databases, fate: DecideFate): Databases {
  return { durable: faulty(durable, 'durable', fate), ephemeral: faulty(ephemeral, 'ephemeral', fate) };
}

function faulty(database: Database, part: DatabaseCall['part'], fate: DecideFate): Database {
  async function carryOut<T>(verb: DatabaseCall['verb'], statements: readonly Statement[], work: () => Promise<T>) {
    const text = statements.map(({ shape }) => shape.join('?')).join(';\n');
    const decided = fate({ part, verb, text });
    if (decided === 'fails before') throw new DatabaseUnavailable('the connection was lost before the statement');
    const result = await work();
    if (decided === 'fails after') throw new DatabaseUnavailable('the connection was lost before the answer');
    return result;
  }
  return {
    dialect: database.dialect,
    get: (statement) => carryOut('get', [statement], () => database.get(statement)),
    all: (statement) => carryOut('all', [statement], () => database.all(statement)),
    run: (statement) => carryOut('run', [statement], () => database.run(statement)),
    atomically: (steps) =>
      carryOut(
        'atomically',
        steps.map(({ statement }) => statement),
        () => database.atomically(steps),
      ),
    script: (text) => database.script(text),
    close: () => database.close(),
  };
}
