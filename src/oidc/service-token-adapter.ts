/**
 * Lets oidc-provider find a service token as the token that it stands for: one of a user as an access token, with the grant that it
 * would have come from; one of a client as what its client credentials would have got. User info, introspection and revocation then
 * treat it as any other.
 *
 * Found under these names only: at the token and authorization endpoints it is nothing.
 */
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';
import type { Environment } from '../model.ts';
import type { ServiceToken } from '../store/service-tokens.ts';
import type { Store } from '../store/store.ts';
import { isServiceTokenText } from '../users/service-token-text.ts';
import { revokeServiceToken } from '../users/service-tokens.ts';

interface Tools {
  readonly environment: Environment;
  readonly store: Pick<Store, 'serviceTokens'>;
}

/** No grant of the library's own begins so: theirs are letters, digits, `-` and `_`. */
const GRANT = 'service-token:';

export function withServiceTokens(factory: AdapterFactory, tools: Tools): AdapterFactory {
  return (model) => {
    const adapter = factory(model);
    if (model === 'AccessToken') return { ...adapter, ...bearerTokens(adapter, tools, accessToken) };
    if (model === 'ClientCredentials') return { ...adapter, ...bearerTokens(adapter, tools, clientCredentials) };
    if (model === 'Grant') return { ...adapter, ...grants(adapter, tools) };
    return adapter;
  };
}

type Payload = AdapterPayload | undefined;

function bearerTokens(
  adapter: Adapter,
  tools: Tools,
  payloadOf: (token: ServiceToken, text: string) => Payload,
): Pick<Adapter, 'find' | 'destroy'> {
  const use = (text: string) => tools.store.serviceTokens.use(text, tools.environment.now());
  return {
    async find(text) {
      if (!isServiceTokenText(text)) return adapter.find(text);
      const token = await use(text);
      return token === null ? undefined : payloadOf(token, text);
    },
    async destroy(text) {
      if (!isServiceTokenText(text)) return adapter.destroy(text);
      const token = await use(text);
      if (token !== null)
        await revokeServiceToken(tools, token, { by: token.clientId, reason: 'revoked by the client' });
    },
  };
}

function accessToken(token: ServiceToken, text: string): Payload {
  const { id, userId, scopes } = token;
  if (userId === null) return undefined;
  const grant = { accountId: userId, grantId: GRANT + id, scope: scopes.join(' ') };
  return { ...common(token), ...grant, kind: 'AccessToken', jti: text, gty: 'service_token' };
}

function clientCredentials(token: ServiceToken, text: string): Payload {
  const { userId, scopes } = token;
  if (userId !== null) return undefined;
  const scope = scopes.length === 0 ? {} : { scope: scopes.join(' ') };
  return { ...common(token), ...scope, kind: 'ClientCredentials', jti: text };
}

function grants(adapter: Adapter, { environment, store }: Tools): Pick<Adapter, 'find'> {
  return {
    async find(id) {
      if (!id.startsWith(GRANT)) return adapter.find(id);
      const token = await store.serviceTokens.findLive(id.slice(GRANT.length), environment.now());
      if (token === null || token.userId === null) return undefined;
      const granted = { accountId: token.userId, openid: { scope: token.scopes.join(' ') } };
      return { ...common(token), ...granted, kind: 'Grant', jti: id };
    },
  };
}

function common({ clientId, createdAt, expiresAt }: ServiceToken): AdapterPayload {
  const seconds = (at: number) => Math.floor(at / 1000);
  return { clientId, iat: seconds(createdAt), exp: seconds(expiresAt) };
}
