import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, createFixture, native, otherWeb, prefix, web } from './fixture.ts';

interface Call {
  readonly path: string;
  readonly headers: { [name: string]: string };
}

async function assertRefused(
  fixture: ReturnType<typeof createFixture>,
  { path, headers }: Call,
  error: string,
  complaint: RegExp,
) {
  const answer = await fixture.fetch(path, { headers });
  assert.equal(answer.status, 401);
  assert.equal(((await answer.json()) as { error: string }).error, error);
  assert.equal(fixture.simulator.complaints.length, 1, fixture.simulator.complaints.join('\n'));
  assert.match(fixture.simulator.complaints[0] ?? '', complaint);
}

const appsPath = `${prefix(native)}/datosUsuario`;
const webPath = `${prefix(web)}/datosUsuario`;

test('web mode: Basic and accessToken together open the user data', async () => {
  const { accessToken, fetch, simulator } = createFixture();
  const headers = { accessToken: await accessToken('nacional', web), ...basic(web) };
  const answer = await fetch(webPath, { headers });
  assert.equal(((await answer.json()) as { idUsuario: number }).idUsuario, 700001);
  assert.deepEqual(simulator.complaints, []);
});

test('Authorization: Bearer in place of the header accessToken is refused', async () => {
  const fixture = createFixture();
  const headers = { Authorization: `Bearer ${await fixture.accessToken('nacional')}` };
  await assertRefused(fixture, { path: appsPath, headers }, 'invalid_token', /header named accessToken/);
});

test('an absent token is refused', () =>
  assertRefused(createFixture(), { path: appsPath, headers: {} }, 'invalid_token', /absent or empty/));

test('a token that was never issued is refused', () =>
  assertRefused(createFixture(), { path: appsPath, headers: { accessToken: 'x' } }, 'invalid_token', /never issued/));

test('web mode: a token without Basic is refused', async () => {
  const fixture = createFixture();
  const headers = { accessToken: await fixture.accessToken('nacional', web) };
  await assertRefused(fixture, { path: webPath, headers }, 'invalid_client', /absent/);
});

test('web mode: a token with wrong Basic is refused', async () => {
  const fixture = createFixture();
  const wrong = { ...web, webService: { user: web.webService.user, password: 'wrong' } };
  const headers = { accessToken: await fixture.accessToken('nacional', web), ...basic(wrong) };
  await assertRefused(fixture, { path: webPath, headers }, 'invalid_client', /wrong/);
});

test('web mode: the token of another application is refused', async () => {
  const fixture = createFixture();
  const headers = { accessToken: await fixture.accessToken('nacional', web), ...basic(otherWeb) };
  await assertRefused(fixture, { path: webPath, headers }, 'invalid_token', /another application/);
});

test('a token of one mode is refused at the path of the other', async () => {
  const fixture = createFixture();
  const headers = { accessToken: await fixture.accessToken('nacional', web) };
  await assertRefused(fixture, { path: appsPath, headers }, 'invalid_token', /mode web came to the path of apps/);
});

test('a token lives less than 15 minutes, whatever its answer said', async () => {
  const fixture = createFixture();
  const headers = { accessToken: await fixture.accessToken('cuenta-basica') };
  fixture.pass(899_999);
  assert.equal((await fixture.fetch(appsPath, { headers })).status, 200);
  fixture.pass(1);
  await assertRefused(fixture, { path: appsPath, headers }, 'invalid_token', /15 minutes/);
});

const wrongRoles = [
  {
    what: 'a form-encoded body',
    type: 'application/x-www-form-urlencoded',
    body: 'idUsuario=700001',
    complaint: /not application\/json/,
  },
  { what: 'a body that is not JSON', type: 'application/json', body: '', complaint: /not JSON/ },
  {
    what: 'a body without idSistema',
    type: 'application/json',
    body: '{"idUsuario":700001}',
    complaint: /no idSistema/,
  },
  {
    what: 'another person',
    type: 'application/json',
    body: `{"idUsuario":1,"idSistema":"${native.clientId}"}`,
    complaint: /not the person/,
  },
  {
    what: 'another system',
    type: 'application/json',
    body: '{"idUsuario":"700001","idSistema":"1"}',
    complaint: /not the client id/,
  },
];
for (const { what, type, body, complaint } of wrongRoles) {
  test(`roles: ${what} is refused`, async () => {
    const { accessToken, fetch, simulator } = createFixture();
    const headers = { accessToken: await accessToken('nacional'), 'Content-Type': type };
    const answer = await fetch(`${prefix(native)}/getRolesUsuarioLogueado`, { method: 'POST', headers, body });
    assert.equal(answer.status, 400);
    assert.match(simulator.complaints[0] ?? '', complaint);
  });
}

test('an unknown path of the API is a complaint, a browser that asks for an icon is not', async () => {
  const { fetch, simulator } = createFixture();
  assert.equal((await fetch('/favicon.ico')).status, 404);
  assert.deepEqual(simulator.complaints, []);
  assert.equal((await fetch('/ws/rest/oauth2/userinfo')).status, 404);
  assert.equal(simulator.complaints.length, 1);
});
