/**
 * Who calls the API: a client, by a token of its own (RFC 6750 §2.1), for what the operator lets it do.
 *
 * A token's scope is what it was made for; whether the client may still do it is asked at each call. Must never take a token from
 * anywhere but the header, or that of a person: what it would say of them is not what an app may do for itself.
 */
import type { ApiScope } from '../configuration/client-grants.ts';
import { SignInError } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import type { WebContext } from '../web/context.ts';

export interface BearerPorts {
  /** The client whose own token this is, and what it was made for; null for any other text. */
  readonly findClientToken: (
    text: string,
  ) => Promise<{ readonly clientId: string; readonly scopes: readonly string[] } | null>;
  readonly limits: Pick<Limits, 'admits'>;
  readonly findClient: (clientId: string) => Promise<{ readonly api_scopes: readonly string[] } | null>;
}

/** RFC 6750 §2.1. */
const HEADER = /^bearer +([A-Za-z0-9\-._~+/]{1,500}=*)$/i;

/** @throws SignInError api_token_invalid, api_scope_missing, too_many_requests */
export async function requireClient(
  c: WebContext,
  scope: ApiScope,
  { findClientToken, findClient, limits }: BearerPorts,
): Promise<string> {
  const text = HEADER.exec(c.req.header('Authorization') ?? '')?.[1];
  const token = text === undefined ? null : await findClientToken(text);
  const client = token === null ? null : await findClient(token.clientId);
  if (token === null || client === null) throw new SignInError('api_token_invalid', 'no live token of a client');
  if (!token.scopes.includes(scope)) throw new SignInError('api_scope_missing', 'the token has another scope');
  if (!client.api_scopes.includes(scope))
    throw new SignInError('api_scope_missing', `${token.clientId} has it no more`);
  if (!limits.admits('apiCallsPerClient', token.clientId)) {
    throw new SignInError('too_many_requests', `calls of ${token.clientId}`);
  }
  return token.clientId;
}
