/**
 * The purpose *test*: a real round trip that writes nothing, ends in a report, and says at which step it failed.
 */
import assert from 'node:assert/strict';
import type { Invitation } from '../../src/sign-in/test-invitation.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, forEachRig, LLAVE_MX, type Rig, withOneRig } from '../rig.ts';
import { askBeforeCreating, failingWith } from '../steps.ts';
import {
  addressOf,
  assertAnonymous,
  enter,
  everythingBut,
  failureOf,
  invite,
  reported,
  storedReport,
  tryOut,
  WHOLE,
} from './provider-tests.ts';

const off = { enabled: false };

for (const mode of ['apps', 'web'] as const) {
  forEachRig(
    `a test goes through a provider that is switched off, writes nothing but its own row, and signs nobody in (${mode})`,
    async (rig) => {
      await rig.configure(off);
      const before = await everythingBut(rig);
      const browser = rig.browser();
      const { page: people, invitation } = await tryOut(rig, browser, 'llave-mx');
      const report = await browser.submit(people, 'person-nacional');
      assert.equal(report.status, 200);
      assert.equal(reported(report), WHOLE);
      assert.match(report.text('verdict-good'), /works from end to end/);
      assert.match(report.text('would-create'), /new account.*no account of this person/);
      assert.match(report.text('step-claims'), /Citlali/);
      assert.equal(await everythingBut(rig), before);
      await assertAnonymous(browser);
      assert.ok(!browser.cookies().some(({ name }) => name.endsWith('last-provider')), 'no chooser remembers it');
      const { trace } = await storedReport(rig, invitation);
      assert.equal(trace.find(({ step }) => step === 'new-user')?.reason, 'nobody-recognised');
      assert.deepEqual(
        rig.logged.map(({ event }) => event).filter((event) => String(event).startsWith('sign_in.')),
        ['sign_in.tested'],
      );
      assert.deepEqual(rig.llaveMx.complaints, []);
      // And it is still off for everybody else.
      assert.equal((await browser.get(`${BROKER}/sign-in/llave-mx`)).text('error-code'), 'provider_unknown');
    },
    { mode },
  );
}

forEachRig(
  'somebody known would enter the account that they have; their session and account stay as they are',
  async (rig) => {
    const browser = rig.browser();
    await rig.signIn(browser, 'nacional');
    const before = await everythingBut(rig);
    const session = browser.cookies('broker.test').find(({ name }) => name.endsWith('-session'));
    const { page } = await tryOut(rig, browser, 'llave-mx');
    const report = await browser.submit(page, 'person-nacional');
    assert.match(report.text('would-use'), /account that they have.*There is an account/);
    assert.equal(await everythingBut(rig), before);
    assert.deepEqual(
      browser.cookies('broker.test').find(({ name }) => name.endsWith('-session')),
      session,
    );
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
  },
);

withOneRig('somebody whose account is disabled would not be let in, and the test says with which code', async (rig) => {
  await rig.signIn(rig.browser(), 'nacional');
  await rig.databases.durable.run(sql`update users set state = 'disabled'`);
  const browser = rig.browser();
  const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
  const report = await browser.submit(page, 'person-nacional');
  assert.notEqual(report.find('would-deny'), null);
  assert.equal(report.text('error-code'), 'user_disabled');
  assert.equal((await failureOf(rig, invitation)).at, 'decision');
});

withOneRig(
  'a step that asks is reported and not asked',
  async (rig) => {
    const browser = rig.browser();
    const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
    const report = await browser.submit(page, 'person-nacional');
    assert.notEqual(report.find('would-ask'), null);
    assert.notEqual(report.find('verdict-unsure'), null);
    assert.equal(report.find('confirm-yes'), null);
    const { trace } = await storedReport(rig, invitation);
    assert.deepEqual(trace.at(-1), { step: 'ask-first', decision: 'ask', reason: 'somebody-new' });
  },
  { steps: askBeforeCreating },
);

forEachRig(
  'E-05 a step of the pipeline that breaks is reported; what it said is in the log alone',
  async (rig) => {
    const browser = rig.browser();
    const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
    const report = await browser.submit(page, 'person-nacional');
    assert.equal(reported(report), 'departure return claims profile failure');
    assert.equal(report.text('error-code'), 'internal_error');
    const failure = await failureOf(rig, invitation);
    assert.equal(failure.at, 'decision');
    assert.doesNotMatch(JSON.stringify(failure) + report.body, /an operators own words/);
    const line = rig.logged.find(({ event }) => event === 'sign_in.test_failed');
    assert.match(JSON.stringify(line), /an operators own words/);
  },
  { steps: failingWith(new Error('an operators own words')) },
);

const atLlaveMx = [
  ['authorize', 'denies', 'provider_denied', 'return', false],
  ['authorize', 'code-twice', 'callback_malformed', 'return', false],
  ['token', 'status-500', 'provider_unreachable', 'claims', true],
  ['token', 'not-json', 'provider_answer_invalid', 'claims', true],
  ['token', 'html-from-load-balancer', 'provider_answer_invalid', 'claims', true],
  ['user-data', 'empty-body', 'provider_answer_invalid', 'claims', true],
  ['user-data', 'subject-missing', 'subject_unusable', 'profile', false],
] as const;

for (const [endpoint, kind, code, at, isAdvised] of atLlaveMx) {
  withOneRig(
    `${kind} at ${endpoint}: the report says ${code}, at which step, the detail, and what to do`,
    async (rig) => {
      const before = await everythingBut(rig);
      const how = kind === 'html-from-load-balancer' ? { kind, status: 200 } : { kind };
      rig.llaveMx.misbehave({ endpoint, how, times: 'until-reset' } as Parameters<typeof rig.llaveMx.misbehave>[0]);
      const browser = rig.browser();
      const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
      const report = await browser.submit(page, 'person-nacional');
      assert.equal(report.text('error-code'), code);
      assert.match(report.text('verdict-bad'), /did not get to the end/);
      assert.equal(report.find('advice') !== null, isAdvised);
      const failure = await failureOf(rig, invitation);
      assert.equal(failure.at, at);
      assert.equal(report.text('detail'), failure.detail);
      // Where the person stands, the log says the same, and no refusal of a sign-in was written down.
      assert.equal(rig.logged.findLast(({ event }) => event === 'sign_in.tested')?.code, code);
      assert.equal(await everythingBut(rig), before);
      await assertAnonymous(browser);
    },
  );
}

withOneRig('B-31 a provider that is taken from the configuration meanwhile ends the test in a report', async (rig) => {
  await rig.configure({ moreProviders: second('/callback/second') });
  const browser = rig.browser();
  const { page, invitation } = await tryOut(rig, browser, 'second');
  const callback = new URL(`${BROKER}/callback/second`);
  callback.search = String(new URLSearchParams({ code: 'x', state: invitation.id }));
  assert.equal(page.url.origin, LLAVE_MX);
  await rig.configure({});
  const report = await browser.get(callback);
  assert.equal(report.text('error-code'), 'provider_unknown');
  assert.match((await failureOf(rig, invitation)).detail, /not configured any more/);
});

withOneRig(
  'a provider that is switched off is tested at the address of the one that it is to replace, which goes on working',
  async (rig) => {
    const browser = rig.browser();
    const { page } = await tryOut(rig, browser, 'second');
    assert.equal(reported(await browser.submit(page, 'person-nacional')), WHOLE);
    const end = await rig.signIn(rig.browser(), 'nacional');
    assert.match(end.text('signed-in-as'), /Citlali/);
  },
  {
    moreSettings: [`redirect_uri: ${BROKER}/callback/llave-mx`],
    moreProviders: second('/callback/llave-mx'),
  },
);

withOneRig('R-27 a test asks a provider that is said to be down, and makes none look down', async (rig) => {
  const fail = async (times: number, how: (rig: Rig) => Promise<unknown>) => {
    rig.llaveMx.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times });
    for (let time = 0; time < times; time++) await how(rig);
  };
  const test = async () => {
    const browser = rig.browser();
    const { page } = await tryOut(rig, browser, 'llave-mx');
    return browser.submit(page, 'person-nacional');
  };
  await fail(6, test);
  assert.ok(!rig.logged.some(({ event }) => event === 'provider.circuit_opened'));
  await fail(5, () => rig.signIn(rig.browser(), 'nacional'));
  assert.ok(rig.logged.some(({ event }) => event === 'provider.circuit_opened'));
  assert.equal(reported(await test()), WHOLE);
});

withOneRig('a database that is gone ends no test: it goes on once it is back', async (rig) => {
  const browser = rig.browser();
  const { page } = await tryOut(rig, browser, 'llave-mx');
  rig.breakDatabase(({ text }) => (text.includes('from identities') ? 'fails before' : 'works'));
  const refused = await browser.submit(page, 'person-nacional');
  assert.equal(refused.text('error-code'), 'store_unavailable');
  rig.breakDatabase(null);
  // The code was spent, so what is left to say is that it came to nothing.
  rig.clock.advance(31_000);
  const report = await browser.click(refused, 'start-again');
  assert.equal(report.text('error-code'), 'sign_in_expired');
});

withOneRig('a double click, the back button and a reload lead to the same report', async (rig) => {
  const browser = rig.browser();
  const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
  const back = await browser.submit(page, 'person-nacional', {}, { follow: false });
  const reports = await Promise.all([1, 2, 3].map(() => browser.get(back.redirect ?? '')));
  for (const report of reports) assert.equal(reported(report), WHOLE);
  for (const address of [
    `/sign-in/test?id=${invitation.id}`,
    `/sign-in?id=${invitation.id}`,
    `/sign-in/llave-mx?id=${invitation.id}`,
    `/sign-in/step?id=${invitation.id}&ui_locales=es-MX`,
  ]) {
    const again = await browser.get(`${BROKER}${address}`);
    assert.equal(reported(again), WHOLE, address);
  }
  assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 1);
  assert.match((await browser.get(`${BROKER}/sign-in/step?id=${invitation.id}`)).body, /lang="es-MX"/);
});

withOneRig(
  'the button pressed twice at once: whichever answer is shown, the person goes on from there',
  async (rig) => {
    const browser = rig.browser();
    const invitation = await invite(rig, 'llave-mx');
    const asks = await browser.get(addressOf(invitation));
    const press = () => browser.submit(asks, 'submit', { code: invitation.code });
    const pages = await Promise.all([press(), press(), press()]);
    for (const page of pages) {
      let current = page;
      for (let clicks = 0; clicks < 3 && current.url.origin === BROKER; clicks++) {
        current = await browser.click(current, current.find('start-again') === null ? 'continue' : 'start-again');
      }
      assert.equal(current.url.origin, LLAVE_MX);
    }
    assert.ok(
      pages.some((page) => page.find('error-code') !== null),
      'one of them was refused',
    );
    assert.deepEqual(rig.llaveMx.complaints, []);
  },
);

withOneRig('a test is forgotten with its row', async (rig) => {
  const browser = rig.browser();
  const { page, invitation } = await tryOut(rig, browser, 'llave-mx');
  const report = await browser.submit(page, 'person-nacional');
  rig.clock.advance(30 * 60_000);
  assert.equal((await browser.get(report.url)).text('error-code'), 'sign_in_expired');
  await rig.open.store.signIns.deleteExpired(rig.clock.environment.now(), 10);
  assert.equal(await rig.open.store.signIns.find(invitation.id), null);
});

/** A test that has come so far; null for the callback while nobody was at the provider. */
interface Stage {
  readonly rig: Rig;
  readonly browser: TestBrowser;
  readonly invitation: Invitation;
  readonly callback: URL | null;
}

async function begun(rig: Rig): Promise<Stage> {
  return { rig, browser: rig.browser(), invitation: await invite(rig, 'llave-mx'), callback: null };
}
async function away(rig: Rig): Promise<Stage> {
  const stage = await begun(rig);
  const people = await enter(stage.browser, stage.invitation);
  const { redirect } = await stage.browser.submit(people, 'person-nacional', {}, { follow: false });
  return { ...stage, callback: redirect };
}
const and =
  (bring: (rig: Rig) => Promise<Stage>, change: (stage: Stage) => Promise<unknown>) =>
  async (rig: Rig): Promise<Stage> => {
    const stage = await bring(rig);
    await change(stage);
    return stage;
  };
async function returned({ rig, invitation }: Stage): Promise<void> {
  const signIn = await rig.open.store.signIns.find(invitation.id);
  if (signIn !== null) await rig.open.store.signIns.advance(signIn, 'returned', {}, rig.clock.environment.now());
}
const back = ({ browser, callback }: Stage) => browser.get(callback ?? '');
const later =
  (minutes: number) =>
  async ({ rig }: Stage) =>
    rig.clock.advance(minutes * 60_000);

const stages: { readonly [stage: string]: (rig: Rig) => Promise<Stage> } = {
  'not opened': begun,
  'not opened in time': and(begun, later(10)),
  'at the provider': away,
  'at the provider for too long': and(away, later(10)),
  'returned, at work': and(away, returned),
  'returned, and the process died': and(and(away, returned), later(1)),
  ended: and(away, back),
  'ended a while ago': and(and(away, back), later(5)),
  'too old': and(and(away, back), later(31)),
  forgotten: and(away, ({ rig }) => rig.open.store.signIns.deleteExpired(Number.MAX_SAFE_INTEGER, 10)),
};

for (const [stage, bring] of Object.entries(stages)) {
  withOneRig(
    `DESIGN §5 a test that is ${stage}: every request leads to a page with a reason and a next step`,
    async (rig) => {
      const requests: { readonly [request: string]: (stage: Stage) => Promise<Page> } = {
        'the address': ({ browser, invitation }) => browser.get(addressOf(invitation)),
        'the button': ({ browser, invitation: { id, code } }) =>
          browser.post(`${BROKER}/sign-in/test`, { id, code }, { from: `${BROKER}/sign-in/test` }),
        'the dispatcher': ({ browser, invitation: { id } }) => browser.get(`${BROKER}/sign-in/step?id=${id}`),
        'the chooser': ({ browser, invitation: { id } }) => browser.get(`${BROKER}/sign-in?id=${id}`),
        'its provider': ({ browser, invitation: { id } }) => browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`),
        'another provider': ({ browser, invitation: { id } }) => browser.get(`${BROKER}/sign-in/nobody?id=${id}`),
        'the callback': ({ browser, callback, invitation: { id } }) =>
          browser.get(callback ?? `${BROKER}/callback/llave-mx?code=x&state=${id}`),
        'an answer': ({ browser, invitation: { id } }) =>
          browser.post(`${BROKER}/sign-in/step`, { id, answer: 'yes' }, { from: `${BROKER}/sign-in/step` }),
      };
      for (const [request, make] of Object.entries(requests)) {
        const page = await make(await bring(rig));
        const where = `${request}: ${page.url.pathname} ${page.find('error-code')?.text}`;
        assert.ok(page.status < 500, where);
        const ends = ['submit', 'continue', 'verdict-good', 'verdict-bad', 'start-again'];
        assert.ok(page.url.origin === LLAVE_MX || ends.some((id) => page.find(id) !== null), where);
      }
      assert.deepEqual(
        rig.logged.filter(({ level }) => level === 'error'),
        [],
      );
      assert.equal(await rig.count('sessions'), 0);
    },
  );
}

/** Another Llave MX, switched off, with this address registered. */
function second(path: string): string {
  return `
  - slug: second
    vendor: llave-mx
    enabled: false
    settings:
      environment: custom
      authorization_host: ${LLAVE_MX}
      api_host: ${LLAVE_MX}
      mode: apps
      client_id: "202508101834311980"
      redirect_uri: ${BROKER}${path}`;
}
