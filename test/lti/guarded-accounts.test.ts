/**
 * A launch that leads to a staff account: its owner is told, and who came is not (lti.md §5.2, chain 1; R5).
 */
import assert from 'node:assert/strict';
import { changeInstitutionId } from '../../src/admin/identifiers.ts';
import type { LinkingRule } from '../../src/lti/launch-registration.ts';
import type { LaunchFacts } from '../../src/lti/verified-launch.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { chooseMail } from '../flows/own-account.ts';
import { isSignedIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { campusWith, personWith, requireAccount, withCampus } from './campus.ts';

const ADDRESS = 'ana@uni.mx';
const DAY = 24 * 60 * 60_000;
const campus = campusWith(requireAccount, 'other');
const alerts = (rig: Rig) => rig.mailbox.filter(({ subject }) => /kept out of|No se dejó entrar/.test(subject));

type Rule = (staff: readonly string[]) => LinkingRule;
const rules = {
  'trust-emails': (staff) => ({ kind: 'trust-emails', domains: ['uni.mx'], staff }),
  'match-identifier': (staff) => ({
    ...{ kind: 'match-identifier', namespace: 'udg', from: { kind: 'sourced-id' }, staff },
  }),
  'require-account': (staff) => ({ kind: 'require-account', staff }),
} satisfies { readonly [rule: string]: Rule };

/** The account of somebody with staff powers, which the id leads to as well; `rule` is that of each campus. */
async function staffed(rig: Rig, rule: Rule): Promise<{ browser: TestBrowser; userId: string }> {
  const browser = rig.browser();
  assert.ok(isSignedIn(await signInByMail(rig, browser, ADDRESS)));
  const { sub } = JSON.parse((await browser.get(`${COURSE_SITE}/login`)).text('claims-json')).userinfo;
  const { databases, open, clock } = rig;
  const administration = { environment: clock.environment, database: databases.durable, ...open };
  const change = { namespace: 'udg', id: '217345678', action: 'give' } as const;
  await changeInstitutionId(administration, ADDRESS, change, { by: 'test', reason: 'test' });
  const found = await open.store.accounts.findUser(sub);
  for (const [slug, registration] of campus.registrations) {
    campus.registrations.set(slug, { ...registration, linking: rule([String(found?.user.username)]) });
  }
  return { browser, userId: sub };
}

const sent = (changes: Partial<LaunchFacts> = {}): Partial<LaunchFacts> => ({
  person: personWith({ fullName: 'Mallory', email: ADDRESS, sourcedId: '217345678' }),
  ...changes,
});

async function settled(rig: Rig): Promise<number> {
  await rig.mail.settle();
  return alerts(rig).length;
}

const recorded = async (rig: Rig, userId: string) =>
  rig.databases.durable.all(sql`
    select provider, user_id, sign_in_id from audit_events
    where type = 'account.guarded' and user_id = ${userId} order by at, id`);

/** What somebody sees, without what differs between any two. */
const seen = ({ status, body }: Page) => [status, body.replaceAll(/[\w-]{20,}/g, '…')];

for (const name of ['trust-emails', 'match-identifier'] as const) {
  forEachRig(
    `case 75: ${name}: the owner of a staff account is told of a launch that leads to it, by mail and in the trail; who came sees a question as any other`,
    async (rig) => {
      const { userId } = await staffed(rig, rules[name]);
      const page = await campus.launch(rig.browser(), sent());
      assert.ok(page.find('existing-account'), page.body);
      assert.equal(await settled(rig), 1);
      const [mail = assert.fail()] = alerts(rig);
      assert.equal(mail.to, ADDRESS);
      assert.ok(mail.text.includes('Practice campus'));
      assert.ok(!/Mallory|ana-1|217345678/.test(`${mail.subject}${mail.text}${mail.html}`), 'and not who it was');
      const [event = assert.fail(), ...more] = await recorded(rig, userId);
      assert.deepEqual([event.provider, more], ['lti:campus', []]);
      if (name === 'match-identifier') {
        const person = personWith({ fullName: 'Mallory', email: ADDRESS, sourcedId: '900' });
        const stranger = await campus.launch(rig.browser(), { person, subject: 'ana-2' });
        assert.deepEqual(seen(page), seen(stranger));
      }
      assert.equal(await settled(rig), 1);
    },
    withCampus(campus, ownWays),
  );
}

withOneRig(
  'case 75: require-account: whoever launches in the browser of signed-in staff is refused, and so is who signs in as staff for it; the owner is told',
  async (rig) => {
    const { browser, userId } = await staffed(rig, rules['require-account']);
    const refused = await campus.launch(browser, sent({ subject: 'attacker' }));
    assert.equal(refused.text('error-code'), 'launch_account_guarded');
    assert.equal(await settled(rig), 1);
    const other = rig.browser();
    const asked = await campus.launch(other, sent());
    const shown = await chooseMail(rig, other, await other.submit(asked, 'launch-sign-in'), ADDRESS);
    assert.equal(shown.text('error-code'), 'launch_account_guarded');
    assert.equal(await settled(rig), 2);
    assert.equal((await recorded(rig, userId)).length, 2);
    assert.equal(await rig.count('identities'), 1);
  },
  withCampus(campus, ownWays),
);

forEachRig(
  'case 75: of twenty launches of one person at once the owner is told once, and once more the next day; nobody buries them in mails',
  async (rig) => {
    const { userId } = await staffed(rig, rules['match-identifier']);
    const all = (how: (index: number) => Partial<LaunchFacts>, count: number) =>
      Promise.all(Array.from({ length: count }, (_, index) => campus.launch(rig.browser(), how(index))));
    const pages = await all(() => sent(), 20);
    for (const page of pages) assert.ok(page.find('existing-account'), page.body);
    assert.equal(await settled(rig), 1);
    assert.equal((await recorded(rig, userId)).length, 1);
    rig.clock.advance(DAY);
    await campus.launch(rig.browser(), sent());
    assert.equal(await settled(rig), 2);
    rig.clock.advance(DAY);
    for (let index = 0; index < 8; index++) await campus.launch(rig.browser(), sent({ subject: `many-${index}` }));
    assert.equal(await settled(rig), 7);
    assert.equal((await recorded(rig, userId)).length, 10);
  },
  withCampus(campus, ownWays),
);

withOneRig(
  'case 75: nobody is told of a launch that leads to no staff, of their own, or of a practice learner’s',
  async (rig) => {
    const { userId } = await staffed(rig, () => ({ ...rules['match-identifier']([]) }));
    await campus.launch(rig.browser(), sent());
    for (const [slug, registration] of campus.registrations) {
      const username = (await rig.open.store.accounts.findUser(userId))?.user.username ?? assert.fail();
      campus.registrations.set(slug, { ...registration, linking: rules['match-identifier']([username]) });
    }
    // Tied while they had no powers: it is their own by now.
    assert.ok(isSignedIn(await campus.launch(rig.browser(), sent())));
    const TEST_USER = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';
    await campus.launch(rig.browser(), sent({ subject: 'practice', roles: [TEST_USER], registration: 'other' }));
    assert.equal(await settled(rig), 0);
    assert.deepEqual(await recorded(rig, userId), []);
  },
  withCampus(campus, ownWays),
);

withOneRig(
  'case 75: an owner who cannot be told keeps nobody from seeing their page; the log has it',
  async (rig) => {
    await staffed(rig, rules['match-identifier']);
    rig.breakDatabase(({ verb, text }) =>
      verb === 'atomically' && text.includes('outgoing_mails') ? 'fails before' : 'works',
    );
    const page = await campus.launch(rig.browser(), sent());
    assert.ok(page.find('existing-account'), page.body);
    assert.ok(rig.logged.some(({ event }) => event === 'guard_alert.failed'));
  },
  withCampus(campus, ownWays),
);
