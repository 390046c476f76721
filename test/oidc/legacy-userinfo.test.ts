/**
 * What an unchanged `ol-oauth2` reads of us, and everything that its LMS would make an error 500 or a stranger's account of
 * (open-edx.md §1 and §2, mit-apps.md §1, §2, §14).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { BROKER, type Rig } from '../rig.ts';
import { authorization, exchange, LMS, lms, ME, me, SECRET, signedIn, tokenFor, whoIs } from './legacy.ts';
import {
  appBrowser,
  authorizeAs,
  clientsInYaml,
  codeIn,
  errorOf,
  redeem,
  signInAs,
  USERINFO,
  userInfo,
  withClients,
} from './relying-party.ts';

const withLms = (promise: string, body: (rig: Rig) => Promise<void>) =>
  withClients(promise, body, { moreClients: `${clientsInYaml()}${lms}` });

/** Refused as Open edX can show it. */
async function assertRefused(response: Response, what: string): Promise<void> {
  assert.equal(response.status, 401, what);
  assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/, what);
  assert.equal(((await response.json()) as { error: unknown }).error, 'invalid_token', what);
}

withLms('ol-oauth2 learns who somebody is, at each address and with or without a slash', async (rig) => {
  const token = await tokenFor(rig, appBrowser(rig));
  const person = await me(rig, token);
  const { id, username, ...rest } = person;
  assert.match(String(username), /^[A-Za-z0-9_-]{2,30}$/);
  assert.ok(typeof id === 'string' && id !== '');
  assert.deepEqual(rest, {
    global_id: id,
    email: 'citlali.robledo@example.com',
    name: 'Citlali Ximena Robledo Ayala',
    ...{ is_anonymous: false, is_authenticated: true, is_active: true },
  });
  const answer = await whoIs(rig, token);
  assert.match(answer.headers.get('cache-control') ?? '', /no-store/);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  for (const path of ['/api/users/me', '/api/v0/users/me', '/api/v0/userinfo', '/oauth2/userinfo']) {
    assert.deepEqual(await me(rig, token, `${BROKER}${path}`), person, path);
    assert.deepEqual(await me(rig, token, `${BROKER}${path}/`), person, `${path}/`);
  }
});

withLms('a token answer of a plain OAuth 2 request has a short opaque token and no ID token', async (rig) => {
  const answer = await signedIn(appBrowser(rig));
  const tokens = (await (await exchange(rig, codeIn(answer))).json()) as Record<string, unknown>;
  assert.deepEqual(Object.keys(tokens).sort(), ['access_token', 'expires_in', 'scope', 'token_type']);
  assert.match(String(tokens.access_token), /^[A-Za-z0-9_-]{20,128}$/, 'MIT’s column has 128 characters');
  assert.equal(tokens.scope, 'user:read');
});

withLms('whatever is wrong with a token is 401 at the addresses of other products', async (rig) => {
  const token = await tokenFor(rig, appBrowser(rig));
  for (const bad of ['None', 'x', `${token}x`, token.slice(1), 'a'.repeat(5000), '../..', "' or 1=1"]) {
    await assertRefused(await whoIs(rig, bad), bad.slice(0, 20));
  }
  await assertRefused(await whoIs(rig, null), 'no token');
  await assertRefused(await whoIs(rig, null, `${ME}?access_token=${token}`), 'in the address (A-26)');
  for (const Authorization of ['', 'Bearer', `Basic ${token}`, `Bearer ${token} ${token}`, token]) {
    await assertRefused(await rig.broker(new Request(ME, { headers: { Authorization } })), Authorization.slice(0, 20));
  }
  rig.clock.advance(61 * 60_000);
  await assertRefused(await whoIs(rig, token), 'expired');
  await assertRefused(await whoIs(rig, token, USERINFO), 'expired, at user info');
});

withLms('a client without a shape gets nothing at the addresses of other products: it has no username', async (rig) => {
  const code = codeIn(await authorizeAs(appBrowser(rig), 'bare', 'nacional'));
  const { access_token: token } = await redeem(rig, 'bare', code);
  assert.equal((await userInfo(rig, token)).status, 200);
  await assertRefused(await whoIs(rig, token), 'another client');
});

for (const [what, end] of [
  ['signed out', (rig: Rig) => rig.databases.durable.run(sql`delete from sessions`)],
  ['been disabled', (rig: Rig) => rig.databases.durable.run(sql`update users set state = 'disabled'`)],
  [
    'taken the grant back',
    (rig: Rig) => rig.databases.ephemeral.run(sql`delete from oidc_records where model = 'Grant'`),
  ],
] as const) {
  const member = what === 'signed out' ? '\n    backchannel_logout_uri: https://app.test/log-out' : '';
  withClients(
    `H-05 H-06: nobody is told of somebody who has ${what}`,
    async (rig) => {
      const token = await tokenFor(rig, appBrowser(rig));
      await me(rig, token);
      await end(rig);
      await assertRefused(await whoIs(rig, token), what);
      await assertRefused(await whoIs(rig, token, USERINFO), what);
    },
    { moreClients: `${lms}${member}` },
  );
}

withLms('a database that is down is 503, and not the fault of the token, whichever of its calls fails', async (rig) => {
  const token = await tokenFor(rig, appBrowser(rig));
  await me(rig, token);
  for (const address of [ME, USERINFO]) {
    const statuses: number[] = [];
    for (let nth = 0; statuses.at(-1) !== 200; nth++) {
      let calls = 0;
      // A process goes on with the configuration that it has.
      rig.breakDatabase(({ text }) => (!text.includes('configuration') && calls++ === nth ? 'fails before' : 'works'));
      statuses.push((await whoIs(rig, token, address)).status);
      rig.breakDatabase(null);
    }
    assert.ok(statuses.length > 4, address);
    assert.deepEqual(new Set(statuses.slice(0, -1)), new Set([503]), address);
  }
});

withLms('the username is the first that this client was told, whatever the account is called later', async (rig) => {
  const browser = appBrowser(rig);
  const { username, id } = await me(rig, await tokenFor(rig, browser));
  await rig.databases.durable.run(
    sql`update users set username = 'renamed', username_key = 'renamed' where id = ${String(id)}`,
  );
  assert.deepEqual(
    [username, id],
    [(await me(rig, await tokenFor(rig, appBrowser(rig)))).username, (await me(rig, await tokenFor(rig, browser))).id],
  );
  // Somebody else gets the name that became free: at this client it is still the first one's.
  const other = await tokenFor(rig, appBrowser(rig), 'extranjero');
  await rig.databases.durable.run(sql`
    update users set username = ${String(username)}, username_key = ${String(username)} where id <> ${String(id)}`);
  const { username: another } = await me(rig, other);
  assert.notEqual(another, username);
  assert.ok(String(another).startsWith(String(username).slice(0, 10)));
  assert.equal((await me(rig, other)).username, another);
});

withLms(
  'an address that nobody verified is not told: Open edX would hand over the account that has it',
  async (rig) => {
    const token = await tokenFor(rig, appBrowser(rig));
    await rig.databases.durable.run(sql`update emails set verified_at = null, verified_by = null`);
    const person = await me(rig, token);
    assert.ok(!('email' in person));
    assert.ok(typeof person.username === 'string');
  },
);

withClients(
  'M-10 what has a scope of its own is told in that scope only, to a client with a shape too',
  async (rig) => {
    const browser = appBrowser(rig);
    const narrow = await me(rig, await tokenFor(rig, browser));
    assert.deepEqual(Object.keys(narrow).sort(), ['id', 'username']);
    const wide = await me(rig, await tokenFor(rig, browser, 'nacional', { scope: 'user:read phone curp' }));
    assert.deepEqual(Object.keys(wide).sort(), ['curp', 'id', 'tel', 'username']);
    assert.deepEqual([wide.id, wide.username], [narrow.id, narrow.username]);
    // Without what carries the username there is nothing to know anybody by.
    await assertRefused(
      await whoIs(rig, await tokenFor(rig, browser, 'nacional', { scope: 'openid phone' })),
      'no name',
    );
  },
  {
    moreClients: lms
      .replace('claims: [', 'claims: [curp, phone_number, ')
      .replace('mit-users-me', '{ members: { id: sub, username: preferred_username, tel: phone_number, curp: curp } }'),
  },
);

withClients(
  'a client that is not trusted asks first, and the page says what user:read means',
  async (rig) => {
    const [browser, other] = [appBrowser(rig), appBrowser(rig)];
    const asked = await signInAs(browser, await browser.get(authorization()), 'nacional');
    assert.equal(asked.url.origin, BROKER);
    const listed = asked.document.all('li').map(({ text }) => text.toLowerCase());
    for (const what of ['username', 'name', 'mail'])
      assert.ok(
        listed.some((text) => text.includes(what)),
        what,
      );
    const granted = await browser.click(asked, 'confirm-yes');
    const response = await exchange(rig, codeIn(granted.url));
    const { access_token: token } = (await response.json()) as { access_token: string };
    assert.ok((await me(rig, token)).username);
    const denied = await other.click(
      await signInAs(other, await other.get(authorization()), 'extranjero'),
      'confirm-no',
    );
    assert.equal(denied.url.searchParams.get('error'), 'access_denied');
  },
  { moreClients: lms.replace('skip_authorization: true', 'skip_authorization: false') },
);

withLms(
  'user:read is for clients with a shape; of others it is refused as a scope that they may not have',
  async (rig) => {
    const params = new URLSearchParams({
      client_id: 'web',
      redirect_uri: 'https://app.test/cb',
      response_type: 'code',
    });
    params.set('scope', 'openid user:read');
    const page = await appBrowser(rig).get(`${BROKER}/oauth2/authorize?${params}&code_challenge=x`, { follow: false });
    assert.equal(page.redirect?.searchParams.get('error'), 'invalid_scope');
  },
);

withLms('scopes that nobody knows are ignored; without a known one nothing is granted', async (rig) => {
  const browser = appBrowser(rig);
  assert.ok((await me(rig, await tokenFor(rig, browser, 'nacional', { scope: 'read write user:read' }))).username);
  for (const scope of ['read', null]) {
    const answer = await signedIn(appBrowser(rig), { scope });
    assert.equal(answer.searchParams.get('error'), 'access_denied');
    assert.equal(answer.searchParams.get('code'), null);
  }
});

withLms('wrong secret, other address, used code: 401 or 400, which Open edX can show', async (rig) => {
  const browser = appBrowser(rig);
  const code = async () => codeIn(await signedIn(browser));
  assert.equal(
    await errorOf(await exchange(rig, await code(), { client_secret: 'a wrong secret, long enough' })),
    '401 invalid_client',
  );
  assert.equal(await errorOf(await exchange(rig, 'made-up')), '400 invalid_grant');
  const used = await code();
  assert.equal((await exchange(rig, used)).status, 200);
  assert.equal(await errorOf(await exchange(rig, used)), '400 invalid_grant');
});

withLms('whoever goes back without signing in is told with a word that social-core knows', async (rig) => {
  const browser = appBrowser(rig);
  const back = await browser.click(await browser.get(authorization()), 'cancel');
  assert.match(back.url.searchParams.get('error') ?? '', /denied|cancelled/);
});

const wordpress = `
  - client_id: lms
    client_name: A client of WordPress
    client_secret: "${SECRET}"
    token_endpoint_auth_method: client_secret_post
    redirect_uris: ["${LMS}"]
    redirect_uri_match: django-oauth-toolkit
    skip_authorization: true
    claims: [preferred_username, name, email, email_verified]
    userinfo_shape:
      path: /oauth/me
      members: { ID: sub, user_login: preferred_username, user_email: email, display_name: name, user_status: { value: "0" } }`;

withClients(
  'a client of WordPress reads its own names at its own address, and a browser finds nothing there',
  async (rig) => {
    const token = await tokenFor(rig, appBrowser(rig), 'nacional', { scope: 'basic profile email' });
    const { ID, user_login: login, ...rest } = await me(rig, token, `${BROKER}/oauth/me`);
    assert.ok(typeof ID === 'string' && typeof login === 'string');
    assert.deepEqual(rest, {
      user_email: 'citlali.robledo@example.com',
      display_name: 'Citlali Ximena Robledo Ayala',
      user_status: '0',
    });
    assert.equal((await me(rig, token, `${BROKER}/oauth/me/`)).ID, ID);
    assert.equal((await appBrowser(rig).get(`${BROKER}/oauth/me`)).status, 404);
    // What nobody described is no address of user info, whoever asks.
    assert.equal((await whoIs(rig, token, `${BROKER}/wp-json/me`)).status, 404);
    await assertRefused(await whoIs(rig, `${token}x`, `${BROKER}/oauth/me`), 'a bad token');
  },
  { moreClients: wordpress },
);
