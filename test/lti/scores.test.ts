/**
 * A score from an app back to the campus: launches of the practice campus, the app's own token, the address of the API. What would send
 * it to the campus is the test's.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from '../../src/api/open-api.ts';
import { errorSchema, scoreAnswerSchema, scoreListSchema } from '../../src/api/schemas.ts';
import { scoreRoutes } from '../../src/api/score-routes.ts';
import type { Delivery } from '../../src/delivery/attempt.ts';
import type { Score, ScoreDestination } from '../../src/lti/score.ts';
import { sql } from '../../src/store/database.ts';
import { noteScorePlace } from '../../src/store/score-places.ts';
import { issueServiceToken } from '../../src/users/service-tokens.ts';
import { BROKER, forEachRig, withOneRig } from '../rig.ts';
import { courseSite, enter, graded, openCampus, request, stateOf, tokenFor } from './scored-campus.ts';

/** What was sent to the campus in this test, by the test in place of the real thing. */
const arrived: { destination: ScoreDestination; score: Score }[] = [];
let answer: Delivery = { kind: 'sent' };
const options = {
  moreCourseSite: courseSite,
  sendScore: async (destination: ScoreDestination, score: Score) => {
    arrived.push({ destination, score });
    return answer;
  },
};

function begin(...given: Parameters<typeof openCampus>) {
  arrived.length = 0;
  answer = { kind: 'sent' };
  return openCampus(...given);
}

/** A code of ours, in JSON of the promised shape, with its reference in the log. */
async function codeOf(response: Response): Promise<string> {
  const { code } = errorSchema.parse(await response.json());
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return `${response.status} ${code}`;
}

for (const tool of ['nueva', 'antigua'] as const) {
  forEachRig(
    `${tool === 'nueva' ? 'LTI 1.3' : 'LTI 1.1'}: who was launched gets a score in the app, and the campus it came from is sent it`,
    async (rig) => {
      const campus = await begin(rig);
      const { userId: _, ...activity } = await enter(rig, campus, tool);
      const token = await tokenFor(rig);
      const score = { ...graded(rig), comment: 'Muy bien' };
      const response = await request(rig, token, '/lti/scores', { ...activity, ...score });
      assert.equal(response.status, 202, await response.clone().text());
      const given = scoreAnswerSchema.parse(await response.json());
      assert.equal(response.headers.get('location'), given.url);
      assert.deepEqual([given.user, given.timestamp], [activity.user, score.timestamp]);
      await rig.scores.settle();
      assert.deepEqual(
        arrived.map(({ destination: { kind, registration }, score: said }) => [kind, registration, said]),
        [
          [
            ...(tool === 'nueva' ? ['grade-service', 'campus'] : ['outcome-service', 'viejo']),
            {
              ...{ points: { given: 18, maximum: 20 }, comment: 'Muy bien', at: Date.parse(score.timestamp) },
              ...{ activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
            },
          ],
        ],
      );
      const seen = await stateOf(rig, token, given.id);
      assert.deepEqual([seen.state, seen.attempts, seen.next_attempt_at, seen.reason], ['sent', 1, null, null]);
      // Whoever lost the answer asks again, and nothing is sent twice.
      const again = await request(rig, token, '/lti/scores', { ...activity, ...score });
      assert.deepEqual([again.status, scoreAnswerSchema.parse(await again.json()).id], [202, given.id]);
      await rig.scores.settle();
      assert.equal(arrived.length, 1);
      const differs = await request(rig, token, '/lti/scores', { ...activity, ...score, scoreGiven: 3 });
      assert.equal(await codeOf(differs), '409 score_differs');
    },
    options,
  );
}

for (const scope of ['platform', 'deployment'] as const) {
  withOneRig(
    `subject_scope ${scope}: the sub of the platform is what scores are of there, and the newest launch says where they go`,
    async (rig) => {
      const campus = await begin(rig, ` subject_scope: ${scope},`);
      const { userId } = await enter(rig, campus, 'nueva');
      const [first] = await rig.open.store.scorePlaces.ofUser(userId);
      const [identity = assert.fail()] = await rig.open.store.accounts.identitiesOf(userId);
      const sub = scope === 'deployment' ? identity.subject.replace(/^1:/, '') : identity.subject;
      assert.equal(first?.service.kind === 'grade-service' && first.service.userId, sub);
      rig.clock.advance(60_000);
      await enter(rig, campus, 'nueva');
      const [second, ...more] = await rig.open.store.scorePlaces.ofUser(userId);
      assert.deepEqual([more.length, Number(second?.launchedAt) > Number(first?.launchedAt)], [0, true]);
    },
    options,
  );
}

withOneRig(
  'what became of a score is told in words; and of many that were given at once, the newest arrives',
  async (rig) => {
    const { userId: _, ...activity } = await enter(rig, await begin(rig), 'nueva');
    const token = await tokenFor(rig);
    answer = { kind: 'later', detail: 'the campus did not answer', code: null, status: 503 };
    const give = async (later: number) => {
      const response = await request(rig, token, '/lti/scores', { ...activity, ...graded(rig, later) });
      return scoreAnswerSchema.parse(await response.json()).id;
    };
    const first = await give(0);
    await rig.scores.settle();
    const waits = await stateOf(rig, token, first);
    assert.deepEqual([waits.state, waits.reason], ['waiting', 'the campus did not answer (HTTP 503)']);
    assert.ok(waits.next_attempt_at);
    const ids = await Promise.all([5, 3, 4, 1, 2].map((n) => give(n * 1000)));
    answer = { kind: 'never', detail: 'the campus has no such column', code: null, status: 404 };
    rig.clock.advance(60_000);
    await rig.scores.settle();
    const path = `/lti/scores?user=${activity.user}&resource_link_id=${activity.resource_link.id}`;
    const { scores } = scoreListSchema.parse(await (await request(rig, token, path)).json());
    assert.deepEqual(
      scores.map(({ id, state }) => [id === ids[0], state]),
      [[true, 'given-up'], ...Array.from({ length: 5 }, () => [false, 'replaced'])],
    );
    assert.equal(scores[0]?.reason, 'the campus has no such column (HTTP 404)');
  },
  options,
);

withOneRig(
  'an app reaches only what launches that ended in it have left, and sees only what it gave itself',
  async (rig) => {
    const { userId, ...activity } = await enter(rig, await begin(rig), 'nueva');
    const [mine, theirs] = [await tokenFor(rig), await tokenFor(rig, 'other')];
    const body = { ...activity, ...graded(rig) };
    const { id } = scoreAnswerSchema.parse(await (await request(rig, mine, '/lti/scores', body)).json());
    assert.equal(await codeOf(await request(rig, theirs, `/lti/scores/${id}`)), '404 not_found');
    assert.equal(await codeOf(await request(rig, mine, '/lti/scores/nothing')), '404 not_found');
    assert.equal(await codeOf(await request(rig, theirs, '/lti/scores', body)), '404 score_user_unknown');
    await rig.open.store.clientSubjects.tell('other', userId, rig.clock.environment.now());
    assert.equal(await codeOf(await request(rig, theirs, '/lti/scores', body)), '404 score_place_unknown');
    const list = `/lti/scores?user=${activity.user}&resource_link_id=${activity.resource_link.id}`;
    assert.deepEqual(await (await request(rig, theirs, list)).json(), { scores: [] });
    const elsewhere = { ...body, context: { id: 'another' } };
    assert.equal(await codeOf(await request(rig, mine, '/lti/scores', elsewhere)), '404 score_place_unknown');
    await rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${userId}`);
    assert.equal(await codeOf(await request(rig, mine, '/lti/scores', body)), '404 score_user_unknown');
  },
  options,
);

withOneRig(
  'chain 7: a link that two campuses have under one name is not guessed: the app is told which there are, and says one',
  async (rig) => {
    const campus = await begin(rig);
    const { userId, ...activity } = await enter(rig, campus, 'nueva');
    const [identity = assert.fail()] = await rig.open.store.accounts.identitiesOf(userId);
    const [place = assert.fail()] = await rig.open.store.scorePlaces.ofUser(userId);
    const { provider, subject } = identity;
    const elsewhere = { ...place.link, registration: 'elsewhere' };
    await rig.databases.durable.run(sql`
      insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at)
      select 'second', 'lti:elsewhere', subject, user_id, profile, created_at, last_used_at from identities
      where provider = ${provider} and subject = ${subject}`);
    const now = rig.clock.environment.now();
    const note = { clientId: 'course-site', link: elsewhere, service: place.service };
    await rig.open.store.commit([noteScorePlace({ provider: 'lti:elsewhere', subject, ...note }, rig.open.vault, now)]);
    const token = await tokenFor(rig);
    const refused = await request(rig, token, '/lti/scores', { ...activity, ...graded(rig) });
    const { code, links } = errorSchema.parse(await refused.json());
    assert.equal(code, 'score_place_ambiguous');
    const which = links?.map(({ deployment_id }) => deployment_id).toSorted();
    assert.deepEqual(which, ['campus:1', 'elsewhere:1']);
    const body = { ...activity, ...graded(rig), deployment_id: 'elsewhere:1' };
    const given = scoreAnswerSchema.parse(await (await request(rig, token, '/lti/scores', body)).json());
    assert.equal(given.deployment_id, 'elsewhere:1');
  },
  options,
);

withOneRig(
  'DESIGN §6.5: after a merge each app goes on with the sub that it knows, and the campus gets the score all the same',
  async (rig) => {
    const { userId, ...activity } = await enter(rig, await begin(rig), 'nueva');
    await rig.signIn(rig.browser(), 'nacional');
    const survivors = await rig.databases.durable.all(sql`
      select user_id from identities where provider = 'llave-mx'`);
    const survivorId = String(survivors[0]?.user_id);
    const merged = await rig.merging.merge({
      ...{ retiredId: userId, survivorId, choices: {}, by: { kind: 'operator', name: 'test' }, reason: 'one person' },
      ...{ mergeId: 'merge', reference: null, agreedTo: null, also: () => [] },
      requester: { userAgent: null, addressKey: 'test', knownDevice: null },
    });
    assert.equal(merged.kind, 'merged');
    const token = await tokenFor(rig);
    // The app knew both: what it was told of the merge may be on its way still.
    for (const [user, later] of [
      [activity.user, 0],
      [survivorId, 1000],
    ] as const) {
      const response = await request(rig, token, '/lti/scores', { ...activity, ...graded(rig, later), user });
      assert.equal(response.status, 202, await response.clone().text());
      assert.equal(scoreAnswerSchema.parse(await response.json()).user, survivorId);
    }
    await rig.scores.settle();
    assert.ok(arrived.length > 0);
  },
  options,
);

withOneRig(
  'RFC 6750: only a token of the app itself, made for this, while the operator lets the app do it',
  async (rig) => {
    const { userId, ...activity } = await enter(rig, await begin(rig), 'nueva');
    const body = { ...activity, ...graded(rig) };
    const post = (token: string | null) => request(rig, token, '/lti/scores', body);
    const refused = await post(null);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
    assert.equal(await codeOf(refused), '401 api_token_invalid');
    for (const token of ['x', 'llv_x', `${await tokenFor(rig)}x`]) {
      assert.equal(await codeOf(await post(token)), '401 api_token_invalid', token);
    }
    assert.equal(await codeOf(await post(await tokenFor(rig, 'course-site', null))), '403 api_scope_missing');
    const token = await tokenFor(rig);
    assert.equal((await post(token)).status, 202);
    const tools = { environment: rig.clock.environment, store: rig.open.store };
    const service = async (whose: string | null) => {
      const wanted = {
        userId: whose,
        clientId: 'course-site',
        scopes: ['lti:scores'],
        name: 'x',
        by: 'x',
        reason: 'x',
      };
      const issued = await issueServiceToken(tools, { ...wanted, expiresAt: rig.clock.environment.now() + 60_000 });
      return issued?.token ?? assert.fail();
    };
    assert.equal((await post(await service(null))).status, 202);
    // A person's own token with that word on it: it is theirs, and not the app's.
    assert.equal(await codeOf(await post(await service(userId))), '401 api_token_invalid');
    await rig.configure({ moreCourseSite: courseSite.filter((line) => !line.startsWith('api_scopes')) });
    assert.equal(await codeOf(await post(token)), '403 api_scope_missing', 'taken from the app, it is worth nothing');
    rig.clock.advance(2 * 60 * 60_000);
    assert.equal(await codeOf(await post(token)), '401 api_token_invalid');
  },
  options,
);

withOneRig(
  'a request that is not as it should be is told each of its faults, and nothing is stored',
  async (rig) => {
    const { userId: _, ...activity } = await enter(rig, await begin(rig), 'nueva');
    const token = await tokenFor(rig);
    const body = { ...activity, ...graded(rig) };
    const faulty: [string, unknown][] = [
      ['user is missing', { ...body, user: undefined }],
      ['resource_link is missing', { ...body, resource_link: undefined }],
      ['resource_link.id must be text: put it in quotes', { ...body, resource_link: { id: 7 } }],
      ['scoreMaximum must be there with scoreGiven, and only with it', { ...body, scoreMaximum: undefined }],
      ['scoreMaximum must be there with scoreGiven, and only with it', { ...body, scoreGiven: undefined }],
      ['timestamp must be a time such as 2026-11-03T09:30:00.250Z', { ...body, timestamp: '2026-11-03T09:30:00' }],
      ['timestamp is in the future', { ...body, ...graded(rig, 6 * 60_000) }],
      ['surprise is unknown: a misspelling?', { ...body, surprise: 1 }],
      ['comment must be text without control characters', { ...body, comment: 'a\0b' }],
      ['comment must be text without control characters', { ...body, comment: '\ud800' }],
      ['the body must be a map', []],
    ];
    for (const [fault, wrong] of faulty) {
      const { code, faults } = errorSchema.parse(await (await request(rig, token, '/lti/scores', wrong)).json());
      assert.deepEqual([code, faults], ['bad_request', [fault]]);
    }
    for (const wrong of [{ scoreGiven: -1 }, { scoreMaximum: 0 }, { activityProgress: 'Done' }, { user: '' }]) {
      const answered = await request(rig, token, '/lti/scores', { ...body, ...wrong });
      assert.equal(await codeOf(answered), '400 bad_request', JSON.stringify(wrong));
    }
    assert.equal(await codeOf(await request(rig, token, '/lti/scores', '{"user":')), '400 bad_request');
    assert.equal(await codeOf(await request(rig, token, '/lti/scores', ' '.repeat(40_000))), '413 request_too_large');
    assert.equal(await codeOf(await request(rig, token, '/lti/scores?user=x')), '400 bad_request');
    assert.equal(await codeOf(await request(rig, token, '/nothing')), '404 not_found');
    assert.equal(await codeOf(await request(rig, null, '/lti/scores', body)), '401 api_token_invalid', 'first of all');
    assert.deepEqual(await rig.databases.durable.all(sql`select id from outgoing_scores`), []);
    // Nothing to grade yet is a score too.
    const { scoreGiven: _given, scoreMaximum: _maximum, ...begun } = body;
    const started = { ...begun, activityProgress: 'Started', gradingProgress: 'NotReady' };
    assert.equal((await request(rig, token, '/lti/scores', started)).status, 202);
    await rig.scores.settle();
    assert.equal(arrived.at(-1)?.score.points, null);
  },
  options,
);

withOneRig(
  'a database that is away is told as such, in JSON',
  async (rig) => {
    const { userId: _, ...activity } = await enter(rig, await begin(rig), 'nueva');
    const token = await tokenFor(rig);
    rig.breakDatabase(({ part }) => (part === 'durable' ? 'fails before' : 'works'));
    const response = await request(rig, token, '/lti/scores', { ...activity, ...graded(rig) });
    assert.equal(response.headers.get('retry-after'), '5');
    assert.equal(await codeOf(response), '503 store_unavailable');
    rig.breakDatabase(null);
  },
  options,
);

withOneRig(
  'what an app says of itself is in the language that it asks for, and nothing of it is personal',
  async (rig) => {
    const spanish = new Request(`${BROKER}/api/v1/lti/scores`, { headers: { 'accept-language': 'es-MX' } });
    const { message } = errorSchema.parse(await (await rig.broker(spanish)).json());
    assert.match(message, /No hay token/);
  },
);

withOneRig(
  'the OpenAPI document has every route of the API, and each answer of the tests is one of its',
  async (rig) => {
    const response = await rig.broker(new Request(`${BROKER}/api/v1/openapi.json`));
    assert.equal(response.status, 200);
    const document = (await response.json()) as { paths: { [path: string]: { [method: string]: unknown } } };
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    assert.deepEqual(listed, [
      ...['post /lti/scores', 'get /lti/scores', 'get /lti/scores/{id}'],
      ...['get /lti/results', 'get /lti/members'],
    ]);
    for (const name of listed) {
      const [method = '', path = ''] = name.split(' ');
      const address = `${BROKER}/api/v1${path.replace('{id}', 'x')}`;
      const answered = await rig.broker(new Request(address, { method: method.toUpperCase() }));
      assert.equal(answered.status, 401, `${name} is there, and asks who it is`);
    }
  },
);

test('each operation of the OpenAPI document says who may, what it takes and all that it answers', () => {
  const routes = scoreRoutes({ publicUrl: new URL(BROKER) } as Parameters<typeof scoreRoutes>[0]);
  const document = JSON.parse(JSON.stringify(openApiDocument(routes, new URL(BROKER))));
  const { post, get } = document.paths['/lti/scores'];
  assert.deepEqual(post.security, [{ client: ['lti:scores'] }]);
  const schema = post.requestBody.content['application/json'].schema;
  assert.deepEqual(schema.required, ['user', 'resource_link', 'timestamp', 'activityProgress', 'gradingProgress']);
  assert.deepEqual(Object.keys(post.responses), ['202', '400', '401', '403', '404', '409', '413', '429', '500', '503']);
  assert.deepEqual(
    get.parameters.map(({ name, required }: { name: string; required: boolean }) => [name, required]),
    [
      ['user', true],
      ['deployment_id', false],
      ['resource_link_id', true],
      ['context_id', false],
    ],
  );
});
