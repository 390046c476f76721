/**
 * A broker that is ready to answer: databases opened and migrated, the secret checked, the app made, old rows swept.
 *
 * For every way of running it: the command line, the demo, tests over a real server. Listening is left to the caller.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, type RequestListener } from './app.ts';
import type { Settings, StoreSettings } from './config.ts';
import { type ConfigurationStore, createConfigurationStore } from './configuration/revisions.ts';
import { loadSecret } from './configuration/secret-file.ts';
import {
  type ConfigurationSnapshot,
  type ConfigurationSource,
  createConfigurationSource,
} from './configuration/snapshot.ts';
import { createVault, equalSecrets, type Vault } from './crypto.ts';
import { ConfigurationError } from './errors.ts';
import type { Log } from './events/log.ts';
import { createOutbound, type Outbound } from './http.ts';
import type { Environment, Milliseconds } from './model.ts';
import type { PipelineStep } from './sign-in/pipeline.ts';
import { defaultSteps } from './sign-in/steps.ts';
import { type Database, sql } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { durableMigrations, ephemeralMigrations } from './store/migrations.ts';
import { type Databases, defaultPoolSize, openDatabases } from './store/open-database.ts';
import { textOf } from './store/rows.ts';
import { createStore, type Store } from './store/store.ts';
import { startSweeping } from './store/sweep.ts';

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

export interface Broker extends OpenStore {
  readonly listener: RequestListener;
  /** From now on `/readyz` says no, so that no new work is sent here. */
  drain(): void;
}

/** Opens the store that the settings name. @throws ConfigurationError, DatabaseUnavailable */
export async function openStore(settings: StoreSettings, world: World): Promise<OpenStore> {
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
  await migrate(databases.durable, 'durable', durableMigrations, environment.now());
  await migrate(databases.ephemeral, 'ephemeral', ephemeralMigrations, environment.now());
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

export async function openBroker(
  settings: Settings,
  world: World,
  steps: readonly PipelineStep[] = defaultSteps,
): Promise<Broker> {
  const open = await openStore(settings, world);
  const outbound = outboundBySnapshot(settings);
  const sweeping = startSweeping(open.store, world);
  let draining = false;
  const listener = createApp({
    publicUrl: new URL(settings.publicUrl),
    ...world,
    ...open,
    steps,
    outboundFor: outbound.for,
    delay: (milliseconds) => delay(milliseconds),
    isReady: async () => !draining && (await open.databases.durable.get(sql`select 1 as one`)) !== null,
  });
  return {
    ...open,
    listener,
    drain() {
      draining = true;
    },
    async close() {
      await sweeping.stop();
      await outbound.close();
      await open.close();
    },
  };
}

/** N-03: a wrong secret is found before anything is served or written, and never replaces the right one. */
async function checkSecret(database: Database, vault: Vault): Promise<void> {
  await database.run(sql`
    insert into deployment (name, value) values ('secret_check', ${vault.checkValue}) on conflict (name) do nothing`);
  const row = await database.get(sql`select value from deployment where name = 'secret_check'`);
  if (row === null || !equalSecrets(textOf(row, 'value'), vault.checkValue)) {
    throw new ConfigurationError(['LLAVERO_SECRET is not the secret that this database was made with']);
  }
}

/** One way out for as long as the allowed private hosts stay the same; an earlier one ends with its running calls. */
function outboundBySnapshot(settings: Settings) {
  // http to an allowed host only where the broker itself is on http: a developer's own machine.
  const insecure = settings.publicUrl.startsWith('http:');
  let current: { allowed: readonly string[]; outbound: Outbound; close(): Promise<void> } | null = null;
  return {
    for({ outbound: { allow_private: allowed } }: ConfigurationSnapshot): Outbound {
      if (current === null || current.allowed.join() !== allowed.join()) {
        void current?.close();
        current = { allowed, ...createOutbound({ allowPrivate: allowed, allowInsecure: insecure ? allowed : [] }) };
      }
      return current.outbound;
    },
    close: async () => current?.close(),
  };
}

async function closeAll({ durable, ephemeral }: Databases): Promise<void> {
  await durable.close();
  await ephemeral.close();
}
