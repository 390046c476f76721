/**
 * What would change if the configuration became what a file says, and making it so (DESIGN §11, plan and apply).
 *
 * A plan is worked out from two values and writes nothing. It belongs to the revision that it was worked out from: when
 * that is no longer the latest, applying it is refused rather than guessed at.
 */
import { ConfigurationError } from '../errors.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import type { Step } from '../store/database.ts';
import { canonicalJson } from './canonical-json.ts';
import { isObject } from './common-schemas.ts';
import {
  type ConfigurationDocuments,
  type ConfigurationEntry,
  type ConfigurationKind,
  entriesOf,
} from './documents.ts';
import { ltiFaults } from './lti-consistency.ts';
import type { Authorship, ConfigurationStore, ConfigurationWrite, StoredConfiguration } from './revisions.ts';
import { type IsSecret, isNested, secretFields } from './secret-fields.ts';

export interface PlanOptions {
  /** Whether what is configured but not in the file is removed. */
  readonly prune: boolean;
  readonly vendors: readonly Vendor[];
}

/** JSON text of the value before and after; null where there was or is none; `(secret)` for a secret. */
export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** May be shown to operators and logged: secrets are masked. */
export interface PlannedChange {
  readonly kind: ConfigurationKind;
  readonly name: string;
  readonly change: 'create' | 'update' | 'remove' | 'none';
  readonly fields: readonly FieldChange[];
}

export interface Plan {
  readonly baseRevision: number;
  readonly changes: readonly PlannedChange[];
  /** Holds secrets in the clear: for `applyChanges` only, never shown. */
  readonly writes: readonly ConfigurationWrite[];
}

/** @throws ConfigurationError when a name would stand for nothing, or for two. */
export function planChanges(current: StoredConfiguration, wanted: ConfigurationDocuments, options: PlanOptions): Plan {
  return planEntries(current, entriesOf(wanted), options);
}

/**
 * The same for documents as they are stored, also such as this program cannot read.
 * @throws ConfigurationError as `planChanges` does
 */
export function planEntries(
  current: StoredConfiguration,
  wanted: readonly ConfigurationEntry[],
  options: PlanOptions,
): Plan {
  const before = indexed(current.entries);
  const after = indexed(wanted);
  const changes: PlannedChange[] = [];
  const writes: ConfigurationWrite[] = [];
  for (const [key, entry] of after) {
    const change = compare(before.get(key) ?? null, entry, options.vendors);
    changes.push(change);
    if (change.change !== 'none') writes.push(entry);
  }
  const removed = options.prune ? [...before].filter(([key]) => !after.has(key)).map(([, entry]) => entry) : [];
  for (const { kind, name } of removed) {
    changes.push({ kind, name, change: 'remove', fields: [] });
    writes.push({ kind, name, document: null });
  }
  requireConsistency(options.prune ? after : new Map([...before, ...after]));
  return { baseRevision: current.revision, changes, writes };
}

export type ApplyResult =
  | { readonly applied: true; readonly revision: number }
  /** The configuration was changed since the plan was made: nothing was written. */
  | { readonly applied: false };

/** Carries out a plan with `also`, whole or not at all. Where neither has anything to do, nothing is written. @throws DatabaseUnavailable */
export async function applyChanges(
  store: ConfigurationStore,
  plan: Plan,
  authorship: Authorship,
  also: readonly Step[] = [],
): Promise<ApplyResult> {
  if (plan.writes.length + also.length === 0) return { applied: true, revision: plan.baseRevision };
  const result = await store.saveChanges(plan.baseRevision, plan.writes, authorship, also);
  return result.saved ? { applied: true, revision: result.revision } : { applied: false };
}

function indexed(entries: readonly ConfigurationEntry[]): Map<string, ConfigurationEntry> {
  return new Map(entries.map((entry) => [`${entry.kind} ${entry.name}`, entry]));
}

function compare(
  before: ConfigurationEntry | null,
  after: ConfigurationEntry,
  vendors: readonly Vendor[],
): PlannedChange {
  const { kind, name } = after;
  const old = before?.document ?? {};
  // Of what was not there nothing is secret; asked about an empty document, its vendor would be unknown and all of it hidden.
  const secretBefore: IsSecret = before === null ? () => false : secretFields(kind, old, vendors);
  const secretAfter = secretFields(kind, after.document, vendors);
  // Under either vendor, where a provider changes to another one.
  const fields = changedFields(kind, old, after.document, (path) => secretBefore(path) || secretAfter(path));
  const change = before === null ? 'create' : fields.length === 0 ? 'none' : 'update';
  return { kind, name, change, fields };
}

function changedFields(
  kind: ConfigurationKind,
  before: JsonObject,
  after: JsonObject,
  isSecret: IsSecret,
): FieldChange[] {
  const old = membersOf(kind, before);
  const fresh = membersOf(kind, after);
  const names = [...new Set([...old.keys(), ...fresh.keys()])].toSorted();
  return names.flatMap((field) => {
    const [from, to] = [old.get(field), fresh.get(field)];
    if (from?.text === to?.text) return [];
    const path = from?.path ?? to?.path;
    const mask = path !== undefined && isSecret(path);
    const shown = (member: Member | undefined) => (member === undefined ? null : mask ? '(secret)' : member.text);
    return [{ field, before: shown(from), after: shown(to) }];
  });
}

interface Member {
  readonly path: readonly [string] | readonly [string, string];
  readonly text: string;
}

/** The members of a document, nested ones such as a provider's settings one by one. */
function membersOf(kind: ConfigurationKind, document: JsonObject): Map<string, Member> {
  const members = new Map<string, Member>();
  const put = (path: Member['path'], value: Json) => members.set(path.join('.'), { path, text: canonicalJson(value) });
  for (const [name, value] of Object.entries(document)) {
    if (!isNested(kind, name) || !isObject(value)) put([name], value);
    else for (const [setting, inner] of Object.entries(value)) put([name, setting], inner);
  }
  return members;
}

/** What only all documents together show. */
function requireConsistency(entries: ReadonlyMap<string, ConfigurationEntry>): void {
  const faults = [...unknownProviders(entries), ...ltiFaults([...entries.values()])];
  if (faults.length > 0) throw new ConfigurationError(faults);
}

/** Where a client's document names providers. A name that stands for nothing is usually a slip for another one. */
function unknownProviders(entries: ReadonlyMap<string, ConfigurationEntry>): string[] {
  return [...entries.values()].flatMap(({ kind, name, document }) => {
    if (kind !== 'client') return [];
    const { default_provider, allowed_providers } = document;
    const named = [
      ...(typeof default_provider === 'string' ? [['default_provider', default_provider]] : []),
      ...(Array.isArray(allowed_providers) ? allowed_providers.map((slug) => ['allowed_providers', slug]) : []),
    ];
    return named
      .filter(([, slug]) => !entries.has(`provider ${slug}`))
      .map(([member, slug]) => `client ${name}: ${member} ${slug} is not among the providers`);
  });
}
