/**
 * The store of a deployment, opened: the secret loaded and checked, the schema there, the verbs made.
 *
 * For every process that works on the data, whether it serves anybody or not: so this must never import what serves.
 */
import type { StoreSettings } from './config.ts';
import { type ConfigurationStore, createConfigurationStore } from './configuration/revisions.ts';
import { loadSecret } from './configuration/secret-file.ts';
import { type ConfigurationSource, createConfigurationSource } from './configuration/snapshot.ts';
import { createVault, equalSecrets, type Vault } from './crypto.ts';
import { ConfigurationError } from './errors.ts';
import type { Log } from './events/log.ts';
import type { Environment, Milliseconds } from './model.ts';
import { type Database, sql } from './store/database.ts';
import { type Databases, defaultPoolSize, openDatabases } from './store/open-database.ts';
import { textOf } from './store/rows.ts';
import { bringUpToDate, refuseOlderSchema } from './store/schema.ts';
import { createStore, type Store } from './store/store.ts';

/** A change of the configuration is seen within five seconds (DESIGN §11), with room to spare. */
const CONFIGURATION_CHECK: Milliseconds = 2000;

export interface World {
  readonly environment: Environment;
  readonly log: Log;
}

/** What every command that touches the store needs. */
export interface OpenStore {
  readonly databases: Databases;
  readonly store: Store;
  readonly vault: Vault;
  readonly configurationStore: ConfigurationStore;
  readonly configuration: ConfigurationSource;
  close(): Promise<void>;
}

/** What becomes of a schema that an older release made. One that is absent is made in either case. */
export type OlderSchema = 'brought up to date' | 'refused';

/**
 * Opens the store that the settings name.
 * @throws ConfigurationError, MigrationRefused, DatabaseUnavailable
 */
export async function openStore(settings: StoreSettings, world: World, olderSchema: OlderSchema): Promise<OpenStore> {
  const { environment, log } = world;
  const secret = await loadSecret(settings, {
    randomBytes: environment.randomBytes,
    warn: (message) => log.warn({ event: 'secret.made', detail: message }),
  });
  const databases = await openDatabases(settings.database.url, {
    randomBytes: environment.randomBytes,
    poolSize: defaultPoolSize,
  });
  try {
    if (olderSchema === 'refused') await refuseOlderSchema(databases);
    return await prepareStore(databases, secret, world);
  } catch (error) {
    await closeAll(databases);
    throw error;
  }
}

/** Brings the schema up to date and makes sure that the secret is the one that the rows were sealed with. */
export async function prepareStore(
  databases: Databases,
  secret: string,
  { environment, log }: World,
): Promise<OpenStore> {
  await bringUpToDate(databases, environment.now());
  const vault = createVault(secret, environment);
  await checkSecret(databases.durable, vault);
  const configurationStore = createConfigurationStore(databases.durable, vault);
  return {
    databases,
    store: createStore(databases, vault),
    vault,
    configurationStore,
    configuration: createConfigurationSource({
      store: configurationStore,
      now: environment.now,
      everyMs: CONFIGURATION_CHECK,
      report: (problem) => log.error({ event: 'configuration.problem' }, problem),
    }),
    close: () => closeAll(databases),
  };
}

/** N-03: a wrong secret is found before anything is served or written, and never replaces the right one. */
async function checkSecret(database: Database, vault: Vault): Promise<void> {
  await database.run(sql`
    insert into deployment (name, value) values ('secret_check', ${vault.checkValue}) on conflict (name) do nothing`);
  if (!(await isSecretOf(database, vault))) {
    throw new ConfigurationError(['LLAVERO_SECRET is not the secret that this database was made with']);
  }
}

/** Whether the database was made with this secret; writes nothing. False also where it does not say. */
export async function isSecretOf(database: Database, vault: Pick<Vault, 'checkValue'>): Promise<boolean> {
  const row = await database.get(sql`select value from deployment where name = 'secret_check'`);
  return row !== null && equalSecrets(textOf(row, 'value'), vault.checkValue);
}

async function closeAll({ durable, ephemeral }: Databases): Promise<void> {
  await durable.close();
  await ephemeral.close();
}
