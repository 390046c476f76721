/**
 * Attempts of people who are new, brought into some state, and how each gets in from there: what walks the graph of states.
 */
import assert from 'node:assert/strict';
import { type ConsentingPerson, generatedPerson } from '../../simulators/index.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, LLAVE_MX, type Rig, type RigOptions, withOneRig } from '../rig.ts';
import { codeIn } from './own-ways.ts';

/** A sign-in for the course site that somebody new has brought into some state. */
export interface Attempt {
  readonly rig: Rig;
  readonly browser: TestBrowser;
  readonly person: string;
  /** Where Llave MX says that mail reaches them. */
  readonly address: string;
  readonly id: string;
  /** The true way back from the provider, not used so far; null while nobody was there. */
  readonly callback: URL | null;
  /** The token of this attempt's forms. */
  readonly token: string;
}

export type Bring = (rig: Rig, person: ConsentingPerson) => Promise<Attempt>;

export interface Graph {
  readonly states: { readonly [state: string]: Bring };
  readonly requests: { readonly [request: string]: (attempt: Attempt) => Promise<Page> };
  readonly options: Partial<RigOptions>;
}

let people = 0;

/** From every state, whatever request comes next, the person reaches an end, and from there the course site. */
export function walkGraph({ states, requests, options }: Graph): void {
  for (const [state, bring] of Object.entries(states)) {
    withOneRig(
      `a sign-in that is ${state}: every request leads to an end, and from there into the course site`,
      async (rig) => {
        for (const [request, make] of Object.entries(requests)) {
          const person = withUnverifiedAddress(generatedPerson(people++));
          rig.llaveMx.addPerson(person);
          const begun = rig.clock.environment.now();
          const attempt = await bring(rig, person);
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
      options,
    );
  }
}

/** So that there is something to prove where the operator asks for it. */
function withUnverifiedAddress(person: ConsentingPerson): ConsentingPerson {
  return { ...person, userData: { ...person.userData, correoVerificado: false } };
}

export async function begin(rig: Rig, person: ConsentingPerson): Promise<Attempt> {
  const browser = rig.browser();
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  const id = chooser.url.searchParams.get('id') ?? '';
  const secret = browser.cookies('broker.test').find(({ name }) => name.endsWith(id))?.value ?? '';
  const token = rig.open.vault.derive('form of a sign-in', id, secret);
  return {
    rig,
    browser,
    person: person.slug,
    address: String(person.userData.correo).toLowerCase(),
    id,
    callback: null,
    token,
  };
}

export async function depart(rig: Rig, person: ConsentingPerson): Promise<Attempt> {
  const attempt = await begin(rig, person);
  const { browser, id } = attempt;
  const chosen = await browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`);
  const { redirect: callback } = await browser.submit(chosen, `person-${person.slug}`, {}, { follow: false });
  return { ...attempt, callback };
}

export async function after(
  attempt: Promise<Attempt>,
  change: (attempt: Attempt) => Promise<unknown>,
): Promise<Attempt> {
  await change(await attempt);
  return attempt;
}

export async function setReturned({ rig, id }: Attempt): Promise<void> {
  const { signIns } = rig.open.store;
  const signIn = await signIns.find(id);
  if (signIn !== null) await signIns.advance(signIn, 'returned', {}, rig.clock.environment.now());
}

export const comeBack = ({ browser, callback }: Attempt): Promise<Page> => browser.get(callback ?? '');

/** The browser itself ends journeys of more than 20 redirects, so a loop fails before this. */
function assertIsAnEnd(page: Page, request: string): void {
  assert.ok(page.status < 500, `${request}: ${page.status} ${page.find('error-code')?.text}`);
  const ends = [
    'signed-in-as',
    'confirm-yes',
    'provider-llave-mx',
    'error-code',
    'continue',
    'new-account',
    'country',
    'email',
  ];
  const isEnd = ends.some((testId) => page.find(testId) !== null) || page.url.origin !== BROKER;
  assert.ok(isEnd, `${request}: ${page.url.href} leads nowhere`);
}

/** As a person would go on from there, by what the page offers. */
async function getIn({ rig, browser, person, address }: Attempt, first: Page, request: string): Promise<void> {
  let page = first;
  const way: string[] = [];
  for (let steps = 0; steps < 14; steps++) {
    way.push(page.find('error-code')?.text ?? page.url.pathname);
    if (page.find('signed-in-as') !== null) return;
    page = await next(page);
  }
  assert.fail(`${request}: no way into the course site: ${way.join(' → ')}`);

  async function next(from: Page): Promise<Page> {
    if (from.url.origin === LLAVE_MX) return browser.submit(from, `person-${person}`);
    if (from.find('code') !== null) {
      const mail = await rig.lastMail(address);
      return browser.submit(from, 'submit', { code: codeIn(mail) });
    }
    if (from.find('country') !== null) return browser.submit(from, 'submit', { country: 'MX', terms: true });
    if (from.find('email') !== null) return browser.submit(from, 'submit');
    for (const testId of ['confirm-yes', 'new-account', 'provider-llave-mx', 'start-again']) {
      if (from.find(testId) !== null) return browser.click(from, testId);
    }
    if (from.refresh === null) return browser.get(`${COURSE_SITE}/login`);
    rig.clock.advance(30_000);
    return browser.follow(from);
  }
}
