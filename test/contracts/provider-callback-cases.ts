/**
 * Attacks on the way back from a provider, through the whole broker: state, browser, mix-up, replay, and odd callbacks.
 *
 * The engine owns these protections, so no definition of a provider should be able to lose one.
 */
import assert from 'node:assert/strict';
import { DEPARTURE_LIFE, REPLAY_GRACE } from '../../src/sign-in/sign-in.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER } from '../rig.ts';
import { always, type Case } from './provider-case.ts';
import { given } from './provider-fixture.ts';
import { CALLBACK, SLUG, type World } from './provider-world.ts';

const foreignIssuer = 'https://evil.test';
const otherCallback = `${BROKER}/callback/llave-mx`;
const tokenRequests = ({ asked, fixture }: World) => asked(fixture.calls.token.endpoint);

/** The callback with parameters set, or taken away where the value is null. */
function changed(callback: URL, changes: { readonly [name: string]: string | null }, address = CALLBACK): URL {
  const url = new URL(`${address}${callback.search}`);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return url;
}

function extended(callback: URL, name: string, value: string): URL {
  const url = new URL(callback);
  url.searchParams.append(name, value);
  return url;
}

const stateOf = (callback: URL) => callback.searchParams.get('state') ?? assert.fail('no state came back');

/** Everything that the provider gave one attempt, brought to another. */
function grantedTo(callback: URL, state: string): URL {
  return changed(callback, { state });
}

const ofState: readonly Case[] = [
  always('a person signs in, twice into one account, and the provider has nothing to complain about', async (world) => {
    const { rig } = world;
    const before = await rig.count('users');
    for (const _visit of ['first', 'second']) {
      const browser = world.browser();
      const end = await browser.get(await world.leave(browser));
      assert.equal(end.url.href, `${BROKER}/account`, end.body.slice(0, 300));
    }
    assert.equal(await rig.count('users'), before + 1);
    assert.deepEqual(world.complaints(), []);
    const logged = JSON.stringify(rig.logged);
    for (const secret of world.fixture.secrets) assert.ok(!logged.includes(secret), 'no secret is logged');
  }),
  always('C-02 a callback without state: refused, and no code is spent', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    await world.refusedPage(() => browser.get(changed(callback, { state: null })), 'sign_in_unknown');
    assert.equal(tokenRequests(world), 0);
  }),
  always('C-02 a state that was never given out: refused, and no code is spent', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const state = 'AAAAAAAAAAAAAAAAAAAAAA';
    await world.refusedPage(() => browser.get(changed(callback, { state })), 'sign_in_unknown');
    assert.equal(tokenRequests(world), 0);
  }),
  always("C-02 somebody else's callback opened in this browser: refused, and no code is spent", async (world) => {
    const callback = await world.leave(world.browser());
    const victim = world.browser();
    await world.leave(victim);
    await world.refusedPage(() => victim.get(callback), 'sign_in_other_browser');
    assert.equal(tokenRequests(world), 0);
  }),
  always('B-22 the state twice: refused, and no code is spent', async (world) => {
    const browser = world.browser();
    const callback = extended(await world.leave(browser), 'state', 'AAAAAAAAAAAAAAAAAAAAAA');
    await world.refusedPage(() => browser.get(callback), 'callback_malformed');
    assert.equal(tokenRequests(world), 0);
  }),
  {
    name: "RFC 9700 §4.5 a code stolen from another browser and brought into an attempt of the thief's: refused",
    needs: ({ bindsGrant }) => [bindsGrant],
    run: async (world) => {
      const stolen = await world.leave(world.browser());
      const browser = world.browser();
      const own = await world.leave(browser);
      await refuseForeignGrant(world, () => browser.get(grantedTo(stolen, stateOf(own))));
    },
  },
  {
    name: 'RFC 9700 §4.5 a code of another attempt of the same browser: refused',
    needs: ({ bindsGrant }) => [bindsGrant],
    run: async (world) => {
      const browser = world.browser();
      const first = await world.leave(browser);
      const second = await world.leave(browser);
      await refuseForeignGrant(world, () => browser.get(grantedTo(first, stateOf(second))));
    },
  },
];

async function refuseForeignGrant(world: World, visit: () => Promise<Page>): Promise<void> {
  const code = given(world.fixture.bindsGrant);
  await world.refusedPage(visit, code);
  assert.equal(tokenRequests(world), code === 'callback_malformed' ? 0 : 1);
}

const ofMixUp: readonly Case[] = [
  always('C-03 mix-up: its callback brought to another provider: refused, and neither is asked', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const before = world.rig.llaveMx.requests.length;
    await world.refusedPage(() => browser.get(changed(callback, {}, otherCallback)), 'issuer_mismatch');
    assert.equal(tokenRequests(world), 0);
    assert.equal(world.rig.llaveMx.requests.length, before);
  }),
  always(
    "C-03 mix-up: another provider's attempt ended at its callback: refused, and neither is asked",
    async (world) => {
      const browser = world.browser();
      const granted = await world.leave(browser);
      const people = await browser.get(`${BROKER}/sign-in/llave-mx`);
      const state = people.url.searchParams.get('state') ?? assert.fail('no state');
      const before = world.rig.llaveMx.requests.length;
      await world.refusedPage(() => browser.get(grantedTo(granted, state)), 'issuer_mismatch');
      assert.equal(tokenRequests(world), 0);
      assert.equal(world.rig.llaveMx.requests.length, before);
    },
  ),
  {
    name: 'B-21 RFC 9207 a callback in the name of another issuer: issuer_mismatch, and no code is spent',
    needs: ({ callback }) => [callback.issuer],
    run: async (world) => {
      for (const iss of [foreignIssuer, '', `${world.origin}//`]) {
        const browser = world.browser();
        const callback = await world.leave(browser);
        await world.refusedPage(() => browser.get(changed(callback, { iss })), 'issuer_mismatch');
      }
      assert.equal(tokenRequests(world), 0);
    },
  },
  {
    name: 'B-21 RFC 9207 an error in the name of another issuer is no word of this one',
    needs: ({ callback }) => [callback.issuer],
    run: async (world) => {
      const browser = world.browser();
      const callback = await world.leave(browser, world.fixture.people.refuses);
      await world.refusedPage(() => browser.get(changed(callback, { iss: foreignIssuer })), 'issuer_mismatch');
    },
  },
  {
    name: 'B-21 RFC 9207 §2.4 a callback that names no issuer although it always does: issuer_mismatch',
    needs: ({ callback }) => [callback.announcesIssuer],
    run: async (world) => {
      const browser = world.browser();
      const callback = await world.leave(browser);
      await world.refusedPage(() => browser.get(changed(callback, { iss: null })), 'issuer_mismatch');
      assert.equal(tokenRequests(world), 0);
    },
  },
];

const ofReplay: readonly Case[] = [
  always('C-04 a callback opened again leads to the same end, and the code is spent once', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    for (const _time of ['first', 'again']) {
      assert.equal((await browser.get(callback)).url.href, `${BROKER}/account`);
    }
    assert.equal(tokenRequests(world), 1);
  }),
  always('C-04 a callback opened again later: sign_in_replayed, and the code is not spent again', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    await browser.get(callback);
    world.rig.clock.advance(REPLAY_GRACE);
    await world.refusedPage(() => browser.get(callback), 'sign_in_replayed');
    assert.equal(tokenRequests(world), 1);
  }),
  always('C-04 a callback that arrives five times at once: one code spent, one session', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const before = await world.rig.count('sessions');
    const ends = await Promise.all(Array.from({ length: 5 }, () => browser.get(callback)));
    for (const end of ends) assert.equal((await waited(browser, end)).url.href, `${BROKER}/account`);
    assert.equal(tokenRequests(world), 1);
    assert.equal(await world.rig.count('sessions'), before + 1);
  }),
  always('C-04 a refused callback stays refused, also with the code that it lacked', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const bare = changed(callback, { [world.fixture.callback.grant]: null });
    await world.refusedPage(() => browser.get(bare), 'callback_malformed');
    await world.refusedPage(() => browser.get(callback), 'callback_malformed');
    assert.equal(tokenRequests(world), 0);
  }),
  always('a person who comes back too late: sign_in_expired, and no code is spent', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    world.rig.clock.advance(DEPARTURE_LIFE);
    await world.refusedPage(() => browser.get(callback), 'sign_in_expired');
    assert.equal(tokenRequests(world), 0);
  }),
];

/** Beyond the page that asks a person to wait while another request of theirs is at work, as a browser refreshes it. */
async function waited(browser: TestBrowser, page: Page): Promise<Page> {
  let current = page;
  for (let times = 0; current.refresh !== null && times < 100; times++) current = await browser.follow(current);
  return current;
}

const malformed: readonly (readonly [what: string, value: string])[] = [
  ['empty', ''],
  ['of 7 KB', 'c'.repeat(7000)],
  ['with control characters', 'a\0b\r\n'],
  ['of other characters than the standard has', 'código'],
];

const ofGrant: readonly Case[] = [
  ...malformed.map(
    ([what, value]): Case =>
      always(`B-22 a code ${what}: callback_malformed, and the provider is not asked`, (world) =>
        refuseGrant(world, (callback) => changed(callback, { [world.fixture.callback.grant]: value })),
      ),
  ),
  always('B-22 no code: callback_malformed, and the provider is not asked', (world) =>
    refuseGrant(world, (callback) => changed(callback, { [world.fixture.callback.grant]: null })),
  ),
  always('B-22 two codes: callback_malformed, and the provider is not asked', (world) =>
    refuseGrant(world, (callback) => extended(callback, world.fixture.callback.grant, 'otro')),
  ),
  always('a code that the provider never gave: provider_rejected_code', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const invented = changed(callback, { [world.fixture.callback.grant]: 'nunca-emitido' });
    await world.refusedPage(() => browser.get(invented), 'provider_rejected_code');
  }),
];

async function refuseGrant(world: World, spoil: (callback: URL) => URL): Promise<void> {
  const browser = world.browser();
  const callback = await world.leave(browser);
  await world.refusedPage(() => browser.get(spoil(callback)), 'callback_malformed');
  assert.equal(tokenRequests(world), 0);
}

const ofDenial: readonly Case[] = [
  always('a person who gives no permission: provider_denied, and nothing is asked', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser, world.fixture.people.refuses);
    await world.refusedPage(() => browser.get(callback), 'provider_denied');
    assert.equal(tokenRequests(world), 0);
  }),
  always('B-20 a refusal with markup in it: provider_denied, and none of it is shown', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser, world.fixture.people.refuses);
    const { denial } = world.fixture.callback;
    const script = '<script>alert(1)</script>\r\nSet-Cookie: a=b';
    const url = changed(callback, { [denial]: script, error_description: script });
    const page = await world.refusedPage(() => browser.get(url), 'provider_denied');
    assert.doesNotMatch(page.body, /alert/);
    assert.ok(browser.cookies().every(({ name }) => name !== 'a'));
  }),
  always('B-22 a code and a refusal at once: provider_denied, and no code is spent', async (world) => {
    const browser = world.browser();
    const callback = await world.leave(browser);
    const both = changed(callback, { [world.fixture.callback.denial]: 'access_denied' });
    await world.refusedPage(() => browser.get(both), 'provider_denied');
    assert.equal(tokenRequests(world), 0);
  }),
  {
    name: "B-20 a provider that says it is down: provider_unreachable, not the person's refusal",
    needs: ({ callback }) => [callback.errorCodes],
    run: async (world) => {
      const browser = world.browser();
      const callback = await world.leave(browser, world.fixture.people.refuses);
      const down = changed(callback, { error: 'temporarily_unavailable' });
      await world.refusedPage(() => browser.get(down), 'provider_unreachable');
    },
  },
];

const ofDeparture: readonly Case[] = [
  always('B-25 each departure is new, and holds neither a secret nor anything of the browser', async (world) => {
    const addresses = new Set<string>();
    for (let index = 0; index < 10; index++) {
      const away = await world.browser().get(`${BROKER}/sign-in/${SLUG}`, { follow: false });
      const { href } = away.redirect ?? assert.fail('nobody is sent away');
      for (const secret of world.fixture.secrets) assert.ok(!decodeURIComponent(href).includes(secret));
      addresses.add(href);
    }
    assert.equal(addresses.size, 10);
  }),
  {
    name: 'B-25 PKCE: a challenge of S256 with each departure, always another',
    needs: ({ pkce }) => [pkce],
    run: async (world) => {
      const challenges = new Set<string>();
      for (let index = 0; index < 10; index++) {
        const away = await world.browser().get(`${BROKER}/sign-in/${SLUG}`, { follow: false });
        const parameters = away.redirect?.searchParams;
        assert.equal(parameters?.get('code_challenge_method'), 'S256');
        assert.match(parameters?.get('code_challenge') ?? '', /^[\w-]{43}$/);
        assert.match(parameters?.get('state') ?? '', /^[\w-]{22}$/);
        challenges.add(parameters?.get('code_challenge') ?? '');
      }
      assert.equal(challenges.size, 10);
    },
  },
];

export const callbackCases: readonly Case[] = [
  ...ofState,
  ...ofMixUp,
  ...ofReplay,
  ...ofGrant,
  ...ofDenial,
  ...ofDeparture,
];
