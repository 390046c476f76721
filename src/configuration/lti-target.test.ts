/**
 * Where launches may lead: J of the security cases, lti.md §6 cases 32 and 89.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientSchema } from './client-document.ts';
import { type LaunchedClient, onwardAddress } from './lti-target.ts';

const broker = new URL('https://broker.test/');

function client(members: object): LaunchedClient {
  const required = {
    ...{ client_id: 'lms', client_name: 'LMS', token_endpoint_auth_method: 'none', skip_authorization: true },
    redirect_uris: ['https://lms.test/cb'],
  };
  return clientSchema.parse({ ...required, ...members });
}
const courses = client({ lti_targets: ['https://lms.test/courses/'] });

test('a target below a registered address is led to', () => {
  for (const target of [
    'https://lms.test/courses/',
    'https://lms.test/courses/course-v1:Uni+A1+2026/jump_to/block-v1:Uni+A1+2026+type@problem+block@abc?x=1',
  ]) {
    assert.equal(onwardAddress(courses, target, broker), target);
  }
});

test('a target that another server could read as elsewhere is refused', () => {
  for (const target of [
    'https://lms.test/coursesX/',
    'https://lms.test/',
    'https://lms.test:8443/courses/a',
    'http://localhost/courses/a',
    'https://lms.test.evil.test/courses/a',
    'https://evil.test/courses/a',
    'https://lms.test/courses/..%2Fadmin',
    'https://lms.test/courses/%5C..%5Cadmin',
    'https://lms.test/courses/.%252e/admin',
    'https://lms.test/courses/..;/admin',
    'https://lms.test/courses//evil',
  ]) {
    assert.equal(onwardAddress(courses, target, broker), null, target);
  }
});

test('case 89: what is no absolute address in its normal form asks for nothing', () => {
  for (const target of [
    null,
    '',
    '//evil',
    '/\\evil',
    'https:evil',
    'https://lms.test@evil.test/courses/',
    'javascript:alert(1)',
    'https://lms.test/courses/../admin',
    'https://LMS.test/courses/a',
    'https://broker.test/lti/1.3/launch',
  ]) {
    assert.equal(onwardAddress(courses, target, broker), 'https://lms.test/courses/', String(target));
  }
});

test('whatever is asked for, nobody is led out of what is registered', () => {
  const piece = fc.constantFrom(
    'https://lms.test',
    '/courses',
    '/',
    '..',
    '%2e',
    '%2F',
    '\\',
    '@evil.test',
    ':443',
    '#',
    '?',
    'a',
    ';',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const onward = onwardAddress(courses, pieces.join(''), broker);
      assert.ok(onward === null || /^https:\/\/lms\.test\/courses(?:\/|\?|$)/.test(onward), String(onward));
    }),
  );
});

test('the app begins by its own address: with the target as OpenID Connect Core §4 has it, or as Open edX takes it', () => {
  const at = (members: object) =>
    client({ lti_targets: ['https://lms.test/courses/', 'https://mfe.test/'], ...members });
  const login = 'https://lms.test/auth/login/oidc/?auth_entry=login';
  const core = at({ initiate_login_uri: login });
  const begun = new URL(onwardAddress(core, 'https://lms.test/courses/a', broker) ?? '');
  assert.deepEqual(Object.fromEntries(begun.searchParams), {
    auth_entry: 'login',
    iss: 'https://broker.test',
    target_link_uri: 'https://lms.test/courses/a',
  });
  const openEdx = at({ initiate_login_uri: login, lti_target_parameter: 'next' });
  const next = (target: string | null) =>
    new URL(onwardAddress(openEdx, target, broker) ?? '').searchParams.get('next');
  assert.equal(next('https://lms.test/courses/a?b=c'), '/courses/a?b=c');
  assert.equal(next('https://mfe.test/learning/a'), 'https://mfe.test/learning/a');
  assert.equal(next(null), null);
});

test('a client that serves no targets and begins nowhere is led to by none', () => {
  assert.equal(onwardAddress(client({}), null, broker), null);
  assert.equal(onwardAddress(client({}), 'https://lms.test/', broker), null);
});

test('a registered target is an address of a server, without a query', () => {
  for (const target of ['com.example.app:/x', 'https://lms.test/?a=b', 'https://lms.test/*']) {
    assert.throws(() => client({ lti_targets: [target] }), target);
  }
});
