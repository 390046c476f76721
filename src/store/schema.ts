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
 * Refuses a schema that an older release made.
 * @throws ConfigurationError, MigrationRefused, DatabaseUnavailable
 */
export async function refuseOlderSchema(databases: Databases): Promise<void> {
  const fault = olderSchemaFault(await pendingSteps(databases), schemaSteps);
  if (fault !== null) throw new ConfigurationError([fault]);
}

/**
 * The fault of a schema that lacks some steps, or null. One part that lacks all of its steps is not there, which is no
 * fault: making it takes nothing from anybody, and the ephemeral part may be lost at any time.
 */
export function olderSchemaFault(pending: readonly SchemaStep[], all: readonly SchemaStep[]): string | null {
  const count = (steps: readonly SchemaStep[], part: SchemaPart) => steps.filter((step) => step.part === part).length;
  for (const { part } of parts) {
    const [missing, known] = [count(pending, part), count(all, part)];
    if (missing > 0 && missing < known) {
      return `the ${part} schema lacks ${missing} of ${known} steps: bring it up to date with \`llavero migrate\``;
    }
  }
  return null;
}

function stepsOf(part: SchemaPart, migrations: readonly Migration[]): SchemaStep[] {
  return migrations.map(({ id, name }) => ({ part, id, name }));
}
