/**
 * A program: one of several processes that race on one database. Says `ready`, begins at the first message, and answers
 * how many of the claims were its own.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { sql } from '../../src/store/database.ts';
import { openDatabases } from '../../src/store/open-database.ts';

const [url = '', claims = '0'] = process.argv.slice(2);
const { durable, ephemeral } = await openDatabases(url, { randomBytes, poolSize: 4 });

/** One winner for each claim, and one more in the shared count for each winner. */
async function claim(n: number): Promise<boolean> {
  const result = await durable.atomically([
    { statement: sql`insert into claims (id) values (${n}) on conflict do nothing`, changes: 1 },
    { statement: sql`update counts set n = n + 1`, changes: 1 },
  ]);
  return result.committed;
}

process.send?.('ready');
await once(process, 'message');
const won = await Promise.all(Array.from({ length: Number(claims) }, (_, n) => claim(n)));
await Promise.all([durable.close(), ephemeral.close()]);
process.send?.(won.filter(Boolean).length);
process.disconnect?.();
