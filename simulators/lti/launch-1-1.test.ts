import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askOauthlib, oauthlibTest, type VerifyTask } from '../../test/interop/oauthlib.ts';
import type { Pairs } from '../shared/oauth1-signing.ts';
import { practiceCourse } from './course.ts';
import { createFixture, formOf, tool11 } from './fixture.ts';
import type { LaunchForm } from './form-page.ts';
import type { SignedFormFault } from './misbehaviour.ts';
import type { ProductName } from './product.ts';
import { products } from './products.ts';
import { signedLaunchFaults } from './signed-launch-faults.ts';

const names = Object.keys(products) as readonly ProductName[];
const pressed = { person: 'alumna', course: 'mat-101', link: 'antigua-tarea' };

/** One link whose address has a query, as course authors write them, and custom parameters that sort oddly. */
const course = {
  ...practiceCourse(['antigua']),
  links: [
    ...practiceCourse(['antigua']).links,
    {
      slug: 'consulta',
      title: 'C++ & C# (O\'Neil) 100% +1 "\u{1F600}"\r\nsegunda línea',
      tool: 'antigua',
      target: `${tool11.launchAddress}?course=42&next=%2Fa%20b`,
      custom: { q: 'x', q1: 'y', 'q-b': 'z', vacío: '' },
      isGraded: false,
    },
  ],
};

const task = ({ action, fields }: LaunchForm): VerifyTask => ({
  do: 'verify',
  method: 'POST',
  url: action,
  form: new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString(),
  authorization: null,
  method_of_signature: (fieldOf(fields, 'oauth_signature_method') as 'HMAC-SHA1') ?? 'HMAC-SHA1',
  consumer_secret: tool11.secret,
  token_secret: '',
});

const fieldOf = (fields: Pairs, name: string) => fields.find(([each]) => each === name)?.[1];

oauthlibTest('oauthlib verifies the launches of every product and every person, by SHA-1 and by SHA-256', () => {
  const forms = names.flatMap((name) =>
    (['HMAC-SHA1', 'HMAC-SHA256'] as const).flatMap((signatureMethod) => {
      const { simulator } = createFixture(name, { tools: [{ ...tool11, signatureMethod }], courses: [course] });
      return ['alumna', 'profesora', 'reservada', 'correo-vacio', 'visitante'].flatMap((person) =>
        ['antigua-tarea', 'consulta'].map((link) => simulator.launchForm({ person, course: 'mat-101', link })),
      );
    }),
  );
  assert.equal(forms.length, names.length * 2 * 5 * 2);
  const answers = askOauthlib<boolean>(forms.map(task));
  assert.deepEqual(
    answers.filter((isRight) => !isRight),
    [],
  );
});

const faults: readonly SignedFormFault[] = [
  { kind: 'secret', secret: 'otro' },
  { kind: 'address', address: 'http://tool.test/lti/1.1/launch' },
  { kind: 'signing-fault', fault: 'encode-uri-component' },
  { kind: 'signing-fault', fault: 'form-encoder' },
  { kind: 'signing-fault', fault: 'raw-secret' },
  { kind: 'signing-fault', fault: 'no-final-ampersand' },
  { kind: 'signing-fault', fault: 'sorted-joined' },
];

oauthlibTest('oauthlib refuses what was changed after signing, and every fault of signing', () => {
  const { simulator } = createFixture('plain', { courses: [course] });
  const launch = () => simulator.launchForm({ person: 'profesora', course: 'mat-101', link: 'consulta' });
  const forms = faults.map((how) => {
    simulator.misbehave({ endpoint: 'launch-1-1', how, times: 1 });
    return launch();
  });
  for (const how of [
    { kind: 'field', name: 'user_id', value: 'otra' },
    { kind: 'field', name: 'context_label', value: null },
    { kind: 'field-twice', name: 'user_id', value: 'otra' },
  ] as const) {
    simulator.misbehave({ endpoint: 'launch-1-1', how, times: 1 });
    forms.push(launch());
  }
  const answers = askOauthlib<boolean>([...forms, launch()].map(task));
  assert.deepEqual(answers, [...forms.map(() => false), true]);
});

oauthlibTest('what is changed before signing is signed', () => {
  const { simulator } = createFixture();
  for (const how of [
    { kind: 'signed-field', name: 'user_id', value: null },
    { kind: 'signed-field', name: 'roles', value: 'urn:lti:sysrole:ims/lis/SysAdmin' },
    { kind: 'signed-field-twice', name: 'user_id', value: 'otra' },
    { kind: 'timestamp', seconds: -301 },
  ] as const) {
    simulator.misbehave({ endpoint: 'launch-1-1', how, times: 1 });
    assert.deepEqual(askOauthlib<boolean>([task(simulator.launchForm(pressed))]), [true], JSON.stringify(how));
  }
});

test('lti.md §2.5 V1 and V1c: the vectors come out, with the parameters that they have', async () => {
  const { baseString, hmacSignature } = await import('../shared/oauth1-signing.ts');
  const fields = (method: string): Pairs => [
    ['oauth_consumer_key', 'campus-key'],
    ['oauth_nonce', 'n-0001'],
    ['oauth_signature_method', method],
    ['oauth_timestamp', '1700000000'],
    ['oauth_version', '1.0'],
    ['oauth_callback', 'about:blank'],
    ['lti_message_type', 'basic-lti-launch-request'],
    ['lti_version', 'LTI-1p0'],
    ['resource_link_id', 'rl-1'],
    ['user_id', 'u-1'],
    ['roles', 'Learner'],
  ];
  const sign = (hash: 'sha1' | 'sha256', method: string, more: Pairs = []) =>
    hmacSignature(
      hash,
      baseString('POST', 'https://broker.example/lti/launch', [...fields(method), ...more]),
      tool11.secret,
      '',
    );
  assert.equal(sign('sha1', 'HMAC-SHA1'), 'ZihQcaIQ29Z7H6awJ7lyruJUkxc=');
  assert.equal(sign('sha256', 'HMAC-SHA256'), 'mX/XYhcVHYD7AQ0okGOgLNRH4aD4JazLjdfec4TSeWc=');
  assert.equal(
    sign('sha1', 'HMAC-SHA1', [['lis_person_name_full', "Zoë O'Neil (TA)!*~ 100% +1"]]),
    'ASLQfnnTdbPtSlDohLYReSrCY0w=',
  );
  const sorted: Pairs = [
    ['custom_q', 'x'],
    ['custom_q1', 'y'],
    ['custom_q-b', 'z'],
  ];
  assert.equal(sign('sha1', 'HMAC-SHA1', sorted), '4ctNJ+3hOTYlvzWfPf8JjL6w/8k=');
});

test('§4 the products differ as the table says', () => {
  const fields = Object.fromEntries(
    names.map((name) => [name, new Map(createFixture(name).simulator.launchForm(pressed).fields)] as const),
  );
  assert.equal(fields.moodle?.get('user_id'), '2');
  assert.equal(fields['open-edx']?.get('roles'), 'Student,Learner');
  assert.equal(fields['open-edx']?.has('tool_consumer_instance_guid'), false);
  assert.equal(fields['open-edx']?.get('launch_presentation_return_url'), '');
  assert.equal(fields['open-edx']?.get('lis_person_sourcedid'), 'crobles');
  assert.equal(fields.canvas?.get('roles'), 'Learner,urn:lti:instrole:ims/lis/Student,urn:lti:sysrole:ims/lis/User');
});

test('§4 Open edX: one person is another in every course', () => {
  const { simulator } = createFixture('open-edx');
  simulator.addCourse({ ...practiceCourse(['antigua']), slug: 'fis-101' });
  assert.notEqual(simulator.userIdOf('alumna', 'mat-101'), simulator.userIdOf('alumna', 'fis-101'));
  const canvas = createFixture('canvas').simulator;
  canvas.addCourse({ ...practiceCourse(['antigua']), slug: 'fis-101' });
  assert.equal(canvas.userIdOf('alumna', 'mat-101'), canvas.userIdOf('alumna', 'fis-101'));
});

test('a visitor has no user_id, and a result only who is graded', () => {
  const { simulator } = createFixture();
  const of = (person: string, link = 'antigua-tarea') =>
    new Map(simulator.launchForm({ ...pressed, person, link }).fields);
  assert.equal(of('visitante').has('user_id'), false);
  assert.equal(of('alumna').has('lis_result_sourcedid'), true);
  assert.equal(of('profesora').has('lis_result_sourcedid'), false);
  assert.equal(of('alumna', 'antigua-curso').has('lis_result_sourcedid'), false);
});

test('a replay is the same form again, and every launch beside has a nonce of its own', () => {
  const { simulator } = createFixture();
  const first = simulator.launchForm(pressed);
  simulator.misbehave({ endpoint: 'launch-1-1', how: { kind: 'replayed' }, times: 1 });
  assert.deepEqual(simulator.launchForm(pressed).fields, first.fields);
  assert.notEqual(fieldOf(simulator.launchForm(pressed).fields, 'oauth_nonce'), fieldOf(first.fields, 'oauth_nonce'));
});

test('the page of a launch posts what was signed, by itself or by its button', async () => {
  const { fetch, enter, simulator } = createFixture('plain', { courses: [course] });
  const answer = await fetch('/courses/mat-101/links/consulta/launch', { headers: await enter('profesora') });
  const form = await formOf(answer);
  assert.equal(form.action, `${tool11.launchAddress}?course=42&next=%2Fa%20b`);
  assert.equal(form.get('resource_link_title'), course.links.at(-1)?.title);
  assert.equal(form.get('user_id'), simulator.userIdOf('profesora', 'mat-101'));
});

test('every fault of a signed launch changes what arrives, is used up by it, and the next launch is right again', () => {
  const skeleton = ({ fields, encoding }: LaunchForm) => JSON.stringify([fields, encoding]);
  for (const { what, how } of signedLaunchFaults) {
    const [good, bad] = [createFixture(), createFixture()];
    assert.equal(skeleton(good.simulator.launchForm(pressed)), skeleton(bad.simulator.launchForm(pressed)));
    bad.simulator.misbehave({ endpoint: 'launch-1-1', how, times: 1 });
    const form = bad.simulator.launchForm(pressed);
    assert.notEqual(skeleton(form), skeleton(good.simulator.launchForm(pressed)), what);
    assert.notEqual(skeleton(bad.simulator.launchForm(pressed)), skeleton(form), what);
  }
});
