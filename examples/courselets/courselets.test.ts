/**
 * Courselets with the real broker: people and guests work in it, sign out here or elsewhere, and find their work after
 * their accounts became one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { announce } from '../../src/client-events/announce.ts';
import type { AccountEvent } from '../../src/store/client-event.ts';
import type { Page, TestBrowser } from '../../test/browser.ts';
import { BROKER, type Rig, type RigOptions, withOneRig } from '../../test/rig.ts';
import { createCourselets, EVENT_PATH, LOGOUT_PATH, startCourselets } from './courselets.ts';
import { type Database, openDatabase } from './database.ts';

const APP = 'https://courselets.test';
const SECRET = 'practice-courselets-secret-0123456789';

const withCourselets: Partial<RigOptions> = {
  moreProviders: `
  - slug: guest
    vendor: guest
    enabled: true`,
  moreClients: `
  - client_id: courselets
    client_name: Courselets
    client_secret: ${SECRET}
    redirect_uris: [${APP}/callback]
    post_logout_redirect_uris: [${APP}/signed-out]
    skip_authorization: true
    allow_guests: true
    claims: [name]
    event_endpoint: ${APP}${EVENT_PATH}
    backchannel_logout_uri: ${APP}${LOGOUT_PATH}`,
};

interface World {
  readonly rig: Rig;
  readonly database: Database;
  browser(language?: string): TestBrowser;
  /** What the broker would tell the app of a merge; delivered as the broker delivers it. */
  tell(event: AccountEvent): Promise<void>;
}

function promise(name: string, body: (world: World) => Promise<void>): void {
  withOneRig(
    name,
    async (rig) => {
      const { environment } = rig.clock;
      const database = openDatabase(':memory:');
      const app = createCourselets({
        ...{ origin: APP, issuer: BROKER, clientId: 'courselets', clientSecret: SECRET, guestProvider: 'guest' },
        ...{ database, environment },
        fetch: (url, init) => rig.broker(new Request(url, init as RequestInit)),
        report: (what, error) => assert.fail(`${what}: ${error}`),
      });
      const serve = async (request: Request) => app.fetch(request);
      rig.serve(APP, serve);
      const { vault, configuration, databases } = rig.open;
      await body({
        ...{ rig, database },
        browser: (language = 'en') => rig.browser(language, { [APP]: serve }),
        async tell(event) {
          const { clients } = await configuration.current();
          const about = { clientId: 'courselets', userId: 'any', otherUserId: null, event };
          await databases.durable.atomically(announce([about], { vault, environment, clients }));
          await rig.clientEvents.settle();
          assert.deepEqual(await rig.open.store.outgoingEvents.counts(), { waiting: 0, waitingSince: null, dead: 0 });
        },
      });
    },
    withCourselets,
  );
}

async function signIn(browser: TestBrowser, person: string): Promise<Page> {
  const chooser = await browser.click(await browser.get(`${APP}/`), 'sign-in');
  const people = await browser.click(chooser, 'provider-llave-mx');
  return browser.submit(people, `person-${person}`);
}

async function goOnAsGuest(browser: TestBrowser): Promise<Page> {
  const asked = await browser.click(await browser.get(`${APP}/`), 'as-guest');
  return browser.submit(asked, 'submit');
}

/** Enrols in the first course and works through its second unit, of one lesson. */
async function work(browser: TestBrowser): Promise<Page> {
  let page = await browser.click(await browser.get(`${APP}/`), 'open-1');
  page = await browser.submit(page, 'enrol');
  page = await browser.submit(page, 'send-3', { text: 'Sí, claro <b>mucho</b>' });
  assert.match(page.text('answer-3'), /Sí, claro <b>mucho<\/b>/, 'escaped, and there');
  page = await browser.submit(page, 'evaluate', { evaluation: 'different', error: 'No pensé en los sanos' });
  page = await browser.submit(page, 'like-3');
  page.get('finished-2');
  return browser.get(`${APP}/`);
}

const progressOn = (page: Page) =>
  ['courses', 'responses', 'errors', 'finished-units', 'messages'].map((id) => Number(page.text(`progress-${id}`)));
const subjectOf = ({ database }: World, index: number) =>
  String(database.all("select subject from people where subject not like '% %' order by id")[index]?.subject);
const isSignedIn = (page: Page) => page.find('signed-in-as') !== null;

promise('somebody signs in, works, and sees it; in Spanish and in English', async (world) => {
  const browser = world.browser('es-MX');
  const home = await signIn(browser, 'nacional');
  assert.match(home.text('signed-in-as'), /^Estás como/);
  assert.deepEqual(progressOn(home), [0, 0, 0, 0, 0]);
  assert.deepEqual(progressOn(await work(browser)), [1, 1, 1, 1, 2]);
  const english = await browser.click(home, 'language');
  assert.match(english.text('signed-in-as'), /^You are here as/);
});

promise('without signing in one can look around, and change nothing', async (world) => {
  const browser = world.browser();
  const page = await browser.click(await browser.get(`${APP}/`), 'open-1');
  assert.equal(page.find('enrol'), null);
  const refused = await browser.post(`${APP}/lessons/3/answer`, { text: 'x' }, { from: `${APP}/courses/1` });
  assert.notEqual(refused.url.origin, APP, 'asked to sign in');
  const foreign = await browser.post(`${APP}/lessons/3/answer`, { text: 'x' }, { from: 'https://evil.test/' });
  assert.equal(foreign.status, 403);
  assert.equal(world.database.all('select * from responses').length, 0);
});

promise('nobody can evaluate the answer of somebody else', async (world) => {
  await signIn(world.browser(), 'nacional');
  const [mine, theirs] = [world.browser(), world.browser()];
  await signIn(mine, 'nacional');
  await work(mine);
  await signIn(theirs, 'formato-antiguo');
  const form = { evaluation: 'correct', error: '' };
  const page = await theirs.post(`${APP}/responses/1/evaluation`, form, { from: `${APP}/courses/1` });
  assert.equal(page.status, 404);
  assert.equal(world.database.get('select evaluation from responses')?.evaluation, 'different');
});

promise('a guest works without a name, and is asked to keep it', async (world) => {
  const browser = world.browser();
  const home = await goOnAsGuest(browser);
  assert.match(home.text('signed-in-as'), /Guest/);
  const after = await work(browser);
  assert.deepEqual(progressOn(after), [1, 1, 1, 1, 2]);
  const asked = await browser.click(after, 'keep-work');
  assert.equal(asked.url.origin, BROKER);
  asked.get('provider-llave-mx');
});

promise('V-17 signing out at the broker signs out here, although nothing was asked of this app', async (world) => {
  const browser = world.browser();
  await signIn(browser, 'nacional');
  const other = world.browser();
  await signIn(other, 'formato-antiguo');
  await browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
  await world.rig.clientEvents.settle();
  assert.equal(isSignedIn(await browser.get(`${APP}/`)), false);
  assert.equal(isSignedIn(await other.get(`${APP}/`)), true);
});

promise('signing out here ends the session at the broker too', async (world) => {
  const browser = world.browser();
  const home = await signIn(browser, 'nacional');
  const out = await browser.submit(home, 'sign-out');
  assert.equal(out.url.href.split('?')[0], `${APP}/signed-out`);
  out.get('signedOut');
  assert.equal(await world.rig.count('sessions'), 0);
});

promise(
  'after a merge the survivor finds the work of both, and after its undoing each finds their own',
  async (world) => {
    const [guest, ana] = [world.browser(), world.browser()];
    await goOnAsGuest(guest);
    await work(guest);
    await signIn(ana, 'nacional');
    await work(ana);
    const [from, to] = [subjectOf(world, 0), subjectOf(world, 1)];
    await world.tell({ kind: 'account-merged', mergeId: 'm1', from, to });
    const merged = await ana.get(`${APP}/`);
    assert.deepEqual(progressOn(merged), [1, 2, 2, 1, 4], 'one course and one unit: both had them');
    assert.equal(isSignedIn(await guest.get(`${APP}/`)), false, 'the retired one is signed out');
    await world.tell({ kind: 'account-unmerged', mergeId: 'm1', from, to });
    assert.deepEqual(progressOn(await ana.get(`${APP}/`)), [1, 1, 1, 1, 2]);
    const again = await guest.click(await guest.get(`${APP}/`), 'as-guest');
    assert.equal(again.url.origin, APP, 'still a guest at the broker');
    assert.deepEqual(progressOn(again), [1, 1, 1, 1, 2]);
  },
);

promise('where the subject stays the same, the session goes on and nothing moves', async (world) => {
  const guest = world.browser();
  await goOnAsGuest(guest);
  await work(guest);
  const subject = subjectOf(world, 0);
  await world.tell({ kind: 'account-merged', mergeId: 'm1', from: subject, to: subject });
  assert.deepEqual(progressOn(await guest.get(`${APP}/`)), [1, 1, 1, 1, 2]);
});

test('it can be started on a free port, with a file that it makes', async () => {
  const running = await startCourselets({
    ...{ port: 0, issuer: BROKER, clientId: 'courselets', clientSecret: SECRET, guestProvider: null },
    ...{ databaseFile: ':memory:', environment: { now: () => 0, randomBytes: (bytes) => new Uint8Array(bytes) } },
  });
  try {
    const page = await fetch(`${running.origin}/`);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /Courselets/);
  } finally {
    await running.close();
  }
});
