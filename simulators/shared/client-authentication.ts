/**
 * How a client shows at the token endpoint who it is (RFC 6749 §2.3.1).
 */

import type { Client } from './client.ts';

export type Authentication = 'client_secret_basic' | 'client_secret_post' | 'none';

/** The client, or in words what it did wrong. @param header the Authorization header, as sent */
export function authenticateClient(
  header: string | undefined,
  body: URLSearchParams,
  clients: ReadonlyMap<string, Client>,
  allowed: readonly Authentication[],
): Client | string {
  const basic = readBasic(header);
  const used: Authentication =
    basic !== null ? 'client_secret_basic' : body.has('client_secret') ? 'client_secret_post' : 'none';
  if (!allowed.includes(used)) return `${used} is not a way in which clients authenticate here`;
  if (basic !== null && body.has('client_secret')) return 'the secret was sent in two ways';
  const client = clients.get(basic?.id ?? body.get('client_id') ?? '');
  if (client === undefined) return 'client_id is absent or not registered';
  const secret = basic?.secret ?? body.get('client_secret');
  if (client.kind === 'public') return secret === null ? client : 'a public client has no secret';
  return secret === client.clientSecret ? client : 'the client secret is absent or wrong';
}

/** Id and secret are form-encoded before they are joined, so both are decoded again. */
function readBasic(header: string | undefined): { readonly id: string; readonly secret: string } | null {
  const encoded = /^Basic (?<encoded>\S+)$/.exec(header ?? '')?.groups?.encoded;
  if (encoded === undefined) return null;
  const [id = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const decode = (text: string) => new URLSearchParams(`x=${text}`).get('x') ?? '';
  return { id: decode(id), secret: decode(secret) };
}
