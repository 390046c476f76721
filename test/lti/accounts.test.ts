/**
 * What launches can and cannot do to the accounts that they lead to, and to the sessions that are there (lti.md §5.2, §5.3).
 */
import assert from 'node:assert/strict';
import { LAUNCH_LIFE } from '../../src/sign-in/beginning.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { byLlaveMx, chooseMail } from '../flows/own-account.ts';
import { isSignedIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { campusWith, createOnFirstLaunch, personWith, requireAccount, trustEmails, withCampus } from './campus.ts';

const subOf = (page: Page): string => JSON.parse(page.text('claims-json')).userinfo.sub;
const codeOf = (page: Page) => page.text('error-code');
const identities = (browser: TestBrowser) => browser.get(`${BROKER}/account/identities`);

async function disconnect(browser: TestBrowser, testId: string): Promise<Page> {
  const asked = await browser.click(await identities(browser), testId);
  return asked.find('confirm-yes') === null ? asked : browser.submit(asked, 'confirm-yes');
}

async function rowsOf(rig: Rig, statement: string): Promise<{ [column: string]: unknown }[]> {
  const rows = await rig.databases.durable.all({ shape: [statement], values: [] });
  return rows.map((row) => ({ ...row }));
}

{
  const campus = campusWith(createOnFirstLaunch);
  forEachRig(
    'case 70: a random name that is taken is made anew, a few times and no more; an address that is taken is no clash',
    async (rig) => {
      await campus.launch(rig.browser());
      const { environment } = rig.clock;
      const { randomBytes } = environment;
      const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
      const [{ username } = assert.fail()] = await rowsOf(rig, 'select username from users');
      const taken = Uint8Array.from(String(username), (letter) => alphabet.indexOf(letter));
      let times = 0;
      environment.randomBytes = (bytes) => {
        const repeats = bytes === taken.length && times > 0;
        if (repeats) times -= 1;
        return repeats ? taken : randomBytes(bytes);
      };
      try {
        times = 2;
        assert.ok(isSignedIn(await campus.launch(rig.browser(), { subject: 'bea' })));
        assert.deepEqual([times, await rig.count('users')], [0, 2]);
        times = 1000;
        assert.equal(codeOf(await campus.launch(rig.browser(), { subject: 'carla' })), 'internal_error');
        assert.ok(times > 990, 'it gives up soon');
        assert.deepEqual([await rig.count('users'), await rig.count('identities')], [2, 2]);
      } finally {
        environment.randomBytes = randomBytes;
      }
      assert.ok(isSignedIn(await campus.launch(rig.browser(), { subject: 'carla' })), 'the next one is as any other');
    },
    withCampus(campus),
  );

  withOneRig(
    'case 82: who has nothing but the campus keeps it, and is offered to connect another way first',
    async (rig) => {
      const owner = rig.browser();
      await campus.launch(owner);
      const kept = await disconnect(owner, 'disconnect-lti:campus');
      assert.ok(kept.find('connect'), kept.body);
      assert.equal(await rig.count('identities'), 1);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 82: who has nothing but the campus, and came a while ago, connects another way after signing out and a launch of today',
    async (rig) => {
      const owner = rig.browser();
      const sub = subOf(await campus.launch(owner));
      rig.clock.advance(11 * 60_000);
      await campus.launch(owner);
      const asked = await owner.submit(await identities(owner), 'connect');
      assert.ok(asked.text('campuses').includes('Practice campus'), 'an open session is no fresh sign-in');
      assert.equal(asked.find('provider-email'), null, 'no way is shown that is not theirs');
      await owner.submit(asked, 'sign-out');
      assert.equal(subOf(await campus.launch(owner)), sub);
      const connecting = await owner.submit(await identities(owner), 'connect');
      await chooseMail(rig, owner, connecting, 'ana@uni.mx');
      const rows = await rowsOf(rig, 'select provider, user_id from identities order by provider');
      assert.deepEqual(
        rows.map(({ provider, user_id: userId }) => [provider, userId]),
        [
          ['email', sub],
          ['lti:campus', sub],
        ],
      );
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'case 88: a campus that launches no more is no way in that counts: the one beside it stays',
    async (rig) => {
      const owner = rig.browser();
      await signInByMail(rig, owner, 'ana@uni.mx');
      await owner.submit(await campus.launch(owner), 'launch-link');
      const registration = campus.registrations.get('campus') ?? assert.fail();
      campus.registrations.clear();
      try {
        const list = await identities(owner);
        assert.ok(list.body.includes('lti:campus') || list.body.includes('campus'), 'it is still listed');
        await disconnect(owner, 'disconnect-lti:campus-2');
        assert.equal(await rig.count('identities'), 1, 'what does not work may be taken away');
      } finally {
        campus.registrations.set('campus', registration);
      }
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    'case 87: what a later launch says is kept of that identity; the account keeps its verified address, username and ways in',
    async (rig) => {
      const owner = rig.browser();
      await signInByMail(rig, owner, 'ana@uni.mx');
      await owner.submit(await campus.launch(owner), 'launch-link');
      const before = await rowsOf(rig, 'select id, username, state from users');
      const person = personWith({ fullName: 'Otra Persona', email: 'otra@uni.mx' });
      assert.ok(isSignedIn(await campus.launch(rig.browser(), { person })));
      assert.deepEqual(await rowsOf(rig, 'select id, username, state from users'), before);
      const emails = await rowsOf(rig, 'select address, verified_at is not null as ok from emails order by address');
      assert.deepEqual(
        emails.map(({ address, ok }) => [address, Boolean(ok)]),
        [
          ['ana@uni.mx', true],
          ['otra@uni.mx', false],
        ],
      );
      assert.equal(
        JSON.parse((await owner.get(`${COURSE_SITE}/login`)).text('claims-json')).userinfo.email,
        'ana@uni.mx',
      );
      const said = await rig.open.store.accounts.profilesOf(String(before[0]?.id));
      const ofCampus = said.find(({ identity }) => identity.provider === 'lti:campus');
      assert.deepEqual(
        [ofCampus?.profile.name.full, ofCampus?.profile.emails.map(({ address }) => address)],
        ['Otra Persona', ['otra@uni.mx']],
      );
      assert.equal(await rig.count('identities'), 2);
    },
    withCampus(campus, ownWays),
  );

  withOneRig(
    'cases 85, J-21: whatever somebody is at the campus, they are nobody in particular here',
    async (rig) => {
      const powers = [
        'http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator',
        'http://purl.imsglobal.org/vocab/lis/v2/system/person#SysAdmin',
        'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator',
        'urn:lti:sysrole:ims/lis/SysAdmin',
        'Administrator',
        'urn:what:ever',
      ];
      const browser = rig.browser();
      const ofAdministrator = await campus.launch(browser, { roles: powers });
      const version = '1.1' as const;
      const ofOldOne = await campus.launch(rig.browser(), { subject: 'old', version, roles: ['Administrator'] });
      const ofNobody = await campus.launch(rig.browser(), { subject: 'nobody', roles: [] });
      const told = (page: Page) => Object.keys(JSON.parse(page.text('claims-json')).userinfo).toSorted();
      assert.deepEqual([told(ofAdministrator), told(ofOldOne)], [told(ofNobody), told(ofNobody)]);
      const users = (await rowsOf(rig, 'select id from users')).map(({ id }) => String(id));
      for (const id of users) {
        const [kept] = await rig.open.store.accounts.profilesOf(id);
        assert.deepEqual(kept?.profile.roles, []);
        assert.doesNotMatch(JSON.stringify(kept), /Administrator|SysAdmin/);
      }
      const events = await rowsOf(rig, 'select distinct type from audit_events order by type');
      assert.deepEqual(
        events.map(({ type }) => type),
        ['config.changed', 'identity.linked', 'sign_in.succeeded', 'user.created'],
      );
    },
    withCampus(campus),
  );

  withOneRig(
    'case J-12: who switches is signed in as weakly as a launch is, and nothing of the two becomes one',
    async (rig) => {
      const browser = await byLlaveMx(rig);
      const end = await browser.submit(await campus.launch(browser), 'switch-go');
      assert.ok(isSignedIn(end));
      assert.deepEqual(
        [await rig.count('users'), await rig.count('identities'), await rig.count('sessions')],
        [2, 2, 1],
      );
      const [session] = await rig.open.store.sessions.ofUser(subOf(end), rig.clock.environment.now());
      assert.deepEqual([session?.provider, session?.assurance], ['lti:campus', { acr: null, amr: [], authTime: null }]);
    },
    withCampus(campus),
  );

  withOneRig(
    'case 90: no page that asks about a launch is shown in a frame of another site',
    async (rig) => {
      const browser = rig.browser();
      await signInByMail(rig, browser, 'bea@otra.mx');
      const switching = await campus.launch(browser);
      const linking = await campus.launch(await signedIn(rig, 'ana@uni.mx'));
      for (const [page, testId] of [
        [switching, 'switch-stay'],
        [linking, 'launch-link'],
      ] as const) {
        assert.ok(page.find(testId));
        assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
        assert.equal(page.headers.get('x-frame-options'), 'DENY');
      }
    },
    withCampus(campus, ownWays),
  );
}

async function signedIn(rig: Rig, address: string): Promise<TestBrowser> {
  const browser = rig.browser();
  assert.ok(isSignedIn(await signInByMail(rig, browser, address)));
  return browser;
}

{
  const campus = campusWith(requireAccount);
  forEachRig(
    'case 71: a launch waits ten minutes for its person to sign in, and no longer',
    async (rig) => {
      await signedIn(rig, 'ana@uni.mx');
      for (const [waited, isInTime] of [
        [LAUNCH_LIFE - 60_000, true],
        [LAUNCH_LIFE, false],
      ] as const) {
        const browser = rig.browser();
        const first = await campus.launch(browser);
        const chooser = await browser.submit(first, 'launch-sign-in');
        rig.clock.advance(waited);
        const page = await chooseMail(rig, browser, chooser, 'ana@uni.mx');
        if (isInTime) assert.ok(page.find('launch-link'), page.body);
        else assert.deepEqual([codeOf(page), page.find('start-again')], ['lti_launch_expired', null]);
        rig.clock.advance(60 * 60_000);
      }
      assert.equal(await rig.count('identities'), 1);
    },
    withCampus(campus, ownWays),
  );
}

{
  const campus = campusWith(trustEmails);
  forEachRig(
    'case 82: several ids of one person are taken away one by one, and what is left goes on',
    async (rig) => {
      const owner = await signedIn(rig, 'ana@uni.mx');
      const sub = subOf(await campus.launch(rig.browser()));
      const browser = rig.browser();
      const asked = await campus.launch(browser, { subject: 'ana-2' });
      const shown = await chooseMail(rig, browser, await browser.submit(asked, 'existing-account'), 'ana@uni.mx');
      await browser.submit(shown, 'launch-link');
      assert.equal(await rig.count('identities'), 3);
      await disconnect(owner, 'disconnect-lti:campus-2');
      assert.deepEqual(await rowsOf(rig, `select subject from identities where provider = 'lti:campus'`), [
        { subject: 'ana-2' },
      ]);
      assert.equal(subOf(await campus.launch(rig.browser(), { subject: 'ana-2' })), sub);
    },
    withCampus(campus, ownWays),
  );

  forEachRig(
    'case 76: an account that somebody made with the victim’s address, and did not prove, is not where the victim’s launch leads',
    async (rig) => {
      // Of a campus that is trusted for nothing: its word for the address is kept as nobody’s proof.
      const registration = campus.registrations.get('campus') ?? assert.fail();
      campus.registrations.set('elsewhere', { ...registration, slug: 'elsewhere', linking: createOnFirstLaunch });
      const planted = await campus.launch(rig.browser(), { registration: 'elsewhere', subject: 'mallory' });
      const victim = await campus.launch(rig.browser(), { subject: 'the-victim' });
      assert.ok(isSignedIn(victim), victim.body);
      assert.notEqual(subOf(victim), subOf(planted));
      assert.equal(await rig.count('users'), 2);
    },
    withCampus(campus),
  );
}
