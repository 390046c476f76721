/**
 * OpenID Connect Back-Channel Logout 1.0, with `jose` and `openid-client` on the client's side: whoever got tokens in a
 * session is told that it ended, whatever ended it (A-36, H-10, V-17).
 */
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import * as openid from 'openid-client';
import { rotateKey } from '../../src/oidc/keys.ts';
import { endSessionsOf } from '../../src/store/session-clients.ts';
import type { TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clients,
  clientsInYaml,
  codeIn,
  errorOf,
  LOG_OUT,
  openidClient,
  redeem,
  redemption,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** A client's own server: verifies what it is told as the standard says, and keeps it. */
class ToldClient {
  readonly told: JWTPayload[] = [];
  /** Raw bodies, as often as they came. */
  readonly received: string[] = [];
  answer: () => Response | Promise<Response> = () => new Response(null, { status: 200 });
  readonly #keys: ReturnType<typeof createRemoteJWKSet>;
  readonly #clientId: ClientId;

  constructor(rig: Rig, clientId: ClientId) {
    this.#clientId = clientId;
    this.#keys = createRemoteJWKSet(new URL(`${BROKER}/oauth2/jwks`), {
      [customFetch]: (url, init) => rig.broker(new Request(url, init as RequestInit)),
      cooldownDuration: 0,
    });
    rig.serve(addressOf(clientId).origin, (request) => this.#receive(request, rig.clock.environment.now()));
  }

  async #receive(request: Request, now: number): Promise<Response> {
    assert.equal(request.method, 'POST');
    assert.equal(request.url, addressOf(this.#clientId).href);
    assert.match(request.headers.get('content-type') ?? '', /^application\/x-www-form-urlencoded/);
    const body = await request.text();
    this.received.push(body);
    const token = new URLSearchParams(body).get('logout_token') ?? assert.fail('no logout_token');
    // Back-Channel Logout §2.6, in its order.
    const options = { issuer: BROKER, audience: this.#clientId, typ: 'logout+jwt', currentDate: new Date(now) };
    const { payload } = await jwtVerify(token, this.#keys, {
      ...options,
      requiredClaims: ['iat', 'exp', 'jti', 'sub', 'sid', 'events'],
    });
    assert.deepEqual(payload.events, { [EVENT]: {} });
    assert.equal('nonce' in payload, false);
    this.told.push(payload);
    return this.answer();
  }
}

const addressOf = (clientId: ClientId) => new URL(`https://${clientId}-server.test/backchannel?app=1`);

/** The configuration in which these clients have an address for log-outs. */
function withAddresses(ids: readonly ClientId[]) {
  const yaml = clientsInYaml().replaceAll(/ {2}- client_id: (\w+)\n/g, (line, id: ClientId) =>
    ids.includes(id) ? `${line}    backchannel_logout_uri: ${addressOf(id).href}\n` : line,
  );
  return { moreClients: yaml };
}

async function tokensFor(rig: Rig, browser: TestBrowser, clientId: ClientId, person = 'nacional') {
  const tokens = await redeem(rig, clientId, codeIn(await authorizeAs(browser, clientId, person)));
  return { ...tokens, claims: claimsIn(tokens.id_token) };
}

/** By single sign-on: nobody is asked anything. */
async function moreTokens(rig: Rig, browser: TestBrowser, clientId: ClientId) {
  const page = await browser.get(authorizationUrl(clientId, { prompt: 'none' }));
  return redeem(rig, clientId, codeIn(page.url));
}

async function signOut(browser: TestBrowser): Promise<void> {
  const asked = await browser.get(`${BROKER}/sign-out`);
  await browser.submit(asked, 'confirm-yes');
}

withClientsOnEachDatabase('V-17 signing out here tells each client of the session once, and no other', async (rig) => {
  await rig.configure(withAddresses(['web', 'other', 'ministry']));
  const [web, other, ministry] = [
    new ToldClient(rig, 'web'),
    new ToldClient(rig, 'other'),
    new ToldClient(rig, 'ministry'),
  ];
  const browser = appBrowser(rig);
  const first = await tokensFor(rig, browser, 'web');
  await moreTokens(rig, browser, 'web');
  const second = claimsIn((await moreTokens(rig, browser, 'other')).id_token);
  await moreTokens(rig, browser, 'bare');
  await signOut(browser);
  await rig.clientEvents.settle();
  assert.deepEqual([web.told.length, other.told.length, ministry.told.length], [1, 1, 0]);
  for (const [client, claims] of [
    [web, first.claims],
    [other, second],
  ] as const) {
    const [told] = client.told;
    assert.deepEqual([told?.sub, told?.sid], [claims.sub, claims.sid]);
    assert.ok(typeof claims.sid === 'string' && claims.sid.length >= 43);
    assert.ok((told?.exp ?? 0) - (told?.iat ?? 0) <= 120);
  }
  assert.notEqual(first.claims.sid, second.sid, 'two clients cannot compare');
});

withClients('the token is signed as the ID tokens of that client are', async (rig) => {
  await rig.configure(withAddresses(['web', 'other']));
  const [web, other] = [new ToldClient(rig, 'web'), new ToldClient(rig, 'other')];
  const browser = appBrowser(rig);
  await tokensFor(rig, browser, 'web');
  await moreTokens(rig, browser, 'other');
  await signOut(browser);
  await rig.clientEvents.settle();
  const algorithmOf = ({ received }: ToldClient) =>
    decodeProtectedHeader(new URLSearchParams(received[0]).get('logout_token') ?? '').alg;
  assert.deepEqual([algorithmOf(web), algorithmOf(other)], ['RS256', 'ES256']);
});

withClients('discovery says so, and openid-client takes an ID token with sid', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const client = await openidClient(rig, 'web');
  const metadata = client.serverMetadata();
  assert.equal(metadata.backchannel_logout_supported, true);
  assert.equal(metadata.backchannel_logout_session_supported, true);
  const browser = appBrowser(rig);
  const verifier = openid.randomPKCECodeVerifier();
  const address = openid.buildAuthorizationUrl(client, {
    ...{ redirect_uri: clients.web.redirectUri, scope: 'openid', state: 's', nonce: 'n' },
    ...{ code_challenge: await openid.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
  });
  await tokensFor(rig, browser, 'web');
  const page = await browser.get(address);
  const tokens = await openid.authorizationCodeGrant(client, page.url, {
    ...{ expectedState: 's', expectedNonce: 'n', pkceCodeVerifier: verifier },
  });
  assert.equal(typeof tokens.claims()?.sid, 'string');
});

withClients('a client without an address gets no sid, and costs no write', async (rig) => {
  const { claims } = await tokensFor(rig, appBrowser(rig), 'web');
  assert.equal('sid' in claims, false);
  const rows = await rig.databases.durable.all({ shape: ['select * from session_clients'], values: [] });
  assert.deepEqual(rows, []);
});

withClients('RP-initiated: the client that asked is told like the others', async (rig) => {
  await rig.configure(withAddresses(['web', 'other']));
  const [web, other] = [new ToldClient(rig, 'web'), new ToldClient(rig, 'other')];
  const browser = appBrowser(rig);
  const { id_token } = await tokensFor(rig, browser, 'web');
  await moreTokens(rig, browser, 'other');
  await browser.get(`${LOG_OUT}?id_token_hint=${id_token}`, { from: `${APP}/` });
  await rig.clientEvents.settle();
  assert.deepEqual([web.told.length, other.told.length], [1, 1]);
});

withClients('H-10 another person at the same browser: the clients of the first are told', async (rig) => {
  await rig.configure(withAddresses(['web', 'other']));
  const [web, other] = [new ToldClient(rig, 'web'), new ToldClient(rig, 'other')];
  const browser = appBrowser(rig);
  const first = await tokensFor(rig, browser, 'web');
  await moreTokens(rig, browser, 'other');
  const second = await redeem(
    rig,
    'web',
    codeIn(await authorizeAs(browser, 'web', 'formato-antiguo', { prompt: 'login' })),
  );
  await rig.clientEvents.settle();
  assert.deepEqual([web.told.length, other.told.length], [1, 1]);
  assert.equal(web.told[0]?.sid, first.claims.sid);
  assert.notEqual(web.told[0]?.sub, claimsIn(second.id_token).sub);
});

withClients('the same person who signs in anew has not signed out; the end tells of all of it', async (rig) => {
  await rig.configure(withAddresses(['web', 'other']));
  const [web, other] = [new ToldClient(rig, 'web'), new ToldClient(rig, 'other')];
  const browser = appBrowser(rig);
  const first = await tokensFor(rig, browser, 'web');
  await moreTokens(rig, browser, 'other');
  const again = codeIn(await authorizeAs(browser, 'web', 'nacional', { prompt: 'login' }));
  const second = claimsIn((await redeem(rig, 'web', again)).id_token);
  await rig.clientEvents.settle();
  assert.deepEqual([web.told.length, other.told.length], [0, 0]);
  await signOut(browser);
  await rig.clientEvents.settle();
  assert.deepEqual(web.told.map(({ sid }) => sid).toSorted(), [first.claims.sid, second.sid].toSorted());
  assert.equal(other.told.length, 1);
});

withClients('two browsers of one person: the end of one session is told as that one alone', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const web = new ToldClient(rig, 'web');
  const [mine, theirs] = [appBrowser(rig), appBrowser(rig)];
  const first = await tokensFor(rig, mine, 'web');
  const second = await tokensFor(rig, theirs, 'web');
  assert.notEqual(first.claims.sid, second.claims.sid);
  await signOut(mine);
  await rig.clientEvents.settle();
  assert.deepEqual(
    web.told.map(({ sid }) => sid),
    [first.claims.sid],
  );
});

withClients('H-06 whatever ends all sessions of a person tells of each, from any process', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const web = new ToldClient(rig, 'web');
  const sids = [];
  for (const browser of [appBrowser(rig), appBrowser(rig)])
    sids.push((await tokensFor(rig, browser, 'web')).claims.sid);
  const user = await rig.databases.durable.get({ shape: ['select id from users'], values: [] });
  const steps = endSessionsOf(String(user?.id), null, rig.clock.environment.now());
  await rig.databases.durable.atomically(steps);
  // Nobody woke this process: it looks by itself every few seconds.
  await rig.clientEvents.settle();
  assert.deepEqual(web.told.map(({ sid }) => sid).toSorted(), sids.toSorted());
});

withClientsOnEachDatabase(
  'H-05 H-06 codes and tokens of a session that was ended elsewhere are worth nothing',
  async (rig) => {
    await rig.configure(withAddresses(['web']));
    const told = new ToldClient(rig, 'web');
    const browser = appBrowser(rig);
    const { access_token } = await tokensFor(rig, browser, 'web');
    const onItsWay = codeIn((await browser.get(authorizationUrl('web', { prompt: 'none' }))).url);
    assert.equal((await userInfo(rig, access_token)).status, 200);
    const user = await rig.databases.durable.get({ shape: ['select id from users'], values: [] });
    const { environment } = rig.clock;
    await rig.databases.durable.atomically(endSessionsOf(String(user?.id), null, environment.now()));
    assert.equal(await errorOf(await rig.broker(redemption('web', onItsWay))), '400 invalid_grant');
    assert.equal((await userInfo(rig, access_token)).status, 401);
    await rig.clientEvents.settle();
    assert.equal(told.told.length, 1);
  },
);

withClients(
  'A-36 a client that fails, hangs or says 400 is told again; nobody waits, no other client does',
  async (rig) => {
    await rig.configure(withAddresses(['web', 'other']));
    const [web, other] = [new ToldClient(rig, 'web'), new ToldClient(rig, 'other')];
    const browser = appBrowser(rig);
    await tokensFor(rig, browser, 'web');
    await moreTokens(rig, browser, 'other');
    const silent = Promise.withResolvers<Response>();
    web.answer = () => silent.promise;
    await signOut(browser);
    for (let turn = 0; turn < 10_000 && other.told.length === 0; turn += 1) await nextTurn();
    assert.equal(other.told.length, 1);
    silent.resolve(new Response('', { status: 500 }));
    await rig.clientEvents.settle();
    for (const [status, wait] of [
      [400, 10_000],
      [302, 20_000],
      [204, 40_000],
    ] as const) {
      web.answer = () => new Response(null, { status });
      rig.clock.advance(wait);
      await rig.clientEvents.settle();
    }
    assert.equal(web.told.length, 4);
    assert.equal(new Set(web.told.map(({ jti }) => jti)).size, 1, 'the same jti each time');
    assert.equal(new Set(web.received).size, 4, 'each signed anew');
    assert.deepEqual(await rig.open.store.outgoingEvents.counts(), { waiting: 0, waitingSince: null, dead: 0 });
    assert.equal(other.told.length, 1);
  },
);

withClients('A-36 V-17 after a day it is given up, in the open and in the audit trail', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const web = new ToldClient(rig, 'web');
  web.answer = () => new Response('', { status: 503 });
  const browser = appBrowser(rig);
  await tokensFor(rig, browser, 'web');
  await signOut(browser);
  for (let hour = 0; hour < 26; hour += 1) {
    await rig.clientEvents.settle();
    rig.clock.advance(60 * 60_000);
  }
  assert.ok(web.told.length > 20 && web.told.length < 40, `${web.told.length} attempts`);
  const [dead] = await rig.open.store.outgoingEvents.list('dead', 5);
  assert.match(dead?.failure ?? '', /HTTP 503/);
  assert.ok((await rig.audit()).some(({ type }) => type === 'event.given_up'));
  assert.ok(rig.logged.some(({ event, clientId }) => event === 'client_event.given_up' && clientId === 'web'));
});

withClients(
  'A-16 a client that was removed meanwhile is told nothing; what it was owed is a dead letter',
  async (rig) => {
    await rig.configure(withAddresses(['web']));
    const web = new ToldClient(rig, 'web');
    const browser = appBrowser(rig);
    await tokensFor(rig, browser, 'web');
    await rig.configure({ moreClients: clientsInYaml(['web']) });
    await signOut(browser);
    await rig.clientEvents.settle();
    assert.equal(web.received.length, 0);
    assert.equal((await rig.open.store.outgoingEvents.counts()).dead, 1);
  },
);

withClients('R-18 a key that was rotated while a client was down signs the next attempt', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const web = new ToldClient(rig, 'web');
  web.answer = () => new Response('', { status: 503 });
  const browser = appBrowser(rig);
  await tokensFor(rig, browser, 'web');
  await signOut(browser);
  await rig.clientEvents.settle();
  const rotation = { algorithm: 'RS256', begin: 'at once', by: 'test', reason: 'test' } as const;
  await rotateKey(rig.open.store.signingKeys, rotation, rig.clock.environment);
  web.answer = () => new Response(null, { status: 200 });
  rig.clock.advance(10_000);
  await rig.clientEvents.settle();
  const kids = web.received.map(
    (body) => decodeProtectedHeader(new URLSearchParams(body).get('logout_token') ?? '').kid,
  );
  assert.deepEqual(kids, ['rs256-1', 'rs256-2']);
});

withClients(
  'a code is refused to who signed out since the page was shown, and its client is not told of more',
  async (rig) => {
    await rig.configure(withAddresses(['web', 'asking']));
    const asking = new ToldClient(rig, 'asking');
    const browser = appBrowser(rig);
    await tokensFor(rig, browser, 'web');
    const consent = await browser.get(authorizationUrl('asking'));
    new ToldClient(rig, 'web');
    await signOut(browser);
    const answered = await browser.submit(consent, 'confirm-yes');
    assert.equal(answered.url.searchParams.get('code'), null);
    await rig.clientEvents.settle();
    assert.equal(asking.received.length, 0);
  },
);

withClients('no token of a log-out, and no sid, stands in the log', async (rig) => {
  await rig.configure(withAddresses(['web']));
  const web = new ToldClient(rig, 'web');
  web.answer = () => new Response('oops', { status: 500 });
  const browser = appBrowser(rig);
  const { claims } = await tokensFor(rig, browser, 'web');
  await signOut(browser);
  await rig.clientEvents.settle();
  const token = new URLSearchParams(web.received[0]).get('logout_token') ?? assert.fail();
  const log = JSON.stringify(rig.logged);
  for (const secret of [String(claims.sid), token, token.split('.')[2] ?? '']) assert.ok(!log.includes(secret));
});
