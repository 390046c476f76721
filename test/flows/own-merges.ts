/**
 * What tests of somebody joining their own accounts share: two accounts of one person, and the way to the preview.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import { codeIn, isSignedIn, signInByMail } from './own-ways.ts';

export const [MINE, OTHER] = ['ana@uni.mx', 'ana.ruiz@correo.mx'];
export const MERGE = `${BROKER}/account/merge`;
export const MINUTE = 60_000;

export interface TwoAccounts {
  readonly mine: string;
  readonly other: string;
  /** Signed in to `mine` a moment ago. */
  readonly browser: TestBrowser;
}

/** Both know the course site; the other one was signed in to in a browser of its own. */
export async function twoAccounts(rig: Rig): Promise<TwoAccounts> {
  assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), OTHER)));
  const [other] = await usersOf(rig);
  const browser = rig.browser();
  assert.ok(isSignedIn(await signInByMail(rig, browser, MINE)));
  const mine = (await usersOf(rig)).find((id) => id !== other);
  assert.ok(mine !== undefined && other !== undefined);
  return { mine, other, browser };
}

const usersOf = async (rig: Rig) =>
  (await rig.databases.durable.all(sql`select id from users`)).map(({ id }) => String(id));

/** From the list of ways to whatever waits for it, by the code of a mail. */
export async function byMail(rig: Rig, browser: TestBrowser, chooser: Page, address: string): Promise<Page> {
  const form = await browser.click(chooser, 'provider-email');
  const asked = await browser.submit(form, 'submit', { email: address });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address)) });
}

/** From the account page to how the two would stand together. */
export async function toPreview(rig: Rig, browser: TestBrowser, address: string = OTHER): Promise<Page> {
  const intro = await browser.click(await browser.get(`${BROKER}/account`), 'merge-accounts');
  return byMail(rig, browser, await browser.submit(intro, 'prove-other'), address);
}

/** Who was merged into whom. */
export async function mergesIn(rig: Rig): Promise<string[]> {
  const rows = await rig.databases.durable.all(sql`
    select retired_id, survivor_id from merges where undone_at is null order by merged_at`);
  return rows.map(({ retired_id, survivor_id }) => `${retired_id} into ${survivor_id}`);
}

export const sessionsIn = async (rig: Rig) =>
  (await rig.databases.durable.all(sql`select user_id from sessions`)).map(({ user_id }) => String(user_id));
