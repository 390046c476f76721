/**
 * LTI 1.3 launches as they arrive: login, authentication request, token (lti.md §3.2 to §3.8, §6 cases 29 to 53).
 */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { SignInError } from '../../src/errors.ts';
import { LOGIN_LIFE } from '../../src/lti/login-1-3.ts';
import { sql } from '../../src/store/database.ts';
import {
  begin,
  claimsOf,
  codeOn,
  finish,
  handmade,
  jwkOf,
  LAUNCH,
  LOGIN,
  LTI,
  rsaKey,
  serveKeys,
  signed,
} from './platform.ts';
import {
  BROKER,
  CAMPUS,
  codeOf,
  consumerWith,
  forEachLtiWorld,
  type LtiWorld,
  platformWith,
  SECRET,
  withOneLtiWorld,
} from './world.ts';

const key = rsaKey('k1');
const other = rsaKey('k2');
const options = { platforms: [platformWith({})] };

/** One whole launch in a browser of its own, with changed claims; the code of its refusal, or `received`. */
async function launchWith(
  world: LtiWorld,
  changes: { [claim: string]: unknown },
  login = {},
  by = key,
): Promise<string> {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser, login);
  const token = await signed(claimsOf(world, nonce, changes), by);
  return codeOn(await finish(browser, { state, id_token: token }));
}

forEachLtiWorld('a launch ends the login of its browser, once', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce, request } = await begin(browser);
  assert.deepEqual(
    ['scope', 'response_type', 'response_mode', 'prompt', 'client_id', 'redirect_uri'].map((name) => request.get(name)),
    ['openid', 'id_token', 'form_post', 'none', 'client', LAUNCH],
  );
  const fields = { state, id_token: await signed(claimsOf(world, nonce), key) };
  assert.equal(codeOn(await finish(browser, fields)), 'received');
  const [launch] = world.launches;
  assert.deepEqual(
    [launch?.version, launch?.registration, launch?.subject, launch?.deploymentId, launch?.target],
    ['1.3', 'moodle', 'ana', '1', 'https://lms.example/courses/1'],
  );
  const again = await finish(browser, fields);
  assert.equal(codeOn(again), 'lti_launch_replayed');
  assert.equal(world.launches.length, 1);
});

forEachLtiWorld('cases 35, J-03: of fifty that post one token at once, one goes on', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  const body = new URLSearchParams({ state, id_token: await signed(claimsOf(world, nonce), key) }).toString();
  const [cookie] = browser.cookies('broker.example').filter(({ name }) => name.includes('lti'));
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    cookie: `${cookie?.name}=${cookie?.value}`,
  };
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => world.send(new Request(LAUNCH, { method: 'POST', body, headers }))),
  );
  const codes = await Promise.all(answers.map(codeOf));
  assert.equal(codes.filter((code) => code === 'received').length, 1);
  assert.equal(codes.filter((code) => code === 'lti_launch_replayed').length, 49);
});

withOneLtiWorld(
  'cases 29, 58, J-01: a login by GET and by POST, and its hints come back byte for byte',
  options,
  async (world) => {
    const hint = `a+b%2B c&=é/${'x'.repeat(2000)}`;
    const login = {
      iss: CAMPUS,
      login_hint: hint,
      lti_message_hint: `${hint}.m`,
      target_link_uri: 'https://a.example/?x=%2F',
    };
    const requests = [await begin(world.browser(), login)];
    const posted = await world.browser().post(LOGIN, login, { from: `${CAMPUS}/x`, follow: false });
    for (const search of [requests[0]?.request, new URL(posted.redirect ?? '').searchParams]) {
      assert.equal(search?.get('login_hint'), hint);
      assert.equal(search?.get('lti_message_hint'), `${hint}.m`);
    }
    const names = (params: URLSearchParams | undefined) => [...(params?.keys() ?? [])];
    assert.deepEqual(names(requests[0]?.request), names(new URL(posted.redirect ?? '').searchParams));
    assert.equal(posted.status, 303, 'case 58: the next request is a GET');
    const without = await begin(world.browser());
    assert.equal(without.request.has('lti_message_hint'), false);
  },
);

withOneLtiWorld(
  'the cookie of a login is for frames, apart for each site, and not for scripts',
  options,
  async (world) => {
    const { page, state } = await begin(world.browser());
    const [cookie = ''] = page.headers.getSetCookie().filter((field) => field.includes('lti'));
    assert.match(
      cookie,
      new RegExp(
        `^__Host-llavero-lti-${state}=[\\w-]{43}; Max-Age=600; Path=/; HttpOnly; SameSite=None; Secure; Partitioned$`,
      ),
    );
  },
);

withOneLtiWorld(
  'cases 30, 31, J-01: which platform is meant',
  {
    platforms: [
      platformWith({}),
      platformWith({ slug: 'second', client_id: 'second' }),
      platformWith({ slug: 'elsewhere', issuer: 'https://other.example', client_id: 'third' }),
      platformWith({ slug: 'off', issuer: 'https://off.example', enabled: false }),
    ],
  },
  async (world) => {
    const login = async (query: { [name: string]: string }) => {
      const all = new URLSearchParams({ iss: CAMPUS, login_hint: 'h', target_link_uri: 'https://a.example', ...query });
      const response = await world.send(new Request(`${LOGIN}?${all}`));
      return response.status === 303
        ? new URL(response.headers.get('location') ?? '').searchParams.get('client_id')
        : codeOf(response);
    };
    assert.equal(await login({}), 'lti_platform_unknown');
    assert.equal(await login({ client_id: 'second' }), 'second');
    assert.equal(await login({ client_id: 'third' }), 'lti_platform_unknown');
    assert.equal(await login({ iss: 'https://other.example' }), 'third');
    assert.equal(await login({ iss: `${CAMPUS}/` }), 'lti_platform_unknown');
    assert.equal(await login({ iss: 'https://off.example' }), 'lti_platform_disabled');
    assert.equal(await login({ client_id: 'client', lti_deployment_id: '3' }), 'lti_deployment_unknown');
    for (const name of ['iss', 'login_hint', 'target_link_uri'])
      assert.equal(await login({ [name]: '' }), 'lti_launch_malformed');
    const rows = await world.databases.ephemeral.all(sql`select registration from lti_logins`);
    assert.equal(rows.length, 2, 'a refused login is none');
    const twice = await world.send(new Request(`${LOGIN}?iss=${CAMPUS}&iss=${CAMPUS}&login_hint=h&target_link_uri=x`));
    assert.equal(await codeOf(twice), 'lti_launch_malformed');
  },
);

withOneLtiWorld('case 32: the target is the signed one, whatever began the login', options, async (world) => {
  assert.equal(await launchWith(world, {}, { target_link_uri: 'https://evil.example/' }), 'received');
  assert.equal(world.launches[0]?.target, 'https://lms.example/courses/1');
  for (const target of ['javascript:alert(1)', 'courses/1', 'https://a@evil.example/', '', undefined]) {
    assert.equal(await launchWith(world, { [`${LTI}/target_link_uri`]: target }), 'lti_launch_malformed');
  }
});

withOneLtiWorld('cases 33, J-02: somebody else’s login, in the browser of a victim', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const attacker = world.browser();
  const { state, nonce } = await begin(attacker);
  const fields = { state, id_token: await signed(claimsOf(world, nonce), key) };
  const victim = world.browser();
  await begin(victim);
  const page = await finish(victim, fields);
  assert.ok(page.find('open-window'), 'nothing but a window of its own is offered');
  assert.equal(page.find('lti-proof'), null);
  assert.equal(world.launches.length, 0);
  assert.equal(codeOn(await finish(attacker, fields)), 'received', 'nothing of it was used');
});

withOneLtiWorld('case 62: a guessed secret ends the login', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  const body = new URLSearchParams({ state, id_token: await signed(claimsOf(world, nonce), key) });
  const guess = await world.send(
    new Request(LAUNCH, {
      ...{ method: 'POST', body: body.toString() },
      headers: { cookie: `__Host-llavero-lti-${state}=guess`, 'content-type': 'application/x-www-form-urlencoded' },
    }),
  );
  assert.equal(await codeOf(guess), 'lti_launch_other_browser');
  assert.equal(codeOn(await finish(browser, Object.fromEntries(body))), 'lti_launch_replayed');
});

withOneLtiWorld('case 34: two tools that start at once on one page', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const begun = await Promise.all([begin(browser), begin(browser)]);
  for (const { state, nonce } of begun) {
    const id_token = await signed(claimsOf(world, nonce), key);
    assert.equal(codeOn(await finish(browser, { state, id_token })), 'received');
  }
});

withOneLtiWorld('case 36: a login that took too long, by a millisecond', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  world.clock.advance(LOGIN_LIFE);
  const id_token = await signed(claimsOf(world, nonce), key);
  const body = new URLSearchParams({ state, id_token }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  assert.equal(
    await codeOf(await world.send(new Request(LAUNCH, { method: 'POST', body, headers }))),
    'lti_launch_expired',
  );
});

withOneLtiWorld(
  'cases 37, J-02, J-06: a token of another platform',
  {
    platforms: [
      platformWith({}),
      platformWith({ slug: 'b', issuer: 'https://b.example', jwks_uri: 'https://b.example/jwks' }),
    ],
  },
  async (world) => {
    world.serve(async ({ url }) => ({
      ...{ status: 200, headers: {} },
      body: JSON.stringify({ keys: [jwkOf(url.host === 'b.example' ? other : key)] }),
    }));
    for (const iss of [CAMPUS, 'https://b.example']) {
      for (const by of [other, { ...other, kid: 'k1' }]) {
        const browser = world.browser();
        const { state, nonce } = await begin(browser);
        const id_token = await signed(claimsOf(world, nonce, { iss }), by);
        assert.equal(codeOn(await finish(browser, { state, id_token })), 'lti_launch_unverified');
      }
    }
    const browser = world.browser();
    const { state, nonce } = await begin(browser);
    const id_token = await signed(claimsOf(world, nonce, { iss: 'https://b.example' }), key);
    assert.equal(codeOn(await finish(browser, { state, id_token })), 'lti_launch_unverified');
  },
);

withOneLtiWorld('cases 38, J-06: tokens that nobody signed', options, async (world) => {
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const weak = rsaKey('weak', 1024);
  serveKeys(world, [jwkOf(key), jwkOf(weak)]);
  const make: readonly ((nonce: string) => string | Promise<string>)[] = [
    (nonce) => handmade({ alg: 'none', kid: 'k1' }, claimsOf(world, nonce), null),
    (nonce) => handmade({ alg: 'none', kid: 'k1' }, claimsOf(world, nonce), 'x'),
    (nonce) => handmade({ alg: 'HS256', kid: 'k1' }, claimsOf(world, nonce), pem),
    (nonce) => handmade({ alg: 'ES256', kid: 'k1' }, claimsOf(world, nonce), 'x'),
    (nonce) => handmade({ alg: 'RS256', kid: 'k1', crit: ['x'] }, claimsOf(world, nonce), 'x'),
    (nonce) => handmade({ alg: 'RS256' }, claimsOf(world, nonce), 'x'),
    async (nonce) =>
      (await signed(claimsOf(world, nonce), key)).replace(
        /^[^.]+/,
        Buffer.from('{"alg":"RS256"}').toString('base64url'),
      ),
    (nonce) => handmade({ alg: 'RS256', kid: 'k1', jwk: jwkOf(other) }, claimsOf(world, nonce), 'x'),
    (nonce) => signed(claimsOf(world, nonce), other),
    async (nonce) => `${(await signed(claimsOf(world, nonce), key)).slice(0, -8)}AAAAAAAA`,
    async (nonce) => `${await signed(claimsOf(world, nonce), key)}.x`,
    () => '',
    () => 'a.b.c',
    () => 'x'.repeat(70_000),
  ];
  for (const [index, token] of make.entries()) {
    const browser = world.browser();
    const { state, nonce } = await begin(browser);
    const page = await finish(browser, { state, id_token: await token(nonce) });
    assert.equal(codeOn(page), 'lti_launch_unverified', String(index));
  }
  assert.equal(world.launches.length, 0);
});

withOneLtiWorld('cases 39, J-09: a key of a minute ago is looked for, once a minute', options, async (world) => {
  assert.equal(await launchWith(world, {}), 'received');
  const launchBy = async (by: typeof key, keys: readonly (typeof key)[]) => {
    serveKeys(world, keys.map(jwkOf));
    const browser = world.browser();
    const { state, nonce } = await begin(browser);
    return codeOn(await finish(browser, { state, id_token: await signed(claimsOf(world, nonce), by) }));
  };
  assert.equal(world.calls.length, 1);
  assert.equal(await launchBy(other, [key, other]), 'received');
  assert.equal(world.calls.length, 2);
  for (let number = 0; number < 20; number += 1) {
    assert.equal(await launchBy({ ...other, kid: `random-${number}` }, [key, other]), 'lti_launch_unverified');
  }
  assert.equal(world.calls.length, 2);
  world.clock.advance(60_000);
  assert.equal(await launchBy({ ...other, kid: 'random' }, [key, other]), 'lti_launch_unverified');
  assert.equal(world.calls.length, 3);
});

withOneLtiWorld('cases 40, J-09: a platform whose keys cannot be had', options, async (world) => {
  const down = async () => Promise.reject(new SignInError('provider_unreachable', 'down'));
  world.serve(down);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  const fields = { state, id_token: await signed(claimsOf(world, nonce), key) };
  assert.equal(codeOn(await finish(browser, fields)), 'provider_unreachable');
  serveKeys(world, [jwkOf(key)]);
  assert.equal(codeOn(await finish(browser, fields)), 'received', 'the login was not used');
  world.serve(down);
  world.clock.advance(2 * 3_600_000);
  const late = world.browser();
  const again = await begin(late);
  const id_token = await signed(claimsOf(world, again.nonce), key);
  assert.equal(codeOn(await finish(late, { state: again.state, id_token })), 'received', 'with the keys that are kept');
});

withOneLtiWorld('case 41: a key set with anything in it', options, async (world) => {
  const { alg: _alg, ...withoutAlg } = jwkOf(key);
  const junk = [
    {},
    { kty: 'oct', k: 'eA', kid: 'k1' },
    { kty: 'EC', crv: 'P-256', kid: 'k1' },
    { ...jwkOf(other), use: 'enc', kid: 'k1' },
  ];
  serveKeys(world, [...junk, null as never, withoutAlg]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  assert.equal(
    codeOn(await finish(browser, { state, id_token: await signed(claimsOf(world, nonce), key) })),
    'received',
  );
});

const wrongClaims: readonly (readonly [what: string, changes: { [claim: string]: unknown }, code: string])[] = [
  ['case 42: an audience of two, no azp', { aud: ['client', 'other'] }, 'lti_launch_unverified'],
  ['case 42: an audience of two, azp us', { aud: ['client', 'other'], azp: 'client' }, 'lti_launch_unverified'],
  ['case 42: azp another', { aud: ['client'], azp: 'other' }, 'lti_launch_unverified'],
  ['case 42: no audience in a list', { aud: [] }, 'lti_launch_unverified'],
  ['case 42: an audience that begins with us', { aud: 'clientX' }, 'lti_launch_unverified'],
  ['case 42: no audience', { aud: undefined }, 'lti_launch_unverified'],
  ['case 44: a nonce of another login', { nonce: 'another' }, 'lti_launch_unverified'],
  ['case 44: no nonce', { nonce: undefined }, 'lti_launch_unverified'],
  ['another issuer', { iss: `${CAMPUS}/` }, 'lti_launch_unverified'],
  ['case 45: version 1.3', { [`${LTI}/version`]: '1.3' }, 'lti_launch_malformed'],
  ['case 45: a version with a space', { [`${LTI}/version`]: '1.3.0 ' }, 'lti_launch_malformed'],
  ['case 45: a number as version', { [`${LTI}/version`]: 1.3 }, 'lti_launch_malformed'],
  ['case 45, 51: no version', { [`${LTI}/version`]: undefined }, 'lti_launch_malformed'],
  ['case 46: a deployment that is not listed', { [`${LTI}/deployment_id`]: '3' }, 'lti_deployment_unknown'],
  ['case 46: no deployment', { [`${LTI}/deployment_id`]: undefined }, 'lti_launch_malformed'],
  ['case 46: a number as deployment', { [`${LTI}/deployment_id`]: 1 }, 'lti_launch_malformed'],
  ['case 47: an empty subject', { sub: '' }, 'lti_launch_malformed'],
  ['case 47: a subject of 300', { sub: 'x'.repeat(300) }, 'lti_launch_malformed'],
  ['case 47: a number as subject', { sub: 7 }, 'lti_launch_malformed'],
  ['case 47: null as subject', { sub: null }, 'lti_launch_malformed'],
  ['case 48: no roles', { [`${LTI}/roles`]: undefined }, 'lti_launch_malformed'],
  ['case 48: a role that is no list', { [`${LTI}/roles`]: 'Learner' }, 'lti_launch_malformed'],
  ['case 48: a role that is no text', { [`${LTI}/roles`]: [1] }, 'lti_launch_malformed'],
  ['case J-07: more roles than anybody has', { [`${LTI}/roles`]: Array(5000).fill('a') }, 'lti_launch_malformed'],
  ['a message that we do not speak', { [`${LTI}/message_type`]: 'LtiStartProctoring' }, 'lti_message_unsupported'],
  ['no message', { [`${LTI}/message_type`]: undefined }, 'lti_message_unsupported'],
  ['no resource link', { [`${LTI}/resource_link`]: undefined }, 'lti_launch_malformed'],
  ['a resource link without id', { [`${LTI}/resource_link`]: { title: 'x' } }, 'lti_launch_malformed'],
  ['a context without id', { [`${LTI}/context`]: {} }, 'lti_launch_malformed'],
  ['a name that is an object', { name: {} }, 'lti_launch_malformed'],
  [
    'case 53: a data privacy launch with a context',
    {
      [`${LTI}/message_type`]: 'DataPrivacyLaunchRequest',
      [`${LTI}/for_user`]: { user_id: 'b' },
      [`${LTI}/context`]: { id: 'c' },
      [`${LTI}/resource_link`]: undefined,
    },
    'lti_launch_malformed',
  ],
  [
    'case 54: deep linking to a script',
    {
      [`${LTI}/message_type`]: 'LtiDeepLinkingRequest',
      'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings': {
        deep_link_return_url: 'javascript:alert(1)',
      },
    },
    'lti_launch_malformed',
  ],
];
withOneLtiWorld(
  'cases 42, 44, 45, 46, 47, 48, 51, 53, 54, J-04, J-05, J-06, J-07: claims that are wrong',
  options,
  async (world) => {
    for (const [what, changes, code] of wrongClaims) assert.equal(await launchWith(world, changes), code, what);
    assert.equal(world.launches.length, 0);
  },
);

withOneLtiWorld(
  'case 42: an audience that is us alone, as a text or as a list, with azp or without',
  options,
  async (world) => {
    for (const changes of [{ aud: ['client'] }, { aud: 'client', azp: 'client' }, { aud: ['client'], azp: 'client' }]) {
      assert.equal(await launchWith(world, changes), 'received', JSON.stringify(changes));
    }
  },
);

withOneLtiWorld('case 51: what signs people in elsewhere is no launch', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  const claims = Object.entries(claimsOf(world, nonce)).filter(([name]) => !name.startsWith(LTI));
  const id_token = await signed(Object.fromEntries(claims), key);
  assert.equal(codeOn(await finish(browser, { state, id_token })), 'lti_launch_malformed');
});

withOneLtiWorld('case J-20: an address to go back to is one of the web, or none', options, async (world) => {
  const launchedFrom = async (return_url: string) => {
    const presentation = { return_url, lti_errormsg: '<script>alert(1)</script>' };
    assert.equal(await launchWith(world, { [`${LTI}/launch_presentation`]: presentation }), 'received');
    return world.launches.at(-1)?.returnUrl;
  };
  for (const address of [
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.test',
    'course/1',
    'https://a@evil.test/',
  ]) {
    assert.equal(await launchedFrom(address), null, address);
  }
  assert.equal(await launchedFrom(`${CAMPUS}/course/1`), `${CAMPUS}/course/1`);
  assert.ok(!JSON.stringify(world.launches).includes('alert'));
});

withOneLtiWorld(
  'cases 43, J-08: times, within a minute; what is wrong with a clock is told as that',
  options,
  async (world) => {
    const now = Math.floor(world.clock.now() / 1000);
    for (const [changes, code] of [
      [{ exp: now - 30 }, 'received'],
      [{ exp: now - 120 }, 'lti_launch_expired'],
      [{ iat: now + 120 }, 'lti_launch_expired'],
      [{ iat: now - 60 }, 'received'],
      [{ iat: now - 3600 }, 'lti_launch_expired'],
      [{ exp: String(now + 60) }, 'lti_launch_unverified'],
      [{ exp: undefined }, 'lti_launch_unverified'],
      [{ iat: undefined }, 'lti_launch_unverified'],
      [{ nbf: now + 120 }, 'lti_launch_expired'],
      [{ nbf: 'soon' }, 'lti_launch_unverified'],
      [{ nbf: now }, 'received'],
    ] as const) {
      assert.equal(await launchWith(world, changes), code, JSON.stringify(changes));
    }
  },
);

withOneLtiWorld(
  'case 46: the deployment that the login was begun for',
  {
    platforms: [platformWith({ deployment_ids: ['a', 'A'] })],
  },
  async (world) => {
    const of = (deployment: string, begunFor: string) =>
      launchWith(world, { [`${LTI}/deployment_id`]: deployment }, { lti_deployment_id: begunFor });
    assert.equal(await of('A', 'A'), 'received');
    assert.equal(await of('a', 'A'), 'lti_launch_unverified');
  },
);

withOneLtiWorld('cases 47, J-13: who it is, exactly', options, async (world) => {
  for (const [sub, subject] of [
    ['ABC', 'ABC'],
    ['abc', 'abc'],
    [' abc ', ' abc '],
    [undefined, null],
    ['0', null],
    ['null', null],
    ['Guest', null],
  ]) {
    assert.equal(await launchWith(world, { sub }), 'received');
    assert.equal(world.launches.at(-1)?.subject, subject);
  }
});

withOneLtiWorld(
  'lti.md §4: where each campus counts its people anew, the deployment is part of who it is',
  {
    platforms: [platformWith({ subject_scope: 'deployment', deployment_ids: ['a:b', 'a'] })],
  },
  async (world) => {
    assert.equal(await launchWith(world, { sub: 'c', [`${LTI}/deployment_id`]: 'a:b' }), 'received');
    assert.equal(await launchWith(world, { sub: 'b:c', [`${LTI}/deployment_id`]: 'a' }), 'received');
    const [first, second] = world.launches.map(({ subject }) => subject);
    assert.notEqual(first, second);
    assert.deepEqual([first, second], ['a%3Ab:c', 'a:b:c']);
  },
);

withOneLtiWorld('case 48: roles of any kind', options, async (world) => {
  for (const roles of [[], ['urn:what:ever'], ['Instructor'], Array.from({ length: 200 }, (_, index) => `r${index}`)]) {
    assert.equal(await launchWith(world, { [`${LTI}/roles`]: roles }), 'received');
    assert.deepEqual(world.launches.at(-1)?.roles, roles);
  }
});

withOneLtiWorld('case 49: what Canvas sends', options, async (world) => {
  const canvas = {
    ...{ azp: 'client', errors: { errors: {} }, locale: 'es', name: null, email: '', picture: null },
    [`${LTI}/resource_link`]: {
      id: 'rl',
      title: null,
      description: null,
      validation_context: null,
      errors: { errors: {} },
    },
    [`${LTI}/context`]: { id: 'c', label: null, title: 'Course', type: null },
    [`${LTI}/custom`]: { a: 1, b: 'two', c: null, d: { e: 1 } },
    [`${LTI}/launch_presentation`]: { return_url: 'https://canvas.example/back', locale: 'en' },
    [`${LTI}/lis`]: { person_sourcedid: null },
    [`${LTI}/tool_platform`]: { guid: 'x' },
    'https://www.instructure.com/placement': null,
  };
  assert.equal(await launchWith(world, canvas), 'received');
  const launch = world.launches[0] ?? assert.fail();
  assert.deepEqual({ ...launch.custom }, { a: '1', b: 'two' });
  assert.deepEqual([launch.person.fullName, launch.person.email, launch.person.locale], [null, null, 'es']);
  assert.deepEqual(
    [launch.context, launch.returnUrl],
    [{ id: 'c', label: null, title: 'Course' }, 'https://canvas.example/back'],
  );
});

withOneLtiWorld('case 50: the platform says no', options, async (world) => {
  const browser = world.browser();
  const { state } = await begin(browser);
  const fields = { state, error: 'login_required', error_description: '<script>alert(1)</script>' };
  const page = await finish(browser, fields);
  assert.equal(codeOn(page), 'lti_platform_refused');
  assert.doesNotMatch(page.body, /alert/);
  assert.ok(!JSON.stringify(world.logged).includes('alert'));
  assert.ok(world.logged.some(({ detail }) => detail === 'login_required'));
  assert.equal(codeOn(await finish(browser, fields)), 'lti_launch_replayed');
});

withOneLtiWorld('case 52: whom a review is about is not who comes', options, async (world) => {
  const changes = {
    [`${LTI}/message_type`]: 'LtiSubmissionReviewRequest',
    [`${LTI}/for_user`]: { user_id: 'the-admin' },
    'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { lineitem: `${CAMPUS}/li/1?type_id=3`, scope: ['s'] },
  };
  assert.equal(await launchWith(world, changes), 'received');
  assert.equal(world.launches[0]?.subject, 'ana');
  assert.equal(world.launches[0]?.message, 'submission-review');
  assert.equal(world.launches[0]?.forUser, 'the-admin');
  // Named by another message it is read from none.
  assert.equal(await launchWith(world, { [`${LTI}/for_user`]: { user_id: 'the-admin' } }), 'received');
  assert.ok(!JSON.stringify(world.launches[1]).includes('the-admin'));
});

withOneLtiWorld(
  'cases 66, J-16: who it was in LTI 1.1, only by the signature of its secret',
  {
    consumers: [
      consumerWith({
        previous_secret: 'the-secret-that-was-there-before',
        previous_secret_expires_at: '2026-12-01T00:00:00Z',
      }),
    ],
    platforms: [platformWith({})],
  },
  async (world) => {
    const exp = Math.floor(world.clock.now() / 1000) + 3600;
    serveKeys(world, [jwkOf(key)]);
    const migrate = async (sign: (nonce: string) => string | undefined, more: object = { user_id: 'old-ana' }) => {
      const browser = world.browser();
      const { state, nonce } = await begin(browser);
      const legacy = { oauth_consumer_key: 'campus-key', oauth_consumer_key_sign: sign(nonce), ...more };
      const token = await signed(claimsOf(world, nonce, { exp, [`${LTI}/lti1p1`]: legacy }), key);
      assert.equal(codeOn(await finish(browser, { state, id_token: token })), 'received');
      return world.launches.at(-1)?.migratedFrom;
    };
    const signedBy =
      (secret: string, parts = (nonce: string) => ['campus-key', '1', CAMPUS, 'client', exp, nonce]) =>
      (nonce: string) =>
        createHmac('sha256', secret).update(parts(nonce).join('&')).digest('base64');
    const old = { consumer: 'campus', userId: 'old-ana' };
    assert.deepEqual(await migrate(signedBy(SECRET)), old);
    assert.deepEqual(await migrate(signedBy('the-secret-that-was-there-before')), old);
    assert.deepEqual(await migrate(signedBy(SECRET), {}), { consumer: 'campus', userId: 'ana' });
    assert.equal(await migrate(() => undefined), null);
    assert.equal(await migrate(signedBy('wrong')), null);
    assert.equal(await migrate(signedBy(`${SECRET}&`)), null);
    assert.equal(await migrate(signedBy(SECRET, (nonce) => ['campus-key', '2', CAMPUS, 'client', exp, nonce])), null);
    assert.equal(
      await migrate(signedBy(SECRET, (nonce) => ['campus-key', '1', encodeURIComponent(CAMPUS), 'client', exp, nonce])),
      null,
    );
    assert.equal(await migrate(signedBy(SECRET), { user_id: 'null' }), null);
    world.configure({ consumers: [consumerWith({ enabled: false })] });
    assert.equal(await migrate(signedBy(SECRET)), null);
  },
);

withOneLtiWorld('case 88: a platform that is switched off while somebody is on the way', options, async (world) => {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  world.configure({ platforms: [platformWith({ enabled: false })] });
  const id_token = await signed(claimsOf(world, nonce), key);
  assert.equal(codeOn(await finish(browser, { state, id_token })), 'lti_platform_disabled');
});

withOneLtiWorld('case J-02: a made-up state, none, and a GET', options, async (world) => {
  const browser = world.browser();
  for (const state of ['', 'made-up']) {
    assert.equal(codeOn(await finish(browser, { state, id_token: 'x' })), 'lti_launch_other_browser');
  }
  assert.equal((await world.send(new Request(LAUNCH))).status, 404);
});

forEachLtiWorld('lti.md §3.10: our keys, without their private parts, and no client’s', {}, async (world) => {
  const response = await world.send(new Request(`${BROKER}/lti/1.3/jwks`));
  const { keys } = (await response.json()) as { keys: { [name: string]: string }[] };
  assert.deepEqual(
    keys.map((published) => Object.keys(published).toSorted()),
    [['alg', 'e', 'kid', 'kty', 'n', 'use']],
  );
  assert.equal(keys[0]?.kid, 'lti-rs256-1');
  assert.equal((await world.store.signingKeys.all()).length, 0);
});
