/**
 * Apps that an account is connected to: what they receive, and taking it back (M-07, H-07).
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  codeIn,
  redeem,
  redemption,
  USERINFO,
  withClients,
  withClientsOnEachDatabase,
} from '../oidc/relying-party.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import { open, typesOf } from './own-account.ts';

const userInfo = async (rig: Rig, token: string) =>
  (await rig.broker(new Request(USERINFO, { headers: { authorization: `Bearer ${token}` } }))).status;

const namesOn = (page: Page) => page.forms.filter((form) => form.attribute('action') === '/account/apps/revoke').length;

withClientsOnEachDatabase(
  'M-07 an app that is disconnected gets nothing any more, by token or code; the person is asked anew; others go on',
  async (rig) => {
    const browser = appBrowser(rig);
    const web = await redeem(rig, 'web', codeIn(await authorizeAs(browser, 'web', 'nacional')));
    const consent = await browser.get(authorizationUrl('asking'));
    const asking = await redeem(rig, 'asking', codeIn((await browser.submit(consent, 'confirm-yes')).url));
    // Asked once: the next time nobody is.
    const unused = codeIn((await browser.get(authorizationUrl('asking'))).url);
    const page = await open(browser, '/apps');
    assert.equal(namesOn(page), 2);
    const nth = page.document.all('button').findIndex((button) => /asking/i.test(button.attribute('aria-label') ?? ''));
    const button = page.document.all('button')[nth]?.attribute('data-testid') ?? assert.fail('not listed');
    const left = await browser.submit(page, button);
    assert.equal(namesOn(left), 1);
    assert.equal(await userInfo(rig, String(asking.access_token)), 401);
    assert.equal((await rig.broker(await redemption('asking', unused))).status, 400);
    assert.equal(await userInfo(rig, String(web.access_token)), 200);
    assert.ok((await browser.get(authorizationUrl('asking'))).find('confirm-yes'), 'asked anew');
    assert.ok((await typesOf(rig)).includes('grant.revoked'));
  },
);

withClients(
  'H-07 what stands for an app of somebody else, or for none, is not found and takes nothing back',
  async (rig) => {
    const [owner, stranger] = [appBrowser(rig), appBrowser(rig)];
    const { access_token } = await redeem(rig, 'web', codeIn(await authorizeAs(owner, 'web', 'nacional')));
    await authorizeAs(stranger, 'web', 'extranjero');
    const fieldsOn = (page: Page) =>
      Object.fromEntries(
        page.document.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']),
      );
    const page = await open(owner, '/apps');
    const foreign = fieldsOn(await open(stranger, '/apps'));
    for (const app of [foreign.app ?? '', 'web', '']) {
      const sent = { ...fieldsOn(page), app };
      const refused = await owner.post(`${BROKER}/account/apps/revoke`, sent, { from: page });
      assert.equal(refused.text('error-code'), 'not_found', app);
    }
    assert.equal(await userInfo(rig, String(access_token)), 200);
  },
);

withClients(
  'what an app receives is said in words; nothing of it is said of one that receives only an identifier',
  async (rig) => {
    const browser = appBrowser(rig);
    await authorizeAs(browser, 'bare', 'nacional');
    const page = await open(browser, '/apps');
    assert.match(page.body, /An identifier alone|Solo un identificador/);
    await browser.get(authorizationUrl('web', { scope: 'openid profile' }));
    assert.match((await open(browser, '/apps')).body, /Your name|Tu nombre/);
  },
);

withOneRig(
  'OpenID Connect Core §4 an app that says where it begins is led to there, with our issuer',
  async (rig) => {
    const browser = rig.browser();
    await rig.signIn(browser, 'nacional');
    const page = await browser.get(`${BROKER}/account/apps`);
    assert.equal(
      page.get('open-1').attribute('href'),
      `https://cursos.test/start?a=1&iss=${encodeURIComponent(BROKER)}`,
    );
  },
  { moreCourseSite: ['initiate_login_uri: "https://cursos.test/start?a=1"'] },
);
