/**
 * `openid-client`, a certified library that we did not write, does all that a client does: a pushed request, the code, the refresh, what a token
 * is worth, taking it back, and log-out; against a broker that listens, on each database.
 */
import assert from 'node:assert/strict';
import * as openid from 'openid-client';
import {
  appBrowser,
  type ClientId,
  clients,
  openidClient,
  random,
  signInAs,
  withClientsOnEachDatabase,
} from '../oidc/relying-party.ts';
import { BROKER, type Rig } from '../rig.ts';

async function signIn(rig: Rig, clientId: ClientId, parameters: Record<string, string>, isPushed: boolean) {
  const configuration = await openidClient(rig, clientId);
  const [state, nonce, verifier] = [random(), random(), openid.randomPKCECodeVerifier()];
  const request = {
    redirect_uri: clients[clientId].redirectUri,
    ...{ scope: 'openid email', state, nonce, code_challenge_method: 'S256' },
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    ...parameters,
  };
  const url = isPushed
    ? await openid.buildAuthorizationUrlWithPAR(configuration, request)
    : openid.buildAuthorizationUrl(configuration, request);
  assert.equal(url.searchParams.has('request_uri'), isPushed);
  const browser = appBrowser(rig);
  const { url: answer } = await signInAs(browser, await browser.get(url), 'nacional');
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
  const tokens = await openid.authorizationCodeGrant(configuration, answer, checks);
  return { configuration, browser, tokens, sub: tokens.claims()?.sub ?? assert.fail('no ID token') };
}

for (const isPushed of [false, true]) {
  withClientsOnEachDatabase(
    `openid-client: ${isPushed ? 'a pushed request, ' : ''}code, refresh, introspection, revocation`,
    async (rig) => {
      const { configuration, tokens, sub } = await signIn(rig, 'keeper', {}, isPushed);
      const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? assert.fail('none'));
      assert.equal(next.claims()?.sub, sub);
      assert.notEqual(next.refresh_token, tokens.refresh_token);
      assert.equal((await openid.fetchUserInfo(configuration, next.access_token, sub)).email_verified, true);
      const told = await openid.tokenIntrospection(configuration, next.access_token);
      assert.deepEqual([told.active, told.sub, told.client_id, told.scope], [true, sub, 'keeper', 'openid email']);
      await openid.tokenRevocation(configuration, next.refresh_token ?? assert.fail('none'));
      assert.equal((await openid.tokenIntrospection(configuration, next.access_token)).active, false);
      await assert.rejects(openid.refreshTokenGrant(configuration, next.refresh_token ?? ''), {
        error: 'invalid_grant',
      });
    },
  );
}

withClientsOnEachDatabase('openid-client: a client that must push does, and is signed in', async (rig) => {
  await signIn(rig, 'pushing', {}, true);
});

withClientsOnEachDatabase('openid-client: client credentials, and a token of no person', async (rig) => {
  const configuration = await openidClient(rig, 'keeper');
  const tokens = await openid.clientCredentialsGrant(configuration);
  assert.equal(tokens.refresh_token, undefined);
  const told = await openid.tokenIntrospection(configuration, tokens.access_token);
  assert.deepEqual([told.active, told.sub], [true, undefined]);
});

withClientsOnEachDatabase(
  'openid-client: log-out with the ID token of a refresh ends what it was given',
  async (rig) => {
    const { configuration, browser, tokens } = await signIn(rig, 'keeper', {}, false);
    const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? assert.fail('none'));
    const back = `${clients.keeper.redirectUri}/signed-out`;
    const url = openid.buildEndSessionUrl(configuration, {
      ...{ post_logout_redirect_uri: back, id_token_hint: next.id_token ?? assert.fail('none'), state: 'x' },
    });
    assert.equal((await browser.get(url)).url.href, `${back}?state=x`);
    await assert.rejects(openid.refreshTokenGrant(configuration, next.refresh_token ?? ''), { error: 'invalid_grant' });
    assert.equal((await openid.tokenIntrospection(configuration, next.access_token)).active, false);
  },
);

withClientsOnEachDatabase('openid-client: what it checks of an answer is what discovery says', async (rig) => {
  const { issuer, ...metadata } = (await openidClient(rig, 'keeper')).serverMetadata();
  assert.equal(issuer, BROKER);
  assert.equal(metadata.authorization_response_iss_parameter_supported, true);
  assert.deepEqual(metadata.prompt_values_supported, ['none', 'login', 'consent', 'select_account', 'create']);
  assert.equal(metadata.claims_parameter_supported, true);
});
