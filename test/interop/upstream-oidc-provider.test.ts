/** The OpenID Connect engine against a certified provider that we did not write, over a real socket. */
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import Provider, { type ClientMetadata, type JWK } from 'oidc-provider';
import { createOutbound } from '../../src/http.ts';
import type { ProviderContext } from '../../src/providers/provider.ts';
import { vendors } from '../../src/providers/registry.ts';
import { createRedirectProvider } from '../../src/providers/testing.ts';

const redirectUri = 'https://broker.test/callback/up';
const secret = 'secret: %+ and more than thirty-two characters';

const jwk = (kid: string, alg: string, key: { privateKey: { export(options: { format: 'jwk' }): object } }): JWK =>
  ({ ...key.privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }) as JWK;

/** Each algorithm that the engine accepts, with a key of its own. */
const keys: readonly JWK[] = [
  jwk('rsa', 'RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  jwk('pss', 'PS256', generateKeyPairSync('rsa', { modulusLength: 2048 })),
  jwk('ec', 'ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  jwk('ed', 'EdDSA', generateKeyPairSync('ed25519')),
];

/** A provider that signs everybody in as the same person, without a page. */
async function startUpstream(client: Partial<ClientMetadata>): Promise<{ issuer: string; close(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'llavero:1', client_secret: secret, redirect_uris: [redirectUri], ...client }],
    jwks: { keys: [...keys] },
    cookies: { keys: ['practice'] },
    claims: { openid: ['sub'], profile: ['name', 'locale'], email: ['email', 'email_verified'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: 'Ana Márquez',
        locale: 'es',
        email: 'ana@example.com',
        email_verified: true,
      }),
    }),
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context) => {
      const { client: asking, session } = context.oidc;
      if (asking === undefined || session?.accountId === undefined) return undefined;
      const grant = new context.oidc.provider.Grant({ clientId: asking.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });
  const listener = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return listener(request, response);
    return provider.interactionFinished(request, response, { login: { accountId: 'person-1', acr: 'urn:one' } });
  });
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Follows redirects with cookies until one leads away from the provider. */
async function browse(start: URL): Promise<URL> {
  const jar = new Map<string, string>();
  let next = start;
  for (let step = 0; step < 10 && next.origin === start.origin; step++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      jar.set(name, value);
    }
    const location = answer.headers.get('location');
    assert.ok(location, `${answer.status} at ${next.pathname}: ${await answer.text()}`);
    next = new URL(location, next);
  }
  return next;
}

type Case = readonly [client: Partial<ClientMetadata>, settings: object];
const cases: readonly Case[] = [
  ...(['RS256', 'PS256', 'ES256', 'EdDSA'] as const).map(
    (alg): Case => [{ id_token_signed_response_alg: alg }, { client_secret: secret }],
  ),
  [
    { token_endpoint_auth_method: 'client_secret_post' },
    { client_secret: secret, client_authentication: 'client_secret_post' },
  ],
  [{ token_endpoint_auth_method: 'none' }, { client_authentication: 'none' }],
];

for (const [client, changes] of cases) {
  test(`a person of a certified provider signs in: ${JSON.stringify(client)}`, async () => {
    const upstream = await startUpstream(client);
    const { host } = new URL(upstream.issuer);
    const { outbound, close } = createOutbound({ allowPrivate: [host], allowInsecure: [host] });
    const context: ProviderContext = {
      outbound,
      now: () => Date.now(),
      randomBytes: (count) => randomBytes(count),
    };
    try {
      const settings = { issuer: upstream.issuer, client_id: 'llavero:1', trust_verified_email: true, ...changes };
      const provider = createRedirectProvider(vendors, { slug: 'up', vendor: 'oidc', settings });
      const codeVerifier = randomBytes(32).toString('base64url');
      const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
      const { redirect } = await provider.start(
        { redirectUri, state: 'state', codeChallenge, nonce: 'nonce', locale: 'es-MX', loginHint: null },
        context,
      );
      const back = await browse(redirect);
      assert.equal(`${back.origin}${back.pathname}`, redirectUri);
      assert.equal(back.searchParams.get('iss'), upstream.issuer, 'it names itself (RFC 9207)');
      const parameters = new Map(back.searchParams);
      const request = { parameters, redirectUri, codeVerifier, nonce: 'nonce', remembered: {} };
      const { profile } = await provider.finish(request, context);
      assert.equal(profile.subject, 'person-1');
      assert.equal(profile.name.full, 'Ana Márquez');
      assert.deepEqual(profile.emails, [{ address: 'ana@example.com', verified: true }]);
      assert.equal(profile.locale, 'es-MX');

      const findings = await provider.check(redirectUri, context);
      assert.deepEqual(
        findings.map(({ verdict }) => verdict),
        ['good', 'good', 'good', 'good'],
        JSON.stringify(findings),
      );
    } finally {
      await close();
      await upstream.close();
    }
  });
}
