import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CourseRun } from '../store/open-edx-course-runs.ts';
import { clientSchema } from './client-document.ts';
import { contentOf } from './lti-content.ts';

const clientWith = (members: object) =>
  clientSchema.safeParse({
    ...{ client_id: 'lms', client_name: 'LMS', client_secret: 'a-secret-that-nobody-knows-0', redirect_uris: [] },
    ...{ redirect_uris: ['https://lms.test/back'], skip_authorization: true },
    lti_targets: ['https://lms.test/courses/'],
    ...members,
  });
const faultsOf = (members: object) => (clientWith(members).error?.issues ?? []).map(({ message }) => message);
const item = (url: string, more: object = {}) => ({ title: 'Álgebra', url, ...more });

test('what teachers can add lies within what the client serves', () => {
  assert.deepEqual(faultsOf({ lti_content: [item('https://lms.test/courses/a?unit=1', { score_maximum: 10 })] }), []);
  for (const url of [
    'https://lms.test/admin',
    'https://evil.test/courses/a',
    'https://lms.test/courses/..%2Fadmin',
    'https://lms.test:8443/courses/a',
  ]) {
    assert.deepEqual(faultsOf({ lti_content: [item(url)] }), [`leads outside of lti_targets: ${url}`]);
  }
  assert.deepEqual(faultsOf({ lti_targets: [], lti_content: [item('https://lms.test/courses/a')] }), [
    'leads outside of lti_targets: https://lms.test/courses/a',
  ]);
});

test('an item has a title, an address that is named once, and points above 0', () => {
  const url = 'https://lms.test/courses/a';
  assert.deepEqual(faultsOf({ lti_content: [item(url), item(url)] }), ['is listed twice']);
  for (const wrong of [
    item('javascript:alert(1)'),
    item('/courses/a'),
    item(url, { title: '' }),
    item(url, { score_maximum: 0 }),
    item(url, { score_maximum: -1 }),
    item(url, { scoreMaximum: 10 }),
    { url },
    null,
  ]) {
    assert.equal(clientWith({ lti_content: [wrong] }).success, false, JSON.stringify(wrong));
  }
});

const run = (id: string, title: string): CourseRun => ({
  ...{ id, title, start: null, end: null, enrollment_start: null, enrollment_end: null, pacing: null },
});

test('course runs follow the operator’s own words, by title, each once and only where a launch could lead', () => {
  const [algebra, zoology] = [run('course-v1:Uni+A1+2026', 'Álgebra'), run('course-v1:Uni+Z1+2026', 'Zoología')];
  const { data: client = assert.fail() } = clientWith({
    lti_content: [
      item('https://lms.test/courses/course-v1:Uni+Z1+2026/course/', { title: 'Zoo', score_maximum: 5 }),
      item('https://lms.test/courses/x', { title: 'X' }),
    ],
  });
  const platforms = [
    { origin: 'https://lms.test', runs: [zoology, run('course-v1:Uni+B1+2026', 'Botánica'), algebra] },
    { origin: 'https://other.test', runs: [algebra] },
  ];
  assert.deepEqual(contentOf(client, platforms), [
    { title: 'Zoo', url: 'https://lms.test/courses/course-v1:Uni+Z1+2026/course/', scoreMaximum: 5 },
    { title: 'X', url: 'https://lms.test/courses/x', scoreMaximum: null },
    { title: 'Álgebra', url: 'https://lms.test/courses/course-v1:Uni+A1+2026/course/', scoreMaximum: null },
    { title: 'Botánica', url: 'https://lms.test/courses/course-v1:Uni+B1+2026/course/', scoreMaximum: null },
  ]);
});
