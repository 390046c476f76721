/**
 * `/api/v1/lti/scores`: an app gives a score, and sees what became of it.
 */
import type { Score } from '../lti/score.ts';
import type { Milliseconds } from '../model.ts';
import { type LinkNamed, listScores, type TakeScoreTools, takeScore } from '../scores/take-score.ts';
import type { ScoreView } from '../store/outgoing-scores.ts';
import type { WebContext } from '../web/context.ts';
import { answered, refuse } from './answers.ts';
import { type BearerPorts, requireClient } from './bearer.ts';
import { linkAnswer, linkAsked, refusePlace } from './links.ts';
import { judge, judgeQuery, readJson } from './requests.ts';
import type { ApiRoute } from './route.ts';
import {
  type ScoreAnswer,
  type ScoreRequest,
  scoreAnswerSchema,
  scoreListSchema,
  scoreQuerySchema,
  scoreRequestSchema,
} from './schemas.ts';

const PATH = '/lti/scores';
const MOST_LISTED = 100;
/** A time far ahead would be the newest for ever, and no later score would be sent. */
const CLOCK_TOLERANCE: Milliseconds = 5 * 60_000;

export interface ScoreRouteDependencies extends TakeScoreTools, BearerPorts {
  readonly publicUrl: URL;
  /** To be called when a score was taken. */
  readonly wakeScores: () => void;
}

export function scoreRoutes(dependencies: ScoreRouteDependencies): readonly ApiRoute[] {
  const { environment, store, publicUrl, wakeScores } = dependencies;
  const clientOf = (c: WebContext) => requireClient(c, 'lti:scores', dependencies);

  async function give(c: WebContext): Promise<Response> {
    const clientId = await clientOf(c);
    const read = judge(scoreRequestSchema, await readJson(c));
    if ('faults' in read) return refuse(c, 'bad_request', read);
    const score = scoreOf(read.value);
    if (score.at > environment.now() + CLOCK_TOLERANCE) {
      return refuse(c, 'bad_request', { faults: ['timestamp is in the future'] });
    }
    const taken = await takeScore(dependencies, clientId, linkOf(read.value), score);
    switch (taken.kind) {
      case 'taken': {
        wakeScores();
        const answer = await answerOf(taken.view);
        c.header('Location', answer.url);
        return answered(c, answer, 202);
      }
      case 'differs':
        return refuse(c, 'score_differs');
      default:
        return refusePlace(c, taken);
    }
  }

  async function show(c: WebContext): Promise<Response> {
    const clientId = await clientOf(c);
    const view = await store.outgoingScores.find(c.req.param('id') ?? '');
    // Another app's is answered as none.
    if (view?.clientId !== clientId) return refuse(c, 'not_found');
    return answered(c, await answerOf(view), 200);
  }

  async function list(c: WebContext): Promise<Response> {
    const clientId = await clientOf(c);
    const read = judgeQuery(scoreQuerySchema, c);
    if ('faults' in read) return refuse(c, 'bad_request', read);
    const found = await listScores(dependencies, clientId, linkAsked(read.value), MOST_LISTED);
    if (found.kind === 'user-unknown') return refusePlace(c, found);
    return answered(c, { scores: await Promise.all(found.views.map(answerOf)) }, 200);
  }

  async function answerOf(view: ScoreView): Promise<ScoreAnswer> {
    const { id, state, attempts, failure } = view;
    return {
      ...{ id, url: new URL(`/api/v1${PATH}/${id}`, publicUrl).href, state },
      user: await store.clientSubjects.find(view.clientId, view.userId),
      ...linkAnswer(view.link),
      ...{ timestamp: iso(view.at), accepted_at: iso(view.createdAt), changed_at: iso(view.changedAt) },
      ...{ attempts, next_attempt_at: view.nextAttemptAt === null ? null : iso(view.nextAttemptAt), reason: failure },
    };
  }

  const scope = 'lti:scores';
  return [
    {
      ...{ method: 'post', path: PATH, scope, handle: give },
      summary: 'Give a score. It is sent to the campus by whichever service the launch had.',
      body: scoreRequestSchema,
      answer: { status: 202, schema: scoreAnswerSchema },
      refusals: ['bad_request', 'score_user_unknown', 'score_place_unknown', 'score_place_ambiguous', 'score_differs'],
    },
    {
      ...{ method: 'get', path: PATH, scope, handle: list },
      summary: `The scores of a person for a link, the newest first; at most ${MOST_LISTED}.`,
      query: scoreQuerySchema,
      answer: { status: 200, schema: scoreListSchema },
      refusals: ['bad_request', 'score_user_unknown'],
    },
    {
      ...{ method: 'get', path: `${PATH}/{id}`, scope, handle: show },
      summary: 'What became of a score. Forgotten after a month.',
      answer: { status: 200, schema: scoreAnswerSchema },
      refusals: ['not_found'],
    },
  ];
}

function linkOf({ user, resource_link, context, deployment_id }: ScoreRequest): LinkNamed {
  return {
    ...{ user, resourceLinkId: resource_link.id, contextId: context?.id ?? null },
    deployment: deployment_id ?? null,
  };
}

function scoreOf({ scoreGiven, scoreMaximum, comment, timestamp, ...progress }: ScoreRequest): Score {
  const { activityProgress, gradingProgress } = progress;
  return {
    points:
      scoreGiven === undefined || scoreMaximum === undefined ? null : { given: scoreGiven, maximum: scoreMaximum },
    ...{ comment: comment ?? null, at: Date.parse(timestamp), activityProgress, gradingProgress },
  };
}

const iso = (at: Milliseconds) => new Date(at).toISOString();
