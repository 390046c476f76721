/**
 * What the campus has for a person and a link, asked by the app: what it was sent, what a teacher made of it, and nothing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { errorSchema, resultAnswerSchema } from '../../src/api/schemas.ts';
import { deploymentNamed, deploymentOf } from '../../src/lti/deployment.ts';
import { readCampusResult } from '../../src/lti/services/results.ts';
import { createSendScore } from '../../src/lti/services/send-score.ts';
import { ServiceError } from '../../src/lti/services/service-error.ts';
import { forEachRig, type Rig, withOneRig } from '../rig.ts';
import { CAMPUS, courseSite, enter, graded, openCampus, request, tokenFor } from './scored-campus.ts';
import { answerWith, createServiceWorld, scoreAt } from './service-world.ts';

const options = { moreCourseSite: courseSite };
type Activity = Awaited<ReturnType<typeof enter>>;

const path = ({ user, resource_link, context }: Activity) =>
  `/lti/results?${new URLSearchParams({ user, resource_link_id: resource_link.id, context_id: context.id })}`;

async function resultOf(rig: Rig, token: string, activity: Activity) {
  const response = await request(rig, token, path(activity));
  assert.equal(response.status, 200, await response.clone().text());
  const answer = resultAnswerSchema.parse(await response.json());
  assert.deepEqual([answer.user, answer.resource_link_id], [activity.user, activity.resource_link.id]);
  return answer.result;
}

for (const tool of ['nueva', 'antigua'] as const) {
  forEachRig(
    `the whole way, LTI ${tool === 'nueva' ? '1.3' : '1.1'}: nothing before, and then what the campus has of the score`,
    async (rig) => {
      const campus = await openCampus(rig);
      const activity = await enter(rig, campus, tool);
      const token = await tokenFor(rig);
      assert.equal(await resultOf(rig, token, activity), null);
      const { userId: _, ...body } = activity;
      const given = await request(rig, token, '/lti/scores', { ...body, ...graded(rig), comment: 'Muy bien' });
      assert.equal(given.status, 202);
      await rig.scores.settle();
      assert.deepEqual(
        await resultOf(rig, token, activity),
        tool === 'nueva'
          ? { resultScore: 90, resultMaximum: 100, comment: 'Muy bien' }
          : { resultScore: 0.9, resultMaximum: 1, comment: null },
      );
      assert.deepEqual(campus.complaints, []);
    },
    options,
  );
}

withOneRig(
  'an app asks only of people and links that it may give scores of, by the same words',
  async (rig) => {
    const activity = await enter(rig, await openCampus(rig), 'nueva');
    const [mine, theirs] = [await tokenFor(rig), await tokenFor(rig, 'other')];
    const code = async (token: string | null, of: Activity) =>
      errorSchema.parse(await (await request(rig, token, path(of))).json()).code;
    assert.equal(await code(null, activity), 'api_token_invalid');
    assert.equal(await code(await tokenFor(rig, 'course-site', 'lti:members'), activity), 'api_scope_missing');
    assert.equal(await code(theirs, activity), 'score_user_unknown');
    await rig.open.store.clientSubjects.tell('other', activity.userId, rig.clock.environment.now());
    assert.equal(await code(theirs, activity), 'score_place_unknown');
    assert.equal(await code(mine, { ...activity, user: 'nobody' }), 'score_user_unknown');
    assert.equal(await code(mine, { ...activity, resource_link: { id: 'x', title: null } }), 'score_place_unknown');
    assert.equal((await request(rig, mine, '/lti/results?user=x')).status, 400);
  },
  options,
);

withOneRig(
  'a campus that is down is no campus that has nothing',
  async (rig) => {
    const activity = await enter(rig, await openCampus(rig), 'nueva');
    const token = await tokenFor(rig);
    rig.serve(CAMPUS, async () => new Response('', { status: 503 }));
    const response = await request(rig, token, path(activity));
    const { code, reason } = errorSchema.parse(await response.json());
    assert.deepEqual(
      [response.status, code, reason],
      [503, 'campus_unavailable', 'the campus answered with an error of its own (HTTP 503)'],
    );
  },
  options,
);

for (const product of ['plain', 'canvas', 'moodle', 'blackboard', 'd2l', 'sakai', 'schoology', 'open-edx'] as const) {
  test(`${product}: what was sent is what is read, and another person’s is not`, async () => {
    const world = createServiceWorld(product);
    const calls = world.ports;
    const [one, other] = ['alumna', 'alumno'].map((person) => world.destination(person, 'llavero-tarea'));
    assert.ok(one !== undefined && other !== undefined);
    assert.deepEqual(await createSendScore(calls)(one, scoreAt(world.now())), { kind: 'sent' });
    assert.deepEqual(await readCampusResult(calls, one), { score: 85, maximum: 100, comment: null });
    assert.equal(await readCampusResult(calls, other), null);
    assert.deepEqual(world.simulator.complaints, []);
  });
}

test('a link without a column has nothing, and asking makes none; a column that is gone neither', async () => {
  const world = createServiceWorld();
  const destination = world.destination('alumna', 'llavero-curso');
  const before = world.simulator.lineItems.length;
  assert.equal(await readCampusResult(world.ports, destination), null);
  assert.equal(world.simulator.lineItems.length, before);
  assert.ok(world.calls.every(({ method, url }) => method === 'GET' || url.pathname.endsWith('/token')));
  const known = world.destination('alumna', 'llavero-tarea');
  world.wrap(async (asked, next) => (asked.url.pathname.endsWith('/results') ? answerWith(404) : next(asked)));
  assert.equal(await readCampusResult(world.ports, known), null);
});

test('of a campus that gives everybody’s results, only those of the person are told; of a list that is cut short, not that there is none', async () => {
  const world = createServiceWorld();
  const destination = world.destination('alumna', 'llavero-tarea');
  assert.ok(destination.kind === 'grade-service');
  const result = (userId: string) => ({ userId, resultScore: 1, resultMaximum: 2 });
  const answer = (results: readonly object[], link: string | null) =>
    world.wrap(async (asked, next) =>
      asked.url.pathname.endsWith('/results')
        ? answerWith(200, JSON.stringify(results), link === null ? {} : { link: `<${link}>; rel="next"` })
        : next(asked),
    );
  answer([result('another'), result(destination.userId)], null);
  assert.deepEqual(await readCampusResult(world.ports, destination), { score: 1, maximum: 2, comment: null });
  answer([result('another')], null);
  assert.equal(await readCampusResult(world.ports, destination), null);
  answer([result('another')], 'https://evil.test/results');
  await assert.rejects(readCampusResult(world.ports, destination), ServiceError.of('answer_unreadable', null));
});

const read: readonly (readonly [text: string, score: number | null | 'unreadable'])[] = [
  ...([
    ['0.85', 0.85],
    ['1', 1],
    ['1.0', 1],
    ['0', 0],
    ['.5', 0.5],
    [' 0.5 ', 0.5],
    ['', null],
  ] as const),
  ...([
    ['1.1', 'unreadable'],
    ['85', 'unreadable'],
    ['0,85', 'unreadable'],
    ['-0.1', 'unreadable'],
  ] as const),
  ...([
    ['NaN', 'unreadable'],
    ['0x1', 'unreadable'],
    ['1e-1', 'unreadable'],
  ] as const),
];
for (const [text, expected] of read) {
  test(`lti.md §2.6: a result of ${JSON.stringify(text)} is ${expected}`, async () => {
    const world = createServiceWorld();
    const destination = world.destination('alumna', 'antigua-tarea');
    world.wrap(async (asked, next) => {
      const answer = await next(asked);
      const body = answer.body.replace(/<textString>[^<]*<\/textString>/, `<textString>${text}</textString>`);
      return { ...answer, body };
    });
    await createSendScore(world.ports)(destination, scoreAt(world.now()));
    const result = readCampusResult(world.ports, destination);
    if (expected === 'unreadable') await assert.rejects(result, ServiceError.of('answer_unreadable', null));
    else assert.deepEqual(await result, expected === null ? null : { score: expected, maximum: 1, comment: null });
  });
}

test('the claim deployment_id names one campus and one installation, whatever that is called', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).filter((given) => given.isWellFormed());
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/), text, (registration, deploymentId) => {
      const claim = deploymentOf({ registration, deploymentId });
      assert.deepEqual(deploymentNamed(claim), { registration, deploymentId });
    }),
  );
  for (const none of ['', 'campus', 'a:', ':a', 'a:b:c', 'a:%', 'a:%zz'])
    assert.equal(deploymentNamed(none), null, none);
});
