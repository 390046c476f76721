/**
 * Campus LMSs one at a time: what is configured of each, making one, changing and switching it.
 *
 * They are the same documents that a configuration file holds, saved through the same plan, so that `apply` and `export` know what
 * was done here. A secret is made here or handed in, returned once where it was made, and let out by nothing else (N-05).
 */
import { isObject } from '../configuration/common-schemas.ts';
import type { ConfigurationEntry } from '../configuration/documents.ts';
import { pathText } from '../configuration/faults.ts';
import { faultsOfIssue } from '../configuration/issue-words.ts';
import { ltiConsumerSchema, ltiPlatformSchema } from '../configuration/lti-document.ts';
import { planEntries } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore, StoredConfiguration } from '../configuration/revisions.ts';
import { secretFields } from '../configuration/secret-fields.ts';
import { randomToken } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import { changeConfiguration } from './change.ts';
import { AdminRefusal } from './refusal.ts';

export type LtiKind = 'lti_consumer' | 'lti_platform';

/** One that is configured, without its secrets. */
export interface LtiView {
  readonly slug: string;
  readonly version: '1.1' | '1.3';
  readonly document: JsonObject;
}

export interface ChangedLti extends LtiView {
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  /** The revision of the configuration now. */
  readonly revision: number;
}

export interface MadeConsumer extends ChangedLti {
  /** To be shown once; null where it was handed in. */
  readonly secret: string | null;
}

const schemas = { lti_consumer: ltiConsumerSchema, lti_platform: ltiPlatformSchema } as const;
const SECRET_BYTES = 32;

/** By slug. */
export async function listLti(store: Pick<ConfigurationStore, 'loadAll'>): Promise<LtiView[]> {
  const { entries } = await store.loadAll();
  return entries
    .filter(isLti)
    .map(viewOf)
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
}

/** @throws AdminRefusal `not_found` */
export async function getLti(store: Pick<ConfigurationStore, 'loadAll'>, slug: string): Promise<LtiView> {
  return viewOf(entryOf(await store.loadAll(), slug));
}

/** @throws AdminRefusal `exists`, `conflict`; ConfigurationError with every fault of the members */
export function addPlatform(
  store: ConfigurationStore,
  members: JsonObject & { readonly slug: string },
  authorship: Authorship,
): Promise<ChangedLti> {
  return add(store, 'lti_platform', members, authorship);
}

/** Makes the secret where none is handed in. @throws as `addPlatform` does */
export async function addConsumer(
  store: ConfigurationStore,
  members: JsonObject & { readonly slug: string },
  given: string | null,
  { environment, authorship }: { readonly environment: Environment; readonly authorship: Authorship },
): Promise<MadeConsumer> {
  const secret = given ?? randomToken(environment, SECRET_BYTES);
  const added = await add(store, 'lti_consumer', { ...members, secret }, authorship);
  return { ...added, secret: given === null ? secret : null };
}

/**
 * The secret of now is taken as well for a while, so that the campus need not change at the same moment; for 0 it ends as soon as running
 * servers see the change. One from before that is worth nothing in any case: there are two at most.
 * @throws AdminRefusal `not_found`, `invalid` for LTI 1.3, `conflict`
 */
export async function rotateConsumerSecret(
  store: ConfigurationStore,
  { slug, keepFor }: { readonly slug: string; readonly keepFor: Milliseconds },
  { environment, authorship }: { readonly environment: Environment; readonly authorship: Authorship },
): Promise<ChangedLti & { readonly secret: string }> {
  const secret = randomToken(environment, SECRET_BYTES);
  const changed = await write(store, authorship, (current) => {
    const { kind, document } = entryOf(current, slug);
    if (kind !== 'lti_consumer')
      throw new AdminRefusal('invalid', `campus ${slug} launches by LTI 1.3: it has no secret`);
    const previous = {
      previous_secret: keepFor === 0 ? null : (document.secret ?? null),
      previous_secret_expires_at: keepFor === 0 ? null : new Date(environment.now() + keepFor).toISOString(),
    };
    return { kind, name: slug, document: parsed(kind, { ...document, ...previous, secret }) };
  });
  return { ...changed, secret };
}

/** @throws AdminRefusal `not_found`, `conflict`; ConfigurationError with every fault */
export function changeLti(
  store: ConfigurationStore,
  { slug, members }: { readonly slug: string; readonly members: JsonObject },
  authorship: Authorship,
): Promise<ChangedLti> {
  return write(store, authorship, (current) => {
    const { kind, document } = entryOf(current, slug);
    return { kind, name: slug, document: parsed(kind, { ...document, ...members, slug }) };
  });
}

/**
 * Lets one in or shuts it out, at once (R12). Out always works, also for one that this program cannot read.
 * @throws AdminRefusal `not_found`, `conflict`; ConfigurationError for letting in what cannot be read
 */
export function setLtiEnabled(
  store: ConfigurationStore,
  { slug, enabled }: { readonly slug: string; readonly enabled: boolean },
  authorship: Authorship,
): Promise<ChangedLti> {
  return write(store, authorship, (current) => {
    const { kind, document } = entryOf(current, slug);
    const wanted = { ...document, enabled };
    return { kind, name: slug, document: enabled ? parsed(kind, wanted) : wanted };
  });
}

function add(
  store: ConfigurationStore,
  kind: LtiKind,
  members: JsonObject & { readonly slug: string },
  authorship: Authorship,
): Promise<ChangedLti> {
  const { slug } = members;
  const document = parsed(kind, members);
  return write(store, authorship, (current) => {
    requireFree(current, slug);
    return { kind, name: slug, document };
  });
}

/**
 * Identities are kept under the slug: whoever took the place of a campus would come in as its people (lti.md §5.2, chain 7).
 * @throws AdminRefusal `exists`
 */
export function requireFree({ entries }: StoredConfiguration, slug: string): void {
  if (entries.some((entry) => isLti(entry) && entry.name === slug)) {
    throw new AdminRefusal('exists', `there is a campus ${slug} already`);
  }
}

type LtiEntry = ConfigurationEntry & { readonly kind: LtiKind };

async function write(
  store: ConfigurationStore,
  authorship: Authorship,
  wanted: (current: StoredConfiguration) => LtiEntry,
): Promise<ChangedLti> {
  const last: { entry: LtiEntry | null } = { entry: null };
  const { plan, revision } = await changeConfiguration(
    store,
    (current) => {
      last.entry = wanted(current);
      // Nothing here names a provider's settings, so no vendor is needed to tell which of them are secret.
      return planEntries(current, [last.entry], { prune: false, vendors: [] });
    },
    authorship,
  );
  if (last.entry === null) throw new Error('a plan was made of nothing');
  return { ...viewOf(last.entry), changed: plan.writes.length > 0, revision };
}

/** The document with its defaults. @throws ConfigurationError: its words name members and repeat no value */
export function parsed(kind: LtiKind, members: JsonObject): JsonObject {
  const result = schemas[kind].safeParse(members);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues
      .flatMap((issue) => faultsOfIssue(issue, members))
      .map(({ path, words }) => `${pathText(path)} ${words}`),
  );
}

/** Whether a member may be told, and handed in, in the open. */
export function isSecretMember(member: string): boolean {
  return secretFields('lti_consumer', {}, [])([member]);
}

function viewOf({ kind, name, document }: LtiEntry): LtiView {
  const isSecret = secretFields(kind, document, []);
  const shown = Object.entries(document).filter(([member]) => !isSecret([member]));
  return { slug: name, version: kind === 'lti_consumer' ? '1.1' : '1.3', document: Object.fromEntries(shown) };
}

function entryOf({ entries }: StoredConfiguration, slug: string): LtiEntry {
  const entry = entries.find((one): one is LtiEntry => isLti(one) && one.name === slug);
  if (entry === undefined) throw new AdminRefusal('not_found', `there is no campus ${slug}`);
  return entry;
}

function isLti(entry: ConfigurationEntry): entry is LtiEntry {
  return (entry.kind === 'lti_consumer' || entry.kind === 'lti_platform') && isObject(entry.document);
}
