/**
 * An OpenID provider for the tests of the course site: real protocol, one client, one person, no questions.
 *
 * Each provider has a store of its own, so that no test sees what another did.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { type Adapter, type AdapterFactory, type AdapterPayload, Provider } from 'oidc-provider';

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const signingKey = { ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256', kid: 'test' };

export type Claims = { readonly [claim: string]: string | boolean };

export interface ProviderSetting {
  readonly issuer: string;
  readonly site: string;
  readonly claims: Claims;
  /** What the person does at the broker. */
  readonly answer: 'sign-in' | 'deny';
}

/** A provider that knows one client and signs in `learner-1` at once. */
function createProvider(setting: ProviderSetting): Provider {
  const provider = new Provider(setting.issuer, {
    clients: [
      {
        client_id: 'course-site',
        client_secret: 'a-secret-of-the-test',
        redirect_uris: [`${setting.site}/callback`],
        post_logout_redirect_uris: [`${setting.site}/signed-out`],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    adapter: createAdapterFactory(),
    jwks: { keys: [signingKey] },
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    extraParams: ['idp_hint'],
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...setting.claims }) }),
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = `${form}<button form="op.logoutForm" name="logout" value="yes" data-testid="confirm-yes">Yes</button>`;
        },
      },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const grant = new context.oidc.provider.Grant({ accountId: 'learner-1', clientId: 'course-site' });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    ttl: { Interaction: 3600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600, AuthorizationCode: 60 },
  });
  provider.proxy = true;
  return provider;
}

function serveProvider(provider: Provider, answer: ProviderSetting['answer']): Server {
  const callback = provider.callback();
  const finish = async (request: IncomingMessage, response: ServerResponse) => {
    const result = answer === 'deny' ? { error: 'access_denied' } : { login: { accountId: 'learner-1' } };
    await provider.interactionFinished(request, response, result);
  };
  return createServer((request, response) => {
    if (request.url?.startsWith('/interaction/'))
      finish(request, response).catch((error) => response.writeHead(500).end(String(error)));
    else callback(request, response);
  });
}

/** Starts a provider on a free port of 127.0.0.1. The caller closes it. */
export async function startProvider(setting: ProviderSetting): Promise<Server> {
  const server = serveProvider(createProvider(setting), setting.answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function createAdapterFactory(): AdapterFactory {
  const rows = new Map<string, AdapterPayload>();
  return (model): Adapter => ({
    upsert: async (id, payload) => void rows.set(`${model}:${id}`, payload),
    find: async (id) => rows.get(`${model}:${id}`),
    findByUid: async (uid) => [...rows].find(([key, row]) => key.startsWith(`${model}:`) && row.uid === uid)?.[1],
    findByUserCode: async () => undefined,
    consume: async (id) => {
      const row = rows.get(`${model}:${id}`);
      if (row !== undefined) row.consumed = 1;
    },
    destroy: async (id) => void rows.delete(`${model}:${id}`),
    revokeByGrantId: async (grantId) => {
      for (const [key, row] of rows) if (row.grantId === grantId) rows.delete(key);
    },
  });
}
