/**
 * What holds for every vendor over the OAuth 2 engine: who signs in, and what each misbehaviour of a provider ends in.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type OAuth2FlavourName, type OAuth2Order, oauth2PracticePeople } from '../../../simulators/index.ts';
import type { ErrorCode } from '../../errors.ts';
import {
  type PracticeOptions,
  practice,
  practiceAddress,
  practiceClient,
  refusedAs,
} from './oauth2-practice.fixture.ts';

const client = { client_id: practiceClient.clientId, client_secret: practiceClient.clientSecret };
const ofPlain = {
  authorization_endpoint: `${practiceAddress}/authorize`,
  token_endpoint: `${practiceAddress}/token`,
  user_data_endpoint: `${practiceAddress}/userinfo`,
  dialect: { subject_members: ['id'] },
};
const ofWordPress = { base_address: practiceAddress, ...client };

interface Case extends PracticeOptions {
  readonly name: string;
  readonly flavour: OAuth2FlavourName;
}

const cases: readonly Case[] = [
  { name: 'oauth2', flavour: 'plain', vendor: 'oauth2', settings: { ...ofPlain, ...client } },
  {
    name: 'oauth2 (public)',
    flavour: 'plain',
    vendor: 'oauth2',
    settings: {
      ...ofPlain,
      client_id: client.client_id,
      dialect: { ...ofPlain.dialect, client_authentication: 'none' },
    },
    isPublic: true,
  },
  { name: 'wordpress', flavour: 'wordpress', vendor: 'wordpress', settings: ofWordPress },
  {
    name: 'wordpress (old, token in the query)',
    flavour: 'wordpress-old',
    vendor: 'wordpress',
    settings: { ...ofWordPress, plugin_generation: 'old', access_token_in: 'query' },
  },
  {
    name: 'facebook',
    flavour: 'facebook',
    vendor: 'facebook',
    settings: { ...client, practice_issuer: practiceAddress },
  },
  { name: 'x', flavour: 'x', vendor: 'x', settings: { ...client, practice_issuer: practiceAddress } },
  {
    name: 'x (public)',
    flavour: 'x',
    vendor: 'x',
    settings: { client_id: client.client_id, practice_issuer: practiceAddress },
    isPublic: true,
  },
];

const faults: readonly [Extract<OAuth2Order, { endpoint: 'token' }>['how'], ErrorCode][] = [
  [{ kind: 'html-from-load-balancer', status: 200 }, 'provider_answer_invalid'],
  [{ kind: 'html-from-load-balancer', status: 502 }, 'provider_unreachable'],
  [{ kind: 'status-500' }, 'provider_unreachable'],
  [{ kind: 'status-with-json', status: 500, json: '{}' }, 'provider_unreachable'],
  [{ kind: 'status-with-json', status: 429, json: '{}' }, 'provider_unreachable'],
  [{ kind: 'huge' }, 'provider_answer_too_large'],
  [{ kind: 'empty-body' }, 'provider_answer_invalid'],
  [{ kind: 'not-json' }, 'provider_answer_invalid'],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'provider_answer_invalid'],
  [{ kind: 'other-content-type', contentType: 'text/html' }, 'provider_answer_invalid'],
  [{ kind: 'error-inside-200', error: 'invalid_grant' }, 'provider_rejected_code'],
  [{ kind: 'error-inside-200', error: 'invalid_client' }, 'provider_rejected_client'],
  [{ kind: 'error-inside-200', error: 'invalid_token' }, 'provider_rejected_token'],
  [{ kind: 'error-inside-200', error: 'secret-of-the-provider' }, 'provider_answer_invalid'],
  [{ kind: 'error-with-status', status: 400, error: 'redirect_uri_mismatch' }, 'provider_rejected_client'],
  [{ kind: 'duplicate-members' }, 'provider_answer_invalid'],
  [{ kind: 'deeply-nested' }, 'provider_answer_invalid'],
  [{ kind: 'json-replaced', json: '[]' }, 'provider_answer_invalid'],
  [{ kind: 'json-replaced', json: 'null' }, 'provider_answer_invalid'],
];

const subjects: readonly [string, ErrorCode][] = [
  ['null', 'subject_unusable'],
  ['""', 'subject_unusable'],
  ['"null"', 'subject_unusable'],
  ['{}', 'subject_unusable'],
  ['true', 'subject_unusable'],
  ['1.5', 'subject_unusable'],
  ['1e999', 'provider_answer_invalid'],
];

for (const { name, ...options } of cases) {
  const people = oauth2PracticePeople[options.flavour].filter((person) => person.answer === 'consents');
  const [somebody = assert.fail('nobody to practise with')] = people;

  for (const person of people) {
    test(`${name}: ${person.slug} signs in, and the provider has nothing to complain about`, async () => {
      const { simulator, signIn } = practice(options);
      const { profile, upstream } = await signIn(person.slug);
      assert.deepEqual(simulator.complaints, []);
      assert.equal(profile.subject, String(person.userData.id ?? person.userData.ID));
      assert.equal(upstream, null, 'no token is kept where it ends no session');
      assert.ok(
        profile.emails.every((email) => !email.verified),
        'nothing is trusted by default',
      );
      assert.deepEqual(profile.roles, [], 'no role is granted by default');
    });
  }

  test(`${name}: an id beyond 2^53 keeps its last digit`, async () => {
    const { simulator, signIn } = practice(options);
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json: '9007199254740993' }, times: 1 });
    assert.equal((await signIn(somebody.slug)).profile.subject, '9007199254740993');
  });

  test(`${name}: a person who says no is provider_denied`, () =>
    assert.rejects(practice(options).signIn('rechaza'), refusedAs('provider_denied')));

  test(`${name}: a code that comes twice is provider_rejected_code`, async () => {
    const { visit, finish } = practice(options);
    const used = await visit(somebody.slug);
    await finish(used);
    await assert.rejects(finish(used), refusedAs('provider_rejected_code'));
  });

  test(`${name}: a code that comes late is provider_rejected_code`, async () => {
    const { visit, finish, pass } = practice(options);
    const late = await visit(somebody.slug);
    pass(600_001);
    await assert.rejects(finish(late), refusedAs('provider_rejected_code'));
  });

  if (options.flavour !== 'wordpress-old') {
    test(`${name}: RFC 7636 §4.6: a code with another verifier is provider_rejected_code`, async () => {
      const { visit, finish } = practice(options);
      await assert.rejects(finish(await visit(somebody.slug), 'x'.repeat(43)), refusedAs('provider_rejected_code'));
    });
  }

  test(`${name}: check finds a right registration good, and a redirect address of somebody else bad`, async () => {
    const { provider, context } = practice(options);
    const [page, token] = await provider.check('https://broker.test/callback/practice?keep=1', context);
    assert.deepEqual([page?.verdict, token?.verdict], ['good', 'good'], `${page?.detail} ${token?.detail}`);
    const [refused] = await provider.check('https://other.test/cb', context);
    assert.equal(refused?.verdict, 'bad');
  });

  test(`${name}: check finds an unknown client and says what to do, without a secret`, async () => {
    const { provider, context } = practice({ ...options, settings: { ...options.settings, client_id: 'unknown' } });
    const findings = await provider.check('https://broker.test/callback/practice?keep=1', context);
    for (const finding of findings) {
      assert.equal(finding.verdict, 'bad');
      assert.match(finding.detail, /client_id/);
    }
    assert.doesNotMatch(JSON.stringify(findings), /practice secret/);
  });

  for (const [json, code] of subjects) {
    test(`${name}: DESIGN §6.1: the subject ${json} signs nobody in`, async () => {
      const { simulator, signIn } = practice(options);
      simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json }, times: 1 });
      await assert.rejects(signIn(somebody.slug), refusedAs(code));
    });
  }

  test(`${name}: DESIGN §6.1: a missing subject signs nobody in`, async () => {
    const { simulator, signIn } = practice(options);
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject-missing' }, times: 1 });
    await assert.rejects(signIn(somebody.slug), refusedAs('subject_unusable'));
  });

  for (const [how, code] of faults) {
    for (const endpoint of ['token', 'user-data'] as const) {
      test(`${name}: K-07, B-18: ${JSON.stringify(how)} at ${endpoint} is ${code}`, async () => {
        const { simulator, signIn } = practice(options);
        simulator.misbehave({ endpoint, how, times: 1 });
        await assert.rejects(signIn(somebody.slug), refusedAs(code));
        // A code is spent by sending it: nothing is asked twice.
        assert.equal(simulator.requests.filter((request) => request.endpoint === 'token').length, 1);
      });
    }
  }
}
