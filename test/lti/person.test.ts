/**
 * What a launch becomes: a person, an account, a session, and the way to the app (lti.md §5, §6; DESIGN §6.8).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { chooseMail } from '../flows/own-account.ts';
import { isSignedIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import {
  CAMPUS,
  campusWith,
  createOnFirstLaunch,
  LESSON,
  never,
  personWith,
  requireAccount,
  trustEmails,
  withCampus,
} from './campus.ts';

const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

const subOf = (page: Page): string => JSON.parse(page.text('claims-json')).userinfo.sub;
const codeOf = (page: Page) => page.text('error-code');
/** Whom the site sees by single sign-on. */
const subAt = async (browser: TestBrowser) => subOf(await browser.get(`${COURSE_SITE}/login`));

async function identitiesOf(rig: Rig) {
  const rows = await rig.databases.durable.all(
    sql`select provider, subject, user_id from identities order by provider, subject`,
  );
  return rows.map(({ provider, subject, user_id: userId }) => ({ provider, subject, userId }));
}

{
  const campus = campusWith(createOnFirstLaunch);
  forEachRig(
    'case 68: a first launch makes one account with a random name and no address that counts; the second signs in to it',
    async (rig) => {
      const page = await campus.launch(rig.browser());
      assert.ok(isSignedIn(page), page.body);
      assert.equal(page.url.origin, COURSE_SITE);
      const [user, ...more] = await rig.databases.durable.all(sql`select username from users`);
      assert.equal(more.length, 0);
      assert.match(String(user?.username), /^[a-z0-9]{30}$/);
      const emails = await rig.databases.durable.all(sql`select address, verified_at from emails`);
      assert.deepEqual(
        emails.map((row) => ({ ...row })),
        [{ address: 'ana@uni.mx', verified_at: null }],
      );
      const again = await campus.launch(rig.browser());
      assert.equal(subOf(again), subOf(page));
      assert.deepEqual(
        (await identitiesOf(rig)).map(({ provider, subject }) => [provider, subject]),
        [['lti:campus', 'ana-1']],
      );
      assert.equal(await rig.count('users'), 1);
    },
    withCampus(campus),
  );
}

{
  const campus = campusWith(createOnFirstLaunch, 'other');
  forEachRig(
    'cases 69, 83: of 20 first launches of one person at once there is one account; the same id of another campus is another person',
    async (rig) => {
      const browsers = Array.from({ length: 20 }, () => rig.browser());
      const pages = await Promise.all(browsers.map((browser) => campus.launch(browser)));
      assert.equal(new Set(pages.map(subOf)).size, 1);
      assert.deepEqual([await rig.count('users'), await rig.count('identities')], [1, 1]);
      const other = await campus.launch(rig.browser(), { registration: 'other' });
      assert.notEqual(subOf(other), subOf(pages[0] ?? other));
      const changed = await campus.launch(rig.browser(), { subject: 'ANA-1' });
      assert.notEqual(subOf(changed), subOf(pages[0] ?? other));
      assert.equal(await rig.count('users'), 3);
    },
    withCampus(campus),
  );
}

{
  const campus = campusWith(requireAccount);
  const signedIn = async (rig: Rig, address = 'ana@uni.mx') => {
    const browser = rig.browser();
    assert.ok(isSignedIn(await signInByMail(rig, browser, address)));
    return browser;
  };

  forEachRig(
    'case 72: require-account: who is signed in with the same verified address is asked, by the names of both, and nothing is tied before',
    async (rig) => {
      const browser = await signedIn(rig);
      const sub = await subAt(browser);
      const asked = await campus.launch(browser, { person: personWith({ fullName: 'Ana R.', email: 'ANA@uni.mx' }) });
      assert.ok(asked.find('launch-link'), asked.body);
      for (const words of ['Practice campus', 'Ana R.', 'ANA@uni.mx']) assert.ok(asked.body.includes(words), words);
      assert.equal((await identitiesOf(rig)).length, 1);
      const session = sessionOf(browser);
      const end = await browser.submit(asked, 'launch-link');
      assert.deepEqual([isSignedIn(end), subOf(end), end.url.origin], [true, sub, COURSE_SITE]);
      // Case 81: the session of the person stays the very same.
      assert.equal(sessionOf(browser), session);
      assert.equal((await identitiesOf(rig)).length, 2);
      assert.ok((await rig.lastMail('ana@uni.mx'))?.text.includes('Practice campus'));
      assert.equal(subOf(await campus.launch(rig.browser())), sub);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 72: saying no ties nothing and leaves everybody signed in',
    async (rig) => {
      const browser = await signedIn(rig);
      const session = sessionOf(browser);
      const page = await browser.submit(await campus.launch(browser), 'launch-refuse');
      assert.equal(codeOf(page), 'launch_not_linked');
      assert.deepEqual([(await identitiesOf(rig)).length, sessionOf(browser)], [1, session]);
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    'case 71: require-account: nobody is signed in; they sign in first, are asked, and come back to the launch',
    async (rig) => {
      const sub = await subAt(await signedIn(rig));
      const browser = rig.browser();
      const first = await campus.launch(browser);
      assert.ok(first.find('launch-sign-in'));
      const chooser = await browser.submit(first, 'launch-sign-in');
      const asked = await chooseMail(rig, browser, chooser, 'ana@uni.mx');
      assert.ok(asked.find('launch-link'), asked.body);
      const end = await browser.submit(asked, 'launch-link');
      assert.deepEqual([isSignedIn(end), subOf(end)], [true, sub]);
      assert.equal((await identitiesOf(rig)).length, 2);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 73: require-account: no address is no equal one; nothing is tied, and the page says why',
    async (rig) => {
      const browser = await signedIn(rig);
      const page = await campus.launch(browser, { person: personWith({ fullName: 'Ana' }) });
      assert.equal(codeOf(page), 'launch_address_missing');
      assert.equal((await identitiesOf(rig)).length, 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 74: R3 require-account: an account without the address is none; who shows one is told so and not asked again',
    async (rig) => {
      const browser = await signedIn(rig, 'bea@otra.mx');
      const first = await campus.launch(browser);
      assert.ok(first.find('launch-sign-in') && first.find('launch-link') === null);
      const chooser = await browser.submit(first, 'launch-sign-in');
      assert.equal(codeOf(await chooseMail(rig, browser, chooser, 'bea@otra.mx')), 'launch_address_differs');
      assert.equal((await identitiesOf(rig)).length, 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 74: a launch posted in the victim’s browser ties nothing without the victim’s press, and no other form’s token presses for them',
    async (rig) => {
      const victim = await signedIn(rig);
      const asked = await campus.launch(victim, {
        subject: 'attacker',
        person: personWith({ fullName: 'Mallory', email: 'ana@uni.mx' }),
      });
      assert.ok(asked.body.includes('Mallory'));
      const id = asked.url.searchParams.get('id') ?? '';
      const forged = { id, token: 'x'.repeat(43), step: 'launch-rule', form: 'launch-link', answer: 'link' };
      const page = await victim.post(`${BROKER}/sign-in/step`, forged, { from: `${CAMPUS}/course` });
      assert.equal(codeOf(page), 'cross_site_request');
      const own = await victim.post(`${BROKER}/sign-in/step`, forged, { from: asked });
      assert.equal(codeOf(own), 'cross_site_request');
      assert.equal((await identitiesOf(rig)).length, 1);
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(createOnFirstLaunch);
  forEachRig(
    'case 80: DESIGN §6.8 somebody else is signed in: a page names both; staying leaves everything as it was, going on ends the other session',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'bea@otra.mx');
      const [sub, session] = [await subAt(browser), sessionOf(browser)];
      const asked = await campus.launch(browser);
      assert.ok(asked.body.includes('Ana Robles') && asked.find('switch-stay'), asked.body);
      assert.equal(await rig.count('users'), 1);
      const stayed = await browser.submit(asked, 'switch-stay');
      assert.equal(codeOf(stayed), 'launch_declined');
      assert.deepEqual([sessionOf(browser), await subAt(browser), await rig.count('users')], [session, sub, 1]);

      const end = await browser.submit(await campus.launch(browser), 'switch-go');
      assert.ok(isSignedIn(end));
      assert.notEqual(subOf(end), sub);
      assert.notEqual(sessionOf(browser), session);
      assert.equal(await rig.count('sessions'), 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 80: a yes that was said of somebody else counts for nobody: who signed in meanwhile is asked about anew',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'bea@otra.mx');
      const asked = await campus.launch(browser);
      const chooser = await browser.get(`${BROKER}/sign-in?return_to=/account`);
      await chooseMail(rig, browser, chooser, 'carla@otra.mx');
      const carla = await subAt(browser);
      const again = await browser.submit(asked, 'switch-go');
      assert.ok(again.find('switch-stay'), again.body);
      assert.equal(await subAt(browser), carla);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 81: the person’s own launch asks nothing and keeps the session',
    async (rig) => {
      const browser = rig.browser();
      await campus.launch(browser);
      const session = sessionOf(browser);
      assert.ok(isSignedIn(await campus.launch(browser)));
      assert.equal(sessionOf(browser), session);
      assert.equal(await rig.count('sessions'), 1);
    },
    withCampus(campus),
  );

  withOneRig(
    'case 79: a closed account is not entered by a launch, and no second one is made',
    async (rig) => {
      await campus.launch(rig.browser());
      await rig.databases.durable.run(sql`update users set state = 'disabled'`);
      await rig.databases.durable.run(sql`delete from sessions`);
      assert.equal(codeOf(await campus.launch(rig.browser())), 'user_disabled');
      assert.deepEqual([await rig.count('users'), await rig.count('sessions')], [1, 0]);
    },
    withCampus(campus),
  );

  withOneRig(
    'cases 26, 47: an anonymous launch, or one with an id for anybody, makes nobody and leaves who is signed in',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'bea@otra.mx');
      const session = sessionOf(browser);
      for (const subject of [null, '0', 'Guest']) {
        assert.equal(codeOf(await campus.launch(browser, { subject })), 'launch_anonymous');
      }
      for (const subject of ['', ' ', 'null']) {
        assert.equal(codeOf(await campus.launch(browser, { subject })), 'subject_unusable');
      }
      assert.deepEqual([await rig.count('users'), sessionOf(browser)], [1, session]);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'cases 52, 53: a launch that speaks of somebody else, or sets up a course, makes nobody an account; who is known is let in as themselves',
    async (rig) => {
      for (const message of ['submission-review', 'data-privacy', 'deep-linking'] as const) {
        assert.equal(codeOf(await campus.launch(rig.browser(), { message })), 'launch_not_linked');
      }
      assert.equal(await rig.count('users'), 0);
      const page = await campus.launch(rig.browser());
      assert.equal(subOf(await campus.launch(rig.browser(), { message: 'submission-review' })), subOf(page));
    },
    withCampus(campus),
  );

  withOneRig(
    'case 86: a practice learner of the platform has an account of its own, without an address',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'ana@uni.mx');
      const page = await browser.submit(await campus.launch(browser, { roles: [TEST_USER] }), 'switch-go');
      assert.ok(isSignedIn(page));
      assert.equal(await rig.count('users'), 2);
      assert.equal(await rig.count('emails'), 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'cases 32, 89: a target elsewhere is refused, what is no address leads to the beginning, and one of ours likewise',
    async (rig) => {
      for (const target of ['https://evil.test/', `${COURSE_SITE}/admin`, `${COURSE_SITE}/courses/..%2fadmin`]) {
        assert.equal(codeOf(await campus.launch(rig.browser(), { target })), 'launch_target_unknown', target);
      }
      assert.equal(await rig.count('users'), 0);
      for (const target of ['//evil', '/\\evil', 'https:evil', null, `${BROKER}/lti/1.3/launch`]) {
        const page = await campus.launch(rig.browser(), { target });
        assert.ok(isSignedIn(page), String(target));
        assert.ok(!page.trail.some(({ url }) => String(url).includes('target_link_uri')));
      }
    },
    withCampus(campus),
  );

  withOneRig(
    'the app begins the sign-in, told where to and by whom, and nothing of the person (OpenID Connect Core §4)',
    async (rig) => {
      const page = await campus.launch(rig.browser());
      const begun = page.trail.map(({ url }) => new URL(url)).find(({ origin }) => origin === COURSE_SITE);
      assert.deepEqual(Object.fromEntries(begun?.searchParams ?? []), { iss: BROKER, target_link_uri: LESSON });
    },
    withCampus(campus),
  );

  withOneRig(
    'case 88: a registration that was taken out lets nobody in, also not who was on the way',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'bea@otra.mx');
      const asked = await campus.launch(browser);
      const registration = campus.registrations.get('campus');
      assert.ok(registration);
      campus.registrations.clear();
      try {
        assert.equal(codeOf(await campus.launch(rig.browser())), 'launch_unavailable');
        assert.equal(codeOf(await browser.submit(asked, 'switch-go')), 'provider_disabled');
      } finally {
        campus.registrations.set('campus', registration);
      }
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(never);
  withOneRig(
    'never: nobody new is let in, whatever speaks for them',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'ana@uni.mx');
      assert.equal(codeOf(await campus.launch(browser)), 'launch_not_linked');
      assert.equal((await identitiesOf(rig)).length, 1);
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(trustEmails);
  forEachRig(
    'case J-14: R4 trust-emails: an address of a named domain leads to the account that has it as verified; of another it makes a new one',
    async (rig) => {
      const owner = rig.browser();
      await signInByMail(rig, owner, 'ana@uni.mx');
      assert.equal(subOf(await campus.launch(rig.browser())), await subAt(owner));
      await signInByMail(rig, rig.browser(), 'dora@uni.mx.evil.test');
      const page = await campus.launch(rig.browser(), {
        subject: 'dora',
        person: personWith({ email: 'dora@uni.mx.evil.test' }),
      });
      assert.ok(isSignedIn(page));
      assert.equal(await rig.count('users'), 3);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case J-14: R4 trust-emails: an address of LTI 1.1 is any course author’s, and trusted in no domain',
    async (rig) => {
      const owner = rig.browser();
      await signInByMail(rig, owner, 'ana@uni.mx');
      assert.notEqual(subOf(await campus.launch(rig.browser(), { version: '1.1' })), await subAt(owner));
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 78: a second id with the address of an account that has one of this campus is not tied to it by that',
    async (rig) => {
      const sub = subOf(await campus.launch(rig.browser()));
      const browser = rig.browser();
      const asked = await campus.launch(browser, { subject: 'ana-2' });
      assert.ok(asked.find('existing-account'), asked.body);
      const other = await browser.submit(asked, 'new-account');
      assert.ok(isSignedIn(other));
      assert.notEqual(subOf(other), sub);
    },
    withCampus(campus),
  );

  withOneRig(
    'R7 a later launch gives an account no verified address: whoever could write it at the campus would get the mail of its owner here',
    async (rig) => {
      const mallory = subOf(
        await campus.launch(rig.browser(), { subject: 'm', person: personWith({ email: 'mallory@uni.mx' }) }),
      );
      const victims = { subject: 'm', person: personWith({ email: 'victima@uni.mx' }) };
      assert.equal(subOf(await campus.launch(rig.browser(), victims)), mallory);
      const victim = rig.browser();
      await signInByMail(rig, victim, 'victima@uni.mx');
      assert.notEqual(await subAt(victim), mallory);
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    'case 78: of twenty new ids that come at once with the address of an account, one is tied to it; the others are asked',
    async (rig) => {
      await signInByMail(rig, rig.browser(), 'ana@uni.mx');
      const launches = Array.from({ length: 20 }, (_, index) =>
        campus.launch(rig.browser(), { subject: `ana-at-once-${index}` }),
      );
      const pages = await Promise.all(launches);
      assert.equal(pages.filter(isSignedIn).length, 1);
      assert.equal(pages.filter((page) => page.find('existing-account') !== null).length, 19);
      assert.equal((await identitiesOf(rig)).length, 2);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 82: per-course ids of one person are tied to one account by signing in to it and saying that both are theirs, and listed there',
    async (rig) => {
      const owner = rig.browser();
      await signInByMail(rig, owner, 'ana@uni.mx');
      const sub = subOf(await campus.launch(rig.browser()));
      const browser = rig.browser();
      const asked = await campus.launch(browser, { subject: 'ana-2' });
      const shown = await chooseMail(rig, browser, await browser.submit(asked, 'existing-account'), 'ana@uni.mx');
      assert.ok(shown.find('launch-link') && shown.body.includes('Ana Robles'), shown.body);
      assert.equal((await identitiesOf(rig)).length, 2);
      const end = await browser.submit(shown, 'launch-link');
      assert.equal(subOf(end), sub);
      const page = await owner.get(`${BROKER}/account/identities`);
      assert.equal(page.body.split('Practice campus').length - 1 >= 2, true, page.body);
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith({ kind: 'trust-emails', domains: ['uni.mx'], staff: [] });
  forEachRig(
    'case 75: R5 an account with staff powers is reached by no address, also by whoever signs in to it for the launch',
    async (rig) => {
      await signInByMail(rig, rig.browser(), 'ana@uni.mx');
      const [user] = await rig.databases.durable.all(sql`select username from users`);
      const registration = campus.registrations.get('campus');
      assert.ok(registration);
      const linking = {
        kind: 'trust-emails',
        domains: ['uni.mx'],
        staff: [String(user?.username).toUpperCase()],
      } as const;
      campus.registrations.set('campus', { ...registration, linking });
      try {
        const visitor = rig.browser();
        const asked = await campus.launch(visitor);
        assert.ok(asked.find('existing-account'), asked.body);
        const shown = await chooseMail(rig, visitor, await visitor.submit(asked, 'existing-account'), 'ana@uni.mx');
        assert.equal(codeOf(shown), 'launch_account_guarded');
        assert.deepEqual([(await identitiesOf(rig)).length, await rig.count('users')], [1, 1]);
        // Whoever the campus gave the address to, and who has an account of their own: in that they end, and in no other.
        await signInByMail(rig, rig.browser(), 'mallory@otra.mx');
        const mallory = rig.browser();
        const waiting = await mallory.submit(await campus.launch(mallory, { subject: 'm' }), 'existing-account');
        const named = await chooseMail(rig, mallory, waiting, 'mallory@otra.mx');
        assert.ok(named.find('launch-link'), named.body);
        const owners = (await identitiesOf(rig)).filter(({ provider }) => provider === 'lti:campus');
        assert.deepEqual(owners, []);
        const staff = rig.browser();
        const asStaff = await staff.submit(await campus.launch(staff, { subject: 's' }), 'existing-account');
        assert.equal(codeOf(await chooseMail(rig, staff, asStaff, 'ana@uni.mx')), 'launch_account_guarded');
        campus.registrations.set('campus', {
          ...registration,
          linking: { kind: 'require-account', staff: linking.staff },
        });
        const browser = rig.browser();
        await signInByMail(rig, browser, 'ana@uni.mx');
        assert.equal(codeOf(await campus.launch(browser)), 'launch_account_guarded');
      } finally {
        campus.registrations.set('campus', registration);
      }
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(createOnFirstLaunch, 'old');
  const asOld = { registration: 'old', version: '1.1', deploymentId: null, subject: '77' } as const;
  const claim = { migratedFrom: { consumer: 'old', userId: '77' } };
  forEachRig(
    'cases 66, 67: a proved migration claim leads the new id to the account of the old one, once; both go on, and it is written down',
    async (rig) => {
      const sub = subOf(await campus.launch(rig.browser(), asOld));
      assert.equal(subOf(await campus.launch(rig.browser(), claim)), sub);
      assert.equal(subOf(await campus.launch(rig.browser(), asOld)), sub);
      assert.equal(subOf(await campus.launch(rig.browser(), { ...claim, migratedFrom: null })), sub);
      assert.equal(await rig.count('users'), 1);
      const rows = await rig.databases.durable.all(sql`select detail from audit_events where type = 'identity.linked'`);
      assert.ok(rows.some(({ detail }) => String(detail).includes('was-known-by-another-version')));
      // Another id that claims the same person is somebody else, and the trail says what it claimed.
      assert.notEqual(subOf(await campus.launch(rig.browser(), { ...claim, subject: 'eva-2' })), sub);
      const all = await rig.databases.durable.all(sql`select detail from audit_events where type = 'user.created'`);
      assert.ok(all.some(({ detail }) => String(detail).includes('account-has-another-of-this-registration')));
    },
    withCampus(campus),
  );

  withOneRig(
    'chain 9: a consumer that is closed while a page is shown hands nobody over any more',
    async (rig) => {
      const sub = subOf(await campus.launch(rig.browser(), asOld));
      const browser = rig.browser();
      await campus.launch(browser, { subject: 'eva' });
      const asked = await campus.launch(browser, claim);
      assert.ok(asked.find('switch-go'), asked.body);
      const old = campus.registrations.get('old');
      assert.ok(old);
      campus.registrations.delete('old');
      try {
        const again = await browser.submit(asked, 'switch-go');
        assert.ok(again.find('switch-go'), 'asked about another account');
        const end = await browser.submit(again, 'switch-go');
        assert.ok(isSignedIn(end));
        assert.notEqual(subOf(end), sub);
      } finally {
        campus.registrations.set('old', old);
      }
    },
    withCampus(campus),
  );

  forEachRig(
    'case 67: of ten ids that claim one person at the same moment one gets the account',
    async (rig) => {
      const sub = subOf(await campus.launch(rig.browser(), asOld));
      const ids = Array.from({ length: 10 }, (_, index) => `new-${index}`);
      const pages = await Promise.all(ids.map((subject) => campus.launch(rig.browser(), { ...claim, subject })));
      assert.equal(pages.filter((page) => subOf(page) === sub).length, 1);
      assert.equal(await rig.count('users'), 10);
    },
    withCampus(campus),
  );

  withOneRig(
    'case 66: a claim of somebody who never came leads nowhere, and one of a closed account lets nobody in',
    async (rig) => {
      assert.ok(isSignedIn(await campus.launch(rig.browser(), { ...claim, subject: 'a' })));
      await campus.launch(rig.browser(), asOld);
      await rig.databases.durable.run(sql`update users set state = 'disabled'`);
      assert.equal(codeOf(await campus.launch(rig.browser(), { ...claim, subject: 'b' })), 'user_disabled');
      assert.equal(await rig.count('users'), 2);
    },
    withCampus(campus),
  );
}

{
  const campus = campusWith(requireAccount);
  forEachRig(
    'one person by Llave MX today and by campus launch tomorrow is one account with both in it',
    async (rig) => {
      const browser = rig.browser();
      const today = await rig.signIn(browser, 'nacional');
      const { sub, email } = JSON.parse(today.text('claims-json')).userinfo;
      const person = personWith({ fullName: 'Ana del campus', email });
      const end = await browser.submit(await campus.launch(browser, { person }), 'launch-link');
      assert.equal(subOf(end), sub);
      assert.equal(subOf(await campus.launch(rig.browser(), { person: personWith({}) })), sub);
      assert.equal(subOf(await rig.signIn(rig.browser(), 'nacional')), sub);
      assert.deepEqual(
        (await identitiesOf(rig)).map(({ provider }) => provider),
        ['llave-mx', 'lti:campus'],
      );
      assert.equal(await rig.count('users'), 1);
    },
    withCampus(campus),
  );
}

{
  const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
  const campus = campusWith(createOnFirstLaunch);
  const claims = ['roles', 'context', 'resource_link', 'deployment_id'].map((name) => `${LTI}${name}`);
  const released = { claims: `claims: [${['preferred_username', ...claims].join(', ')}]` };
  const other = `
  - client_id: other
    client_name: Otra
    client_secret: another-practice-secret-0123456789
    redirect_uris: [https://otra.test/callback]
    skip_authorization: true
    ${released.claims}`;

  forEachRig(
    'case 84: roles and course are the last launch’s to this app in this session, and nobody else’s',
    async (rig) => {
      const browser = rig.browser();
      const store = rig.open.store.sessionLaunches;
      await campus.launch(browser, { roles: ['Instructor'] });
      const [session] = await rig.databases.durable.all(sql`select id_hash, user_id from sessions`);
      const sessionHash = String(session?.id_hash);
      const sid = 'sid-of-test';
      const note = (clientId: string, value: string) =>
        rig.open.store.sessions.noteClient({ sessionHash, clientId, notice: { kind: 'untold', sid: value } });
      await note('course-site', sid);
      await note('other', 'sid-of-other');
      assert.deepEqual((await store.findLast(sid, 'course-site'))?.roles, ['Instructor']);
      assert.equal(await store.findLast('sid-of-other', 'other'), null);
      assert.equal(await store.findLast(sid, 'other'), null);
      assert.equal(await store.findLast('unknown', 'course-site'), null);

      rig.clock.advance(1000);
      const context = { id: 'historia', label: null, title: 'Historia' };
      await campus.launch(browser, { roles: ['Learner'], context });
      assert.deepEqual(await store.findLast(sid, 'course-site').then((word) => [word?.roles, word?.context]), [
        ['Learner'],
        context,
      ]);
      const rows = await rig.databases.durable.all(sql`select document from session_launches`);
      assert.equal(rows.length, 2);
      assert.doesNotMatch(JSON.stringify(rows), /Historia|Instructor/);

      await campus.launch(rig.browser(), { roles: ['Instructor'] });
      assert.deepEqual((await store.findLast(sid, 'course-site'))?.roles, ['Learner']);
      await rig.databases.durable.run(sql`delete from sessions where id_hash = ${sessionHash}`);
      assert.equal(await store.findLast(sid, 'course-site'), null);
    },
    withCampus(campus, { moreClients: other }),
  );

  const SITE = 'https://otra.test';
  const authorize = `${BROKER}/oauth2/authorize?client_id=other&response_type=code&scope=openid+lti&redirect_uri=${SITE}/callback`;
  /** An app that asks silently, as it is sent people. */
  const site = (request: Request) => {
    const isLogin = new URL(request.url).pathname === '/login';
    return isLogin ? Response.redirect(`${authorize}&prompt=none`, 302) : new Response('back');
  };
  async function userinfoOf(rig: Rig, page: Page): Promise<{ readonly [claim: string]: unknown }> {
    const code = page.url.searchParams.get('code') ?? assert.fail(page.url.href);
    const basic = Buffer.from(`other:another-practice-secret-0123456789`).toString('base64');
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${SITE}/callback` });
    const headers = { authorization: `Basic ${basic}` };
    const tokens = await rig.broker(new Request(`${BROKER}/oauth2/token`, { method: 'POST', headers, body }));
    const { access_token: token } = (await tokens.json()) as { access_token: string };
    const asked = new Request(`${BROKER}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    return (await rig.broker(asked)).json() as Promise<{ readonly [claim: string]: unknown }>;
  }
  const beginning = `
    initiate_login_uri: ${SITE}/login
    lti_targets: [${SITE}/]`;

  withOneRig(
    'case 84: the app’s silent request succeeds after a launch, and is told what was released to it, and of which campus it is; after another sign-in it is told nothing',
    async (rig) => {
      const registration = campus.registrations.get('campus') ?? assert.fail();
      campus.registrations.set('campus', { ...registration, client: 'other' });
      try {
        const browser = rig.browser('en', { [SITE]: site });
        const told = await userinfoOf(rig, await campus.launch(browser, { target: `${SITE}/a`, roles: ['Learner'] }));
        assert.deepEqual(
          claims.map((claim) => told[claim]),
          [
            ['Learner'],
            { id: 'algebra', label: 'ALG', title: 'Álgebra' },
            { id: 'link-1', title: 'Lección 1' },
            'campus:1',
          ],
        );
        // Case 84: another campus may call a course of its own the same, and its teacher is none of the first one's.
        campus.registrations.set('second', { ...registration, slug: 'second', client: 'other' });
        const twin = { registration: 'second', target: `${SITE}/a`, roles: ['Instructor'] };
        const toldOfTwin = await userinfoOf(rig, await campus.launch(rig.browser('en', { [SITE]: site }), twin));
        assert.deepEqual(claims.map((claim) => toldOfTwin[claim]).slice(1), [
          { id: 'algebra', label: 'ALG', title: 'Álgebra' },
          { id: 'link-1', title: 'Lección 1' },
          'second:1',
        ]);
        const another = rig.browser('en', { [SITE]: site });
        await chooseMail(rig, another, await another.get(`${BROKER}/sign-in?return_to=/account`), 'bea@otra.mx');
        const silent = await userinfoOf(rig, await another.get(`${SITE}/login`));
        assert.deepEqual(Object.keys(silent), ['sub']);
      } finally {
        campus.registrations.set('campus', registration);
        campus.registrations.delete('second');
      }
    },
    withCampus(campus, { ...ownWays, moreClients: `${other}${beginning}` }),
  );
}

/** The value of the cookie that opens the session. */
function sessionOf(browser: TestBrowser): string | undefined {
  return browser.cookies('broker.test').find(({ name }) => name.endsWith('session') && !name.includes('oidc'))?.value;
}
