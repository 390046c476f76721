import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError, type ErrorCode, SignInError } from '../errors.ts';
import { dialectSchema } from './dialect.ts';
import {
  definitionWith,
  finishRequest,
  startRequest,
  testNow,
  type WrittenAnswer,
  worldThatAnswers,
} from './oauth2.fixture.ts';
import { createOAuth2Provider } from './oauth2.ts';
import type { OAuth2Definition } from './oauth2-definition.ts';

const token = { access_token: 'the-token', token_type: 'Bearer', expires_in: 900 };
const person = { sub: 'AbC', name: 'Ana' };

const dialectWith = (options: object) =>
  dialectSchema.parse({ subject_members: ['sub'], client_authentication: 'none', ...options });

const provider = (changes: Partial<OAuth2Definition> = {}) => createOAuth2Provider(definitionWith(changes));

function finish(answers: readonly WrittenAnswer[], changes: Partial<OAuth2Definition> = {}) {
  return provider(changes).finish(finishRequest, worldThatAnswers(answers));
}

const refusedAs = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof SignInError, String(error));
  assert.equal(error.code, code, error.detail);
  assert.doesNotMatch(error.message, /secret-of-the-provider|<script>|the-token/);
  return true;
};

test('RFC 6749 §4.1: a code becomes a profile and an upstream session', async () => {
  const { profile, upstream } = await finish([token, person]);
  assert.equal(profile.subject, 'AbC');
  assert.equal(profile.provider, 'plain');
  assert.equal(profile.issuer, 'https://up.test');
  assert.deepEqual(upstream, { provider: 'plain', accessToken: 'the-token', expiresAt: testNow + 900_000 });
});

test('a mapping sees user data without the subject', async () => {
  const { profile } = await finish([token, person]);
  assert.deepEqual(profile.raw, { sent: person, derived: { seen: ['name'] } });
});

test('what a mapping answers beside its fields cannot choose who somebody is', async () => {
  const plain = definitionWith({});
  const forged = { subject: 'victim', issuer: 'https://other.test', provider: 'other', trustsVerifiedEmail: true };
  const map: OAuth2Definition['map'] = (userData, additional) => {
    const { user, derived } = plain.map(userData, additional);
    const emails = [{ address: 'a@b.mx', claimedVerified: true }];
    return { user: { ...user, emails, ...forged }, derived };
  };
  const { profile } = await finish([token, person], { map });
  assert.deepEqual([profile.subject, profile.issuer, profile.provider], ['AbC', 'https://up.test', 'plain']);
  assert.equal(profile.emails[0]?.verified, false);
});

test('no access token is kept where no session can be ended with it', async () => {
  const { endpoints } = definitionWith({});
  const { upstream } = await finish([token, person], { endpoints: { ...endpoints, endSession: null } });
  assert.equal(upstream, null);
  assert.equal(provider({ endpoints: { ...endpoints, endSession: null } }).endSession, null);
});

test('B-25: the authorization request carries state and an S256 challenge, once each, whatever the address was configured to hold', async () => {
  const { redirect, remembered } = await provider().start(startRequest, worldThatAnswers([]));
  assert.deepEqual([...redirect.searchParams].sort(), [
    ['client_id', 'client'],
    ['code_challenge', startRequest.codeChallenge],
    ['code_challenge_method', 'S256'],
    ['redirect_uri', startRequest.redirectUri],
    ['response_type', 'code'],
    ['scope', 'openid email'],
    ['state', startRequest.state],
    ['tenant', 'a'],
  ]);
  assert.deepEqual(remembered, {});
});

test('starting twice does not mix two attempts', async () => {
  const one = provider();
  await one.start(startRequest, worldThatAnswers([]));
  const { redirect } = await one.start({ ...startRequest, state: 'second' }, worldThatAnswers([]));
  assert.deepEqual(redirect.searchParams.getAll('state'), ['second']);
});

// ---------------------------------------------------------------------------------------------------- the callback

const callbacks: readonly [string, Record<string, string>, ErrorCode][] = [
  [
    'access_denied',
    { error: 'access_denied', error_description: '<script>alert(1)</script>\r\nSet-Cookie: a=b' },
    'provider_denied',
  ],
  ['an unknown error', { error: '<script>' }, 'provider_denied'],
  ['an error of 20 KB', { error: 'x'.repeat(20_000) }, 'provider_denied'],
  ['an empty error', { error: '' }, 'provider_denied'],
  ['server_error', { error: 'server_error' }, 'provider_unreachable'],
  ['redirect_uri_mismatch', { error: 'redirect_uri_mismatch' }, 'provider_rejected_client'],
  ['code and error', { error: 'access_denied', code: 'x' }, 'provider_denied'],
  ['a refusal by number', { error_code: '1349048', error_message: '<script>' }, 'provider_denied'],
  ['a refusal by number and a code', { error_code: '200', code: 'x' }, 'provider_denied'],
  ['nothing', {}, 'callback_malformed'],
  ['an empty code', { code: '' }, 'callback_malformed'],
  ['a code of 100 KB', { code: 'x'.repeat(100_000) }, 'callback_malformed'],
  ['a code with a line break', { code: 'a\r\nb' }, 'callback_malformed'],
  ['a foreign issuer', { code: 'x', iss: 'https://up2.test' }, 'issuer_mismatch'],
];
for (const [what, parameters, code] of callbacks) {
  test(`B-20, B-22: a callback with ${what} is refused as ${code}, and nothing is asked of the provider`, async () => {
    const world = worldThatAnswers([token, person]);
    const request = { ...finishRequest, parameters: new Map(Object.entries(parameters)) };
    await assert.rejects(provider().finish(request, world), refusedAs(code));
    assert.equal(world.requests.length, 0);
  });
}

test('a code of 4 KiB is sent as it came', async () => {
  const code = 'eyJ.'.repeat(1024);
  const world = worldThatAnswers([token, person]);
  await provider().finish({ ...finishRequest, parameters: new Map([['code', code]]) }, world);
  assert.equal(new URLSearchParams(world.requests[0]?.body ?? '').get('code'), code);
});

// ---------------------------------------------------------------------------------------------------- the token

const html = { 'content-type': 'text/html; charset=utf-8' };
const badAnswers: readonly [string, WrittenAnswer, ErrorCode][] = [
  [
    'a redirect',
    {
      status: 302,
      headers: { location: 'https://evil.test/' },
      body: JSON.stringify({ ...token, error: 'invalid_grant' }),
    },
    'provider_answer_invalid',
  ],
  [
    'HTML and status 200',
    { headers: html, body: '<!doctype html><p>secret-of-the-provider' },
    'provider_answer_invalid',
  ],
  ['HTML and status 502', { status: 502, headers: html, body: '<html></html>' }, 'provider_unreachable'],
  ['JSON that is labelled HTML', { headers: html, body: JSON.stringify(token) }, 'provider_answer_invalid'],
  ['HTML that is labelled JSON', { body: ' <html></html>' }, 'provider_answer_invalid'],
  ['nothing', { body: '' }, 'provider_answer_invalid'],
  ['411 and nothing', { status: 411, body: '' }, 'provider_answer_invalid'],
  ['no JSON', { body: 'secret-of-the-provider' }, 'provider_answer_invalid'],
  ['a list', { body: '[]' }, 'provider_answer_invalid'],
  ['500', { status: 500, body: '{}' }, 'provider_unreachable'],
  ['429', { status: 429, body: '{}' }, 'provider_unreachable'],
  ['an unknown error', { error: 'secret-of-the-provider' }, 'provider_answer_invalid'],
  ['an error that is an object', { error: { code: 1 } }, 'provider_answer_invalid'],
  ['server_error', { error: 'server_error' }, 'provider_unreachable'],
  ['a time-out', new SignInError('provider_timeout', 'up.test'), 'provider_timeout'],
];
for (const [what, answer, code] of badAnswers) {
  test(`B-18: ${what} instead of a token is refused as ${code}`, () =>
    assert.rejects(finish([answer]), refusedAs(code)));
  test(`B-14: ${what} instead of user data is refused as ${code}`, () =>
    assert.rejects(finish([token, answer]), refusedAs(code)));
}

const refusals: readonly [string, ErrorCode][] = [
  ['invalid_grant', 'provider_rejected_code'],
  ['invalid_client', 'provider_rejected_client'],
  ['unauthorized_client', 'provider_rejected_client'],
  ['redirect_uri_mismatch', 'provider_rejected_client'],
  ['invalid_token', 'provider_rejected_token'],
];
for (const [error, code] of refusals) {
  for (const status of [200, 400, 401, 500]) {
    test(`RFC 6749 §5.2: ${error} with status ${status} is ${code}`, () => {
      const body = JSON.stringify({ ...token, error, error_description: 'secret-of-the-provider' });
      return assert.rejects(finish([{ status, body }, person]), refusedAs(code));
    });
  }
}

test('401 without a code is a refused client at the token request and a refused token at user data', async () => {
  const unauthorized = { status: 401, body: '{}' };
  await assert.rejects(finish([unauthorized]), refusedAs('provider_rejected_client'));
  await assert.rejects(finish([token, unauthorized]), refusedAs('provider_rejected_token'));
});

test('a refusal under a name of the dialect is found in status 200', () => {
  const dialect = dialectWith({ error_members: ['codigoError'] });
  return assert.rejects(
    finish([{ ...token, codigoError: 'invalid_grant' }], { dialect }),
    refusedAs('provider_rejected_code'),
  );
});

const meanings = dialectWith({
  error_meanings: {
    '100': 'rejected_code',
    '4': 'unreachable',
    expired_token: 'rejected_token',
    invalid_request: 'rejected_code',
  },
});
const graphError = (code: string | number) => ({ error: { message: 'secret-of-the-provider', type: 'x', code } });
const ownCodes: readonly [WrittenAnswer, ErrorCode][] = [
  [graphError(100), 'provider_rejected_code'],
  [graphError('100'), 'provider_rejected_code'],
  [graphError(4), 'provider_unreachable'],
  [graphError(999), 'provider_answer_invalid'],
  [graphError('constructor'), 'provider_answer_invalid'],
  [{ error: {} }, 'provider_answer_invalid'],
  [{ error: 'expired_token' }, 'provider_rejected_token'],
  [{ error: 'invalid_request' }, 'provider_rejected_code'],
  [{ error: 'invalid_client' }, 'provider_rejected_client'],
];
for (const [answer, code] of ownCodes) {
  test(`the error ${JSON.stringify(answer)} of a product with codes of its own is ${code}`, () =>
    assert.rejects(finish([answer], { dialect: meanings }), refusedAs(code)));
}

test('a status that is said to mean "not now" is provider_unreachable, and an error code beside it counts first', async () => {
  const dialect = dialectWith({ unavailable_statuses: [402, 403] });
  for (const status of [402, 403]) {
    await assert.rejects(finish([token, { status, body: '{}' }], { dialect }), refusedAs('provider_unreachable'));
  }
  await assert.rejects(finish([token, { status: 401, body: '{}' }], { dialect }), refusedAs('provider_rejected_token'));
  const body = '{"error":"invalid_token"}';
  await assert.rejects(finish([token, { status: 403, body }], { dialect }), refusedAs('provider_rejected_token'));
});

test('an error member that says nothing is no refusal', async () => {
  for (const error of [null, false, ''])
    await finish([
      { ...token, error },
      { ...person, error },
    ]);
});

for (const access_token of ['', ' ', null, 7, {}, 'a b', 'a\r\nx: y', 'ñ', 'x'.repeat(16_385), 'x'.repeat(65_536)]) {
  test(`B-18: the access token ${JSON.stringify(access_token).slice(0, 16)} is refused`, () =>
    assert.rejects(finish([{ ...token, access_token }, person]), refusedAs('provider_answer_invalid')));
}

for (const token_type of ['mac', 'DPoP', '', 7, {}]) {
  test(`RFC 6749 §7.1: a token of type ${JSON.stringify(token_type)} is refused`, () =>
    assert.rejects(finish([{ ...token, token_type }, person]), refusedAs('provider_answer_invalid')));
}

test('B-18: the type bearer in any case or none, and an expiry as text, are accepted', async () => {
  for (const token_type of ['bearer', 'BEARER', null]) await finish([{ ...token, token_type }, person]);
  const { upstream } = await finish([{ access_token: 'the-token', expires_in: '600' }, person]);
  assert.equal(upstream?.expiresAt, testNow + 600_000);
});

// ---------------------------------------------------------------------------------------------------- who it is

for (const sent of [{}, { sub: null }, { sub: '' }, { sub: 'null' }, { sub: {} }, { sub: true }, { sub: 1.5 }]) {
  test(`DESIGN §6.1: user data ${JSON.stringify(sent)} names nobody`, () =>
    assert.rejects(finish([token, sent]), refusedAs('subject_unusable')));
}

test('the subject is the first member that is present, and an unusable one is not skipped', async () => {
  const dialect = dialectWith({ subject_members: ['idUsuario', 'id'] });
  const subjectOf = async (sent: { [member: string]: string | number | null }) =>
    (await finish([token, sent], { dialect })).profile.subject;
  assert.equal(await subjectOf({ idUsuario: 5, id: 6 }), '5');
  assert.equal(await subjectOf({ idUsuario: null, id: 6 }), '6');
  assert.equal(await subjectOf({ id: '6' }), '6');
  await assert.rejects(subjectOf({ idUsuario: '', id: 6 }), refusedAs('subject_unusable'));
});

test('a member that every object has is no subject', () =>
  assert.rejects(
    finish([token, person], { dialect: dialectWith({ subject_members: ['constructor'] }) }),
    refusedAs('subject_unusable'),
  ));

test('K-07: a subject named twice is refused', () =>
  assert.rejects(finish([token, { body: '{"sub":"a","sub":"b"}' }]), refusedAs('provider_answer_invalid')));

test('an integer beyond 2^53 keeps its last digit', async () => {
  const { profile } = await finish([token, { body: '{"sub":9007199254740993}' }]);
  assert.equal(profile.subject, '9007199254740993');
});

test('user data inside another object is found, and elsewhere is refused', async () => {
  const dialect = dialectWith({ user_data_path: ['data', 'user'] });
  const { profile } = await finish([token, { data: { user: person } }], { dialect });
  assert.equal(profile.subject, 'AbC');
  for (const odd of [person, { data: null }, { data: { user: 'AbC' } }, { data: [person] }]) {
    await assert.rejects(finish([token, odd], { dialect }), refusedAs('provider_answer_invalid'));
  }
});

// ---------------------------------------------------------------------------------------------------- further calls

const rolesCall = {
  name: 'roles',
  method: 'POST',
  url: new URL('https://up.test/roles'),
  body: (subject: unknown) => ({ of: subject as string }),
} as const;

/** What the mapping was given for `roles`. */
async function rolesFrom(answer: WrittenAnswer, sub: string | number = 'AbC') {
  const plain = definitionWith({});
  const world = worldThatAnswers([token, { sub }, answer]);
  const map: OAuth2Definition['map'] = (userData, additional) => ({
    ...plain.map(userData, additional),
    derived: additional,
  });
  const { profile } = await provider({ additionalCalls: [rolesCall], map }).finish(finishRequest, world);
  return { derived: profile.raw.derived, request: world.requests[2] };
}

test('a further call is given the subject as the provider sent it', async () => {
  assert.deepEqual((await rolesFrom({ roles: [] })).derived, { roles: { roles: [] } });
  assert.equal((await rolesFrom({ roles: [] }, 5)).request?.body, '{"of":5}');
  assert.equal((await rolesFrom({ roles: [] }, '5')).request?.body, '{"of":"5"}');
});

test('a further call may be answered with a list', async () => {
  assert.deepEqual((await rolesFrom({ body: ' [{"id":1}]' })).derived, { roles: { list: [{ id: 1 }] } });
});

for (const [what, answer] of [
  ...badAnswers.filter(([what]) => what !== 'a list'),
  ['text after a list', { body: '[],"more":1' }],
] as const) {
  test(`${what} from a further call never stops a sign-in`, async () => {
    assert.deepEqual((await rolesFrom(answer)).derived, { roles: null });
  });
}

// ---------------------------------------------------------------------------------------------------- who asks

test('RFC 6749 §2.3.1: id and secret are form-encoded inside Basic, and nowhere else', async () => {
  const client = { kind: 'confidential', id: 'a:b c', secret: 'ñ%:+', pkce: 'S256' } as const;
  const dialect = dialectWith({ client_authentication: 'client_secret_basic' });
  const world = worldThatAnswers([token, person]);
  await provider({ client, dialect }).finish(finishRequest, world);
  const [first, second] = world.requests;
  assert.equal(first?.headers.authorization, `Basic ${Buffer.from('a%3Ab+c:%C3%B1%25%3A%2B').toString('base64')}`);
  assert.deepEqual([...new URLSearchParams(first?.body ?? '').keys()].sort(), [
    'code',
    'code_verifier',
    'grant_type',
    'redirect_uri',
  ]);
  assert.equal(second?.headers.authorization, 'Bearer the-token');
});

test('client_secret_post sends the secret in the body of the token request only', async () => {
  const client = { kind: 'confidential', id: 'id', secret: 's3', pkce: 'S256' } as const;
  const world = worldThatAnswers([token, person]);
  await provider({ client, dialect: dialectWith({ client_authentication: 'client_secret_post' }) }).finish(
    finishRequest,
    world,
  );
  assert.equal(new URLSearchParams(world.requests[0]?.body ?? '').get('client_secret'), 's3');
  assert.doesNotMatch(JSON.stringify({ ...world.requests[1], url: String(world.requests[1]?.url) }), /s3/);
});

test('RFC 6750 §2.3: a token in the query is in no header, and whatever the address held under its name is gone', async () => {
  const { endpoints } = definitionWith({});
  const world = worldThatAnswers([token, person]);
  const userData = new URL('https://up.test/me?oauth=me&access_token=configured');
  const dialect = dialectWith({ access_token_in: 'query' });
  await provider({ dialect, endpoints: { ...endpoints, userData } }).finish(finishRequest, world);
  const [, asked] = world.requests;
  assert.equal(asked?.url.search, '?oauth=me&access_token=the-token');
  assert.deepEqual(asked?.headers, { accept: 'application/json', 'cache-control': 'no-store' });
});

for (const answer of [
  { status: 401, body: '{}' },
  { status: 500, body: 'the-token' },
  { headers: { 'content-type': 'text/html' }, body: '<p>the-token' },
  { error: 'the-token' },
  { error: { code: 'the-token', message: 'the-token' } },
  { body: '{"sub":"the-token","sub":"the-token"}' },
]) {
  test(`a token in the query is in no refusal: ${JSON.stringify(answer)}`, () =>
    assert.rejects(finish([token, answer], { dialect: dialectWith({ access_token_in: 'query' }) }), (error) => {
      assert.ok(error instanceof SignInError);
      assert.doesNotMatch(`${error.stack} ${error.detail} ${JSON.stringify(error)} ${error.cause}`, /the-token/);
      return true;
    }));
}

test('appsecret_proof is the HMAC-SHA256 of the token under the secret, on API calls only', async () => {
  const client = { kind: 'confidential', id: 'id', secret: 'key', pkce: 'S256' } as const;
  const dialect = dialectWith({ client_authentication: 'client_secret_post', access_token_proof: 'appsecret_proof' });
  const world = worldThatAnswers([token, person]);
  await provider({ client, dialect }).finish(finishRequest, world);
  const [redeemed, asked] = world.requests;
  // Computed with another program: printf the-token | openssl dgst -sha256 -hmac key
  const proof = 'b0fb659c218bbb244d6b8de20c0b0559155d807f7c766c2838755fe68883b649';
  assert.equal(asked?.url.searchParams.get('appsecret_proof'), proof);
  assert.equal(redeemed?.url.search, '');
});

test('appsecret_proof needs a secret', () => {
  const written = { subject_members: ['id'], client_authentication: 'none', access_token_proof: 'appsecret_proof' };
  assert.equal(dialectSchema.safeParse(written).success, false);
});

test('credentials that do not fit the dialect are found when the provider is made', () => {
  const confidential = { kind: 'confidential', id: 'id', secret: 's', pkce: 'S256' } as const;
  assert.throws(() => provider({ client: confidential }), ConfigurationError);
  assert.throws(
    () => provider({ dialect: dialectWith({ client_authentication: 'client_secret_post' }) }),
    ConfigurationError,
  );
  assert.throws(() => provider({ webService: { user: 'u', password: 'p' } }), ConfigurationError);
});

// ---------------------------------------------------------------------------------------------------- the end

const session = { provider: 'plain', accessToken: 'the-token', expiresAt: testNow + 1 };

test('the session at the provider is ended with the token, and an empty answer is enough', async () => {
  const world = worldThatAnswers([{ status: 204, body: '' }]);
  await provider().endSession?.(session, world);
  assert.equal(world.requests[0]?.url.href, 'https://up.test/end');
  assert.equal(world.requests[0]?.headers.authorization, 'Bearer the-token');
});

test('an expired token is not sent to end a session', async () => {
  const world = worldThatAnswers([]);
  await provider().endSession?.({ ...session, expiresAt: testNow }, world);
  assert.equal(world.requests.length, 0);
});

for (const [what, answer, code] of badAnswers.filter(([what]) => !['nothing', 'no JSON', 'a list'].includes(what))) {
  test(`${what} at the end of a session is reported as ${code}`, () =>
    assert.rejects(async () => provider().endSession?.(session, worldThatAnswers([answer])), refusedAs(code)));
}
