/**
 * The address at which a browser asks once more what it asked a moment ago (C-04).
 *
 * A client that has to push its requests (RFC 9126) did so, and its reference is used up: what it pushed is pushed again for it. Only for
 * the browser that began the request, within the seconds that a doubled press may take.
 */
import type { Provider } from 'oidc-provider';
import type { JsonObject } from '../model.ts';
import { routes } from './provider.ts';

/** RFC 9126 §2.2, as the library writes it. */
const REFERENCE = 'urn:ietf:params:oauth:request_uri:';
const MINUTE = 60;

export async function addressOfRequest(provider: Provider, params: JsonObject): Promise<string> {
  const asked = Object.entries(params).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const client = await provider.Client.find(String(params.client_id));
  const isPushed = client?.requirePushedAuthorizationRequests === true;
  const query = isPushed ? await pushed(provider, Object.fromEntries(asked)) : asked;
  return `${routes.authorization}?${new URLSearchParams(query)}`;
}

async function pushed(provider: Provider, asked: { readonly [name: string]: string }): Promise<Record<string, string>> {
  const { client_id = '', claims, ...others } = asked;
  const parties = { client_id, iss: client_id, aud: provider.issuer };
  const payload = { ...others, ...parties, ...(claims === undefined ? {} : { claims: JSON.parse(claims) }) };
  const request = new provider.PushedAuthorizationRequest({ request: unsecured(payload) });
  return { client_id, request_uri: `${REFERENCE}${await request.save(MINUTE)}` };
}

/** What the library makes of the form that a client pushes: it reads nothing else (RFC 7519 §6). */
function unsecured(payload: JsonObject): string {
  const part = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(payload)}.`;
}
