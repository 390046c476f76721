/**
 * Two tabs of one browser that sign in as two people, in every order in which their redirects can interleave.
 *
 * Whoever is overtaken may have to try again, but nobody is stuck or sees a page that is not ours, and in the end the
 * course site and the broker agree on who is signed in (DESIGN §5, §6.8).
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, withOneRig } from '../rig.ts';

/** From the answer of Llave MX to the course site there are fewer redirects than this. */
const HOPS = 7;

const goodEnds = [
  `200 ${COURSE_SITE}/`,
  // Overtaken before the course site was answered: the chooser, for another try.
  `200 ${BROKER}/sign-in`,
  // Overtaken after that: the first person's code died with the session (H-10), and the course site offers another try.
  `400 ${COURSE_SITE}/callback`,
];

withOneRig(
  'two people in two tabs: no order of their redirects leads astray, or leaves two people signed in',
  async (rig) => {
    for (let first = 0; first < HOPS; first++) {
      for (let second = 0; second < HOPS; second++) {
        const where = `the first tab stopped after ${first} redirects, the second after ${second}`;
        const browser = rig.browser();
        const tabs = [await rig.toLlaveMx(browser), await rig.toLlaveMx(browser)] as const;
        const one = await hop(browser, await answer(browser, tabs[0], 'nacional'), first);
        const other = await hop(browser, await answer(browser, tabs[1], 'extranjero'), second);
        for (const stopped of [one, other]) {
          const end = await hop(browser, stopped, Number.POSITIVE_INFINITY);
          const told = `${end.status} ${end.url.origin}${end.url.pathname}`;
          assert.ok(goodEnds.includes(told), `${where}: ${told}`);
        }
        const account = await browser.get(`${BROKER}/account`);
        const site = await browser.get(`${COURSE_SITE}/`);
        assert.ok(site.text('signed-in-as').endsWith(account.text('account-name')), where);
      }
    }
  },
);

/** The answer of Llave MX, not yet followed. */
function answer(browser: TestBrowser, people: Page, person: string): Promise<Page> {
  return browser.submit(people, `person-${person}`, {}, { follow: false });
}

/** Follows at most so many redirects. */
async function hop(browser: TestBrowser, from: Page, most: number): Promise<Page> {
  let page = from;
  for (let hops = 0; hops < most && page.redirect !== null; hops++) {
    page = await browser.get(page.redirect, { from: page, follow: false });
  }
  return page;
}
