/**
 * The launches of lti.md §2.5, whose signatures were made elsewhere: each right one is a launch, each wrong one is refused.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLaunch11 } from '../../src/lti/launch-1-1.ts';
import { type Parameter, writeForm } from '../../src/oauth1/encoding.ts';
import { changed, launchParameters, without } from './sign.ts';
import { consumerWith } from './world.ts';

const NOW = 1_700_000_000;
const ADDRESS = 'https://broker.example/lti/launch';

interface Vector {
  readonly name: string;
  readonly right: string;
  /** Each with the mistake that makes it. */
  readonly wrong?: readonly string[];
  readonly extra?: readonly Parameter[];
  readonly url?: string;
  readonly secret?: string;
  readonly methods?: readonly string[];
}

const vectors: readonly Vector[] = [
  {
    name: 'cases 1, 21, J-17 (V1): a secret with signs and letters beyond ASCII',
    right: 'ZihQcaIQ29Z7H6awJ7lyruJUkxc=',
    wrong: ['cbIqK2GXQgdh1/AYXePMIAtaRag=', 'ESsWFBiZH82C1OoscCi9nfo/ABk='],
  },
  { name: 'V1b: a plain secret', right: 'MNbDauKeV6Xv9KyjRKfi4aYL0e8=', secret: 'secret' },
  {
    name: 'cases 2, J-17 (V2): signs that encodeURIComponent leaves bare',
    right: 'ASLQfnnTdbPtSlDohLYReSrCY0w=',
    wrong: ['y1kn+2OZ5ZxR7mMNcJ/Aqq1QKAE=', 'Uwz5pRgSO1vyZrPx6v/Pb6qikn4='],
    extra: [['lis_person_name_full', "Zoë O'Neil (TA)!*~ 100% +1"]],
  },
  {
    name: 'case 3 (V3): a plus and an ampersand',
    right: 'NDZ5suIP5YXfMsUFuVsRK8/TDMo=',
    wrong: ['0UrxB9l09YQTcPhH17Tfk51m4cg=', 'alMJ5FitRrjtusXmHgavEfK34lI='],
    extra: [['context_title', 'C++ & C#']],
  },
  {
    name: 'case 4 (V4): a line break as browsers send it',
    right: 'ZeGe1fDcx+1eClCM1703aioEboU=',
    wrong: ['PknUBBkTQHAcZTKCn9N1J0zjNKY='],
    extra: [['resource_link_description', 'line1\r\nline2']],
  },
  {
    name: 'case 5 (V5): an empty value is signed',
    right: 'fGW9Er03IhlUXujb6V1vUnWspKk=',
    wrong: ['ZihQcaIQ29Z7H6awJ7lyruJUkxc='],
    extra: [['launch_presentation_return_url', '']],
  },
  {
    name: 'V6: a query in the address',
    right: 'fr/WRoJqZj+kqSzI73DU7w3vx/Y=',
    wrong: ['O3A7RxqDl3PNUZwEVHy+F/TodN4='],
    url: `${ADDRESS}?course=42&next=%2Fa%20b`,
  },
  {
    name: 'case 7 (V7): one name in address and body, which says nothing of a person',
    right: '95wcoBbnSzvokdNaVoeiWsTaRns=',
    wrong: ['X2hHqiRKWXo4GUEmVjZjJD9wfpI='],
    url: `${ADDRESS}?course=42`,
    extra: [['course', '7']],
  },
  {
    name: 'case 11 (V8): a port of its own',
    right: 'cMME7qIDa6XYcw5UXLfuQMmOub4=',
    url: 'https://broker.example:8443/lti/launch',
  },
  {
    name: 'case 11 (V1): the default port, written, and capitals',
    right: 'ZihQcaIQ29Z7H6awJ7lyruJUkxc=',
    wrong: ['R/XR+KFuwSqmUXyRvPy5RCZ7vfk='],
    url: 'HTTPS://BROKER.example:443/lti/launch',
  },
  {
    name: 'case 3 (V10): an address with a plus, a character beyond the first plane',
    right: 'ERDK51jeDGRJlNc2lArFN/w3Gq4=',
    extra: [
      ['lis_person_name_given', '😀'],
      ['lis_person_contact_email_primary', 'ada+lms@uni.example'],
    ],
  },
  {
    name: 'case 9 (V11): names that sort by bytes',
    right: 'qDuvyIZqwJ75HNXRa90eXJ5Vw9Q=',
    extra: [
      ['custom_a', '1'],
      ['custom_a_b', '2'],
      ['custom_A', '3'],
      ['custom_é', '4'],
    ],
  },
  {
    name: 'case 9 (V12): names that begin with one another',
    right: '4ctNJ+3hOTYlvzWfPf8JjL6w/8k=',
    wrong: ['NFB0YStOYdxTni9Qp9QgtT1hSWE='],
    extra: [
      ['custom_q', 'x'],
      ['custom_q1', 'y'],
      ['custom_q-b', 'z'],
    ],
  },
  {
    name: 'case 28 (V1c): HMAC-SHA256, where the consumer may',
    right: 'mX/XYhcVHYD7AQ0okGOgLNRH4aD4JazLjdfec4TSeWc=',
    extra: [['oauth_signature_method', 'HMAC-SHA256']],
    methods: ['HMAC-SHA1', 'HMAC-SHA256'],
  },
];

function verify(vector: Vector, signature: string, form: readonly Parameter[]) {
  const consumer = { ...consumerWith({}), secret: vector.secret ?? 's3cr3t&/+ é' };
  return verifyLaunch11(
    {
      url: new URL(vector.url ?? ADDRESS),
      authorization: null,
      form: writeForm([...form, ['oauth_signature', signature]]),
    },
    {
      environment: { now: () => NOW * 1000 },
      nonces: { take: async () => true },
      findConsumer: async () => ({ ...consumer, signature_methods: (vector.methods ?? ['HMAC-SHA1']) as never }),
    },
  );
}

for (const vector of vectors) {
  const form = changed(launchParameters(NOW, 'n-0001'), vector.extra ?? []);
  test(vector.name, async () => {
    const launch = await verify(vector, vector.right, form);
    assert.equal(launch.subject, 'u-1');
    const refused = { code: 'lti_launch_unverified' };
    for (const wrong of vector.wrong ?? []) await assert.rejects(verify(vector, wrong, form), refused, wrong);
    // One character of any parameter, or one parameter, and it is another request.
    for (const [index, [name, value]] of form.entries()) {
      if (name === 'oauth_signature_method' || name === 'oauth_version' || name === 'oauth_timestamp') continue;
      const other = form.with(index, [name, `${value}x`]);
      await assert.rejects(
        verify(vector, vector.right, other),
        { code: /lti_launch_unverified|lti_launch_malformed/ },
        name,
      );
      if (!name.startsWith('oauth_')) {
        await assert.rejects(verify(vector, vector.right, form.toSpliced(index, 1)), refused, name);
      }
    }
  });
}

test('case 28: HMAC-SHA256 is refused where the consumer may not', async () => {
  const [last] = vectors.slice(-1);
  assert.ok(last);
  const form = changed(launchParameters(NOW, 'n-0001'), last.extra ?? []);
  await assert.rejects(verify({ ...last, methods: ['HMAC-SHA1'] }, last.right, form), {
    code: 'lti_launch_unverified',
  });
});

test('case 3 (V10): the plus of an address stays', async () => {
  const vector = vectors.find(({ name }) => name.includes('V10')) ?? assert.fail();
  const launch = await verify(vector, vector.right, changed(launchParameters(NOW, 'n-0001'), vector.extra ?? []));
  assert.equal(launch.person.email, 'ada+lms@uni.example');
  assert.equal(launch.person.givenName, '😀');
});

test('what Canvas sends (lti.md §2.5), with roles that are empty', async () => {
  const form: readonly Parameter[] = Object.entries({
    oauth_consumer_key: '5b6ee40cc9fcdaede550654a93307dcd',
    oauth_signature_method: 'HMAC-SHA1',
    oauth_version: '1.0',
    oauth_timestamp: '1536162928',
    oauth_nonce: '1rC2NGlkEacq5jD0u7msfCT0mRfOaFMz4jJyvHM4MsQ',
    context_id: 'e05c24be1e',
    context_title: 'Section 955',
    launch_presentation_return_url: 'https://learn-lti.herokuapp.com/tool_return/signature_check/2/6862',
    lis_person_name_full: 'Dong Miller',
    lti_message_type: 'basic-lti-launch-request',
    lti_version: 'LTI-1p0',
    resource_link_id: '30fd061cfe',
    roles: '',
    tool_consumer_instance_name: 'Organization 738',
    user_id: 'b029d74d0a',
    oauth_signature: '/tuo1sYQB8oKiKfbR7xB7ayuv0s=',
  });
  const ports = {
    environment: { now: () => 1_536_162_928_000 },
    nonces: { take: async () => true },
    findConsumer: async () => ({ ...consumerWith({}), secret: 'c64d84750dcb21febd995058588f019f' }),
  };
  const received = { url: new URL('https://localhost:8080/launch'), authorization: null };
  const launch = await verifyLaunch11({ ...received, form: writeForm(form) }, ports);
  assert.deepEqual([launch.subject, launch.roles, launch.person.fullName], ['b029d74d0a', [], 'Dong Miller']);
  assert.deepEqual(launch.context, { id: 'e05c24be1e', label: null, title: 'Section 955' });
  const shorter = writeForm(without(form, 'roles'));
  await assert.rejects(verifyLaunch11({ ...received, form: shorter }, ports), { code: 'lti_launch_unverified' });
});

test('case 22: the placeholder that RFC 5849 prints is no signature', async () => {
  const [vector] = vectors;
  assert.ok(vector);
  const form = launchParameters(NOW, 'n-0001');
  await assert.rejects(verify(vector, 'djosJKDKJSD8743243/jdk33klY=', form), { code: 'lti_launch_unverified' });
});
