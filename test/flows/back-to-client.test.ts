/**
 * From a page of ours back to the course site without having signed in: the client is told why, in OAuth's own words.
 */
import assert from 'node:assert/strict';
import { COURSE_SITE, withOneRig } from '../rig.ts';

withOneRig(
  'RFC 6749 §4.1.2.1: the person who did not agree goes back, and the client learns access_denied',
  async (rig) => {
    const browser = rig.browser();
    const refused = await rig.signIn(browser, 'rechaza');
    const back = await browser.click(refused, 'back-to-client');
    assert.equal(back.url.origin, COURSE_SITE);
    assert.equal(back.text('error-code'), 'access_denied');
  },
);

withOneRig(
  'RFC 6749 §4.1.2.1: a provider that is down is no refusal: the client learns temporarily_unavailable',
  async (rig) => {
    rig.llaveMx.misbehave({ endpoint: 'token', how: { kind: 'html-from-load-balancer', status: 502 }, times: 1 });
    const browser = rig.browser();
    const refused = await rig.signIn(browser, 'nacional');
    const back = await browser.click(refused, 'back-to-client');
    assert.equal(back.url.searchParams.get('error'), 'temporarily_unavailable');
  },
);

withOneRig('the sign-in of another request cannot say why this one ends', async (rig) => {
  rig.llaveMx.misbehave({ endpoint: 'token', how: { kind: 'html-from-load-balancer', status: 502 }, times: 1 });
  const browser = rig.browser();
  const refused = await rig.signIn(browser, 'nacional');
  const foreign = new URL(refused.get('back-to-client').attribute('href') ?? '', refused.url).searchParams;
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  const cancel = new URL(chooser.get('cancel').attribute('href') ?? '', chooser.url);
  cancel.search = foreign.toString();
  const back = await browser.get(cancel, { from: chooser });
  assert.equal(back.url.searchParams.get('error'), 'access_denied');
});
