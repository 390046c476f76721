/**
 * What the operator says of a way counts at every moment: switched off, taken from the client, hidden, with a shortest
 * session, without mail (B-31, O-07).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, COURSE_SITE, withRig } from '../rig.ts';
import { always, type FormCase } from './form-case.ts';
import {
  addressOf,
  assertSame,
  configurationOf,
  type FormWorld,
  fieldOf,
  isKnownThere,
  SLUG,
  type Standing,
  type Terms,
} from './form-world.ts';

/** Ways in which a form that is open can cease to be one. */
const withdrawn: readonly (readonly [what: string, terms: Partial<Terms>])[] = [
  ['switched off', { enabled: false }],
  ['taken from the client', { courseSite: ['allow_guests: true', 'allowed_providers: [llave-mx]'] }],
  ['bound to another site', { record: ['site: other.test'] }],
];

const refusedEvents = async ({ rig }: FormWorld) => {
  const row = await rig.databases.durable.get(sql`
    select count(*) as n from audit_events where type = 'sign_in.refused' and code = 'provider_disabled'`);
  return Number(row?.n);
};

/** The last press, as far as the redirect to the dispatcher: decided, and not carried out yet. */
async function decide(world: FormWorld): Promise<Standing> {
  const at = await world.stand(world.fixture.presses.length - 1);
  const page = await at.browser.submit(at.page, at.press.button, await world.fields(at), { follow: false });
  return { ...at, page };
}

const ofWithdrawal: readonly FormCase[] = withdrawn.flatMap(([what, terms]) => [
  always(`B-31 ${what} while a form is open: provider_disabled, the attempt ends, and it is audited`, async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      const fields = await world.fields(at);
      const before = await world.people();
      const events = await refusedEvents(world);
      await world.operate(terms);
      const page = await at.browser.submit(at.page, at.press.button, fields);
      world.refused(page, 'provider_disabled');
      assert.equal(await refusedEvents(world), events + 1);
      const again = await at.browser.submit(at.page, at.press.button, fields);
      world.refused(again, 'provider_disabled');
      await world.behave();
      world.refused(await at.browser.submit(at.page, at.press.button, fields), 'provider_disabled');
      assertSame(before, await world.people(), at.press.form);
      // The person gets to where they wanted, by beginning again.
      const chooser = await at.browser.click(page, 'start-again');
      assert.notEqual(chooser.find(`provider-${SLUG}`), null);
    }
  }),
  always(
    `B-31 ${what} between the last form and the commit: provider_disabled, and nothing is written`,
    async (world) => {
      const at = await decide(world);
      const before = await world.people();
      await world.operate(terms);
      world.refused(await at.browser.follow(at.page), 'provider_disabled');
      assertSame(before, await world.people(), what);
      assert.equal(await isKnownThere(at.browser), false);
    },
  ),
  always(`B-31 ${what}: not in the list, and its address and a hint lead nowhere`, async (world) => {
    await world.operate(terms);
    const browser = world.browser();
    const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    assert.equal(chooser.find(`provider-${SLUG}`), null);
    world.refused(await browser.get(`${addressOf()}?id=${chooser.url.searchParams.get('id')}`), 'provider_unknown');
    const hinted = await browser.get(`${COURSE_SITE}/login?idp_hint=${SLUG}`);
    assert.deepEqual([hinted.url.pathname, hinted.find(`provider-${SLUG}`)], ['/sign-in', null]);
  }),
]);

const ofRecord: readonly FormCase[] = [
  always('hidden: not in the list, but a hint leads to it, and on to the course site', async (world) => {
    const person = await world.newPerson();
    await world.operate({ record: ['visible: false'] });
    const browser = world.browser();
    const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    assert.equal(chooser.find(`provider-${SLUG}`), null);
    const page = await browser.get(`${COURSE_SITE}/login?idp_hint=${SLUG}`);
    await world.goOn({ browser, person, page, step: 0 });
  }),
  always('a shortest session that the operator set ends in its time', async (world) => {
    await world.operate({ record: ['max_session_length: 600'] });
    const at = await world.stand(0);
    await world.goOn(at);
    assert.equal((await at.browser.get(`${BROKER}/account`)).url.pathname, '/account');
    world.later(600_000);
    assert.equal((await at.browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
  }),
  always('single sign-on does not lead into a client that does not take this way', async (world) => {
    const at = await world.stand(0);
    await world.goOn(at);
    await world.operate({ courseSite: ['allowed_providers: [llave-mx]'] });
    const asked = await at.browser.get(`${COURSE_SITE}/login`);
    assert.equal(asked.url.pathname, '/sign-in');
    assert.equal(asked.find(`provider-${SLUG}`), null);
    await world.behave();
    assert.ok(isSignedIn(await at.browser.get(`${COURSE_SITE}/login`)), 'and does where it does');
  }),
];

const ofMail: readonly FormCase[] = [
  {
    name: 'F-17 where no mail can be sent: nothing that needs one is offered, and a forged press sends none',
    whyNot: ({ before }) => (before.length === 0 ? null : 'whoever goes this way has had a mail before'),
    run: ({ fixture }) =>
      withRig('SQLite in memory', { ...configurationOf(fixture, {}), canSendMail: false }, async (rig) => {
        const browser = rig.browser();
        const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
        if (chooser.find(`provider-${SLUG}`) === null) {
          const refused = await browser.get(`${addressOf()}?id=${chooser.url.searchParams.get('id')}`);
          return assertRefusalPage(refused, 'provider_unknown');
        }
        let page = await browser.click(chooser, `provider-${SLUG}`);
        for (const { form, button, fields } of fixture.presses) {
          const filledIn = fields({ address: 'ana@uni.test', password: 'x' }, '123456');
          if (page.find(button) !== null) page = await browser.submit(page, button, filledIn);
          else {
            const hidden = ['id', 'token', 'form'].map((name) => [name, fieldOf(page, name)]);
            page = await browser.post(
              addressOf(),
              { ...Object.fromEntries(hidden), ...filledIn, action: button },
              { from: page },
            );
            assert.equal(fieldOf(page, 'form'), form, 'a forged press leads nowhere');
            break;
          }
        }
        const outbox = await rig.databases.durable.all(sql`select id from outgoing_mails`);
        assert.deepEqual([rig.mailbox.length, outbox.length], [0, 0]);
      }),
  },
];

export const operatorCases: readonly FormCase[] = [...ofWithdrawal, ...ofRecord, ...ofMail];
