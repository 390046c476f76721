/**
 * The pages that a launch may bring somebody to, answered truthfully: an account is theirs or it is not, whatever the campus said.
 */
import assert from 'node:assert/strict';
import type { Form, Milliseconds } from '../../src/model.ts';
import { fullName } from '../../src/users/arrival.ts';
import { nameOf } from '../../src/users/known-values.ts';
import type { Page } from '../browser.ts';
import type { Visit } from './visits.ts';

/** The next page; or what they do instead of answering. */
export async function answerLaunch(visit: Visit, page: Page): Promise<Page | 'leaves' | 'asks nothing'> {
  const { world, truth, person, launched, plan } = visit;
  const browser = world.browserAt(visit.browser);
  if (page.find('launch-link') !== null) {
    const asked = await askedOn(visit, page, 'launch-link');
    const isTheirs = asked !== null && truth.owners.get(asked.form.userId) === person;
    if (asked !== null) await assertNamed(visit, page, asked.form.userId, asked.since);
    if (plan.theirs === 'leave') return 'leaves';
    if (plan.theirs === 'link' && isTheirs) {
      launched?.said.add('theirs');
      return browser.submit(page, 'launch-link');
    }
    const saysNew = page.find('launch-new') !== null && plan.theirs !== 'no';
    return browser.submit(page, saysNew ? 'launch-new' : 'launch-refuse');
  }
  if (page.find('switch-stay') !== null) {
    const asked = await askedOn(visit, page, 'switch-account');
    if (asked !== null) {
      assertTheirs(visit, asked.form.to);
      await assertNamed(visit, page, asked.form.from, asked.since);
    }
    if (plan.hands === 'leave') return 'leaves';
    if (plan.hands === 'go') launched?.said.add('switches');
    return browser.submit(page, plan.hands === 'go' ? 'switch-go' : 'switch-stay');
  }
  if (page.find('continue-as') !== null) {
    const asked = await askedOn(visit, page, 'continue-as');
    if (asked !== null) assertTheirs(visit, asked.form.to);
    if (plan.hands === 'leave') return 'leaves';
    if (plan.hands === 'go') launched?.said.add('is them');
    return browser.submit(page, plan.hands === 'go' ? 'continue-as' : 'continue-no');
  }
  return 'asks nothing';
}

/** What the page that they look at asks, and since when; null where its attempt has ended, or asks something else by now. */
async function askedOn<Kind extends Form['kind']>({ world }: Visit, page: Page, kind: Kind) {
  const signIn = await world.rig.open.store.signIns.find(page.url.searchParams.get('id') ?? '');
  const form = signIn?.pause?.form ?? null;
  if (signIn === null || form?.kind !== kind) return null;
  return { form: form as Extract<Form, { readonly kind: Kind }>, since: signIn.changedAt };
}

/** Nobody reads the name of an account and means another; unless it was called otherwise when the page was shown. */
async function assertNamed({ world }: Visit, page: Page, userId: string, since: Milliseconds): Promise<void> {
  const user = (await world.rig.open.store.accounts.findUser(userId))?.user ?? assert.fail('nobody has this account');
  if (user.updatedAt >= since) return;
  assert.ok(
    page.body.includes(fullName(nameOf(user)) ?? user.username),
    'a page names another account than it is about',
  );
}

/** Null: an account that is still to be made. */
function assertTheirs({ truth, person }: Visit, userId: string | null): void {
  if (userId !== null) assert.equal(truth.owners.get(userId), person, 'a launch leads to an account of somebody else');
}
