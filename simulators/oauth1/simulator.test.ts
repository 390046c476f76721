import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askOauthlib, oauthlibTest, type SignedByOauthlib, type SignTask } from '../../test/interop/oauthlib.ts';
import { mayCallBack } from './client.ts';
import { createFixture } from './fixture.ts';
import { oauth1PracticePeople } from './people.ts';
import { createOAuth1Simulator } from './simulator.ts';

/** Signed by oauthlib with the secrets of RFC 5849 §1.2 and a fixed nonce, then checked by what stands beside this file. */
test('a request that another library signed is accepted, and anything changed in it is not', async () => {
  const { ask, header } = createFixture();
  assert.equal((await ask(header())).status, 200);
  const changes: readonly (readonly [string, Parameters<typeof header>[0]])[] = [
    ['the signature is wrong', { oauth_signature: 'abc' }],
    ['the signature is wrong', { oauth_callback: 'https://broker.test/cb?state=other' }],
    ['the signature is wrong', { extra: 'x' }],
    ['oauth_consumer_key is absent or not registered', { oauth_consumer_key: 'nobody' }],
    ['oauth_signature_method is not the registered one', { oauth_signature_method: 'PLAINTEXT' }],
    ['oauth_version is not 1.0', { oauth_version: '2.0' }],
    ['oauth_nonce is absent or could be guessed', { oauth_nonce: '1' }],
    ['oauth_timestamp is absent or no number', { oauth_timestamp: 'now' }],
    ['oauth_timestamp is more than five minutes off', { oauth_timestamp: '1600000000' }],
    ['oauth_token is absent, or stands where none may', { oauth_token: 'a' }],
  ];
  for (const [complaint, change] of changes) {
    const { ask: askAgain, header: changed, simulator } = createFixture();
    assert.equal((await askAgain(changed(change))).status, 401, complaint);
    assert.deepEqual(simulator.complaints, [`temporary-credentials: ${complaint}`]);
  }
});

test('RFC 5849 §3.3: a nonce is good once', async () => {
  const { ask, header, simulator } = createFixture();
  assert.equal((await ask(header())).status, 200);
  assert.equal((await ask(header())).status, 401);
  assert.deepEqual(simulator.complaints, ['temporary-credentials: oauth_nonce was used before']);
});

test('a parameter twice, in two places, or in another place is refused', async () => {
  for (const [authorization, query, complaint] of [
    [`${createFixture().header()}, oauth_nonce="b"`, '', 'a protocol parameter was sent twice'],
    [createFixture().header(), '?oauth_nonce=b', 'protocol parameters stand in two places'],
    [null, '?oauth_consumer_key=dpf43f3p2l4k3l03', 'a signature is not read from the query here'],
    ['OAuth a', '', 'the Authorization header is not a list of name="value"'],
  ] as const) {
    const { ask, simulator } = createFixture('x');
    assert.equal((await ask(authorization, query)).status, 401, complaint);
    assert.deepEqual(simulator.complaints, [`temporary-credentials: ${complaint}`]);
  }
});

test('a callback may add to the query of a registered one, and to nothing else', () => {
  const client = { consumerKey: 'k', name: 'n', signing: { method: 'HMAC-SHA1', secret: 's' } } as const;
  const plain = { ...client, callbacks: ['https://b.test/cb'] };
  const withQuery = { ...client, callbacks: ['https://b.test/cb?a=1'] };
  for (const good of ['https://b.test/cb', 'https://b.test/cb?state=x']) assert.ok(mayCallBack(plain, good), good);
  assert.ok(mayCallBack(withQuery, 'https://b.test/cb?a=1&state=x'));
  for (const bad of [
    '',
    'oob',
    'https://b.test/cb/',
    'https://b.test/cb2',
    'https://b.test/cb&a',
    'https://b.test/cb?a#b',
  ]) {
    assert.equal(mayCallBack(plain, bad), false, bad);
  }
  assert.equal(mayCallBack(withQuery, 'https://b.test/cb?a=12'), false);
});

test('a page is shown for a token once: not after permission, nor when it is too old, nor for another', async () => {
  const { temporary, page, permit } = createFixture();
  const token = await temporary();
  assert.equal((await page(token)).status, 200);
  const callback = await permit(token, 'con-correo');
  assert.equal(callback.searchParams.get('oauth_token'), token);
  assert.ok(callback.searchParams.get('oauth_verifier'));
  assert.equal((await page(token)).status, 400);
  assert.equal((await page('another')).status, 400);
  const old = createFixture();
  const late = await old.temporary();
  old.pass(600_001);
  assert.equal((await old.page(late)).status, 400);
});

test('the practice page says that it is one, and what it is not', async () => {
  for (const flavour of ['plain', 'x'] as const) {
    const { temporary, page } = createFixture(flavour);
    const text = await (await page(await temporary())).text();
    assert.match(text, /data-testid="practice-notice"/);
    assert.match(text, /data-testid="person-con-correo"/);
    assert.doesNotMatch(text, /<script|<img|https?:/);
  }
});

test('malformed clients and people are refused at once', () => {
  const environment = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count) };
  const client = {
    consumerKey: 'k',
    name: 'n',
    callbacks: ['https://b.test/cb'],
    signing: { method: 'HMAC-SHA1', secret: 's' },
  } as const;
  const create = (clients: Parameters<typeof createOAuth1Simulator>[0]['clients']) =>
    createOAuth1Simulator({ environment, flavour: 'plain', origin: 'https://up.test', prefix: '', clients });
  assert.throws(() => create([{ ...client, consumerKey: '' }]), TypeError);
  assert.throws(() => create([client, client]), TypeError);
  assert.throws(() => create([{ ...client, callbacks: [] }]), TypeError);
  const somebody = { slug: 'A b', name: '', special: { es: '', en: '' }, answer: 'refuses' } as const;
  assert.throws(() => create([client]).addPerson(somebody), RangeError);
});

oauthlibTest(
  'oauthlib as the application: its whole dance is accepted by every flavour whose server it is',
  async () => {
    for (const flavour of ['plain', 'x'] as const) {
      const { simulator, fetch, paths, permit, credentials } = createFixture(flavour);
      const sign = (path: string, more: Partial<SignTask>) => {
        const task = {
          do: 'sign',
          place: 'AUTH_HEADER',
          method: 'POST',
          form: null,
          method_of_signature: 'HMAC-SHA1',
        } as const;
        const url = `https://up.test/p${path}`;
        const timestamp = '1700000000';
        const [signed] = askOauthlib<SignedByOauthlib>([{ ...task, ...credentials, timestamp, url, ...more }]);
        return { url: path, headers: { authorization: signed?.authorization ?? '' }, method: more.method ?? 'POST' };
      };
      const send = async ({ url, ...init }: ReturnType<typeof sign>) => (await fetch(url, init)).text();
      const callback = 'https://broker.test/cb?state=a b';
      const temporary = new URLSearchParams(await send(sign(paths.temporaryCredentials, { callback })));
      const token = temporary.get('oauth_token') ?? '';
      const verifier = (await permit(token, 'con-signos')).searchParams.get('oauth_verifier');
      const token_secret = temporary.get('oauth_token_secret') ?? '';
      const granted = new URLSearchParams(await send(sign(paths.tokenCredentials, { token, token_secret, verifier })));
      const access = {
        token: granted.get('oauth_token'),
        token_secret: granted.get('oauth_token_secret') ?? '',
        method: 'GET',
      } as const;
      assert.match(
        await send(sign(`${paths.userData}?include_email=true&x=%C3%B1%20y`, access)),
        /zoe\+cursos@example\.com/,
      );
      assert.deepEqual(simulator.complaints, []);
    }
  },
);

test('a program without eyes is sent on at once, as the person that was chosen for it', async () => {
  const chosen = oauth1PracticePeople.find(({ slug }) => slug === 'vecina') ?? null;
  const { temporary, page, simulator } = createFixture('plain', () => chosen);
  const answer = await page(await temporary());
  const back = new URL(answer.headers.get('location') ?? '');
  assert.equal(back.origin, 'https://broker.test');
  assert.ok(back.searchParams.get('oauth_verifier'));
  assert.deepEqual(simulator.complaints, []);
});
