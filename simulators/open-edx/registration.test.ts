import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixture, record, refusalOf } from './fixture.ts';

test('a token that the provider knows makes an active, linked account', async () => {
  const { register, simulator, asked } = createFixture();
  const answer = await register();
  assert.equal(answer.status, 200);
  const { success, authenticated_user: user } = (await answer.json()) as {
    success: boolean;
    authenticated_user: object;
  };
  assert.deepEqual([success, user], [true, { username: 'ana', full_name: 'Ana Ruiz', user_id: 6 }]);
  assert.deepEqual(simulator.linksOf('ana'), [{ provider: 'ol-oauth2', uid: 'ana' }]);
  assert.equal(simulator.account('ana')?.isActive, true);
  assert.deepEqual(
    asked.map(({ init }) => new Headers(init.headers).get('authorization')),
    ['Bearer broker-token'],
  );
  assert.deepEqual(simulator.complaints, []);
});

test('an address that is not the one of the provider is not active without a mail', async () => {
  const { register, simulator } = createFixture();
  assert.equal((await register({ email: 'other@uni.test' })).status, 200);
  assert.equal(simulator.account('ana')?.isActive, false);
});

const refused: readonly [string, { readonly [field: string]: string | null }, readonly [number, string]][] = [
  ['a name with a dot', { username: 'ana.ruiz' }, [400, 'validation-error']],
  ['a name of one letter', { username: 'a' }, [400, 'validation-error']],
  ['no full name', { name: null }, [400, 'validation-error']],
  ['a full name with a link', { name: 'see http://spam.test' }, [400, 'validation-error']],
  ['an address without a domain', { email: 'ana' }, [400, 'validation-error']],
  ['no honor code', { honor_code: null }, [400, 'validation-error']],
  ['a country that is none', { country: 'XX' }, [400, 'invalid-country']],
  ['a country in words', { country: 'Mexico' }, [400, 'invalid-country']],
  ['no token', { access_token: null }, [400, 'tpa-missing-access-token']],
  ['a backend that nobody knows', { provider: 'other' }, [400, 'tpa-invalid-access-token']],
  ['a page whose login is gone', { social_auth_provider: 'Llavero' }, [400, 'tpa-session-expired']],
  ['a username that is taken, in other letters', { username: 'LUIS' }, [409, 'duplicate-username']],
  ['an address that is taken, in other letters', { email: 'LUIS@uni.test' }, [409, 'duplicate-email']],
  ['both', { username: 'luis', email: 'luis@uni.test' }, [409, 'duplicate-email-username']],
];
for (const [what, changes, expected] of refused) {
  test(`registration refuses ${what}, and makes nothing`, async () => {
    const { register, simulator } = createFixture();
    assert.deepEqual(await refusalOf(await register(changes)), expected);
    assert.equal(simulator.accounts.length, 2);
  });
}

test('a username that is taken comes with others that are free', async () => {
  const { register } = createFixture();
  const { username_suggestions: suggestions } = (await (await register({ username: 'luis' })).json()) as {
    username_suggestions: string[];
  };
  assert.ok(suggestions.length > 0 && suggestions.length <= 7);
  for (const suggestion of suggestions)
    assert.equal((await createFixture().register({ username: suggestion })).status, 200);
  const nameless = (await (await register({ username: 'luis', name: '' })).json()) as {
    username_suggestions: string[];
  };
  assert.deepEqual(nameless.username_suggestions, []);
});

for (const status of [400, 401, 403, 404, 409, 500, 503]) {
  test(`a provider that answers ${status} is an invalid token, and the account is taken back`, async () => {
    const { register, answers, simulator } = createFixture();
    answers.set('/api/users/me', status);
    assert.deepEqual(await refusalOf(await register()), [400, 'tpa-invalid-access-token']);
    assert.equal(simulator.account('ana'), null);
    answers.set('/api/users/me', { username: 'ana', email: 'ana@uni.test' });
    assert.equal((await register()).status, 200);
  });
}

test('a token of somebody who is linked is refused, and the account is taken back', async () => {
  const { register, simulator } = createFixture();
  await register();
  const again = await register({ username: 'ana-2', email: 'ana2@uni.test' });
  assert.deepEqual(await refusalOf(again), [400, 'tpa-token-already-associated']);
  assert.equal(simulator.account('ana-2'), null);
});

test('a user info without the member that says who somebody is makes the uid None, for everybody', async () => {
  const { register, answers, simulator } = createFixture();
  answers.set('/api/users/me', { username: null, email: 'ana@uni.test' });
  assert.equal((await register()).status, 200);
  assert.deepEqual(simulator.linksOf('ana'), [{ provider: 'ol-oauth2', uid: 'None' }]);
  assert.match(simulator.complaints[0] ?? '', /the uid is the text None/);
  const other = await register({ username: 'eva', email: 'eva@uni.test' });
  assert.deepEqual(await refusalOf(other), [400, 'tpa-token-already-associated']);
});

test('no record for the Site of the host is a 500 with the words that operators search for', async () => {
  const sites = [
    { id: 2, domain: 'lms.test' },
    { id: 3, domain: 'lms.test:8000' },
  ];
  const { fetch, simulator } = createFixture({ sites });
  const fields = {
    username: 'ana',
    email: 'a@uni.test',
    name: 'Ana',
    provider: 'ol-oauth2',
    access_token: 'x',
    honor_code: 'true',
  };
  const post = (host: string) =>
    fetch(`https://${host}/api/user/v2/account/registration/`, { method: 'POST', body: new URLSearchParams(fields) });
  const answer = await post('lms.test:8000');
  assert.equal(answer.status, 500);
  assert.match(await answer.text(), /Can.*t fetch setting of a disabled backend\/provider\./);
  assert.equal(simulator.account('ana'), null);
  assert.equal((await post('172.17.0.1:8000')).status, 200, 'an unknown host is the Site of SITE_ID');
});

test('with sync_learner_profile_data the address of the provider overrides the one that was sent', async () => {
  const { register, simulator } = createFixture();
  simulator.saveProvider({ ...record, sync_learner_profile_data: true });
  await register({ email: 'other@uni.test' });
  assert.equal(simulator.account('ana')?.email, 'ana@uni.test');
});

test('60 registrations a week come from one address, whatever becomes of them; another address has its own', async () => {
  const { form, pass } = createFixture();
  const post = (from: string) => form('/user_api/v1/account/registration/', {}, { 'x-forwarded-for': from });
  for (let count = 0; count < 60; count++) assert.equal((await post('10.0.0.1')).status, 400);
  assert.deepEqual(await refusalOf(await post('10.0.0.1')), [403, 'forbidden-request']);
  assert.equal((await post('10.0.0.2')).status, 400);
  pass(7 * 24 * 3_600_000);
  assert.equal((await post('10.0.0.1')).status, 400);
});

test('ENABLE_REQUIRE_THIRD_PARTY_AUTH closes the API to servers; ALLOW_PUBLIC_ACCOUNT_CREATION to everybody', async () => {
  const required = createFixture({ settings: { ENABLE_REQUIRE_THIRD_PARTY_AUTH: true } });
  const closed = createFixture({ settings: { ALLOW_PUBLIC_ACCOUNT_CREATION: false } });
  for (const { register } of [required, closed]) {
    const answer = await register();
    assert.equal(answer.status, 403);
    assert.match(answer.headers.get('content-type') ?? '', /html/);
  }
});

test('validation judges each field, says what is taken, and makes nothing', async () => {
  const { post, simulator } = createFixture();
  const answer = await post('/api/user/v1/validation/registration', {
    username: 'luis',
    name: 'Luis Paz',
    email: 'x',
    country: 'MX',
  });
  const { validation_decisions: decisions, username_suggestions: suggestions } = (await answer.json()) as {
    validation_decisions: { [field: string]: string };
    username_suggestions: string[];
  };
  assert.match(decisions.username ?? '', /already taken/);
  assert.match(decisions.email ?? '', /properly formatted/);
  assert.deepEqual([decisions.name, decisions.country], ['', '']);
  assert.ok(suggestions.length > 0);
  assert.equal(simulator.accounts.length, 2);
});
