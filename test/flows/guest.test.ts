/**
 * Guests: temporary accounts, each of its own (DESIGN §6.6).
 */
import assert from 'node:assert/strict';
import { BROKER, forEachRig, withOneRig } from '../rig.ts';
import { isSignedIn, ownWays, towards } from './own-ways.ts';

forEachRig(
  'a guest goes in with a temporary account, and two guests are two',
  async (rig) => {
    const pages = await Promise.all(
      [rig.browser(), rig.browser()].map(async (browser) => browser.submit(await towards(browser, 'guest'), 'submit')),
    );
    assert.ok(pages.every(isSignedIn));
    const rows = await rig.databases.durable.all({ shape: ['select state from users'], values: [] });
    assert.deepEqual(rows, [{ state: 'temporary' }, { state: 'temporary' }]);
  },
  ownWays,
);

withOneRig(
  'opening the page, as a prefetch does, makes nobody',
  async (rig) => {
    for (let time = 0; time < 3; time++) await towards(rig.browser(), 'guest');
    await rig.browser().get(`${BROKER}/sign-in/guest`);
    assert.equal(await rig.count('users'), 0);
  },
  ownWays,
);

withOneRig(
  'a button that is pressed twice makes one guest',
  async (rig) => {
    const browser = rig.browser();
    const page = await towards(browser, 'guest');
    await Promise.all([browser.submit(page, 'submit'), browser.submit(page, 'submit'), browser.submit(page, 'submit')]);
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 1);
  },
  ownWays,
);
