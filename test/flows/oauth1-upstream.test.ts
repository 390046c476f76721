/**
 * OAuth 1.0a providers in the whole of it: from the chooser through a plain one, X and Khan Academy of old, to an account.
 *
 * These protocols have no `state`: that ours comes back in the callback address is shown here, not only at the provider.
 */
import assert from 'node:assert/strict';
import { createOAuth1Simulator, type OAuth1FlavourName, type OAuth1Simulator } from '../../simulators/index.ts';
import type { Outbound } from '../../src/http.ts';
import { sql } from '../../src/store/database.ts';
import { TestBrowser } from '../browser.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';

const UPSTREAM = 'http://localhost:4401';
const SECRET = 'practice-upstream-consumer-secret-0123456789';

const flavours: { readonly [vendor: string]: OAuth1FlavourName } = {
  oauth1: 'plain',
  'x-oauth1': 'x',
  'khan-academy': 'khan',
};
const place: { readonly [vendor: string]: string } = {
  oauth1: `
      temporary_credentials_endpoint: ${UPSTREAM}/oauth1/oauth/initiate
      authorization_endpoint: ${UPSTREAM}/oauth1/oauth/authorize
      token_credentials_endpoint: ${UPSTREAM}/oauth1/oauth/token
      user_data_endpoint: ${UPSTREAM}/oauth1/oauth/me
      user_data_path: [person]
      subject_members: [id]
      mapping: { full_name: name }`,
  'x-oauth1': `
      practice_issuer: ${UPSTREAM}/x-oauth1`,
  'khan-academy': `
      base_url: ${UPSTREAM}/khan-academy`,
};
const moreProviders = Object.entries(place)
  .map(
    ([vendor, settings]) => `
  - slug: ${vendor}
    vendor: ${vendor}
    enabled: true
    settings:${settings}
      consumer_key: llavero
      consumer_secret: ${SECRET}`,
  )
  .join('');

interface Upstream {
  readonly simulator: OAuth1Simulator;
  /** A browser with an empty jar, for which every address that it goes to is kept. */
  browser(visited?: string[]): TestBrowser;
}

/** The stand-in of one vendor, behind the broker's way out. */
function upstream(rig: Rig, vendor: string): Upstream {
  const simulator = createOAuth1Simulator({
    environment: rig.clock.environment,
    flavour: flavours[vendor] ?? 'plain',
    origin: UPSTREAM,
    prefix: `/${vendor}`,
    clients: [
      {
        consumerKey: 'llavero',
        name: 'Llavero',
        callbacks: [`${BROKER}/callback/${vendor}`],
        signing: { method: 'HMAC-SHA1', secret: SECRET },
      },
    ],
  });
  const outbound: Outbound = async ({ method, url, headers, body }) => {
    const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };
  rig.interfere(outbound);
  const browser = (visited: string[] = []) =>
    new TestBrowser({
      origins: {
        [BROKER]: (request) => {
          visited.push(request.url);
          return rig.broker(request);
        },
        [UPSTREAM]: (request) => {
          visited.push(request.url);
          return simulator.app.fetch(request);
        },
      },
      now: rig.clock.environment.now,
    });
  return { simulator, browser };
}

for (const vendor of Object.keys(flavours)) {
  forEachRig(
    `a learner signs in with ${vendor}, and comes back to the same account`,
    async (rig) => {
      const { simulator, browser } = upstream(rig, vendor);
      const first = browser();
      const people = await first.click(await first.get(`${BROKER}/sign-in`), `provider-${vendor}`);
      const account = await first.submit(people, 'person-con-correo');
      assert.equal(account.url.href, `${BROKER}/account`);
      const again = browser();
      await again.submit(await again.get(`${BROKER}/sign-in/${vendor}`), 'person-con-correo');
      const counted = [await rig.count('users'), await rig.count('identities'), await rig.count('sessions')];
      assert.deepEqual(counted, [1, 1, 2]);
      const neighbour = browser();
      await neighbour.submit(await neighbour.get(`${BROKER}/sign-in/${vendor}`), 'person-vecina');
      assert.equal(await rig.count('users'), 2);
      assert.deepEqual(simulator.complaints, []);
    },
    { moreProviders },
  );

  withOneRig(
    `B-32 ${vendor}: a person who says no comes back to a page that lets them start again`,
    async (rig) => {
      const { browser } = upstream(rig, vendor);
      const visitor = browser();
      const page = await visitor.submit(await visitor.get(`${BROKER}/sign-in/${vendor}`), 'person-rechaza');
      await assertRefused(rig, page, 'provider_denied');
      const chooser = await visitor.click(page, 'start-again');
      const people = await visitor.click(chooser, `provider-${vendor}`);
      assert.equal((await visitor.submit(people, 'person-con-correo')).url.href, `${BROKER}/account`);
    },
    { moreProviders },
  );

  withOneRig(
    `C-02 ${vendor}: an attacker's own callback does not sign a victim in`,
    async (rig) => {
      const { browser } = upstream(rig, vendor);
      const visited: string[] = [];
      const attacker = browser(visited);
      await attacker.submit(await attacker.get(`${BROKER}/sign-in/${vendor}`), 'person-vecina');
      const callback = visited.find((url) => url.startsWith(`${BROKER}/callback/`)) ?? assert.fail('no callback');
      const victim = browser();
      // One who came by themselves, and one who is on their way through the same provider.
      assertRefusalPage(await victim.get(callback), 'sign_in_other_browser');
      await victim.get(`${BROKER}/sign-in/${vendor}`);
      assertRefusalPage(await victim.get(callback), 'sign_in_other_browser');
      assert.equal(await rig.count('users'), 1);
    },
    { moreProviders },
  );
}

for (const vendor of ['oauth1', 'x-oauth1']) {
  withOneRig(
    `B-32 ${vendor}: an attacker's permitted token in the victim's own callback signs nobody in`,
    async (rig) => {
      const { simulator, browser } = upstream(rig, vendor);
      const victim = browser();
      const people = await victim.get(`${BROKER}/sign-in/${vendor}`);
      // A permission of the attacker that was never used: their browser was kept from coming back.
      const theirs = new URL((await browser().get(`${BROKER}/sign-in/${vendor}`)).url);
      const permitted = await simulator.app.fetch(
        new Request(theirs, { method: 'POST', body: new URLSearchParams({ person: 'vecina' }) }),
      );
      const injected = new URL(permitted.headers.get('location') ?? '').searchParams;
      simulator.misbehave({
        endpoint: 'authorize',
        how: { kind: 'parameter', name: 'oauth_token', value: injected.get('oauth_token') },
        times: 1,
      });
      simulator.misbehave({
        endpoint: 'authorize',
        how: { kind: 'parameter', name: 'oauth_verifier', value: injected.get('oauth_verifier') },
        times: 1,
      });
      await assertRefused(rig, await victim.submit(people, 'person-con-correo'), 'callback_malformed');
      assert.equal(simulator.requests.filter(({ endpoint }) => endpoint === 'token-credentials').length, 0);
      assert.equal(await rig.count('users'), 0);
    },
    { moreProviders },
  );

  withOneRig(
    `${vendor}: the provider is down at the first step: a page with its code, and trying again works`,
    async (rig) => {
      const { simulator, browser } = upstream(rig, vendor);
      simulator.misbehave({ endpoint: 'temporary-credentials', how: { kind: 'status-500' }, times: 1 });
      const visitor = browser();
      const page = await visitor.get(`${BROKER}/sign-in/${vendor}`);
      assertRefusalPage(page, 'provider_unreachable');
      const people = await visitor.click(await visitor.click(page, 'start-again'), `provider-${vendor}`);
      assert.equal((await visitor.submit(people, 'person-con-correo')).url.href, `${BROKER}/account`);
    },
    { moreProviders },
  );
}

for (const vendor of Object.keys(flavours)) {
  forEachRig(
    `M-01 ${vendor}: no token secret is in a log line, a stored row, or an address that the provider did not write`,
    async (rig) => {
      const { simulator, browser } = upstream(rig, vendor);
      const answers: URLSearchParams[] = [];
      rig.interfere(async ({ method, url, headers, body }) => {
        const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
        const text = await answer.text();
        answers.push(new URLSearchParams(text));
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
      });
      const visited: string[] = [];
      const visitor = browser(visited);
      const people = await visitor.get(`${BROKER}/sign-in/${vendor}`);
      const stored = async () => JSON.stringify(await rig.databases.ephemeral.all(sql`select * from sign_ins`));
      const whileAway = await stored();
      assert.ok(whileAway.length > 100, 'there is a row to look at');
      await visitor.submit(people, 'person-con-correo');
      // Khan Academy of old puts the first of the two into the callback itself, and no other address may have it.
      const callbacks = visited.filter((url) => url.startsWith(`${BROKER}/callback/khan-academy?`));
      const sources = [...answers, ...callbacks.map((url) => new URL(url).searchParams)];
      const secrets = sources.map((source) => source.get('oauth_token_secret')).filter((one) => one !== null);
      assert.equal(secrets.length, 2);
      const addresses = visited.filter((url) => !callbacks.includes(url));
      const written = [...addresses, JSON.stringify(rig.logged), whileAway, await stored()].join('\n');
      for (const secret of secrets) {
        assert.ok(!written.includes(secret) && !written.includes(encodeURIComponent(secret)));
      }
    },
    { moreProviders },
  );
}
