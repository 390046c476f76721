import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicJwk } from '../shared/keys.ts';
import { claimOf } from './claims.ts';
import { type Changes, campus, claimsIn, createFixture, keyPool, tool13 } from './fixture.ts';
import type { ProductName } from './product.ts';
import { scopes } from './tool.ts';

type Fixture = ReturnType<typeof createFixture>;
type Answer = { readonly [name: string]: unknown };

const itemType = 'application/vnd.ims.lis.v2.lineitem+json';
const scoreType = 'application/vnd.ims.lis.v1.score+json';

const refused = async (fixture: Fixture, changes: Changes) => {
  const answer = await fixture.token(changes);
  return [answer.status, ((await answer.json()) as Answer).error, fixture.simulator.complaints.at(-1)];
};

test('§3.12 a tool gets a service token by private_key_jwt, for what it may have and no more', async () => {
  const fixture = createFixture('plain', { tools: [{ ...tool13, scopes: [scopes.score] }] });
  const answer = (await (await fixture.token()).json()) as Answer;
  assert.deepEqual([answer.token_type, answer.expires_in, answer.scope], ['Bearer', 3600, scopes.score]);
  const none = await refused(fixture, { scope: scopes.memberships });
  assert.deepEqual(none.slice(0, 2), [400, 'invalid_scope']);
});

test('§4 the token type of Open edX is in lower case, and D2L has an audience of its own', async () => {
  const answer = (await (await createFixture('open-edx').token()).json()) as Answer;
  assert.equal(answer.token_type, 'bearer');
  const d2l = createFixture('d2l');
  assert.equal((await d2l.token()).status, 200);
  const wrong = await d2l.assertion({ aud: d2l.simulator.platform.token_endpoint });
  assert.equal((await d2l.token({ client_assertion: wrong })).status, 401);
});

const form: readonly (readonly [complaint: string, changes: Changes, error: string])[] = [
  ['grant_type is not "client_credentials"', { grant_type: 'password' }, 'unsupported_grant_type'],
  ['client_assertion_type is not the one of private_key_jwt', { client_assertion_type: null }, 'invalid_request'],
  ['the assertion is of no tool that is installed', { client_assertion: 'a.b.c' }, 'invalid_client'],
  ['a scope is not known here', { scope: 'openid' }, 'invalid_scope'],
];

for (const [complaint, changes, error] of form) {
  test(`a token request is refused: ${complaint}`, async () => {
    const [, code, said] = await refused(createFixture(), changes);
    assert.deepEqual([code, said], [error, `token: ${complaint}`]);
  });
}

const later = (fixture: Fixture, seconds: number) => fixture.seconds() + seconds;

const assertions: readonly (readonly [complaint: string, make: (fixture: Fixture) => Promise<string>])[] = [
  ['aud is not the one that is expected here', (fixture) => fixture.assertion({ aud: 'https://otro.example' })],
  ['sub of the assertion is not the client id', (fixture) => fixture.assertion({ sub: 'otro' })],
  ['the token has expired, or does not say when it does', (fixture) => fixture.assertion({ exp: later(fixture, -61) })],
  [
    'the token is of the future, or does not say of when it is',
    (fixture) => fixture.assertion({ iat: later(fixture, 61) }),
  ],
  ['the token lives for more than an hour', (fixture) => fixture.assertion({ exp: later(fixture, 3_700) })],
  [
    'no key, or more than one, of that name is in the key set of the tool',
    (fixture) => fixture.sign({ iss: tool13.clientId }, { kid: 'otra' }),
  ],
  [
    'the signature of the token is wrong',
    async (fixture) => {
      const [head, , signature] = (await fixture.assertion()).split('.');
      const body = Buffer.from(JSON.stringify({ iss: tool13.clientId, sub: 'x' })).toString('base64url');
      return [head, body, signature].join('.');
    },
  ],
  [
    'the token is not signed by RS256',
    async (fixture) => {
      const [, body] = (await fixture.assertion()).split('.');
      return `${Buffer.from('{"alg":"none","kid":"a"}').toString('base64url')}.${body}.`;
    },
  ],
];

for (const [complaint, make] of assertions) {
  test(`an assertion is refused: ${complaint}`, async () => {
    const fixture = createFixture();
    const [status, code, said] = await refused(fixture, { client_assertion: await make(fixture) });
    assert.deepEqual([status, code, said], [401, 'invalid_client', `token: ${complaint}`]);
  });
}

test('an assertion is good once', async () => {
  const fixture = createFixture();
  const client_assertion = await fixture.assertion();
  assert.equal((await fixture.token({ client_assertion })).status, 200);
  assert.equal((await fixture.token({ client_assertion })).status, 401);
});

test('a tool that changed its keys is known by the new one at once, and one with a private key in its set by none', async () => {
  let keys: readonly object[] = [];
  const fixture = createFixture('plain', { fetch: async () => Response.json({ keys }) });
  assert.equal((await fixture.token()).status, 401);
  keys = [publicJwk(keyPool.rsa(2_000))];
  assert.equal((await fixture.token()).status, 200);
  keys = [{ ...publicJwk(keyPool.rsa(2_000)), d: 'x' }];
  assert.equal((await fixture.token()).status, 401);
});

test('§3.12 members come a page at a time, by links whose query is in mixed case', async () => {
  const { fetch, bearer, simulator } = createFixture();
  const headers = await bearer(scopes.memberships);
  const seen: string[] = [];
  let path: string | undefined = '/lti/courses/mat-101/memberships';
  for (let pages = 0; path !== undefined; pages += 1) {
    assert.ok(pages < 10);
    const answer: Response = await fetch(path, { headers });
    const { members } = (await answer.json()) as { members: { user_id: string }[] };
    seen.push(...members.map(({ user_id }) => user_id));
    path = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]?.slice(campus.length);
    if (path !== undefined) assert.match(path, /Pagina=Desde\d+/);
  }
  assert.equal(seen.length, 7);
  assert.equal(new Set(seen).size, 7);
  assert.ok(seen.includes(simulator.subjectOf('alumna', 'mat-101') ?? ''));
});

test('members of one role, and nobody for a token of something else, none, or an old one', async () => {
  const { fetch, bearer, pass } = createFixture();
  const headers = await bearer(scopes.memberships);
  const path = '/lti/courses/mat-101/memberships';
  const { members } = (await (await fetch(`${path}?role=Instructor`, { headers })).json()) as { members: object[] };
  assert.equal(members.length, 1);
  assert.equal((await fetch(path)).status, 401);
  assert.equal((await fetch(path, { headers: await bearer(scopes.score) })).status, 403);
  assert.equal((await fetch(path, { headers: { ...headers, accept: 'text/html' } })).status, 406);
  pass(3_600_000);
  assert.equal((await fetch(path, { headers })).status, 401);
});

/** The address of the line item that a launch tells of, below the campus. */
async function columnOf(fixture: Fixture): Promise<string> {
  const form = await fixture.launch('alumna', '/courses/mat-101/links/llavero-tarea/launch');
  const claim = claimsIn(form.get('id_token'))['https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'] as Answer;
  return String(claim.lineitem).slice(campus.length);
}

const withPath = (address: string, more: string) => address.replace(/(\?|$)/, `${more}$1`);

const score = (fixture: Fixture, changes: Answer = {}) => ({
  userId: fixture.simulator.subjectOf('alumna', 'mat-101'),
  scoreGiven: 8.5,
  scoreMaximum: 10,
  timestamp: new Date(fixture.seconds() * 1000).toISOString(),
  activityProgress: 'Completed',
  gradingProgress: 'FullyGraded',
  ...changes,
});

async function sendScore(fixture: Fixture, address: string, changes: Answer = {}, type = scoreType) {
  const headers = { ...(await fixture.bearer(scopes.score)), 'content-type': type };
  return fixture.fetch(withPath(address, '/scores'), {
    method: 'POST',
    headers,
    body: JSON.stringify(score(fixture, changes)),
  });
}

for (const product of ['plain', 'moodle', 'd2l'] as const satisfies readonly ProductName[]) {
  test(`${product}: a score arrives in the grade book, and is read as a result`, async () => {
    const fixture = createFixture(product);
    const address = await columnOf(fixture);
    assert.equal((await sendScore(fixture, address)).status, 204);
    const answer = await fixture.fetch(withPath(address, '/results'), {
      headers: await fixture.bearer(scopes.resultReadOnly),
    });
    const [result] = (await answer.json()) as Answer[];
    assert.deepEqual([result?.resultScore, result?.resultMaximum], [85, 100]);
    const page = await fixture.fetch('/courses/mat-101/grades', { headers: await fixture.enter('profesora') });
    assert.match(await page.text(), /data-testid="grade-mat-101\.llavero-tarea-alumna">8\.5 \/ 10/);
    assert.deepEqual(fixture.simulator.complaints, []);
  });
}

test('57: at Moodle the query of a line item belongs after /scores, and is lost by whoever appends', async () => {
  const fixture = createFixture('moodle');
  const address = await columnOf(fixture);
  assert.match(address, /\?type_id=3$/);
  const headers = { ...(await fixture.bearer(scopes.score)), 'content-type': scoreType };
  const body = JSON.stringify(score(fixture));
  const [path] = address.split('?');
  assert.equal((await fixture.fetch(`${address}/scores`, { method: 'POST', headers, body })).status, 404);
  assert.equal((await fixture.fetch(`${path}/scores`, { method: 'POST', headers, body })).status, 404);
});

const badScores: readonly (readonly [what: string, status: number, changes: Answer])[] = [
  ['of nobody', 404, { userId: 'otro' }],
  ['of a teacher', 422, { userId: 'u-4' }],
  ['of the test person', 422, { userId: 'u-900' }],
  ['with a maximum of nothing', 400, { scoreMaximum: 0 }],
  ['without a maximum', 400, { scoreMaximum: undefined }],
  ['below nothing', 400, { scoreGiven: -1 }],
  ['as text', 400, { scoreGiven: '8' }],
  ['at a time without zone', 400, { timestamp: '2025-10-09T08:53:20.000' }],
  ['at a time without fraction', 400, { timestamp: '2025-10-09T08:53:20Z' }],
  ['with another progress', 400, { activityProgress: 'Done' }],
  ['without progress', 400, { gradingProgress: undefined }],
];

for (const [what, status, changes] of badScores) {
  test(`a score ${what} is refused with ${status}`, async () => {
    const fixture = createFixture();
    assert.equal((await sendScore(fixture, await columnOf(fixture), changes)).status, status);
    assert.equal(fixture.simulator.score('mat-101.llavero-tarea', 'alumna'), null);
  });
}

test('a score that is not later than the last is refused, and one of another type', async () => {
  const fixture = createFixture();
  const address = await columnOf(fixture);
  assert.equal((await sendScore(fixture, address)).status, 204);
  assert.equal((await sendScore(fixture, address, { scoreGiven: 1 })).status, 409);
  assert.equal((await sendScore(fixture, address, {}, 'application/json')).status, 415);
  assert.equal(fixture.simulator.score('mat-101.llavero-tarea', 'alumna')?.given, 8.5);
});

test('line items are made, found, changed and taken away by the tool that owns them, and by no other', async () => {
  const other = { ...tool13, slug: 'otra', clientId: 'client-other' };
  const fixture = createFixture('plain', { tools: [tool13, other] });
  const headers = { ...(await fixture.bearer()), 'content-type': itemType };
  const items = '/lti/courses/mat-101/line-items';
  const made = await fixture.fetch(items, {
    method: 'POST',
    headers,
    body: JSON.stringify({ label: 'Examen', scoreMaximum: 20, tag: 'final', resourceLinkId: 'mat-101.llavero-curso' }),
  });
  assert.equal(made.status, 201);
  const path = String(((await made.json()) as Answer).id).slice(campus.length);
  const found = await (await fixture.fetch(`${items}?tag=final`, { headers })).json();
  assert.equal((found as object[]).length, 1);
  assert.deepEqual(await (await fixture.fetch(`${items}?tag=otro`, { headers })).json(), []);
  const assertion = await fixture.assertion({ iss: other.clientId, sub: other.clientId });
  const token = (await (await fixture.token({ client_assertion: assertion })).json()) as Answer;
  const stranger = { authorization: `Bearer ${token.access_token}` };
  assert.deepEqual(await (await fixture.fetch(items, { headers: stranger })).json(), []);
  assert.equal((await fixture.fetch(path, { headers: stranger })).status, 404);
  assert.equal((await fixture.fetch(path, { method: 'DELETE', headers: stranger })).status, 404);
  const change = { method: 'PUT', headers, body: JSON.stringify({ label: 'Examen 2', scoreMaximum: 30 }) };
  assert.equal(((await (await fixture.fetch(path, change)).json()) as Answer).scoreMaximum, 30);
  assert.equal((await fixture.fetch(path, { method: 'DELETE', headers })).status, 204);
  assert.equal((await fixture.fetch(path, { headers })).status, 404);
  const bad = { method: 'POST', headers, body: JSON.stringify({ label: '', scoreMaximum: 0 }) };
  assert.equal((await fixture.fetch(items, bad)).status, 400);
});

const dl = 'https://purl.imsglobal.org/spec/lti-dl/claim';

/** A deep linking request and the correct answer to it, with changes. */
async function deepLinking(product: ProductName = 'plain') {
  const fixture = createFixture(product);
  const request = claimsIn((await fixture.launch('profesora', '/courses/mat-101/add/llavero')).get('id_token'));
  const settings = request[`${dl}/deep_linking_settings`] as Answer;
  const answer = async (changes: Answer = {}) => {
    const claims = {
      iss: tool13.clientId,
      aud: fixture.simulator.platform.issuer,
      ...{ iat: fixture.seconds(), exp: fixture.seconds() + 60, nonce: 'n-1' },
      [claimOf('deployment_id')]: tool13.deploymentId,
      [claimOf('message_type')]: 'LtiDeepLinkingResponse',
      [claimOf('version')]: '1.3.0',
      [`${dl}/content_items`]: [
        { type: 'ltiResourceLink', url: 'https://tool.test/otra', title: 'Unidad <2>', custom: { u: 2 } },
      ],
      ...(settings.data === undefined ? {} : { [`${dl}/data`]: settings.data }),
      ...changes,
    };
    const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const body = new URLSearchParams({ JWT: await fixture.sign(defined) });
    return fixture.fetch(String(settings.deep_link_return_url).slice(campus.length), { method: 'POST', body });
  };
  return { fixture, request, settings, answer };
}

test('§3.11 a teacher adds an activity: what the tool answers is a link of the course, and launches with its own values', async () => {
  const { fixture, request, answer } = await deepLinking();
  assert.equal(request[claimOf('message_type')], 'LtiDeepLinkingRequest');
  const page = await (await answer()).text();
  assert.match(page, /data-testid="added"[^>]*>[^<]*Unidad &lt;2&gt;/);
  const cookie = await fixture.enter('alumna');
  const course = await (await fixture.fetch('/courses/mat-101', { headers: cookie })).text();
  const slug = [...course.matchAll(/data-testid="link-([^"]+)"/g)].at(-1)?.[1];
  const claims = claimsIn((await fixture.launch('alumna', `/courses/mat-101/links/${slug}/launch`)).get('id_token'));
  assert.equal(claims[claimOf('target_link_uri')], 'https://tool.test/otra');
  assert.deepEqual(claims[claimOf('custom')], { u: '2' });
  assert.deepEqual(fixture.simulator.complaints, []);
});

test('an answer that chooses nothing adds nothing, and an answer is taken once', async () => {
  const { answer } = await deepLinking();
  assert.match(await (await answer({ [`${dl}/content_items`]: [] })).text(), /data-testid="nothing-added"/);
  assert.equal((await answer({ nonce: 'n-2' })).status, 400);
});

const badAnswers: readonly (readonly [complaint: string, changes: Answer])[] = [
  ['message_type is not LtiDeepLinkingResponse', { [claimOf('message_type')]: 'LtiResourceLinkRequest' }],
  ['version is not 1.3.0', { [claimOf('version')]: undefined }],
  ['deployment_id is not that of the request', { [claimOf('deployment_id')]: '2' }],
  ['data is not exactly that of the request', { [`${dl}/data`]: 'otro' }],
  ['data is not exactly that of the request', { [`${dl}/data`]: undefined }],
  ['nonce is absent or was used before', { nonce: undefined }],
  ['content_items is not a list of items', { [`${dl}/content_items`]: {} }],
  ['an item is of a type that was not asked for', { [`${dl}/content_items`]: [{ type: 'x-otro' }] }],
  ['aud is not the one that is expected here', { aud: 'https://otro.example' }],
  ['iss is not the client id', { iss: 'https://tool.test' }],
  ['the token has expired, or does not say when it does', { exp: 1 }],
];

for (const [complaint, changes] of badAnswers) {
  test(`an answer to deep linking is refused: ${complaint} (${Object.keys(changes)})`, async () => {
    const { fixture, answer } = await deepLinking();
    assert.equal((await answer(changes)).status, 400);
    assert.deepEqual(fixture.simulator.complaints, [`deep-links: ${complaint}`]);
  });
}

test('§4 Schoology takes one item, of two types', async () => {
  const item = { type: 'ltiResourceLink', url: 'https://tool.test/otra' };
  const { fixture, answer } = await deepLinking('schoology');
  assert.equal((await answer({ [`${dl}/content_items`]: [item, item] })).status, 400);
  assert.equal((await answer({ [`${dl}/content_items`]: [{ type: 'image' }], nonce: 'n-2' })).status, 400);
  assert.match(fixture.simulator.complaints.join(), /more than one item[\s\S]*not asked for/);
});

const toolConfiguration = {
  domain: 'tool.test',
  target_link_uri: 'https://tool.test/lti/1.3/launch',
  claims: ['sub', 'iss', 'name', 'email'],
  messages: [{ type: 'LtiResourceLinkRequest' }],
};

const registration = (changes: Answer = {}) =>
  JSON.stringify({
    application_type: 'web',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: 'https://tool.test/lti/1.3/login',
    redirect_uris: ['https://tool.test/lti/1.3/launch'],
    client_name: 'Llavero',
    jwks_uri: 'https://tool.test/lti/1.3/jwks',
    token_endpoint_auth_method: 'private_key_jwt',
    scope: `${scopes.score} ${scopes.memberships}`,
    'https://purl.imsglobal.org/spec/lti-tool-configuration': toolConfiguration,
    ...changes,
  });

test('§3.13 a tool registers itself with a token that is good once', async () => {
  const { fetch, simulator } = createFixture();
  const headers = { authorization: `Bearer ${simulator.registrationToken()}`, 'content-type': 'application/json' };
  const configuration = (await (await fetch('/.well-known/openid-configuration', { headers })).json()) as Answer;
  assert.equal(configuration.issuer, simulator.platform.issuer);
  const path = String(configuration.registration_endpoint).slice(campus.length);
  const answer = await fetch(path, { method: 'POST', headers, body: registration() });
  const registered = (await answer.json()) as Answer;
  assert.equal(answer.status, 201);
  assert.equal(registered.scope, `${scopes.score} ${scopes.memberships}`);
  const settings = registered['https://purl.imsglobal.org/spec/lti-tool-configuration'] as Answer;
  assert.equal(typeof settings.deployment_id, 'string');
  assert.deepEqual(simulator.complaints, []);
  assert.equal((await fetch(path, { method: 'POST', headers, body: registration() })).status, 401);
});

test('a registration without its token or with wrong members is refused, and the token is not used up', async () => {
  const { fetch, simulator } = createFixture();
  const path = '/lti/registrations';
  assert.equal((await fetch('/.well-known/openid-configuration')).status, 401);
  const json = { 'content-type': 'application/json' };
  assert.equal((await fetch(path, { method: 'POST', headers: json, body: registration() })).status, 401);
  const headers = { ...json, authorization: `Bearer ${simulator.registrationToken()}` };
  for (const changes of [
    { redirect_uris: [] },
    { token_endpoint_auth_method: 'client_secret_basic' },
    { response_types: ['code'] },
    { grant_types: ['implicit'] },
    { jwks_uri: undefined },
    { 'https://purl.imsglobal.org/spec/lti-tool-configuration': { ...toolConfiguration, domain: 'otro.test' } },
  ]) {
    const answer = await fetch(path, { method: 'POST', headers, body: registration(changes) });
    assert.equal(answer.status, 400, JSON.stringify(changes));
  }
  assert.equal((await fetch(path, { method: 'POST', headers, body: registration() })).status, 201);
});

test('services misbehave as they are told to', async () => {
  const fixture = createFixture();
  const { simulator, fetch } = fixture;
  simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
  assert.equal((await fixture.token()).status, 500);
  simulator.misbehave({ endpoint: 'jwks', how: { kind: 'keys', set: 'missing' }, times: 1 });
  assert.deepEqual(await (await fetch('/lti/jwks')).json(), {});
  simulator.misbehave({ endpoint: 'jwks', how: { kind: 'huge' }, times: 1 });
  assert.ok((await (await fetch('/lti/jwks')).text()).length > 3_000_000);
  simulator.behave();
  assert.equal((await fixture.token()).status, 200);
});
