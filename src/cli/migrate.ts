/**
 * `llavero migrate`: brings the schema of the database up to date, or says what that would take.
 */
import { stat } from 'node:fs/promises';
import { parseStoreSettings, type StoreSettings } from '../config.ts';
import { loadSecret } from '../configuration/secret-file.ts';
import { type Databases, openDatabases } from '../store/open-database.ts';
import { bringUpToDate, pendingSteps, type SchemaStep, schemaSteps } from '../store/schema.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';
import { commandLog } from './with-store.ts';

export const migrate: Command = {
  name: 'migrate',
  usage: '[--check]',
  details: ['--check   change nothing; exit with 1 when something is pending'],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { check: { type: 'boolean' } });
    const settings = parseStoreSettings(context.env);
    return values.check === true ? await checkSchema(settings, context) : await migrateSchema(settings, context);
  },
};

async function checkSchema(settings: StoreSettings, context: CommandContext): Promise<number> {
  // Opening would make the file, and a secret is never made beside one that is there.
  const pending = (await isAbsent(settings)) ? schemaSteps : await withDatabases(settings, context, pendingSteps);
  context.show({ pending }, pending.length === 0 ? 'The schema is current.' : describe('Pending', pending));
  if (pending.length > 0) context.complain('The schema is not current: run `llavero migrate`.');
  return pending.length === 0 ? 0 : 1;
}

async function migrateSchema(settings: StoreSettings, context: CommandContext): Promise<number> {
  // Before the database is there: afterwards no secret would be made for it (N-03).
  await loadSecret(settings, {
    randomBytes: context.environment.randomBytes,
    warn: (detail) => commandLog(context).warn({ event: 'secret.made', detail }),
  });
  const applied = await withDatabases(settings, context, (databases) =>
    bringUpToDate(databases, context.environment.now()),
  );
  context.show({ applied }, applied.length === 0 ? 'The schema was current.' : describe('Applied', applied));
  return 0;
}

async function withDatabases<Result>(
  settings: StoreSettings,
  { environment }: CommandContext,
  work: (databases: Databases) => Promise<Result>,
): Promise<Result> {
  const databases = await openDatabases(settings.database.url, { ...environment, poolSize: 1 });
  try {
    return await work(databases);
  } finally {
    await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
  }
}

async function isAbsent({ database }: StoreSettings): Promise<boolean> {
  if (database.kind === 'postgres') return false;
  return await stat(database.path).then(
    () => false,
    () => true,
  );
}

function describe(what: string, steps: readonly SchemaStep[]): string {
  return steps.map(({ part, id, name }) => `${what}: ${part} ${id}, ${name}`).join('\n');
}
