/**
 * Scores that tools send to a column of the grade book, and what they read of it (lti.md §3.12).
 */

import { z } from 'zod';
import type { JsonObject } from '../../src/model.ts';
import { accepts, answer, pageOf, refuse, sends } from './answers.ts';
import { type Column, enterColumn, itemAddress, parseJson } from './line-items.ts';
import { scopes } from './tool.ts';
import type { Incoming, World } from './world.ts';

const scoreType = 'application/vnd.ims.lis.v1.score+json';
const resultsType = 'application/vnd.ims.lis.v2.resultcontainer+json';
const resultsPerPage = 50;

const scoreSchema = z
  .object({
    userId: z.string().min(1),
    scoreGiven: z.number().min(0).optional(),
    scoreMaximum: z.number().positive().optional(),
    comment: z.string().optional(),
    /** ISO 8601 with a zone and a fraction of the second: two scores in one second must have an order. */
    timestamp: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(Z|[+-]\d\d:\d\d)$/),
    activityProgress: z.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed']),
    gradingProgress: z.enum(['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady']),
  })
  .refine(({ scoreGiven, scoreMaximum }) => scoreGiven === undefined || scoreMaximum !== undefined);

export function receiveScore(request: Incoming, world: World): Response {
  const found = enterColumn(request, [scopes.score], world);
  if (found instanceof Response) return found;
  if (!sends(request, scoreType)) return refuse(request, 415, `the body is not ${scoreType}`, world);
  const read = scoreSchema.safeParse(parseJson(request.body));
  if (!read.success) return refuse(request, 400, 'the body is not a score', world);
  return store(request, found, read.data, world);
}

function store(
  request: Incoming,
  { course, item }: Column,
  score: z.infer<typeof scoreSchema>,
  world: World,
): Response {
  const member = world.memberOf(course, score.userId);
  if (member === null) return refuse(request, 404, 'nobody in this course has that userId', world);
  if (member.role !== 'learner' || member.person.isTestUser) {
    return refuse(request, world.product.services.notGradable, 'whoever has that userId gets no grades', world);
  }
  const at = Date.parse(score.timestamp);
  const before = world.grades.score(item.id, member.person.slug);
  // The newer one of two that overtake each other stays.
  if (before !== null && at <= before.at)
    return refuse(request, 409, 'timestamp is not later than that of the last score', world);
  world.grades.setScore(item.id, member.person.slug, {
    given: score.scoreGiven ?? null,
    maximum: score.scoreMaximum ?? item.scoreMaximum,
    comment: score.comment ?? null,
    activityProgress: score.activityProgress,
    gradingProgress: score.gradingProgress,
    at,
  });
  return new Response(null, { status: 204 });
}

export function listResults(request: Incoming, world: World): Response {
  const found = enterColumn(request, [scopes.resultReadOnly], world);
  if (found instanceof Response) return found;
  if (!accepts(request, resultsType)) return refuse(request, 406, `the answer would be ${resultsType}`, world);
  const asked = new URLSearchParams(request.query).get('user_id');
  const results = resultsOf(found, world).filter(({ userId }) => asked === null || userId === asked);
  const [path = ''] = itemAddress(found.item, world).split('?');
  const page = pageOf(results, request, resultsPerPage, `${path}/results`);
  return answer(page.items, resultsType, 200, page.headers);
}

function resultsOf({ course, item }: Column, world: World): readonly JsonObject[] {
  return Object.keys(course.members).flatMap((slug) => {
    const person = world.people.get(slug);
    const score = world.grades.score(item.id, slug);
    if (person === undefined || score === null || score.given === null) return [];
    const userId = world.subjectOf(person, course) ?? '';
    const address = itemAddress(item, world);
    return [
      {
        id: `${address.split('?')[0]}/results/${slug}`,
        scoreOf: address,
        userId,
        // In units of the column, whatever the tool counted in.
        resultScore: (score.given / score.maximum) * item.scoreMaximum,
        resultMaximum: item.scoreMaximum,
        ...(score.comment === null ? {} : { comment: score.comment }),
      },
    ];
  });
}
