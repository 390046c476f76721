/**
 * Shapes of user info as operators write them: they rename what is released, and nothing is let through that nobody described.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientSchema } from './client-document.ts';
import { namedShapes, pathsOfShapes, type UserinfoShape } from './userinfo-shape.ts';

const client = {
  client_id: 'lms',
  client_name: 'LMS',
  client_secret: 'a practice secret that is long enough',
  redirect_uris: ['https://lms.example/cb'],
  skip_authorization: true,
  claims: ['preferred_username', 'name', 'email', 'email_verified', 'updated_at'],
};
const wordpress = {
  path: '/oauth/me',
  members: {
    ID: 'sub',
    user_login: 'preferred_username',
    user_email: 'email',
    display_name: 'name',
    user_registered: { claim: 'updated_at', type: 'text' },
    user_status: { value: '0' },
  },
};

const faultsOf = (changes: object) =>
  clientSchema
    .safeParse({ ...client, ...changes })
    .error?.issues.map(({ path, message }) => [path.join('.'), message]) ?? [];

test('a mapping is kept as it was written, and read again as it was kept', () => {
  const read = clientSchema.parse({ ...client, userinfo_shape: wordpress });
  assert.deepEqual(read.userinfo_shape, wordpress);
  assert.deepEqual(clientSchema.parse(read), read);
  const without = clientSchema.parse({ ...client, userinfo_shape: { members: { id: 'sub' } } });
  assert.deepEqual(without.userinfo_shape, { path: null, members: { id: 'sub' } });
  assert.equal(clientSchema.parse(client).userinfo_shape, 'standard');
});

test('a shape that ships is a mapping that an operator could have written', () => {
  for (const [name, { path, members }] of Object.entries(namedShapes)) {
    assert.deepEqual(faultsOf({ userinfo_shape: { path, members } }), [], name);
  }
});

test('M-10 a shape tells nothing that is not released', () => {
  assert.deepEqual(faultsOf({ userinfo_shape: { members: { id: 'sub', curp: 'curp', tel: 'phone_number' } } }), [
    ['userinfo_shape', 'tells what claims does not release: curp, phone_number'],
  ]);
  assert.deepEqual(faultsOf({ userinfo_shape: 'mit-users-me', claims: ['name', 'email'] }), [
    ['userinfo_shape', 'tells what claims does not release: preferred_username'],
  ]);
  assert.deepEqual(faultsOf({ userinfo_shape: 'mit-users-me', claims: ['preferred_username'] }), []);
});

const refused: readonly [shape: unknown, where: string, words: RegExp][] = [
  ['wordpress', 'userinfo_shape', /one of standard, mit-users-me/],
  ['constructor', 'userinfo_shape', /one of standard/],
  [null, 'userinfo_shape', /one of standard/],
  [[], 'userinfo_shape', /one of standard/],
  [{}, 'userinfo_shape.members', /./],
  [{ members: {} }, 'userinfo_shape.members', /everybody is one person/],
  [{ members: { name: 'name' } }, 'userinfo_shape.members', /everybody is one person/],
  [{ members: { id: { value: 'x' } } }, 'userinfo_shape.members', /everybody is one person/],
  [{ members: { id: 'sub' }, extra: 1 }, 'userinfo_shape', /./],
  [{ members: { id: 'sub', x: 'Not A Claim' } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', x: { claim: 'name', type: 'date' } } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', x: { claim: 'name' } } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', x: { value: { deep: 1 } } } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', x: { value: Number.NaN } } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', x: null } }, 'userinfo_shape.members.x', /must be a claim/],
  [{ members: { id: 'sub', __x: 'name' } }, 'userinfo_shape.members.__x', /./],
  [{ members: { id: 'sub', 'a b': 'name' } }, 'userinfo_shape.members.a b', /./],
  [
    { members: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`id${n}`, 'sub'])) },
    'userinfo_shape.members',
    /50/,
  ],
];
for (const [userinfo_shape, where, words] of refused) {
  test(`refused with its place: ${JSON.stringify(userinfo_shape).slice(0, 90)}`, () => {
    const [[place, message] = []] = faultsOf({ userinfo_shape });
    assert.equal(place, where);
    assert.match(message ?? '', words);
  });
}

for (const path of [
  'oauth/me',
  '/',
  '/a//b',
  '/a/',
  '/../a',
  '/a/..',
  '/a/./b',
  '/a?x',
  '/a#x',
  '/a%2Fb',
  '/a b',
  '//a',
]) {
  test(`no path: ${path}`, () => {
    assert.deepEqual(faultsOf({ userinfo_shape: { ...wordpress, path } }), [
      ['userinfo_shape.path', 'must be a path such as /oauth/me'],
    ]);
  });
}
for (const path of [
  '/oauth2/userinfo',
  '/account',
  '/Account/x',
  '/sign-in',
  '/.well-known/x',
  '/api/v1/users',
  '/admin',
]) {
  test(`an address of our own: ${path}`, () => {
    assert.deepEqual(faultsOf({ userinfo_shape: { ...wordpress, path } }), [
      ['userinfo_shape.path', 'is an address of our own'],
    ]);
  });
}

test('no member is a prototype', () => {
  const members = JSON.parse('{"id":"sub","__proto__":{"claim":"name","type":"text"}}');
  const { userinfo_shape: shape } = clientSchema.parse({ ...client, userinfo_shape: { members } });
  assert.deepEqual(shape, { path: null, members: { id: 'sub' } });
  assert.equal(Object.getPrototypeOf((shape as { members: object }).members), Object.prototype);
});

test('the addresses of all shapes', () => {
  const shapes: UserinfoShape[] = ['standard', 'mit-users-me', { path: null, members: {} }, wordpress as UserinfoShape];
  const paths = pathsOfShapes(shapes.map((userinfo_shape) => ({ userinfo_shape })));
  assert.deepEqual([...paths], ['/api/users/me', '/oauth/me']);
});

test('RFC 9700 §4.1.3: only a client with a secret may have addresses that are longer than registered', () => {
  const match = { redirect_uri_match: 'django-oauth-toolkit' };
  assert.deepEqual(faultsOf(match), []);
  assert.deepEqual(faultsOf({ ...match, token_endpoint_auth_method: 'none', client_secret: null }), [
    ['redirect_uri_match', 'must be exact with token_endpoint_auth_method: none'],
  ]);
});
