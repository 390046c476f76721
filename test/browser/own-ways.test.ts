/**
 * Our own ways of signing in, as a person with a mailbox meets them: a real browser, a real mail server, two languages, two
 * screens, with scripts and without.
 *
 * Every visit is also held to what all are: nothing on the console, so no page broke its own policy.
 */
import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Email } from 'postal-mime';
import { assertNoBarriers, tabTo, withVisitor } from './chromium.ts';
import { languageOf, signOut, subjectOn, type Visit, visitTest } from './walk.ts';

const screens = { desktop: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } };
const ADDRESS = 'citlali@uni.test';
const PHRASE = 'caballo correcto batería grapa';

interface How {
  readonly what: string;
  readonly locale: string;
  readonly javaScriptEnabled: boolean;
  readonly context: object;
}

const howOn = (screen: keyof typeof screens, locale: string, javaScriptEnabled: boolean): How => ({
  what: `${screen}, ${locale}, ${javaScriptEnabled ? 'with' : 'without'} scripts`,
  locale,
  javaScriptEnabled,
  context: { viewport: screens[screen], locale, javaScriptEnabled, isMobile: screen === 'phone' },
});

/** Each pair of screen, language and scripts comes up once. */
const everyHow: readonly How[] = [
  howOn('desktop', 'es-MX', true),
  howOn('desktop', 'en', false),
  howOn('phone', 'es-MX', false),
  howOn('phone', 'en', true),
];

function waysTest(promise: string, how: How, visit: (visit: Visit) => Promise<void>): void {
  visitTest(`${promise} (${how.what})`, visit, { context: how.context, world: { ownWays: true } });
}

const codeOf = ({ text = '' }: Email) => (/^(\d{3}) (\d{3})$/m.exec(text) ?? assert.fail(text)).slice(1).join('');
const linkOf = ({ text = '' }: Email) => /http\S+\/sign-in\/mail\?token=\S+/.exec(text)?.[0] ?? assert.fail(text);

/** From the course site to the first form of a way. */
async function towards({ page, world }: Pick<Visit, 'page' | 'world'>, slug: string): Promise<void> {
  await page.goto(world.courseSite);
  await page.getByTestId('sign-in').click();
  await page.getByTestId(`provider-${slug}`).click();
  await page.getByTestId('submit').waitFor();
}

async function fill(page: Page, fields: { readonly [testId: string]: string }, button = 'submit'): Promise<void> {
  for (const [testId, value] of Object.entries(fields)) await page.getByTestId(testId).fill(value);
  await page.getByTestId(button).click();
}

/** From the course site to the form that asks for a code; and the mail. */
async function askForMail(visit: Visit, address = ADDRESS): Promise<Email> {
  await towards(visit, 'email');
  await fill(visit.page, { email: address });
  await visit.page.getByTestId('code').waitFor();
  return visit.world.mailTo(address);
}

const isIn = (page: Page) => page.getByTestId('signed-in-as').waitFor();

/** That the page fits the screen and speaks the language of the person. */
async function looksRight(page: Page, { locale }: How): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width, `${page.url()} is wider`);
  assert.equal(await languageOf(page), locale, page.url());
}

for (const how of everyHow) {
  waysTest('by e-mail with the code, out, and in again to the same account', how, async (visit) => {
    const { page } = visit;
    const mail = await askForMail(visit);
    await looksRight(page, how);
    await fill(page, { code: ` ${codeOf(mail).slice(0, 3)} ${codeOf(mail).slice(3)} ` });
    await isIn(page);
    const sub = await subjectOn(page);
    await signOut(page);
    await fill(page, { code: codeOf(await askForMail(visit)) });
    await isIn(page);
    assert.equal(await subjectOn(page), sub);
    assert.equal(mail.subject?.includes(codeOf(mail)), false, 'a code stands on no lock screen');
  });

  waysTest('the link of the mail in a second tab: the tab that waits goes on', how, async (visit) => {
    const { page, context } = visit;
    const mail = await askForMail(visit);
    const second = await context.newPage();
    await second.goto(linkOf(mail));
    assert.equal(new URL(second.url()).search, '', 'the token is out of the address');
    await looksRight(second, how);
    await second.getByTestId('submit').click();
    await second.getByTestId('continue').waitFor();
    await looksRight(second, how);
    await page.bringToFront();
    // By itself where there are scripts; by the button beside the field where there are none.
    if (!how.javaScriptEnabled) await page.getByTestId('continue').click();
    await isIn(page);
    await looksRight(page, how);
  });

  waysTest('a password is chosen, and used from then on', how, async (visit) => {
    const { page, world } = visit;
    await towards(visit, 'password');
    await looksRight(page, how);
    await page.getByTestId('forgot').click();
    await fill(page, { email: ADDRESS });
    await page.getByTestId('code').waitFor();
    await fill(page, { code: codeOf(await world.mailTo(ADDRESS)) });
    await fill(page, { password: 'corta' });
    assert.ok((await page.getByRole('alert').textContent())?.includes('15'));
    assert.equal(await page.getByTestId('password').inputValue(), '', 'what was typed does not come back');
    await looksRight(page, how);
    await fill(page, { password: PHRASE });
    await isIn(page);
    const sub = await subjectOn(page);
    await signOut(page);
    await towards(visit, 'password');
    await fill(page, { email: ADDRESS, password: 'una frase que no es' });
    await page.getByRole('alert').waitFor();
    assert.equal(await page.getByTestId('email').inputValue(), ADDRESS);
    await fill(page, { password: PHRASE });
    await isIn(page);
    assert.equal(await subjectOn(page), sub);
  });

  waysTest('a guest goes in, and the course site knows no name', how, async (visit) => {
    const { page } = visit;
    await towards(visit, 'guest');
    await looksRight(page, how);
    await page.getByTestId('submit').click();
    await isIn(page);
    await subjectOn(page);
  });
}

for (const how of [howOn('phone', 'es-MX', true)]) {
  waysTest(
    'the link in another browser signs that one in; the one that asked is told, and stays out',
    how,
    async (visit) => {
      const { page, browser, world } = visit;
      const mail = await askForMail(visit);
      await withVisitor(
        browser,
        { context: how.context, origins: world.origins, refusals: [] },
        async ({ page: other }) => {
          await other.goto(linkOf(mail));
          await looksRight(other, how);
          await other.getByTestId('submit').click();
          await other.waitForURL(`${world.broker}/account`);
        },
      );
      // The page that waits asks by itself, and goes to the form that says so.
      await page.getByTestId('email').waitFor();
      assert.match((await page.getByRole('alert').textContent()) ?? '', /otro navegador/);
      await page.goto(`${world.broker}/account`);
      await page.getByTestId('provider-email').waitFor();
    },
  );

  waysTest('a mistyped address is changed, and the mail of the right one signs in', how, async (visit) => {
    const { page, world } = visit;
    await askForMail(visit, 'citlal@uni.test');
    await page.getByTestId('change').click();
    assert.equal(await page.getByTestId('email').inputValue(), 'citlal@uni.test', 'as it was typed, to be mended');
    await fill(page, { email: ADDRESS });
    await fill(page, { code: codeOf(await world.mailTo(ADDRESS)) });
    await isIn(page);
  });

  waysTest('a mail that is asked for again: not within a minute, and the first one still works', how, async (visit) => {
    const { page } = visit;
    const mail = await askForMail(visit);
    await page.getByTestId('resend').click();
    assert.match((await page.getByRole('alert').textContent()) ?? '', /minuto/);
    await fill(page, { code: codeOf(mail) });
    await isIn(page);
  });

  waysTest('a button that is pressed twice in a hurry sends one mail, and makes one guest', how, async (visit) => {
    const { page, world } = visit;
    await towards(visit, 'email');
    await page.getByTestId('email').fill(ADDRESS);
    await page.getByTestId('submit').dblclick();
    await page.getByTestId('code').waitFor();
    await fill(page, { code: codeOf(await world.mailTo(ADDRESS)) });
    await isIn(page);
    await signOut(page);
    await towards(visit, 'guest');
    await page.getByTestId('submit').dblclick();
    await isIn(page);
  });

  waysTest('back and forth between the forms: each asks what it asks, and the person gets in', how, async (visit) => {
    const { page } = visit;
    const mail = await askForMail(visit);
    await page.goBack();
    await page.goForward();
    await page.getByTestId('code').waitFor();
    await page.getByTestId('other-ways').click();
    await page.getByTestId('provider-email').click();
    await fill(page, { code: codeOf(mail) });
    await isIn(page);
  });

  waysTest('a password manager finds what it looks for on each form', how, async (visit) => {
    const { page, world } = visit;
    const fields = async () =>
      page
        .locator('input:not([type=hidden])')
        .evaluateAll((inputs) =>
          inputs.map((input) => [
            input.getAttribute('type'),
            input.getAttribute('autocomplete'),
            input.getAttribute('inputmode'),
          ]),
        );
    await towards(visit, 'password');
    assert.deepEqual(await fields(), [
      ['text', 'username', 'text'],
      ['password', 'current-password', 'text'],
    ]);
    await page.getByTestId('forgot').click();
    await page.getByTestId('email').waitFor();
    assert.deepEqual(await fields(), [['email', 'email', 'email']]);
    await fill(page, { email: ADDRESS });
    await page.getByTestId('code').waitFor();
    assert.deepEqual(await fields(), [['text', 'one-time-code', 'numeric']]);
    await fill(page, { code: codeOf(await world.mailTo(ADDRESS)) });
    await page.getByTestId('password').waitFor();
    // The account's name stands beside the new password, for the manager to save them together.
    assert.deepEqual(await fields(), [
      ['text', 'username', 'text'],
      ['password', 'new-password', 'text'],
    ]);
    assert.equal(await page.getByTestId('username').inputValue(), ADDRESS);
    // Pasting is possible (NIST SP 800-63B-4 §3.1.1.2).
    await page.getByTestId('password').focus();
    await page.keyboard.insertText(PHRASE);
    assert.equal(await page.getByTestId('password').inputValue(), PHRASE);
    await page.getByTestId('submit').click();
    await isIn(page);
  });

  waysTest('by e-mail with the keyboard only, and no barrier on any page of it', how, async (visit) => {
    const { page, world, context } = visit;
    const press = async (testId: string) => {
      await tabTo(page, testId);
      await page.keyboard.press('Enter');
    };
    await page.goto(world.courseSite);
    await press('sign-in');
    await page.getByTestId('provider-email').waitFor();
    await press('provider-email');
    await page.getByTestId('email').waitFor();
    await assertNoBarriers(page, 'the address');
    await tabTo(page, 'email');
    await page.keyboard.type(ADDRESS);
    await page.keyboard.press('Enter');
    await page.getByTestId('code').waitFor();
    await assertNoBarriers(page, 'the code');
    const mail = await world.mailTo(ADDRESS);
    const second = await context.newPage();
    await second.goto(linkOf(mail));
    await assertNoBarriers(second, 'the link');
    await second.close();
    await tabTo(page, 'code');
    await page.keyboard.type(codeOf(mail));
    await page.keyboard.press('Enter');
    await isIn(page);
  });
}

visitTest(
  'over https everything is the same: the link stands on our own origin, and the way ends at the course site',
  async (visit) => {
    const mail = await askForMail(visit);
    assert.equal(new URL(linkOf(mail)).origin, visit.world.broker);
    await fill(visit.page, { code: codeOf(mail) });
    await isIn(visit.page);
  },
  { world: { scheme: 'https', ownWays: true }, context: { locale: 'es-MX', ignoreHTTPSErrors: true } },
);
