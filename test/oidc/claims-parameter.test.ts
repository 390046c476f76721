/**
 * The parameter `claims` (OpenID Connect Core §5.5): claims by name, and values that a client insists on.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import type { Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  type ClientId,
  claimsIn,
  codeIn,
  redeem,
  signInAs,
  userInfo,
  withClients,
} from './relying-party.ts';

const answerOf = (page: Page) => page.url.searchParams.get('error') ?? (codeIn(page.url) && 'code');

const ask = (browser: TestBrowser, clientId: ClientId, claims: unknown, changes: Record<string, string> = {}) =>
  browser.get(authorizationUrl(clientId, { claims: JSON.stringify(claims), ...changes }));

async function learned(rig: Rig, clientId: ClientId, answer: Page) {
  const tokens = await redeem(rig, clientId, codeIn(answer.url));
  const userinfo = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
  return { idToken: claimsIn(tokens.id_token), userinfo };
}

withClients('a claim that is asked for by name is where it was asked for, and nowhere else', async (rig) => {
  const browser = appBrowser(rig);
  const claims = { id_token: { email: { essential: true }, locale: null }, userinfo: { name: null } };
  const answer = await signInAs(browser, await ask(browser, 'web', claims), 'nacional');
  const { idToken, userinfo } = await learned(rig, 'web', answer);
  assert.equal(idToken.email, 'citlali.robledo@example.com');
  assert.deepEqual(Object.keys(userinfo).sort(), ['name', 'sub']);
  for (const claim of ['name', 'birthdate', 'phone_number']) assert.ok(!(claim in idToken), claim);
});

withClients('M-10 by name too a client learns only what was released to it', async (rig) => {
  const names = ['curp', 'gender', 'address', 'identity_verified', 'email_verified_by', 'raw', 'username', '__proto__'];
  const named = Object.fromEntries(names.map((name) => [name, { essential: true }]));
  const browser = appBrowser(rig);
  const page = await ask(browser, 'web', { id_token: named, userinfo: named });
  const { idToken, userinfo } = await learned(rig, 'web', await signInAs(browser, page, 'nacional'));
  for (const name of names) for (const seen of [idToken, userinfo]) assert.ok(!Object.hasOwn(seen, name), name);
});

withClients('M-10 the CURP by name, to a client that it was released to', async (rig) => {
  const browser = appBrowser(rig);
  const page = await signInAs(browser, await ask(browser, 'ministry', { userinfo: { curp: null } }), 'nacional');
  assert.match(String((await learned(rig, 'ministry', page)).userinfo.curp), /^ROAC910314/);
});

withClients(
  'what is asked for by name is shown on the consent page, remembered, and asked about when it is more',
  async (rig) => {
    const browser = appBrowser(rig);
    const email = { userinfo: { email: null } };
    const asked = await signInAs(browser, await ask(browser, 'asking', email), 'nacional');
    const listed = asked.document.all('li').map(({ text }) => text.toLowerCase());
    assert.ok(
      listed.some((text) => text.includes('mail')),
      listed.join(),
    );
    assert.ok(!listed.some((text) => /birth|phone/.test(text)), listed.join());
    const answer = await browser.submit(asked, 'confirm-yes');
    assert.equal((await learned(rig, 'asking', answer)).userinfo.email, 'citlali.robledo@example.com');
    assert.equal(answerOf(await ask(browser, 'asking', email, { prompt: 'none' })), 'code');
    const more = { userinfo: { email: null, phone_number: null } };
    assert.equal(answerOf(await ask(browser, 'asking', more, { prompt: 'none' })), 'consent_required');
  },
);

withClients('A-33 a sub that is insisted on is the one of who is signed in, or nobody is let through', async (rig) => {
  const [ana, beto] = [appBrowser(rig), appBrowser(rig)];
  const subOf = async (browser: TestBrowser, person: string) => {
    const page = await signInAs(browser, await browser.get(authorizationUrl('web')), person);
    return String((await learned(rig, 'web', page)).idToken.sub);
  };
  const [mine, theirs] = [await subOf(ana, 'nacional'), await subOf(beto, 'formato-antiguo')];
  const insisting = (value: unknown) => ({ id_token: { sub: { value } } });
  assert.equal(answerOf(await ask(ana, 'web', insisting(mine), { prompt: 'none' })), 'code');
  for (const value of [theirs, 'nobody', '', null, 7, [mine], { sub: mine }]) {
    assert.equal(
      answerOf(await ask(ana, 'web', insisting(value), { prompt: 'none' })),
      'login_required',
      String(value),
    );
  }
  const chooser = await ask(ana, 'web', insisting(theirs));
  assert.equal(chooser.url.pathname, '/sign-in');
  assert.equal(answerOf(await signInAs(ana, chooser, 'nacional')), 'login_required', 'the wrong person again');
  const right = await signInAs(ana, await ask(ana, 'web', insisting(theirs)), 'formato-antiguo');
  assert.equal((await learned(rig, 'web', right)).idToken.sub, theirs);
});

withClients('a parameter that is not as it should be is told to the client', async (rig) => {
  for (const claims of ['{', '[]', 'null', '7', '{}', '{"id_token":[]}', '{"userinfo":7}']) {
    const page = await appBrowser(rig).get(authorizationUrl('web', { claims }));
    assert.equal(answerOf(page), 'invalid_request', claims);
  }
});
