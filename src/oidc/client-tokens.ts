/**
 * Tokens by which a client speaks for itself: what its client credentials got it, or a service token that the operator made for it.
 *
 * None of a person's is one, whoever holds it.
 */
import type { Provider } from 'oidc-provider';

export interface ClientToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** Null for a token that is none, has ended or is a person's. Whether the client may still do what it says is to be asked now. */
export async function findClientToken(provider: Provider, text: string): Promise<ClientToken | null> {
  const token = await provider.ClientCredentials.find(text);
  if (token?.clientId === undefined) return null;
  return { clientId: token.clientId, scopes: token.scope?.split(' ') ?? [] };
}
