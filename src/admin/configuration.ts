/**
 * The configuration as a whole: what a file would change, making it so, and the file that says what is.
 *
 * Takes documents that were parsed already; where the text came from is the caller's to know. Secrets never leave here
 * in the clear: neither a plan's changes nor an export hold any.
 */
import { type ConfigurationDocuments, type ConfigurationKind, entriesOf } from '../configuration/documents.ts';
import { type ExportedFile, exportFile } from '../configuration/export-file.ts';
import { type PlannedChange, planChanges } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore, StoredConfiguration } from '../configuration/revisions.ts';
import type { Vendor } from '../providers/vendor.ts';
import { changeConfiguration } from './change.ts';

export interface ConfigurationDifference {
  /** The revision that the difference is to, or after `apply` the one that it led to. */
  readonly revision: number;
  /** In the order of the file; what stays the same is left out. */
  readonly changes: readonly PlannedChange[];
  /** How many documents of the file are stored just so. */
  readonly unchanged: number;
  /** Stored but not in the file, and kept, because nobody asked to prune. */
  readonly kept: readonly { readonly kind: ConfigurationKind; readonly name: string }[];
}

export interface DifferenceOptions {
  readonly prune: boolean;
  readonly vendors: readonly Vendor[];
}

/** What applying would do; writes nothing. @throws ConfigurationError as `planChanges` does, DatabaseUnavailable */
export async function planConfiguration(
  store: ConfigurationStore,
  wanted: ConfigurationDocuments,
  options: DifferenceOptions,
): Promise<ConfigurationDifference> {
  const current = await store.loadAll();
  const { changes } = planChanges(current, wanted, options);
  return difference(current, wanted, changes, current.revision);
}

/** Makes it so. What is already so is not written again. @throws AdminRefusal `conflict`, ConfigurationError, DatabaseUnavailable */
export async function applyConfiguration(
  store: ConfigurationStore,
  wanted: ConfigurationDocuments,
  options: DifferenceOptions,
  authorship: Authorship,
): Promise<ConfigurationDifference> {
  let seen: StoredConfiguration = { revision: 0, entries: [] };
  const { plan, revision } = await changeConfiguration(
    store,
    (current) => {
      seen = current;
      return planChanges(current, wanted, options);
    },
    authorship,
  );
  return difference(seen, wanted, plan.changes, revision);
}

/** @throws DatabaseUnavailable */
export async function exportConfiguration(
  store: Pick<ConfigurationStore, 'loadAll'>,
  vendors: readonly Vendor[],
): Promise<ExportedFile> {
  return exportFile(await store.loadAll(), vendors);
}

function difference(
  current: StoredConfiguration,
  wanted: ConfigurationDocuments,
  changes: readonly PlannedChange[],
  revision: number,
): ConfigurationDifference {
  const spokenOf = new Set([...entriesOf(wanted), ...changes].map(({ kind, name }) => `${kind} ${name}`));
  return {
    revision,
    changes: changes.filter(({ change }) => change !== 'none'),
    unchanged: changes.filter(({ change }) => change === 'none').length,
    kept: current.entries
      .filter(({ kind, name }) => !spokenOf.has(`${kind} ${name}`))
      .map(({ kind, name }) => ({ kind, name })),
  };
}
