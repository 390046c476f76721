/**
 * Results that we sign are checked by oauthlib, a program that we did not write (lti.md §2.6); and signs the same with the same.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { writeOutcome } from '../../src/lti/services/outcome-message.ts';
import { signedOutcome } from '../../src/lti/services/outcomes.ts';
import { escapeXml } from '../../src/lti/services/xml.ts';
import { askOauthlib, oauthlibTest, type SignedByOauthlib, type SignTask, type VerifyTask } from './oauthlib.ts';

const sample = { seed: 2222, numRuns: 100 };
const TIME = 1_700_000_000;

const outcome = fc.record({
  sourcedId: fc.string({ unit: 'binary', maxLength: 30 }).filter((text) => escapeXml(text) !== null),
  score: fc.double({ min: 0, max: 1, noNaN: true }),
  secret: fc.constantFrom('secret', 's3cr3t&/+ é'),
  method: fc.constantFrom('HMAC-SHA1' as const, 'HMAC-SHA256' as const),
  url: fc.constantFrom(
    ...[
      'https://lms.example/outcomes',
      'https://lms.example/outcomes?id=7&x=a%20b',
      'https://lms.example:8443/a%2Fb?q=%C3%A9&q',
    ],
  ),
});

const made = fc.sample(outcome, sample).map(({ sourcedId, score, secret, method, url }, index) => {
  const body = writeOutcome({ operation: 'replaceResult', sourcedId, score }, 'm') ?? assert.fail();
  const consumer = { oauth_consumer_key: 'campus-key', secret, signature_methods: [method] };
  const nonce = `n-${index}`;
  const { headers } = signedOutcome(consumer, new URL(url), body, { timestamp: TIME, nonce });
  return { body, secret, method, url, nonce, authorization: headers.authorization ?? '' };
});

oauthlibTest('results that we sign are right to oauthlib, and wrong with another secret or body hash', () => {
  const tasks = made.flatMap(({ secret, method, url, authorization }): VerifyTask[] => {
    const task = {
      do: 'verify',
      method: 'POST',
      method_of_signature: method,
      url,
      form: null,
      token_secret: '',
    } as const;
    return [
      { ...task, authorization, consumer_secret: secret },
      { ...task, authorization, consumer_secret: 'another' },
      {
        ...task,
        authorization: authorization.replace('oauth_body_hash="', 'oauth_body_hash="A'),
        consumer_secret: secret,
      },
    ];
  });
  const answers = askOauthlib<boolean>(tasks);
  assert.deepEqual(
    answers,
    made.flatMap(() => [true, false, false]),
  );
});

oauthlibTest('oauthlib makes the same hash and the same signature of the same result', () => {
  const tasks = made.map(
    (one): SignTask => ({
      ...{ do: 'sign', place: 'AUTH_HEADER', method: 'POST', method_of_signature: one.method, url: one.url },
      ...{ form: one.body, content_type: 'application/xml', consumer_key: 'campus-key', consumer_secret: one.secret },
      ...{ nonce: one.nonce, timestamp: String(TIME) },
    }),
  );
  const answers = askOauthlib<SignedByOauthlib>(tasks);
  const valuesOf = (header: string) => header.match(/oauth_(?:body_hash|signature)="[^"]*"/g);
  assert.deepEqual(
    answers.map(({ authorization }) => valuesOf(authorization ?? '')),
    made.map(({ authorization }) => valuesOf(authorization)),
  );
});
