import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, createFixture, type Fixture, native, otherWeb, prefix, web } from './fixture.ts';

async function assertRefused(fixture: Fixture, answer: Response, status: number, error: string, complaint: RegExp) {
  assert.equal(answer.status, status);
  assert.equal(((await answer.json()) as { error: string }).error, error);
  assert.equal(fixture.simulator.complaints.length, 1, fixture.simulator.complaints.join('\n'));
  assert.match(fixture.simulator.complaints[0] ?? '', complaint);
}

for (const application of [native, web]) {
  test(`a right request of mode ${application.mode} gets a token and no complaint`, async () => {
    const { code, token, simulator } = createFixture();
    const answer = await token(await code('nacional', application), {}, application);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys((await answer.json()) as object), [
      'accessToken',
      'refreshToken',
      'expiresIn',
      'tokenType',
    ]);
    assert.deepEqual(simulator.complaints, []);
  });
}

test('a form-encoded body is refused', async () => {
  const { code, fetch, simulator } = createFixture();
  const body = new URLSearchParams({ grant_type: 'authorization_code', code: await code('nacional') });
  const answer = await fetch(`${prefix(native)}/obtenerToken`, { method: 'POST', body });
  assert.equal(answer.status, 415);
  assert.match(simulator.complaints[0] ?? '', /form-encoded/);
});

test('a body that is no JSON object of texts is refused', async () => {
  for (const body of ['', '{', '[]', 'null', '{"grant_type":"authorization_code"}', '{"grantType":1}']) {
    const fixture = createFixture();
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    const answer = await fixture.fetch(`${prefix(native)}/obtenerToken`, { method: 'POST', headers, body });
    await assertRefused(fixture, answer, 400, 'invalid_request', /not a JSON object/);
  }
});

test('web mode without Basic is refused', async () => {
  const fixture = createFixture();
  const body = JSON.stringify({ grantType: 'authorization_code', code: 'x', redirectUri: 'x', clientId: web.clientId });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fixture.fetch(`${prefix(web)}/obtenerToken`, { method: 'POST', headers, body });
  assert.match(answer.headers.get('WWW-Authenticate') ?? '', /^Basic/);
  await assertRefused(fixture, answer, 401, 'invalid_client', /Basic of the web-service user is absent/);
});

test('Basic with the client id and secret is refused', async () => {
  const fixture = createFixture();
  const confused = { ...web, webService: { user: web.clientId, password: web.clientSecret } };
  const answer = await fixture.token(await fixture.code('nacional', web), {}, confused);
  await assertRefused(fixture, answer, 401, 'invalid_client', /Basic is wrong/);
});

test("Basic of another application's web-service user is refused", async () => {
  const fixture = createFixture();
  const answer = await fixture.token(
    await fixture.code('nacional', web),
    {},
    { ...web, webService: otherWeb.webService },
  );
  await assertRefused(fixture, answer, 401, 'invalid_client', /another application/);
});

for (const clientSecret of [null, '', 'wrong']) {
  test(`web mode with the client secret ${JSON.stringify(clientSecret)} is refused`, async () => {
    const fixture = createFixture();
    const answer = await fixture.token(await fixture.code('nacional', web), { clientSecret }, web);
    await assertRefused(fixture, answer, 401, 'invalid_client', /clientSecret/);
  });
}

test('an application at the path of the other mode is refused', async () => {
  const fixture = createFixture();
  const answer = await fixture.fetch(`${prefix(web)}/obtenerToken`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...basic(web) },
    body: JSON.stringify({ grantType: 'authorization_code', code: 'x', redirectUri: 'x', clientId: native.clientId }),
  });
  await assertRefused(fixture, answer, 401, 'invalid_client', /mode apps called the path of web/);
});

const refusedRequests = [
  {
    what: 'another grant type',
    changes: { grantType: 'password' },
    status: 400,
    error: 'unsupported_grant_type',
    complaint: /grantType/,
  },
  {
    what: 'an unknown client',
    changes: { clientId: '1'.repeat(18) },
    status: 401,
    error: 'invalid_client',
    complaint: /not registered/,
  },
  {
    what: 'a code that was never issued',
    changes: { code: 'made-up' },
    status: 400,
    error: 'invalid_grant',
    complaint: /never issued/,
  },
  {
    what: 'another redirect than before',
    changes: { redirectUri: native.redirectUris[1] ?? '' },
    status: 400,
    error: 'redirect_uri_mismatch',
    complaint: /differs/,
  },
  {
    what: 'RFC 7636 §4.6: a wrong verifier',
    changes: { codeVerifier: 'x'.repeat(43) },
    status: 400,
    error: 'invalid_grant',
    complaint: /does not belong/,
  },
  {
    what: 'an absent verifier',
    changes: { codeVerifier: null },
    status: 400,
    error: 'invalid_grant',
    complaint: /codeVerifier is absent/,
  },
] as const;
for (const { what, changes, status, error, complaint } of refusedRequests) {
  test(`${what} is refused`, async () => {
    const fixture = createFixture();
    const answer = await fixture.token(await fixture.code('nacional'), changes);
    await assertRefused(fixture, answer, status, error, complaint);
  });
}

test('a code is good after a minute, and refused a millisecond later', async () => {
  const onTime = createFixture();
  const code = await onTime.code('nacional');
  onTime.pass(60_000);
  assert.equal((await onTime.token(code)).status, 200);

  const late = createFixture();
  const lateCode = await late.code('nacional');
  late.pass(60_001);
  await assertRefused(late, await late.token(lateCode), 400, 'invalid_grant', /later than a minute/);
});

test('a code is refused the second time', async () => {
  const fixture = createFixture();
  const code = await fixture.code('nacional');
  await fixture.token(code);
  await assertRefused(fixture, await fixture.token(code), 400, 'invalid_grant', /used twice/);
});

test('RFC 6749 §4.1.2: a failed use spends the code', async () => {
  const fixture = createFixture();
  const code = await fixture.code('nacional');
  await fixture.token(code, { codeVerifier: 'x'.repeat(43) });
  assert.equal((await fixture.token(code)).status, 400);
});

test("another client's code is refused, and stays good for its own", async () => {
  const fixture = createFixture();
  const code = await fixture.code('nacional', web);
  await assertRefused(fixture, await fixture.token(code), 400, 'invalid_grant', /another client/);
  assert.equal((await fixture.token(code, {}, web)).status, 200);
});

test('a GET of the token path is refused', async () => {
  const { fetch, simulator } = createFixture();
  assert.equal((await fetch(`${prefix(native)}/obtenerToken`)).status, 404);
  assert.equal(simulator.complaints.length, 1);
});
