/**
 * The configuration that a running process works with: one value that never changes, replaced when the store has more.
 *
 * Asks the store for its latest revision at most every so often and only when somebody wants to know; there is no timer.
 * Must never: mix documents of two revisions, go on without having loaded once, or let a document through that
 * this program cannot read (O-07): such a provider or client is left out and reported.
 */
import type { z } from 'zod';
import type { Environment, Milliseconds } from '../model.ts';
import { type ClientDocument, clientSchema } from './client-document.ts';
import { defaultDocuments, type EffectiveDocuments, type SingleKind, singleSchemas } from './documents.ts';
import {
  type LtiConsumerDocument,
  type LtiPlatformDocument,
  ltiConsumerSchema,
  ltiPlatformSchema,
} from './lti-document.ts';
import { type OpenEdxDocument, openEdxSchema } from './open-edx-document.ts';
import { type ProviderDocument, providerSchema } from './provider-document.ts';
import type { ConfigurationChanges, ConfigurationStore, ConfigurationWrite } from './revisions.ts';

export interface ConfigurationSnapshot extends EffectiveDocuments {
  readonly revision: number;
  /** By slug; the disabled ones too. */
  readonly providers: ReadonlyMap<string, ProviderDocument>;
  /** By client id. */
  readonly clients: ReadonlyMap<string, ClientDocument>;
  /** By slug. */
  readonly openEdx: ReadonlyMap<string, OpenEdxDocument>;
  /** By slug. */
  readonly ltiConsumers: ReadonlyMap<string, LtiConsumerDocument>;
  readonly ltiPlatforms: ReadonlyMap<string, LtiPlatformDocument>;
}

export interface ConfigurationSource {
  /**
   * The configuration of at most `everyMs` ago. The same object as long as nothing changed, so that what is derived from
   * it can be kept by identity; documents that did not change are the same objects as well.
   *
   * While the store cannot be read the last one is kept, whole. @throws what the store throws when there is none yet.
   */
  current(): Promise<ConfigurationSnapshot>;
}

export interface SourceOptions extends Pick<Environment, 'now'> {
  readonly store: Pick<ConfigurationStore, 'latestRevision' | 'loadAll' | 'loadSince'>;
  /** A change is seen within so many milliseconds: 2000 keeps the promise of five seconds with room to spare. */
  readonly everyMs: Milliseconds;
  /** Told of a reload that failed and of a document that was left out. The messages hold no secret. */
  report(problem: Error): void;
}

const empty: ConfigurationSnapshot = {
  revision: 0,
  providers: new Map(),
  clients: new Map(),
  openEdx: new Map(),
  ltiConsumers: new Map(),
  ltiPlatforms: new Map(),
  ...defaultDocuments(),
};

export function createConfigurationSource({ store, now, everyMs, report }: SourceOptions): ConfigurationSource {
  let snapshot: ConfigurationSnapshot | null = null;
  let checkedAt: Milliseconds = Number.NEGATIVE_INFINITY;
  let loading: Promise<ConfigurationSnapshot> | null = null;

  async function load(): Promise<ConfigurationSnapshot> {
    if (snapshot === null) {
      const { revision, entries } = await store.loadAll();
      return changed(empty, { revision, writes: entries }, report);
    }
    if ((await store.latestRevision()) === snapshot.revision) return snapshot;
    return changed(snapshot, await store.loadSince(snapshot.revision), report);
  }

  async function refresh(): Promise<ConfigurationSnapshot> {
    try {
      snapshot = await load();
      return snapshot;
    } catch (error) {
      if (snapshot === null) throw error;
      report(
        new Error(`the configuration could not be read again; revision ${snapshot.revision} stays`, { cause: error }),
      );
      return snapshot;
    } finally {
      // After a failure too: a database in trouble is not asked by every request.
      checkedAt = now();
      loading = null;
    }
  }

  return {
    async current() {
      // Both ways, so that a clock that was set back does not stop the looking.
      if (snapshot !== null && Math.abs(now() - checkedAt) < everyMs) return snapshot;
      loading ??= refresh();
      return await loading;
    },
  };
}

/** The snapshot with the changes made to it, as a new value. */
function changed(
  before: ConfigurationSnapshot,
  { revision, writes }: ConfigurationChanges,
  report: (problem: Error) => void,
): ConfigurationSnapshot {
  const providers = new Map(before.providers);
  const clients = new Map(before.clients);
  const openEdx = new Map(before.openEdx);
  const ltiConsumers = new Map(before.ltiConsumers);
  const ltiPlatforms = new Map(before.ltiPlatforms);
  const single: { [kind in SingleKind]: unknown } = { ...before };
  for (const write of writes) {
    if (write.kind === 'provider') put(providers, write, read(providerSchema, write, report));
    else if (write.kind === 'client') put(clients, write, read(clientSchema, write, report));
    else if (write.kind === 'open_edx') put(openEdx, write, read(openEdxSchema, write, report));
    else if (write.kind === 'lti_consumer') put(ltiConsumers, write, read(ltiConsumerSchema, write, report));
    else if (write.kind === 'lti_platform') put(ltiPlatforms, write, read(ltiPlatformSchema, write, report));
    // Unreadable or removed means what is said by saying nothing: no private address, no colours, no name of its own, the careful rule.
    else single[write.kind] = read<unknown>(singleSchemas[write.kind], write, report) ?? insteadOf(write);
  }
  return {
    ...(single as unknown as EffectiveDocuments),
    revision,
    providers,
    clients,
    openEdx,
    ltiConsumers,
    ltiPlatforms,
  };
}

function insteadOf({ kind, document }: ConfigurationWrite): unknown {
  if (kind === 'registration' && document !== null) return 'unreadable';
  return empty[kind as SingleKind];
}

/** Left out where it is removed or cannot be read, also when an older form could: that is not what the operator wants now. */
function put<T>(documents: Map<string, T>, { name }: ConfigurationWrite, document: T | null): void {
  if (document === null) documents.delete(name);
  else documents.set(name, document);
}

function read<T>(schema: z.ZodType<T>, write: ConfigurationWrite, report: (problem: Error) => void): T | null {
  if (write.document === null) return null;
  const result = schema.safeParse(write.document);
  if (result.success) return result.data;
  const members = [...new Set(result.error.issues.map(({ path }) => path.join('.')))].join(', ');
  report(new Error(`the stored ${write.kind} ${write.name} is left out: this version cannot read ${members || 'it'}`));
  return null;
}
