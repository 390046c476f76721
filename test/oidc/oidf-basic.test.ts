/**
 * The modules of the OpenID Foundation's plans Basic OP and Config OP, one test each, named after it: what each asserts, asserted here.
 */
import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { clientSchema } from '../../src/configuration/client-document.ts';
import type { TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clients,
  codeIn,
  errorOf,
  type RequestParameters,
  redeem,
  redemption,
  signInAs,
  tokenRequest,
  USERINFO,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

/** A whole flow, and everything that the client learns by it. */
async function flow(rig: Rig, changes: RequestParameters = {}, clientId: ClientId = 'web', browser = appBrowser(rig)) {
  const answer = await authorizeAs(browser, clientId, 'nacional', changes);
  const tokens = await redeem(rig, clientId, codeIn(answer));
  const claims = claimsIn(tokens.id_token);
  const told = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
  assert.equal(told.sub, claims.sub);
  return { browser, answer, tokens, claims, told };
}

async function silent(rig: Rig, browser: TestBrowser, changes: RequestParameters, clientId: ClientId = 'web') {
  const { url } = await browser.get(authorizationUrl(clientId, changes));
  return claimsIn((await redeem(rig, clientId, codeIn(url))).id_token);
}

async function verified(rig: Rig, idToken: string) {
  const jwks = (await (await rig.broker(new Request(`${BROKER}/oauth2/jwks`))).json()) as JSONWebKeySet;
  return jwtVerify(idToken, createLocalJWKSet(jwks), { issuer: BROKER, audience: 'web' });
}

const errorAt = (url: URL) => url.searchParams.get('error');

withClientsOnEachDatabase('oidcc-server: the code flow from beginning to end', async (rig) => {
  const { answer, tokens, claims } = await flow(rig);
  assert.equal(answer.searchParams.get('state'), 'practice-state');
  assert.equal(answer.searchParams.get('iss'), BROKER);
  assert.equal(tokens.token_type, 'Bearer');
  assert.equal(claims.nonce, 'practice-nonce');
  assert.equal(claims.iss, BROKER);
  assert.equal(claims.aud, 'web');
  assert.ok(Number(claims.exp) > Number(claims.iat));
});

withClients('oidcc-response-type-missing: a request without response_type is an error', async (rig) => {
  const { url } = await appBrowser(rig).get(authorizationUrl('web', { response_type: null }));
  assert.match(String(errorAt(url)), /^(invalid_request|unsupported_response_type)$/);
});

withClients('oidcc-idtoken-signature: the ID token is signed in RS256 by a key that is published', async (rig) => {
  const { tokens } = await flow(rig);
  const { protectedHeader } = await verified(rig, tokens.id_token);
  assert.equal(protectedHeader.alg, 'RS256');
  assert.ok(protectedHeader.kid);
});

withClients('oidcc-idtoken-unsigned: no client can have an ID token without a signature', async (rig) => {
  const document = { client_id: 'x', client_name: 'X', redirect_uris: [], skip_authorization: true };
  for (const alg of ['none', 'HS256']) {
    assert.equal(clientSchema.safeParse({ ...document, id_token_signed_response_alg: alg }).success, false);
  }
  assert.notEqual(decodeProtectedHeader((await flow(rig)).tokens.id_token).alg, 'none');
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

async function assertTold(rig: Rig, sub: unknown, init: RequestInit): Promise<void> {
  const response = await rig.broker(new Request(USERINFO, init));
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(((await response.json()) as { sub?: unknown }).sub, sub);
}

withClients('oidcc-userinfo-get: user info by GET with the token in the Authorization field', async (rig) => {
  const { tokens, claims } = await flow(rig);
  await assertTold(rig, claims.sub, { headers: bearer(tokens.access_token) });
});

withClients('oidcc-userinfo-post-header: user info by POST with the token in the Authorization field', async (rig) => {
  const { tokens, claims } = await flow(rig);
  await assertTold(rig, claims.sub, { method: 'POST', headers: bearer(tokens.access_token) });
});

withClients('oidcc-userinfo-post-body: user info by POST with the token in the form', async (rig) => {
  const { tokens, claims } = await flow(rig);
  const body = new URLSearchParams({ access_token: tokens.access_token });
  await assertTold(rig, claims.sub, { method: 'POST', headers: form, body });
});

withClients('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: no nonce in, none out', async (rig) => {
  assert.ok(!('nonce' in (await flow(rig, { nonce: null })).claims));
});

const scopes = {
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'birthdate'],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number'],
};

/** The person says the one thing that Llave MX does not. */
const said = { registration: '{ verify_email: false, fields: { country: required } }' };

/** Of the claims of the scopes nothing is missing that is known of this person, and nothing of the other scopes is there. */
function bringsScopes(...asked: readonly (keyof typeof scopes)[]) {
  return async (rig: Rig) => {
    const browser = appBrowser(rig);
    const url = authorizationUrl('ministry', { scope: ['openid', ...asked].join(' ') });
    const form = await signInAs(browser, await browser.get(url), 'nacional');
    const page = await browser.submit(form, 'submit', { country: 'MX' });
    const tokens = await redeem(rig, 'ministry', codeIn(page.url));
    const told = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
    for (const [scope, names] of Object.entries(scopes)) {
      for (const name of names) {
        assert.equal(name in told, asked.includes(scope as keyof typeof scopes), name);
        // OpenID Connect Core §5.4: at user info, where there is an access token.
        assert.ok(!(name in claimsIn(tokens.id_token)));
      }
    }
  };
}

withClients('oidcc-scope-profile: the scope profile brings its claims', bringsScopes('profile'), said);
withClients('oidcc-scope-email: the scope email brings its claims', bringsScopes('email'), said);
withClients('oidcc-scope-address: the scope address brings its claim', bringsScopes('address'), said);
withClients('oidcc-scope-phone: the scope phone brings its claims', bringsScopes('phone'), said);
withClients('oidcc-scope-all: all bring all', bringsScopes('profile', 'email', 'address', 'phone'), said);

withClients('oidcc-alternate-happy-flow: the order of scopes and parameters does not matter', async (rig) => {
  const url = authorizationUrl('web', { scope: 'email profile openid' });
  const turned = new URL(url.origin + url.pathname);
  for (const [name, value] of [...url.searchParams].reverse()) turned.searchParams.append(name, value);
  const browser = appBrowser(rig);
  const page = await signInAs(browser, await browser.get(turned), 'nacional');
  const tokens = await redeem(rig, 'web', codeIn(page.url));
  assert.ok('email' in ((await (await userInfo(rig, tokens.access_token)).json()) as object));
});

withClients(
  'oidcc-display-page: display=page changes nothing',
  async (rig) => void (await flow(rig, { display: 'page' })),
);
withClients(
  'oidcc-display-popup: display=popup changes nothing',
  async (rig) => void (await flow(rig, { display: 'popup' })),
);

withClients('oidcc-prompt-login: the person signs in again, and auth_time is newer', async (rig) => {
  const { browser, claims } = await flow(rig);
  rig.clock.advance(2000);
  const asked = await browser.get(authorizationUrl('web', { prompt: 'login' }));
  asked.get('provider-llave-mx');
  const page = await signInAs(browser, asked, 'nacional');
  const again = claimsIn((await redeem(rig, 'web', codeIn(page.url))).id_token);
  assert.equal(again.sub, claims.sub);
  assert.ok(Number(again.auth_time) > Number(claims.auth_time));
});

withClients('oidcc-prompt-none-not-logged-in: login_required', async (rig) => {
  const { url } = await appBrowser(rig).get(authorizationUrl('web', { prompt: 'none' }));
  assert.equal(errorAt(url), 'login_required');
});

withClients('oidcc-prompt-none-logged-in: the same person, and the same auth_time', async (rig) => {
  const { browser, claims } = await flow(rig);
  rig.clock.advance(2000);
  const again = await silent(rig, browser, { prompt: 'none' });
  assert.deepEqual([again.sub, again.auth_time], [claims.sub, claims.auth_time]);
});

withClients(
  'oidcc-max-age-1: a session that is older than a second is asked again, and auth_time is newer',
  async (rig) => {
    // The library has its own clock: so the sign-in is one of five seconds ago.
    rig.clock.advance(-5000);
    const { browser, claims } = await flow(rig, { max_age: '10000' });
    rig.clock.advance(5000);
    const asked = await browser.get(authorizationUrl('web', { max_age: '1' }));
    const page = await signInAs(browser, asked, 'nacional');
    const again = claimsIn((await redeem(rig, 'web', codeIn(page.url))).id_token);
    assert.equal(again.sub, claims.sub);
    assert.ok(Number(again.auth_time) > Number(claims.auth_time));
  },
);

withClients('oidcc-max-age-10000: a young session goes on, and auth_time is there', async (rig) => {
  const { browser, claims } = await flow(rig, { max_age: '10000' });
  const again = await silent(rig, browser, { max_age: '10000' });
  assert.equal(typeof again.auth_time, 'number');
  assert.equal(again.auth_time, claims.auth_time);
});

withClients('oidcc-ensure-request-with-unknown-parameter-succeeds: unknown parameters are passed over', async (rig) => {
  await flow(rig, { extra: 'foobar' });
});

withClients('oidcc-id-token-hint: the hint of whoever is signed in, silently', async (rig) => {
  const { browser, claims, tokens } = await flow(rig);
  const again = await silent(rig, browser, { prompt: 'none', id_token_hint: tokens.id_token });
  assert.equal(again.sub, claims.sub);
});

withClients('oidcc-login-hint: a hint does no harm', async (rig) => {
  await flow(rig, { login_hint: 'buffy@broker.test' });
});

withClients('oidcc-ui-locales: languages do no harm', async (rig) => {
  await flow(rig, { ui_locales: 'se' });
});

withClients('oidcc-claims-locales: languages of claims do no harm', async (rig) => {
  await flow(rig, { claims_locales: 'se' });
});

withClients(
  'oidcc-ensure-request-with-acr-values-succeeds: values that nobody has do not stop anybody',
  async (rig) => {
    const { claims } = await flow(rig, { acr_values: '1 2' });
    assert.ok(!('acr' in claims), 'nothing is made up');
  },
);

withClientsOnEachDatabase('oidcc-codereuse: a code that is used again is invalid_grant', async (rig) => {
  const code = codeIn(await authorizeAs(appBrowser(rig), 'web', 'nacional'));
  await redeem(rig, 'web', code);
  assert.equal(await errorOf(await rig.broker(redemption('web', code))), '400 invalid_grant');
});

withClientsOnEachDatabase(
  'oidcc-codereuse-30seconds: likewise later, and the first access token is dead',
  async (rig) => {
    const code = codeIn(await authorizeAs(appBrowser(rig), 'web', 'nacional'));
    const { access_token } = await redeem(rig, 'web', code);
    rig.clock.advance(30_000);
    assert.equal(await errorOf(await rig.broker(redemption('web', code))), '400 invalid_grant');
    assert.equal((await userInfo(rig, access_token)).status, 401);
  },
);

withClients('oidcc-ensure-registered-redirect-uri: another address is an error page, and not gone to', async (rig) => {
  const page = await appBrowser(rig).get(authorizationUrl('web', { redirect_uri: 'https://app.test/cb/other' }));
  assert.equal(page.status, 400);
  assert.equal(page.url.origin, BROKER);
});

withClients(
  'oidcc-ensure-post-request-succeeds: a request by POST is refused without harm, which the plan warns about',
  async (rig) => {
    const url = authorizationUrl('web');
    const fields = Object.fromEntries(url.searchParams);
    const page = await appBrowser(rig).post(url.origin + url.pathname, fields, {
      from: 'https://app.test/',
      follow: false,
    });
    assert.ok([404, 405].includes(page.status), String(page.status));
    assert.equal(page.headers.get('location'), null);
  },
);

withClients('oidcc-server-client-secret-post: the flow of a client that sends its secret in the form', async (rig) => {
  assert.equal(clients.other.method, 'client_secret_post');
  await flow(rig, {}, 'other');
});

withClients(
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: refused, and not fetched',
  async (rig) => {
    rig.interfere(() => assert.fail('the broker called out'));
    const { url } = await appBrowser(rig).get(authorizationUrl('web', { request_uri: 'https://app.test/request.jwt' }));
    assert.equal(errorAt(url), 'request_uri_not_supported');
  },
);

const unsigned = (payload: object) =>
  `${[{ alg: 'none' }, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;

withClients(
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: refused, not passed over',
  async (rig) => {
    const request = unsigned({ client_id: 'web', state: 'of the object' });
    const { url } = await appBrowser(rig).get(authorizationUrl('web', { request }));
    assert.equal(errorAt(url), 'request_not_supported');
  },
);

withClients('oidcc-claims-essential: a claim that is asked for as essential is there', async (rig) => {
  const { told } = await flow(rig, { claims: JSON.stringify({ userinfo: { name: { essential: true } } }) });
  assert.equal(told.name, 'Citlali Ximena Robledo Ayala');
});

withClients('oidcc-ensure-request-object-with-redirect-uri: the address of an object is never gone to', async (rig) => {
  const request = unsigned({ client_id: 'web', redirect_uri: 'https://app.test/cb/of-the-object' });
  const { url } = await appBrowser(rig).get(authorizationUrl('web', { request }));
  assert.equal(url.origin + url.pathname, clients.web.redirectUri);
  assert.equal(errorAt(url), 'request_not_supported');
});

withClientsOnEachDatabase("oidcc-refresh-token: it works, and another client's does not", async (rig) => {
  const { tokens, claims } = await flow(rig, {}, 'keeper');
  const refreshing = (clientId: ClientId) =>
    rig.broker(tokenRequest(clientId, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }));
  assert.equal(await errorOf(await refreshing('asker')), '400 invalid_grant');
  const answer = (await (await refreshing('keeper')).json()) as { id_token: string; access_token: string };
  const again = claimsIn(answer.id_token);
  for (const claim of ['iss', 'sub', 'aud', 'auth_time']) assert.equal(again[claim], claims[claim], claim);
  assert.equal((await userInfo(rig, answer.access_token)).status, 200);
});

withClients('oidcc-ensure-request-with-valid-pkce-succeeds: PKCE is taken from every client', async (rig) => {
  await flow(rig);
});

withClients('oidcc-discovery-endpoint-verification: what is required is there, over https, and agrees', async (rig) => {
  const answer = await rig.broker(new Request(`${BROKER}/.well-known/openid-configuration`));
  const found = (await answer.json()) as Record<string, unknown>;
  assert.equal(found.issuer, BROKER);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri']) {
    assert.equal(new URL(String(found[name])).protocol, 'https:', name);
  }
  const lists = {
    response_types_supported: 'code',
    subject_types_supported: 'public',
    id_token_signing_alg_values_supported: 'RS256',
    scopes_supported: 'openid',
    claims_supported: 'sub',
    grant_types_supported: 'authorization_code',
    token_endpoint_auth_methods_supported: 'client_secret_basic',
  };
  for (const [name, value] of Object.entries(lists)) assert.ok((found[name] as string[]).includes(value), name);
  const { keys } = (await (await rig.broker(new Request(String(found.jwks_uri)))).json()) as JSONWebKeySet;
  assert.ok(keys.length > 0);
  for (const key of keys) assert.ok(key.kid && key.kty && key.use === 'sig');
});
