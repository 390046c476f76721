/**
 * Clients one at a time: list, show, create, give a new secret.
 *
 * They are the same documents that a configuration file holds, saved through the same plan, so that `apply` and `export`
 * know what was done here. A secret is made here, never taken from a caller, and returned once (N-05); no other function
 * lets one out.
 */
import { type ClientDocument, clientSchema } from '../configuration/client-document.ts';
import { isObject } from '../configuration/common-schemas.ts';
import { nothingWritten } from '../configuration/documents.ts';
import { pathText } from '../configuration/faults.ts';
import { faultsOfIssue } from '../configuration/issue-words.ts';
import { type Plan, planChanges } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore, StoredConfiguration } from '../configuration/revisions.ts';
import { randomToken } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import { changeConfiguration } from './change.ts';
import { AdminRefusal } from './refusal.ts';

/** 256 bits: above what RFC 6749 §10.10 asks of a value that nobody may guess. */
const SECRET_BYTES = 32;
/** Only to be different from the others: a client id is no secret. */
const ID_BYTES = 8;

/** A client without its secret. */
export type ClientView = Omit<ClientDocument, 'client_secret' | 'previous_client_secret'>;

/** What is asked for: members named as in the configuration file. What is left out is as if a file had left it out. */
export interface NewClient {
  /** Null lets one be made. */
  readonly client_id: string | null;
  readonly confidential: boolean;
  readonly members: JsonObject;
}

export interface IssuedClient {
  readonly client: ClientView;
  /** To be shown once and not kept; null for a public client. */
  readonly secret: string | null;
  readonly revision: number;
}

/** By client id. What this version cannot read is left out, as a running server leaves it out. */
export async function listClients(store: Pick<ConfigurationStore, 'loadAll'>): Promise<ClientView[]> {
  return storedClients(await store.loadAll())
    .map(viewOf)
    .toSorted((a, b) => (a.client_id < b.client_id ? -1 : 1));
}

/** @throws AdminRefusal `not_found` */
export async function getClient(store: Pick<ConfigurationStore, 'loadAll'>, clientId: string): Promise<ClientView> {
  return viewOf(stored(await store.loadAll(), clientId));
}

/** @throws AdminRefusal `exists`, `conflict`; ConfigurationError with every fault of the members */
export async function createClient(
  store: ConfigurationStore,
  { client_id, confidential, members }: NewClient,
  environment: Environment,
  authorship: Authorship,
): Promise<IssuedClient> {
  const secret = confidential ? randomToken(environment, SECRET_BYTES) : null;
  const client = parseClient({
    ...members,
    client_id: client_id ?? Buffer.from(environment.randomBytes(ID_BYTES)).toString('hex'),
    client_secret: secret,
    ...(confidential ? {} : { token_endpoint_auth_method: 'none' }),
  });
  const { revision } = await changeConfiguration(
    store,
    (current) => {
      if (current.entries.some(({ kind, name }) => kind === 'client' && name === client.client_id)) {
        throw new AdminRefusal('exists', `there is a client ${client.client_id} already`);
      }
      return planClient(current, client);
    },
    authorship,
  );
  return { client: viewOf(client), secret, revision };
}

/**
 * Gives a client a new secret. The one that it has is taken as well for `keepFor`; zero makes it worth nothing as soon as running
 * servers see the change, and one from before that is worth nothing in any case: there are two at most.
 * @throws AdminRefusal `not_found`, `invalid` for a public client, `conflict`
 */
export async function rotateClientSecret(
  store: ConfigurationStore,
  clientId: string,
  keepFor: Milliseconds,
  environment: Environment,
  authorship: Authorship,
): Promise<IssuedClient> {
  const secret = randomToken(environment, SECRET_BYTES);
  const rotated = (client: ClientDocument): ClientDocument => {
    if (client.token_endpoint_auth_method === 'none') {
      throw new AdminRefusal('invalid', `client ${clientId} is public: it has no secret`);
    }
    const previous = {
      previous_client_secret: keepFor === 0 ? null : client.client_secret,
      previous_client_secret_expires_at: keepFor === 0 ? null : new Date(environment.now() + keepFor).toISOString(),
    };
    return { ...client, ...previous, client_secret: secret };
  };
  const { plan, revision } = await changeConfiguration(
    store,
    (current) => planClient(current, rotated(stored(current, clientId))),
    authorship,
  );
  const document = plan.writes[0]?.document;
  return { client: viewOf(clientSchema.parse(document)), secret, revision };
}

function planClient(current: StoredConfiguration, client: ClientDocument): Plan {
  // Nothing here names a provider's settings, so no vendor is needed to tell which of them are secret.
  return planChanges(
    current,
    { ...nothingWritten, clients: [client] },
    {
      prune: false,
      vendors: [],
    },
  );
}

function parseClient(members: JsonObject): ClientDocument {
  const result = clientSchema.safeParse(members);
  if (result.success) return result.data;
  throw new ConfigurationError(
    result.error.issues
      .flatMap((issue) => faultsOfIssue(issue, members))
      .map(({ path, words }) => `${pathText(path)} ${words}`),
  );
}

function storedClients(current: StoredConfiguration): ClientDocument[] {
  return current.entries.flatMap(({ kind, document }) => {
    const result = kind === 'client' && isObject(document) ? clientSchema.safeParse(document) : null;
    return result?.success === true ? [result.data] : [];
  });
}

function stored(current: StoredConfiguration, clientId: string): ClientDocument {
  const client = storedClients(current).find(({ client_id }) => client_id === clientId);
  if (client === undefined) throw new AdminRefusal('not_found', `there is no client ${clientId}`);
  return client;
}

function viewOf({ client_secret: _, previous_client_secret: __, ...client }: ClientDocument): ClientView {
  return client;
}
