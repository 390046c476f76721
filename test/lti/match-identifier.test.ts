/**
 * Campuses that are trusted for what an institution calls its people (DESIGN §6.3; lti.md §2.3, §5.2).
 */
import assert from 'node:assert/strict';
import { changeInstitutionId } from '../../src/admin/identifiers.ts';
import type { LinkingRule } from '../../src/lti/launch-registration.ts';
import type { LaunchFacts } from '../../src/lti/verified-launch.ts';
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { chooseMail } from '../flows/own-account.ts';
import { isSignedIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { campusWith, personWith, trustEmails, withCampus } from './campus.ts';

const MATRICULA = '217345678';
const rule = (more: Partial<LinkingRule> = {}) =>
  ({
    ...{ kind: 'match-identifier', namespace: 'udg', from: { kind: 'sourced-id' }, staff: [] },
    ...more,
  }) as LinkingRule;

const sent = (sourcedId: string | null = MATRICULA): Partial<LaunchFacts> => ({
  person: personWith({ fullName: 'Ana Robles', email: 'ana@campus.test', sourcedId }),
});
const subOf = (page: Page): string => JSON.parse(page.text('claims-json')).userinfo.sub;
const codeOf = (page: Page) => page.text('error-code');

/** Somebody with an account here, to which the operator gave the id. Answers their `sub`, and their username. */
async function owner(rig: Rig, address = 'ana@casa.test', id = MATRICULA) {
  const browser = rig.browser();
  assert.ok(isSignedIn(await signInByMail(rig, browser, address)));
  const sub = subOf(await browser.get(`${COURSE_SITE}/login`));
  const { databases, open, clock } = rig;
  const administration = { environment: clock.environment, database: databases.durable, ...open };
  const change = { namespace: 'udg', id, action: 'give' } as const;
  await changeInstitutionId(administration, address, change, { by: 'test', reason: 'test' });
  const found = await open.store.accounts.findUser(sub);
  return { sub, username: found?.user.username ?? '', browser };
}
const idsOf = async (rig: Rig) =>
  (await rig.databases.durable.all(sql`select user_id from user_identifiers order by created_at`)).length;

{
  const campus = campusWith(rule(), 'other');
  forEachRig(
    'a first launch with the id of one account is signed in to it, and its person is told; another campus of the institution likewise',
    async (rig) => {
      const { sub } = await owner(rig);
      assert.equal(subOf(await campus.launch(rig.browser(), sent())), sub);
      assert.ok((await rig.lastMail('ana@casa.test'))?.text.includes('Practice campus'));
      const elsewhere = { ...sent(), registration: 'other', subject: 'u-9' };
      assert.equal(subOf(await campus.launch(rig.browser(), elsewhere)), sub);
      assert.deepEqual([await rig.count('users'), await idsOf(rig)], [1, 1]);
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    'whom nobody knows is asked; a new account has the id, and the other campus of the institution leads to it',
    async (rig) => {
      const browser = rig.browser();
      const asked = await campus.launch(browser, sent());
      assert.ok(asked.find('existing-account'), asked.body);
      const page = await browser.submit(asked, 'new-account');
      assert.ok(isSignedIn(page));
      const elsewhere = { ...sent(), registration: 'other', subject: 'u-9' };
      assert.equal(subOf(await campus.launch(rig.browser(), elsewhere)), subOf(page));
      assert.equal(await rig.count('users'), 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    '74 signing in for a launch ties nothing before a button says that the two are one person',
    async (rig) => {
      await signInByMail(rig, rig.browser(), 'ana@casa.test');
      const browser = rig.browser();
      const asked = await campus.launch(browser, sent());
      const shown = await chooseMail(rig, browser, await browser.submit(asked, 'existing-account'), 'ana@casa.test');
      assert.ok(shown.find('launch-link') && shown.body.includes('Ana Robles'), shown.body);
      assert.equal(await rig.count('identities'), 1);
      assert.ok(isSignedIn(await browser.submit(shown, 'launch-link')));
      assert.deepEqual([await rig.count('users'), await rig.count('identities')], [1, 2]);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'DESIGN §6.3 an id of two accounts is a conflict: nobody is signed in and nothing is made',
    async (rig) => {
      await owner(rig);
      const { sub } = await owner(rig, 'bea@casa.test', '900');
      await rig.databases.durable.run(sql`
        insert into user_identifiers (user_id, kind, value_index, value, provider, created_at)
        select ${sub}, kind, value_index, value, provider, created_at from user_identifiers
        where kind = 'institution:udg' and user_id <> ${sub}`);
      assert.equal(codeOf(await campus.launch(rig.browser(), sent())), 'account_conflict');
      assert.deepEqual([await rig.count('users'), await rig.count('identities')], [2, 2]);
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    '78 of twenty new people of a campus who come at once with one id, one is tied to the account; the others are asked',
    async (rig) => {
      await owner(rig);
      const launches = Array.from({ length: 20 }, (_, index) =>
        campus.launch(rig.browser(), { ...sent(), subject: `ana-${index}` }),
      );
      const pages = await Promise.all(launches);
      assert.equal(pages.filter(isSignedIn).length, 1);
      assert.equal(pages.filter((page) => page.find('existing-account') !== null).length, 19);
      assert.deepEqual([await rig.count('users'), await rig.count('identities')], [1, 2]);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    '75 86 52 R4 staff, practice learners, setting up a course and LTI 1.1: the id leads nowhere, and is given to nobody',
    async (rig) => {
      const { sub, username } = await owner(rig);
      const registration = campus.registrations.get('campus');
      assert.ok(registration);
      campus.registrations.set('campus', { ...registration, linking: rule({ staff: [username.toUpperCase()] }) });
      try {
        const browser = rig.browser();
        const asked = await campus.launch(browser, sent());
        const page = await chooseMail(rig, browser, await browser.submit(asked, 'existing-account'), 'ana@casa.test');
        assert.equal(codeOf(page), 'launch_account_guarded');
      } finally {
        campus.registrations.set('campus', registration);
      }
      const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';
      const stand = await campus.launch(rig.browser(), { ...sent(), subject: 'practice', roles: [TEST_USER] });
      assert.notEqual(subOf(stand), sub);
      const setUp = await campus.launch(rig.browser(), { ...sent(), subject: 'x', message: 'deep-linking' });
      assert.ok(setUp.find('existing-account'), setUp.body);
      const old = await campus.launch(rig.browser(), { ...sent(), subject: 'y', version: '1.1' });
      assert.ok(old.find('existing-account'), old.body);
      assert.equal(await idsOf(rig), 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'what the operator has taken back meanwhile leads nowhere: the rule of now says whether an id counts',
    async (rig) => {
      const { sub, username } = await owner(rig);
      const registration = campus.registrations.get('campus');
      assert.ok(registration);
      const browser = rig.browser();
      await signInByMail(rig, rig.browser(), 'bea@casa.test');
      campus.registrations.set('campus', { ...registration, linking: rule({ staff: [username] }) });
      try {
        const asked = await campus.launch(browser, sent());
        const chooser = await browser.submit(asked, 'existing-account');
        campus.registrations.set('campus', { ...registration, linking: { ...trustEmails, staff: [username] } });
        const page = await chooseMail(rig, browser, chooser, 'bea@casa.test');
        assert.ok(isSignedIn(page), page.body);
        assert.notEqual(subOf(page), sub);
      } finally {
        campus.registrations.set('campus', registration);
      }
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'an id that the campus changed leads to its person, and the one before to nobody; what an operator gave stays',
    async (rig) => {
      const { sub } = await owner(rig);
      await campus.launch(rig.browser(), sent());
      await campus.launch(rig.browser(), sent('M-1'));
      await campus.launch(rig.browser(), sent('M-2'));
      const holders = async (id: string) =>
        (await rig.open.store.accounts.findHolders('institution:udg', id)).map((user) => user.id);
      assert.deepEqual([await holders('M-1'), await holders('M-2'), await holders(MATRICULA)], [[], [sub], [sub]]);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'an id for everybody, a variable that was not filled in, or none: it speaks for nobody',
    async (rig) => {
      await owner(rig);
      for (const [index, id] of ['0', '$Person.sourcedId', 'N/A', null].entries()) {
        const page = await campus.launch(rig.browser(), { ...sent(id), subject: `s-${index}` });
        assert.ok(page.find('existing-account'), String(id));
      }
      assert.equal(await idsOf(rig), 1);
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(rule({ from: { kind: 'custom', name: 'matricula' } } as Partial<LinkingRule>));
  withOneRig(
    'where the operator named a custom parameter, that one counts and no other',
    async (rig) => {
      const { sub } = await owner(rig);
      const other = await campus.launch(rig.browser(), sent());
      assert.ok(other.find('existing-account'));
      const page = await campus.launch(rig.browser(), { ...sent(null), custom: { matricula: MATRICULA } });
      assert.equal(subOf(page), sub);
    },
    withCampus(campus, ownWays),
  );
}
