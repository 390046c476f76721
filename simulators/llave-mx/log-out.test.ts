import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basic, createFixture, type Fixture, native, prefix, web } from './fixture.ts';

const appsPath = '/ws/rest/apps/auth/cerrarSesion';
const webPath = '/ws/rest/oauth/cerrarSesion';

async function logOut({ fetch }: Fixture, path: string, headers: { [name: string]: string }, body = '{}') {
  return fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

test('the body {} at the path of the mode ends the token', async () => {
  for (const [application, path] of [
    [native, appsPath],
    [web, webPath],
  ] as const) {
    const fixture = createFixture();
    const headers = { accessToken: await fixture.accessToken('nacional', application), ...basic(application) };
    const answer = await logOut(fixture, path, headers);
    assert.equal(((await answer.json()) as { codeResponse: number }).codeResponse, 101);
    assert.deepEqual(fixture.simulator.complaints, []);

    const afterwards = await fixture.fetch(`${prefix(application)}/datosUsuario`, { headers });
    assert.equal(afterwards.status, 401);
    assert.match(fixture.simulator.complaints[0] ?? '', /after the log-out/);
  }
});

test('an empty body is answered with 411 and HTML, and the token lives on', async () => {
  const fixture = createFixture();
  const accessToken = await fixture.accessToken('nacional');
  const answer = await logOut(fixture, appsPath, { accessToken }, '');
  assert.equal(answer.status, 411);
  assert.match(answer.headers.get('Content-Type') ?? '', /^text\/html/);
  assert.match(fixture.simulator.complaints[0] ?? '', /body is empty/);
  assert.equal((await fixture.fetch(`${prefix(native)}/datosUsuario`, { headers: { accessToken } })).status, 200);
});

test('another body than {} is refused', async () => {
  const fixture = createFixture();
  const answer = await logOut(fixture, appsPath, { accessToken: await fixture.accessToken('nacional') }, 'null');
  assert.equal(answer.status, 400);
  assert.match(fixture.simulator.complaints[0] ?? '', /two characters/);
});

test('apps mode: the path with "oauth" in place of "auth" does not exist', async () => {
  const fixture = createFixture();
  const accessToken = await fixture.accessToken('nacional');
  assert.equal((await logOut(fixture, '/ws/rest/apps/oauth/cerrarSesion', { accessToken })).status, 404);
  assert.match(fixture.simulator.complaints[0] ?? '', /apps\/auth/);
});

test('a token at the log-out path of the other mode is refused', async () => {
  const fixture = createFixture();
  const accessToken = await fixture.accessToken('nacional', web);
  assert.equal((await logOut(fixture, appsPath, { accessToken })).status, 401);
  assert.match(fixture.simulator.complaints[0] ?? '', /path of apps/);
});

test('web mode: log-out without Basic is refused', async () => {
  const fixture = createFixture();
  const accessToken = await fixture.accessToken('nacional', web);
  assert.equal((await logOut(fixture, webPath, { accessToken })).status, 401);
  assert.match(fixture.simulator.complaints[0] ?? '', /Basic/);
});

test('log-out with an expired token is refused', async () => {
  const fixture = createFixture();
  const accessToken = await fixture.accessToken('nacional');
  fixture.pass(900_000);
  assert.equal((await logOut(fixture, appsPath, { accessToken })).status, 401);
});

test("log-out ends the citizen's single sign-on in the browser", async () => {
  const fixture = createFixture();
  const { app } = fixture.simulator;
  await fixture.authorize();
  const address = `https://llave.example/oauth.xhtml?${fixture.simulator.requests[0]?.query}`;
  const body = new URLSearchParams({ person: 'nacional' });
  const chosen = await app.fetch(new Request(address, { method: 'POST', body }));
  const headers = { Cookie: chosen.headers.get('Set-Cookie')?.split(';', 1)[0] ?? '' };
  const page = async () => (await app.fetch(new Request(address, { headers }))).text();
  assert.match(await page(), /data-testid="open-session"/);

  const code = new URL(chosen.headers.get('Location') ?? '').searchParams.get('code') ?? '';
  const { accessToken } = (await (await fixture.token(code)).json()) as { accessToken: string };
  await logOut(fixture, appsPath, { accessToken });
  assert.doesNotMatch(await page(), /data-testid="open-session"/);
});
