/**
 * Authorization codes and access tokens: for one use, one client, one minute, and one session.
 */
import assert from 'node:assert/strict';
import { BROKER, type Rig } from '../rig.ts';
import { withSecondProcess } from '../second-process.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  codeIn,
  errorOf,
  type RequestParameters,
  redeem,
  redemption,
  tokenRequest,
  USERINFO,
  userInfo,
  VERIFIER,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const newCode = async (rig: Rig, clientId: ClientId = 'web', changes: RequestParameters = {}) =>
  codeIn(await authorizeAs(appBrowser(rig), clientId, 'nacional', changes));

withClientsOnEachDatabase(
  'A-06 a code that is redeemed again is refused, and what the first got is dead',
  async (rig) => {
    for (const later of [1000, 30_000]) {
      const code = await newCode(rig);
      const { access_token } = await redeem(rig, 'web', code);
      assert.equal((await userInfo(rig, access_token)).status, 200);
      rig.clock.advance(later);
      assert.equal(await errorOf(await rig.broker(redemption('web', code))), '400 invalid_grant');
      assert.equal((await userInfo(rig, access_token)).status, 401);
    }
  },
);

withClientsOnEachDatabase('P-07 of fifty parallel redemptions of one code exactly one succeeds', async (rig) => {
  await assertOneWinner(await newCode(rig), [rig.broker]);
});

for (const kind of ['SQLite file', 'PostgreSQL'] as const) {
  withClientsOnEachDatabase(
    'P-07 of fifty parallel redemptions at two processes exactly one succeeds',
    (rig) => withSecondProcess(rig, async (second) => assertOneWinner(await newCode(rig), [rig.broker, second])),
    [kind],
  );
}

async function assertOneWinner(code: string, brokers: readonly Rig['broker'][]): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => brokers[index % brokers.length]?.(redemption('web', code))),
  );
  const seen = new Map<string, number>();
  for (const answer of answers) {
    assert.ok(answer);
    const what = answer.status === 200 ? '200' : await errorOf(answer);
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  assert.deepEqual(
    new Map([...seen].sort()),
    new Map([
      ['200', 1],
      ['400 invalid_grant', 49],
    ]),
  );
}

withClients('A-08 PKCE cannot be left out, added or exchanged after the request', async (rig) => {
  const without = { code_challenge: null, code_challenge_method: null };
  const cases: [string, RequestParameters, RequestParameters][] = [
    ['a verifier without a challenge', without, {}],
    ['a challenge without a verifier', {}, { code_verifier: null }],
    ['an empty verifier', {}, { code_verifier: '' }],
    ['another verifier', {}, { code_verifier: 'x'.repeat(43) }],
  ];
  for (const [what, request, redeeming] of cases) {
    const code = await newCode(rig, 'web', request);
    assert.equal(await errorOf(await rig.broker(redemption('web', code, redeeming))), '400 invalid_grant', what);
  }
});

withClients('A-08 a challenge that is stripped when the request is resumed still rules', async (rig) => {
  const browser = appBrowser(rig);
  const chooser = await browser.get(authorizationUrl('web'));
  const people = await browser.click(chooser, 'provider-llave-mx');
  const stop = await browser.submit(people, 'person-nacional', {}, { follow: false });
  let page = stop;
  while (page.redirect?.origin === BROKER || page.url.origin !== BROKER) {
    const target = page.redirect;
    assert.ok(target);
    if (target.pathname.startsWith('/oauth2/authorize/')) target.search = '?code_challenge=&code_challenge_method=';
    page = await browser.get(target, { from: page, follow: false });
    if (page.redirect?.origin !== BROKER) break;
  }
  const code = codeIn(page.redirect ?? assert.fail('no answer'));
  assert.equal(await errorOf(await rig.broker(redemption('web', code, { code_verifier: null }))), '400 invalid_grant');
});

withClients('A-09 a code is refused for every client but the one that it was issued to', async (rig) => {
  for (const thief of ['other', 'public', 'bare'] as const) {
    const code = await newCode(rig);
    const stolen = redemption(thief, code, { redirect_uri: 'https://app.test/cb' });
    assert.equal(await errorOf(await rig.broker(stolen)), '400 invalid_grant', thief);
  }
});

withClients('A-09 a code is refused with another redirect address than that of the request', async (rig) => {
  for (const redirect_uri of ['https://app.test/cb/', 'https://app.test/bare/cb', 'https://evil.test/cb']) {
    const code = await newCode(rig);
    assert.equal(await errorOf(await rig.broker(redemption('web', code, { redirect_uri }))), '400 invalid_grant');
  }
  const code = await newCode(rig);
  assert.match(await errorOf(await rig.broker(redemption('web', code, { redirect_uri: null }))), /^400 invalid_/);
});

withClientsOnEachDatabase('A-40 a code lives sixty seconds', async (rig) => {
  const [early, late] = [await newCode(rig), await newCode(rig)];
  rig.clock.advance(55_000);
  await redeem(rig, 'web', early);
  rig.clock.advance(6_000);
  assert.equal(await errorOf(await rig.broker(redemption('web', late))), '400 invalid_grant');
});

withClients('A-26 an access token is taken from the Authorization field and nowhere else at once', async (rig) => {
  const { access_token } = await redeem(rig, 'web', await newCode(rig));
  const inQuery = await rig.broker(new Request(`${USERINFO}?access_token=${access_token}`));
  assert.ok([400, 401].includes(inQuery.status));
  assert.doesNotMatch(await inQuery.text(), /sub/);
  const twice = await rig.broker(
    new Request(USERINFO, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ access_token }),
    }),
  );
  assert.ok([400, 401].includes(twice.status));
  assert.doesNotMatch(await twice.text(), /"sub"/);
});

withClients('RFC 6750 §3 user info without a valid token is 401 and says how', async (rig) => {
  const code = await newCode(rig);
  const { id_token } = await redeem(rig, 'web', await newCode(rig));
  for (const token of ['', 'invented', code, id_token]) {
    const answer = await userInfo(rig, token);
    assert.ok([400, 401].includes(answer.status), token.slice(0, 20));
    assert.doesNotMatch(await answer.text(), /"sub"/);
  }
  assert.match((await userInfo(rig, 'invented')).headers.get('www-authenticate') ?? '', /^Bearer /);
});

withClients('A-27 a client that does not prove itself gets no token', async (rig) => {
  const code = await newCode(rig);
  const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const attempts: [string, Record<string, string>, Record<string, string>][] = [
    ['no authentication', {}, {}],
    ['an id alone', {}, { client_id: 'web' }],
    ['a wrong secret', basic('web:wrong'), {}],
    ['an empty secret', basic('web:'), {}],
    ['an unknown client', basic('unknown:wrong'), {}],
    ['nonsense', { Authorization: 'Basic %%%' }, {}],
    ['another id in the body', basic('web:wrong'), { client_id: 'other' }],
  ];
  for (const [what, headers, fields] of attempts) {
    const answer = await rig.broker(
      new Request('https://broker.test/oauth2/token', {
        method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: 'https://app.test/cb',
          code_verifier: VERIFIER,
          ...fields,
        }),
      }),
    );
    assert.ok([400, 401].includes(answer.status), `${what}: ${answer.status}`);
    assert.match(await errorOf(answer), / invalid_(client|request)$/, what);
  }
  await redeem(rig, 'web', code);
});

withClients(
  'only the authorization code grant is offered: no password, implicit or client credentials grant',
  async (rig) => {
    for (const grant_type of ['password', 'client_credentials', 'refresh_token', 'implicit', '__proto__']) {
      const answer = await rig.broker(
        tokenRequest('web', { grant_type, username: 'a', password: 'b', refresh_token: 'c' }),
      );
      assert.match(
        await errorOf(answer),
        /^400 (unsupported_grant_type|unauthorized_client|invalid_request)$/,
        grant_type,
      );
    }
  },
);

withClientsOnEachDatabase('H-05 access tokens and codes die with the session', async (rig) => {
  const browser = appBrowser(rig);
  const { access_token } = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  const waiting = await browser.get(authorizationUrl('other'));
  const held = codeIn(waiting.url);
  assert.equal((await userInfo(rig, access_token)).status, 200);
  await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  assert.equal((await userInfo(rig, access_token)).status, 401);
  assert.equal(await errorOf(await rig.broker(redemption('other', held))), '400 invalid_grant');
});

withClients('H-05 a cookie that is replayed after signing out gets no code', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const cookie = browser
    .cookies('broker.test')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const silently = () => rig.broker(new Request(authorizationUrl('web', { prompt: 'none' }), { headers: { cookie } }));
  assert.match((await silently()).headers.get('location') ?? '', /[?&]code=/);
  await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  assert.match((await silently()).headers.get('location') ?? '', /error=login_required/);
});
