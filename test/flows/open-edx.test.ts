/**
 * An unmodified Open edX as an app of the broker: with the stock OpenID Connect backend, and with IdentityServer3's.
 */
import assert from 'node:assert/strict';
import { forEachRig } from '../rig.ts';
import { browserWith, LMS, lmsClient, openLms, register, throughLlaveMx } from './open-edx.ts';

for (const backend of ['oidc', 'identityServer3'] as const) {
  forEachRig(
    `${backend}: from the LMS through Llave MX and the registration page to the dashboard; the second time by redirects alone`,
    async (rig) => {
      const lms = openLms(rig, backend);
      const browser = browserWith(rig, lms);
      const page = await throughLlaveMx(browser, backend, 'nacional');
      assert.equal(page.url.href, `${LMS}/register`);
      const dashboard = await register(browser, page);
      assert.equal(dashboard.url.href, `${LMS}/dashboard`);
      assert.match(dashboard.text('lms-signed-in-as'), /Citlali Ximena Robledo Ayala/);
      assert.equal(lms.accounts.length, 1);
      const [account] = lms.accounts;
      assert.deepEqual(
        [account?.isActive, account?.firstName, account?.lastName],
        [true, 'Citlali Ximena', 'Robledo Ayala'],
      );

      const again = browserWith(rig, lms);
      assert.equal((await throughLlaveMx(again, backend, 'nacional')).url.href, `${LMS}/dashboard`);
      assert.equal(lms.accounts.length, 1);
      assert.equal(lms.linksOf(account?.username ?? '').length, 1);
      assert.equal(await rig.count('users'), 1);
      assert.deepEqual([lms.complaints, rig.llaveMx.complaints], [[], []]);
    },
    { moreClients: lmsClient(backend) },
  );
}
