/**
 * What tests of our own ways of signing in share: where they begin, and what a mail holds.
 */
import assert from 'node:assert/strict';
import type { MailMessage } from '../../src/model.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, type Rig, type RigOptions } from '../rig.ts';

/** Each of our own ways beside Llave MX. */
export const ownWays: Partial<RigOptions> = {
  moreCourseSite: ['allow_guests: true'],
  moreProviders: `
  - slug: email
    vendor: email
    enabled: true
  - slug: password
    vendor: password
    enabled: true
  - slug: guest
    vendor: guest
    enabled: true`,
};

export const PHRASE = 'caballo correcto batería grapa';

/** From the course site to the first form of this way. */
export async function towards(browser: TestBrowser, slug: string): Promise<Page> {
  const home = await browser.get(`${COURSE_SITE}/`);
  const chooser = await browser.click(home, 'sign-in');
  return browser.click(chooser, `provider-${slug}`);
}

/** Every field of the page's forms with what stands in it, for sending a form as no browser would. */
export function fieldsIn(page: Page): { readonly [name: string]: string } {
  const inputs = page.document.all('input');
  return Object.fromEntries(inputs.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']));
}

export function codeIn(mail: MailMessage | null): string {
  const code = /^(\d{3}) (\d{3})$/m.exec(mail?.text ?? '');
  assert.ok(code, 'the mail holds no code');
  return `${code[1]}${code[2]}`;
}

export function linkIn(mail: MailMessage | null): string {
  const link = new RegExp(`${BROKER}/sign-in/mail\\?token=[\\w-]+`).exec(mail?.text ?? '');
  assert.ok(link, 'the mail holds no link');
  return link[0];
}

/** From the course site to its page after signing in with the code of a mail. */
export async function signInByMail(rig: Rig, browser: TestBrowser, address: string): Promise<Page> {
  const form = await towards(browser, 'email');
  const asked = await browser.submit(form, 'submit', { email: address });
  return browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(address.toLowerCase())) });
}

/** From the course site to its page after choosing a password. */
export async function choosePassword(
  rig: Rig,
  browser: TestBrowser,
  address: string,
  password = PHRASE,
): Promise<Page> {
  const login = await towards(browser, 'password');
  const asks = await browser.submit(login, 'forgot');
  const sent = await browser.submit(asks, 'submit', { email: address });
  const choose = await browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(address.toLowerCase())) });
  return browser.submit(choose, 'submit', { password });
}

export async function signInByPassword(browser: TestBrowser, login: string, password = PHRASE): Promise<Page> {
  return browser.submit(await towards(browser, 'password'), 'submit', { email: login, password });
}

export const isSignedIn = (page: Page): boolean =>
  page.url.origin === COURSE_SITE && page.find('signed-in-as') !== null;
