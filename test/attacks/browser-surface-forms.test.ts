/**
 * Forms that were not made here for this browser: every route that changes something, and each way to forge its form.
 */
import assert from 'node:assert/strict';
import { type Page, parseHtml, type TestBrowser } from '../browser.ts';
import { byMail, MERGE } from '../flows/own-merges.ts';
import { linkIn, ownWays } from '../flows/own-ways.ts';
import { addressOf, invite } from '../flows/provider-tests.ts';
import { campusWith, createOnFirstLaunch, withCampus } from '../lti/campus.ts';
import { appBrowser, authorizationUrl, EVIL, LOG_OUT, signInAs } from '../oidc/relying-party.ts';
import { BROKER, type Rig } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';
import { accountForms, type ShownForm } from './account-forms.ts';
import { dump, formRoutes, surfaceTest } from './browser-surface.ts';

const campus = campusWith(createOnFirstLaunch);
const asking = withCampus(campus, { steps: askBeforeCreating, asksForAccount: true, ...ownWays });

/** Every form of the broker as one person was shown it, and the same form as another person was shown it. */
async function shownForms(rig: Rig): Promise<ShownForm[]> {
  const [victim, attacker, newcomer, other] = [appBrowser(rig), appBrowser(rig), appBrowser(rig), appBrowser(rig)];
  const [reader, writer, tester, asked] = [appBrowser(rig), appBrowser(rig), appBrowser(rig), appBrowser(rig)];
  const framed = appBrowser(rig);
  const invitation = await invite(rig, 'llave-mx');
  const merging = await ownMerge(rig);
  const address = `${BROKER}/sign-in/email`;
  const { code } = invitation;
  const yes = (field: string) => ({ [field]: 'yes' });
  const shown = [
    [reader, await openedLink(rig, reader), { link: 'made-up' }, yes('answer')],
    [tester, await tester.get(addressOf(invitation)), { code: 'made-up' }, { code }],
    [writer, await writer.get(address), secretIn(await appBrowser(rig).get(address)), yes('email')],
    [
      newcomer,
      await question(newcomer, 'formato-antiguo'),
      secretIn(await question(other, 'cuenta-basica')),
      yes('answer'),
    ],
    [framed, await campus.launchInFrame(framed), launchSecretIn(await campus.launchInFrame(appBrowser(rig))), {}],
    [merging.browser, merging.intro, merging.foreign, {}],
    [merging.browser, merging.preview, merging.foreign, {}],
    [asked, await existingAccount(asked), secretIn(await existingAccount(appBrowser(rig))), yes('answer')],
    [victim, await consent(victim, 'nacional'), secretIn(await consent(attacker, 'extranjero')), yes('answer')],
    [victim, await victim.get(`${BROKER}/sign-out`), secretIn(await attacker.get(`${BROKER}/sign-out`)), yes('answer')],
    [victim, await victim.get(LOG_OUT), secretIn(await attacker.get(LOG_OUT)), yes('logout')],
  ] as const;
  return shown.map(([browser, own, foreign, sent]) => ({
    browser,
    url: new URL(actionOf(own), BROKER),
    own: { ...hiddenIn(own.body), ...sent },
    // All fields are right but the one that only this browser can have.
    foreign: { ...hiddenIn(own.body), ...sent, ...foreign },
    bare: sent,
  }));
}

/** Where a form is sent to by its first button. */
function actionOf({ forms: [form] }: Page): string {
  const button = form?.all('button')[0]?.attribute('formaction') ?? null;
  return button ?? form?.attribute('action') ?? assert.fail('no form');
}

/** The page of a sign-in that waits for the person. */
async function question(browser: TestBrowser, person: string): Promise<Page> {
  return signInAs(browser, await browser.get(`${BROKER}/sign-in`), person);
}

/** Whether somebody without an address has an account here; the question before was answered. */
async function existingAccount(browser: TestBrowser): Promise<Page> {
  return browser.submit(await question(browser, 'cuenta-basica'), 'confirm-yes');
}

/** What the link of a mail opens. Whose link it is, is all that its form must know: nobody else has it. */
async function openedLink(rig: Rig, browser: TestBrowser): Promise<Page> {
  await browser.submit(await browser.get(`${BROKER}/sign-in/email`), 'submit', { email: 'ana@uni.mx' });
  return browser.get(linkIn(await rig.lastMail('ana@uni.mx')));
}

/** Both pages of somebody who joins two accounts of theirs, and the token of the other account's own session. */
async function ownMerge(rig: Rig) {
  const [browser, other] = [appBrowser(rig), appBrowser(rig)];
  for (const [one, address] of [[other, 'carla.otra@uni.mx'] as const, [browser, 'carla@uni.mx'] as const]) {
    const question = await byMail(rig, one, await one.get(`${BROKER}/sign-in`), address);
    await one.submit(question, 'confirm-yes');
  }
  const intro = await browser.get(MERGE);
  const preview = await byMail(rig, browser, await browser.submit(intro, 'prove-other'), 'carla.otra@uni.mx');
  return { browser, intro, preview, foreign: secretIn(await other.get(MERGE)) };
}

async function consent(browser: TestBrowser, person: string): Promise<Page> {
  const asked = await signInAs(browser, await browser.get(authorizationUrl('asking')), person);
  return browser.submit(asked, 'confirm-yes');
}

function secretIn({ body }: Page): Record<string, string> {
  const secrets = Object.entries(hiddenIn(body)).filter(([name]) => name === 'token' || name === 'xsrf');
  assert.equal(secrets.length, 1);
  return Object.fromEntries(secrets);
}

const launchSecretIn = ({ body }: Page) => ({ secret: hiddenIn(body).secret ?? assert.fail('no secret') });

function hiddenIn(html: string): Record<string, string> {
  const inputs = parseHtml(html).all('input');
  return Object.fromEntries(inputs.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']));
}

/** All cookies, also those that SameSite would keep back: a browser without it must be safe as well. */
const withCookies = (browser: TestBrowser, url: URL, headers: Record<string, string>) => {
  const cookies = browser.cookies('broker.test').filter(({ path }) => url.pathname.startsWith(path));
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '), ...headers };
};

const FORM = 'application/x-www-form-urlencoded';
const ours = { origin: BROKER, 'sec-fetch-site': 'same-origin', 'content-type': FORM };

/** Sends each form in every way in which it must not be taken, and then as it was made. */
async function forge(rig: Rig, forms: readonly ShownForm[], routes: readonly string[]): Promise<void> {
  const pattern = ({ url }: { url: URL }) =>
    `POST ${url.pathname.replace(/interaction\/[^/]+/, 'interaction/:uid').replace('/sign-in/email', '/sign-in/:provider')}`;
  assert.deepEqual(
    routes.filter((route) => !forms.map(pattern).includes(route)),
    [],
    'routes without a form here',
  );
  const before = await dump(rig);
  for (const { browser, url, own, foreign, bare } of forms) {
    const attempts: [string, RequestInit][] = [
      ['no token', { method: 'POST', headers: ours, body: new URLSearchParams(bare) }],
      ['the token of another session', { method: 'POST', headers: ours, body: new URLSearchParams(foreign) }],
      [
        'JSON as text',
        { method: 'POST', headers: { ...ours, 'content-type': 'text/plain' }, body: JSON.stringify(own) },
      ],
      ['GET', { method: 'GET', headers: ours }],
      ['_method', { method: 'GET', headers: { ...ours, 'x-http-method-override': 'POST' } }],
      ['PUT', { method: 'PUT', headers: ours, body: new URLSearchParams(own) }],
      [
        'a field that came twice',
        { method: 'POST', headers: ours, body: `${new URLSearchParams(own)}&${new URLSearchParams(own)}` },
      ],
    ];
    for (const [name, foreignHeaders] of [
      ['another origin', { origin: EVIL }],
      ['a null origin', { origin: 'null' }],
      ['a cross-site form', { 'sec-fetch-site': 'cross-site' }],
      ['a form of a sub-domain', { 'sec-fetch-site': 'same-site' }],
    ] as const) {
      const headers = { ...ours, ...foreignHeaders };
      attempts.push([name, { method: 'POST', headers, body: new URLSearchParams(own) }]);
    }
    attempts.push([
      'neither origin nor site',
      { method: 'POST', headers: { 'content-type': FORM }, body: new URLSearchParams(own) },
    ]);

    for (const [what, init] of attempts) {
      const headers = withCookies(browser, url, init.headers as Record<string, string>);
      const target = init.method === 'GET' ? `${url}?${new URLSearchParams({ ...own, _method: 'POST' })}` : url;
      const answer = await rig.broker(new Request(target, { ...init, headers }));
      const where = `${url.pathname.replace(/[\w-]{30,}/, ':uid')}: ${what}`;
      if (init.method !== 'GET')
        assert.ok([400, 403, 404, 405, 410, 415].includes(answer.status), `${where}: ${answer.status}`);
      assert.equal(await dump(rig), before, where);
    }
  }

  for (const { browser, url, own } of forms) {
    const init = { method: 'POST', headers: withCookies(browser, url, ours), body: new URLSearchParams(own) };
    const { status } = await rig.broker(new Request(url, init));
    // A file is the one answer that leads nowhere.
    assert.equal(status, url.pathname.endsWith('/download') ? 200 : 303, url.pathname);
    if (url.pathname === '/sign-out') break; // The last one would find nobody signed in.
  }
  assert.notEqual(await dump(rig), before);
}

const isOfAccount = (route: string) => route.startsWith('POST /account/') && !route.startsWith('POST /account/merge');

surfaceTest(
  'I-04 no form is accepted that was not made here for this browser, and each that was is',
  async (rig) =>
    forge(
      rig,
      await shownForms(rig),
      formRoutes.filter((route) => !isOfAccount(route)),
    ),
  asking,
);

surfaceTest('I-04 nor any by which somebody changes their account', async (rig) =>
  forge(rig, await accountForms(rig), formRoutes.filter(isOfAccount)),
);
