/**
 * Our signatures against oauthlib's, both ways, over hundreds of random requests (B-33).
 *
 * oauthlib decodes `oauth_…` values of a request twice, so those hold no percent sign here; all other values do.
 */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { inAuthorizationHeader, inQuery, signedParameters } from '../../src/oauth1/client-request.ts';
import { type Parameter, writeForm } from '../../src/oauth1/encoding.ts';
import { isSignedWith, type ReceivedRequest, readSignedRequest } from '../../src/oauth1/server-request.ts';
import type { SigningKey, VerificationKey } from '../../src/oauth1/signature.ts';
import { askOauthlib, oauthlibTest, type SignedByOauthlib, type SignTask, type VerifyTask } from './oauthlib.ts';

/** Reproducible: a failure names the request. */
const sample = { seed: 5849, numRuns: 400 };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((value) => !value.includes('\0')),
  fc.constantFrom('', "O'Neil (TA)!*~ 100% +1", 'C++ & C#', 'line1\r\nline2', '%2B', '😀', 'Peña Ñandú'),
);
const pairs = fc.array(fc.tuple(text, text), { maxLength: 5 });
const opaque = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~/+='), minLength: 1, maxLength: 20 });
const origin = fc.constantFrom('https://up.test', 'http://up.test:8080', 'https://up.test:443', 'HTTP://UP.test:80');
const path = fc.constantFrom('', '/', '/a/b', '/a/b/', '/r%20v/X', '/%C3%B1');
const secrets = fc.record({ clientSecret: text, tokenSecret: text });
const method = fc.constantFrom('GET' as const, 'POST' as const);
const shared = fc.constantFrom('HMAC-SHA1' as const, 'HMAC-SHA256' as const);

const request = fc.record({ method, origin, path, query: pairs, consumerKey: opaque, token: opaque, nonce: opaque });
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

const addressOf = ({ origin, path, query }: Request) => {
  const search = writeForm(query);
  return `${origin}${path}${search === '' ? '' : `?${search}`}`;
};

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privatePem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const publicPem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();

oauthlibTest('B-33 oauthlib verifies what we sign, in header and query, and nothing that was changed', () => {
  const cases = fc.sample(fc.record({ request, secrets, shared, inHeader: fc.boolean(), rsa: fc.nat(9) }), sample);
  const tasks = cases.map(({ request: made, secrets: keys, shared: hash, inHeader, rsa: die }): VerifyTask => {
    const byRsa = die === 0;
    const key: SigningKey = byRsa ? { method: 'RSA-SHA1', privateKey: rsa.privateKey } : { method: hash, ...keys };
    const url = new URL(addressOf(made));
    const callback: Parameter = ['oauth_callback', 'https://broker.test/callback/up?state=a-b'];
    const parameters = signedParameters(
      { method: made.method, url, oauthParameters: [callback] },
      { consumerKey: made.consumerKey, key, token: made.token },
      { timestamp: 1_700_000_000, nonce: made.nonce },
    );
    return {
      do: 'verify',
      method_of_signature: key.method,
      method: made.method,
      form: null,
      ...(inHeader
        ? { url: url.href, ...inAuthorizationHeader(parameters) }
        : { url: inQuery(url, parameters).href, authorization: null }),
      ...(byRsa ? { public_key: publicPem } : { consumer_secret: keys.clientSecret, token_secret: keys.tokenSecret }),
    };
  });
  const changed = tasks.map((task) => ({
    ...task,
    method: task.method === 'GET' ? ('POST' as const) : ('GET' as const),
  }));
  const answers = askOauthlib<boolean>([...tasks, ...changed]);
  const wrong = tasks.filter((_, index) => answers[index] !== true);
  assert.deepEqual(wrong, []);
  assert.deepEqual(answers.slice(tasks.length).filter(Boolean), []);
});

oauthlibTest('B-33 we verify what oauthlib signs, in header, query and form, and nothing that was changed', () => {
  const cases = fc.sample(
    fc.record({ request, secrets, shared, form: pairs, place: fc.nat(2), rsa: fc.nat(9) }),
    sample,
  );
  const tasks = cases.map(({ request: made, secrets: keys, shared: hash, form, place, rsa: die }): SignTask => {
    const inForm = place === 2;
    return {
      do: 'sign',
      place: inForm ? 'BODY' : place === 1 ? 'QUERY' : 'AUTH_HEADER',
      method: inForm ? 'POST' : made.method,
      url: addressOf(made),
      form: inForm ? writeForm(form) : null,
      consumer_key: made.consumerKey,
      token: made.token,
      nonce: made.nonce,
      timestamp: '1700000000',
      ...(die === 0
        ? { method_of_signature: 'RSA-SHA1', private_key: privatePem }
        : { method_of_signature: hash, consumer_secret: keys.clientSecret, token_secret: keys.tokenSecret }),
    };
  });
  const answers = askOauthlib<SignedByOauthlib>(tasks);
  assert.equal(answers.length, sample.numRuns);
  answers.forEach(({ url, authorization, form }, index) => {
    const task = tasks[index] ?? assert.fail();
    const received: ReceivedRequest = { method: task.method, url: new URL(url), authorization, form };
    const key: VerificationKey =
      task.method_of_signature === 'RSA-SHA1'
        ? { method: 'RSA-SHA1', publicKey: rsa.publicKey }
        : {
            method: task.method_of_signature,
            clientSecret: task.consumer_secret ?? '',
            tokenSecret: task.token_secret ?? '',
          };
    assert.ok(isSignedWith(readSignedRequest(received), key), JSON.stringify(task));
    const longer = new URL(url);
    longer.search += '&x=';
    assert.equal(isSignedWith(readSignedRequest({ ...received, url: longer }), key), false);
  });
});
