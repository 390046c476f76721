/**
 * What a client does with a token besides user info: asks about it (RFC 7662), takes it back (RFC 7009); and what a client gets
 * for itself (RFC 6749 §4.4).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clients,
  clientsInYaml,
  codeIn,
  errorOf,
  type RequestParameters,
  redeem,
  type Tokens,
  tokenRequest,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

async function tokensOf(rig: Rig, clientId: ClientId = 'keeper', browser = appBrowser(rig)): Promise<Tokens> {
  return redeem(rig, clientId, codeIn(await authorizeAs(browser, clientId, 'nacional', { scope: 'openid email' })));
}

/** The same form and authentication as at the token endpoint, elsewhere. */
const requestAt = (path: string, clientId: ClientId, fields: RequestParameters) =>
  new Request(`${BROKER}/oauth2/${path}`, tokenRequest(clientId, fields));

async function introspect(rig: Rig, clientId: ClientId, token: string): Promise<Record<string, unknown>> {
  const response = await rig.broker(requestAt('introspect', clientId, { token }));
  assert.equal(response.status, 200);
  return (await response.json()) as Record<string, unknown>;
}

async function revoke(rig: Rig, clientId: ClientId, token: string): Promise<void> {
  const response = await rig.broker(requestAt('revoke', clientId, { token }));
  assert.equal(response.status, 200, 'RFC 7009 §2.2: also for a token that is not there');
}

const refresh = (rig: Rig, token: string | undefined) =>
  rig.broker(tokenRequest('keeper', { grant_type: 'refresh_token', refresh_token: token ?? '' }));

withClientsOnEachDatabase('RFC 7662 a client learns of its own token what it is worth', async (rig) => {
  const tokens = await tokensOf(rig);
  const { sub, auth_time } = claimsIn(tokens.id_token);
  const told = await introspect(rig, 'keeper', tokens.access_token);
  const expected = { active: true, client_id: 'keeper', scope: 'openid email', iss: BROKER, token_type: 'Bearer' };
  for (const [member, value] of Object.entries({ ...expected, sub, auth_time }))
    assert.equal(told[member], value, member);
  assert.ok(Number(told.exp) - Number(told.iat) === 3600);
  assert.equal((await introspect(rig, 'keeper', tokens.refresh_token ?? '')).active, true);
  // Nothing about the person beyond who they are to this client.
  for (const claim of ['email', 'name', 'curp', 'username']) assert.ok(!(claim in told), claim);
});

withClients('A-44 a client learns nothing of a token of another, or of none', async (rig) => {
  const { access_token, refresh_token = '', id_token } = await tokensOf(rig);
  for (const token of [access_token, refresh_token]) {
    for (const stranger of ['web', 'other', 'public', 'native'] as const) {
      assert.deepEqual(await introspect(rig, stranger, token), { active: false }, stranger);
    }
  }
  for (const token of ['invented', id_token, '__proto__']) {
    const answer = await rig.broker(requestAt('introspect', 'keeper', { token }));
    const body = (await answer.json()) as { active?: unknown };
    assert.notEqual(body.active, true, token);
  }
});

withClients('RFC 7662 §4 a resource server learns of the tokens of its clients, and of no others', async (rig) => {
  const { access_token, id_token } = await tokensOf(rig);
  const told = await introspect(rig, 'resource', access_token);
  assert.equal(told.active, true);
  assert.equal(told.sub, claimsIn(id_token).sub, 'the sub that the client knows');
  const foreign = await tokensOf(rig, 'web');
  assert.deepEqual(await introspect(rig, 'resource', foreign.access_token), { active: false });
});

withClients('RFC 7662 §2.1 whoever does not prove which client it is learns nothing', async (rig) => {
  const { access_token } = await tokensOf(rig);
  const ask = (headers: Record<string, string>, fields: Record<string, string>) =>
    rig.broker(
      new Request(`${BROKER}/oauth2/introspect`, {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token: access_token, ...fields }),
      }),
    );
  const wrong = `Basic ${Buffer.from('keeper:wrong').toString('base64')}`;
  assert.match(await errorOf(await ask({}, {})), /^40[01] invalid_(request|client)$/);
  assert.equal(await errorOf(await ask({ Authorization: wrong }, {})), '401 invalid_client');
  assert.equal(await errorOf(await ask({}, { client_id: 'keeper' })), '401 invalid_client');
});

withClientsOnEachDatabase('H-05 H-06 what ended anywhere is active nowhere', async (rig) => {
  const browser = appBrowser(rig);
  const signedOut = await tokensOf(rig, 'keeper', browser);
  await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  for (const token of [signedOut.access_token, signedOut.refresh_token ?? '']) {
    assert.deepEqual(await introspect(rig, 'keeper', token), { active: false });
  }
  const disabled = await tokensOf(rig);
  await rig.databases.durable.run(sql`update users set state = 'disabled'`);
  for (const token of [disabled.access_token, disabled.refresh_token ?? '']) {
    assert.deepEqual(await introspect(rig, 'keeper', token), { active: false });
  }
});

for (const which of ['refresh_token', 'access_token'] as const) {
  withClientsOnEachDatabase(`A-44 a client that takes back its ${which} ends what came with it`, async (rig) => {
    const browser = appBrowser(rig);
    const tokens = await tokensOf(rig, 'keeper', browser);
    const elsewhere = await tokensOf(rig);
    await revoke(rig, 'keeper', tokens[which] ?? '');
    assert.equal((await userInfo(rig, tokens.access_token)).status, 401);
    assert.equal(await errorOf(await refresh(rig, tokens.refresh_token)), '400 invalid_grant');
    assert.equal((await refresh(rig, elsewhere.refresh_token)).status, 200, 'another browser of the same person');
    // The person did not sign out.
    codeIn((await browser.get(authorizationUrl('keeper', { prompt: 'none' }))).url);
    await revoke(rig, 'keeper', tokens[which] ?? '');
  });
}

withClients('A-44 nobody takes back the token of another client', async (rig) => {
  const tokens = await tokensOf(rig);
  for (const stranger of ['web', 'resource', 'public'] as const) {
    await revoke(rig, stranger, tokens.access_token);
    await revoke(rig, stranger, tokens.refresh_token ?? '');
  }
  assert.equal((await userInfo(rig, tokens.access_token)).status, 200);
  assert.equal((await refresh(rig, tokens.refresh_token)).status, 200);
});

withClients('A-44 of fifty refreshes beside a revocation none survives it', async (rig) => {
  const tokens = await tokensOf(rig);
  const answers = await Promise.all([
    ...Array.from({ length: 25 }, () => refresh(rig, tokens.refresh_token)),
    revoke(rig, 'keeper', tokens.access_token),
    ...Array.from({ length: 25 }, () => refresh(rig, tokens.refresh_token)),
  ]);
  for (const answer of answers) {
    if (answer?.status !== 200) continue;
    const given = (await answer.json()) as Tokens;
    assert.equal(await errorOf(await refresh(rig, given.refresh_token)), '400 invalid_grant');
    assert.equal((await userInfo(rig, given.access_token)).status, 401);
  }
});

withClientsOnEachDatabase('RFC 6749 §4.4 a client gets a token for itself, which names nobody', async (rig) => {
  const answer = await rig.broker(tokenRequest('keeper', { grant_type: 'client_credentials' }));
  const body = (await answer.json()) as Record<string, unknown>;
  assert.equal(answer.status, 200, JSON.stringify(body));
  assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'token_type']);
  const told = await introspect(rig, 'keeper', String(body.access_token));
  assert.equal(told.active, true);
  assert.equal(told.client_id, 'keeper');
  assert.equal(told.sub, undefined);
  assert.equal((await userInfo(rig, String(body.access_token))).status, 401);
  await revoke(rig, 'keeper', String(body.access_token));
  assert.deepEqual(await introspect(rig, 'keeper', String(body.access_token)), { active: false });
});

withClients('RFC 6749 §4.4 a token for itself opens no user info, whatever scope was asked for', async (rig) => {
  for (const scope of ['openid', 'openid email', 'curp', 'offline_access']) {
    const answer = await rig.broker(tokenRequest('keeper', { grant_type: 'client_credentials', scope }));
    assert.equal(await errorOf(answer), '400 invalid_scope', scope);
  }
});

withClients('RFC 6749 §4.4 no other client gets a token for itself', async (rig) => {
  for (const clientId of ['web', 'public', 'native', 'asker'] as const) {
    const answer = await rig.broker(tokenRequest(clientId, { grant_type: 'client_credentials' }));
    assert.match(await errorOf(answer), /^400 (invalid_request|unauthorized_client)$/, clientId);
  }
});

withClients('tokens live as long as the document of their client says', async (rig) => {
  const lives = 'access_token_seconds: 120\n    id_token_seconds: 300';
  await rig.configure({ moreClients: clientsInYaml().replace('client_id: keeper', `client_id: keeper\n    ${lives}`) });
  const tokens = await tokensOf(rig);
  assert.equal(tokens.expires_in, 120);
  const { exp, iat } = claimsIn(tokens.id_token);
  assert.equal(Number(exp) - Number(iat), 300);
  rig.clock.advance(121_000);
  assert.equal((await userInfo(rig, tokens.access_token)).status, 401);
});

withClientsOnEachDatabase('N-03 both secrets of a rotation are taken everywhere until the first ends', async (rig) => {
  const secret = clients.keeper.secret ?? assert.fail();
  const end = new Date(rig.clock.environment.now() + 60 * 60_000).toISOString();
  const rotated = [
    'client_secret: "a new practice secret of the keeper"',
    `previous_client_secret: "${secret}"`,
    `previous_client_secret_expires_at: "${end}"`,
  ].join('\n    ');
  await rig.configure({ moreClients: clientsInYaml().replace(`client_secret: "${secret}"`, rotated) });
  const withSecret = (text: string) =>
    rig.broker(
      new Request(`${BROKER}/oauth2/token`, {
        method: 'POST',
        headers: {
          Authorization: `Basic ${Buffer.from(`keeper:${encodeURIComponent(text)}`).toString('base64')}`,
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: 'grant_type=client_credentials',
      }),
    );
  for (const text of [secret, 'a new practice secret of the keeper']) {
    assert.equal((await withSecret(text)).status, 200);
  }
  for (const text of ['null', 'undefined', `${secret} `, 'wrong']) {
    assert.equal(await errorOf(await withSecret(text)), '401 invalid_client', text);
  }
  const { access_token } = await tokensOf(rig);
  assert.equal((await introspect(rig, 'keeper', access_token)).active, true, 'with the secret before');
  rig.clock.advance(60 * 60_000);
  assert.equal(await errorOf(await withSecret(secret)), '401 invalid_client');
  assert.equal((await withSecret('a new practice secret of the keeper')).status, 200);
});

withClients('A-25 no page of another origin reads what these endpoints answer', async (rig) => {
  for (const path of ['introspect', 'revoke', 'par', 'token']) {
    for (const origin of ['https://evil.test', 'null', 'https://app.test.evil.test']) {
      for (const method of ['POST', 'OPTIONS']) {
        const sent = requestAt(path, 'keeper', { token: 'x', grant_type: 'client_credentials' });
        const headers = new Headers(sent.headers);
        headers.set('Origin', origin);
        headers.set('Access-Control-Request-Method', 'POST');
        const body = method === 'POST' ? await sent.text() : null;
        const answer = await rig.broker(new Request(sent.url, { method, headers, body }));
        const allowed = answer.headers.get('access-control-allow-origin');
        // A preflight says nothing yet: the library cannot know the client before it has seen the form.
        if (method === 'POST') assert.equal(allowed, null, `${path} ${origin}`);
        assert.equal(answer.headers.get('access-control-allow-credentials'), null);
      }
    }
  }
});
