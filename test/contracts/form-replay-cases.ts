/**
 * The same form more than once: again after the end, from the page before, in two tabs, by fifty presses at once, too late.
 */
import assert from 'node:assert/strict';
import { SIGN_IN_LIFE } from '../../src/sign-in/beginning.ts';
import { REPLAY_GRACE } from '../../src/sign-in/sign-in.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import { always, type FormCase, needing, needsMail, needsSamePerson } from './form-case.ts';
import {
  accountsMade,
  addressOf,
  assertSame,
  type FormWorld,
  fieldOf,
  formOf,
  isKnownThere,
  type Standing,
  sentBy,
  waited,
} from './form-world.ts';

/** Each form of the way as it was sent, from the first to the end. */
async function walkKeepingForms(world: FormWorld): Promise<{ last: Standing; sent: Form[] }> {
  const sent: Form[] = [];
  let at = await world.stand(0);
  for (const step of world.fixture.presses.keys()) {
    const press = world.fixture.presses[step] ?? assert.fail();
    at = { ...at, step, press };
    const fields = await sentBy(world, at);
    sent.push(fields);
    at = { ...at, page: await at.browser.post(addressOf(), fields, { from: at.page }) };
  }
  assert.ok(isSignedIn(at.page), at.page.url.href);
  return { last: at, sent };
}

type Form = { readonly [name: string]: string };

const usersAndSessions = async ({ rig }: FormWorld) => ({
  users: await rig.count('users'),
  sessions: await rig.count('sessions'),
});

const ofReplay: readonly FormCase[] = [
  always('C-04 each form again right after the end: the same end, and nothing twice', async (world) => {
    const { last, sent } = await walkKeepingForms(world);
    const before = await world.people();
    for (const fields of sent) {
      const page = await last.browser.post(addressOf(), fields, { from: `${BROKER}/sign-in/step` });
      // The course site takes each answer once (OpenID Connect Core §3.1.2.7): what it says to a second one is its own.
      assert.equal(page.url.origin, COURSE_SITE, page.body.slice(0, 300));
      assert.ok(await isKnownThere(last.browser));
    }
    assertSame(before, await world.people(), 'replayed');
  }),
  always('C-04 each form again later: sign_in_replayed, and nothing is let in', async (world) => {
    const { last, sent } = await walkKeepingForms(world);
    await last.browser.click(await last.browser.get(`${COURSE_SITE}/`), 'sign-out');
    const before = await world.people();
    world.later(REPLAY_GRACE);
    for (const fields of sent) {
      const page = await last.browser.post(addressOf(), fields, { from: `${BROKER}/sign-in/step` });
      world.refused(page, 'sign_in_replayed');
      assert.notEqual(page.find('start-again'), null);
    }
    assertSame(before, await world.people(), 'replayed later');
  }),
  always('a form that was left open for an hour: sign_in_expired, and the person begins again', async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      const before = await world.people();
      const fields = await sentBy(world, at);
      world.later(SIGN_IN_LIFE);
      // A browser has forgotten the cookie by then; whoever kept it is told the same.
      const page = await at.browser.post(addressOf(), fields, { from: at.page });
      world.refused(page, 'sign_in_other_browser');
      assertSame(before, await world.people(), at.press.form);
      await world.behave();
    }
  }),
];

const ofTabs: readonly FormCase[] = [
  always(
    'a form that was sent from the page before (back button, second tab): not taken for what is asked now',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        if (step === 0) continue;
        for (const earlier of Array.from({ length: step }, (_, index) => index)) {
          const stale = await world.stand(earlier);
          const old = await sentBy(world, stale);
          let page = stale.page;
          for (const press of world.fixture.presses.slice(earlier, step)) {
            page = await stale.browser.submit(page, press.button, await world.fields({ ...stale, press }));
          }
          const at: Standing = { ...stale, page, step, press: world.fixture.presses[step] ?? assert.fail() };
          const before = await world.people();
          const shown = await at.browser.post(addressOf(), old, { from: stale.page });
          assert.equal(formOf(await world.stored(shown)), at.press.form);
          assert.equal(shown.body, (await at.browser.get(`${BROKER}/sign-in/step?id=${fieldOf(page, 'id')}`)).body);
          assert.ok(!shown.body.includes('role="alert"'), 'nobody is told that something was wrong');
          assertSame(before, await world.people(), at.press.form);
          await world.goOn(at);
        }
      }
    },
  ),
  always(
    'two tabs, two attempts: both end at the course site, and in one account where the person is one',
    async (world) => {
      const one = await world.stand(0);
      const other = await world.stand(0, one);
      const before = await usersAndSessions(world);
      await world.goOn(one);
      await world.goOn(other);
      const made = (await usersAndSessions(world)).users - before.users;
      assert.equal(made, world.fixture.samePersonAgain ? accountsMade(world) : 2);
    },
  ),
  always('back to the list of ways and here again, from every form: the person gets in', async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      const other = await at.browser.get(`${BROKER}/sign-in?id=${fieldOf(at.page, 'id')}`);
      const again = await at.browser.click(other, 'provider-subject');
      // Within a few minutes it is the very form that was left.
      await world.goOn({ ...at, page: again });
    }
  }),
  always(
    'another way chosen in the second tab: the form of the first is not taken, and the second goes on',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const fields = await sentBy(world, at);
        const away = await at.browser.get(`${BROKER}/sign-in/llave-mx?id=${fieldOf(at.page, 'id')}`);
        const before = await world.people();
        const page = await at.browser.post(addressOf(), fields, { from: at.page });
        assert.ok(!isSignedIn(page));
        assertSame(before, await world.people(), at.press.form);
        assert.ok(isSignedIn(await at.browser.submit(away, 'person-nacional')));
      }
    },
  ),
  always('the link to another language in front of each form: the same form, in that language', async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      const page = await at.browser.click(at.page, 'language-es-MX');
      assert.equal(page.document.all('html')[0]?.attribute('lang'), 'es-MX');
      assert.equal(formOf(await world.stored(page)), at.press.form);
      await world.goOn({ ...at, page });
    }
  }),
];

const fifty = <Result>(work: () => Promise<Result>) => Promise.all(Array.from({ length: 50 }, work));

const ofRaces: readonly FormCase[] = [
  always(
    'E-09 fifty presses of one button at once, at each form: one account, one session, and at most one mail',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const before = await usersAndSessions(world);
        const mails = world.rig.mailbox.length;
        const fields = await sentBy(world, at);
        const pages = await fifty(() => at.browser.post(addressOf(), fields, { from: at.page }));
        for (const page of pages) assert.ok(page.status < 500, `${page.status}`);
        await world.rig.mail.settle();
        assert.ok(world.rig.mailbox.length - mails <= 1, `${world.rig.mailbox.length - mails} mails`);
        const shown = await at.browser.get(`${BROKER}/sign-in/step?id=${fieldOf(at.page, 'id')}`);
        const page = await waited(at.browser, shown);
        const isLast = step === world.fixture.presses.length - 1;
        if (isLast) assert.ok(await isKnownThere(at.browser), page.url.href);
        else await world.goOn({ ...at, page, step: step + 1 });
        const { users, sessions } = await usersAndSessions(world);
        assert.deepEqual([users - before.users, sessions - before.sessions], [accountsMade(world), 1]);
      }
    },
  ),
  always('twenty people at once: each in an account of their own', async (world) => {
    const standing = await Promise.all(Array.from({ length: 20 }, () => world.stand(0)));
    const ends = await Promise.all(standing.map((at) => world.goOn(at)));
    const subs = ends.map((page) => JSON.parse(page.text('claims-json')).userinfo.sub);
    assert.equal(new Set(subs).size, 20);
  }),
  needing('R-08 one person in four browsers at once: one account', needsSamePerson, async (world) => {
    const person = await world.newPerson();
    const before = await usersAndSessions(world);
    const ready: { readonly at: Standing; readonly fields: Form }[] = [];
    for (let browsers = 0; browsers < 4; browsers++) {
      const at = await world.stand(world.fixture.presses.length - 1, { person });
      // Read now: the next browser gets a mail of its own, with another code.
      ready.push({ at, fields: await sentBy(world, at) });
    }
    const send = ({ at, fields }: (typeof ready)[number]) => at.browser.post(addressOf(), fields, { from: at.page });
    const pages = await Promise.all(ready.map(send));
    // A password that is chosen ends the other sessions, also one that was on its way to the course site.
    assert.ok(pages.some(isSignedIn) && pages.every(({ status }) => status < 500));
    assert.equal((await usersAndSessions(world)).users - before.users, accountsMade(world));
  }),
  needing(
    'F-16 the button that sends a mail, pressed fifty times one after the other: few mails, and the last code works',
    needsMail,
    async (world) => {
      const step = world.fixture.presses.findIndex((press) => press.readsMail);
      const at = await world.stand(step);
      const mails = world.rig.mailbox.length;
      let { page } = at;
      for (let presses = 0; presses < 50; presses++) page = await at.browser.submit(page, 'resend');
      await world.rig.mail.settle();
      assert.equal(world.rig.mailbox.length, mails, 'not within a minute of the last one');
      for (let presses = 0; presses < 10; presses++) {
        world.later(60_000);
        page = await at.browser.submit(page, 'resend');
      }
      await world.rig.mail.settle();
      assert.equal(world.rig.mailbox.length - mails, 4, 'with the first, five an hour');
      await world.goOn({ ...at, page });
    },
  ),
];

export const replayCases: readonly FormCase[] = [...ofReplay, ...ofTabs, ...ofRaces];
