import assert from 'node:assert/strict';
import { test } from 'node:test';
import { challenge, createFixture, type Fixture, host, locationOf, native, verifier, web } from './fixture.ts';

async function assertPage(fixture: Fixture, changes: { [name: string]: string | null }, complaint: RegExp) {
  const answer = await fixture.authorize(changes);
  assert.equal(answer.status, 400);
  assert.equal(answer.headers.get('Location'), null);
  assert.equal(fixture.simulator.complaints.length, 1);
  assert.match(fixture.simulator.complaints[0] ?? '', complaint);
}

async function assertSentBack(changes: { [name: string]: string | null }, error: string, complaint: RegExp) {
  const { authorize, simulator } = createFixture();
  const parameters = locationOf(await authorize(changes)).searchParams;
  assert.deepEqual([parameters.get('error'), parameters.has('code')], [error, false]);
  assert.equal(simulator.complaints.length, 1);
  assert.match(simulator.complaints[0] ?? '', complaint);
}

test('a request without redirect_url is refused on a page, even with the standard redirect_uri', () =>
  assertPage(createFixture(), { redirect_url: null }, /redirect_url is absent/));

test('redirect_url and redirect_uri that differ are refused on a page', () =>
  assertPage(createFixture(), { redirect_uri: 'https://broker.example/other' }, /differ/));

test('an unknown redirect address is refused on a page: nobody is sent there', () =>
  assertPage(createFixture(), { redirect_url: 'https://evil.example/', redirect_uri: null }, /not registered/));

test('an unknown client is refused on a page', () =>
  assertPage(createFixture(), { client_id: '999999999999999999' }, /client_id/));

test('a parameter that is there twice is refused on a page', async () => {
  const { fetch, simulator } = createFixture();
  const answer = await fetch(`/oauth.xhtml?client_id=${native.clientId}&client_id=${native.clientId}`);
  assert.equal(answer.status, 400);
  assert.deepEqual(simulator.complaints, ['authorize: a parameter was sent twice']);
});

test('an absent state is refused', () => assertSentBack({ state: null }, 'invalid_request', /state is absent/));
test('an empty state is refused', () => assertSentBack({ state: '' }, 'invalid_request', /state is absent/));
test('a scope is refused', () => assertSentBack({ scope: 'openid' }, 'invalid_scope', /scope/));
test('another response_type than code is refused', () =>
  assertSentBack({ response_type: 'token' }, 'unsupported_response_type', /response_type/));
test('RFC 7636 §4.4.1: apps mode without a challenge is refused', () =>
  assertSentBack({ code_challenge: null }, 'invalid_request', /PKCE is mandatory/));
test('RFC 7636 §4.3: the plain method is refused', () =>
  assertSentBack({ code_challenge_method: 'plain' }, 'invalid_request', /not S256/));
test('RFC 7636 §4.3: an absent method is refused, for it means plain', () =>
  assertSentBack({ code_challenge_method: null }, 'invalid_request', /not S256/));
test('a challenge that is no SHA-256 is refused', () =>
  assertSentBack({ code_challenge: verifier }, 'invalid_request', /SHA-256/));

test('redirect_url alone, and response_type=code, are accepted', async () => {
  const { authorize, simulator } = createFixture();
  assert.equal((await authorize({ redirect_uri: null, response_type: 'code' })).status, 200);
  assert.deepEqual(simulator.complaints, []);
});

test('web mode needs no PKCE', async () => {
  const { authorize, simulator } = createFixture();
  assert.equal((await authorize({}, web)).status, 200);
  assert.deepEqual(simulator.complaints, []);
});

test('the page lists every practice person, says in two languages that it is practice, and runs nothing', async () => {
  const answer = await createFixture().authorize();
  const text = await answer.text();
  for (const slug of [
    'nacional',
    'formato-antiguo',
    'extranjero',
    'cuenta-basica',
    'correo-sin-verificar',
    'rechaza',
  ]) {
    assert.ok(text.includes(`data-testid="person-${slug}"`), slug);
  }
  assert.match(text, /No es el sitio del gobierno/);
  assert.match(text, /not the government’s site/);
  assert.match(text, /<html lang="es-MX">/);
  assert.doesNotMatch(text, /<script|<img|<link|https?:/);
  const policy = answer.headers.get('Content-Security-Policy') ?? '';
  assert.match(policy, /^default-src 'none'/);
  // A form-action would also bind the redirect after the form, which goes to another origin.
  assert.doesNotMatch(policy, /form-action/);
});

test('what a request holds is escaped on the page', async () => {
  const { fetch, simulator } = createFixture({ applications: [{ ...web, name: '<b>"name"</b>' }] });
  const query = new URLSearchParams({
    client_id: web.clientId,
    redirect_url: web.redirectUris[0] ?? '',
    state: '"><script>',
  });
  const raw = query.toString().replaceAll('%22', '"');
  const text = await (await fetch(`/oauth.xhtml?${raw}`)).text();
  assert.doesNotMatch(text, /<script|<b>/);
  assert.deepEqual(simulator.complaints, []);
});

/** What a browser does with the page: posts the button to the form's address. */
async function press(
  { authorize, simulator }: Fixture,
  slug: string,
  changes: { [name: string]: string } = {},
  cookie = '',
) {
  const text = await (await authorize(changes)).text();
  const action = /action="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Cookie: cookie };
  return simulator.app.fetch(new Request(new URL(action, host), { method: 'POST', headers, body: `person=${slug}` }));
}

test('choosing a person sends the browser back with a code of over 500 characters', async () => {
  const fixture = createFixture();
  const location = locationOf(await press(fixture, 'nacional'));
  assert.equal(location.origin + location.pathname, native.redirectUris[0]);
  const code = location.searchParams.get('code') ?? '';
  assert.ok(code.length > 500 && code.length < 4096);
  assert.equal(code.split('.').length, 3);
  assert.deepEqual(fixture.simulator.complaints, []);
});

test('the state comes back verbatim, whatever characters it has', async () => {
  for (const state of ['a b+c%20&d=e#f;g', 'ñ✓😀', '"\'<>\\', 'x'.repeat(3000), '%00\u0001', '../?state=b']) {
    assert.equal(locationOf(await press(createFixture(), 'nacional', { state })).searchParams.get('state'), state);
  }
});

test('a registered redirect address keeps its own query untouched', async () => {
  const fixture = createFixture();
  const redirect = native.redirectUris[1] ?? '';
  const answer = await press(fixture, 'nacional', { redirect_url: redirect, redirect_uri: redirect });
  assert.ok(answer.headers.get('Location')?.startsWith(`${redirect}&code=`));
});

test('who refuses is sent back with access_denied, errorDescription and the state', async () => {
  const fixture = createFixture();
  const parameters = locationOf(await press(fixture, 'rechaza')).searchParams;
  assert.deepEqual([...parameters.keys()], ['error', 'errorDescription', 'state']);
  assert.equal(parameters.get('error'), 'access_denied');
  assert.deepEqual(fixture.simulator.complaints, []);
});

test('somebody who is not on the list cannot be chosen', async () => {
  assert.equal((await press(createFixture(), 'nadie')).status, 200);
});

test('a POST is judged like a GET: a form cannot name another redirect address', async () => {
  const { fetch } = createFixture();
  const query = new URLSearchParams({
    client_id: native.clientId,
    redirect_url: 'https://evil.example/',
    state: 's',
    code_challenge: challenge,
  });
  const answer = await fetch(`/oauth.xhtml?${query}`, { method: 'POST', body: 'person=nacional' });
  assert.equal(answer.status, 400);
});

test('the open session is named on the page, and the list is shown all the same', async () => {
  const fixture = createFixture();
  const chosen = await press(fixture, 'extranjero');
  const cookie = chosen.headers.get('Set-Cookie') ?? '';
  assert.match(cookie, /^practica-llave-mx=.+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
  const page = await fixture.fetch(
    new URL(`${host}/oauth.xhtml?${fixture.simulator.requests[0]?.query}`).href.slice(host.length),
    {
      headers: { Cookie: cookie.split(';', 1)[0] ?? '' },
    },
  );
  const text = await page.text();
  assert.match(text, /Tienes una sesión abierta como <strong>Étienne Laurent/);
  assert.match(text, /data-testid="person-nacional"/);
});

test('the cookie is not Secure over plain HTTP, where the demonstration runs', async () => {
  const { simulator, authorize } = createFixture();
  await authorize();
  const request = new Request(`http://localhost:4401/oauth.xhtml?${simulator.requests[0]?.query}`, {
    method: 'POST',
    body: new URLSearchParams({ person: 'nacional' }),
  });
  assert.doesNotMatch((await simulator.app.fetch(request)).headers.get('Set-Cookie') ?? '', /Secure/);
});

test('no account is made here: the registration page says so', async () => {
  const answer = await createFixture().fetch('/RegistroCiudadano.xhtml');
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /Aquí no se crean cuentas/);
});

test('a malformed, repeated or unreachable application is refused at the start', () => {
  assert.throws(() => createFixture({ applications: [{ ...native, clientId: '20250810183431198' }] }), TypeError);
  assert.throws(() => createFixture({ applications: [native, native] }), TypeError);
  assert.throws(() => createFixture({ applications: [{ ...native, redirectUris: [] }] }), TypeError);
});
