import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignInError } from '../errors.ts';
import { definitionWith, startRequest, type WrittenAnswer, worldThatAnswers } from './oauth2.fixture.ts';
import { createOAuth2Provider } from './oauth2.ts';

const provider = createOAuth2Provider(definitionWith({}));
const token = { access_token: 'the-token', token_type: 'Bearer' };
const html = { 'content-type': 'text/html; charset=utf-8' };
const page: WrittenAnswer = { headers: html, body: '<p>' };
const redirectUri = startRequest.redirectUri;
const checks: readonly [string, readonly WrittenAnswer[], readonly string[], RegExp][] = [
  ['a refused made-up code is good', [page, { error: 'invalid_grant' }], ['good', 'good'], /only the made-up code/],
  ['an accepted made-up code is bad', [page, token], ['good', 'bad'], /accepted/],
  [
    'a refused client is bad',
    [page, { error: 'invalid_client' }],
    ['good', 'bad'],
    /invalid_client\. Look at the registration/,
  ],
  [
    'a refused redirect address is bad',
    [page, { error: 'redirect_uri_mismatch' }],
    ['good', 'bad'],
    /redirect_uri_mismatch/,
  ],
  ['HTML from the API is bad', [page, page], ['good', 'bad'], /Look at the addresses/],
  [
    'a time-out is bad',
    [page, new SignInError('provider_timeout', 'up.test did not answer')],
    ['good', 'bad'],
    /Look at the network/,
  ],
  [
    'a page that is down is bad',
    [{ status: 503, headers: html }, { error: 'invalid_grant' }],
    ['bad', 'good'],
    /Look at the network/,
  ],
  [
    'a page that refuses is bad',
    [{ status: 400, headers: html }, { error: 'invalid_grant' }],
    ['bad', 'good'],
    /registration/,
  ],
  [
    'a page that comes straight back with an error is bad',
    [{ status: 302, headers: { location: `${redirectUri}?error=x` } }, { error: 'invalid_grant' }],
    ['bad', 'good'],
    /registration/,
  ],
  [
    'a page that sends on to a log-in form is good',
    [{ status: 302, headers: { location: '/login?error=none' } }, { error: 'invalid_grant' }],
    ['good', 'good'],
    /302/,
  ],
  ['an unreachable provider is bad twice', [], ['bad', 'bad'], /Look at the network/],
];
for (const [what, answers, verdicts, detail] of checks) {
  test(`check: ${what}`, async () => {
    const findings = await provider.check(redirectUri, worldThatAnswers(answers));
    assert.deepEqual(
      findings.map((finding) => finding.verdict),
      verdicts,
    );
    assert.match(findings.map((finding) => finding.detail).join('\n'), detail);
  });
}

test('check says nothing that the provider sent, and spends no real code', async () => {
  const answer = { error: 'secret-of-the-provider', error_description: 'secret-of-the-provider' };
  const world = worldThatAnswers([{ status: 400, headers: html, body: 'secret-of-the-provider' }, answer]);
  assert.doesNotMatch(JSON.stringify(await provider.check(redirectUri, world)), /secret-of-the-provider/);
  assert.match(new URLSearchParams(world.requests[1]?.body ?? '').get('code') ?? '', /^made-up-/);
});

test('a fault of ours is no finding', async () => {
  const world = worldThatAnswers([]);
  const outbound = async () => assert.fail('ours');
  await assert.rejects(provider.check(redirectUri, { ...world, outbound }), /ours/);
});
