/**
 * The open sessions of an account: told apart in words, and ended (H-05, H-06, H-07).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, forEachRig, withOneRig } from '../rig.ts';
import { byLlaveMx, byMail, open, typesOf } from './own-account.ts';
import { ownWays } from './own-ways.ts';

const isOpen = async (browser: TestBrowser) => (await open(browser, '')).url.pathname === '/account';

/** The fields of the form that ends the first of the others. */
function fieldsToEnd(page: Page): Record<string, string> {
  const form = page.forms.find((one) => one.attribute('action') === '/account/sessions/end') ?? assert.fail('no form');
  return Object.fromEntries(
    form.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']),
  );
}

forEachRig(
  'H-05 one session is ended from another: at its next request nobody is signed in there, and here somebody is',
  async (rig) => {
    const [here, there, third] = [await byMail(rig), await byMail(rig), await byMail(rig)];
    const page = await open(here, '/sessions');
    assert.notEqual(page.find('this-session'), null);
    const handles = page.forms
      .map((form) =>
        form
          .all('input')
          .find((input) => input.attribute('name') === 'session')
          ?.attribute('value'),
      )
      .filter((handle) => handle !== undefined);
    assert.equal(new Set(handles).size, 2);
    const after = await here.post(`${BROKER}/account/sessions/end`, fieldsToEnd(page), { from: page });
    assert.equal(after.url.pathname, '/account/sessions');
    assert.ok(await isOpen(here));
    const left = [await isOpen(there), await isOpen(third)];
    assert.deepEqual(left.toSorted(), [false, true]);
    assert.ok((await typesOf(rig)).includes('session.ended'));
  },
  ownWays,
);

forEachRig(
  'H-05 all others are ended at once, and apps get no code in them',
  async (rig) => {
    const [here, there, third] = [await byMail(rig), await byMail(rig), await byMail(rig)];
    await here.submit(await open(here, '/sessions'), 'end-others');
    assert.ok(await isOpen(here));
    for (const browser of [there, third]) {
      assert.ok(!(await isOpen(browser)));
      assert.equal((await browser.get(`${COURSE_SITE}/login`)).find('claims-json'), null);
    }
    assert.equal((await open(here, '/sessions')).find('end-others'), null);
  },
  ownWays,
);

forEachRig(
  'fifty that end all others from two sessions at once leave one of the two',
  async (rig) => {
    const browsers = [await byMail(rig), await byMail(rig)];
    const pages = await Promise.all(
      browsers.map(async (browser) => [browser, await open(browser, '/sessions')] as const),
    );
    await Promise.all(
      Array.from({ length: 25 }, () =>
        pages.map(([browser, page]) => browser.submit(page, 'end-others').catch(() => {})),
      ).flat(),
    );
    assert.equal(await rig.count('sessions'), 1);
  },
  ownWays,
);

withOneRig(
  'H-07 no id of a session is shown; one of somebody else is not found, and what was made up neither',
  async (rig) => {
    const stranger = await byMail(rig, 'otra@uni.mx');
    await byMail(rig, 'otra@uni.mx');
    const owner = await byLlaveMx(rig);
    await byLlaveMx(rig);
    const page = await open(owner, '/sessions');
    const rows = await rig.databases.durable.all(sql`select id_hash, network_hash from sessions`);
    for (const { id_hash, network_hash } of rows) {
      assert.ok(!page.body.includes(String(id_hash)) && !page.body.includes(String(network_hash)));
    }
    const foreign = fieldsToEnd(await open(stranger, '/sessions'));
    const before = await rig.count('sessions');
    for (const session of [foreign.session ?? '', String(rows[0]?.id_hash), 'made-up', '']) {
      const sent = { ...fieldsToEnd(page), session };
      const refused = await owner.post(`${BROKER}/account/sessions/end`, sent, { from: page });
      assert.equal(refused.text('error-code'), 'not_found', session);
    }
    assert.equal(await rig.count('sessions'), before);
  },
  ownWays,
);
