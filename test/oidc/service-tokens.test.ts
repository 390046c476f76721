/**
 * A service token of a user at user info: what is released to its client and no more, until it ends; and nothing anywhere else.
 */
import assert from 'node:assert/strict';
import type { AdapterFactory } from 'oidc-provider';
import { withServiceTokens } from '../../src/oidc/service-token-adapter.ts';
import { sql } from '../../src/store/database.ts';
import { issueServiceToken, revokeServiceToken, type ServiceTokenRequest } from '../../src/users/service-tokens.ts';
import { BROKER, type Rig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import { allTables } from '../tables.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  claimsIn,
  codeIn,
  errorOf,
  redeem,
  redemption,
  tokenRequest,
  USERINFO,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const tools = (rig: Rig) => ({ environment: rig.clock.environment, store: rig.open.store });

/** Somebody who signed in to the usual client. */
async function person(rig: Rig): Promise<string> {
  const answer = await authorizeAs(appBrowser(rig), 'web', 'nacional', { scope: 'openid' });
  return String(claimsIn((await redeem(rig, 'web', codeIn(answer))).id_token).sub);
}

async function issue(rig: Rig, userId: string | null, changes: Partial<ServiceTokenRequest> = {}) {
  const issued = await issueServiceToken(tools(rig), {
    ...{ userId, clientId: 'web', scopes: ['openid', 'profile', 'email'], name: 'registration' },
    ...{ expiresAt: rig.clock.environment.now() + 10 * 60_000, by: 'a program', reason: 'a test' },
    ...changes,
  });
  assert.ok(issued);
  return issued;
}

async function claimsBy(rig: Rig, token: string): Promise<Record<string, unknown>> {
  const answer = await userInfo(rig, token);
  assert.equal(answer.status, 200);
  return (await answer.json()) as Record<string, unknown>;
}

const because = { by: 'ana', reason: 'a test' };

withClientsOnEachDatabase(
  'user info takes a token of a user for an access token of its client: what is released to it, by its sub',
  async (rig) => {
    const userId = await person(rig);
    const { token } = await issue(rig, userId);
    const claims = await claimsBy(rig, token);
    assert.equal(claims.sub, userId);
    for (const claim of ['preferred_username', 'name', 'email']) assert.equal(typeof claims[claim], 'string', claim);
    // Released, but another scope.
    assert.equal(claims.phone_number, undefined);
    assert.equal(claims.curp, undefined);

    // Only the name is released to that one, and it knows the person by another `sub`, as after a merge.
    await rig.databases.durable.run(sql`
      insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
      values ('other', ${userId}, 'known-there-as', 1, 1)`);
    const there = await claimsBy(rig, (await issue(rig, userId, { clientId: 'other' })).token);
    assert.deepEqual(Object.keys(there).toSorted(), ['name', 'sub']);
    assert.equal(there.sub, 'known-there-as');
  },
);

withClients(
  'by a token a client is told of a person for the first time, and knows them by that sub for ever',
  async (rig) => {
    const userId = await person(rig);
    assert.equal(await rig.open.store.clientSubjects.find('other', userId), null);
    await issue(rig, userId, { clientId: 'other' });
    assert.equal(await rig.open.store.clientSubjects.find('other', userId), userId);
  },
);

withClients('the scopes of a token bound what it opens, and without openid it opens nothing', async (rig) => {
  const userId = await person(rig);
  const narrow = await claimsBy(rig, (await issue(rig, userId, { scopes: ['openid'] })).token);
  assert.deepEqual(Object.keys(narrow), ['sub']);
  const none = await userInfo(rig, (await issue(rig, userId, { scopes: ['profile'] })).token);
  assert.equal(await errorOf(none), '403 insufficient_scope');
});

/** Each makes a token that worked worth nothing. */
const ends: {
  readonly [how: string]: (rig: Rig, issued: Awaited<ReturnType<typeof issue>>, userId: string) => Promise<unknown>;
} = {
  'it expires': async (rig) => rig.clock.advance(10 * 60_000),
  'it is revoked': (rig, { record }) => revokeServiceToken(tools(rig), record, because),
  'its user is disabled': (rig, _, userId) =>
    rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${userId}`),
  'its user is deleted': (rig, _, userId) =>
    rig.databases.durable.run(sql`update users set state = 'deleted' where id = ${userId}`),
  'its client is gone': (rig) => rig.configure({ moreClients: '' }),
};
for (const [how, end] of Object.entries(ends)) {
  withClientsOnEachDatabase(`H-06 a service token is refused with 401 from the moment on that ${how}`, async (rig) => {
    const userId = await person(rig);
    const issued = await issue(rig, userId);
    assert.equal((await userInfo(rig, issued.token)).status, 200);
    await end(rig, issued, userId);
    const refused = await userInfo(rig, issued.token);
    assert.match(refused.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/);
    assert.equal(await errorOf(refused), '401 invalid_token');
  });
}

withClientsOnEachDatabase(
  'a token that one process revoked is refused by another at its next use',
  async (rig) => {
    const { token, record } = await issue(rig, await person(rig));
    await withSecondProcess(rig, async (second) => {
      const ask = () => second(new Request(USERINFO, { headers: { Authorization: `Bearer ${token}` } }));
      assert.equal((await ask()).status, 200);
      assert.ok(await revokeServiceToken(tools(rig), record, because));
      assert.equal((await ask()).status, 401);
    });
  },
  ['SQLite file', 'PostgreSQL'],
);

withClients('a service token signs nobody in: no code, no refresh, no cookie, no account page', async (rig) => {
  const { token, record } = await issue(rig, await person(rig));
  assert.match(await errorOf(await rig.broker(redemption('web', token))), /^400 invalid_grant/);
  const refresh = tokenRequest('web', { grant_type: 'refresh_token', refresh_token: token });
  assert.equal((await rig.broker(refresh)).status, 400);
  for (const name of ['__Host-llavero-session', '__Host-llavero-oidc-session']) {
    const headers = { cookie: `${name}=${token}`, Authorization: `Bearer ${token}` };
    assert.equal((await rig.broker(new Request(`${BROKER}/account`, { headers }))).status, 303);
    const silent = authorizationUrl('web', { prompt: 'none' });
    const answer = await rig.broker(new Request(silent, { headers }));
    assert.match(answer.headers.get('location') ?? '', /error=login_required/);
  }
  // Neither its id nor the grant that it is said to come from is a token.
  for (const text of [record.id, `service-token:${record.id}`]) assert.equal((await userInfo(rig, text)).status, 401);
});

withClients('a token of a client itself is nobody’s access token', async (rig) => {
  const { token } = await issue(rig, null, { scopes: [] });
  assert.equal(await errorOf(await userInfo(rig, token)), '401 invalid_token');
});

withClients(
  'as the library finds it: an access token of a user, credentials of a client, revoked by its own name',
  async (rig) => {
    const userId = await person(rig);
    const never = () => assert.fail('it was looked for among the records of the library');
    const nothing: AdapterFactory = () => ({
      ...{ find: never, findByUid: never, findByUserCode: never, upsert: never, consume: never, destroy: never },
      revokeByGrantId: never,
    });
    const factory = withServiceTokens(nothing, tools(rig)) as (model: string) => ReturnType<AdapterFactory>;
    const [ofUser, ofClient] = [await issue(rig, userId), await issue(rig, null, { scopes: [] })];
    const kindOf = async (model: string, text: string) => (await factory(model).find(text))?.kind;
    assert.equal(await kindOf('AccessToken', ofUser.token), 'AccessToken');
    assert.equal(await kindOf('ClientCredentials', ofUser.token), undefined);
    assert.equal(await kindOf('AccessToken', ofClient.token), undefined);
    assert.equal(await kindOf('ClientCredentials', ofClient.token), 'ClientCredentials');
    await factory('AccessToken').destroy(ofUser.token);
    assert.equal(await kindOf('AccessToken', ofUser.token), undefined);
    assert.equal(await kindOf('Grant', `service-token:${ofUser.record.id}`), undefined);
    // All in one millisecond, perhaps.
    const events = (await rig.audit())
      .map(({ type }) => type)
      .filter((type) => type.startsWith('token.'))
      .toSorted();
    assert.deepEqual(events, ['token.issued', 'token.issued', 'token.revoked']);
  },
);

withClients(
  'H-08, H-14 the text of a token is in no table and in no line of the log, whatever is done with it',
  async (rig) => {
    const { token, record } = await issue(rig, await person(rig));
    await userInfo(rig, token);
    await rig.broker(redemption('web', token));
    await rig.broker(new Request(`${BROKER}/oauth2/userinfo?access_token=${token}`));
    await rig.broker(new Request(`${BROKER}/account?token=${token}`));
    await revokeServiceToken(tools(rig), record, because);
    await userInfo(rig, token);
    assert.ok(!JSON.stringify(rig.logged).includes(token.slice(4, 40)));
    for (const part of ['durable', 'ephemeral'] as const) {
      for (const table of allTables[part]) {
        const rows = await rig.databases[part].all({ shape: [`select * from ${table}`], values: [] });
        assert.ok(!JSON.stringify(rows).includes(token.slice(4, 40)), table);
      }
    }
  },
);

withClients('M-07 who disconnects an app ends the tokens that stand for them there', async (rig) => {
  const browser = appBrowser(rig);
  const answer = await authorizeAs(browser, 'web', 'nacional', { scope: 'openid' });
  const userId = String(claimsIn((await redeem(rig, 'web', codeIn(answer))).id_token).sub);
  const [{ token }, elsewhere] = [await issue(rig, userId), await issue(rig, userId, { clientId: 'direct' })];
  const page = await browser.get(`${BROKER}/account/apps`);
  const buttons = page.document.all('button');
  const labelled = (name: RegExp) => buttons.find((button) => name.test(button.attribute('aria-label') ?? ''));
  assert.ok(labelled(/direct/), 'an app that has nothing but a token is listed');
  await browser.submit(page, labelled(/web/)?.attribute('data-testid') ?? assert.fail('not listed'));
  assert.equal((await userInfo(rig, token)).status, 401);
  assert.equal((await userInfo(rig, elsewhere.token)).status, 200);
});
