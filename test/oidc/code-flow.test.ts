/**
 * The code flow with a client library that we did not write, and what each client learns about the person.
 */
import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { BROKER, type Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clients,
  codeIn,
  openidClient,
  type RequestParameters,
  random,
  redeem,
  redemption,
  signInAs,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

/** One whole sign-in by openid-client, which checks signature, issuer, audience, nonce, state and iss itself. */
async function signInWithLibrary(rig: Rig, clientId: ClientId, parameters: Record<string, string>) {
  const configuration = await openidClient(rig, clientId);
  const [state, nonce, verifier] = [random(), random(), openid.randomPKCECodeVerifier()];
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: clients[clientId].redirectUri,
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  });
  const browser = appBrowser(rig);
  const { url: answer } = await signInAs(browser, await browser.get(url), 'nacional');
  const tokens = await openid.authorizationCodeGrant(configuration, answer, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  assert.ok(claims);
  return { tokens, claims, userInfo: await openid.fetchUserInfo(configuration, tokens.access_token, claims.sub) };
}

async function verify(rig: Rig, token: string, audience: string) {
  const answer = await rig.broker(new Request(`${BROKER}/oauth2/jwks`));
  const jwks = (await answer.json()) as JSONWebKeySet;
  return jwtVerify(token, createLocalJWKSet(jwks), { issuer: BROKER, audience });
}

for (const [clientId, algorithm] of [
  ['web', 'RS256'],
  ['other', 'ES256'],
  ['public', 'RS256'],
] as const) {
  withClientsOnEachDatabase(
    `openid-client signs in as client ${clientId} (${clients[clientId].method}) and gets an ID token in ${algorithm}`,
    async (rig) => {
      const { tokens, claims } = await signInWithLibrary(rig, clientId, { scope: 'openid profile' });
      assert.equal(decodeProtectedHeader(tokens.id_token ?? '').alg, algorithm);
      const { payload } = await verify(rig, tokens.id_token ?? '', clientId);
      assert.equal(payload.sub, claims.sub);
      assert.equal(tokens.refresh_token, undefined);
    },
  );
}

withClients('the ID token says who, when and for which request, and nothing about the person', async (rig) => {
  const before = Math.floor(rig.clock.environment.now() / 1000);
  const { claims } = await signInWithLibrary(rig, 'web', { scope: 'openid profile email phone' });
  const expected = ['aud', 'auth_time', 'exp', 'iat', 'iss', 'nonce', 'sub'];
  assert.deepEqual(Object.keys(claims).sort(), expected);
  assert.ok((claims.auth_time ?? 0) >= before);
  assert.ok(claims.exp - claims.iat <= 3600);
});

withClients('user info says exactly what was released to the client, and sub', async (rig) => {
  const { userInfo: all, claims } = await signInWithLibrary(rig, 'web', { scope: 'openid profile email phone' });
  const { preferred_username, updated_at, ...rest } = all;
  assert.equal(updated_at, undefined, 'not released');
  assert.equal(typeof preferred_username, 'string');
  assert.deepEqual(rest, {
    sub: claims.sub,
    name: 'Citlali Ximena Robledo Ayala',
    given_name: 'Citlali Ximena',
    family_name: 'Robledo Ayala',
    birthdate: '1991-03-14',
    email: 'citlali.robledo@example.com',
    email_verified: true,
    phone_number: '+525500000101',
  });
});

const CURP = 'ROAC910314MPLBYT0';

async function userInfoFor(rig: Rig, clientId: ClientId, changes: RequestParameters): Promise<Record<string, unknown>> {
  const answer = await authorizeAs(appBrowser(rig), clientId, 'nacional', changes);
  const tokens = await redeem(rig, clientId, codeIn(answer));
  assert.doesNotMatch(answer.href, /citlali|ROAC/i);
  return (await userInfo(rig, tokens.access_token)).json() as Promise<Record<string, unknown>>;
}

withClients('M-10 a client that asks for openid alone learns sub alone', async (rig) => {
  assert.deepEqual(Object.keys(await userInfoFor(rig, 'web', { scope: 'openid' })), ['sub']);
});

withClients('M-10 a client that asks as every library does learns no more than was released to it', async (rig) => {
  assert.deepEqual(Object.keys(await userInfoFor(rig, 'bare', { scope: 'openid profile email' })), ['sub']);
});

withClients('M-10 a client may not ask for the CURP when it was not released to it', async (rig) => {
  const { url } = await appBrowser(rig).get(authorizationUrl('web', { scope: 'openid curp' }));
  assert.equal(url.origin + url.pathname, clients.web.redirectUri);
  assert.equal(url.searchParams.get('error'), 'invalid_scope');
});

withClients(
  'M-10 the CURP leaves only under its own scope and only to a client that it was released to',
  async (rig) => {
    const asked = await userInfoFor(rig, 'ministry', { scope: 'openid curp' });
    assert.match(String(asked.curp), new RegExp(`^${CURP}`));
    assert.equal((await userInfoFor(rig, 'ministry', { scope: 'openid profile email phone' })).curp, undefined);
  },
);

withClients('M-10 the claims parameter brings nothing out that was not released', async (rig) => {
  const members = ['email', 'name', 'curp', 'phone_number', 'birthdate'];
  const wanted = Object.fromEntries(members.map((name) => [name, { essential: true }]));
  const claims = JSON.stringify({ userinfo: wanted, id_token: wanted });
  const browser = appBrowser(rig);
  const page = await signInAs(browser, await browser.get(authorizationUrl('bare', { claims })), 'nacional');
  const tokens = await redeem(rig, 'bare', codeIn(page.url));
  const seen = {
    ...claimsIn(tokens.id_token),
    ...((await (await userInfo(rig, tokens.access_token)).json()) as object),
  };
  for (const name of members) assert.ok(!(name in seen), name);
});

withClients('the same person has the same sub at every client and after every sign-in', async (rig) => {
  const subs = new Set<unknown>();
  for (const clientId of ['web', 'other', 'web'] as const) {
    subs.add((await userInfoFor(rig, clientId, { scope: 'openid' })).sub);
  }
  assert.equal(subs.size, 1);
});

for (const [slash, path] of [
  ['authorize', '/oauth2/authorize/'],
  ['token', '/oauth2/token/'],
] as const) {
  withClients(`a slash at the end of ${slash} is accepted, as old backends write it`, async (rig) => {
    const url = authorizationUrl('web');
    if (slash === 'authorize') url.pathname = path;
    const browser = appBrowser(rig);
    const page = await signInAs(browser, await browser.get(url), 'nacional');
    const plain = redemption('web', codeIn(page.url));
    const request = slash === 'token' ? new Request(`${BROKER}${path}`, plain) : plain;
    assert.equal((await rig.broker(request)).status, 200);
  });
}
