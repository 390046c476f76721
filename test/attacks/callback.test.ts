/**
 * Callbacks that no honest provider sends, and departures that an attacker would like to guess (B-20, B-22, B-25).
 */
import assert from 'node:assert/strict';
import type { ErrorCode } from '../../src/errors.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, NATIVE_CLIENT_ID, type Rig, withOneRig } from '../rig.ts';

async function stateAtProvider(rig: Rig, browser: TestBrowser): Promise<string> {
  return (await rig.toLlaveMx(browser)).url.searchParams.get('state') ?? '';
}

async function assertRequestWasKept(browser: TestBrowser, refused: Page): Promise<void> {
  const people = await browser.click(await browser.click(refused, 'start-again'), 'provider-llave-mx');
  assert.equal((await browser.submit(people, 'person-nacional')).url.origin, COURSE_SITE);
}

const script = '<script>alert(1)</script>';
const answers: readonly (readonly [what: string, query: string, code: ErrorCode])[] = [
  [
    'B-20 an error with markup',
    `error=access_denied&error_description=${encodeURIComponent(script)}`,
    'provider_denied',
  ],
  ['B-20 an error with a line break and a header', 'error=access_denied%0d%0aSet-Cookie:%20a=b', 'provider_denied'],
  ['B-20 an error of 7 KB', `error=${'e'.repeat(7000)}`, 'provider_denied'],
  ['B-20 an error that is not UTF-8', 'error=access_denied&error_description=%ff%fe', 'provider_denied'],
  ['B-20 an error of the provider', 'error=server_error', 'provider_unreachable'],
  ['B-22 code and error', 'code=abc&error=access_denied', 'provider_denied'],
  ['B-22 two codes', 'code=abc&code=def', 'callback_malformed'],
  ['B-22 an empty code', 'code=', 'callback_malformed'],
  ['B-22 no code', '', 'callback_malformed'],
  ['B-22 a code of 7 KB', `code=${'c'.repeat(7000)}`, 'callback_malformed'],
  ['B-22 a code with control characters', 'code=a%00b%0d%0a', 'callback_malformed'],
  ['B-22 a code as a list', 'code[]=abc', 'callback_malformed'],
];

for (const [what, query, code] of answers) {
  withOneRig(`${what}: ${code}, nothing is asked of the provider, and the client's request is kept`, async (rig) => {
    const browser = rig.browser();
    const state = await stateAtProvider(rig, browser);
    const page = await browser.get(`${BROKER}/callback/llave-mx?${query}&state=${state}`);
    await assertRefused(rig, page, code);
    assert.doesNotMatch(page.body, /alert|eeee|cccc/);
    assert.ok(page.trail.every(({ location }) => !/script|Set-Cookie/i.test(location ?? '')));
    assert.deepEqual(
      browser.cookies().filter(({ name }) => name === 'a'),
      [],
    );
    assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 0);
    await assertRequestWasKept(browser, page);
  });
}

withOneRig('B-22 two states are refused, whichever of them is true', async (rig) => {
  const browser = rig.browser();
  const state = await stateAtProvider(rig, browser);
  const other = 'AAAAAAAAAAAAAAAAAAAAAA';
  const trueFirst = await browser.get(`${BROKER}/callback/llave-mx?code=x&state=${state}&state=${other}`);
  await assertRefused(rig, trueFirst, 'callback_malformed');
  const falseFirst = await browser.get(`${BROKER}/callback/llave-mx?code=x&state=${other}&state=${state}`);
  await assertRefused(rig, falseFirst, 'sign_in_unknown');
});

withOneRig('B-22 a callback sent as a form or as JSON is no callback', async (rig) => {
  const browser = rig.browser();
  const state = await stateAtProvider(rig, browser);
  const form = await browser.post(`${BROKER}/callback/llave-mx`, { code: 'x', state }, { from: `${BROKER}/sign-in` });
  assert.equal(form.text('error-code'), 'not_found');
  const json = await rig.broker(
    new Request(`${BROKER}/callback/llave-mx`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: BROKER },
      body: JSON.stringify({ code: 'x', state }),
    }),
  );
  assert.equal(json.status, 404);
});

withOneRig('B-22 the fragment of a callback is no callback', async (rig) => {
  const browser = rig.browser();
  const state = await stateAtProvider(rig, browser);
  await assertRefused(rig, await browser.get(`${BROKER}/callback/llave-mx#code=x&state=${state}`), 'sign_in_unknown');
});

withOneRig('L-06 a callback whose provider no operator could have named leaves its name nowhere', async (rig) => {
  const name = `${'x'.repeat(3000)}${encodeURIComponent('\0<b>\n')}`;
  const page = await rig.browser().get(`${BROKER}/callback/${name}?state=AAAA`);
  await assertRefused(rig, page, 'sign_in_unknown');
  const rows = await rig.databases.durable.all({ shape: ['select * from audit_events'], values: [] });
  assert.doesNotMatch(JSON.stringify(rows), /xxxx/);
  assert.doesNotMatch(JSON.stringify(rig.logged), /xxxx/);
});

forEachRig(
  'B-25 200 departures: state and challenge always differ, S256, and nothing personal in the address',
  async (rig) => {
    const states = new Set<string>();
    const challenges = new Set<string>();
    const browser = rig.browser();
    for (let index = 0; index < 200; index++) {
      const away = await browser.get(`${BROKER}/sign-in/llave-mx`, { follow: false });
      const address = away.redirect ?? new URL(BROKER);
      const { state, code_challenge: challenge, ...rest } = Object.fromEntries(address.searchParams);
      assert.match(state ?? '', /^[\w-]{22}$/);
      assert.match(challenge ?? '', /^[\w-]{43}$/);
      states.add(state ?? '');
      challenges.add(challenge ?? '');
      assert.deepEqual(rest, {
        response_type: 'code',
        client_id: NATIVE_CLIENT_ID,
        redirect_uri: `${BROKER}/callback/llave-mx`,
        redirect_url: `${BROKER}/callback/llave-mx`,
        code_challenge_method: 'S256',
      });
    }
    assert.equal(states.size, 200);
    assert.equal(challenges.size, 200);
  },
);
