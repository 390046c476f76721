/**
 * When each campus LMS last sent somebody who was let in, for operators: reads all of its identities.
 */
import type { Milliseconds } from '../model.ts';
import { type Database, sql } from './database.ts';
import { numberOrNull } from './rows.ts';

export async function lastUseOf(database: Database, provider: string): Promise<Milliseconds | null> {
  const row = await database.get(sql`select max(last_used_at) as latest from identities where provider = ${provider}`);
  return row === null ? null : numberOrNull(row, 'latest');
}
