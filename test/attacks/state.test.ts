/**
 * Attacks on `state` and on the tie between a sign-in and its browser (area C of the security cases).
 */
import assert from 'node:assert/strict';
import { SIGN_IN_LIFE } from '../../src/sign-in/beginning.ts';
import { DEPARTURE_LIFE } from '../../src/sign-in/sign-in.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const callbackOf = (parameters: Record<string, string>) =>
  `${BROKER}/callback/llave-mx?${new URLSearchParams(parameters)}`;

/** The address with which the provider sends the browser back; not opened yet. */
async function unusedCallback(rig: Rig, browser: TestBrowser, person = 'nacional'): Promise<string> {
  const back = await browser.submit(await rig.toLlaveMx(browser), `person-${person}`, {}, { follow: false });
  assert.equal(back.redirect?.origin, BROKER);
  return String(back.redirect);
}

async function assertAnonymous(browser: TestBrowser): Promise<void> {
  assert.match((await browser.get(`${BROKER}/account`)).url.href, /\/sign-in\?/);
}

const spentAtProvider = (rig: Rig) => rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length;

for (const [what, state] of [
  ['without state', null],
  ['with an empty state', ''],
  ['with a random state', 'AAAAAAAAAAAAAAAAAAAAAA'],
  ['with NUL in the state', '\0'],
  ['with a state of 8 KB', 'a'.repeat(8000)],
  ['with a state that is half a surrogate pair', '\ud800'],
  ['with `__proto__` as state', '__proto__'],
] as const) {
  forEachRig(`C-01 a callback ${what} is refused, and no code is spent`, async (rig) => {
    const parameters = new URLSearchParams({ code: 'stolen', ...(state === null ? {} : { state }) });
    const page = await rig.browser().get(`${BROKER}/callback/llave-mx?${parameters}`);
    await assertRefused(rig, page, 'sign_in_unknown');
    assert.equal(spentAtProvider(rig), 0);
  });
}

forEachRig('C-01 C-09 a state that was cut, re-cased, padded or changed anywhere is refused', async (rig) => {
  const browser = rig.browser();
  const callback = new URL(await unusedCallback(rig, browser));
  const state = callback.searchParams.get('state') ?? '';
  const swapped = (at: number) => `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
  const otherCase = /[a-z]/.test(state) ? state.toUpperCase() : state.toLowerCase();
  const variants = [state.slice(0, -1), otherCase, `${state}==`, ` ${state}`, swapped(0), swapped(11), swapped(21)];
  for (const [index, changed] of variants.entries()) {
    callback.searchParams.set('state', changed);
    await assertRefused(rig, await browser.get(callback), 'sign_in_unknown', { events: index + 1 });
  }
  assert.equal(spentAtProvider(rig), 0);
  callback.searchParams.set('state', state);
  assert.match((await browser.get(callback)).text('signed-in-as'), /Citlali/);
});

forEachRig('C-01 who comes back too late is told so, and starting again ends in the course site', async (rig) => {
  const browser = rig.browser();
  const callback = await unusedCallback(rig, browser);
  rig.clock.advance(DEPARTURE_LIFE);
  const page = await browser.get(callback);
  await assertRefused(rig, page, 'sign_in_expired');
  assert.equal(spentAtProvider(rig), 0);
  await assertRefused(rig, await browser.get(callback), 'sign_in_expired');

  const people = await browser.click(await browser.click(page, 'start-again'), 'provider-llave-mx');
  const end = await browser.submit(people, 'person-nacional');
  assert.equal(end.url.origin, COURSE_SITE);
  assert.match(end.text('signed-in-as'), /Citlali/);
});

withOneRig('C-01 shortly before the time runs out, coming back still works', async (rig) => {
  const browser = rig.browser();
  const people = await rig.toLlaveMx(browser);
  rig.clock.advance(DEPARTURE_LIFE - 20_000);
  assert.match((await browser.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
});

forEachRig('C-01 a chooser that stood open longer than a sign-in lives is refused', async (rig) => {
  const browser = rig.browser();
  const chooser = await browser.get(`${BROKER}/sign-in`);
  // The cookie ends with the sign-in, so what a real browser meets is another browser's attempt; a clock of its own keeps it.
  rig.clock.advance(SIGN_IN_LIFE - 1000);
  assert.equal((await browser.get(chooser.url)).status, 200);
  rig.clock.advance(1000);
  const page = await browser.get(chooser.url);
  await assertRefused(rig, page, 'sign_in_other_browser');
});

forEachRig("C-02 an attacker's own unused callback does not sign a victim in", async (rig) => {
  const attacker = rig.browser();
  const victim = rig.browser();
  const callback = await unusedCallback(rig, attacker);
  await assertRefused(rig, await victim.get(callback, { from: 'https://evil.test/' }), 'sign_in_other_browser');
  assert.equal(spentAtProvider(rig), 0);
  await assertAnonymous(victim);
  const posted = await victim.post(callback, {}, { from: 'https://evil.test/' });
  await assertRefused(rig, posted, 'cross_site_request');
  await assertAnonymous(victim);
});

forEachRig('C-03 a code that came back for another provider is spent at neither', async (rig) => {
  const browser = rig.browser();
  await rig.configure({ moreProviders: secondProvider });
  const callback = new URL(await unusedCallback(rig, browser));
  callback.pathname = '/callback/llave-mx-2';
  const page = await browser.get(callback);
  await assertRefused(rig, page, 'issuer_mismatch');
  assert.equal(spentAtProvider(rig), 0);
  await assertAnonymous(browser);
  const people = await browser.click(await browser.click(page, 'start-again'), 'provider-llave-mx');
  assert.match((await browser.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
});

withOneRig(
  'C-03 an answer that names another issuer is refused before its code is spent (RFC 9207 §2.4)',
  async (rig) => {
    const browser = rig.browser();
    const callback = new URL(await unusedCallback(rig, browser));
    callback.searchParams.set('iss', 'https://evil.test');
    await assertRefused(rig, await browser.get(callback), 'issuer_mismatch');
    assert.equal(spentAtProvider(rig), 0);
  },
);

withOneRig('C-03 a callback of a provider that was never chosen is refused', async (rig) => {
  const browser = rig.browser();
  const chooser = await browser.get(`${BROKER}/sign-in`);
  const state = chooser.url.searchParams.get('id') ?? '';
  await assertRefused(rig, await browser.get(callbackOf({ code: 'x', state })), 'issuer_mismatch');
  assert.equal(spentAtProvider(rig), 0);
});

forEachRig(
  'C-04 a replayed callback: same browser at once lands again, later is told, another is refused',
  async (rig) => {
    const browser = rig.browser();
    const other = rig.browser();
    const chooser = await browser.get(`${BROKER}/sign-in`);
    const people = await browser.click(chooser, 'provider-llave-mx');
    const back = await browser.submit(people, 'person-nacional', {}, { follow: false });
    const callback = back.redirect ?? new URL(BROKER);
    const account = await browser.get(callback);
    assert.equal(account.url.pathname, '/account');

    const again = await browser.get(callback);
    assert.equal(again.url.pathname, '/account');
    assert.equal(again.status, 200);
    assert.equal(await rig.count('sessions'), 1);

    rig.clock.advance(61_000);
    const late = await browser.get(callback);
    assert.equal(late.text('error-code'), 'sign_in_replayed');
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');

    await assertRefused(rig, await other.get(callback), 'sign_in_other_browser');
    await assertAnonymous(other);
    assert.equal(spentAtProvider(rig), 1);
    assert.equal(await rig.count('sessions'), 1);
  },
);

forEachRig('C-04 replaying an older sign-in does not sign out who signed in since', async (rig) => {
  const browser = rig.browser();
  const visit = async (person: string): Promise<{ callback: URL; end: Page }> => {
    const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
    const back = await browser.submit(people, `person-${person}`, {}, { follow: false });
    const callback = back.redirect ?? new URL(BROKER);
    return { callback, end: await browser.get(callback) };
  };
  const first = await visit('nacional');
  await visit('correo-sin-verificar');
  await browser.get(first.callback);
  const account = await browser.get(`${BROKER}/account`);
  assert.equal(account.url.pathname, '/account');
  assert.match(account.body, /Iker/);
});

withOneRig('C-07 a browser that begins 200 sign-ins sends small requests, and its newest three work', async (rig) => {
  const browser = rig.browser();
  const begun: Page[] = [];
  for (let index = 0; index < 200; index++) begun.push(await browser.get(`${BROKER}/sign-in`));
  const sent = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  assert.ok(sent.join('; ').length <= 4096);
  const [oldest] = begun;
  await assertRefused(rig, await browser.get(oldest?.url ?? ''), 'sign_in_other_browser');
  for (const chooser of begun.slice(-3)) {
    const people = await browser.click(chooser, 'provider-llave-mx');
    assert.equal((await browser.submit(people, 'person-nacional')).url.pathname, '/account');
  }
});

const secondProvider = `
  - slug: llave-mx-2
    vendor: llave-mx
    enabled: true
    name: Otra Llave
    settings:
      environment: custom
      authorization_host: https://llave.test
      api_host: https://llave.test
      mode: apps
      client_id: "202508101834311980"
`;
