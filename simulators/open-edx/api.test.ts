import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixture, type Fixture, refusalOf, run, worker } from './fixture.ts';

const learner = (fixture: Fixture) => fixture.simulator.issueServiceToken({ username: 'luis' });

test('401 says in a code what is wrong with a token', async () => {
  const fixture = createFixture();
  const { simulator, fetch, pass } = fixture;
  simulator.addAccount({ username: 'sin-clave', email: 's@uni.test' });
  const disabled = simulator.issueServiceToken({ username: 'sin-clave' });
  const short = simulator.issueServiceToken({ username: 'luis', expiresAt: Date.UTC(2026, 7, 20, 12, 1) });
  const ask = async (authorization: string) =>
    refusalOf(await fetch('/api/user/v1/me', { headers: { authorization } }));
  assert.deepEqual(await ask('Bearer '), [401, 'token_not_provided']);
  assert.deepEqual(await ask('Bearer a b'), [401, 'token_malformed']);
  assert.deepEqual(await ask('Bearer x'), [401, 'token_nonexistent']);
  assert.deepEqual(await ask(`Bearer ${disabled}`), [401, 'user_is_disabled']);
  assert.equal((await fetch('/api/user/v1/me')).status, 401);
  assert.equal((await fetch('/api/user/v1/me', { headers: { authorization: `Bearer ${short}` } })).status, 200);
  pass(60_000);
  assert.deepEqual(await ask(`Bearer ${short}`), [401, 'token_expired']);
});

test('accounts are found by name, and by address or number only by staff', async () => {
  const fixture = createFixture();
  const { get } = fixture;
  const usernames = async (query: string, token: string = worker) => {
    const answer = await get(`/api/user/v1/accounts?${query}`, token);
    return answer.status === 200
      ? ((await answer.json()) as { username: string }[]).map(({ username }) => username)
      : answer.status;
  };
  assert.deepEqual(await usernames('username=luis,worker'), ['luis', 'worker']);
  assert.deepEqual(await usernames('email=LUIS@uni.test'), ['luis']);
  assert.deepEqual(await usernames('lms_user_id=5'), ['luis']);
  assert.equal(await usernames('email=nobody@uni.test'), 404);
  assert.equal(await usernames('email=luis@uni.test', learner(fixture)), 403);
});

test('whoever is neither owner nor staff sees that somebody is there, and no more', async () => {
  const fixture = createFixture();
  const seen = (await (await fixture.get('/api/user/v1/accounts/worker', learner(fixture))).json()) as object;
  assert.deepEqual(Object.keys(seen), ['username', 'profile_image', 'account_privacy']);
});

test('an account is changed by its owner alone, with a merge patch, and not in what is read only', async () => {
  const fixture = createFixture();
  const patch = (body: object, token = learner(fixture), type = 'application/merge-patch+json') =>
    fixture.fetch('/api/user/v1/accounts/luis', {
      method: 'PATCH',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
    });
  const changed = (await (await patch({ name: 'Luis Paz Mora', country: 'MX' })).json()) as {
    name: string;
    country: string;
  };
  assert.deepEqual([changed.name, changed.country], ['Luis Paz Mora', 'MX']);
  assert.equal((await patch({ name: 'x' }, learner(fixture), 'application/json')).status, 415);
  assert.equal((await patch({ name: 'x' }, worker)).status, 403);
  const { field_errors: faults } = (await (await patch({ username: 'otro', country: 'XX' })).json()) as {
    field_errors: object;
  };
  assert.deepEqual(Object.keys(faults), ['username', 'country']);
  fixture.simulator.addAccount({ username: 'eva', email: 'eva@uni.test', password: 'x' });
  assert.equal((await patch({ name: 'x' }, fixture.simulator.issueServiceToken({ username: 'eva' }))).status, 404);
});

test('my_user_info leads to the details of whoever asks', async () => {
  const fixture = createFixture();
  const token = learner(fixture);
  const location = (await fixture.get('/api/mobile/v0.5/my_user_info', token)).headers.get('location') ?? '';
  const { username, email } = (await (await fixture.get(location, token)).json()) as {
    username: string;
    email: string;
  };
  assert.deepEqual([username, email], ['luis', 'luis@uni.test']);
});

const enrolment = '/api/enrollment/v1/enrollment';
const inRun = (id: string, more: object = {}) => ({ course_details: { course_id: id }, ...more });

test('a learner enrols in an open run by their own token; a second time changes nothing', async () => {
  const fixture = createFixture();
  const first = (await (await fixture.post(enrolment, inRun(run), learner(fixture))).json()) as {
    mode: string;
    is_active: boolean;
    user: string;
  };
  assert.deepEqual([first.mode, first.is_active, first.user], ['audit', true, 'luis']);
  const again = await fixture.post(enrolment, inRun(run, { is_active: false }), learner(fixture));
  assert.equal(((await again.json()) as { is_active: boolean }).is_active, true);
  assert.equal(((await (await fixture.get(enrolment, learner(fixture))).json()) as object[]).length, 1);
});

const refusals: readonly [string, 'learner' | 'worker', object, number, RegExp | null][] = [
  ['no course', 'worker', { user: 'luis' }, 400, /Course ID must be specified/],
  ['a course that is not there', 'worker', inRun('course-v1:a+b+c', { user: 'luis' }), 400, /No course/],
  ['somebody else by a learner', 'learner', inRun(run, { user: 'worker' }), 404, null],
  ['a mode that costs, by a learner', 'learner', inRun(run, { mode: 'verified' }), 403, /does not have permission/],
  ['nobody we know', 'worker', inRun(run, { user: 'nadie' }), 406, /does not exist/],
  [
    'a mode that the run does not have',
    'worker',
    inRun(run, { user: 'luis', mode: 'masters' }),
    400,
    /otherwise unavailable/,
  ],
  [
    'a text instead of a boolean',
    'worker',
    inRun(run, { user: 'luis', is_active: 'true' }),
    400,
    /invalid enrollment activation/,
  ],
  [
    'a run that is closed',
    'worker',
    inRun('course-v1:Jacaranda+HIS201+2025', { user: 'luis' }),
    400,
    /An error occurred/,
  ],
  ['a run by invitation', 'learner', inRun('course-v1:Jacaranda+DOC900+piloto'), 400, /An error occurred/],
];
for (const [what, who, body, status, sentence] of refusals) {
  test(`the enrolment API refuses ${what} with ${status}`, async () => {
    const fixture = createFixture();
    const answer = await fixture.post(enrolment, body, who === 'learner' ? learner(fixture) : worker);
    assert.equal(answer.status, status);
    if (sentence !== null) assert.match(((await answer.json()) as { message: string }).message, sentence);
    assert.deepEqual(fixture.simulator.enrollmentsOf('luis'), []);
  });
}

test('staff change mode and activity, force what is closed, and are not believed what they no longer know', async () => {
  const { post, get } = createFixture();
  const ask = async (body: object) => {
    const answer = await post(enrolment, body);
    const { mode, is_active: isActive } = (await answer.json()) as { mode?: string; is_active?: boolean };
    return [answer.status, mode, isActive];
  };
  const closed = 'course-v1:Jacaranda+HIS201+2025';
  assert.deepEqual(await ask(inRun(closed, { user: 'luis', force_enrollment: true })), [200, 'audit', true]);
  assert.deepEqual(await ask(inRun(run, { user: 'luis', mode: 'verified' })), [200, 'verified', true]);
  assert.deepEqual(await ask(inRun(run, { user: 'luis', mode: 'audit', is_active: false })), [
    400,
    undefined,
    undefined,
  ]);
  assert.deepEqual(await ask(inRun(run, { user: 'luis', is_active: false })), [200, 'verified', false]);
  assert.deepEqual(await ask(inRun(run, { user: 'luis', is_active: true })), [200, 'verified', true]);
  const one = (await (await get(`${enrolment}/luis,${encodeURIComponent(run)}`)).json()) as { mode: string };
  assert.equal(one.mode, 'verified');
  assert.equal(await (await get(`${enrolment}/worker,${run}`)).text(), '');
  const { results } = (await (await get('/api/enrollment/v1/enrollments?username=luis')).json()) as {
    results: object[];
  };
  assert.equal(results.length, 2);
});

test('an expired mode is taken only by force', async () => {
  const { post, pass } = createFixture();
  pass(30 * 24 * 3_600_000);
  const body = inRun('course-v1:Jacaranda+BIO110+2026_2', { user: 'luis', mode: 'verified' });
  assert.equal((await post(enrolment, body)).status, 400);
  assert.equal((await post(enrolment, { ...body, force_enrollment: true })).status, 200);
});

test('enrolments come 40 times a minute, 120 for staff; with Retry-After for whoever is too early', async () => {
  const fixture = createFixture();
  const token = learner(fixture);
  const ask = (as: string) => fixture.get(enrolment, as);
  for (let count = 0; count < 40; count++) assert.equal((await ask(token)).status, 200);
  fixture.pass(15_000);
  const early = await ask(token);
  assert.deepEqual([early.status, early.headers.get('retry-after')], [429, '45']);
  for (let count = 0; count < 120; count++) assert.equal((await ask(worker)).status, 200);
  assert.equal((await ask(worker)).status, 429);
  fixture.pass(45_000);
  assert.equal((await ask(token)).status, 200);
});

test('an API key in the header enrols anybody, and is not throttled', async () => {
  const fixture = createFixture({ settings: { EDX_API_KEY: 'edx-key' } });
  const token = learner(fixture);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'x-edx-api-key': 'edx-key' };
  for (let count = 0; count < 50; count++) {
    const body = JSON.stringify(inRun(run, { user: 'worker' }));
    assert.equal((await fixture.fetch(enrolment, { method: 'POST', body, headers })).status, 200);
  }
});

test('bulk enrolment exists only where it is switched on, and for staff', async () => {
  const body = { action: 'enroll', courses: run, identifiers: 'luis, nadie@uni.test', auto_enroll: true };
  assert.equal((await createFixture().post('/api/bulk_enroll/v1/bulk_enroll/', body)).status, 404);
  const fixture = createFixture({ settings: { ENABLE_BULK_ENROLLMENT_VIEW: true } });
  assert.equal((await fixture.post('/api/bulk_enroll/v1/bulk_enroll', body, learner(fixture))).status, 403);
  const answer = (await (await fixture.post('/api/bulk_enroll/v1/bulk_enroll', body)).json()) as {
    courses: { [id: string]: { results: { identifier: string; invalidIdentifier?: boolean }[] } };
  };
  assert.deepEqual(
    answer.courses[run]?.results.map(({ identifier, invalidIdentifier }) => [identifier, invalidIdentifier ?? false]),
    [
      ['luis', false],
      ['nadie@uni.test', true],
    ],
  );
  assert.equal(fixture.simulator.enrollmentsOf('luis')[0]?.isActive, true);
});

const courses = '/api/courses/v1/courses/';

test('the list of courses is what its username may see: nobody in particular without one, another only for staff', async () => {
  const fixture = createFixture();
  const count = async (query: string, token: string) => {
    const answer = await fixture.get(`${courses}?${query}`, token);
    return answer.status === 200
      ? ((await answer.json()) as { pagination: { count: number } }).pagination.count
      : answer.status;
  };
  assert.equal(await count('username=worker', worker), 4);
  assert.equal(await count('', worker), 3);
  assert.equal(await count('username=luis', worker), 3);
  assert.equal(await count('username=luis', learner(fixture)), 3);
  assert.equal(await count('username=worker', learner(fixture)), 403);
  assert.equal((await fixture.fetch(courses)).status, 200);
});

test('courses come in pages, by key and one by one', async () => {
  const { get } = createFixture();
  const page = (await (await get(`${courses}?username=worker&page_size=3`)).json()) as {
    results: { id: string }[];
    pagination: { next: string; num_pages: number };
  };
  assert.deepEqual([page.results.length, page.pagination.num_pages], [3, 2]);
  const next = (await (await get(page.pagination.next)).json()) as { results: object[]; pagination: { next: null } };
  assert.deepEqual([next.results.length, next.pagination.next], [1, null]);
  assert.equal((await get(`${courses}?page=9`)).status, 404);
  const keys = new URLSearchParams([
    ['course_keys', run],
    ['course_keys', 'course-v1:a+b+c'],
  ]);
  const found = (await (await get(`${courses}?${keys}`)).json()) as { results: { id: string; pacing: string }[] };
  assert.deepEqual(
    found.results.map(({ id, pacing }) => [id, pacing]),
    [[run, 'self']],
  );
  assert.equal((await get(`${courses}?course_keys=nonsense`)).status, 400);
  assert.equal(
    ((await (await get(`${courses}${encodeURIComponent(run)}`)).json()) as { name: string }).name,
    'Matemáticas para empezar',
  );
  assert.equal((await get(`${courses}course-v1:a+b+c`)).status, 404);
});

test('courses are asked for 20 times a minute, 40 times by staff', async () => {
  const fixture = createFixture();
  const token = learner(fixture);
  for (let count = 0; count < 20; count++) assert.equal((await fixture.get(courses, token)).status, 200);
  assert.equal((await fixture.get(courses, token)).status, 429);
  for (let count = 0; count < 40; count++) assert.equal((await fixture.get(courses)).status, 200);
  assert.equal((await fixture.get(courses)).status, 429);
});

test('modes of a run are listed, added, changed and taken away by staff', async () => {
  const fixture = createFixture();
  const modes = `/api/course_modes/v1/courses/${run}/`;
  const slugs = async () =>
    ((await (await fixture.get(modes)).json()) as { mode_slug: string }[]).map(({ mode_slug }) => mode_slug);
  assert.equal((await fixture.get(modes, learner(fixture))).status, 403);
  assert.equal(
    (await fixture.post(modes, { course_id: run, mode_slug: 'honor', mode_display_name: 'Honor' })).status,
    201,
  );
  assert.deepEqual(await slugs(), ['audit', 'verified', 'honor']);
  const headers = { authorization: `Bearer ${worker}` };
  assert.equal((await fixture.fetch(`${modes}honor`, { method: 'DELETE', headers })).status, 204);
  assert.deepEqual(await slugs(), ['audit', 'verified']);
});

test('links are told to their owner, and all of a provider to staff', async () => {
  const fixture = createFixture();
  await fixture.register();
  const token = fixture.simulator.issueServiceToken({ username: 'ana' });
  const own = (await (await fixture.get('/api/third_party_auth/v0/users/?username=ana', token)).json()) as {
    active: object[];
  };
  assert.deepEqual(own.active, [{ provider_id: 'oa2-ol-oauth2', name: 'Llavero', remote_id: 'ana' }]);
  assert.equal((await fixture.get('/api/third_party_auth/v0/users/?username=luis', token)).status, 403);
  const users = '/api/third_party_auth/v0/providers/oa2-ol-oauth2/users';
  const { results } = (await (await fixture.get(users)).json()) as { results: object[] };
  assert.deepEqual(results, [{ username: 'ana', remote_id: 'ana' }]);
  assert.equal((await fixture.get(users, token)).status, 403);
});

test('a browser that writes by its session must show the token against forged forms', async () => {
  const fixture = createFixture();
  const visit = fixture.browser();
  const fields = {
    username: 'ana',
    email: 'ana@uni.test',
    name: 'Ana',
    provider: 'ol-oauth2',
    access_token: 'x',
    honor_code: 'true',
  };
  await visit('/user_api/v1/account/registration/', { method: 'POST', body: new URLSearchParams(fields) });
  const { csrfToken } = (await (await visit('/csrf/api/v1/token')).json()) as { csrfToken: string };
  const enrol = (token: string) =>
    visit(enrolment, { method: 'POST', body: JSON.stringify(inRun(run)), headers: { 'x-csrftoken': token } });
  assert.equal((await enrol('wrong')).status, 403);
  assert.equal((await enrol(csrfToken)).status, 200);
  const leave = (csrfmiddlewaretoken: string) => {
    const body = new URLSearchParams({ csrfmiddlewaretoken, course_id: run, enrollment_action: 'unenroll' });
    return visit('/change_enrollment', { method: 'POST', body });
  };
  assert.equal((await leave('wrong')).status, 403);
  assert.equal((await leave(csrfToken)).status, 200);
  assert.equal(fixture.simulator.enrollmentsOf('ana')[0]?.isActive, false);
});
