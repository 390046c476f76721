/**
 * The main job: from the course site through Llave MX and back, signed in to the account that is the person's own.
 */
import assert from 'node:assert/strict';
import { BROKER, COURSE_SITE, forEachRig } from '../rig.ts';

for (const mode of ['apps', 'web'] as const) {
  forEachRig(
    `a learner signs in with Llave MX (${mode}), signs out everywhere, and comes back to the same account`,
    async (rig) => {
      const browser = rig.browser();
      const first = await rig.signIn(browser, 'nacional');
      assert.match(first.text('signed-in-as'), /Citlali Ximena Robledo Ayala/);
      const sub = subjectOn(first.text('claims-json'));

      const out = await browser.submit(first, 'sign-out');
      assert.equal(out.url.origin + out.url.pathname, `${COURSE_SITE}/signed-out`);
      assert.equal(await rig.count('sessions'), 0);
      const logOut = rig.llaveMx.requests.find(({ path }) => path.endsWith('/cerrarSesion'));
      assert.equal(logOut?.body, '{}');
      const account = await browser.get(`${BROKER}/account`);
      assert.match(account.url.href, /\/sign-in\?/);

      const second = await rig.signIn(rig.browser(), 'nacional');
      assert.equal(subjectOn(second.text('claims-json')), sub);
      assert.equal(await rig.count('users'), 1);
      assert.deepEqual(rig.llaveMx.complaints, []);
      assert.deepEqual((await rig.audit()).map(({ type }) => type).sort(), [
        'identity.linked',
        'session.ended',
        'sign_in.succeeded',
        'sign_in.succeeded',
        'user.created',
      ]);
    },
    { mode },
  );
}

function subjectOn(claims: string): string {
  return JSON.parse(claims).userinfo.sub;
}
