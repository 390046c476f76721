/**
 * The connector sign-in (ADR 0021): what it answers, for whom, to whom, and what it leaves behind. Each refusal is an attack.
 */
import assert from 'node:assert/strict';
import { openEdxSchema } from '../../src/configuration/open-edx-document.ts';
import { createLog } from '../../src/events/log.ts';
import { dateKeys, keySet, loadSigningKeys } from '../../src/oidc/keys.ts';
import { createOidcProvider } from '../../src/oidc/provider.ts';
import { createSubjects } from '../../src/oidc/subjects.ts';
import { lmsOf } from '../../src/open-edx/lms.ts';
import { createOurSide, type OurSide } from '../../src/open-edx/our-side.ts';
import { noBrowser } from '../../src/sign-in/session.ts';
import { sql } from '../../src/store/database.ts';
import { createCookies } from '../../src/web/cookies.ts';
import { BROKER } from '../rig.ts';
import { CLIENT_SECRET, LMS, type World, type WorldOptions, withOneWorld } from './world.ts';

const REDIRECT = `${LMS}/auth/complete/oidc/`;
const asked = {
  ...{ client_id: 'lms', response_type: 'code', redirect_uri: REDIRECT, state: 'a-state', nonce: 'a-nonce' },
  scope: 'openid profile email',
};

function requestWith(changes: { readonly [name: string]: string | null }): URL {
  const entries = Object.entries({ ...asked, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return new URL(`${BROKER}/oauth2/authorize?${new URLSearchParams(entries)}`);
}

async function ourSideOf({ rig }: World): Promise<OurSide> {
  const { environment } = rig.clock;
  const { store, vault, configuration } = rig.open;
  const publicUrl = new URL(BROKER);
  const findClient = async (id: string) => (await configuration.current()).clients.get(id) ?? null;
  const log = createLog({ level: 'silent', environment, showPlaces: false });
  const subjects = createSubjects({ store, vault, environment, findClient });
  const provider = createOidcProvider(
    {
      ...{ publicUrl, environment, store, vault, log, findClient, cookies: createCookies(publicUrl) },
      ...{ sessions: noBrowser, subjects, admits: async () => false, renderError: async () => {} },
    },
    keySet(dateKeys(await loadSigningKeys(store.signingKeys, environment), environment.now())),
  );
  const lms = lmsOf(openEdxSchema.parse({ slug: 'campus', base_url: LMS, backend: 'oidc', client: 'lms' }));
  return createOurSide({ environment, store, publicUrl, lms, oidc: async () => provider, findClient });
}

const withOurSide = (
  promise: string,
  body: (world: World, ours: OurSide) => Promise<void>,
  more: Partial<WorldOptions> = {},
) => withOneWorld(promise, async (world) => body(world, await ourSideOf(world)), { backend: 'oidc', ...more });

function redeem({ rig }: World, code: string, redirectUri = REDIRECT) {
  return rig.broker(
    new Request(`${BROKER}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`lms:${CLIENT_SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    }),
  );
}

const attacks: readonly (readonly [string, { readonly [name: string]: string | null }])[] = [
  ['another client', { client_id: 'course-site' }],
  ['no client', { client_id: null }],
  ['an address of another client', { redirect_uri: 'https://cursos.test/callback' }],
  ['an address that is not registered', { redirect_uri: `${LMS}/auth/complete/oidc/x` }],
  ['an address elsewhere', { redirect_uri: 'https://evil.test/auth/complete/oidc/' }],
  ['an address that only begins so', { redirect_uri: `${LMS}.evil.test/auth/complete/oidc/` }],
  ['no address', { redirect_uri: null }],
  ['a token instead of a code', { response_type: 'id_token' }],
  ['a form that a page would post', { response_mode: 'form_post' }],
  ['a fresh login', { prompt: 'login' }],
  ['a consent', { prompt: 'consent' }],
  ['a login of the last minute', { max_age: '60' }],
  ['an essential acr', { claims: '{"id_token":{"acr":{"essential":true}}}' }],
  ['somebody in particular', { id_token_hint: 'x' }],
  ['a request object', { request: 'x' }],
  ['a request object elsewhere', { request_uri: 'https://evil.test/' }],
  ['a challenge in the clear', { code_challenge: 'x', code_challenge_method: 'plain' }],
];
for (const [what, changes] of attacks) {
  withOurSide(`a request for ${what} is refused, and no code is made`, async (world, ours) => {
    const ana = await world.learner('ana');
    assert.deepEqual(await ours.answer(requestWith(changes), ana, 'walk'), {
      kind: 'refused',
      code: 'request-refused',
    });
    assert.deepEqual(await world.rig.databases.ephemeral.all(sql`select * from oidc_records`), []);
  });
}

withOurSide(
  'an address that the client has registered elsewhere gets nothing either: it is not of this LMS',
  async (world, ours) => {
    const ana = await world.learner('ana');
    for (const redirect_uri of ['https://other.test/auth/complete/oidc/', `${LMS}/another/page`]) {
      const answer = await ours.answer(requestWith({ redirect_uri }), ana, 'walk');
      assert.deepEqual(answer, { kind: 'refused', code: 'request-refused' }, redirect_uri);
    }
    assert.equal((await ours.answer(requestWith({}), ana, 'walk')).kind, 'answered');
  },
  { client: { redirect_uris: `[${REDIRECT}, 'https://other.test/auth/complete/oidc/', ${LMS}/another/page]` } },
);

withOurSide('A-09 a parameter that comes twice is refused', async (world, ours) => {
  const request = requestWith({});
  request.searchParams.append('redirect_uri', 'https://evil.test/');
  assert.equal((await ours.answer(request, await world.learner('ana'), 'walk')).kind, 'refused');
});

withOurSide('the code is for the LMS alone, once; nothing is said of a login that was none', async (world, ours) => {
  const ana = await world.learner('ana');
  const answer = await ours.answer(requestWith({}), ana, 'the-walk');
  assert.ok(answer.kind === 'answered');
  const { origin, pathname, searchParams } = answer.location;
  assert.equal(`${origin}${pathname}`, REDIRECT);
  assert.deepEqual([searchParams.get('state'), searchParams.get('iss')], ['a-state', BROKER]);
  const code = searchParams.get('code') ?? '';
  const tokens = (await (await redeem(world, code)).json()) as {
    id_token: string;
    access_token: string;
    refresh_token?: string;
  };
  const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1] ?? '', 'base64url').toString());
  assert.deepEqual([claims.sub, claims.aud, claims.nonce], [ana, 'lms', 'a-nonce']);
  for (const claim of ['auth_time', 'acr', 'amr', 'sid']) assert.equal(claims[claim], undefined, claim);
  assert.equal(tokens.refresh_token, undefined);
  assert.equal((await redeem(world, code)).status, 400);
});

withOurSide(
  'it makes no session, ours or the library’s, and nothing that a browser could be given',
  async (world, ours) => {
    const ana = await world.learner('ana');
    const before = await world.rig.count('sessions');
    const answer = await ours.answer(requestWith({}), ana, 'walk');
    assert.ok(answer.kind === 'answered');
    await redeem(world, answer.location.searchParams.get('code') ?? '');
    assert.equal(await world.rig.count('sessions'), before);
    const models = await world.rig.databases.ephemeral.all(sql`select distinct model from oidc_records order by model`);
    assert.deepEqual(
      models.map(({ model }) => model),
      ['AccessToken', 'AuthorizationCode', 'Grant'],
    );
  },
);

withOurSide(
  'no address of the broker begins it: a browser with the same request is asked to sign in',
  async (world) => {
    await world.learner('ana');
    for (const more of ['', '&connector=1', '&login_hint=ana', '&idp_hint=connector']) {
      const answer = await world.rig.broker(new Request(`${requestWith({}).href}${more}`, { redirect: 'manual' }));
      assert.match(answer.headers.get('location') ?? '', /\/oauth2\/interaction\//);
    }
  },
);

withOurSide('it stands in the audit trail as done by the connector, before the code is there', async (world, ours) => {
  const ana = await world.learner('ana');
  await ours.answer(requestWith({}), ana, 'the-walk');
  const [event] = await world.rig.databases.durable.all(
    sql`select * from audit_events where type = 'learner.connected'`,
  );
  assert.deepEqual([event?.user_id, event?.client_id], [ana, 'lms']);
  assert.deepEqual(JSON.parse(String(event?.detail)), { walk: 'the-walk', lms: 'campus', by: 'connector' });
  world.rig.breakDatabase(({ text }) => (text.includes('audit_events') ? 'fails before' : 'works'));
  const eva = await world.rig.databases.ephemeral.all(sql`select * from oidc_records`);
  await assert.rejects(ours.answer(requestWith({}), ana, 'the-walk'));
  world.rig.breakDatabase(null);
  assert.deepEqual(await world.rig.databases.ephemeral.all(sql`select * from oidc_records`), eva);
});

withOurSide(
  'an address that lost its proof, a user who was barred: nothing is answered, and a code on its way is worth nothing',
  async (world, ours) => {
    const ana = await world.learner('ana');
    const answer = await ours.answer(requestWith({}), ana, 'walk');
    assert.ok(answer.kind === 'answered');
    const { durable } = world.rig.databases;
    await durable.run(sql`update emails set verified_at = null, verified_by = null where user_id = ${ana}`);
    assert.deepEqual(await ours.answer(requestWith({}), ana, 'walk'), { kind: 'refused', code: 'no-verified-email' });
    await durable.run(sql`update users set state = 'disabled' where id = ${ana}`);
    assert.equal((await redeem(world, answer.location.searchParams.get('code') ?? '')).status, 400);
  },
);

for (const [what, client, code] of [
  ['asks people', { skip_authorization: 'false' }, 'consent-needed'],
  ['allows other ways of signing in', { allowed_providers: '[llave-mx]' }, 'provider-not-allowed'],
] as const) {
  withOurSide(
    `a client that ${what} gets neither code nor token`,
    async (world, ours) => {
      const ana = await world.learner('ana');
      assert.deepEqual(await ours.answer(requestWith({}), ana, 'walk'), { kind: 'refused', code });
      assert.deepEqual(await ours.lendToken(ana, async () => assert.fail('lent')), { kind: 'refused', code });
    },
    { client },
  );
}

withOurSide(
  'a lent token is good while it is lent, shows what was released, and is worth nothing afterwards',
  async (world, ours) => {
    const ana = await world.learner('ana');
    const userInfo = (token: string) =>
      world.rig.broker(new Request(`${BROKER}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }));
    let lent = '';
    const shown = await ours.lendToken(ana, async (token) => {
      lent = token;
      assert.ok(token.length <= 128);
      return (await userInfo(token)).json() as Promise<{ [claim: string]: unknown }>;
    });
    assert.ok(!('kind' in shown));
    assert.deepEqual([shown.sub, shown.email], [ana, 'ana@uni.mx']);
    assert.equal((await userInfo(lent)).status, 401);
    assert.deepEqual(await world.rig.databases.ephemeral.all(sql`select * from oidc_records`), []);
    await assert.rejects(
      ours.lendToken(ana, async (token) => {
        lent = token;
        throw new Error('the LMS is gone');
      }),
    );
    assert.equal((await userInfo(lent)).status, 401);
  },
);

withOurSide('V-08 whom the LMS was told of by a lent token, it knows for ever', async (world, ours) => {
  const ana = await world.learner('ana');
  const { clientSubjects } = world.rig.open.store;
  assert.equal(await clientSubjects.find('lms', ana), null);
  await ours.lendToken(ana, async () => null);
  assert.equal(await clientSubjects.find('lms', ana), ana);
});
