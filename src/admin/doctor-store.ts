/**
 * What the doctor says of the store: reachable, schema current, the right secret. And lends it out when all that holds.
 *
 * Must never write: no secret made, no schema changed, no database file created. A doctor that heals by looking would
 * hide what the next start does.
 */
import { stat } from 'node:fs/promises';
import type { StoreSettings } from '../config.ts';
import { readKeptSecret } from '../configuration/secret-file.ts';
import { createVault, SealBroken, type Vault } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment } from '../model.ts';
import { isSecretOf } from '../open-store.ts';
import type { Finding } from '../providers/provider.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { MigrationRefused } from '../store/migrate.ts';
import { type Databases, openDatabases } from '../store/open-database.ts';
import { pendingSteps } from '../store/schema.ts';
import { good } from './finding.ts';

export interface OpenForLooking {
  readonly databases: Databases;
  readonly vault: Vault;
}

/** Calls `look` with the store where it can be read at all. The findings of both, in that order. */
export async function examineStore(
  settings: StoreSettings,
  environment: Environment,
  look: (open: OpenForLooking) => Promise<readonly Finding[]>,
): Promise<Finding[]> {
  const secret = await findSecret(settings);
  if (!(await exists(settings))) return [secret.finding, absent(settings)];
  try {
    const databases = await openDatabases(settings.database.url, { ...environment, poolSize: 1 });
    try {
      const opened = await examineDatabases(databases, secret.secret, environment);
      const more = opened.open === null ? [] : await look(opened.open);
      return [secret.finding, ...opened.findings, ...more];
    } finally {
      await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
    }
  } catch (error) {
    return [secret.finding, { subject: 'database', verdict: 'bad', detail: explain(error) }];
  }
}

interface FoundSecret {
  readonly secret: string | null;
  readonly finding: Finding;
}

async function findSecret(settings: StoreSettings): Promise<FoundSecret> {
  const subject = 'secret';
  if (settings.secret !== null) return { secret: settings.secret, finding: good(subject, 'from LLAVERO_SECRET') };
  try {
    const kept = await readKeptSecret(settings);
    if (kept !== null) {
      return { secret: kept, finding: good(subject, `in ${settings.dataFolder}, readable for this account alone`) };
    }
    const detail = 'there is none: set LLAVERO_SECRET, for example to `openssl rand -base64 32`';
    const made = 'there is none yet: the first start makes one; keep a copy of it away from this machine';
    return settings.database.kind === 'postgres' || (await exists(settings))
      ? { secret: null, finding: { subject, verdict: 'bad', detail } }
      : { secret: null, finding: { subject, verdict: 'unsure', detail: made } };
  } catch (error) {
    return { secret: null, finding: { subject, verdict: 'bad', detail: explain(error) } };
  }
}

/** Whether opening would open rather than create. PostgreSQL is only ever opened. */
async function exists({ database }: StoreSettings): Promise<boolean> {
  if (database.kind === 'postgres') return true;
  const size = await stat(database.path).then(
    (status) => status.size,
    () => 0,
  );
  return size > 0;
}

function absent({ database }: StoreSettings): Finding {
  const place = database.kind === 'sqlite' ? database.path : 'PostgreSQL';
  return { subject: 'database', verdict: 'unsure', detail: `${place} is not there yet: the first start makes it` };
}

async function examineDatabases(
  databases: Databases,
  secret: string | null,
  environment: Environment,
): Promise<{ readonly findings: readonly Finding[]; readonly open: OpenForLooking | null }> {
  const pending = await pendingSteps(databases);
  const reached = good('database', `${databases.durable.dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL'}, reachable`);
  if (pending.length > 0) {
    const detail = `${pending.length} steps are not applied: run \`llavero migrate\``;
    return { findings: [reached, { subject: 'schema', verdict: 'bad', detail }], open: null };
  }
  const current = good('schema', 'current');
  if (secret === null) return { findings: [reached, current], open: null };
  const vault = createVault(secret, environment);
  if (await isSecretOf(databases.durable, vault)) return { findings: [reached, current], open: { databases, vault } };
  const detail = 'it is not the one that this database was made with: restore that one from your backup';
  return { findings: [reached, current, { subject: 'secret', verdict: 'bad', detail }], open: null };
}

/** @throws what is no state of a deployment, but a fault of ours. */
function explain(error: unknown): string {
  const known =
    error instanceof ConfigurationError ||
    error instanceof DatabaseUnavailable ||
    error instanceof MigrationRefused ||
    error instanceof SealBroken;
  if (!known) throw error;
  if (error instanceof ConfigurationError) return error.faults.join('; ');
  return error instanceof DatabaseUnavailable ? `${error.message}: check LLAVERO_DATABASE_URL` : error.message;
}
