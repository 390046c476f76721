/**
 * B-31: a provider that the operator switched off signs nobody in, at whatever point of a sign-in that happens.
 */
import assert from 'node:assert/strict';
import { assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';

const off = { enabled: false };

forEachRig(
  'B-31 switched off while the list of providers is open: the choice is refused, and switching on restores it',
  async (rig) => {
    const browser = rig.browser();
    const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    await rig.configure(off);
    const page = await browser.click(chooser, 'provider-llave-mx');
    assert.equal(page.text('error-code'), 'provider_unknown');
    assert.equal(page.status, 404);
    const again = await browser.click(page, 'start-again');
    assert.equal(again.find('provider-llave-mx'), null);
    assert.equal(rig.llaveMx.requests.length, 0);

    await rig.configure({});
    const people = await browser.click(await browser.get(again.url), 'provider-llave-mx');
    assert.equal((await browser.submit(people, 'person-nacional')).url.origin, COURSE_SITE);
  },
);

forEachRig('B-31 switched off while the person is away: the callback is refused, and no code is spent', async (rig) => {
  const browser = rig.browser();
  const people = await rig.toLlaveMx(browser);
  await rig.configure(off);
  await assertRefused(rig, await browser.submit(people, 'person-nacional'), 'provider_disabled');
  assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 0);
});

forEachRig('B-31 switched off between the callback and the commit: nothing is written', async (rig) => {
  const browser = rig.browser();
  const back = await browser.submit(await rig.toLlaveMx(browser), 'person-nacional', {}, { follow: false });
  const decided = await browser.get(back.redirect ?? '', { from: back, follow: false });
  await rig.configure(off);
  await assertRefused(rig, await browser.follow(decided), 'provider_disabled');
  for (const table of ['users', 'identities', 'sessions'] as const) assert.equal(await rig.count(table), 0);
});

forEachRig(
  'B-31 switched off while a question waits: the answer is refused, and nothing is written',
  async (rig) => {
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'nacional');
    await rig.configure(off);
    await assertRefused(rig, await browser.submit(question, 'confirm-yes'), 'provider_disabled');
    assert.equal(await rig.count('users'), 0);
  },
  { steps: askBeforeCreating },
);

forEachRig(
  'B-31 a provider that is off has no start, no callback and no hint; who is signed in stays so',
  async (rig) => {
    const signedIn = rig.browser();
    await rig.signIn(signedIn, 'nacional');
    await rig.configure(off);
    const browser = rig.browser();
    const started = await browser.get(`${BROKER}/sign-in/llave-mx`);
    assert.equal(started.text('error-code'), 'provider_unknown');
    const state = new URL(started.get('start-again').attribute('href') ?? '', BROKER);
    assert.equal(state.pathname, '/sign-in');
    await assertRefused(
      rig,
      await browser.get(`${BROKER}/callback/llave-mx?code=x&state=${'A'.repeat(22)}`),
      'sign_in_unknown',
    );
    const hinted = await browser.get(`${COURSE_SITE}/login?idp_hint=llave-mx`);
    assert.equal(hinted.url.pathname, '/sign-in');
    assert.equal(hinted.find('provider-llave-mx'), null);

    assert.equal((await signedIn.get(`${BROKER}/account`)).url.pathname, '/account');
    // Nobody is kept signed in because the provider that signed them in is off.
    const out = await signedIn.submit(await signedIn.get(`${COURSE_SITE}/`), 'sign-out');
    assert.equal(out.url.pathname, '/signed-out');
    assert.equal(await rig.count('sessions'), 0);
  },
);
