/**
 * Open edX's own client library, a program that we did not write, against a broker on a real port: every backend by which an LMS
 * can be pointed here, through a sign-in at Llave MX (open-edx.md §1, §2 and §12, mit-apps.md §1).
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type World, withWorld } from '../browser/world.ts';
import { type Handler, overHttp, TestBrowser } from '../browser.ts';
import { withDatabases } from '../databases.ts';
import { notRun } from './program.ts';
import {
  type Answer,
  hasSocialCore,
  type ProviderRecord,
  type SignedIn,
  type SocialCore,
  socialCorePackages,
  withSocialCore,
} from './social-core.ts';

const SECRET = 'practice-secret-of-an-lms-0123456789';
const EMAIL = 'citlali.robledo@example.com';
const FULL_NAME = 'Citlali Ximena Robledo Ayala';
const details = { email: EMAIL, fullname: FULL_NAME, first_name: 'Citlali Ximena', last_name: 'Robledo Ayala' };

/** How an operator of an LMS sets a backend up, and what it then knows of the practice person. */
interface SetUp {
  readonly clientId: string;
  readonly backend: ProviderRecord['name'];
  /** Members of the client here, beside those that all have. */
  readonly members: string;
  readonly settings: (broker: string, callback: string) => ProviderRecord['settings'];
  /** What its backend makes of our answers, beside the username. */
  readonly details: SignedIn['details'];
  /** By what the LMS knows an account. */
  readonly uid: 'sub' | 'username';
}

const standard = 'claims: [preferred_username, name, given_name, family_name, email]';
const legacy = `redirect_uri_match: django-oauth-toolkit
    token_endpoint_auth_method: client_secret_post
    userinfo_shape: mit-users-me
    claims: [preferred_username, name, email]`;
const setUps: { readonly [name: string]: SetUp } = {
  'a stock oidc': {
    clientId: 'lms-oidc',
    backend: 'oidc',
    members: standard,
    settings: (broker) => ({ oidc_endpoint: broker }),
    details: { ...details, groups: null },
    uid: 'sub',
  },
  'ol-oauth2 with three addresses': {
    clientId: 'lms-ol',
    backend: 'ol-oauth2',
    members: legacy,
    settings: (broker) => ({
      authorization_url: `${broker}/oauth2/authorize/`,
      access_token_url: `${broker}/oauth2/token/`,
      api_root: broker,
    }),
    details: { email: EMAIL, name: FULL_NAME },
    uid: 'username',
  },
  'ol-oauth2 with DISCOVERY_URL': {
    clientId: 'lms-ol-discovery',
    backend: 'ol-oauth2',
    members: legacy,
    settings: (broker) => ({ discovery_url: `${broker}/.well-known/openid-configuration` }),
    details: { email: EMAIL, name: FULL_NAME },
    uid: 'username',
  },
  identityServer3: {
    clientId: 'lms-is3',
    backend: 'identityServer3',
    members: `token_endpoint_auth_method: client_secret_post\n    ${standard}`,
    settings: (broker, callback) => ({
      auth_url: `${broker}/oauth2/authorize`,
      token_url: `${broker}/oauth2/token`,
      user_info_url: `${broker}/oauth2/userinfo`,
      redirect_url: callback,
      scope: ['profile', 'email'],
      username_claim_key: 'preferred_username',
    }),
    details,
    uid: 'sub',
  },
};

const callbackOf = ({ backend }: SetUp, courseSite: string) => `${courseSite}/auth/complete/${backend}/`;

function recordOf(setUp: SetUp, { broker, courseSite }: World): ProviderRecord {
  const redirect_uri = callbackOf(setUp, courseSite);
  const settings = { key: setUp.clientId, secret: SECRET, ...setUp.settings(broker, redirect_uri) };
  return { name: setUp.backend, redirect_uri, settings };
}

const clientsAt = (courseSite: string) =>
  Object.entries(setUps)
    .map(
      ([name, setUp]) => `
  - client_id: ${setUp.clientId}
    client_name: ${name}
    client_secret: ${SECRET}
    redirect_uris: ["${callbackOf(setUp, courseSite)}"]
    skip_authorization: true
    ${setUp.members}`,
    )
    .join('');

/** A person's browser, for which the LMS is an empty page. */
function browserIn(world: World): TestBrowser {
  const onPort = (origin: string) => overHttp(Number(new URL(origin).port));
  const nothing: Handler = () => new Response('');
  const origins = {
    [world.broker]: onPort(world.broker),
    [world.llaveMx]: onPort(world.llaveMx),
    [world.courseSite]: nothing,
  };
  return new TestBrowser({ origins, now: Date.now });
}

/** From the LMS to where it gets the browser back. */
async function signIn(client: SocialCore, world: World, browser = browserIn(world)): Promise<string> {
  const page = await browser.get(await client.start());
  if (page.url.origin === world.courseSite) return page.url.href;
  const people = await browser.click(page, 'provider-llave-mx');
  return (await browser.submit(people, 'person-nacional')).url.href;
}

function signedIn(answer: Answer): SignedIn {
  assert.ok('signed_in' in answer, JSON.stringify(answer));
  return answer.signed_in;
}

const refusal = (answer: Answer) => ('refused' in answer ? answer.refused : 'signed in');

/** Release 4.3 to 4.5 of the library take the escapes out again where the address has no `redirect_state`. */
async function assertSentAsItIs(client: SocialCore, { redirect_uri, name }: ProviderRecord): Promise<void> {
  const sent = await client.start();
  if (name === 'ol-oauth2') assert.ok(sent.includes(`${encodeURIComponent(`${redirect_uri}?redirect_state=`)}`), sent);
  else assert.ok(sent.includes(`redirect_uri=${redirect_uri}&`), sent);
}

type Story = (client: SocialCore, world: World, setUp: SetUp, record: ProviderRecord) => Promise<void>;

const stories: { readonly [promise: string]: Story } = {
  async 'signs a person in, again as the same, with one state for all of the browser’s attempts'(
    client,
    world,
    setUp,
    record,
  ) {
    await assertSentAsItIs(client, record);
    const browser = browserIn(world);
    const { uid, ...first } = signedIn(await client.complete(await signIn(client, world, browser)));
    assert.deepEqual(first.details, { ...setUp.details, username: first.username });
    assert.ok(first.is_new);
    assert.match(first.username, /^[A-Za-z0-9_-]{2,30}$/, 'as Open edX takes it');
    assert.ok(first.access_token.length <= 128, 'MIT’s column');
    const headers = { Authorization: `Bearer ${first.access_token}` };
    const told = await (await fetch(`${world.broker}/oauth2/userinfo/`, { headers })).json();
    assert.ok(typeof uid === 'string' && uid.length > 3);
    assert.equal(uid, (told as Record<string, unknown>)[setUp.uid]);
    if (first.id_token !== null) assert.deepEqual([first.id_token.iss, first.id_token.sub], [world.broker, uid]);

    const states = new Set<string | null>();
    for (const again of [browser, browserIn(world)]) {
      const callback = await signIn(client, world, again);
      states.add(new URL(callback).searchParams.get('state'));
      const second = signedIn(await client.complete(callback));
      assert.deepEqual([second.uid, second.is_new], [uid, false]);
    }
    assert.equal(states.size, 1);
  },

  async 'a token that somebody brings to the registration API is looked at there and then'(client, world) {
    const { access_token: token, uid } = signedIn(await client.complete(await signIn(client, world)));
    assert.equal(signedIn(await client.bring(token)).uid, uid);
    // AuthForbidden is what the LMS answers 400 tpa-invalid-access-token for.
    assert.equal(refusal(await client.bring(`${token}x`)), 'AuthForbidden');
    assert.equal(refusal(await client.bring('None')), 'AuthForbidden');
  },

  async 'whoever goes back without signing in is told so'(client, world) {
    const browser = browserIn(world);
    const cancelled = await browser.click(await browser.get(await client.start()), 'cancel');
    assert.equal(refusal(await client.complete(cancelled.url.href)), 'AuthCanceled');
  },

  async 'a callback that is replayed, or made up, or of another session is refused, and no error of the LMS'(
    client,
    world,
    setUp,
    record,
  ) {
    const callback = await signIn(client, world);
    await withSocialCore(record, async (stranger) => {
      await stranger.start();
      assert.equal(refusal(await stranger.complete(callback)), 'AuthStateForbidden');
    });
    signedIn(await client.complete(callback));
    assert.equal(refusal(await client.complete(callback)), 'AuthCanceled', setUp.clientId);
    const madeUp = new URL(callback);
    madeUp.searchParams.set('code', 'made-up');
    assert.equal(refusal(await client.complete(madeUp.href)), 'AuthCanceled');
  },

  async 'a wrong secret gets nothing'(_client, world, _setUp, record) {
    const wrong = { ...record, settings: { ...record.settings, secret: 'a wrong secret, though long enough' } };
    await withSocialCore(wrong, async (client) => {
      assert.equal(refusal(await client.complete(await signIn(client, world))), 'AuthForbidden');
    });
  },

  async 'an LMS that takes other mail domains only refuses who comes with ours'(_client, world, _setUp, record) {
    const choosy = { ...record, settings: { ...record.settings, whitelisted_domains: ['uni.example'] } };
    await withSocialCore(choosy, async (client) => {
      assert.equal(refusal(await client.complete(await signIn(client, world))), 'AuthForbidden');
    });
  },
};

for (const kind of ['SQLite file', 'PostgreSQL'] as const) {
  test(`Python Social Auth against a running broker [${kind}]`, async (t: TestContext) => {
    if (!hasSocialCore) return notRun(t, socialCorePackages);
    await withDatabases(kind, ({ url }) =>
      withWorld({ databaseUrl: url, moreClients: clientsAt }, async (world) => {
        for (const [name, setUp] of Object.entries(setUps)) {
          for (const [promise, story] of Object.entries(stories)) {
            await t.test(`${name}: ${promise}`, () => {
              const record = recordOf(setUp, world);
              return withSocialCore(record, (client) => story(client, world, setUp, record));
            });
          }
        }
      }),
    );
  });
}
