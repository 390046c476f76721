/**
 * When something changes in the middle of a request: another person takes over the browser, a client goes away.
 */
import assert from 'node:assert/strict';
import { BROKER } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  claimsIn,
  clients,
  clientsInYaml,
  codeIn,
  errorOf,
  redeem,
  redemption,
  signInAs,
  userInfo,
  withClients,
} from './relying-party.ts';

withClients('H-10 a request begun as one person and finished as another is a code for the other', async (rig) => {
  const browser = appBrowser(rig);
  const first = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  const before = browser.cookies('broker.test').find(({ name }) => name.endsWith('llavero-session'));
  const chooser = await browser.get(authorizationUrl('other', { prompt: 'login' }));
  const answer = await signInAs(browser, chooser, 'formato-antiguo');
  const second = await redeem(rig, 'other', codeIn(answer.url));
  assert.notEqual(claimsIn(second.id_token).sub, claimsIn(first.id_token).sub);
  const after = browser.cookies('broker.test').find(({ name }) => name.endsWith('llavero-session'));
  assert.notEqual(after?.value, before?.value);
  assert.equal(await rig.count('sessions'), 1, 'the first session has ended');
  assert.equal((await userInfo(rig, first.access_token)).status, 401, 'and what its client held with it');
  assert.equal((await userInfo(rig, second.access_token)).status, 200);
  const silent = await browser.get(authorizationUrl('web', { prompt: 'none' }));
  const third = await redeem(rig, 'web', codeIn(silent.url));
  assert.equal(claimsIn(third.id_token).sub, claimsIn(second.id_token).sub);
});

withClients('signing in again as the same person keeps what other clients hold', async (rig) => {
  const browser = appBrowser(rig);
  const first = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
  await authorizeAs(browser, 'other', 'nacional', { prompt: 'login' });
  assert.equal((await userInfo(rig, first.access_token)).status, 200);
});

withClients('H-10 a question put to one person is not answered by the next one', async (rig) => {
  const browser = appBrowser(rig);
  const asked = await signInAs(browser, await browser.get(authorizationUrl('asking')), 'nacional');
  await authorizeAs(browser, 'web', 'formato-antiguo', { prompt: 'login' });
  const page = await browser.submit(asked, 'confirm-yes');
  assert.equal(page.url.origin, BROKER);
  assert.equal(page.status, 400);
});

withClients('an interaction of one browser is nothing to another', async (rig) => {
  const chooser = await appBrowser(rig).get(authorizationUrl('web'));
  const interaction = chooser.trail.find(({ url }) => url.includes('/oauth2/interaction/'))?.url ?? '';
  for (const suffix of ['', '/cancel']) {
    const page = await appBrowser(rig).get(`${interaction}${suffix}`);
    assert.equal(page.status, 400);
    assert.equal(page.url.origin, BROKER);
  }
});

withClients('A-16 a client that was removed gets no page, no code and no token', async (rig) => {
  const browser = appBrowser(rig);
  const tokens = await redeem(rig, 'bare', codeIn(await authorizeAs(browser, 'bare', 'nacional')));
  const unspent = codeIn((await browser.get(authorizationUrl('bare'))).url);
  const open = appBrowser(rig);
  const chooser = await open.get(authorizationUrl('bare'));
  await rig.configure({ moreClients: clientsInYaml(['bare']) });

  assert.equal(await errorOf(await rig.broker(redemption('bare', unspent))), '401 invalid_client');
  assert.equal((await userInfo(rig, tokens.access_token)).status, 401);
  const afterwards = await browser.get(authorizationUrl('bare'));
  assert.deepEqual([afterwards.status, afterwards.url.origin], [400, BROKER]);
  // Nothing is known of it any more, so no provider serves for it.
  const late = await open.click(chooser, 'provider-llave-mx');
  assert.deepEqual([late.status, late.url.origin, late.text('error-code')], [404, BROKER, 'provider_unknown']);
  assert.ok(!late.links.some((link) => link.attribute('href')?.startsWith(APP)));

  // Neither the person's session nor another client notices.
  assert.ok(codeIn((await browser.get(authorizationUrl('web'))).url));
});

withClients(
  'A-16 an address that was taken from a client is not gone to by a request that was already open',
  async (rig) => {
    const browser = appBrowser(rig);
    const chooser = await browser.get(authorizationUrl('bare'));
    const moved = clientsInYaml().replaceAll(clients.bare.redirectUri, `${APP}/bare/moved`);
    await rig.configure({ moreClients: moved });
    const page = await signInAs(browser, chooser, 'nacional');
    assert.ok(!page.url.href.startsWith(clients.bare.redirectUri), page.url.href);
  },
);

withClients('A-16 a secret that was exchanged is refused from then on', async (rig) => {
  const browser = appBrowser(rig);
  const code = codeIn(await authorizeAs(browser, 'web', 'nacional'));
  const changed = clientsInYaml().replace(clients.web.secret ?? '', 'another practice secret, long enough');
  await rig.configure({ moreClients: changed });
  assert.equal(await errorOf(await rig.broker(redemption('web', code))), '401 invalid_client');
});
