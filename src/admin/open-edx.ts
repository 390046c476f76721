/**
 * Setting an LMS up: its record, the client that it is here and the application that we are there, made where they are missing.
 *
 * Run twice it changes nothing: what is there is left as it is, and what of it does not fit is said. Secrets are made here and
 * returned once (N-05).
 */
import { type ClientDocument, clientSchema } from '../configuration/client-document.ts';
import { nothingWritten } from '../configuration/documents.ts';
import { pathText } from '../configuration/faults.ts';
import { faultsOfIssue } from '../configuration/issue-words.ts';
import { type OpenEdxDocument, openEdxSchema } from '../configuration/open-edx-document.ts';
import { planChanges } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore, StoredConfiguration } from '../configuration/revisions.ts';
import { randomToken } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment, JsonObject } from '../model.ts';
import { clientMembers } from '../open-edx/client-members.ts';
import { type Lms, lmsOf } from '../open-edx/lms.ts';
import { changeConfiguration } from './change.ts';

/** What was said; what is null is left as it is, or made. */
export interface LmsWishes {
  readonly slug: string;
  readonly base_url: string | null;
  readonly public_url: string | null;
  readonly backend: string | null;
  readonly client: string | null;
  readonly service_worker: { readonly username: string; readonly token: string } | null;
}

export interface ConfiguredLms {
  readonly lms: Lms;
  /** What was made or changed now, in words of the configuration. */
  readonly changed: readonly string[];
  /** Made now: to be shown once. */
  readonly clientSecret: string | null;
  readonly apiClientSecret: string | null;
  /** What of the client does not fit, each in a line. It is the operator's, and left alone. */
  readonly unfit: readonly string[];
}

const SECRET_BYTES = 32;

/** @throws ConfigurationError with every fault; AdminRefusal `conflict` */
export async function configureLms(
  store: ConfigurationStore,
  wishes: LmsWishes,
  environment: Environment,
  authorship: Authorship,
): Promise<ConfiguredLms> {
  const clientSecret = randomToken(environment, SECRET_BYTES);
  const apiClientSecret = randomToken(environment, SECRET_BYTES);
  const attempt = { last: null as Attempt | null };
  const { plan } = await changeConfiguration(
    store,
    (current) => {
      const before =
        current.entries.find(({ kind, name }) => kind === 'open_edx' && name === wishes.slug)?.document ?? {};
      const platform = platformOf(before, wishes, apiClientSecret);
      const client = clientOf(current, platform, clientSecret);
      attempt.last = { platform, client, hadApplication: hasApplication(before) };
      const wanted = { ...nothingWritten, clients: [client], open_edx: [platform] };
      return planChanges(current, wanted, { prune: false, vendors: [] });
    },
    authorship,
  );
  if (attempt.last === null) throw new Error('a plan was made of nothing');
  const { platform, client, hadApplication } = attempt.last;
  const lms = lmsOf(platform);
  const changes = plan.changes.filter(({ change }) => change !== 'none');
  return {
    lms,
    changed: changes.map(({ kind, name, change }) => `${kind} ${name}: ${change}`),
    clientSecret: changes.some(({ kind, change }) => kind === 'client' && change === 'create') ? clientSecret : null,
    apiClientSecret: hadApplication ? null : apiClientSecret,
    unfit: misfits(client, lms),
  };
}

interface Attempt {
  readonly platform: OpenEdxDocument;
  readonly client: ClientDocument;
  readonly hadApplication: boolean;
}

function hasApplication({ api_client_id: id, api_client_secret: secret }: JsonObject): boolean {
  return typeof id === 'string' && typeof secret === 'string';
}

function platformOf(before: JsonObject, { slug, ...wishes }: LmsWishes, apiClientSecret: string): OpenEdxDocument {
  const said = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== null)) as JsonObject;
  const made = { api_client_id: `llavero-${slug}`, api_client_secret: apiClientSecret };
  return parsed(openEdxSchema, { client: slug, ...before, ...said, slug, ...(hasApplication(before) ? {} : made) });
}

/** The one that is there, as it is. */
function clientOf(current: StoredConfiguration, platform: OpenEdxDocument, secret: string): ClientDocument {
  const there = current.entries.find(({ kind, name }) => kind === 'client' && name === platform.client)?.document;
  const members = { client_id: platform.client, client_secret: secret, ...clientMembers(lmsOf(platform)) };
  return parsed(clientSchema, there ?? members);
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly issues: Parameters<typeof faultsOfIssue>[0][] } };
}

function parsed<T>(schema: Schema<T>, members: JsonObject): T {
  const result = schema.safeParse(members);
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => faultsOfIssue(issue, members));
  throw new ConfigurationError(faults.map(({ path, words }) => `${pathText(path)} ${words}`));
}

/** What the backend needs and a client that somebody else made does not have. */
function misfits(client: ClientDocument, lms: Lms): string[] {
  const wanted = clientMembers(lms);
  const has: JsonObject = { ...client };
  return Object.entries(wanted).flatMap(([member, value]) => {
    if (member === 'client_name' || member === 'post_logout_redirect_uris') return [];
    const there = has[member] ?? null;
    const lacking = Array.isArray(value) ? value.filter((item) => !(Array.isArray(there) && there.includes(item))) : [];
    if (Array.isArray(value)) return lacking.length === 0 ? [] : [`${member} lacks ${lacking.join(', ')}`];
    return there === value ? [] : [`${member} should be ${value}`];
  });
}
