/**
 * Results of LTI 1.1 at the practice campus by Basic Outcomes (lti.md §2.6), and answers that are none.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LtiConsumerDocument } from '../../src/configuration/lti-document.ts';
import type { ScoreDestination } from '../../src/lti/score.ts';
import { decimal, readOutcomeAnswer } from '../../src/lti/services/outcome-message.ts';
import { sendOutcome, signedOutcome } from '../../src/lti/services/outcomes.ts';
import { createSendScore } from '../../src/lti/services/send-score.ts';
import { createServiceCall } from '../../src/lti/services/service-call.ts';
import { answerWith, createServiceWorld, SECRET, type ServiceWorld, scoreAt, tool11 } from './service-world.ts';
import { consumerWith } from './world.ts';

const GRADED = 'mat-101.antigua-tarea';
type OutcomeService = Extract<ScoreDestination, { kind: 'outcome-service' }>;

const outcomeService = (world: ServiceWorld, person = 'alumna'): OutcomeService => {
  const destination = world.destination(person, 'antigua-tarea');
  return destination.kind === 'outcome-service' ? destination : assert.fail();
};

/** What became of a score, in one line. */
async function fate(world: ServiceWorld, destination: ScoreDestination, changes: Parameters<typeof scoreAt>[1] = {}) {
  const delivery = await createSendScore(world.ports)(destination, scoreAt(world.now(), changes));
  return delivery.kind === 'sent' ? 'sent' : `${delivery.kind} ${delivery.code}`;
}

test('the vector of lti.md §2.5: the hash of the body, and a signature that covers it and the query', () => {
  const body = '<?xml version="1.0" encoding="UTF-8"?><a/>';
  const { headers } = signedOutcome(
    { oauth_consumer_key: 'campus-key', secret: 'secret', signature_methods: ['HMAC-SHA1'] },
    new URL('https://lms.example/outcomes?id=7'),
    body,
    { timestamp: 1_700_000_000, nonce: 'n-0002' },
  );
  assert.match(headers.authorization ?? '', /oauth_body_hash="LBWSUqPPOOLXh6bQdTbGBDpNAfE%3D"/);
  assert.match(headers.authorization ?? '', /oauth_signature="vvgqNrFG%2BXSI5naYsK%2B4y4ILJ4w%3D"/);
  assert.equal(headers['content-type'], 'application/xml');
});

test('a result is replaced, read and deleted at the campus', async () => {
  const world = createServiceWorld();
  const { serviceUrl, sourcedId } = outcomeService(world);
  assert.equal(await fate(world, outcomeService(world)), 'sent');
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, 0.85);
  const { environment } = world.ports;
  const tools = { environment, call: createServiceCall(environment) };
  const consumer = (await world.ports.registrations()).ltiConsumers.get('antiguo') ?? assert.fail();
  const errand = { registration: 'antiguo', outbound: await world.ports.outbound(), consumer };
  const send = (operation: 'readResult' | 'deleteResult') =>
    sendOutcome(tools, errand, new URL(serviceUrl), { operation, sourcedId });
  assert.deepEqual(await send('readResult'), { major: 'success', score: '0.85' });
  assert.deepEqual(await send('deleteResult'), { major: 'success', score: null });
  assert.deepEqual(await send('readResult'), { major: 'success', score: '' });
  assert.deepEqual(world.simulator.complaints, []);
});

const scores: readonly (readonly [given: number, maximum: number, kept: number])[] = [
  [0, 10, 0],
  [10, 10, 1],
  [12, 10, 1],
  [1, 3, 0.33333333],
  [1e-12, 10, 0],
  [-1, 10, 0],
];

for (const [given, maximum, kept] of scores) {
  test(`${given} of ${maximum} is ${kept} to a campus, which takes from 0 to 1`, async () => {
    const world = createServiceWorld();
    assert.equal(await fate(world, outcomeService(world), { points: { given, maximum } }), 'sent');
    assert.equal(world.simulator.score(GRADED, 'alumna')?.given, kept);
    assert.deepEqual(world.simulator.complaints, []);
  });
}

test('whatever the score, it is written as a decimal', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (score) => {
      assert.match(decimal(score), /^(?:0\.\d{1,8}|1\.0)$/);
      assert.ok(Math.abs(Number(decimal(score)) - score) <= 5e-9);
    }),
  );
  assert.deepEqual([0, 1, 0.5, 0.92, 1e-8].map(decimal), ['0.0', '1.0', '0.5', '0.92', '0.00000001']);
});

test('a score without points deletes what the campus had; where it cannot delete, that is the last word', async () => {
  const world = createServiceWorld();
  assert.equal(await fate(world, outcomeService(world)), 'sent');
  assert.equal(await fate(world, outcomeService(world), { points: null }), 'sent');
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, null);
  const openEdx = createServiceWorld('open-edx');
  assert.equal(await fate(openEdx, outcomeService(openEdx), { points: null }), 'never outcome_unsupported');
});

test('case 91: one service of two consumers, and one sourcedid of two people: each result is sent by its own', async () => {
  const other = { ...tool11, slug: 'otra', consumerKey: 'other-key', secret: 'another secret of the campus' };
  const world = createServiceWorld('plain', {
    tools: [tool11, other],
    consumers: [{}, { slug: 'otro', oauth_consumer_key: 'other-key', secret: other.secret }],
  });
  const { fields } = world.simulator.launchForm({ person: 'alumno', course: 'mat-101', link: 'otra-tarea' });
  const sourcedId = fields.find(([name]) => name === 'lis_result_sourcedid')?.[1] ?? assert.fail();
  const first = outcomeService(world);
  const second: OutcomeService = { ...first, registration: 'otro', sourcedId };
  assert.equal(await fate(world, first), 'sent');
  assert.equal(await fate(world, second, { points: { given: 1, maximum: 4 } }), 'sent');
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, 0.85);
  assert.equal(world.simulator.score('mat-101.otra-tarea', 'alumno')?.given, 0.25);
  // By the other's key it is nobody's.
  assert.equal(await fate(world, { ...second, registration: 'antiguo' }), 'later outcome_failed');
  // The same sourcedid again: the newest result stands.
  assert.equal(await fate(world, first, { points: { given: 1, maximum: 1 } }), 'sent');
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, 1);
});

test('a sourcedid goes back exactly as it came, whatever signs are in it', async () => {
  const world = createServiceWorld();
  for (const sourcedId of [`a&b<c>"d'`, ']]>', 'línea 1\r\nlínea 2', '😀', '<!DOCTYPE x>', '&amp;']) {
    // It is of no result there: but it was understood.
    assert.equal(await fate(world, { ...outcomeService(world), sourcedId }), 'later outcome_failed');
    assert.equal(world.simulator.complaints.at(-1), 'outcomes: the sourcedId is of no result of this tool', sourcedId);
  }
  const calls = world.calls.length;
  assert.equal(await fate(world, { ...outcomeService(world), sourcedId: 'a\u0001' }), 'never sourcedid_unwritable');
  assert.equal(world.calls.length, calls);
});

test('with the secret of now, also while the one before is still taken in launches', async () => {
  const previous = { previous_secret: SECRET, previous_secret_expires_at: '2030-01-01T00:00:00Z' };
  const secret = 'the new secret of the campus';
  const world = createServiceWorld('plain', { consumers: [{ secret, ...previous }] });
  const destination = outcomeService(world);
  assert.equal(await fate(world, destination), 'later outcome_unauthorized');
  world.simulator.addTool({ ...tool11, secret });
  assert.equal(await fate(world, destination), 'sent');
});

test('by the first method that its launches may have', () => {
  const methodOf = (signature_methods: LtiConsumerDocument['signature_methods']) => {
    const consumer = consumerWith({ signature_methods });
    const { headers } = signedOutcome(consumer, new URL('https://lms.example/'), '', { timestamp: 1, nonce: 'n' });
    return /oauth_signature_method="([^"]*)"/.exec(headers.authorization ?? '')?.[1];
  };
  assert.equal(methodOf(['HMAC-SHA256', 'HMAC-SHA1']), 'HMAC-SHA256');
  assert.equal(methodOf(['HMAC-SHA1']), 'HMAC-SHA1');
});

test('a consumer that is not there, switched off or at its end is sent nothing', async () => {
  const off = createServiceWorld('plain', { consumers: [{ enabled: false }] });
  assert.equal(await fate(off, outcomeService(off)), 'later campus_disabled');
  const over = createServiceWorld('plain', { consumers: [{ expires_at: '2025-01-01T00:00:00Z' }] });
  assert.equal(await fate(over, outcomeService(over)), 'later campus_disabled');
  const none = createServiceWorld('plain', { consumers: [] });
  assert.equal(await fate(none, outcomeService(none)), 'never campus_unknown');
  assert.deepEqual(
    [off, over, none].flatMap(({ calls }) => calls),
    [],
  );
});

test('an address that cannot be called or signed is the last word', async () => {
  const world = createServiceWorld();
  for (const serviceUrl of ['', 'ftp://campus.test/', 'https://user:word@campus.test/', 'https://campus.test/?a=|']) {
    assert.equal(await fate(world, { ...outcomeService(world), serviceUrl }), 'never address_unusable', serviceUrl);
  }
  assert.deepEqual(world.calls, []);
});

const code = (major: string) => `<imsx_codeMajor>${major}</imsx_codeMajor>`;
const envelope = (status: string, body = '<imsx_POXBody><replaceResultResponse/></imsx_POXBody>', before = '') =>
  `<?xml version="1.0" encoding="UTF-8"?>${before}<imsx_POXEnvelopeResponse xmlns="http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0">` +
  `<imsx_POXHeader><imsx_POXResponseHeaderInfo><imsx_version>V1.0</imsx_version><imsx_statusInfo>${status}` +
  `</imsx_statusInfo></imsx_POXResponseHeaderInfo></imsx_POXHeader>${body}</imsx_POXEnvelopeResponse>`;

const answers: readonly (readonly [what: string, body: string, fate: string, status?: number])[] = [
  ['success', envelope(code('success')), 'sent'],
  ['success with space around it, in a section', envelope(code(' <![CDATA[success]]>\n')), 'sent'],
  ['failure', envelope(code('failure')), 'later outcome_failed'],
  ['processing', envelope(code('processing')), 'later outcome_failed'],
  ['unsupported', envelope(code('unsupported')), 'never outcome_unsupported'],
  ['two codes', envelope(code('success') + code('success')), 'later answer_unreadable'],
  ['two codes, which differ', envelope(code('success') + code('failure')), 'later answer_unreadable'],
  [
    'a second code in the body',
    envelope(code('success'), `<imsx_POXBody>${code('failure')}</imsx_POXBody>`),
    'later answer_unreadable',
  ],
  [
    'a code in the body alone',
    envelope('', `<imsx_POXBody>${code('success')}</imsx_POXBody>`),
    'later answer_unreadable',
  ],
  ['no code', envelope(''), 'later answer_unreadable'],
  ['an empty code', envelope(code('')), 'later answer_unreadable'],
  ['another code', envelope(code('SUCCESS')), 'later answer_unreadable'],
  ['a code of elements', envelope(code('<b>success</b>')), 'later answer_unreadable'],
  ['a document type', envelope(code('success'), '', '<!DOCTYPE a>'), 'later answer_unreadable'],
  ['an entity', envelope(code('&s;'), '', '<!DOCTYPE a [<!ENTITY s "success">]>'), 'later answer_unreadable'],
  ['an entity that is not declared', envelope(code('&s;')), 'later answer_unreadable'],
  ['broken XML', envelope(code('success')).slice(0, -1), 'later answer_unreadable'],
  ['another document', `<a>${code('success')}</a>`, 'later answer_unreadable'],
  ['nothing', '', 'later answer_unreadable'],
  ['a page', '<!doctype html><html>', 'later answer_unreadable'],
  [
    'far too much',
    envelope(code('success'), `<imsx_POXBody>${' '.repeat(70_000)}</imsx_POXBody>`),
    'later answer_unreadable',
  ],
  ['success with another status', envelope(code('success')), 'later answer_unreadable', 201],
  ['success and a redirect', envelope(code('success')), 'later answer_unreadable', 302],
  ['success that is not authorized', envelope(code('success')), 'later outcome_unauthorized', 401],
  ['success and an error of the server', envelope(code('success')), 'later service_failed', 502],
];

for (const [what, body, expected, status = 200] of answers) {
  test(`case 92: an outcome that is answered with ${what}: ${expected}`, async () => {
    const world = createServiceWorld();
    world.wrap(async () => answerWith(status, body));
    assert.equal(await fate(world, outcomeService(world)), expected);
    assert.equal(world.calls.length, 1, 'nothing is fetched, and nothing is sent twice');
  });
}

test('case 92: a result that is read is what stands in its place, and nothing else', () => {
  const result = (text: string) =>
    `<imsx_POXBody><readResultResponse><result><resultScore><language>en</language>${text}</resultScore></result></readResultResponse></imsx_POXBody>`;
  const scoreOf = (text: string) => readOutcomeAnswer(envelope(code('success'), result(text)))?.score;
  assert.equal(scoreOf('<textString>0.5</textString>'), '0.5');
  assert.equal(scoreOf('<textString/>'), '');
  assert.equal(scoreOf('<textString>0.5</textString><textString>1</textString>'), null);
  assert.equal(scoreOf(''), null);
});
