/**
 * LTI 1.1 launches that oauthlib signs, a program that we did not write, against our verification (lti.md §2.2).
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { verifyLaunch11 } from '../../src/lti/launch-1-1.ts';
import { type Parameter, writeForm } from '../../src/oauth1/encoding.ts';
import { launchParameters } from '../lti/sign.ts';
import { consumerWith, SECRET } from '../lti/world.ts';
import { askOauthlib, oauthlibTest, type SignedByOauthlib, type SignTask } from './oauthlib.ts';

const NOW = 1_700_000_000;
const ADDRESS = 'https://broker.example/lti/1.1/launch';
const sample = { seed: 1111, numRuns: 200 };

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => !value.includes('\0')),
  fc.constantFrom('', "Zoë O'Neil (TA)!*~ 100% +1", 'C++ & C#', 'line1\r\nline2', '%2B', '😀', 'Peña Ñandú'),
);
const launch = fc.record({
  name: text,
  title: text,
  custom: fc.array(text, { maxLength: 3 }),
  method: fc.constantFrom('HMAC-SHA1' as const, 'HMAC-SHA256' as const),
  query: fc.constantFrom('', '?course=42', '?course=42&next=%2Fa%20b'),
});

oauthlibTest('launches that oauthlib signs are received, and none that was changed', async () => {
  const made = fc.sample(launch, sample);
  const tasks = made.map(({ name, title, custom, method, query }): SignTask => {
    const plain = launchParameters(NOW, 'n').filter(([key]) => !key.startsWith('oauth_'));
    const customs = custom.map((value, index): Parameter => [`custom_${index}`, value]);
    return {
      ...{ do: 'sign', place: 'BODY', method: 'POST', method_of_signature: method, url: `${ADDRESS}${query}` },
      form: writeForm([...plain, ['lis_person_name_full', name], ['context_title', title], ...customs]),
      ...{ consumer_key: 'campus-key', consumer_secret: SECRET, callback: 'about:blank' },
      ...{ nonce: 'a-nonce-of-oauthlib', timestamp: String(NOW) },
    };
  });
  const ports = {
    environment: { now: () => NOW * 1000 },
    nonces: { take: async () => true },
    findConsumer: async () => consumerWith({ signature_methods: ['HMAC-SHA1', 'HMAC-SHA256'] }),
  };
  const answers = askOauthlib<SignedByOauthlib>(tasks);
  assert.equal(answers.length, sample.numRuns);
  for (const [index, { form, url }] of answers.entries()) {
    const received = { url: new URL(url), authorization: null, form: form ?? assert.fail() };
    const verified = await verifyLaunch11(received, ports);
    const name = made[index]?.name ?? '';
    assert.equal(verified.person.fullName, name.trim() === '' ? null : name);
    const changed = { ...received, form: received.form.replace('user_id=u-1', 'user_id=u-2') };
    await assert.rejects(verifyLaunch11(changed, ports), { code: 'lti_launch_unverified' });
  }
});
