/**
 * What a person does in a browser, from the first button to where the sign-in ends, answering truthfully what they are asked.
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import { codeIn, PHRASE } from '../flows/own-ways.ts';
import { BROKER } from '../rig.ts';
import { mailboxOf, type Person, slugAt, slugs, type Truth, type Way, type World } from './world.ts';

/** What somebody answers who is asked whether they have an account here; `leave` goes away from the page. */
export interface Plan {
  readonly account: 'new' | 'existing' | 'leave';
  /** How they would show that the account is theirs. */
  readonly proof: Way;
}

export type End =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'refused'; readonly code: string }
  /** At a page from which they may go on later, or not. */
  | { readonly kind: 'left' };

export interface Visit {
  readonly world: World;
  readonly truth: Truth;
  readonly browser: number;
  readonly person: Person;
  /** The account of the guest whose work this sign-in may be asked about. */
  readonly guest: string | null;
  readonly plan: Plan;
}

/** From the list of all ways to the end. */
export async function signInBy(visit: Visit, way: Way): Promise<End> {
  return goBy(visit, way, await visit.world.browserAt(visit.browser).get(`${BROKER}/sign-in`));
}

/** The same, from a list that was come to otherwise. */
export async function goBy(visit: Visit, way: Way, chooser: Page): Promise<End> {
  const browser = visit.world.browserAt(visit.browser);
  const start = await browser.click(chooser, `provider-${slugs[way]}`);
  return goOn(visit, await throughProvider(visit, way, start));
}

/** Everything that is done at the provider, or on the forms of a way of ours. */
export async function throughProvider({ world, browser: index, person }: Visit, way: Way, start: Page): Promise<Page> {
  const browser = world.browserAt(index);
  const address = mailboxOf(person, way);
  const codeOf = async () => codeIn(await world.rig.lastMail(address));
  switch (way) {
    case 'llave-1':
    case 'llave-2':
    case 'campus':
      return browser.submit(start, `person-${slugAt(person, way)}`);
    case 'mailbox-1':
    case 'mailbox-2': {
      const asked = await browser.submit(start, 'submit', { email: address });
      return asked.find('code') === null ? asked : browser.submit(asked, 'submit', { code: await codeOf() });
    }
    case 'password': {
      const typed = await browser.submit(start, 'submit', { email: address, password: PHRASE });
      if (typed.find('forgot') === null) return typed;
      const asked = await browser.submit(await browser.submit(typed, 'forgot'), 'submit', { email: address });
      if (asked.find('code') === null) return asked;
      const choose = await browser.submit(asked, 'submit', { code: await codeOf() });
      return browser.submit(choose, 'submit', { password: PHRASE });
    }
  }
}

const LONGEST = 8;
/** Where somebody is who signed in, or connected a way. */
const ENDS = ['/account', '/account/identities'];

/** From any page of a sign-in to its end. */
export async function goOn(visit: Visit, first: Page): Promise<End> {
  const { truth, browser: index, person, guest, plan } = visit;
  const browser = visit.world.browserAt(index);
  let page = first;
  let answer = plan.account;
  let isClaimed = false;
  for (let pages = 0; pages < LONGEST; pages++) {
    assert.ok(page.status < 500, `${page.url.href} answered ${page.status}`);
    if (page.find('existing-account') !== null) {
      if (answer === 'leave') {
        truth.parked[index] = { page, person, guest };
        return { kind: 'left' };
      }
      if (answer === 'new') {
        page = await browser.submit(page, 'new-account');
      } else {
        // Whoever finds that they have none says so the next time.
        answer = 'new';
        page = await prove(visit, page);
      }
    } else if (page.find('guest-work-mine') !== null) {
      isClaimed = guest !== null && truth.owners.get(guest) === person;
      page = await browser.submit(page, isClaimed ? 'guest-work-mine' : 'guest-work-not-mine');
    } else if (page.find('keep-account') !== null) {
      page = await browser.submit(page, plan.account === 'leave' ? 'leave-account' : 'keep-account');
    } else if (page.find('error-code') !== null) {
      const code = page.text('error-code');
      if (code !== 'no_account' || page.find('back-to-client') === null) return { kind: 'refused', code };
      page = await browser.click(page, 'back-to-client');
    } else if (ENDS.includes(page.url.pathname)) {
      truth.seats[index] = person;
      if (isClaimed && guest !== null) await handOver(visit, guest);
      return { kind: 'signed-in' };
    } else {
      return { kind: 'left' };
    }
  }
  return assert.fail(`no end: ${page.url.href}`);
}

/** The app finds a guest's work under the `sub` that it knew, in whichever account it went into. */
async function handOver({ world, truth, browser }: Visit, guest: string): Promise<void> {
  const user = await world.signedInAt(browser);
  const state = await world.stateOf(guest);
  assert.notEqual(state, 'temporary', 'work that was claimed stayed with the guest');
  if (user !== null && state === 'merged') truth.handOn(guest, user);
}

async function prove(visit: Visit, question: Page): Promise<Page> {
  const browser = visit.world.browserAt(visit.browser);
  const chooser = await browser.submit(question, 'existing-account');
  const { proof } = visit.plan;
  // The question was answered elsewhere meanwhile, or has expired.
  if (chooser.find(`provider-${slugs[proof]}`) === null) return chooser;
  return throughProvider(visit, proof, await browser.click(chooser, `provider-${slugs[proof]}`));
}
