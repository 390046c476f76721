/**
 * LTI 1.1 launches as they arrive: over a socket, on every database (lti.md §6).
 */
import assert from 'node:assert/strict';
import { LAUNCH_WINDOW } from '../../src/lti/launch-1-1.ts';
import { type Parameter, writeForm } from '../../src/oauth1/encoding.ts';
import { countRows } from '../store-fixture.ts';
import { changed, launchParameters, type Signing, signatureOf, signedForm, without } from './sign.ts';
import {
  BROKER,
  CAMPUS,
  codeOf,
  consumerWith,
  forEachLtiWorld,
  type LtiWorld,
  SECRET,
  withOneLtiWorld,
} from './world.ts';

const ADDRESS = `${BROKER}/lti/1.1/launch`;
const signing: Signing = { url: ADDRESS, secret: SECRET, method: 'HMAC-SHA1' };
const form = 'application/x-www-form-urlencoded';
const options = { consumers: [consumerWith({})] };

const post = (world: LtiWorld, body: string, headers: { [name: string]: string } = {}, url = ADDRESS) =>
  world.send(
    new Request(url, {
      method: 'POST',
      body,
      headers: { 'content-type': form, 'sec-fetch-site': 'cross-site', ...headers },
    }),
  );
const now = (world: LtiWorld) => Math.floor(world.clock.now() / 1000);
const usual = (world: LtiWorld, nonce = 'n') => launchParameters(now(world), nonce);
const nonces = (world: LtiWorld) => countRows(world.databases.ephemeral, 'lti_nonces');

async function assertRefused(world: LtiWorld, body: string, code: string, headers = {}, url = ADDRESS) {
  const before = world.launches.length;
  assert.equal(await codeOf(await post(world, body, headers, url)), code);
  assert.equal(world.launches.length, before);
}

forEachLtiWorld('a signed launch of another site is received, once', options, async (world) => {
  const body = signedForm(usual(world), signing);
  assert.equal(await (await post(world, body)).text(), 'received');
  const [launch] = world.launches;
  assert.deepEqual([launch?.version, launch?.registration, launch?.subject], ['1.1', 'campus', 'u-1']);
  await assertRefused(world, body, 'lti_launch_replayed');
  assert.equal((await post(world, body)).status, 401);
});

forEachLtiWorld('cases 14, J-18: of fifty that bring the same launch at once, one goes on', options, async (world) => {
  const body = signedForm(usual(world), signing);
  const answers = await Promise.all(Array.from({ length: 50 }, () => post(world, body)));
  const codes = await Promise.all(answers.map(codeOf));
  assert.equal(codes.filter((code) => code === 'received').length, 1);
  assert.equal(codes.filter((code) => code === 'lti_launch_replayed').length, 49);
  assert.equal(world.launches.length, 1);
});

forEachLtiWorld(
  'cases 16, 24: what is not signed burns no nonce and changes no row',
  { consumers: [consumerWith({}), consumerWith({ slug: 'b', oauth_consumer_key: 'b-key' })] },
  async (world) => {
    const guid: Parameter = ['tool_consumer_instance_guid', 'guid-of-b'];
    const forged = writeForm([...usual(world), guid, ['oauth_signature', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=']]);
    await assertRefused(world, forged, 'lti_launch_unverified');
    assert.equal(await nonces(world), 0);
    assert.equal(await codeOf(await post(world, signedForm(usual(world), signing))), 'received');
    const ofB = changed(usual(world), [['oauth_consumer_key', 'b-key'], guid]);
    assert.equal(
      await codeOf(await post(world, signedForm(ofB, signing))),
      'received',
      'case 15: the nonce of A is free',
    );
    assert.deepEqual(
      world.launches.map(({ registration }) => registration),
      ['campus', 'b'],
    );
  },
);

withOneLtiWorld(
  'case 25: one LMS with two keys and one guid',
  {
    consumers: [consumerWith({}), consumerWith({ slug: 'b', oauth_consumer_key: 'b-key' })],
  },
  async (world) => {
    const guid: Parameter = ['tool_consumer_instance_guid', 'one'];
    for (const key of ['campus-key', 'b-key']) {
      const body = signedForm(changed(usual(world), [['oauth_consumer_key', key], guid]), signing);
      assert.equal(await codeOf(await post(world, body)), 'received');
    }
  },
);

withOneLtiWorld(
  'an instance that is set must be the one that launches',
  {
    consumers: [consumerWith({ tool_consumer_instance_guid: 'the-one' })],
  },
  async (world) => {
    const launch = (guid: string) =>
      signedForm([...usual(world, guid), ['tool_consumer_instance_guid', guid]], signing);
    await assertRefused(world, launch('a-copy'), 'lti_launch_unverified');
    await assertRefused(world, signedForm(usual(world), signing), 'lti_launch_unverified');
    assert.equal(await codeOf(await post(world, launch('the-one'))), 'received');
  },
);

withOneLtiWorld('cases 12, J-18: five minutes either way, and no more', options, async (world) => {
  for (const [away, code] of [
    [-LAUNCH_WINDOW - 1, 'lti_launch_expired'],
    [LAUNCH_WINDOW + 1, 'lti_launch_expired'],
    [LAUNCH_WINDOW - 1, 'received'],
    [-LAUNCH_WINDOW, 'received'],
  ] as const) {
    const body = signedForm(launchParameters(now(world) + away, `n${away}`), signing);
    assert.equal(await codeOf(await post(world, body)), code, String(away));
  }
});

withOneLtiWorld('case J-18: a nonce is remembered for as long as its launch could be taken', options, async (world) => {
  const body = signedForm(launchParameters(now(world) + LAUNCH_WINDOW, 'ahead'), signing);
  assert.equal(await codeOf(await post(world, body)), 'received');
  world.clock.advance(2 * LAUNCH_WINDOW * 1000 - 1);
  await world.store.ltiNonces.deleteExpired(world.clock.now(), 100);
  await assertRefused(world, body, 'lti_launch_replayed');
  world.clock.advance(1001);
  await world.store.ltiNonces.deleteExpired(world.clock.now(), 100);
  assert.equal(await nonces(world), 0);
  await assertRefused(world, body, 'lti_launch_expired');
});

withOneLtiWorld('cases 13, J-18: a timestamp that is not ten digits', options, async (world) => {
  const year9999 = '253402300799';
  for (const timestamp of [' 170000000', '1.7e9', '170000000', '17000000000', year9999, '', '١٧٠٠٠٠٠٠٠٠', 'abc']) {
    const body = signedForm(changed(usual(world), [['oauth_timestamp', timestamp]]), signing);
    await assertRefused(world, body, 'lti_launch_malformed');
  }
});

withOneLtiWorld('case 6: what says who it is, in the address', options, async (world) => {
  for (const query of [
    'user_id=1',
    'roles=Instructor',
    'lis_person_contact_email_primary=a%40b.mx',
    'context_id=x',
    'user%5Fid=1',
  ]) {
    const url = `${ADDRESS}?${query}`;
    await assertRefused(world, signedForm(usual(world), { ...signing, url }), 'lti_launch_malformed', {}, url);
    const name = new URLSearchParams(query).keys().next().value ?? '';
    const only = signedForm(without(usual(world), name), { ...signing, url });
    await assertRefused(world, only, 'lti_launch_malformed', {}, url);
  }
  const url = `${ADDRESS}?course=42&next=%2Fa%20b`;
  assert.equal(await codeOf(await post(world, signedForm(usual(world), { ...signing, url }), {}, url)), 'received');
});

withOneLtiWorld('cases 8, J-17: what is read and comes twice is never chosen from', options, async (world) => {
  for (const name of ['user_id', 'roles', 'resource_link_id', 'lis_person_name_full', 'custom_target_link_uri']) {
    const body = signedForm([...usual(world, name), [name, 'a'], [name, 'a']], signing);
    await assertRefused(world, body, 'lti_launch_malformed');
  }
  const body = signedForm([...usual(world, 'twice'), ['ext_submit', 'a'], ['ext_submit', 'b']], signing);
  assert.equal(await codeOf(await post(world, body)), 'received', 'what nobody reads may');
});

withOneLtiWorld(
  'cases 10, J-17: the address is the configured one, whatever a request names',
  options,
  async (world) => {
    const body = signedForm(usual(world), signing);
    const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http', forwarded: 'host=evil.example' };
    for (const evil of ['https://evil.example/lti/1.1/launch', 'http://broker.example/lti/1.1/launch']) {
      await assertRefused(
        world,
        signedForm(usual(world), { ...signing, url: evil }),
        'lti_launch_unverified',
        forged,
        evil,
      );
    }
    await assertRefused(world, body, 'lti_launch_unverified', {}, `${ADDRESS}?added=1`);
    assert.equal(await codeOf(await post(world, body, forged, 'http://127.0.0.1/lti/1.1/launch')), 'received');
  },
);

withOneLtiWorld(
  'case 11: a public address with a port',
  { ...options, publicUrl: 'https://broker.example:8443' },
  async (world) => {
    const url = 'https://broker.example:8443/lti/1.1/launch';
    assert.equal(await codeOf(await post(world, signedForm(usual(world), { ...signing, url }))), 'received');
  },
);

withOneLtiWorld('case 17: signatures of other kinds', options, async (world) => {
  for (const method of ['PLAINTEXT', 'RSA-SHA1', 'hmac-sha1', 'HMAC-SHA256', 'none']) {
    const parameters = changed(usual(world), [['oauth_signature_method', method]]);
    for (const signature of [signatureOf(parameters, signing), `${SECRET}&`, SECRET]) {
      await assertRefused(world, writeForm([...parameters, ['oauth_signature', signature]]), 'lti_launch_unverified');
    }
  }
  const none = changed(usual(world), [['oauth_signature_method', '']]);
  await assertRefused(world, signedForm(none, signing), 'lti_launch_malformed');
});

withOneLtiWorld('case 18: a token, and parameters of the protocol in two places', options, async (world) => {
  const withToken = signedForm([...usual(world), ['oauth_token', 'x']], signing);
  await assertRefused(world, withToken, 'lti_launch_malformed');
  const body = signedForm(usual(world), signing);
  for (const authorization of ['OAuth oauth_consumer_key="campus-key"', 'OAuth realm="x"', 'oauth']) {
    await assertRefused(world, body, 'lti_launch_malformed', { authorization });
  }
  const url = `${ADDRESS}?oauth_nonce=n`;
  await assertRefused(world, signedForm(usual(world), { ...signing, url }), 'lti_launch_malformed', {}, url);
  const oauth = usual(world).filter(([name]) => name.startsWith('oauth_'));
  const rest = usual(world).filter(([name]) => !name.startsWith('oauth_'));
  const all = `${ADDRESS}?${signedForm(oauth, signing)}`;
  await assertRefused(world, writeForm([...rest, ['xoauth_signature', '1']]), 'lti_launch_malformed', {}, all);
});

withOneLtiWorld('case 19: what is no signature at all', options, async (world) => {
  for (const signature of ['x', 'é', '=', '-'.repeat(28), 'A'.repeat(1000), 'ZihQcaIQ29Z7H6awJ7lyruJUkxc']) {
    await assertRefused(world, writeForm([...usual(world), ['oauth_signature', signature]]), 'lti_launch_unverified');
  }
});

withOneLtiWorld('case 20: what is no form', options, async (world) => {
  const body = signedForm(usual(world), signing);
  for (const type of ['multipart/form-data; boundary=x', 'application/json', `${form}x`, 'text/plain']) {
    await assertRefused(world, body, 'lti_launch_malformed', { 'content-type': type });
  }
  assert.equal(await codeOf(await post(world, body, { 'content-type': `${form}; charset=UTF-8` })), 'received');
  // Bytes without a type, which is how a program sends none.
  const untyped = new Request(ADDRESS, { method: 'POST', body: new TextEncoder().encode(body) });
  assert.equal(untyped.headers.get('content-type'), null);
  assert.equal(await codeOf(await world.send(untyped)), 'lti_launch_malformed');
  assert.equal((await world.send(new Request(ADDRESS))).status, 404);
});

withOneLtiWorld(
  'case 23: unknown, disabled and expired keys are told alike',
  {
    consumers: [
      consumerWith({ enabled: false }),
      consumerWith({ slug: 'b', oauth_consumer_key: 'b-key', expires_at: '2026-11-03T09:30:00Z' }),
    ],
  },
  async (world) => {
    for (const key of ['campus-key', 'b-key', 'nobody']) {
      const body = signedForm(changed(usual(world), [['oauth_consumer_key', key]]), signing);
      await assertRefused(world, body, 'lti_launch_unverified');
    }
    // With the secret that stands in for none, too.
    const dummy = { ...signing, secret: 'there is no consumer of this key' };
    await assertRefused(
      world,
      signedForm(changed(usual(world), [['oauth_consumer_key', 'nobody']]), dummy),
      'lti_launch_unverified',
    );
    world.configure({ consumers: [consumerWith({})] });
    await assertRefused(world, signedForm(usual(world), dummy), 'lti_launch_unverified');
  },
);

withOneLtiWorld(
  'case J-19: nobody learns from the answer whether a key is there',
  { consumers: [consumerWith({}), consumerWith({ slug: 'b', oauth_consumer_key: 'b-key', enabled: false })] },
  async (world) => {
    const wrong = { ...signing, secret: 'a-secret-that-is-of-no-campus' };
    const told = async (key: string, by: Signing) => {
      const answer = await post(world, signedForm(changed(usual(world), [['oauth_consumer_key', key]]), by));
      const page = (await answer.text()).replaceAll(/[0-9A-Z]{4}-[0-9A-Z]{4}/g, 'the reference');
      const cookies = answer.headers.getSetCookie().length;
      return { status: answer.status, page, cookies };
    };
    const unknown = await told('nobody', wrong);
    assert.equal(unknown.status, 401);
    assert.deepEqual(await told('campus-key', wrong), unknown);
    assert.deepEqual(await told('b-key', signing), unknown);
  },
);

withOneLtiWorld(
  'two secrets at a time, and the one before until its end',
  {
    consumers: [
      consumerWith({
        previous_secret: 'the-secret-that-was-there-before',
        previous_secret_expires_at: '2026-11-03T10:00:00Z',
      }),
    ],
  },
  async (world) => {
    const before = { ...signing, secret: 'the-secret-that-was-there-before' };
    for (const [nonce, by] of [
      ['a', signing],
      ['b', before],
    ] as const) {
      assert.equal(await codeOf(await post(world, signedForm(usual(world, nonce), by))), 'received');
    }
    world.clock.advance(30 * 60_000);
    await assertRefused(world, signedForm(usual(world, 'c'), before), 'lti_launch_unverified');
    assert.equal(await codeOf(await post(world, signedForm(usual(world, 'd'), signing))), 'received');
  },
);

withOneLtiWorld('cases 26, J-13: nobody in particular is nobody', options, async (world) => {
  for (const [index, user] of ['', '  ', '0', 'null', 'Guest', 'anonymous'].entries()) {
    const body = signedForm(changed(usual(world, `n${index}`), [['user_id', user]]), signing);
    assert.equal(await codeOf(await post(world, body)), 'received', user);
    assert.equal(world.launches.at(-1)?.subject, null);
  }
  const missing = signedForm(without(usual(world, 'm'), 'user_id'), signing);
  assert.equal(await codeOf(await post(world, missing)), 'received');
  assert.equal(world.launches.at(-1)?.subject, null);
  for (const user of ['ABC', 'abc', ' abc']) {
    await post(world, signedForm(changed(usual(world, `u${user.trim()}${user.length}`), [['user_id', user]]), signing));
    assert.equal(world.launches.at(-1)?.subject, user, 'as it was sent');
  }
});

withOneLtiWorld('what a launch needs besides', options, async (world) => {
  for (const [name, value, code] of [
    ['lti_message_type', '', 'lti_launch_malformed'],
    ['lti_version', '', 'lti_launch_malformed'],
    ['resource_link_id', '', 'lti_launch_malformed'],
    ['resource_link_id', 'x'.repeat(256), 'lti_launch_malformed'],
    ['user_id', 'x'.repeat(256), 'lti_launch_malformed'],
    ['user_id', 'a\0b', 'lti_launch_malformed'],
    ['lti_message_type', 'ContentItemSelectionRequest', 'lti_message_unsupported'],
    ['lti_version', 'LTI-2p0', 'lti_message_unsupported'],
  ] as const) {
    await assertRefused(world, signedForm(changed(usual(world), [[name, value]]), signing), code);
  }
  assert.equal(await nonces(world), 0);
});

withOneLtiWorld('case 27: strange names and too much of everything', options, async (world) => {
  const strange: readonly Parameter[] = ['__proto__', 'constructor', 'a[b]', 'custom___proto__'].map((name) => [
    name,
    'x',
  ]);
  assert.equal(await codeOf(await post(world, signedForm([...usual(world), ...strange], signing))), 'received');
  const { custom } = world.launches.at(-1) ?? assert.fail();
  assert.deepEqual(Object.entries(custom), [['__proto__', 'x']]);
  const many: readonly Parameter[] = Array.from({ length: 5000 }, (_, index) => [`p${index}`, '']);
  await assertRefused(world, signedForm([...usual(world), ...many], signing), 'lti_launch_malformed');
  const huge = signedForm([...usual(world), ['custom_x', 'x'.repeat(2_000_000)]], signing);
  await assertRefused(world, huge, 'request_too_large');
});

withOneLtiWorld(
  'a refusal is shown in the frames of its LMS alone, also one by who takes the launch',
  options,
  async (world) => {
    const policy = async (body: string) =>
      (await post(world, body)).headers.get('content-security-policy')?.match(/frame-ancestors ([^;]*)/)?.[1];
    assert.equal(await policy(writeForm([...usual(world), ['oauth_signature', 'x']])), CAMPUS);
    const unknown = changed(usual(world), [['oauth_consumer_key', 'x']]);
    assert.equal(await policy(signedForm(unknown, signing)), "'none'");
    assert.equal(await policy(signedForm(usual(world), signing)), CAMPUS);
  },
);
