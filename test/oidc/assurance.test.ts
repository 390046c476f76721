/**
 * How somebody signed in, as clients are told: truthfully, of this sign-in, and never raised (A-20; NIST SP 800-63C, a proxy).
 */
import assert from 'node:assert/strict';
import { createOidcSimulator } from '../../simulators/index.ts';
import { type Page, TestBrowser } from '../browser.ts';
import { codeIn as codeInMail, ownWays } from '../flows/own-ways.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import {
  APP,
  authorizationUrl,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  OTHER_APP,
  type RequestParameters,
  redeem,
  type Tokens,
  tokenRequest,
  userInfo,
} from './relying-party.ts';

const UPSTREAM = 'https://upstream.test';
const SECRET = 'practice-upstream-client-secret-0123456789';

/** One provider that the operator trusts for it, one that they do not. */
const trust = { trusted: true, untrusted: false } as const;
type Slug = keyof typeof trust;

const moreProviders = `${ownWays.moreProviders}${Object.entries(trust)
  .map(
    ([slug, trusts]) => `
  - slug: ${slug}
    vendor: oidc
    enabled: true
    settings: { issuer: "${UPSTREAM}/${slug}", client_id: llavero, client_secret: ${SECRET}, trust_assurance: ${trusts} }`,
  )
  .join('')}`;

const MFA_SAID = 'urn:mfa';
const FACTOR = { acr: MFA_SAID, amr: undefined };

interface World {
  readonly rig: Rig;
  readonly browser: TestBrowser;
  /** From now on the provider's ID tokens say this of one claim, and are else as they are. */
  say(slug: Slug, name: string, value: unknown): void;
}

function withUpstreams(promise: string, body: (world: World) => Promise<void>): void {
  const options = { moreProviders, moreClients: clientsInYaml() };
  withOneRig(promise, (rig) => body(createWorld(rig)), options);
}

function createWorld(rig: Rig): World {
  const simulators = Object.fromEntries(
    Object.keys(trust).map((slug) => [
      slug,
      createOidcSimulator({
        environment: rig.clock.environment,
        flavour: 'plain',
        origin: UPSTREAM,
        prefix: `/${slug}`,
        clients: [
          {
            ...{ kind: 'confidential', clientId: 'llavero', clientSecret: SECRET, name: 'Llavero' },
            redirectUris: [`${BROKER}/callback/${slug}`],
          },
        ],
      }),
    ]),
  );
  const serve = (request: Request) => {
    const simulator = simulators[new URL(request.url).pathname.split('/')[1] ?? ''];
    return simulator?.app.fetch(request) ?? new Response(null, { status: 404 });
  };
  rig.serve(UPSTREAM, serve);
  const app = () => new Response('<title>the app</title>', { headers: { 'Content-Type': 'text/html' } });
  const origins = { [BROKER]: rig.broker, [UPSTREAM]: serve, [APP]: app, [OTHER_APP]: app };
  return {
    rig,
    browser: new TestBrowser({ origins, now: rig.clock.environment.now, language: 'en' }),
    say(slug, name, value) {
      simulators[slug]?.behave();
      const how = { kind: 'id-token-claim', name, json: JSON.stringify(value) } as const;
      simulators[slug]?.misbehave({ endpoint: 'token', how, times: 'until-reset' });
    },
  };
}

async function through({ browser }: World, slug: Slug, page: Page): Promise<Page> {
  const people = page.find(`provider-${slug}`) === null ? page : await browser.click(page, `provider-${slug}`);
  return browser.submit(people, 'person-correo-verificado');
}

async function byMail({ rig, browser }: World, chooser: Page): Promise<Page> {
  const form = await browser.click(chooser, 'provider-email');
  const asked = await browser.submit(form, 'submit', { email: 'ana@example.org' });
  return browser.submit(asked, 'submit', { code: codeInMail(await rig.lastMail('ana@example.org')) });
}

const ask = ({ browser }: World, clientId: ClientId, changes: RequestParameters = {}) =>
  browser.get(authorizationUrl(clientId, changes));

const tokensFrom = ({ rig }: World, page: Page, clientId: ClientId = 'web'): Promise<Tokens> =>
  redeem(rig, clientId, codeIn(page.url));

const told = ({ id_token }: Tokens) => {
  const { acr, amr } = claimsIn(id_token);
  return { acr, amr };
};

const NOTHING = { acr: undefined, amr: undefined };
const MFA = JSON.stringify({ id_token: { acr: { essential: true, values: ['urn:mfa'] } } });

withUpstreams('A-20 what a trusted provider said is in the ID token as it said it', async (world) => {
  world.say('trusted', 'acr', MFA_SAID);
  const tokens = await tokensFrom(world, await through(world, 'trusted', await ask(world, 'web')));
  assert.deepEqual(told(tokens), FACTOR);
});

withUpstreams('A-20 the words for how it was done (RFC 8176) are passed on in the same way', async (world) => {
  const words = ['pwd', 'hwk', 'mfa'];
  for (const [slug, expected] of [
    ['trusted', words],
    ['untrusted', undefined],
  ] as const) {
    world.say(slug, 'amr', words);
    const page = await through(world, slug, await ask(world, 'web', { prompt: 'login' }));
    assert.deepEqual(told(await tokensFrom(world, page)).amr, expected, slug);
  }
});

withUpstreams('A-20 what another provider said is nowhere', async (world) => {
  world.say('untrusted', 'acr', MFA_SAID);
  const tokens = await tokensFrom(world, await through(world, 'untrusted', await ask(world, 'web')));
  assert.deepEqual(told(tokens), NOTHING);
});

withUpstreams('A-20 a mail with a code is one factor, whatever is asked for', async (world) => {
  const chooser = await ask(world, 'web', { acr_values: 'urn:mfa', scope: 'openid' });
  const tokens = await tokensFrom(world, await byMail(world, chooser));
  assert.deepEqual(told(tokens), { acr: undefined, amr: ['otp'] });
});

withUpstreams('A-20 acr_values asks for it, and who has less is told of as they are', async (world) => {
  world.say('untrusted', 'acr', MFA_SAID);
  const chooser = await ask(world, 'web', { acr_values: 'urn:mfa urn:other' });
  assert.deepEqual(told(await tokensFrom(world, await through(world, 'untrusted', chooser))), NOTHING);
});

withUpstreams('A-20 a later and weaker sign-in inherits nothing of an earlier one', async (world) => {
  world.say('trusted', 'acr', MFA_SAID);
  const first = await tokensFrom(world, await through(world, 'trusted', await ask(world, 'web')));
  assert.deepEqual(told(first), FACTOR);
  const again = await ask(world, 'web', { prompt: 'login' });
  assert.deepEqual(told(await tokensFrom(world, await byMail(world, again))), { acr: undefined, amr: ['otp'] });
  const silent = await ask(world, 'other', { prompt: 'none' });
  assert.deepEqual(told(await tokensFrom(world, silent, 'other')), { acr: undefined, amr: ['otp'] });
});

withUpstreams('A-20 what the library remembers of an earlier session is worth nothing beside ours', async (world) => {
  const { browser } = world;
  world.say('trusted', 'acr', MFA_SAID);
  await through(world, 'trusted', await ask(world, 'web'));
  const isTheirs = ({ name }: { name: string }) => name.endsWith('llavero-oidc') || name.includes('oidc');
  const remembered = browser.cookies('broker.test').filter(isTheirs);
  assert.equal(remembered.length, 1);
  // The same person signs in with less, and a cookie of before comes back.
  world.say('trusted', 'acr', 'urn:low');
  await through(world, 'trusted', await browser.get(`${BROKER}/sign-in`));
  const cookie = [...browser.cookies('broker.test').filter((one) => !isTheirs(one)), ...remembered]
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const silent = await world.rig.broker(
    new Request(authorizationUrl('web', { prompt: 'none' }), { headers: { cookie } }),
  );
  const code = new URL(silent.headers.get('location') ?? '').searchParams.get('code') ?? assert.fail('no code');
  assert.deepEqual(told(await redeem(world.rig, 'web', code)), { acr: 'urn:low', amr: undefined });
});

withUpstreams(
  'A-20 an essential acr that somebody has lets them through, with and without a session',
  async (world) => {
    world.say('trusted', 'acr', MFA_SAID);
    const first = await through(world, 'trusted', await ask(world, 'web', { claims: MFA }));
    assert.equal(told(await tokensFrom(world, first)).acr, 'urn:mfa');
    const silent = await ask(world, 'web', { claims: MFA, prompt: 'none' });
    assert.equal(told(await tokensFrom(world, silent)).acr, 'urn:mfa');
    const one = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:mfa' } } });
    codeIn((await ask(world, 'web', { claims: one, prompt: 'none' })).url);
  },
);

withUpstreams(
  'A-20 an essential acr that nobody has is unmet_authentication_requirements, not a weaker token',
  async (world) => {
    const answered = (page: Page) => page.url.searchParams.get('error');
    world.say('untrusted', 'acr', MFA_SAID);
    const unmet = await through(world, 'untrusted', await ask(world, 'web', { claims: MFA }));
    assert.equal(answered(unmet), 'unmet_authentication_requirements');
    assert.equal(unmet.url.searchParams.get('state'), 'practice-state');
    // Signed in by now, with too little: asked again, once for each request, and never silently.
    assert.equal(answered(await ask(world, 'web', { claims: MFA, prompt: 'none' })), 'login_required');
    const chooser = await ask(world, 'web', { claims: MFA });
    chooser.get('provider-trusted');
    world.say('trusted', 'acr', MFA_SAID);
    assert.equal(told(await tokensFrom(world, await through(world, 'trusted', chooser))).acr, 'urn:mfa');
  },
);

withUpstreams(
  'A-20 an essential acr without values, or that is no list, lets nobody through wrongly',
  async (world) => {
    const essential = JSON.stringify({ id_token: { acr: { essential: true } } });
    assert.deepEqual(
      told(await tokensFrom(world, await byMail(world, await ask(world, 'web', { claims: essential })))).acr,
      undefined,
    );
    const odd = JSON.stringify({ id_token: { acr: { essential: true, values: 'urn:mfa' } } });
    assert.equal((await ask(world, 'web', { claims: odd })).url.searchParams.get('error'), 'invalid_request');
  },
);

withUpstreams(
  'ID token, user info and introspection say the same, also after a refresh and without a session',
  async (world) => {
    const { rig } = world;
    const named = { acr: null, amr: null, auth_time: null };
    const claims = JSON.stringify({ userinfo: named });
    world.say('trusted', 'acr', MFA_SAID);
    const page = await through(world, 'trusted', await ask(world, 'keeper', { claims }));
    let tokens = await tokensFrom(world, page, 'keeper');
    for (let round = 0; round < 2; round += 1) {
      const { acr, amr, auth_time } = claimsIn(tokens.id_token);
      assert.deepEqual({ acr, amr }, FACTOR);
      const seen = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
      const introspection = new Request(
        `${BROKER}/oauth2/introspect`,
        tokenRequest('keeper', { token: tokens.access_token }),
      );
      const answer = (await (await rig.broker(introspection)).json()) as Record<string, unknown>;
      for (const one of [seen, answer]) {
        assert.deepEqual({ acr: one.acr, amr: one.amr, auth_time: one.auth_time }, { ...FACTOR, auth_time });
      }
      rig.clock.advance(60_000);
      const refreshed = await rig.broker(
        tokenRequest('keeper', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' }),
      );
      tokens = (await refreshed.json()) as Tokens;
    }
  },
);

withUpstreams('user info says nothing of the sign-in unless it is asked for by name', async (world) => {
  world.say('trusted', 'acr', MFA_SAID);
  const tokens = await tokensFrom(world, await through(world, 'trusted', await ask(world, 'web')));
  assert.deepEqual(Object.keys((await (await userInfo(world.rig, tokens.access_token)).json()) as object), ['sub']);
});

withUpstreams(
  "auth_time is the provider's where that is older, and never later than the sign-in here",
  async (world) => {
    const now = Math.floor(world.rig.clock.environment.now() / 1000);
    world.say('untrusted', 'auth_time', now - 3000);
    const page = await through(world, 'untrusted', await ask(world, 'web'));
    assert.equal(claimsIn((await tokensFrom(world, page)).id_token).auth_time, now - 3000);
    world.say('trusted', 'auth_time', now - 3000);
    // Somebody whom the provider knows for longer than the client wants is asked again.
    assert.equal(
      (await ask(world, 'web', { max_age: '600', prompt: 'none' })).url.searchParams.get('error'),
      'login_required',
    );
  },
);

withUpstreams('default_max_age of a client holds as if each of its requests said so', async (world) => {
  const older = clientsInYaml().replace('client_id: web', 'client_id: web\n    default_max_age: 600');
  await world.rig.configure({ moreClients: older });
  world.say('untrusted', 'auth_time', Math.floor(world.rig.clock.environment.now() / 1000) - 3000);
  await through(world, 'untrusted', await ask(world, 'web'));
  const silently = async (clientId: ClientId) => (await ask(world, clientId, { prompt: 'none' })).url.searchParams;
  assert.equal((await silently('web')).get('error'), 'login_required');
  assert.ok((await silently('other')).has('code'));
});

withUpstreams('who verified the address, and when, is told where it was released', async (world) => {
  const { rig } = world;
  const chooser = await ask(world, 'apart', { scope: 'openid email' });
  const tokens = await tokensFrom(world, await byMail(world, chooser), 'apart');
  const seen = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
  assert.equal(seen.email_verified_by, 'llavero');
  assert.ok(Math.abs(Number(seen.email_verified_at) - rig.clock.environment.now() / 1000) < 60);
});
