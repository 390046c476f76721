/**
 * What tests of the account page share: ways into an account, its pages, and what is stored of it.
 */
import assert from 'node:assert/strict';
import type { MailMessage } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import { codeIn, isSignedIn, PHRASE, signInByMail } from './own-ways.ts';

export const MINUTE = 60_000;
export const ADDRESS = 'lupita@uni.mx';

/** A browser that signed in by mail, with a new account. */
export async function byMail(rig: Rig, address = ADDRESS): Promise<TestBrowser> {
  const browser = rig.browser();
  assert.ok(isSignedIn(await signInByMail(rig, browser, address)));
  return browser;
}

/** A browser that signed in with Llave MX as this practice person. */
export async function byLlaveMx(rig: Rig, person = 'nacional'): Promise<TestBrowser> {
  const browser = rig.browser();
  assert.ok(isSignedIn(await rig.signIn(browser, person)));
  return browser;
}

export const open = (browser: TestBrowser, page: string) => browser.get(`${BROKER}/account${page}`);

/** From the list of ways to sign in to the chooser and back with Llave MX. */
export async function connectLlaveMx(browser: TestBrowser, person = 'cuenta-basica'): Promise<Page> {
  const chooser = await browser.submit(await open(browser, '/identities'), 'connect');
  return browser.submit(await browser.click(chooser, 'provider-llave-mx'), `person-${person}`);
}

/** Through a chooser, with the code of a mail. */
export async function chooseMail(rig: Rig, browser: TestBrowser, chooser: Page, address = ADDRESS): Promise<Page> {
  const form = await browser.click(chooser, 'provider-email');
  const asked = await browser.submit(form, 'submit', { email: address });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address)) });
}

/** From the page of the addresses to it again, with one more. */
export async function addEmail(rig: Rig, browser: TestBrowser, address: string): Promise<Page> {
  const asked = await toCode(browser, address);
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address)) });
}

export async function toCode(browser: TestBrowser, address: string): Promise<Page> {
  const form = await browser.submit(await open(browser, '/emails'), 'add-email');
  return browser.submit(form, 'submit', { email: address });
}

/** The link by which whoever had an address takes a change back. */
export function undoLinkIn(mail: MailMessage | null): string {
  const link = new RegExp(`${BROKER}/account/emails/undo\\?token=[\\w-]+`).exec(mail?.text ?? '');
  assert.ok(link, 'the mail holds no such link');
  return link[0];
}

/** From the page of the password to it again, with another one. */
export async function choosePasswordOf(rig: Rig, browser: TestBrowser, password = PHRASE): Promise<Page> {
  const asked = await browser.submit(await open(browser, '/password'), 'choose-password');
  await rig.mail.settle();
  const code = asked.find('code');
  const choose = code ? await browser.submit(asked, 'submit', { code: codeIn(rig.mailbox.at(-1) ?? null) }) : asked;
  return browser.submit(choose, 'submit', { password });
}

export async function userIdOf(rig: Rig, address = ADDRESS): Promise<string> {
  const row = await rig.databases.durable.get(sql`select user_id from emails where address_key = ${address}`);
  return String(row?.user_id);
}

/** The slugs of the identities, in the order in which they were tied. */
export async function identitiesOf(rig: Rig): Promise<unknown[]> {
  const rows = await rig.databases.durable.all(sql`select provider from identities order by created_at, id`);
  return rows.map(({ provider }) => provider);
}

export async function emailsOf(rig: Rig): Promise<unknown[][]> {
  const rows = await rig.databases.durable.all(sql`
    select address_key, verified_by, is_primary from emails order by created_at, address_key`);
  return rows.map(({ address_key, verified_by, is_primary }) => [address_key, verified_by, is_primary === 1]);
}

export const typesOf = async (rig: Rig) => (await rig.audit()).map(({ type }) => type);

/** Mails to this address whose text speaks of something. */
export async function mailsTo(rig: Rig, address: string, about: RegExp): Promise<number> {
  await rig.mail.settle();
  // An invisible character keeps addresses in mails from becoming links.
  return rig.mailbox.filter(({ to, text }) => to === address && about.test(text.replaceAll('\u2060', ''))).length;
}
