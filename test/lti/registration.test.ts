/**
 * A campus registers itself, with the practice campus as the other side: invited, asked, waiting, let in (lti.md §3.13, §5.2
 * chain 10, cases 64 and 65, J-23).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLtiSimulator, type LtiProductName, type LtiSimulator } from '../../simulators/index.ts';
import { exportConfiguration } from '../../src/admin/configuration.ts';
import { addPlatform } from '../../src/admin/lti.ts';
import {
  approveLti,
  findInvitation,
  type InvitationTools,
  inviteLti,
  previewApproval,
  rejectLti,
} from '../../src/admin/lti-invitations.ts';
import { AdminRefusal } from '../../src/admin/refusal.ts';
import { createOutbound, type Outbound } from '../../src/http.ts';
import type { JsonObject } from '../../src/model.ts';
import { vendors } from '../../src/providers/registry.ts';
import { sql } from '../../src/store/database.ts';
import { lastUseOf } from '../../src/store/last-launches.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { enterCampus, goOn, launch } from './campus-visit.ts';

const REGISTER = `${BROKER}/lti/1.3/register`;
const CAMPUS = 'https://campus.test';
const DAY = 24 * 60 * 60_000;
const TOOL = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const options = {
  moreCourseSite: [`initiate_login_uri: ${COURSE_SITE}/login`, `lti_targets: [${COURSE_SITE}/courses/]`],
};

/** Those that register tools by themselves, and where their configuration stands: those of one issuer for all have it at the vendor's. */
const products: readonly (readonly [LtiProductName, string])[] = [
  ['plain', CAMPUS],
  ['moodle', CAMPUS],
  ['d2l', CAMPUS],
  ['sakai', CAMPUS],
  ['canvas', 'https://uni.instructure.com'],
  ['blackboard', 'https://developer.blackboard.com'],
];

interface World {
  readonly rig: Rig;
  readonly campus: LtiSimulator;
  readonly origin: string;
  readonly tools: InvitationTools;
  /** With an invitation; answers the address to enter at the campus. */
  invite(decided?: JsonObject): Promise<string>;
  /** The administration of the campus enters the address. */
  open(address: string): Promise<{ readonly browser: TestBrowser; readonly page: Page }>;
  approve(deploymentIds?: readonly string[]): Promise<void>;
  author(reason: string): { readonly by: string; readonly reason: string; readonly at: number };
}

function worldOf(rig: Rig, product: LtiProductName = 'moodle', origin = CAMPUS): World {
  const { environment } = rig.clock;
  const campus = createLtiSimulator({
    ...{ environment, product, origin, prefix: '', tools: [] },
    fetch: (address) => rig.broker(new Request(address)),
  });
  rig.serve(origin, (request) => campus.app.fetch(request));
  const { store, configurationStore } = rig.open;
  const tools = { environment, configurationStore, invitations: store.ltiInvitations, commit: store.commit };
  const author = (reason: string) => ({ by: 'ana', reason, at: environment.now() });
  return {
    ...{ rig, campus, origin, tools, author },
    async invite(decided = {}) {
      const wanted = { slug: 'uni', client: 'course-site', linking: 'create-on-first-launch', ...decided };
      const { token } = await inviteLti(tools, wanted, environment.now() + DAY, author('agreement'));
      return `${REGISTER}?invitation=${token}`;
    },
    async open(address) {
      const browser = rig.browser('en', { [origin]: (request: Request) => campus.app.fetch(request) });
      await enterCampus({ base: origin, browser }, 'administrador');
      const admin = await browser.get(`${origin}/admin`);
      return { browser, page: await browser.submit(admin, 'register-tool', { address }) };
    },
    async approve(deploymentIds = []) {
      await approveLti(tools, 'uni', await previewApproval(tools, { slug: 'uni', deploymentIds }), author('checked'));
      rig.clock.advance(3000);
    },
  };
}

const codeOn = (page: Page) => page.find('error-code')?.text ?? `${page.status} ${page.body.slice(0, 300)}`;

/** A course whose link opens what was registered. */
function addCourse(campus: LtiSimulator): void {
  const link = { slug: 'enlace', title: 'Curso', tool: 'registrada-1', target: null, custom: {}, isGraded: false };
  const members = { alumna: 'learner' } as const;
  campus.addCourse({ slug: 'mat', label: 'MAT', title: 'Mat', members, isPublic: false, links: [link] });
}

async function launched({ campus, origin: base }: World, browser: TestBrowser): Promise<Page> {
  addCourse(campus);
  const page = await launch({ base, browser }, { person: 'alumna', course: 'mat', link: 'enlace' });
  // Where the LMS offers to keep something for us: without a script its link leads on.
  return page.find('continue') === null ? page : goOn({ base, browser }, await browser.click(page, 'continue'));
}

for (const [product, origin] of products) {
  forEachRig(
    `case 65: ${product} registers itself, launches nobody until the operator lets it in, and then does`,
    async (rig) => {
      const world = worldOf(rig, product, origin);
      const { browser, page } = await world.open(await world.invite());
      assert.match(page.body, /Until they approve it, nobody comes in/);
      const done = await browser.submit(page, 'register');
      assert.ok(done.find('registered'), codeOn(done));
      const waits = await launched(world, browser);
      assert.equal(codeOn(waits), 'lti_platform_pending');
      assert.ok(
        waits.headers.get('content-security-policy')?.includes(`frame-ancestors ${origin}`),
        'it is seen in a frame',
      );
      assert.equal((await findInvitation(world.tools, 'uni'))?.state, 'pending');
      assert.deepEqual(
        [...(await rig.open.configuration.current()).ltiPlatforms.keys()],
        [],
        'what registered is no configuration',
      );
      await world.approve();
      const site = await launched(world, browser);
      assert.ok(isSignedIn(site), codeOn(site));
      const last = await lastUseOf(rig.databases.durable, 'lti:uni');
      assert.ok(last !== null && last <= rig.clock.environment.now());
      assert.deepEqual(world.campus.complaints, []);
    },
    options,
  );
}

forEachRig(
  'case 65: who invited, who let it in, and why, stand in the audit trail; export has the document',
  async (rig) => {
    const world = worldOf(rig);
    const { browser, page } = await world.open(await world.invite({ name: 'Universidad' }));
    await browser.submit(page, 'register');
    const before = await exportConfiguration(rig.open.configurationStore, vendors);
    assert.doesNotMatch(before.text, /campus\.test/);
    await world.approve(['2']);
    const { text } = await exportConfiguration(rig.open.configurationStore, vendors);
    assert.match(text, /slug: uni\b/);
    assert.match(text, /linking: create-on-first-launch/);
    const rows = await rig.databases.durable.all(
      sql`select type, detail from audit_events where type like 'registration.%' or detail like '%lti_platform%' order by at, type`,
    );
    const seen = rows.map(({ type, detail }) => [type, JSON.parse(String(detail)).reason]);
    assert.deepEqual(seen.toSorted(), [
      ['config.changed', 'checked'],
      ['registration.approved', 'checked'],
      ['registration.invited', 'agreement'],
      ['registration.received', 'agreement'],
    ]);
    assert.equal(await findInvitation(world.tools, 'uni'), null);
  },
  options,
);

forEachRig(
  'case 64: fifty presses of the button at once are one: the campus has one tool, and all are told so',
  async (rig) => {
    const world = worldOf(rig);
    const address = new URL(await world.invite());
    const { press, tokens } = buttonOf(world, address);
    const statuses = await Promise.all(tokens.map(async (token) => (await press(token)).status));
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.equal(world.campus.requests.filter(({ endpoint }) => endpoint === 'registration').length, 1);
  },
  options,
);

withOneRig(
  'case 64: of an invitation that one campus has used another is told nothing, and one whose use died is none',
  async (rig) => {
    const world = worldOf(rig);
    const address = new URL(await world.invite());
    const { press, tokens } = buttonOf(world, address);
    const [first = '', second = ''] = tokens;
    assert.equal((await press(first)).status, 200);
    const foreign = await press(second, 'https://other.test/.well-known/openid-configuration');
    assert.equal(foreign.status, 403);
    assert.doesNotMatch(await foreign.text(), /campus\.test/);
    const died = new URL(await world.invite({ slug: 'died' }));
    const { id } = (await world.tools.invitations.find('died')) ?? assert.fail();
    await world.tools.invitations.take(id, rig.clock.environment.now());
    assert.equal((await buttonOf(world, died).press(second)).status, 403);
    assert.equal(world.campus.requests.filter(({ endpoint }) => endpoint === 'registration').length, 1);
  },
  options,
);

/** The button of our page, with tokens of the campus. */
function buttonOf({ rig, campus }: World, address: URL) {
  const press = (token: string, configuration = campus.platform.openid_configuration) =>
    rig.broker(
      new Request(REGISTER, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...{ origin: BROKER, 'sec-fetch-site': 'same-origin' },
        },
        body: new URLSearchParams({
          invitation: address.searchParams.get('invitation') ?? '',
          ...{ openid_configuration: configuration, registration_token: token },
        }),
      }),
    );
  return { press, tokens: Array.from({ length: 50 }, () => campus.registrationToken()) };
}

withOneRig(
  'case J-23: without an invitation nothing is fetched; nor with one that is used, over, rejected or another',
  async (rig) => {
    const world = worldOf(rig);
    const used = await world.invite();
    const { browser, page } = await world.open(used);
    await browser.submit(page, 'register');
    const asked = () => world.campus.requests.filter(({ endpoint }) => endpoint === 'openid-configuration').length;
    const before = asked();
    const configuration = `openid_configuration=${encodeURIComponent(world.campus.platform.openid_configuration)}`;
    for (const address of [`${REGISTER}?`, `${REGISTER}?invitation=`, `${REGISTER}?invitation=abc`, used]) {
      const refused = await browser.get(`${address}&${configuration}`);
      assert.deepEqual([refused.status, codeOn(refused)], [403, 'lti_invitation_invalid'], address);
    }
    await rejectLti(world.tools, 'uni', world.author('no'));
    const rejected = await world.invite();
    await rejectLti(world.tools, 'uni', world.author('no'));
    assert.equal(codeOn(await browser.get(`${rejected}&${configuration}`)), 'lti_invitation_invalid');
    const over = await world.invite();
    rig.clock.advance(DAY);
    assert.equal(codeOn(await browser.get(`${over}&${configuration}`)), 'lti_invitation_invalid');
    assert.equal(asked(), before);
  },
  options,
);

withOneRig(
  'case 65: who is sent away launches nobody; and the same issuer and client id is taken once',
  async (rig) => {
    const world = worldOf(rig);
    const { browser, page } = await world.open(await world.invite());
    await browser.submit(page, 'register');
    const { document } = (await findInvitation(world.tools, 'uni')) ?? assert.fail();
    await world.approve();
    await assert.rejects(world.invite(), AdminRefusal);
    // The campus answers a second registration with the client id of the first.
    const again = await world.open(await world.invite({ slug: 'uni-2' }));
    const json = JSON.stringify({ client_id: document?.client_id ?? assert.fail() });
    world.campus.misbehave({ endpoint: 'registration', how: { kind: 'json-replaced', json }, times: 1 });
    const refused = await again.browser.submit(again.page, 'register');
    assert.deepEqual([refused.status, codeOn(refused)], [409, 'lti_registration_known']);
    assert.equal((await findInvitation(world.tools, 'uni-2'))?.state, 'invited', 'it can begin again');
    const third = await world.open(await world.invite({ slug: 'uni-3' }));
    await third.browser.submit(third.page, 'register');
    await rejectLti(world.tools, 'uni-3', world.author('nobody knows them'));
    assert.equal(await findInvitation(world.tools, 'uni-3'), null);
  },
  options,
);

forEachRig(
  'of an approval and a rejection at once one wins, and both say so',
  async (rig) => {
    const world = worldOf(rig);
    const { browser, page } = await world.open(await world.invite());
    await browser.submit(page, 'register');
    const previewed = await previewApproval(world.tools, { slug: 'uni', deploymentIds: [] });
    const [approved, rejected] = await Promise.allSettled([
      approveLti(world.tools, 'uni', previewed, world.author('yes')),
      rejectLti(world.tools, 'uni', world.author('no')),
    ]);
    assert.notEqual(approved.status, rejected.status);
    rig.clock.advance(3000);
    const { ltiPlatforms } = await rig.open.configuration.current();
    assert.equal(ltiPlatforms.has('uni'), approved.status === 'fulfilled');
  },
  options,
);

withOneRig(
  'chains 7, 10: what waits does not take the place of a campus that was configured under its slug meanwhile, nor get its people',
  async (rig) => {
    const world = worldOf(rig);
    const { browser, page } = await world.open(await world.invite());
    await browser.submit(page, 'register');
    const platform = {
      ...{ slug: 'uni', issuer: 'https://other.test', client_id: 'x', deployment_ids: ['1'], linking: 'never' },
      ...{ authorization_endpoint: 'https://other.test/a', token_endpoint: 'https://other.test/t' },
      ...{ jwks_uri: 'https://other.test/k', client: 'course-site' },
    };
    await addPlatform(rig.open.configurationStore, platform, world.author('by hand'));
    await assert.rejects(world.approve(), /there is a campus uni already/);
    rig.clock.advance(3000);
    const { ltiPlatforms } = await rig.open.configuration.current();
    assert.equal(ltiPlatforms.get('uni')?.issuer, 'https://other.test');
    assert.equal((await findInvitation(world.tools, 'uni'))?.state, 'pending', 'it can be rejected');
  },
  options,
);

// ------------------------------------------------------------------------------------------- what a campus says of itself

/** Answers every call, so that any configuration can be tried. */
function says(rig: Rig, changes: JsonObject, registration: JsonObject = {}) {
  const calls: { readonly method: string; readonly href: string; readonly authorization: string | undefined }[] = [];
  const at = (path: string) => `${CAMPUS}${path}`;
  const metadata = {
    ...{ issuer: CAMPUS, authorization_endpoint: at('/auth'), token_endpoint: at('/token'), jwks_uri: at('/jwks') },
    ...{ registration_endpoint: at('/register'), ...changes },
  };
  const key = { kty: 'RSA', kid: 'k', use: 'sig', alg: 'RS256', e: 'AQAB', n: modulus };
  const answer: Outbound = async ({ method, url, headers, body }) => {
    calls.push({ method, href: url.href, authorization: headers.authorization });
    const json = (value: JsonObject) => ({ status: 200, headers: {}, body: JSON.stringify(value) });
    if (url.pathname === '/jwks') return json({ keys: [key] });
    if (method === 'POST') return json({ ...JSON.parse(body ?? '{}'), client_id: 'c1', ...registration });
    return json(metadata);
  };
  rig.interfere(answer);
  return calls;
}

/** 2048 bits, of nobody. */
const modulus = Buffer.alloc(256, 0xb5).toString('base64url');

const opened = (address: string, configuration = `${CAMPUS}/.well-known/openid-configuration`) =>
  `${address}&openid_configuration=${encodeURIComponent(configuration)}&registration_token=t0k3n`;

withOneRig(
  'case 64: a configuration that does not fit its address, or is not safe, registers nothing',
  async (rig) => {
    const world = worldOf(rig);
    const address = await world.invite();
    const refusals: readonly (readonly [JsonObject, string?])[] = [
      [{ issuer: 'https://other.test' }],
      [{ issuer: 'https://campus.test.evil.test' }],
      [{ issuer: 'https://canvas.instructure.com' }],
      [{ issuer: 'https://canvas.instructure.com' }, 'https://evil.instructure.com.evil.test/c'],
      [{ issuer: 'https://canvas.instructure.com' }, 'https://a.b.instructure.com/c'],
      [{ issuer: 'https://blackboard.com' }, 'https://evil.blackboard.com/c'],
      [{ issuer: 'http://campus.test' }],
      [{ jwks_uri: 'http://campus.test/jwks' }],
      [{ token_endpoint: 'http://campus.test/token' }],
      [{ authorization_endpoint: 'javascript:alert(1)' }],
      [{ registration_endpoint: 'ftp://campus.test/register' }],
      [{ registration_endpoint: null }],
      [{ issuer: null }],
      [{ id_token_signing_alg_values_supported: ['HS256', 'none'] }],
      [{}, 'http://campus.test/c'],
      [{}, 'https://user:pass@campus.test/c'],
      [{}, 'file:///etc/passwd'],
      [{}, 'nonsense'],
    ];
    for (const [changes, configuration] of refusals) {
      const calls = says(rig, changes);
      const page = await rig.browser().get(opened(address, configuration));
      assert.equal(codeOn(page), 'lti_registration_refused', JSON.stringify([changes, configuration]));
      assert.ok(calls.every(({ method }) => method === 'GET'));
    }
    assert.equal((await findInvitation(world.tools, 'uni'))?.state, 'invited');
  },
  options,
);

test('case 64: a key set or a configuration at 169.254.169.254 is not called', async () => {
  const { outbound, close } = createOutbound({ allowPrivate: [], allowInsecure: [] });
  try {
    for (const address of [
      'https://169.254.169.254/',
      'http://169.254.169.254/',
      'https://[::ffff:a9fe:a9fe]/',
      'https://127.0.0.1/',
    ]) {
      const call = outbound({ method: 'GET', url: new URL(address), headers: {}, body: null });
      await assert.rejects(call, { code: 'provider_unreachable' }, address);
    }
  } finally {
    await close();
  }
});

withOneRig(
  'case 64: what the way out refuses, registers nothing: a key set at 169.254.169.254, a redirect, an answer that is too large',
  async (rig) => {
    const world = worldOf(rig);
    const address = await world.invite();
    const real = createOutbound({ allowPrivate: [], allowInsecure: [] });
    try {
      const metadata = JSON.stringify({
        ...{ issuer: CAMPUS, authorization_endpoint: `${CAMPUS}/auth`, token_endpoint: `${CAMPUS}/token` },
        ...{ jwks_uri: 'https://169.254.169.254/jwks', registration_endpoint: `${CAMPUS}/register` },
      });
      rig.interfere((request) =>
        request.url.hostname === 'campus.test'
          ? Promise.resolve({ status: 200, headers: {}, body: metadata })
          : real.outbound(request),
      );
      assert.equal(codeOn(await rig.browser().get(opened(address))), 'lti_registration_refused');
      assert.match(JSON.stringify(rig.logged), /its address is not allowed/);
      rig.interfere(real.outbound);
      const metadataService = await rig.browser().get(opened(address, 'https://169.254.169.254/latest/'));
      assert.equal(codeOn(metadataService), 'lti_registration_failed');
      rig.interfere(async () => ({ status: 302, headers: { location: 'https://evil.test' }, body: '' }));
      assert.equal(codeOn(await rig.browser().get(opened(address))), 'lti_registration_failed');
    } finally {
      await real.close();
    }
  },
  options,
);

withOneRig(
  '§3.13 what is asked of the platform: our addresses, messages that it has, and no more of people than the rule works with',
  async (rig) => {
    const world = worldOf(rig);
    const bodies: JsonObject[] = [];
    for (const [linking, claims] of [
      ['never', ['iss', 'sub']],
      ['require-account', ['iss', 'sub', 'name', 'given_name', 'family_name', 'email']],
      ['create-on-first-launch', ['iss', 'sub', 'name', 'given_name', 'family_name', 'email']],
    ] as const) {
      const address = await world.invite({ slug: linking, linking });
      const { browser, page } = await world.open(address);
      assert.equal(page.body.includes('We ask it for no name'), linking === 'never');
      await browser.submit(page, 'register');
      const sent = world.campus.requests.findLast(({ endpoint }) => endpoint === 'registration') ?? assert.fail();
      const body = JSON.parse(sent.body);
      bodies.push(body);
      assert.deepEqual(body[TOOL].claims, claims);
    }
    const [body = assert.fail()] = bodies;
    const { [TOOL]: tool, ...client } = body;
    assert.deepEqual(client, {
      application_type: 'web',
      response_types: ['id_token'],
      grant_types: ['implicit', 'client_credentials'],
      initiate_login_uri: `${BROKER}/lti/1.3/login`,
      redirect_uris: [`${BROKER}/lti/1.3/launch`],
      jwks_uri: `${BROKER}/lti/1.3/jwks`,
      client_name: 'Cursos de práctica',
      logo_uri: `${BROKER}/lti/1.3/icon.svg`,
      token_endpoint_auth_method: 'private_key_jwt',
      scope: [
        'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
        'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
        'https://purl.imsglobal.org/spec/lti-ags/scope/score',
        'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
      ].join(' '),
    });
    const { domain, secondary_domains, target_link_uri, messages } = tool as JsonObject;
    assert.deepEqual([domain, secondary_domains], ['broker.test', ['cursos.test']]);
    assert.equal(target_link_uri, `${BROKER}/lti/1.3/launch`);
    assert.deepEqual(
      (messages as JsonObject[]).map(({ type }) => type),
      ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'],
    );
    const icon = await rig.broker(new Request(`${BROKER}/lti/1.3/icon.svg`));
    assert.equal(icon.headers.get('content-type'), 'image/svg+xml');
    assert.equal(icon.headers.get('cross-origin-resource-policy'), 'cross-origin', 'the LMS shows it on its own pages');
  },
  options,
);

withOneRig(
  '§3.13 the token of the campus goes to it in both calls, and to no page, log or row',
  async (rig) => {
    const world = worldOf(rig);
    const address = await world.invite();
    const calls = says(rig, {});
    const browser = rig.browser();
    const page = await browser.get(opened(address));
    const done = await browser.submit(page, 'register');
    assert.ok(done.find('registered'), codeOn(done));
    assert.ok(!done.body.includes('t0k3n'));
    const withToken = calls.filter(({ href }) => !href.endsWith('/jwks'));
    assert.ok(withToken.length === 3 && withToken.every(({ authorization }) => authorization === 'Bearer t0k3n'));
    assert.equal(calls.find(({ href }) => href.endsWith('/jwks'))?.authorization, undefined);
    assert.ok(!JSON.stringify(rig.logged).includes('t0k3n'));
    const { document } = (await findInvitation(world.tools, 'uni')) ?? assert.fail();
    assert.deepEqual([document?.issuer, document?.client_id, document?.deployment_ids], [CAMPUS, 'c1', []]);
  },
  options,
);

withOneRig(
  'a platform that names no deployment is let in with those that the operator names, and not without',
  async (rig) => {
    const world = worldOf(rig);
    says(rig, {}, {});
    const browser = rig.browser();
    await browser.submit(await browser.get(opened(await world.invite())), 'register');
    await assert.rejects(world.approve(), /deployment_ids must list at least one/);
    await world.approve(['77']);
    const { ltiPlatforms } = await rig.open.configuration.current();
    assert.deepEqual(ltiPlatforms.get('uni')?.deployment_ids, ['77']);
  },
  options,
);

withOneRig(
  '§3.13 an answer that says other than was asked for is refused, and the invitation is good again',
  async (rig) => {
    const world = worldOf(rig);
    const address = await world.invite();
    for (const answer of [
      { client_id: null },
      { client_id: 'with space' },
      { client_id: 5 },
      { redirect_uris: ['https://evil.test/'] },
      { initiate_login_uri: 'https://evil.test/' },
      { jwks_uri: 'https://evil.test/' },
      { token_endpoint_auth_method: 'client_secret_basic' },
      { [TOOL]: { deployment_id: 'é' } },
    ]) {
      says(rig, {}, answer);
      const browser = rig.browser();
      const page = await browser.submit(await browser.get(opened(address)), 'register');
      assert.equal(codeOn(page), 'lti_registration_refused', JSON.stringify(answer));
      assert.equal((await findInvitation(world.tools, 'uni'))?.state, 'invited');
    }
  },
  options,
);

withOneRig(
  'the page is shown in frames of the platform alone, tells it alone of the end, and is sent by itself alone',
  async (rig) => {
    const world = worldOf(rig);
    const address = await world.invite();
    says(rig, { authorization_endpoint: 'https://sso.campus.test/auth' });
    const browser = rig.browser();
    const page = await browser.get(opened(address));
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /frame-ancestors https:\/\/campus\.test https:\/\/sso\.campus\.test$/);
    assert.doesNotMatch(policy, /script-src/);
    assert.equal(page.headers.get('cross-origin-opener-policy'), 'unsafe-none');
    const fields = { invitation: new URL(address).searchParams.get('invitation') ?? '' };
    const foreign = await browser.post(REGISTER, fields, { from: `${CAMPUS}/admin` });
    assert.equal(codeOn(foreign), 'cross_site_request');
    const done = await browser.submit(page, 'register');
    assert.match(done.body, /data-sites="https:\/\/campus\.test https:\/\/sso\.campus\.test"/);
    assert.match(done.headers.get('content-security-policy') ?? '', /frame-ancestors https:\/\/campus\.test https/);
    const refused = await browser.get(opened(address));
    assert.match(refused.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
    assert.equal(refused.headers.get('cross-origin-opener-policy'), 'same-origin');
  },
  options,
);

withOneRig(
  'what was decided wrongly shows when inviting, not at the campus',
  async (rig) => {
    const world = worldOf(rig);
    for (const [decided, fault] of [
      [{ client: 'nobody' }, /client nobody is not among the clients/],
      [{ linking: 'whatever' }, /linking/],
      [{ linking: 'trust-emails' }, /trusted_email_domains is needed/],
      [{ issuer: 'https://evil.test' }, /issuer is for the platform to say/],
      [{ jwks_uri: 'https://evil.test' }, /jwks_uri is for the platform to say/],
      [{ slug: 'Uni' }, /slug/],
    ] as const) {
      await assert.rejects(world.invite(decided), fault);
    }
    const platform = {
      ...{ slug: 'taken', issuer: CAMPUS, client_id: 'c', deployment_ids: ['1'], linking: 'never' },
      ...{ authorization_endpoint: `${CAMPUS}/a`, token_endpoint: `${CAMPUS}/t`, jwks_uri: `${CAMPUS}/k` },
      client: 'course-site',
    };
    await addPlatform(rig.open.configurationStore, platform, world.author('by hand'));
    await assert.rejects(world.invite({ slug: 'taken' }), /there is a campus taken already/);
    await world.invite();
    await assert.rejects(world.invite(), /invited already/);
  },
  options,
);
