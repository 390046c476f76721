import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { baseStringUri, normalisedParameters, signatureBaseString } from './base-string.ts';
import { MalformedRequest, type Parameter, parseForm, percentEncode } from './encoding.ts';
import { type SharedSecrets, sign, verifySignature } from './signature.ts';

const hmacSha1 = (clientSecret: string, tokenSecret = ''): SharedSecrets => ({
  method: 'HMAC-SHA1',
  clientSecret,
  tokenSecret,
});

/** The request of RFC 5849 §3.4.1.1, with its three sources. */
const rfcRequest = {
  method: 'POST',
  url: new URL('http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b'),
  parameters: [
    ...parseForm('b5=%3D%253D&a3=a&c%40=&a2=r%20b'),
    ...parseForm('c2&a3=2+q'),
    ['oauth_consumer_key', '9djdj82h48djs9d2'],
    ['oauth_token', 'kkk9d7dh3k39sjv7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131201'],
    ['oauth_nonce', '7d8f3e4a'],
  ],
} as const;

test('RFC 5849 §3.4.1.1 B-33: the base string of the example', () => {
  assert.equal(
    signatureBaseString(rfcRequest),
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26' +
      'oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26' +
      'oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
  );
});

test('RFC 5849 §3.4.2 B-33: its signature, and not the placeholder that the example prints', () => {
  const key = hmacSha1('j49sk3j29djd', 'dh893hdasih9');
  const baseString = signatureBaseString(rfcRequest);
  assert.equal(sign(baseString, key), 'r6/TJjbCOr97/+UU0NsvSne7s5g=');
  assert.ok(verifySignature(baseString, 'r6/TJjbCOr97/+UU0NsvSne7s5g=', key));
  assert.equal(verifySignature(baseString, 'djosJKDKJSD8743243/jdk33klY=', key), false);
});

const otherSecrets = {
  clientSecret: 'ECrDNoq1VYzzzzzzzzzyAK7TwZNtPnkqatqZZZZ',
  tokenSecret: 'just-a-string    asdasd',
};
for (const [method, signature] of [
  ['HMAC-SHA1', 'wsdNmjGB7lvis0UJuPAmjvX/PXw='],
  ['HMAC-SHA256', 'wdfdHUKXHbOnOGZP8WFAWMSAmWzN3EVBWWgXGlC/Eo4='],
] as const) {
  test(`${method}: the same request with a secret that holds spaces`, () =>
    assert.equal(sign(signatureBaseString(rfcRequest), { method, ...otherSecrets }), signature));
}

test('RFC 5849 §1.2: the photo printer asks for its token and for the photo', () => {
  const common: readonly Parameter[] = [
    ['oauth_consumer_key', 'dpf43f3p2l4k3l03'],
    ['oauth_signature_method', 'HMAC-SHA1'],
  ];
  const token = signatureBaseString({
    method: 'POST',
    url: new URL('https://photos.example.net/token'),
    parameters: [
      ...common,
      ['oauth_token', 'hh5s93j4hdidpola'],
      ['oauth_timestamp', '137131201'],
      ['oauth_nonce', 'walatlh'],
      ['oauth_verifier', 'hfdp7dh39dks9884'],
    ],
  });
  assert.equal(sign(token, hmacSha1('kd94hf93k423kf44', 'hdhd0244k9j7ao03')), 'gKgrFCywp7rO0OXSjdot/IHF7IU=');
  const photo = signatureBaseString({
    method: 'GET',
    url: new URL('http://photos.example.net/photos?file=vacation.jpg&size=original'),
    parameters: [
      ...common,
      ...parseForm('file=vacation.jpg&size=original'),
      ['oauth_token', 'nnch734d00sl2jdk'],
      ['oauth_timestamp', '137131202'],
      ['oauth_nonce', 'chapoH'],
    ],
  });
  assert.equal(sign(photo, hmacSha1('kd94hf93k423kf44', 'pfkkdhi9sl3r4s00')), 'MdpQcU8iPSUjWoN/UDMsK2sui9I=');
});

const launch = (extra: readonly Parameter[], url = 'https://broker.example/lti/launch', method = 'HMAC-SHA1') =>
  signatureBaseString({
    method: 'POST',
    url: new URL(url),
    parameters: [
      ...parseForm(
        'oauth_consumer_key=campus-key&oauth_nonce=n-0001&oauth_timestamp=1700000000&oauth_version=1.0&oauth_callback=about:blank&lti_message_type=basic-lti-launch-request&lti_version=LTI-1p0&resource_link_id=rl-1&user_id=u-1&roles=Learner',
      ),
      ['oauth_signature_method', method],
      ...parseForm(new URL(url).search.slice(1)),
      ...extra,
    ],
  });
const launchKey = hmacSha1('s3cr3t&/+ é');

/** Each with the mistake that it would show. */
const launches: readonly (readonly [what: string, signature: string, extra: readonly Parameter[], url?: string])[] = [
  ['a secret with signs and letters beyond ASCII', 'ZihQcaIQ29Z7H6awJ7lyruJUkxc=', []],
  [
    'signs that encodeURIComponent leaves bare',
    'ASLQfnnTdbPtSlDohLYReSrCY0w=',
    [['lis_person_name_full', "Zoë O'Neil (TA)!*~ 100% +1"]],
  ],
  ['a plus and an ampersand', 'NDZ5suIP5YXfMsUFuVsRK8/TDMo=', [['context_title', 'C++ & C#']]],
  ['a line break', 'ZeGe1fDcx+1eClCM1703aioEboU=', [['resource_link_description', 'line1\r\nline2']]],
  ['an empty value', 'fGW9Er03IhlUXujb6V1vUnWspKk=', [['launch_presentation_return_url', '']]],
  [
    'a query, which is signed',
    'fr/WRoJqZj+kqSzI73DU7w3vx/Y=',
    [],
    'https://broker.example/lti/launch?course=42&next=%2Fa%20b',
  ],
  [
    'one name in query and body',
    '95wcoBbnSzvokdNaVoeiWsTaRns=',
    [['course', '7']],
    'https://broker.example/lti/launch?course=42',
  ],
  ['a port', 'cMME7qIDa6XYcw5UXLfuQMmOub4=', [], 'https://broker.example:8443/lti/launch'],
  ['the other scheme', 'R/XR+KFuwSqmUXyRvPy5RCZ7vfk=', [], 'http://broker.example/lti/launch'],
  ['capitals and the default port', 'ZihQcaIQ29Z7H6awJ7lyruJUkxc=', [], 'HTTPS://BROKER.example:443/lti/launch'],
  [
    'a character beyond the first plane',
    'ERDK51jeDGRJlNc2lArFN/w3Gq4=',
    [
      ['lis_person_name_given', '😀'],
      ['lis_person_contact_email_primary', 'ada+lms@uni.example'],
    ],
  ],
  [
    'names that sort by bytes',
    'qDuvyIZqwJ75HNXRa90eXJ5Vw9Q=',
    [
      ['custom_a', '1'],
      ['custom_a_b', '2'],
      ['custom_A', '3'],
      ['custom_é', '4'],
    ],
  ],
  [
    'names that begin with one another',
    '4ctNJ+3hOTYlvzWfPf8JjL6w/8k=',
    [
      ['custom_q', 'x'],
      ['custom_q1', 'y'],
      ['custom_q-b', 'z'],
    ],
  ],
];
for (const [what, signature, extra, url] of launches) {
  test(`LTI 1.1: the signature over ${what}`, () => assert.equal(sign(launch(extra, url), launchKey), signature));
}

test('LTI 1.1: the signature by HMAC-SHA256', () => {
  const baseString = launch([], undefined, 'HMAC-SHA256');
  assert.equal(
    sign(baseString, { ...launchKey, method: 'HMAC-SHA256' }),
    'mX/XYhcVHYD7AQ0okGOgLNRH4aD4JazLjdfec4TSeWc=',
  );
});

test('RFC 5849 §3.4.1.2: the base string URI', () => {
  const cases = {
    'http://EXAMPLE.COM:80/r v/X?id=123': 'http://example.com/r%20v/X',
    'https://www.example.net:8080/?q=1#part': 'https://www.example.net:8080/',
    'HTTP://www.example.com:443/': 'http://www.example.com:443/',
    'https://www.example.com:80': 'https://www.example.com:80/',
    'http://www.example.com:/': 'http://www.example.com/',
    'https://[123:db8:fd00:1000::5]:13000': 'https://[123:db8:fd00:1000::5]:13000/',
    'https://www.example.com/a/': 'https://www.example.com/a/',
  };
  for (const [address, uri] of Object.entries(cases)) assert.equal(baseStringUri(new URL(address)), uri);
  for (const address of ['ftp://example.com/', 'http://example.com:0/', 'mailto:a@example.com']) {
    assert.throws(() => baseStringUri(new URL(address)), MalformedRequest, address);
  }
});

test('RFC 5849 §3.6: everything but unreserved characters is encoded, in upper case', () => {
  assert.equal(percentEncode('AZaz09-._~'), 'AZaz09-._~');
  assert.equal(percentEncode("!'()* +&=%"), '%21%27%28%29%2A%20%2B%26%3D%25');
  assert.equal(percentEncode('é😀'), '%C3%A9%F0%9F%98%80');
});

test('RFC 5849 §3.4.1.3.2: duplicates stay, and are sorted by value', () =>
  assert.equal(
    normalisedParameters([
      ['a', 'x y'],
      ['b', ''],
      ['a', 'é'],
      ['a', 'x!'],
    ]),
    'a=%C3%A9&a=x%20y&a=x%21&b=',
  ));

test('RFC 5849 §3.4.1.3.1: a form is read as it was written', () => {
  assert.deepEqual(parseForm('c2&+&=&a=b=c&&a=2+q%2B'), [
    ['c2', ''],
    [' ', ''],
    ['', ''],
    ['a', 'b=c'],
    ['a', '2 q+'],
  ]);
  for (const broken of ['foo bar', '%', '%R', '%RA', '%AR', '%FF', 'a=ñ', 'a="b"', 'a[b]=c', 'a\r\n']) {
    assert.throws(() => parseForm(broken), MalformedRequest, broken);
  }
});

test('RFC 5849 §3.4.3: RSA-SHA1 is verified with the public key, and in one spelling only', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const signature = sign('base string', { method: 'RSA-SHA1', privateKey });
  const verify = (text: string, sent: string, key = publicKey) =>
    verifySignature(text, sent, { method: 'RSA-SHA1', publicKey: key });
  assert.ok(verify('base string', signature));
  assert.equal(verify('base string', signature, other), false);
  assert.equal(verify('Base string', signature), false);
  assert.equal(verify('base string', signature.replace('=', '')), false);
  assert.equal(verify('base string', `${signature} `), false);
  assert.equal(verify('base string', ''), false);
});

for (const method of ['HMAC-SHA1', 'HMAC-SHA256'] as const) {
  test(`${method}: another length, an empty text and one changed character are no signature, and no error`, () => {
    const key = { method, clientSecret: 's', tokenSecret: '' };
    const right = sign('base string', key);
    assert.ok(verifySignature('base string', right, key));
    const wrong = ['', 'é', right.slice(0, -1), `${right}=`, right.toLowerCase(), right.replace(/^./, '-')];
    for (const text of wrong) assert.equal(verifySignature('base string', text, key), false, text);
    assert.equal(verifySignature('base string', right, { ...key, tokenSecret: 's' }), false);
  });
}
