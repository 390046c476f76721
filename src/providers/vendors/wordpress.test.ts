import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRequest, worldThatAnswers } from '../oauth2.fixture.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';
import { practice, practiceAddress, practiceClient, redirectUri, refusedAs } from './oauth2-practice.fixture.ts';
import { mapWordPressUser, parseRegistration } from './wordpress-person.ts';
import { wordpressSettings } from './wordpress-settings.ts';

const settings = {
  base_address: practiceAddress,
  client_id: practiceClient.clientId,
  client_secret: practiceClient.clientSecret,
};
const site = (changes: object = {}, flavour: 'wordpress' | 'wordpress-old' = 'wordpress') =>
  practice({ flavour, vendor: 'wordpress', settings: { ...settings, ...changes } });

async function startOf(changes: object): Promise<URL> {
  const document = { slug: 'wp', vendor: 'wordpress', settings: { ...settings, ...changes } };
  return (await createRedirectProvider(vendors, document).start(startRequest, worldThatAnswers([]))).redirect;
}

// ---------------------------------------------------------------------------------------------------------- addresses

const addresses: readonly [string, string | undefined, string][] = [
  ['https://site.example', undefined, 'https://site.example/oauth/authorize'],
  ['https://site.example/', undefined, 'https://site.example/oauth/authorize'],
  ['https://site.example/blog', undefined, 'https://site.example/blog/oauth/authorize'],
  ['https://site.example', 'wp-json/moserver/authorize', 'https://site.example/wp-json/moserver/authorize'],
  ['https://site.example/blog', '?oauth=authorize', 'https://site.example/blog/?oauth=authorize'],
  ['https://site.example', 'index.php?oauth=authorize', 'https://site.example/index.php?oauth=authorize'],
];
for (const [base, path, expected] of addresses) {
  test(`${base} with ${path ?? 'the usual path'} leads to ${expected}`, async () => {
    const address = await startOf({ base_address: base, ...(path === undefined ? {} : { authorization_path: path }) });
    for (const name of [...address.searchParams.keys()]) if (name !== 'oauth') address.searchParams.delete(name);
    assert.equal(address.href, expected);
  });
}

for (const path of [
  '',
  '/oauth/token',
  '//evil.test/token',
  'https://evil.test/',
  '../token',
  'a/../../b',
  'a b',
  '\\x',
]) {
  test(`the path ${JSON.stringify(path)} is refused: the secret could go elsewhere`, () => {
    for (const name of ['authorization_path', 'token_path', 'userinfo_path']) {
      assert.equal(wordpressSettings.safeParse({ ...settings, [name]: path }).success, false, name);
    }
  });
}

test('scopes are sent with the separator of the site', async () => {
  assert.equal((await startOf({})).searchParams.get('scope'), 'basic profile email');
  assert.equal((await startOf({ scope_separator: 'comma' })).searchParams.get('scope'), 'basic,profile,email');
  assert.equal((await startOf({ scopes: [] })).searchParams.has('scope'), false);
});

// --------------------------------------------------------------------------------------------------------------- PKCE

test('a current plugin is sent PKCE', async () => {
  const { simulator, signIn } = site();
  await signIn('autora');
  assert.equal(new URLSearchParams(simulator.requests[0]?.query).get('code_challenge_method'), 'S256');
  assert.ok(new URLSearchParams(simulator.requests[1]?.body).has('code_verifier'));
});

test('an old plugin is sent no PKCE, and always the secret', async () => {
  const { simulator, signIn } = site({ plugin_generation: 'old' }, 'wordpress-old');
  await signIn('autora');
  assert.equal(simulator.requests[0]?.query.includes('code_challenge'), false);
  assert.equal(new URLSearchParams(simulator.requests[1]?.body).get('client_secret'), practiceClient.clientSecret);
  assert.equal(wordpressSettings.safeParse({ ...settings, client_secret: undefined }).success, false);
});

test('a plugin that refuses PKCE is found by check, which names the setting', async () => {
  const { provider, context } = site({}, 'wordpress-old');
  const [page] = await provider.check(redirectUri, context);
  assert.match(page?.detail ?? '', /plugin_generation/);
});

for (const name of ['pkce', 'state', 'verify']) {
  test(`there is no setting "${name}"`, () =>
    assert.equal(wordpressSettings.safeParse({ ...settings, [name]: 'omit' }).success, false));
}

// ---------------------------------------------------------------------------------------------------------- the token

test('the token goes into the header, and into the query only where the operator says so', async () => {
  const header = site();
  await header.signIn('autora');
  assert.deepEqual([header.simulator.requests[2]?.query, header.simulator.complaints], ['', []]);
  const query = site({ access_token_in: 'query' });
  await query.signIn('autora');
  assert.match(query.simulator.requests[2]?.query ?? '', /^access_token=/);
  assert.equal(query.simulator.requests[2]?.headers.authorization, undefined);
});

test('errors inside status 200 are refusals: a code that comes twice, and a token that has expired', async () => {
  const { visit, finish, simulator, signIn } = site();
  const used = await visit('administradora');
  await finish(used);
  await assert.rejects(finish(used), refusedAs('provider_rejected_code'));
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'error-inside-200', error: 'expired_token' }, times: 1 });
  await assert.rejects(signIn('administradora'), refusedAs('provider_rejected_token'));
});

test('facts: redirect_state and iframe=break in the callback are harmless', async () => {
  const { visit, finish } = site();
  const parameters = await visit('autora');
  assert.deepEqual([...parameters.keys()].sort(), ['code', 'iframe', 'keep', 'redirect_state', 'state']);
  assert.equal((await finish(parameters)).profile.subject, '1204');
});

// --------------------------------------------------------------------------------------------------------- the person

test('an author is read whole', async () => {
  const { profile } = await site({ role_mapping: { author: 'Docente' } }).signIn('autora');
  assert.deepEqual(profile.name, {
    full: 'María de la Cruz Olvera',
    given: 'María',
    firstSurname: 'de la Cruz Olvera',
    secondSurname: null,
  });
  assert.deepEqual(profile.emails, [{ address: 'maria.cruz@example.com', verified: false }]);
  assert.deepEqual(profile.roles, [{ id: 'author', name: 'Docente' }]);
  assert.deepEqual(profile.raw.derived, { role_slugs: ['author'], registered_at: '2019-02-05T23:59:58Z' });
});

test('who runs the site is nobody here, unless the operator says so', async () => {
  const { profile } = await site().signIn('administradora');
  assert.deepEqual(profile.roles, []);
  assert.deepEqual(profile.raw.derived, { role_slugs: ['administrator', 'editor'], registered_at: null });
  const mapped = await site({ role_mapping: { administrator: 'Soporte' } }).signIn('administradora');
  assert.deepEqual(mapped.profile.roles, [{ id: 'administrator', name: 'Soporte' }]);
});

test('an address is verified only where the operator vouches for the site', async () => {
  assert.equal((await site({ trust_verified_email: true }).signIn('autora')).profile.emails[0]?.verified, true);
});

test('the ID is text, whether it comes as text or as a number', async () => {
  for (const json of ['"1204"', '1204']) {
    const { simulator, signIn } = site();
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json }, times: 1 });
    assert.equal((await signIn('autora')).profile.subject, '1204');
  }
});

const registrations: readonly [string | null, string | null][] = [
  ['2019-02-05 23:59:58', '2019-02-05T23:59:58Z'],
  ['2020-02-29 00:00:00', '2020-02-29T00:00:00Z'],
  ['2019-02-29 00:00:00', null],
  ['0000-00-00 00:00:00', null],
  ['2019-02-05 24:00:00', null],
  ['2019-02-05', null],
  ['2019-02-05T23:59:58Z', null],
  [null, null],
];
for (const [sent, read] of registrations) {
  test(`user_registered ${sent} is ${read}`, () => assert.equal(parseRegistration(sent), read));
}

test('no shape of user data makes the mapping throw', () => {
  const names = ['user_email', 'display_name', 'user_roles', 'user_registered', 'capabilities'];
  for (const odd of [null, true, 0, '', 'null', [], {}, [[]], 'x'.repeat(100_000)]) {
    assert.doesNotThrow(() => mapWordPressUser(Object.fromEntries(names.map((name) => [name, odd])), {}));
  }
});
