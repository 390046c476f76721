/**
 * Refresh tokens: for one use, one client, one line of successors, and no longer than the person, the session or the operator lets
 * them (RFC 6749 §6, RFC 9700 §4.14.2, OpenID Connect Core §11 and §12).
 */
import assert from 'node:assert/strict';
import { ANSWER_GRACE } from '../../src/oidc/refresh-tokens.ts';
import { sql } from '../../src/store/database.ts';
import type { TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  errorOf,
  type RequestParameters,
  redeem,
  redemption,
  signInAs,
  type Tokens,
  tokenRequest,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

async function firstTokens(rig: Rig, clientId: ClientId = 'keeper', changes: RequestParameters = {}): Promise<Tokens> {
  return redeem(rig, clientId, codeIn(await authorizeAs(appBrowser(rig), clientId, 'nacional', changes)));
}

/** With a page on which the person agrees to offline access. */
async function offlineTokens(rig: Rig, clientId: ClientId = 'keeper', browser = appBrowser(rig)): Promise<Tokens> {
  const url = authorizationUrl(clientId, { scope: 'openid email offline_access', prompt: 'consent' });
  const asked = await signInAs(browser, await browser.get(url), 'nacional');
  assert.match(asked.document.text, /no longer signed in/);
  return redeem(rig, clientId, codeIn((await browser.submit(asked, 'confirm-yes')).url));
}

const refreshing = (clientId: ClientId, token: string | undefined, changes: RequestParameters = {}) =>
  tokenRequest(clientId, { grant_type: 'refresh_token', refresh_token: token ?? '', ...changes });

async function refresh(rig: Rig, clientId: ClientId, { refresh_token: token }: Tokens): Promise<Tokens> {
  const response = await rig.broker(refreshing(clientId, token));
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body as Tokens;
}

async function assertRefused(rig: Rig, clientId: ClientId, { refresh_token: token }: Tokens, what = ''): Promise<void> {
  assert.equal(await errorOf(await rig.broker(refreshing(clientId, token))), '400 invalid_grant', what);
}

const isDead = async (rig: Rig, { access_token }: Tokens) => (await userInfo(rig, access_token)).status === 401;

const signOut = async (browser: TestBrowser) => browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');

withClientsOnEachDatabase('a refresh gives new tokens of the same sign-in, and the next refresh token', async (rig) => {
  const first = await firstTokens(rig, 'keeper', { scope: 'openid email' });
  rig.clock.advance(10 * MINUTE);
  const second = await refresh(rig, 'keeper', first);
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.notEqual(second.access_token, first.access_token);
  assert.equal(second.scope, 'openid email');
  const [before, after] = [claimsIn(first.id_token), claimsIn(second.id_token)];
  for (const claim of ['sub', 'iss', 'aud', 'auth_time', 'nonce']) assert.equal(after[claim], before[claim], claim);
  assert.equal((await userInfo(rig, second.access_token)).status, 200);
  await refresh(rig, 'keeper', second);
});

withClients('only a client that is to have refresh tokens gets one', async (rig) => {
  assert.equal((await firstTokens(rig, 'web')).refresh_token, undefined);
  assert.equal(await errorOf(await rig.broker(refreshing('web', 'x'))), '400 invalid_request');
});

withClientsOnEachDatabase(
  'A-11 a refresh token that is used again ends all that its grant gave out, and nothing else',
  async (rig) => {
    const browser = appBrowser(rig);
    const first = await redeem(rig, 'keeper', codeIn(await authorizeAs(browser, 'keeper', 'nacional')));
    const elsewhere = await firstTokens(rig);
    const second = await refresh(rig, 'keeper', first);
    const third = await refresh(rig, 'keeper', second);
    await assertRefused(rig, 'keeper', first);
    await assertRefused(rig, 'keeper', third);
    for (const tokens of [first, second, third]) assert.ok(await isDead(rig, tokens));
    assert.ok(!(await isDead(rig, elsewhere)), 'the same person at another browser');
    await refresh(rig, 'keeper', elsewhere);
    const { url } = await browser.get(authorizationUrl('web', { prompt: 'none' }));
    codeIn(url);
    const told = (await rig.audit()).filter(({ type }) => type === 'grant.revoked');
    assert.equal(told.length, 1);
  },
);

withClients('A-11 what was never used is reused as well, once an answer cannot be on its way any more', async (rig) => {
  const first = await firstTokens(rig);
  const second = await refresh(rig, 'keeper', first);
  rig.clock.advance(ANSWER_GRACE);
  await assertRefused(rig, 'keeper', first);
  await assertRefused(rig, 'keeper', second);
  assert.ok(await isDead(rig, second));
});

withClientsOnEachDatabase(
  'RFC 9700 §4.14.2 whoever lost the answer asks again and gets the same successor',
  async (rig) => {
    const first = await firstTokens(rig);
    const lost = await refresh(rig, 'keeper', first);
    rig.clock.advance(ANSWER_GRACE - 1000);
    const again = await refresh(rig, 'keeper', first);
    assert.equal(again.refresh_token, lost.refresh_token);
    assert.ok(!(await isDead(rig, again)));
    await refresh(rig, 'keeper', again);
  },
);

withClientsOnEachDatabase(
  'A-10 of fifty refreshes with one token there is one successor, and one line',
  async (rig) => {
    await assertOneLine(rig, [rig.broker]);
  },
);

for (const kind of ['SQLite file', 'PostgreSQL'] as const) {
  withClientsOnEachDatabase(
    'A-10 of fifty refreshes with one token at two processes there is one successor, and one line',
    (rig) => withSecondProcess(rig, (second) => assertOneLine(rig, [rig.broker, second])),
    [kind],
  );
}

async function assertOneLine(rig: Rig, brokers: readonly Rig['broker'][]): Promise<void> {
  const first = await firstTokens(rig);
  const ask = (token: string | undefined) =>
    Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        const response = await (brokers[index % brokers.length] as Rig['broker'])(refreshing('keeper', token));
        assert.equal(response.status, 200);
        return (await response.json()) as Tokens;
      }),
    );
  const answers = await ask(first.refresh_token);
  const successors = [...new Set(answers.map((answer) => answer.refresh_token))];
  assert.equal(successors.length, 1);
  const next = await ask(successors[0]);
  assert.equal(new Set(next.map((answer) => answer.refresh_token)).size, 1);
  // A thief with any of the older ones ends the one line that there is.
  await assertRefused(rig, 'keeper', first);
  await assertRefused(rig, 'keeper', next[0] as Tokens);
  for (const tokens of [...answers, ...next]) assert.ok(await isDead(rig, tokens));
}

withClients('A-10 fifty refreshes beside a reuse leave no line at all', async (rig) => {
  const first = await firstTokens(rig);
  const second = await refresh(rig, 'keeper', first);
  const third = await refresh(rig, 'keeper', second);
  const tokens = [first.refresh_token, third.refresh_token];
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const response = await rig.broker(refreshing('keeper', tokens[index % 2]));
      return (await response.json()) as Tokens;
    }),
  );
  for (const answer of answers) {
    if (answer.refresh_token === undefined) continue;
    await assertRefused(rig, 'keeper', answer);
    assert.ok(await isDead(rig, answer));
  }
});

withClientsOnEachDatabase('A-12 a refresh token is worth nothing to anybody but its client', async (rig) => {
  const tokens = await firstTokens(rig);
  await assertRefused(rig, 'asker', tokens);
  const own = refreshing('keeper', tokens.refresh_token);
  const withoutSecret = new Request(own, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
  assert.match(await errorOf(await rig.broker(withoutSecret)), /^40[01] invalid_(request|client)$/);
  const stolen = refreshing('asker', tokens.refresh_token, { client_id: 'keeper' });
  assert.match(await errorOf(await rig.broker(stolen)), /^40[01] invalid_(request|client)$/);
  await refresh(rig, 'keeper', tokens);
});

withClients('A-14 a refresh asks for no more than was granted, and for less where it wants', async (rig) => {
  const tokens = await firstTokens(rig, 'keeper', { scope: 'openid email' });
  const more = refreshing('keeper', tokens.refresh_token, { scope: 'openid email phone' });
  assert.equal(await errorOf(await rig.broker(more)), '400 invalid_scope');
  const less = await rig.broker(refreshing('keeper', tokens.refresh_token, { scope: 'openid' }));
  const { access_token } = (await less.json()) as Tokens;
  assert.deepEqual(Object.keys((await (await userInfo(rig, access_token)).json()) as object), ['sub']);
});

withClients('A-13 however often it is used, a refresh token comes to an end', async (rig) => {
  let tokens = await offlineTokens(rig);
  // 90 days in all, where the document says nothing.
  for (let day = 1; day < 90; day += 1) {
    rig.clock.advance(DAY);
    tokens = await refresh(rig, 'keeper', tokens);
  }
  rig.clock.advance(DAY);
  await assertRefused(rig, 'keeper', tokens);
});

withClients('A-13 a refresh token that is not used for long is worth nothing', async (rig) => {
  const tokens = await offlineTokens(rig);
  rig.clock.advance(14 * DAY);
  await assertRefused(rig, 'keeper', tokens);
});

withClients('a life that the operator made shorter holds for what was given out before', async (rig) => {
  const tokens = await offlineTokens(rig);
  rig.clock.advance(2 * DAY);
  const shorter = clientsInYaml().replace('client_id: keeper', 'client_id: keeper\n    refresh_token_seconds: 86400');
  await rig.configure({ moreClients: shorter });
  await assertRefused(rig, 'keeper', tokens);
});

withClientsOnEachDatabase('H-05 refresh tokens die with the session', async (rig) => {
  const browser = appBrowser(rig);
  const tokens = await redeem(rig, 'keeper', codeIn(await authorizeAs(browser, 'keeper', 'nacional')));
  await signOut(browser);
  await assertRefused(rig, 'keeper', tokens);
  assert.ok(await isDead(rig, tokens));
});

withClients('H-06 refresh tokens die also where the session is ended from another browser', async (rig) => {
  const [here, there] = [appBrowser(rig), appBrowser(rig)];
  const tokens = await redeem(rig, 'keeper', codeIn(await authorizeAs(there, 'keeper', 'nacional')));
  await authorizeAs(here, 'web', 'nacional');
  const page = await here.get(`${BROKER}/account/sessions`);
  await here.submit(page, 'end-others');
  await assertRefused(rig, 'keeper', tokens);
  // The client has no address for log-outs: nothing was to be sent.
  await rig.clientEvents.settle();
  assert.deepEqual(
    rig.logged.filter(({ event }) => String(event).startsWith('client_event')),
    [],
  );
});

withClients('OpenID Connect Core §11 offline access goes on after signing out, and says so beforehand', async (rig) => {
  const browser = appBrowser(rig);
  const tokens = await offlineTokens(rig, 'keeper', browser);
  await signOut(browser);
  rig.clock.advance(3 * DAY);
  const later = await refresh(rig, 'keeper', tokens);
  assert.equal((await userInfo(rig, later.access_token)).status, 200);
});

withClients('OpenID Connect Core §11 offline access without prompt=consent is passed over', async (rig) => {
  const browser = appBrowser(rig);
  const scope = 'openid offline_access';
  const tokens = await redeem(rig, 'keeper', codeIn(await authorizeAs(browser, 'keeper', 'nacional', { scope })));
  assert.equal(tokens.scope, 'openid');
  await signOut(browser);
  await assertRefused(rig, 'keeper', tokens);
});

for (const state of ['disabled', 'merged', 'deleted']) {
  withClientsOnEachDatabase(`H-06 an account that is ${state} refuses the next refresh`, async (rig) => {
    const tokens = await offlineTokens(rig);
    await rig.databases.durable.run(sql`update users set state = ${state}`);
    await assertRefused(rig, 'keeper', tokens);
    assert.ok(await isDead(rig, tokens));
  });
}

withClients('A-16 a client that was removed, or may not refresh any more, refreshes nothing', async (rig) => {
  const tokens = await offlineTokens(rig);
  await rig.configure({ moreClients: clientsInYaml(['keeper']) });
  assert.match(await errorOf(await rig.broker(refreshing('keeper', tokens.refresh_token))), / invalid_client$/);
});

withClientsOnEachDatabase('A-06 a code that is replayed ends the refresh token of the first', async (rig) => {
  const code = codeIn(await authorizeAs(appBrowser(rig), 'keeper', 'nacional'));
  const tokens = await redeem(rig, 'keeper', code);
  assert.equal(await errorOf(await rig.broker(redemption('keeper', code))), '400 invalid_grant');
  await assertRefused(rig, 'keeper', tokens);
});

withClients('A-43 an app that was disconnected on the account page refreshes nothing, and asks anew', async (rig) => {
  const browser = appBrowser(rig);
  const tokens = await offlineTokens(rig, 'asker', browser);
  await browser.submit(await browser.get(`${BROKER}/account/apps`), 'revoke-1');
  await assertRefused(rig, 'asker', tokens);
  assert.ok(await isDead(rig, tokens));
  (await browser.get(authorizationUrl('asker'))).get('confirm-yes');
});

withClients('F-13 what ends the sessions of a person for a changed credential ends offline access too', async (rig) => {
  const tokens = await offlineTokens(rig);
  await rig.open.store.oidcRecords.deleteSessionsOf(await userId(rig));
  await assertRefused(rig, 'keeper', tokens);
});

async function userId(rig: Rig): Promise<string> {
  return String((await rig.databases.durable.get(sql`select id from users`))?.id);
}
