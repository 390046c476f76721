import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { askOauthlib, oauthlibTest, type SignedByOauthlib } from '../../test/interop/oauthlib.ts';
import { baseString, escaped, hmacSignature, type Pairs } from '../shared/oauth1-signing.ts';
import { campus, createFixture, tool11 } from './fixture.ts';
import { type Operation, readOutcome } from './outcome-xml.ts';
import type { ProductName } from './product.ts';

const xmlEscaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

interface Asked {
  readonly sourcedId: string;
  readonly score?: string;
}

function requestXml(operation: Operation, { sourcedId, score = '0.92' }: Asked): string {
  const result =
    operation === 'replaceResult'
      ? `<result><resultScore><language>en</language><textString>${score}</textString></resultScore></result>`
      : '';
  return `<?xml version="1.0" encoding="UTF-8"?>
<imsx_POXEnvelopeRequest xmlns="http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0">
  <imsx_POXHeader><imsx_POXRequestHeaderInfo><imsx_version>V1.0</imsx_version><imsx_messageIdentifier>m-1</imsx_messageIdentifier></imsx_POXRequestHeaderInfo></imsx_POXHeader>
  <imsx_POXBody><${operation}Request><resultRecord><sourcedGUID><sourcedId>${xmlEscaped(sourcedId)}</sourcedId></sourcedGUID>${result}</resultRecord></${operation}Request></imsx_POXBody>
</imsx_POXEnvelopeRequest>`;
}

let serial = 0;

/** A tool of 1.1 in small pieces. */
function createTool(product: ProductName = 'plain') {
  const { simulator, fetch, seconds } = createFixture(product);
  const form = () => simulator.launchForm({ person: 'alumna', course: 'mat-101', link: 'antigua-tarea' });
  const sourcedId = () => form().fields.find(([name]) => name === 'lis_result_sourcedid')?.[1] ?? assert.fail();
  const sign = (body: string, changes: { readonly [name: string]: string } = {}, secret = tool11.secret) => {
    serial += 1;
    const protocol: Pairs = Object.entries({
      oauth_consumer_key: tool11.consumerKey,
      oauth_nonce: `n-${serial}`,
      oauth_timestamp: String(seconds()),
      oauth_signature_method: 'HMAC-SHA1',
      oauth_version: '1.0',
      oauth_body_hash: createHash('sha1').update(body).digest('base64'),
      ...changes,
    });
    const signature = hmacSignature('sha1', baseString('POST', `${campus}/lti/outcomes`, protocol), secret, '');
    const header = [...protocol, ['oauth_signature', signature] as const].map(
      ([name, value]) => `${name}="${escaped(value)}"`,
    );
    return `OAuth realm="", ${header.join(', ')}`;
  };
  const post = async (body: string, authorization: string, type = 'application/xml') => {
    const answer = await fetch('/lti/outcomes', {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    });
    const text = await answer.text();
    return { status: answer.status, text, major: /<imsx_codeMajor>(.*)<\/imsx_codeMajor>/.exec(text)?.[1] };
  };
  const send = (operation: Operation, asked: Partial<Asked> = {}) => {
    const body = requestXml(operation, { sourcedId: sourcedId(), ...asked });
    return post(body, sign(body));
  };
  return { simulator, sourcedId, sign, post, send };
}

test('a result is replaced, read and deleted, and stands in the grade book', async () => {
  const { send, simulator } = createTool();
  assert.equal((await send('replaceResult')).major, 'success');
  assert.equal(simulator.score('mat-101.antigua-tarea', 'alumna')?.given, 0.92);
  assert.match((await send('readResult')).text, /<textString>0\.92<\/textString>/);
  assert.equal((await send('deleteResult')).major, 'success');
  assert.match((await send('readResult')).text, /<textString><\/textString>/);
  assert.deepEqual(simulator.complaints, []);
});

test('§2.6 what is wrong in content fails with 200', async () => {
  const { send, simulator } = createTool();
  for (const score of ['1.01', '-0.1', '0,5', '', '1e0', '.5', 'NaN']) {
    const { status, major } = await send('replaceResult', { score });
    assert.deepEqual([status, major], [200, 'failure'], score);
  }
  assert.equal((await send('replaceResult', { sourcedId: 'otro' })).major, 'failure');
  assert.equal(simulator.score('mat-101.antigua-tarea', 'alumna'), null);
});

test('§4 Open edX knows only replaceResult', async () => {
  const { send } = createTool('open-edx');
  assert.equal((await send('replaceResult')).major, 'success');
  assert.equal((await send('readResult')).major, 'unsupported');
});

test('who is not who they say is refused with 401: hash, signature, key, time, method, media type', async () => {
  const { sign, post, sourcedId, simulator } = createTool();
  const body = requestXml('replaceResult', { sourcedId: sourcedId() });
  const cases: readonly (readonly [complaint: string, authorization: string, type?: string])[] = [
    ['oauth_body_hash is absent or not that of the body', sign(`${body} `)],
    ['the signature is wrong', sign(body, {}, 'otro')],
    ['oauth_consumer_key is absent or not known', sign(body, { oauth_consumer_key: 'otra' })],
    ['oauth_timestamp is absent or more than five minutes off', sign(body, { oauth_timestamp: '1600000000' })],
    ['oauth_signature_method is not HMAC-SHA1', sign(body, { oauth_signature_method: 'PLAINTEXT' })],
    ['oauth_nonce is absent or was used before', sign(body, { oauth_nonce: '' })],
    ['the body is not application/xml', sign(body), 'text/plain'],
    ['the Authorization header is not a list of name="value"', 'Bearer x'],
  ];
  for (const [complaint, authorization, type] of cases) {
    assert.equal((await post(body, authorization, type)).status, 401, complaint);
    assert.equal(simulator.complaints.at(-1), `outcomes: ${complaint}`);
  }
  const once = sign(body);
  assert.equal((await post(body, once)).status, 200);
  assert.equal((await post(body, once)).status, 401);
});

test('92: a document type is called by its name, wherever it stands', () => {
  const good = requestXml('readResult', { sourcedId: 'a' });
  for (const place of ['<imsx_POXEnvelopeRequest', '<imsx_POXBody', '<sourcedId>']) {
    assert.equal(
      readOutcome(good.replace(place, '<!DOCTYPE a [<!ENTITY x "y">]>$&')),
      'the XML has a document type',
      place,
    );
  }
});

test('XML is read strictly', () => {
  const good = requestXml('replaceResult', { sourcedId: `a&<>'"` });
  assert.deepEqual(readOutcome(good), {
    operation: 'replaceResult',
    messageId: 'm-1',
    sourcedId: `a&<>'"`,
    score: '0.92',
  });
  for (const bad of [
    '',
    '<a/>',
    good.replace('<imsx_POXEnvelopeRequest', '<!DOCTYPE a [<!ENTITY x "y">]>$&'),
    good.replace('imsoms_v1p0', 'imsoms_v2'),
    good.replace('V1.0', 'V2.0'),
    good.replace('m-1', ''),
    good.replace('>en<', '>es<'),
    good.replace('&amp;', '&x;'),
    good.replace('&amp;', '& '),
    good.replace('</imsx_POXEnvelopeRequest>', ''),
    good.replaceAll('replaceResult', 'otherResult'),
    good.replace('<sourcedId>', '<sourcedId>x</sourcedId><sourcedId>'),
    `${good}<a/>`,
  ]) {
    assert.equal(typeof readOutcome(bad), 'string', bad);
  }
});

oauthlibTest('oauthlib as the tool: its body hash and signature are accepted', async () => {
  const { post, sourcedId, simulator } = createTool();
  const body = requestXml('replaceResult', { sourcedId: sourcedId(), score: '1.0' });
  const [signed] = askOauthlib<SignedByOauthlib>([
    {
      do: 'sign',
      place: 'AUTH_HEADER',
      method: 'POST',
      method_of_signature: 'HMAC-SHA1',
      url: `${campus}/lti/outcomes`,
      form: body,
      content_type: 'application/xml',
      consumer_key: tool11.consumerKey,
      consumer_secret: tool11.secret,
      timestamp: '1760000000',
    },
  ]);
  assert.match(signed?.authorization ?? '', /oauth_body_hash=/);
  assert.equal((await post(body, signed?.authorization ?? '')).major, 'success');
  assert.deepEqual(simulator.complaints, []);
});
