/**
 * What tests of the purpose *test* share: how an attempt comes into a browser, and what must be the same afterwards.
 */
import assert from 'node:assert/strict';
import { type Invitation, inviteToTest } from '../../src/sign-in/test-invitation.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import { allTables } from '../tables.ts';

/** As the command line makes it. */
export function invite(rig: Rig, slug: string): Promise<Invitation> {
  const { store, vault } = rig.open;
  return inviteToTest({ environment: rig.clock.environment, store, vault }, slug);
}

export const addressOf = ({ id }: Pick<Invitation, 'id'>): string => `${BROKER}/sign-in/test?id=${id}`;

/** Types the code and presses the button. What the browser sees next: the provider, a form of ours, or a report. */
export async function enter(browser: TestBrowser, invitation: Invitation): Promise<Page> {
  const page = await browser.get(addressOf(invitation));
  const next = await browser.submit(page, 'submit', { code: invitation.code });
  return next.refresh === null ? next : browser.follow(next);
}

export interface Tried {
  readonly invitation: Invitation;
  readonly page: Page;
}

/** From the command line to whatever the provider's way begins with. */
export async function tryOut(rig: Rig, browser: TestBrowser, slug: string): Promise<Tried> {
  const invitation = await invite(rig, slug);
  return { invitation, page: await enter(browser, invitation) };
}

/** Every row but those of the attempts themselves, for comparing before and after (DIFF=∅). */
export async function everythingBut(rig: Rig, ...left: readonly string[]): Promise<string> {
  const parts: string[] = [];
  for (const part of ['durable', 'ephemeral'] as const) {
    for (const table of allTables[part].filter((name) => name !== 'sign_ins' && !left.includes(name))) {
      const rows = await rig.databases[part].all({ shape: [`select * from ${table}`], values: [] });
      parts.push(table, ...rows.map((row) => JSON.stringify(row)).sort());
    }
  }
  return parts.join('\n');
}

/** The report on a page, by the verdict of each step. */
export function reported(page: Page): string {
  const steps = ['departure', 'return', 'claims', 'profile', 'decision', 'failure'];
  return steps.filter((step) => page.find(`step-${step}`) !== null).join(' ');
}

export const WHOLE = 'departure return claims profile decision';

/** What the command line sees of it. */
export async function storedReport(rig: Rig, { id }: Pick<Invitation, 'id'>) {
  const signIn = await rig.open.store.signIns.find(id);
  assert.equal(signIn?.outcome?.kind, 'tested');
  return { steps: signIn.testSteps, trace: signIn.trace };
}

/** Why it failed, and where. */
export async function failureOf(rig: Rig, invitation: Pick<Invitation, 'id'>) {
  const { steps } = await storedReport(rig, invitation);
  const failure = steps.find((step) => step.step === 'failure');
  assert.ok(failure !== undefined, `no step failed: ${steps.map(({ step }) => step).join(' ')}`);
  return failure;
}

/** Nobody was signed in: there is no session cookie, and the account page asks to sign in. */
export async function assertAnonymous(browser: TestBrowser): Promise<void> {
  assert.ok(!browser.cookies().some(({ name }) => /-session$/.test(name)));
  assert.match((await browser.get(`${BROKER}/account`)).url.href, /\/sign-in\?/);
}
