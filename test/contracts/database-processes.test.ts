/**
 * Two processes on one database: the same promises as within one (P-05, R-08).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sql } from '../../src/store/database.ts';
import { forEachEmptyDatabase } from '../databases.ts';

const claims = 100;

/** Resolves when the process is at the starting line. */
async function startRacer(url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./database-racer.ts', import.meta.url)), [url, String(claims)]);
  const failed = once(child, 'exit').then(([code]) => assert.fail(`a racer ended early with code ${code}`));
  await Promise.race([once(child, 'message'), failed]);
  return child;
}

async function race(child: ChildProcess): Promise<number> {
  const ended = once(child, 'exit');
  const answer = once(child, 'message');
  child.send('go');
  const [[code], [won]] = await Promise.all([ended, Promise.race([answer, ended.then(() => [Number.NaN])])]);
  assert.equal(code, 0);
  return Number(won);
}

forEachEmptyDatabase(
  'P-05: two processes that race for a hundred rows get each row once, and neither sees an error',
  async ({ durable, url }) => {
    await durable.script(`
      create table claims (id bigint not null primary key);
      create table counts (n bigint not null);
      insert into counts values (0);`);
    const racers = await Promise.all([startRacer(url), startRacer(url)]);
    const wins = await Promise.all(racers.map(race));
    assert.equal(
      wins.reduce((sum, won) => sum + won),
      claims,
    );
    assert.deepEqual(await durable.get(sql`select n from counts`), { n: claims });
    assert.deepEqual(await durable.get(sql`select count(*) as n from claims`), { n: claims });
  },
  ['SQLite file', 'PostgreSQL'],
);
