/**
 * The applications that are registered with the stand-in.
 */

import type { Signing } from '../shared/oauth1-call.ts';

export interface Client {
  /** `oauth_consumer_key` */
  readonly consumerKey: string;
  /** Shown on the practice page. */
  readonly name: string;
  /** A callback must be one of these, with nothing but a query added. */
  readonly callbacks: readonly string[];
  readonly signing: Signing;
}

/** The clients by key. @throws TypeError for an empty or repeated key, or a client without a callback. */
export function register(clients: readonly Client[]): ReadonlyMap<string, Client> {
  const registered = new Map<string, Client>();
  for (const client of clients) {
    const { consumerKey, name, callbacks } = client;
    if (consumerKey === '') throw new TypeError(`The application "${name}" has no key.`);
    if (registered.has(consumerKey)) throw new TypeError(`The application ${consumerKey} is registered twice.`);
    if (callbacks.length === 0) throw new TypeError(`The application ${consumerKey} has no callback.`);
    registered.set(consumerKey, client);
  }
  return registered;
}

/** Products let an application add to the query of a registered callback, and to nothing else. */
export function mayCallBack({ callbacks }: Client, callback: string): boolean {
  return callbacks.some((registered) => {
    const added = callback.slice(registered.length);
    const separator = registered.includes('?') ? '&' : '?';
    return (
      callback.startsWith(registered) &&
      (added === '' || /^[?&][^#]*$/.test(added)) &&
      (added[0] ?? separator) === separator
    );
  });
}
