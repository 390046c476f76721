/**
 * `/api/v1/lti/results`: an app asks what a campus has for a person and an activity now.
 */
import { type CampusResultTools, findCampusResult } from '../scores/campus-result.ts';
import type { WebContext } from '../web/context.ts';
import { answered, refuse } from './answers.ts';
import { type BearerPorts, requireClient } from './bearer.ts';
import { askCampus, type QuestionTools, questionRefusals } from './campus-questions.ts';
import { linkAnswer, linkAsked, refusePlace } from './links.ts';
import { judgeQuery } from './requests.ts';
import type { ApiRoute } from './route.ts';
import { type ResultAnswer, resultAnswerSchema, scoreQuerySchema } from './schemas.ts';

export interface ResultRouteDependencies extends CampusResultTools, BearerPorts, QuestionTools {}

export function resultRoutes(dependencies: ResultRouteDependencies): readonly ApiRoute[] {
  async function show(c: WebContext): Promise<Response> {
    const clientId = await requireClient(c, 'lti:scores', dependencies);
    const read = judgeQuery(scoreQuerySchema, c);
    if ('faults' in read) return refuse(c, 'bad_request', read);
    return askCampus(c, dependencies, clientId, async () => {
      const found = await findCampusResult(dependencies, clientId, linkAsked(read.value));
      if (found.kind !== 'result') return refusePlace(c, found);
      const { link, result } = found;
      const answer: ResultAnswer = {
        ...{ user: read.value.user, ...linkAnswer(link) },
        result:
          result === null
            ? null
            : { resultScore: result.score, resultMaximum: result.maximum, comment: result.comment },
      };
      return answered(c, answer, 200);
    });
  }

  return [
    {
      ...{ method: 'get', path: '/lti/results', scope: 'lti:scores', handle: show },
      summary: 'What the campus has for a person and a link now, which may differ from what was given.',
      query: scoreQuerySchema,
      answer: { status: 200, schema: resultAnswerSchema },
      refusals: [
        ...(['bad_request', 'score_user_unknown', 'score_place_unknown', 'score_place_ambiguous'] as const),
        ...questionRefusals,
      ],
    },
  ];
}
