/**
 * A launch in a frame of its campus: what stands there, and how a window of ours goes on from it (lti.md §3.14, cases 63 and 90).
 *
 * What a browser makes of frames and cookies is seen in test/browser/; here, what is answered to whom.
 */
import assert from 'node:assert/strict';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { CAMPUS, campusWith, createOnFirstLaunch, requireAccount, withCampus } from './campus.ts';

const campus = campusWith(createOnFirstLaunch);
const strict = campusWith(requireAccount);

const sessionsOf = (rig: Rig) => rig.count('sessions');

forEachRig(
  'case 63: a framed launch is nobody’s session, in the frame and at the top, until its window goes on',
  async (rig) => {
    const browser = rig.browser();
    const framed = await campus.launchInFrame(browser);
    assert.deepEqual([framed.status, framed.url.pathname.startsWith('/launch-of-tests/')], [200, true]);
    assert.deepEqual(browser.cookies('broker.test'), []);
    assert.equal(await sessionsOf(rig), 0);
    const home = await browser.get(`${BROKER}/account`);
    assert.equal(home.url.pathname, '/sign-in', 'not signed in by accident');
    const opened = await browser.submit(framed, 'open-window');
    assert.ok(isSignedIn(opened), opened.body);
    assert.equal(await sessionsOf(rig), 1);
    // The page in the frame is still there, and its button may be pressed again.
    assert.ok(isSignedIn(await browser.submit(framed, 'open-window')));
    assert.deepEqual([await sessionsOf(rig), await rig.count('users')], [1, 1]);
  },
  withCampus(campus),
);

withOneRig(
  'case 90: what is asked on the way is asked in the window, and may be in no frame',
  async (rig) => {
    const browser = rig.browser();
    const asked = await browser.submit(await strict.launchInFrame(browser), 'open-window');
    assert.ok(asked.find('launch-sign-in'), asked.body);
    assert.match(asked.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  },
  withCampus(strict),
);

withOneRig(
  'R9 a framed launch of LTI 1.1 asks in its window whether it is them',
  async (rig) => {
    const browser = rig.browser();
    const asked = await browser.submit(await campus.launchInFrame(browser, { version: '1.1' }), 'open-window');
    assert.equal(await sessionsOf(rig), 0);
    assert.ok(isSignedIn(await browser.submit(asked, 'continue-as')));
  },
  withCampus(campus),
);

withOneRig(
  'a launch that is refused says so in the frame, and offers no window',
  async (rig) => {
    const page = await campus.launchInFrame(rig.browser(), { subject: null });
    assert.deepEqual([page.text('error-code'), page.find('open-window')], ['launch_anonymous', null]);
  },
  withCampus(campus),
);

withOneRig(
  'somebody else’s launch is taken over by no form of another site, and by no secret of another launch',
  async (rig) => {
    const attacker = await campus.launchInFrame(rig.browser(), { subject: 'attacker' });
    const victim = rig.browser();
    const own = await campus.launchInFrame(victim);
    const [of, hers] = [attacker, own].map((page) =>
      Object.fromEntries(
        page.document.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']),
      ),
    ) as [Record<string, string>, Record<string, string>];
    const code = async (fields: Record<string, string>, from: string) =>
      (await victim.post(`${BROKER}/lti/continue`, fields, { from })).text('error-code');
    assert.equal(await code(of, 'https://evil.example/'), 'cross_site_request');
    assert.equal(await code(of, `${CAMPUS}/course`), 'cross_site_request');
    assert.equal(await code({ ...of, secret: hers.secret ?? '' }, `${BROKER}/`), 'sign_in_other_browser');
    assert.equal(await code({ ...of, secret: '' }, `${BROKER}/`), 'sign_in_other_browser');
    const byAddress = await victim.get(`${BROKER}/lti/continue?${new URLSearchParams(of)}`);
    assert.equal(byAddress.status, 404);
    assert.deepEqual([await sessionsOf(rig), victim.cookies('broker.test')], [0, []]);
  },
  withCampus(campus),
);

withOneRig(
  'a framed launch waits ten minutes for its window, and not longer',
  async (rig) => {
    const browser = rig.browser();
    const framed = await campus.launchInFrame(browser);
    rig.clock.advance(10 * 60_000);
    const late = await browser.submit(framed, 'open-window');
    assert.equal(late.text('error-code'), 'lti_launch_expired');
    assert.ok(!late.body.includes('href="/sign-in'), 'no list of ways leads back to a course');
  },
  withCampus(campus),
);
