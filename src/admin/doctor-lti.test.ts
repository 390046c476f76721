import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type LtiPlatformDocument, ltiConsumerSchema, ltiPlatformSchema } from '../configuration/lti-document.ts';
import { SignInError } from '../errors.ts';
import type { Outbound, OutboundRequest, OutboundResponse } from '../http.ts';
import type { Environment, JsonObject } from '../model.ts';
import type { LtiInvitation } from '../store/lti-invitations.ts';
import { examineCampuses, examineInvitations, examinePlatform } from './doctor-lti.ts';

const NOW = Date.parse('2026-11-03T12:00:00Z');
const environment: Environment = { now: () => NOW, randomBytes: (bytes) => randomBytes(bytes) };
const at = (path: string) => `https://moodle.example${path}`;

const platformWith = (changes: JsonObject): LtiPlatformDocument =>
  ltiPlatformSchema.parse({
    ...{ slug: 'moodle', issuer: at(''), client_id: 'abc', deployment_ids: ['1'], linking: 'never', client: 'lms' },
    ...{ authorization_endpoint: at('/auth'), token_endpoint: at('/token'), jwks_uri: at('/jwks'), ...changes },
  });

const rsa = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }), kid: 'k' };
const answer = (status: number, json: object, headers: OutboundResponse['headers'] = {}): OutboundResponse => ({
  ...{ status, headers, body: JSON.stringify(json) },
});

/** A platform that answers so, and what it was sent. */
function platformAnswering(keys: OutboundResponse, token: OutboundResponse) {
  const sent: OutboundRequest[] = [];
  const outbound: Outbound = async (request) => {
    sent.push(request);
    return request.method === 'GET' ? keys : token;
  };
  return { sent, outbound };
}

const inWords = (findings: readonly { subject: string; verdict: string }[]) =>
  findings.map(({ subject, verdict }) => `${subject}: ${verdict}`);

test('a platform whose key set has a key that fits, and whose token endpoint says no to nobody in particular, is well', async () => {
  const { sent, outbound } = platformAnswering(
    answer(200, { keys: [rsa] }, { date: 'Tue, 03 Nov 2026 12:00:02 GMT' }),
    answer(401, { error: 'invalid_client' }),
  );
  const findings = await examinePlatform(platformWith({}), outbound, environment);
  assert.deepEqual(inWords(findings), [
    'campus moodle, key set: good',
    'campus moodle, token endpoint: good',
    'clock against moodle.example: good',
  ]);
  const said = sent.map(({ body }) => body ?? '').join();
  assert.ok(!said.includes('assertion') && !said.includes('abc'), 'it does not say who we are');
});

test('no key, a key of another kind, no answer and a clock that is wrong are seen', async () => {
  const unreachable: Outbound = async () => {
    throw new SignInError('provider_unreachable', 'moodle.example: ENOTFOUND');
  };
  const late = { date: 'Tue, 03 Nov 2026 11:50:00 GMT' };
  const said = answer(400, {});
  for (const [changes, outbound, expected] of [
    [{}, platformAnswering(answer(200, { keys: [] }), said).outbound, ['bad', 'good']],
    [
      { id_token_signed_response_alg: 'ES256' },
      platformAnswering(answer(200, { keys: [rsa] }), said).outbound,
      ['bad', 'good'],
    ],
    [{}, platformAnswering(answer(200, { keys: [rsa] }, late), said).outbound, ['good', 'good', 'bad']],
    [{}, platformAnswering(answer(200, { keys: [rsa] }), answer(404, {})).outbound, ['good', 'unsure']],
    [{}, unreachable, ['bad', 'unsure']],
  ] as const) {
    const findings = await examinePlatform(platformWith(changes), outbound, environment);
    assert.deepEqual(
      findings.map(({ verdict }) => verdict),
      expected,
    );
  }
});

const consumer = (changes: JsonObject) =>
  ltiConsumerSchema.parse({
    ...{ slug: 'campus', oauth_consumer_key: 'k', secret: 'a-campus-secret-that-nobody-knows', linking: 'never' },
    ...{ client: 'lms', ...changes },
  });
const examineConsumer = (document: ReturnType<typeof consumer>) =>
  examineCampuses(
    {
      ltiPlatforms: new Map([['moodle', platformWith({ enabled: false })]]),
      ltiConsumers: new Map([['campus', document]]),
    },
    async () => assert.fail('nothing is called'),
    environment,
  );

test('R12: what is switched off is not called; a consumer is told of before its key ends', async () => {
  assert.deepEqual(inWords(await examineConsumer(consumer({}))), ['campus campus: good']);
  assert.deepEqual(inWords(await examineConsumer(consumer({ expires_at: '2027-11-03T12:00:00Z' }))), [
    'campus campus: good',
  ]);
  for (const expires_at of ['2026-11-20T12:00:00Z', '2026-11-01T12:00:00Z']) {
    assert.deepEqual(inWords(await examineConsumer(consumer({ expires_at }))), ['campus campus: unsure']);
  }
  assert.deepEqual(await examineConsumer(consumer({ enabled: false })), []);
});

test('N-03 a secret before the one of now is named while it is taken, and one that lingers wants looking at', async () => {
  const until = async (at: string | null) => {
    const document = consumer({
      previous_secret: at === null ? null : 'the-secret-that-was-there-before',
      previous_secret_expires_at: at,
    });
    return inWords(await examineConsumer(document)).slice(1);
  };
  const subject = 'campus campus, secret before this one';
  assert.deepEqual(await until(null), []);
  assert.deepEqual(await until('2026-11-03T11:59:59Z'), []);
  assert.deepEqual(await until('2026-11-10T12:00:00Z'), [`${subject}: good`]);
  assert.deepEqual(await until('2027-02-01T12:00:00Z'), [`${subject}: unsure`]);
});

test('who has registered and waits is named, an invitation is not', () => {
  const invitation = {
    ...{ id: 'i', decided: {}, createdAt: NOW, createdBy: 'ana', reason: 'agreement', expiresAt: NOW + 1000 },
  };
  const said = { platform: {}, deploymentId: null, family: null, scopes: [], sites: [], configuration: '' };
  const registration = { issuer: at(''), clientId: 'c', said, at: NOW };
  const waiting: readonly LtiInvitation[] = [
    { ...invitation, slug: 'open', state: 'open' },
    { ...invitation, slug: 'uni', state: 'pending', registration },
  ];
  const [finding, ...others] = examineInvitations(waiting);
  assert.deepEqual([finding?.subject, finding?.verdict, others], ['campus uni', 'unsure', []]);
  assert.match(finding?.detail ?? '', /llavero lti approve uni/);
});
