/**
 * A client's hints: which provider its people go to without choosing, and what is passed on to it.
 */
import assert from 'node:assert/strict';
import { createOidcSimulator } from '../../simulators/index.ts';
import { TestBrowser } from '../browser.ts';
import { appBrowser, authorizationUrl, clientsInYaml } from '../oidc/relying-party.ts';
import { BROKER, COURSE_SITE, LLAVE_MX, type Rig, type RigOptions, withOneRig } from '../rig.ts';

const UPSTREAM = 'http://localhost:4401';
const CANARY = 'canary.person@uni.mx';

const uni = `
  - slug: uni
    vendor: oidc
    enabled: true
    name: Universidad
    domains: [uni.mx]
    secondary: true
    visible: false
    settings:
      issuer: ${UPSTREAM}/uni
      client_id: llavero
      client_secret: practice-upstream-client-secret-0123456789
      authorization_endpoint: ${UPSTREAM}/uni/authorize
      token_endpoint: ${UPSTREAM}/uni/token
      jwks_uri: ${UPSTREAM}/uni/jwks`;

function withHints(promise: string, body: (rig: Rig) => Promise<void>, options: Partial<RigOptions> = {}): void {
  withOneRig(promise, body, { moreProviders: uni, moreClients: clientsInYaml(), ...options });
}

/** Where a request leads: the address before a page that the browser of this test does not know. */
async function leads(rig: Rig, clientId: 'web' | 'direct', parameters: Record<string, string>): Promise<URL> {
  const browser = appBrowser(rig);
  let page = await browser.get(authorizationUrl(clientId, parameters), { follow: false });
  while (page.redirect !== null && page.redirect.origin === BROKER) {
    page = await browser.get(page.redirect, { from: page, follow: false });
  }
  return page.redirect ?? page.url;
}

withHints(
  'C-17 idp_hint, acr_values, an address and the client itself each skip the chooser, in this order',
  async (rig) => {
    const hosts = async (parameters: Record<string, string>, clientId: 'web' | 'direct' = 'web') => {
      const { origin } = await leads(rig, clientId, parameters);
      return { [UPSTREAM]: 'uni', [LLAVE_MX]: 'llave-mx', [BROKER]: 'chooser' }[origin];
    };
    assert.equal(await hosts({}), 'chooser');
    assert.equal(await hosts({ idp_hint: 'uni' }), 'uni');
    assert.equal(await hosts({ acr_values: 'loa2 idp:uni' }), 'uni');
    assert.equal(await hosts({ login_hint: 'ana@uni.mx' }), 'uni');
    assert.equal(await hosts({}, 'direct'), 'llave-mx');
    assert.equal(await hosts({ login_hint: 'ana@uni.mx' }, 'direct'), 'uni');
    assert.equal(await hosts({ idp_hint: 'llave-mx', login_hint: 'ana@uni.mx' }), 'llave-mx');
    assert.equal(await hosts({ idp_hint: 'llave-mx', acr_values: 'idp:uni' }), 'llave-mx');
    assert.equal(await hosts({ idp_hint: 'gone', acr_values: 'idp:gone', login_hint: 'ana@otra.mx' }), 'chooser');
  },
);

withHints('login_hint goes to a provider whose protocol has it, and to no other', async (rig) => {
  const upstream = await leads(rig, 'web', { idp_hint: 'uni', login_hint: CANARY });
  assert.equal(upstream.searchParams.get('login_hint'), CANARY);
  const without = await leads(rig, 'web', { idp_hint: 'uni' });
  assert.equal(without.searchParams.has('login_hint'), false);
  for (const login_hint of ['x'.repeat(256), 'two\nlines']) {
    const cut = await leads(rig, 'web', { idp_hint: 'uni', login_hint });
    assert.equal(cut.searchParams.has('login_hint'), false);
  }
  const llaveMx = await leads(rig, 'web', { idp_hint: 'llave-mx', login_hint: CANARY });
  assert.equal(llaveMx.origin, LLAVE_MX);
  assert.ok(!llaveMx.href.includes('canary'));
});

withHints('M-02 a login hint stands in no log, no audit event and no row in clear', async (rig) => {
  await leads(rig, 'web', { idp_hint: 'uni', login_hint: CANARY });
  await leads(rig, 'web', { login_hint: CANARY });
  await leads(rig, 'web', { login_hint: CANARY.replace('uni.mx', 'otra.mx') });
  assert.ok(!JSON.stringify(rig.logged).includes('canary'));
  for (const [database, tables] of [
    [rig.databases.ephemeral, ['sign_ins', 'oidc_records']],
    [rig.databases.durable, ['audit_events']],
  ] as const) {
    for (const table of tables) {
      const rows = await database.all({ shape: [`select * from ${table}`], values: [] });
      assert.ok(!JSON.stringify(rows).includes('canary'), table);
    }
  }
});

const asking = ['skip_hinted_login_dialog: false'];

withHints(
  'a provider whose hint is not skipped is named first; the person goes on to it, or to all the others',
  async (rig) => {
    const browser = rig.browser();
    const page = await browser.get(`${COURSE_SITE}/login?idp_hint=llave-mx`);
    assert.equal(page.url.origin, BROKER);
    assert.equal(rig.llaveMx.requests.length, 0);
    assert.match(page.text('provider-llave-mx'), /Sign in with Llave MX/);
    page.get('cancel');
    assert.equal(page.find('provider-uni'), null);

    const others = await browser.click(page, 'other-ways');
    assert.equal(others.find('other-ways'), null);
    others.get('provider-llave-mx');

    const inside = await browser.submit(await browser.click(page, 'provider-llave-mx'), 'person-nacional');
    assert.equal(inside.url.origin, COURSE_SITE);
    // The same for what the client always wants; an address of its own goes straight on.
    const direct = await leads(rig, 'direct', {});
    assert.deepEqual([direct.origin, direct.searchParams.get('hint')], [BROKER, 'llave-mx']);
    (await rig.browser().get(`${BROKER}/sign-in/llave-mx`)).get('person-nacional');
  },
  { moreRecord: asking },
);

withHints(
  'the page that names a hinted provider shows the chooser instead when that provider cannot be used any more',
  async (rig) => {
    const browser = rig.browser();
    const page = await browser.get(`${COURSE_SITE}/login?idp_hint=llave-mx`);
    await rig.configure({ enabled: false });
    const again = await browser.get(page.url);
    assert.equal(again.status, 200);
    assert.equal(again.find('provider-llave-mx'), null);
  },
  { moreRecord: asking },
);

withHints(
  'an address in a hint chooses a page and nothing else: whoever signs in there is who they are',
  async (rig) => {
    const simulator = createOidcSimulator({
      environment: rig.clock.environment,
      ...{ flavour: 'plain', origin: UPSTREAM, prefix: '/uni' },
      clients: [
        {
          ...{ kind: 'confidential', clientId: 'llavero', name: 'Llavero' },
          clientSecret: 'practice-upstream-client-secret-0123456789',
          redirectUris: [`${BROKER}/callback/uni`],
        },
      ],
    } as const);
    rig.interfere(async ({ method, url, headers, body }) => {
      const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    });
    const browser = new TestBrowser({
      origins: {
        [BROKER]: rig.broker,
        [UPSTREAM]: (request) => simulator.app.fetch(request),
        'https://app.test': () => new Response('the app'),
      },
      now: rig.clock.environment.now,
      language: 'en',
    });
    const people = await browser.get(authorizationUrl('web', { login_hint: CANARY }));
    const answer = await browser.submit(people, 'person-correo-verificado');
    assert.ok(answer.url.searchParams.has('code'));
    assert.equal(await rig.count('users'), 1);
    const emails = await rig.databases.durable.all({ shape: ['select address, verified_at from emails'], values: [] });
    assert.ok(!JSON.stringify(emails).includes('canary'));
    assert.ok(emails.every(({ verified_at: verifiedAt }) => verifiedAt === null));
  },
);
