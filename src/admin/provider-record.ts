/**
 * One provider's record: what it says now, its history, switching it on and off, and going back to an earlier version.
 *
 * Nothing is ever edited: each change is a new version with who, when and why (O-06), saved through the same plan as a
 * configuration file. Must never: let a secret out; store a version that this program cannot read (O-07).
 */
import { pathText } from '../configuration/faults.ts';
import { faultsOfIssue } from '../configuration/issue-words.ts';
import { planEntries } from '../configuration/plan.ts';
import { providerSchema } from '../configuration/provider-document.ts';
import type { Authorship, ConfigurationStore, PastRevision, StoredConfiguration } from '../configuration/revisions.ts';
import { secretFields } from '../configuration/secret-fields.ts';
import { SealBroken } from '../crypto.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import { changeConfiguration } from './change.ts';
import { AdminRefusal } from './refusal.ts';

/** One member of the record, or one setting of its vendor as `settings.<name>`. */
export interface ShownMember {
  readonly member: string;
  /** As it is stored; where nothing was written, what holds then. `(secret)` for a secret. */
  readonly value: Json;
  /** What it is for; null for one that this program does not know. */
  readonly meaning: string | null;
}

export interface ShownProvider {
  readonly slug: string;
  readonly revision: number;
  readonly members: readonly ShownMember[];
}

export interface ChangedProvider {
  readonly slug: string;
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  /** The revision of the configuration now. */
  readonly revision: number;
}

type Reader = Pick<ConfigurationStore, 'loadAll' | 'history' | 'load'>;

const SECRET = '(secret)';

/** @throws AdminRefusal `not_found` */
export async function showProvider(store: Reader, slug: string, vendors: readonly Vendor[]): Promise<ShownProvider> {
  const document = documentOf(await store.loadAll(), slug);
  const [latest] = await store.history('provider', slug);
  const isSecret = secretFields('provider', document, vendors);
  const { settings: written, ...record } = { settings: {}, ...document };
  const vendor = vendors.find(({ vendor }) => vendor === document.vendor) ?? null;
  const settings = vendor?.settings.safeParse(written).data ?? (written as JsonObject);
  const { settings: _, ...recordShape } = providerSchema.shape;
  return {
    slug,
    revision: latest?.revision ?? 0,
    members: [
      ...shown(providerSchema.safeParse(document).data ?? record, recordShape, '', () => false),
      ...shown(settings, vendor?.settings.shape ?? {}, 'settings.', (name) => isSecret(['settings', name])),
    ],
  };
}

/** The newest first. @throws AdminRefusal `not_found` */
export async function providerHistory(store: Reader, slug: string): Promise<readonly PastRevision[]> {
  const history = await store.history('provider', slug);
  if (history.length === 0) throw unknownProvider(slug);
  return history;
}

/**
 * Writes a new version that equals the one of `revision`.
 * @throws AdminRefusal `not_found` when the provider has no such version; `invalid` when that one removed it, or says what
 *   this program cannot read; `conflict`
 */
export async function restoreProvider(
  store: ConfigurationStore,
  { slug, revision }: { readonly slug: string; readonly revision: number },
  vendors: readonly Vendor[],
  authorship: Authorship,
): Promise<ChangedProvider> {
  const version = `revision ${revision} of provider ${slug}`;
  const past = await store.load('provider', slug, revision).catch((error: unknown) => {
    if (error instanceof SealBroken) throw new AdminRefusal('invalid', `${version} was sealed with another secret`);
    throw error;
  });
  if (past === null) throw new AdminRefusal('not_found', `there is no ${version}`);
  if (past.document === null) throw new AdminRefusal('invalid', `${version} removed it: there is nothing to restore`);
  const { document } = past;
  requireReadable(document, vendors, `${version} cannot be read by this version of llavero`);
  return write(store, slug, vendors, authorship, () => document);
}

/**
 * Switches a provider on or off. Off always works, also for one whose settings this program cannot read.
 * @throws AdminRefusal `not_found`; `invalid` for switching on what cannot be read; `conflict`
 */
export function setProviderEnabled(
  store: ConfigurationStore,
  { slug, enabled }: { readonly slug: string; readonly enabled: boolean },
  vendors: readonly Vendor[],
  authorship: Authorship,
): Promise<ChangedProvider> {
  return write(store, slug, vendors, authorship, (current) => {
    const document = { ...documentOf(current, slug), enabled };
    if (enabled) requireReadable(document, vendors, `provider ${slug} cannot be switched on`);
    return document;
  });
}

async function write(
  store: ConfigurationStore,
  slug: string,
  vendors: readonly Vendor[],
  authorship: Authorship,
  wanted: (current: StoredConfiguration) => JsonObject,
): Promise<ChangedProvider> {
  const { plan, revision } = await changeConfiguration(
    store,
    (current) =>
      planEntries(current, [{ kind: 'provider', name: slug, document: wanted(current) }], { prune: false, vendors }),
    authorship,
  );
  return { slug, changed: plan.writes.length > 0, revision };
}

function documentOf(current: StoredConfiguration, slug: string): JsonObject {
  const entry = current.entries.find(({ kind, name }) => kind === 'provider' && name === slug);
  if (entry === undefined) throw unknownProvider(slug);
  return entry.document;
}

function unknownProvider(slug: string): AdminRefusal {
  return new AdminRefusal('not_found', `there is no provider ${slug}`);
}

/** @throws AdminRefusal `invalid` with every fault; no value is repeated, it may be a secret */
function requireReadable(document: JsonObject, vendors: readonly Vendor[], words: string): void {
  const vendor = vendors.find(({ vendor }) => vendor === document.vendor);
  const faults = [
    ...faultsOf(providerSchema, document, []),
    ...(vendor === undefined
      ? ['vendor is not a vendor known here']
      : faultsOf(vendor.settings, document.settings ?? {}, ['settings'])),
  ];
  if (faults.length > 0) throw new AdminRefusal('invalid', `${words}: ${faults.join('; ')}`);
}

type Schema = typeof providerSchema | Vendor['settings'];

function faultsOf(schema: Schema, value: Json, place: readonly string[]): readonly string[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues
    .flatMap((issue) => faultsOfIssue(issue, value))
    .map(({ path, words }) => `${pathText([...place, ...path])} ${words}`);
}

/** In the order of the schema; what it does not know comes last. An empty secret hides nothing and is shown as what it is. */
function shown(
  values: { readonly [name: string]: unknown },
  shape: { readonly [name: string]: { readonly description?: string | undefined } },
  prefix: string,
  isSecret: (name: string) => boolean,
): readonly ShownMember[] {
  const names = new Set([...Object.keys(shape), ...Object.keys(values)]);
  return [...names]
    .filter((name) => prefix !== '' || name !== 'settings')
    .map((name) => {
      const value = (values[name] ?? null) as Json;
      return {
        member: `${prefix}${name}`,
        value: value !== null && isSecret(name) ? SECRET : value,
        meaning: shape[name]?.description ?? null,
      };
    });
}
