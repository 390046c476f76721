/**
 * a provider that does not answer is not waited for by everybody; the others work, and it is tried again.
 */
import assert from 'node:assert/strict';
import { createOAuth2Simulator } from '../../simulators/index.ts';
import { SignInError } from '../../src/errors.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, LLAVE_MX, type Rig, withOneRig } from '../rig.ts';

const SECOND = 1000;
const OTHER = 'https://sitio.example';
const SECRET = 'practice-wordpress-client-secret-0123456789';
const moreProviders = `
  - slug: sitio
    vendor: wordpress
    enabled: true
    settings: { base_address: "${OTHER}", client_id: practice-wordpress, client_secret: ${SECRET} }`;
const ANOTHER_CLIENT = `
  - client_id: another
    client_name: Another
    client_secret: another-practice-client-secret-0123456789
    redirect_uris: [https://another.test/callback]
    skip_authorization: true
`;

/** Llave MX, whose API can be silent, and another provider beside it. */
function twoProviders(rig: Rig) {
  const sitio = createOAuth2Simulator({
    environment: rig.clock.environment,
    flavour: 'wordpress',
    prefix: '',
    clients: [
      {
        kind: 'confidential',
        clientId: 'practice-wordpress',
        clientSecret: SECRET,
        name: 'Broker',
        redirectUris: [`${BROKER}/callback/sitio`],
      },
    ],
  });
  const llaveMx = { isSilent: false, calls: 0 };
  rig.interfere(async ({ method, url, headers, body }) => {
    if (url.origin === LLAVE_MX) llaveMx.calls += 1;
    if (url.origin === LLAVE_MX && llaveMx.isSilent) throw new SignInError('provider_timeout', url.host);
    const app = url.origin === LLAVE_MX ? rig.llaveMx.app : sitio.app;
    const answer = await app.fetch(new Request(url, { method, headers, body }));
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  });
  return { llaveMx, browser: () => rig.browser('en', { [OTHER]: async (request) => sitio.app.fetch(request) }) };
}

const chooserOf = async (browser: TestBrowser): Promise<Page> =>
  browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');

/** The slugs on a chooser, in its order. */
const offered = (chooser: Page): string[] =>
  [...chooser.body.matchAll(/data-testid="provider-([\w-]+)"/g)].map(([, slug = '']) => slug);

const NOT_RESPONDING = /Not responding at the moment/;

const circuitLines = (rig: Rig) =>
  rig.logged.flatMap((line) =>
    String(line.event).startsWith('provider.circuit') ? [[line.event, line.provider, line.durationMs]] : [],
  );

forEachRig(
  'R-27 five people wait for Llave MX in vain; the sixth is told at once, another provider works, and it comes back',
  async (rig) => {
    const { llaveMx, browser } = twoProviders(rig);
    llaveMx.isSilent = true;
    for (let person = 1; person <= 5; person += 1) {
      const chooser = await chooserOf(browser());
      assert.deepEqual(offered(chooser), ['llave-mx', 'sitio']);
      await assertRefused(rig, await rig.signIn(browser(), 'nacional'), 'provider_timeout', { events: person });
    }
    const before = { calls: llaveMx.calls, visits: rig.llaveMx.requests.length };

    const sixth = browser();
    const chooser = await chooserOf(sixth);
    assert.deepEqual(offered(chooser), ['sitio', 'llave-mx'], 'what works comes first');
    assert.match(chooser.get('provider-llave-mx').text, NOT_RESPONDING);
    assert.doesNotMatch(chooser.get('provider-sitio').text, NOT_RESPONDING);
    const told = await sixth.click(chooser, 'provider-llave-mx');
    await assertRefused(rig, told, 'provider_unreachable');
    assert.deepEqual({ calls: llaveMx.calls, visits: rig.llaveMx.requests.length }, before, 'nobody asked Llave MX');

    const again = await sixth.click(told, 'start-again');
    const end = await sixth.submit(await sixth.click(again, 'provider-sitio'), 'person-autora');
    assert.match(end.text('signed-in-as'), /María de la Cruz Olvera/);

    llaveMx.isSilent = false;
    rig.clock.advance(30 * SECOND);
    const seventh = browser();
    const back = await chooserOf(seventh);
    assert.doesNotMatch(back.body, NOT_RESPONDING);
    const people = await seventh.click(back, 'provider-llave-mx');
    const eighth = browser();
    assertRefusalPage(await eighth.click(await chooserOf(eighth), 'provider-llave-mx'), 'provider_unreachable');
    assert.match((await seventh.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
    assert.match((await rig.signIn(browser(), 'nacional')).text('signed-in-as'), /Citlali/);
    assert.deepEqual(circuitLines(rig), [
      ['provider.circuit_opened', 'llave-mx', 30 * SECOND],
      ['provider.circuit_closed', 'llave-mx', undefined],
    ]);
  },
  { moreProviders },
);

/** Five people come back from Llave MX while it is silent. */
async function goDown(rig: Rig, { llaveMx, browser }: ReturnType<typeof twoProviders>): Promise<void> {
  llaveMx.isSilent = true;
  for (let person = 1; person <= 5; person += 1) await rig.signIn(browser(), 'nacional');
  llaveMx.isSilent = false;
}

withOneRig(
  'R-27 who was at the provider when it went down is finished, and opens the way for the others',
  async (rig) => {
    const two = twoProviders(rig);
    const away = two.browser();
    const people = await rig.toLlaveMx(away);
    await goDown(rig, two);
    assertRefusalPage(await rig.toLlaveMx(two.browser()), 'provider_unreachable');
    assert.match((await away.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
    assert.match((await rig.signIn(two.browser(), 'nacional')).text('signed-in-as'), /Citlali/);
  },
  { moreProviders },
);

withOneRig(
  'R-27 a change of something else does not forget that a provider is down; a change of its own does',
  async (rig) => {
    const two = twoProviders(rig);
    await goDown(rig, two);
    await rig.configure({ moreClients: ANOTHER_CLIENT });
    assert.match((await chooserOf(two.browser())).get('provider-llave-mx').text, NOT_RESPONDING);
    await rig.configure({ moreClients: ANOTHER_CLIENT, mode: 'web' });
    assert.doesNotMatch((await chooserOf(two.browser())).body, NOT_RESPONDING);
  },
  { moreProviders },
);

withOneRig(
  'R-27 people who say no, and codes that are refused, do not make a provider look down',
  async (rig) => {
    const { browser } = twoProviders(rig);
    for (let person = 0; person < 6; person += 1) {
      assertRefusalPage(await rig.signIn(browser(), 'rechaza'), 'provider_denied');
      rig.llaveMx.misbehave({ endpoint: 'token', how: { kind: 'error-inside-200', error: 'invalid_grant' }, times: 1 });
      assertRefusalPage(await rig.signIn(browser(), 'nacional'), 'provider_rejected_code');
    }
    assert.doesNotMatch((await chooserOf(browser())).body, NOT_RESPONDING);
    assert.match((await rig.signIn(browser(), 'nacional')).text('signed-in-as'), /Citlali/);
    assert.deepEqual(circuitLines(rig), []);
  },
  { moreProviders },
);
