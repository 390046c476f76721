/**
 * Brings a database to the program's schema, step by step and only forwards.
 *
 * A step and the row that records it are one transaction, and the row comes first: its primary key is the lock. A second
 * process that starts at once waits at that row, then finds it taken and goes on. Must never run a step twice, nor
 * anything on a schema that it does not know.
 */
import { createHash } from 'node:crypto';
import type { Milliseconds } from '../model.ts';
import { ConstraintViolation, type Database, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

export interface Migration {
  /** 1, 2, 3 … without gaps within a part. */
  readonly id: number;
  readonly name: string;
  /** Portable statements, separated by semicolons. Never changed once released. */
  readonly text: string;
}

/** Both parts may share one database (PostgreSQL), so each counts on its own. */
export type SchemaPart = 'durable' | 'ephemeral';

/** The schema was made by a newer release, or by a text that is no longer the same. */
export class MigrationRefused extends Error {
  override readonly name = 'MigrationRefused';
}

/**
 * Applies what is missing; answers what this call applied (empty when another process was first, or nothing was missing).
 * @throws MigrationRefused before anything is changed
 * @throws DatabaseUnavailable when another process migrates for longer than a lock may be waited for: start again
 */
export async function migrate(
  database: Database,
  part: SchemaPart,
  migrations: readonly Migration[],
  now: Milliseconds,
): Promise<readonly Migration[]> {
  requireNumbered(part, migrations);
  await createTable(database);
  const applied: Migration[] = [];
  for (const migration of missing(part, migrations, await readApplied(database, part))) {
    if (await apply(database, part, migration, now)) applied.push(migration);
  }
  return applied;
}

/**
 * What `migrate` would apply; changes nothing, so that a readiness check may ask.
 * @throws MigrationRefused as `migrate` does
 */
export async function pendingMigrations(
  database: Database,
  part: SchemaPart,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  requireNumbered(part, migrations);
  if (!(await tableExists(database))) return migrations;
  return missing(part, migrations, await readApplied(database, part));
}

function requireNumbered(part: SchemaPart, migrations: readonly Migration[]): void {
  for (const [index, { id }] of migrations.entries()) {
    if (id !== index + 1) throw new MigrationRefused(`${part} migration ${id} stands where ${index + 1} belongs`);
  }
}

async function createTable(database: Database): Promise<void> {
  if (await tableExists(database)) return;
  try {
    await database.script(`
      create table if not exists schema_migrations (
        part text not null,
        id bigint not null,
        name text not null,
        checksum text not null,
        applied_at bigint not null,
        primary key (part, id)
      )`);
  } catch (error) {
    // Two processes at once: PostgreSQL's "if not exists" does not see a table that is being made, and refuses the
    // slower one with any of three codes. What counts is that the table is there.
    if (!(await tableExists(database))) throw error;
  }
}

/** The one question that each dialect answers in its own words. */
async function tableExists(database: Database): Promise<boolean> {
  const statement =
    database.dialect === 'sqlite'
      ? sql`select name from sqlite_master where type = 'table' and name = 'schema_migrations'`
      : sql`select table_name from information_schema.tables
            where table_schema = current_schema() and table_name = 'schema_migrations'`;
  return (await database.get(statement)) !== null;
}

/** Checksums by id. */
type Applied = ReadonlyMap<number, string>;

async function readApplied(database: Database, part: SchemaPart): Promise<Applied> {
  const rows = await database.all(sql`select id, checksum from schema_migrations where part = ${part} order by id`);
  return new Map(rows.map((row) => [numberOf(row, 'id'), textOf(row, 'checksum')]));
}

function missing(part: SchemaPart, migrations: readonly Migration[], applied: Applied): Migration[] {
  const newest = Math.max(0, ...applied.keys());
  if (newest > migrations.length) {
    throw new MigrationRefused(
      `the ${part} schema is at ${newest}, this release knows ${migrations.length}: it was made by a newer release`,
    );
  }
  return migrations.filter((migration) => !isApplied(part, migration, applied));
}

function isApplied(part: SchemaPart, migration: Migration, applied: Applied): boolean {
  const checksum = applied.get(migration.id);
  if (checksum !== undefined && checksum !== checksumOf(migration)) {
    throw new MigrationRefused(
      `${part} migration ${migration.id} (${migration.name}) was applied with another text than this release has`,
    );
  }
  return checksum !== undefined;
}

/** Answers false when another process applied it meanwhile. */
async function apply(database: Database, part: SchemaPart, migration: Migration, now: Milliseconds): Promise<boolean> {
  const row = [quoted(part), migration.id, quoted(migration.name), quoted(checksumOf(migration)), now];
  try {
    await database.script(`insert into schema_migrations values (${row.join(', ')});\n${migration.text}`);
    return true;
  } catch (error) {
    // Either our own row was taken, or the step itself met rows that it does not allow: only the first is no fault.
    const other = error instanceof ConstraintViolation && isApplied(part, migration, await readApplied(database, part));
    if (!other) throw error;
    return false;
  }
}

function checksumOf({ text }: Migration): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A script takes no values; what is quoted here is written in this program. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
