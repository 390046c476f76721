/**
 * Whether a call is one of a registered application: written right, in time, for the first time, and signed.
 *
 * RFC 5849 §3.2. The nonce is remembered last, so that nobody can use up another's.
 */

import { isSigned, readCall, type SignedCall } from '../shared/oauth1-call.ts';
import type { Client } from './client.ts';
import { type Received, type World, window } from './world.ts';

export interface Judged {
  readonly client: Client;
  readonly oauth: ReadonlyMap<string, string>;
}

interface Expected {
  /** The secret of the token that is named, or null when there is no such token; not asked where none may be named. */
  readonly secretOf: ((token: string, client: Client) => string | null) | null;
  /** A browser may ask the same twice: people reload. */
  readonly nonce: 'once' | 'any';
}

/** The application, or in words what is wrong. */
export function judge(received: Received, world: World, { secretOf, nonce }: Expected): Judged | string {
  const call = readCall(received);
  if (typeof call === 'string') return call;
  const client = world.clients.get(call.oauth.get('oauth_consumer_key') ?? '');
  if (client === undefined) return 'oauth_consumer_key is absent or not registered';
  const complaint = judgeForm(call, client, world);
  if (complaint !== null) return complaint;
  const token = call.oauth.get('oauth_token');
  if ((token === undefined) !== (secretOf === null)) return 'oauth_token is absent, or stands where none may';
  const tokenSecret = token === undefined ? '' : (secretOf?.(token, client) ?? null);
  if (tokenSecret === null) return 'oauth_token is not known, was used, or is of another application';
  const request = { method: received.method, address: `${world.origin}${received.path}` };
  if (!isSigned(call, request, client.signing, tokenSecret)) return 'the signature is wrong';
  const used = [client.consumerKey, call.oauth.get('oauth_timestamp'), call.oauth.get('oauth_nonce')].join(' ');
  if (nonce === 'once' && world.nonces.get(used) !== null) return 'oauth_nonce was used before';
  if (nonce === 'once') world.nonces.set(used, true);
  return { client, oauth: call.oauth };
}

function judgeForm({ oauth, place }: SignedCall, client: Client, world: World): string | null {
  if (!world.flavour.places.includes(place)) return `a signature is not read from the ${place} here`;
  if (oauth.get('oauth_signature_method') !== client.signing.method)
    return 'oauth_signature_method is not the registered one';
  const version = oauth.get('oauth_version') ?? '1.0';
  if (version !== '1.0') return 'oauth_version is not 1.0';
  if (!/^[\x21-\x7e]{8,}$/.test(oauth.get('oauth_nonce') ?? '')) return 'oauth_nonce is absent or could be guessed';
  const timestamp = oauth.get('oauth_timestamp') ?? '';
  if (!/^\d+$/.test(timestamp)) return 'oauth_timestamp is absent or no number';
  const off = Math.abs(Number(timestamp) * 1000 - world.environment.now());
  return off > window ? 'oauth_timestamp is more than five minutes off' : null;
}
