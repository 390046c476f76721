/**
 * OpenID providers in the whole of it: from the chooser through Google, LinkedIn, MIT and any other, to an account.
 */
import assert from 'node:assert/strict';
import { createOidcSimulator, type FlavourName, type OidcSimulator } from '../../simulators/index.ts';
import type { Outbound } from '../../src/http.ts';
import { TestBrowser } from '../browser.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';

const UPSTREAM = 'http://localhost:4401';
const SECRET = 'practice-upstream-client-secret-0123456789';

const flavours: { readonly [vendor: string]: FlavourName } = {
  google: 'google',
  linkedin: 'linkedin',
  mit: 'keycloak',
  oidc: 'plain',
};
const issuerSettings: { readonly [vendor: string]: string } = {
  google: `practice_issuer: ${UPSTREAM}/google`,
  linkedin: `practice_issuer: ${UPSTREAM}/linkedin/oauth`,
  mit: `protocol: oidc, issuer: ${UPSTREAM}/mit/realms/practica`,
  oidc: `issuer: ${UPSTREAM}/oidc`,
};
const moreProviders = Object.entries(issuerSettings)
  .map(
    ([vendor, settings]) => `
  - slug: ${vendor}
    vendor: ${vendor}
    enabled: true
    settings: { ${settings}, client_id: llavero, client_secret: ${SECRET} }`,
  )
  .join('');

const ANOTHER_CLIENT = `
  - client_id: another
    client_name: Another
    client_secret: another-practice-client-secret-0123456789
    redirect_uris: [https://another.test/callback]
    skip_authorization: true
`;

/** The stand-in of one vendor, behind the broker's way out and in a browser of its own. */
function upstream(rig: Rig, vendor: string): { simulator: OidcSimulator; browser: TestBrowser } {
  const simulator = createOidcSimulator({
    environment: rig.clock.environment,
    flavour: flavours[vendor] ?? 'plain',
    origin: UPSTREAM,
    prefix: `/${vendor}`,
    clients: [
      {
        kind: 'confidential',
        clientId: 'llavero',
        clientSecret: SECRET,
        name: 'Llavero',
        redirectUris: [`${BROKER}/callback/${vendor}`],
      },
    ],
  });
  const outbound: Outbound = async ({ method, url, headers, body }) => {
    const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };
  rig.interfere(outbound);
  const browser = new TestBrowser({
    origins: { [BROKER]: rig.broker, [UPSTREAM]: (request) => simulator.app.fetch(request) },
    now: rig.clock.environment.now,
  });
  return { simulator, browser };
}

for (const vendor of Object.keys(flavours)) {
  forEachRig(
    `a learner signs in with ${vendor}, and comes back to the same account`,
    async (rig) => {
      const { simulator, browser } = upstream(rig, vendor);
      const chooser = await browser.get(`${BROKER}/sign-in`);
      const people = await browser.click(chooser, `provider-${vendor}`);
      const account = await browser.submit(people, 'person-correo-verificado');
      assert.equal(account.url.href, `${BROKER}/account`);
      assert.deepEqual(simulator.complaints, []);

      // A change of something else: what was fetched from the provider stays.
      await rig.configure({ moreClients: ANOTHER_CLIENT });
      const again = new TestBrowser({
        origins: { [BROKER]: rig.broker, [UPSTREAM]: (request) => simulator.app.fetch(request) },
        now: rig.clock.environment.now,
      });
      await again.submit(await again.get(`${BROKER}/sign-in/${vendor}`), 'person-correo-verificado');
      assert.deepEqual(
        [await rig.count('users'), await rig.count('identities'), await rig.count('sessions')],
        [1, 1, 2],
      );
      assert.equal(
        simulator.requests.filter(({ endpoint }) => endpoint === 'discovery').length,
        1,
        'kept between both',
      );
    },
    { moreProviders },
  );
}

withOneRig(
  'a forged ID token ends on a page with its code, and leaves nobody behind',
  async (rig) => {
    const { simulator, browser } = upstream(rig, 'google');
    simulator.misbehave({
      endpoint: 'token',
      how: { kind: 'id-token-signed-by', signer: 'alg-none' },
      times: 'until-reset',
    });
    const people = await browser.get(`${BROKER}/sign-in/google`);
    const page = await browser.submit(people, 'person-correo-verificado');
    assert.equal(page.status, 502);
    assert.match(page.body, /provider_answer_invalid/);
    assert.equal(await rig.count('users'), 0);
  },
  { moreProviders },
);

withOneRig(
  'a person who says no comes back to a page that lets them start again',
  async (rig) => {
    const { browser } = upstream(rig, 'oidc');
    const page = await browser.submit(await browser.get(`${BROKER}/sign-in/oidc`), 'person-rechaza');
    assert.equal(page.status, 403);
    assert.match(page.body, /provider_denied/);
  },
  { moreProviders },
);

withOneRig(
  'a provider whose document names another issuer takes no other provider along (B-07)',
  async (rig) => {
    const { simulator, browser } = upstream(rig, 'google');
    simulator.misbehave({
      endpoint: 'discovery',
      how: { kind: 'member', name: 'issuer', json: '"https://other.test"' },
      times: 'until-reset',
    });
    const page = await browser.get(`${BROKER}/sign-in/google`);
    await assertRefused(rig, page, 'provider_answer_invalid');
    const other = upstream(rig, 'oidc');
    const people = await other.browser.get(`${BROKER}/sign-in/oidc`);
    const account = await other.browser.submit(people, 'person-correo-verificado');
    assert.equal(account.url.href, `${BROKER}/account`);
  },
  { moreProviders },
);
