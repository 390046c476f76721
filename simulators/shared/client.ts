/**
 * The clients that are registered with the stand-in.
 */

interface Registered {
  readonly clientId: string;
  /** Shown on the practice page. */
  readonly name: string;
  /** Compared exactly, at the authorization request and again at the token request. */
  readonly redirectUris: readonly string[];
}

export interface PublicClient extends Registered {
  readonly kind: 'public';
}

export interface ConfidentialClient extends Registered {
  readonly kind: 'confidential';
  readonly clientSecret: string;
}

export type Client = PublicClient | ConfidentialClient;

/** The clients by id. @throws TypeError for an empty or repeated id, or a client without a redirect address. */
export function register(clients: readonly Client[]): ReadonlyMap<string, Client> {
  const registered = new Map<string, Client>();
  for (const client of clients) {
    if (client.clientId === '') throw new TypeError(`The client "${client.name}" has no id.`);
    if (registered.has(client.clientId)) throw new TypeError(`The client ${client.clientId} is registered twice.`);
    if (client.redirectUris.length === 0) throw new TypeError(`The client ${client.clientId} has no redirect address.`);
    registered.set(client.clientId, client);
  }
  return registered;
}
