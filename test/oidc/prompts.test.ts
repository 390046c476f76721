/**
 * How a request decides what the person sees: provider hints, prompts, age, language, consent, hints of a person.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, LLAVE_MX, type Rig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  codeIn,
  type RequestParameters,
  redeem,
  signInAs,
  userInfo,
  withClients,
} from './relying-party.ts';

const answerOf = (page: Page) => page.url.searchParams.get('error') ?? (codeIn(page.url) && 'code');

const ask = (browser: TestBrowser, clientId: ClientId, changes: RequestParameters = {}) =>
  browser.get(authorizationUrl(clientId, changes));

/** What the ID token says after the code in this answer was redeemed. */
async function idTokenFrom(rig: Rig, clientId: ClientId, answer: URL): Promise<Record<string, unknown>> {
  return claimsIn((await redeem(rig, clientId, codeIn(answer))).id_token);
}

withClients('idp_hint skips the chooser', async (rig) => {
  const page = await ask(appBrowser(rig), 'web', { idp_hint: 'llave-mx' });
  assert.equal(page.url.origin, LLAVE_MX);
});

withClients('an idp_hint that names nothing usable shows the chooser', async (rig) => {
  for (const idp_hint of ['unknown', '', '__proto__', '../llave-mx', 'https://evil.test', 'Llave-MX']) {
    const page = await ask(appBrowser(rig), 'web', { idp_hint });
    assert.equal(page.url.pathname, '/sign-in', idp_hint);
    page.get('provider-llave-mx');
  }
});

withClients("a client's own provider skips the chooser", async (rig) => {
  assert.equal((await ask(appBrowser(rig), 'direct')).url.origin, LLAVE_MX);
});

withClients('prompt=none without a session is answered login_required and shows nothing', async (rig) => {
  const page = await ask(appBrowser(rig), 'web', { prompt: 'none' });
  assert.equal(answerOf(page), 'login_required');
  assert.equal(page.trail.length, 2);
});

withClients('prompt=none with a session succeeds, with the same sub and auth_time', async (rig) => {
  const browser = appBrowser(rig);
  const first = await idTokenFrom(rig, 'web', await authorizeAs(browser, 'web', 'nacional'));
  rig.clock.advance(60_000);
  for (const clientId of ['web', 'other'] as const) {
    const silent = await idTokenFrom(rig, clientId, (await ask(browser, clientId, { prompt: 'none' })).url);
    assert.equal(silent.sub, first.sub);
    assert.equal(silent.auth_time, first.auth_time);
  }
});

withClients(
  'prompt=none succeeds for who signed in here and at no client yet, or signed in anew since',
  async (rig) => {
    const browser = appBrowser(rig);
    await signInAs(browser, await browser.get(`${BROKER}/sign-in`), 'nacional');
    const first = await idTokenFrom(rig, 'web', (await ask(browser, 'web', { prompt: 'none' })).url);
    await signInAs(browser, await browser.get(`${BROKER}/sign-in`), 'nacional');
    const again = await idTokenFrom(rig, 'web', (await ask(browser, 'web', { prompt: 'none' })).url);
    assert.equal(again.sub, first.sub);
    await signInAs(browser, await browser.get(`${BROKER}/sign-in`), 'formato-antiguo');
    const other = await idTokenFrom(rig, 'web', (await ask(browser, 'web', { prompt: 'none' })).url);
    assert.notEqual(other.sub, first.sub);
  },
);

withClients('a second client is entered without a word while the session lasts', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  assert.equal(answerOf(await ask(browser, 'other')), 'code');
  assert.equal(await rig.count('sessions'), 1);
});

withClients('prompt=login asks for the person again, and auth_time is newer', async (rig) => {
  const browser = appBrowser(rig);
  const first = await idTokenFrom(rig, 'web', await authorizeAs(browser, 'web', 'nacional'));
  rig.clock.advance(60_000);
  const asked = await ask(browser, 'web', { prompt: 'login' });
  asked.get('provider-llave-mx');
  const again = await idTokenFrom(rig, 'web', (await signInAs(browser, asked, 'nacional')).url);
  assert.equal(again.sub, first.sub);
  assert.ok(Number(again.auth_time) >= Number(first.auth_time) + 60);
  assert.equal(await rig.count('sessions'), 1);
});

withClients('prompt=login is not answered by going back to the request without signing in', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const chooser = await ask(browser, 'web', { prompt: 'login' });
  const interaction = chooser.trail.find(({ url }) => url.includes('/oauth2/interaction/'))?.url ?? '';
  for (const suffix of ['', '?sign_in=', '?sign_in=unknown']) {
    const page = await browser.get(`${interaction}${suffix}`);
    assert.equal(page.url.origin, BROKER, suffix);
    assert.equal(page.url.pathname, '/sign-in');
  }
});

withClients('max_age lets a young session in and asks for the person after that', async (rig) => {
  const browser = appBrowser(rig);
  const first = await idTokenFrom(rig, 'web', await authorizeAs(browser, 'web', 'nacional'));
  const young = await ask(browser, 'web', { max_age: '10000' });
  assert.equal((await idTokenFrom(rig, 'web', young.url)).auth_time, first.auth_time);
  assert.equal(answerOf(await ask(browser, 'web', { max_age: '0', prompt: 'none' })), 'login_required');
  rig.clock.advance(60_000);
  const old = await ask(browser, 'web', { max_age: '0' });
  const again = await idTokenFrom(rig, 'web', (await signInAs(browser, old, 'nacional')).url);
  assert.ok(Number(again.auth_time) > Number(first.auth_time));
});

withClients('I-15 ui_locales chooses the language of the pages, and nothing odd does harm', async (rig) => {
  const cases: [string, string][] = [
    ['es-MX', 'es-MX'],
    ['es', 'es-MX'],
    ['en', 'en'],
    ['fr en', 'en'],
    ['zz', 'en'],
    ['../../etc/passwd', 'en'],
    ['<script>alert(1)</script>', 'en'],
    ['en-US-'.repeat(200), 'en'],
  ];
  for (const [ui_locales, language] of cases) {
    const page = await ask(appBrowser(rig, 'en'), 'web', { ui_locales });
    assert.equal(page.status, 200);
    assert.equal(page.document.all('html')[0]?.attribute('lang'), language, ui_locales);
    assert.ok(!page.body.includes('<script>'));
  }
});

withClients('ui_locales also holds for a page about a request that is wrong', async (rig) => {
  const page = await ask(appBrowser(rig, 'en'), 'web', { ui_locales: 'es', redirect_uri: 'https://evil.test/' });
  assert.equal(page.status, 400);
  assert.equal(page.document.all('html')[0]?.attribute('lang'), 'es-MX');
});

withClients(
  'a client that is not trusted has the person asked; yes is remembered, also in another browser',
  async (rig) => {
    const browser = appBrowser(rig);
    const asked = await signInAs(browser, await ask(browser, 'asking', { scope: 'openid email' }), 'nacional');
    assert.equal(asked.url.origin, BROKER);
    assert.match(asked.document.text, /Practice asking/);
    const answer = await browser.submit(asked, 'confirm-yes');
    assert.equal(answerOf(answer), 'code');
    assert.equal(answerOf(await ask(browser, 'asking', { scope: 'openid email' })), 'code');
    assert.equal(answerOf(await ask(browser, 'asking', { scope: 'openid email', prompt: 'none' })), 'code');
    const fresh = appBrowser(rig);
    const again = await signInAs(fresh, await ask(fresh, 'asking', { scope: 'openid email' }), 'nacional');
    assert.equal(answerOf(again), 'code');
  },
);

withClients(
  'a person who says no is back at the client with access_denied, and is asked again next time',
  async (rig) => {
    const browser = appBrowser(rig);
    const asked = await signInAs(browser, await ask(browser, 'asking'), 'nacional');
    const answer = await browser.submit(asked, 'confirm-no');
    assert.equal(answer.url.origin, APP);
    assert.equal(answerOf(answer), 'access_denied');
    (await ask(browser, 'asking')).get('confirm-yes');
  },
);

withClients(
  'A-43 prompt=none before the person agreed, or for more than was agreed, is consent_required',
  async (rig) => {
    const browser = appBrowser(rig);
    const asked = await signInAs(browser, await ask(browser, 'asking'), 'nacional');
    assert.equal(answerOf(await ask(browser, 'asking', { prompt: 'none' })), 'consent_required');
    await browser.submit(asked, 'confirm-yes');
    assert.equal(answerOf(await ask(browser, 'asking', { prompt: 'none' })), 'code');
    const more = { scope: 'openid email', prompt: 'none' };
    assert.equal(answerOf(await ask(browser, 'asking', more)), 'consent_required');
  },
);

withClients('what the person agreed to is what the client gets', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await ask(browser, 'asking', { scope: 'openid email' }), 'nacional');
  const tokens = await redeem(rig, 'asking', codeIn((await browser.submit(asked, 'confirm-yes')).url));
  const seen = (await (await userInfo(rig, tokens.access_token)).json()) as object;
  assert.deepEqual(Object.keys(seen).sort(), ['email', 'email_verified', 'sub']);
});

withClients('the consent page lists what is asked for and not more', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await ask(browser, 'asking', { scope: 'openid email' }), 'nacional');
  const listed = asked.document.all('li').map(({ text }) => text.toLowerCase());
  assert.ok(listed.some((text) => text.includes('mail')));
  assert.ok(!listed.some((text) => /birth|phone/.test(text)), listed.join('; '));
});

withClients('A-32 a hint of another person never gets a code for the one who is signed in', async (rig) => {
  const other = await redeem(rig, 'web', codeIn(await authorizeAs(appBrowser(rig), 'web', 'formato-antiguo')));
  const browser = appBrowser(rig);
  const own = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  assert.notEqual(claimsIn(other.id_token).sub, claimsIn(own.id_token).sub);
  assert.equal(answerOf(await ask(browser, 'web', { prompt: 'none', id_token_hint: own.id_token })), 'code');
  assert.equal(
    answerOf(await ask(browser, 'web', { prompt: 'none', id_token_hint: other.id_token })),
    'login_required',
  );
  const asked = await ask(browser, 'web', { id_token_hint: other.id_token });
  assert.equal(asked.url.pathname, '/sign-in');
  // Whoever signs in as the wrong person again is not let through either.
  const wrong = await signInAs(browser, asked, 'nacional');
  assert.equal(answerOf(wrong), 'login_required');
  const right = await signInAs(
    browser,
    await ask(browser, 'web', { id_token_hint: other.id_token }),
    'formato-antiguo',
  );
  assert.equal(answerOf(right), 'code');
});

withClients('A-32 a forged hint is refused', async (rig) => {
  const browser = appBrowser(rig);
  const own = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  const claims = { sub: String(claimsIn(own.id_token).sub), iss: BROKER, aud: 'web' };
  const now = Math.floor(rig.clock.environment.now() / 1000);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forged = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'rs256-1' })
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(privateKey);
  const secret = new TextEncoder().encode('practice secret of https://app.test/cb');
  const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuedAt(now).sign(secret);
  const unsigned = new UnsecuredJWT(claims).setIssuedAt(now).encode();
  const hints = { forged, symmetric, unsigned, changed: `${own.id_token.slice(0, -4)}AAAA`, nonsense: 'a.b.c' };
  for (const [what, id_token_hint] of Object.entries(hints)) {
    const page = await ask(browser, 'web', { prompt: 'none', id_token_hint });
    assert.equal(answerOf(page), 'invalid_request', what);
  }
});

withClients("A-32 another client's hint proves nothing at this one", async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const hint = (
    await redeem(
      rig,
      'bare',
      codeIn(await authorizeAs(browser, 'bare', 'nacional').catch(async () => (await ask(browser, 'bare')).url)),
    )
  ).id_token;
  assert.equal(answerOf(await ask(browser, 'web', { prompt: 'none', id_token_hint: hint })), 'invalid_request');
});

for (const prompt of ['select_account', 'create']) {
  withClients(
    `prompt=${prompt} lets the person choose anew, whatever the client hints at, and asks once`,
    async (rig) => {
      const browser = appBrowser(rig);
      await authorizeAs(browser, 'direct', 'nacional');
      const chooser = await ask(browser, 'direct', { prompt, idp_hint: 'llave-mx' });
      assert.equal(chooser.url.pathname, '/sign-in');
      const answer = await signInAs(browser, chooser, 'formato-antiguo');
      assert.equal(answerOf(answer), 'code');
      assert.equal(answerOf(await ask(browser, 'direct', { prompt: 'none' })), 'code');
      assert.equal(await rig.count('sessions'), 1);
    },
  );

  withClients(`prompt=${prompt} without a session is one sign-in`, async (rig) => {
    const browser = appBrowser(rig);
    assert.equal(answerOf(await signInAs(browser, await ask(browser, 'web', { prompt }), 'nacional')), 'code');
  });

  withClients(`prompt=${prompt} together with consent and login asks for each once`, async (rig) => {
    const browser = appBrowser(rig);
    const chooser = await ask(browser, 'asking', { prompt: `${prompt} login consent` });
    const asked = await signInAs(browser, chooser, 'nacional');
    assert.equal(answerOf(await browser.submit(asked, 'confirm-yes')), 'code');
  });
}

withClients('prompt=select_account is not answered by going back to the request without choosing', async (rig) => {
  const browser = appBrowser(rig);
  await authorizeAs(browser, 'web', 'nacional');
  const chooser = await ask(browser, 'web', { prompt: 'select_account' });
  const interaction = chooser.trail.find(({ url }) => url.includes('/oauth2/interaction/'))?.url ?? '';
  assert.equal((await browser.get(interaction)).url.pathname, '/sign-in');
});

withClients('prompt=consent asks again, also at a client that need not ask', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await ask(browser, 'web', { prompt: 'consent' }), 'nacional');
  assert.equal(answerOf(await browser.submit(asked, 'confirm-yes')), 'code');
  assert.equal(answerOf(await ask(browser, 'web')), 'code');
});

withClients('a prompt that names a page beside none is refused', async (rig) => {
  for (const prompt of ['none select_account', 'create none', 'none consent']) {
    assert.equal(answerOf(await ask(appBrowser(rig), 'web', { prompt })), 'invalid_request', prompt);
  }
});

withClients(
  'A-21 prompt=none while somebody is asked on a page of ours is one redirect with an error',
  async (rig) => {
    const browser = appBrowser(rig);
    const asked = await signInAs(browser, await ask(browser, 'web'), 'nacional');
    assert.equal(asked.url.pathname, '/sign-in/step');
    const silent = await ask(browser, 'web', { prompt: 'none' });
    assert.equal(answerOf(silent), 'login_required');
    assert.equal(silent.trail.length, 2);
    assert.equal(silent.url.searchParams.get('iss'), BROKER);
    assert.equal(silent.url.searchParams.get('state'), 'practice-state');
  },
  { registration: '{ verify_email: false, fields: { city: required } }' },
);

withClients('A-43 what was agreed to is taken back on the account page, and asked anew from then on', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await ask(browser, 'asking', { scope: 'openid email' }), 'nacional');
  const tokens = await redeem(rig, 'asking', codeIn((await browser.submit(asked, 'confirm-yes')).url));
  // In a browser whose grant has ended with its session, what was agreed to is all that there is.
  await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  await authorizeAs(browser, 'web', 'nacional');
  const apps = await browser.get(`${BROKER}/account/apps`);
  const revoke = apps.document.all('button').find((one) => /Practice asking/.test(one.attribute('aria-label') ?? ''));
  await browser.submit(apps, revoke?.attribute('data-testid') ?? assert.fail('it is not listed'));
  assert.equal((await userInfo(rig, tokens.access_token)).status, 401);
  assert.equal(answerOf(await ask(browser, 'asking', { prompt: 'none' })), 'consent_required');
  (await ask(browser, 'asking')).get('confirm-yes');
});

withClients('what one person agreed to is not what the next one at the same browser did', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await ask(browser, 'asking'), 'nacional');
  await browser.submit(asked, 'confirm-yes');
  const chooser = await ask(browser, 'asking', { prompt: 'login' });
  (await signInAs(browser, chooser, 'formato-antiguo')).get('confirm-yes');
});
