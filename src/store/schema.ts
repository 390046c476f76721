/**
 * The schema of both databases together: what it lacks, and bringing it up to date.
 *
 * Must never change a schema that somebody uses unless that was asked for (O-10): a command of a newer release that only
 * looks would take the schema away from under the servers of the older one.
 */
import { ConfigurationError } from '../errors.ts';
import type { Milliseconds } from '../model.ts';
import { type Migration, migrate, pendingMigrations, type SchemaPart } from './migrate.ts';
import { durableMigrations, ephemeralMigrations } from './migrations.ts';
import type { Databases } from './open-database.ts';

const parts = [
  { part: 'durable', migrations: durableMigrations },
  { part: 'ephemeral', migrations: ephemeralMigrations },
] as const satisfies readonly { part: SchemaPart; migrations: readonly Migration[] }[];

/** One step of the schema. */
export interface SchemaStep {
  readonly part: SchemaPart;
  readonly id: number;
  readonly name: string;
}

/** Every step that this release has, in order: what an absent database lacks. */
export const schemaSteps: readonly SchemaStep[] = parts.flatMap(({ part, migrations }) => stepsOf(part, migrations));

/** What the schema lacks; changes nothing. @throws MigrationRefused, DatabaseUnavailable */
export async function pendingSteps(databases: Databases): Promise<SchemaStep[]> {
  const pending: SchemaStep[] = [];
  for (const { part, migrations } of parts) {
    pending.push(...stepsOf(part, await pendingMigrations(databases[part], part, migrations)));
  }
  return pending;
}

/** Applies what is missing; answers what this call applied. @throws MigrationRefused, DatabaseUnavailable */
export async function bringUpToDate(databases: Databases, now: Milliseconds): Promise<SchemaStep[]> {
  const applied: SchemaStep[] = [];
  for (const { part, migrations } of parts) {
    applied.push(...stepsOf(part, await migrate(databases[part], part, migrations, now)));
  }
  return applied;
}

/**
 * Refuses a schema that an older release made. One that is wholly absent passes: making it takes nothing from anybody,
 * and the ephemeral part may be lost at any time.
 * @throws ConfigurationError, MigrationRefused, DatabaseUnavailable
 */
export async function refuseOlderSchema(databases: Databases): Promise<void> {
  const pending = await pendingSteps(databases);
  for (const { part, migrations } of parts) {
    const missing = pending.filter((step) => step.part === part).length;
    if (missing > 0 && missing < migrations.length) {
      throw new ConfigurationError([
        `the ${part} schema lacks ${missing} of ${migrations.length} steps: bring it up to date with \`llavero migrate\``,
      ]);
    }
  }
}

function stepsOf(part: SchemaPart, migrations: readonly Migration[]): SchemaStep[] {
  return migrations.map(({ id, name }) => ({ part, id, name }));
}
