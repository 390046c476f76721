/**
 * What fails besides the person: a database that is gone for one call or for all, a mail server that is away, slow or
 * refuses (R-01, R-13, F-17).
 */
import assert from 'node:assert/strict';
import type { Delivery } from '../../src/delivery/attempt.ts';
import type { Page } from '../browser.ts';
import type { Fate } from '../faulty-database.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { assertNothingLeaked } from '../refusal.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import { always, type FormCase, needing, needsMail } from './form-case.ts';
import {
  accountsMade,
  assertSame,
  type FormWorld,
  fieldOf,
  formOf,
  isKnownThere,
  SLUG,
  type Standing,
} from './form-world.ts';

// ------------------------------------------------------------------------------------------------ the database

/** Nobody sees more than a pause: 503 of the broker, or the course site's own page about it. */
function assertPause(page: Page): void {
  if (page.url.origin !== BROKER || page.status === 200) return;
  assertNothingLeaked(page.body);
  assert.equal(page.find('error-code')?.text, 'store_unavailable', page.url.href);
  assert.equal(page.headers.get('retry-after'), '5');
}

/** As a person would go on: wait, fill in what is asked, ask for another mail, or begin again. */
async function getIn(world: FormWorld, { browser, person, page: first }: Standing): Promise<void> {
  let page = await browser.get(`${BROKER}/sign-in/step?id=${fieldOf(first, 'id')}`);
  let codes = 0;
  for (let tries = 0; tries < 12; tries++) {
    if (page.find('signed-in-as') !== null || (await isKnownThere(browser))) return;
    page = await next();
  }
  assert.fail(`no way in: ${page.url.href} ${page.find('error-code')?.text}`);

  async function next(): Promise<Page> {
    // A press whose answer was lost is asked for again a little later.
    world.later(10_000);
    if (page.refresh !== null) return browser.follow(page);
    const shown = page.find('submit') === null ? null : formOf(await world.stored(page));
    const press = world.fixture.presses.find(({ form }) => form === shown);
    // A code that was taken in vain is wrong from then on, and a mail may be late.
    if (press?.readsMail && codes++ % 2 === 1) {
      world.later(60_000);
      return browser.submit(page, 'resend');
    }
    if (press !== undefined) return browser.submit(page, press.button, await world.fields({ person, press }));
    if (page.find('start-again') !== null) return browser.click(page, 'start-again');
    if (page.find(`provider-${SLUG}`) !== null) return browser.click(page, `provider-${SLUG}`);
    return browser.get(`${COURSE_SITE}/login`);
  }
}

/** Loses one call of one press. Answers whether the press made that many calls. */
async function loseCall(world: FormWorld, step: number, call: number, fate: Fate): Promise<boolean> {
  const at = await world.stand(step);
  const fields = await world.fields(at);
  const users = await world.rig.count('users');
  let made = 0;
  world.rig.breakDatabase(({ text }) => {
    // What only reads is lost with its answer, whether it was carried out or not.
    if (fate === 'fails after' && text.trimStart().startsWith('select')) return 'works';
    return made++ === call ? fate : 'works';
  });
  const page = await at.browser.submit(at.page, at.press.button, fields);
  world.rig.breakDatabase(null);
  assertPause(page);
  await getIn(world, at);
  const accounts = (await world.rig.count('users')) - users;
  assert.equal(accounts, accountsMade(world), `call ${call} of ${at.press.form}`);
  return made > call;
}

const ofDatabase: readonly FormCase[] = (['fails before', 'fails after'] as const).flatMap((fate) => [
  always(
    `R-01 each database call of each form ${fate} its work, once: the person gets in, and nothing is half there`,
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        let call = 0;
        while (await loseCall(world, step, call, fate)) {
          call++;
          await world.behave();
        }
        assert.ok(call >= 2, `a press made only ${call} calls`);
      }
      const lonely = await world.rig.databases.durable.all({
        shape: ['select id from users where id not in (select user_id from identities)'],
        values: [],
      });
      assert.deepEqual(lonely, []);
      assert.deepEqual(
        world.rig.logged.filter(({ code }) => code === 'internal_error'),
        [],
      );
    },
  ),
]);

const ofDatabaseGone: readonly FormCase[] = [
  always(
    'R-13 a database that is gone: 503 at each form, nothing written, and on from there when it is back',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const before = await world.people();
        const fields = await world.fields(at);
        world.rig.breakDatabase(() => 'fails before');
        const page = await at.browser.submit(at.page, at.press.button, fields);
        world.rig.breakDatabase(null);
        assert.equal(page.text('error-code'), 'store_unavailable');
        assertSame(before, await world.people(), at.press.form);
        const back = await at.browser.click(page, 'start-again');
        assert.equal(formOf(await world.stored(back)), at.press.form, 'the very form that was left');
        await world.goOn({ ...at, page: back });
      }
    },
  ),
];

// ------------------------------------------------------------------------------------------------ mail

const failure = { detail: 'a test', code: 'ECONNREFUSED', status: null };
const troubles: readonly (readonly [what: string, fate: () => Promise<Delivery>])[] = [
  ['away', async () => ({ kind: 'later', ...failure })],
  ['refusing', async () => ({ kind: 'never', ...failure, status: 550 })],
  ['silent', () => new Promise<Delivery>(() => {})],
];

/** The page without what is new on each: tokens, ids, versions, the person. */
const withoutWhatIsNew = ({ body }: Page, { person }: Standing) =>
  body
    .replaceAll(/name="(?:token|id)" value="[^"]*"/g, '')
    .replaceAll(/[?&](?:amp;)?(?:id|seen)=[\w-]+/g, '')
    .replaceAll(person.address, 'ADDRESS');

const sending = ({ fixture }: FormWorld) => fixture.presses.findIndex((press) => press.readsMail) - 1;

const ofMail: readonly FormCase[] = troubles.map(([what, fate]) =>
  needing(
    `F-17 a mail server that is ${what}: the same page at once as ever, and no word of it`,
    needsMail,
    async (world) => {
      const usual = await world.stand(sending(world));
      const expected = withoutWhatIsNew(await world.press(usual), usual);
      const at = await world.stand(sending(world));
      const gate = Promise.withResolvers<void>();
      world.rig.breakMail(() =>
        Promise.race([fate(), gate.promise.then(() => ({ kind: 'later', ...failure }) as const)]),
      );
      const page = await world.press(at);
      assert.equal(withoutWhatIsNew(page, at), expected);
      gate.resolve();
      world.rig.breakMail(null);
      if (what === 'refusing') return;
      // It is sent when the server is back, within the time in which it is of use.
      await world.rig.mail.settle();
      world.later(20_000);
      await world.goOn({ ...at, page, step: at.step + 1 });
    },
  ),
);

const ofOwnFaults: readonly FormCase[] = [
  always('a way on which nothing is wrong: nothing is logged as an error', async (world) => {
    const before = world.rig.logged.length;
    assert.ok(isSignedIn(await world.signIn()));
    assert.deepEqual(
      world.rig.logged.slice(before).filter(({ level }) => level !== 'info' && level !== 'debug'),
      [],
    );
  }),
  always('whoever goes back to the client instead is not signed in, and the client is told', async (world) => {
    for (const step of world.fixture.presses.keys()) {
      const at = await world.stand(step);
      const chooser = await at.browser.get(`${BROKER}/sign-in?id=${fieldOf(at.page, 'id')}`);
      const back = await at.browser.click(chooser, 'cancel');
      assert.deepEqual([back.url.origin, back.text('error-code')], [COURSE_SITE, 'access_denied']);
      assert.equal(await isKnownThere(at.browser), false);
    }
  }),
];

export const faultCases: readonly FormCase[] = [...ofOwnFaults, ...ofDatabase, ...ofDatabaseGone, ...ofMail];
