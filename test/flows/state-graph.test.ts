/**
 * DESIGN §5: from every state of a sign-in, whatever request comes next, the person reaches an end with a reason and a
 * next step. No failure of ours, no loop, no dead end.
 *
 * On one database: that each arrow is one compare-and-set on every database is tested with the store.
 */
import assert from 'node:assert/strict';
import { generatedPerson } from '../../simulators/index.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, LLAVE_MX, type Rig, withOneRig } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';

/** A sign-in for the course site that somebody new has brought into some state. */
interface Attempt {
  readonly rig: Rig;
  readonly browser: TestBrowser;
  readonly person: string;
  readonly id: string;
  /** The true way back from the provider, not used so far; null while nobody was there. */
  readonly callback: URL | null;
  /** The token of this attempt's forms. */
  readonly token: string;
}

type Bring = (rig: Rig, person: string) => Promise<Attempt>;

const states: { readonly [state: string]: Bring } = {
  'started, nothing chosen': begin,
  'at the provider': depart,
  'returned, at work': (rig, person) => after(depart(rig, person), setReturned),
  'returned, and the process died': (rig, person) =>
    after(depart(rig, person), async (attempt) => {
      await setReturned(attempt);
      rig.clock.advance(30_000);
    }),
  'waiting for an answer': (rig, person) => after(depart(rig, person), comeBack),
  decided: (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'yes', false)),
  'answered, signed in': (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'yes', true)),
  'answered, signed in a while ago': (rig, person) =>
    after(depart(rig, person), async (attempt) => {
      await answer(attempt, 'yes', true);
      rig.clock.advance(61_000);
    }),
  'answered, refused': (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'no', true)),
  'too late for the provider': (rig, person) => after(depart(rig, person), async () => rig.clock.advance(10 * 60_000)),
  'too old': (rig, person) => after(depart(rig, person), async () => rig.clock.advance(60 * 60_000)),
  forgotten: (rig, person) =>
    after(depart(rig, person), async ({ id }) => {
      await rig.databases.ephemeral.run(sql`delete from sign_ins where id = ${id}`);
    }),
};

const requests: { readonly [request: string]: (attempt: Attempt) => Promise<Page> } = {
  'the chooser': ({ browser, id }) => browser.get(`${BROKER}/sign-in?id=${id}`),
  'the provider chosen': ({ browser, id }) => browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`),
  'an unknown provider chosen': ({ browser, id }) => browser.get(`${BROKER}/sign-in/nobody?id=${id}`),
  'the callback': ({ browser, id, callback }) =>
    browser.get(callback ?? `${BROKER}/callback/llave-mx?code=x&state=${id}`),
  'a denial': ({ browser, id }) => browser.get(`${BROKER}/callback/llave-mx?error=access_denied&state=${id}`),
  'the callback of another provider': ({ browser, id }) => browser.get(`${BROKER}/callback/other?code=x&state=${id}`),
  'the dispatcher': ({ browser, id }) => browser.get(`${BROKER}/sign-in/step?id=${id}`),
  yes: (attempt) => send(attempt, 'yes', attempt.token),
  no: (attempt) => send(attempt, 'no', attempt.token),
  'a forged yes': (attempt) => send(attempt, 'yes', 'forged'),
};

let people = 0;
for (const [state, bring] of Object.entries(states)) {
  withOneRig(
    `a sign-in that is ${state}: every request leads to an end, and from there into the course site`,
    async (rig) => {
      for (const [request, make] of Object.entries(requests)) {
        const person = generatedPerson(people++);
        rig.llaveMx.addPerson(person);
        const begun = rig.clock.environment.now();
        const attempt = await bring(rig, person.slug);
        const page = await make(attempt);
        assertIsAnEnd(page, request);
        // The protocol library dates its cookies by a clock that no test moves: after an hour ahead they would be dead on arrival.
        rig.clock.advance(begun - rig.clock.environment.now());
        await getIn(attempt, page, request);
      }
      assert.deepEqual(
        rig.logged.filter(({ level }) => level === 'error'),
        [],
      );
    },
    { steps: askBeforeCreating },
  );
}

async function begin(rig: Rig, person: string): Promise<Attempt> {
  const browser = rig.browser();
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  const id = chooser.url.searchParams.get('id') ?? '';
  const secret = browser.cookies('broker.test').find(({ name }) => name.endsWith(id))?.value ?? '';
  const token = rig.open.vault.derive('form of a sign-in', id, secret);
  return { rig, browser, person, id, callback: null, token };
}

async function depart(rig: Rig, person: string): Promise<Attempt> {
  const attempt = await begin(rig, person);
  const { browser, id } = attempt;
  const chosen = await browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`);
  const { redirect: callback } = await browser.submit(chosen, `person-${person}`, {}, { follow: false });
  return { ...attempt, callback };
}

async function after(attempt: Promise<Attempt>, change: (attempt: Attempt) => Promise<unknown>): Promise<Attempt> {
  await change(await attempt);
  return attempt;
}

async function setReturned({ rig, id }: Attempt): Promise<void> {
  const { signIns } = rig.open.store;
  const signIn = await signIns.find(id);
  if (signIn !== null) await signIns.advance(signIn, 'returned', {}, rig.clock.environment.now());
}

const comeBack = ({ browser, callback }: Attempt): Promise<Page> => browser.get(callback ?? '');

async function answer(attempt: Attempt, word: 'yes' | 'no', follow: boolean): Promise<void> {
  await attempt.browser.submit(await comeBack(attempt), `confirm-${word}`, {}, { follow });
}

function send({ browser, id }: Attempt, word: 'yes' | 'no', token: string): Promise<Page> {
  const fields = { id, form: 'confirm', step: 'ask-first', token, ...(word === 'yes' ? { answer: 'yes' } : {}) };
  return browser.post(`${BROKER}/sign-in/step`, fields, { from: `${BROKER}/sign-in/step` });
}

/** The browser itself ends journeys of more than 20 redirects, so a loop fails before this. */
function assertIsAnEnd(page: Page, request: string): void {
  assert.ok(page.status < 500, `${request}: ${page.status} ${page.find('error-code')?.text}`);
  const ends = ['signed-in-as', 'confirm-yes', 'provider-llave-mx', 'error-code', 'continue'];
  const isEnd = ends.some((testId) => page.find(testId) !== null) || page.url.origin !== BROKER;
  assert.ok(isEnd, `${request}: ${page.url.href} leads nowhere`);
}

/** As a person would go on from there, by what the page offers. */
async function getIn({ rig, browser, person }: Attempt, first: Page, request: string): Promise<void> {
  let page = first;
  const way: string[] = [];
  for (let steps = 0; steps < 8; steps++) {
    way.push(page.find('error-code')?.text ?? page.url.pathname);
    if (page.find('signed-in-as') !== null) return;
    page = await next(page);
  }
  assert.fail(`${request}: no way into the course site: ${way.join(' → ')}`);

  async function next(from: Page): Promise<Page> {
    if (from.url.origin === LLAVE_MX) return browser.submit(from, `person-${person}`);
    for (const testId of ['confirm-yes', 'provider-llave-mx', 'start-again']) {
      if (from.find(testId) !== null) return browser.click(from, testId);
    }
    if (from.refresh === null) return browser.get(`${COURSE_SITE}/login`);
    rig.clock.advance(30_000);
    return browser.follow(from);
  }
}
