/**
 * `llavero lti scores` and `lti retry-score`: scores that apps gave, and campuses do not have yet.
 */
import { listScoresIn, retryGivenUpScores, retryScore } from '../admin/scores.ts';
import { type ScoreState, scoreStates } from '../store/outgoing-scores.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { count, moment, table } from './text.ts';
import { withStore } from './with-store.ts';

export const ltiScores: Command = {
  name: 'lti scores',
  usage: '[--state STATE]',
  details: [
    `--state STATE   one of ${scoreStates.join(', ')}; otherwise those that wait`,
    'Oldest first, at most a thousand. Not what they say: it is about people.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { state: { type: 'string' } });
    const state = readState(values.state ?? 'waiting');
    const scores = await withStore(context, ({ store }) => listScoresIn(store.outgoingScores, state));
    const head = ['SCORE', 'CAMPUS', 'APP', 'ACCOUNT', 'GIVEN', 'ATTEMPTS', 'NEXT', 'LAST FAILURE'];
    const rows = scores.map((score) => [
      ...[score.id, score.registration, score.clientId, score.userId, moment(score.at), String(score.attempts)],
      ...[score.nextAttemptAt === null ? '' : moment(score.nextAttemptAt), score.failure ?? ''],
    ]);
    // Which activity of which course it is says something of the person.
    const shown = scores.map(({ link: _, placeId: __, ...score }) => score);
    context.show({ scores: shown }, rows.length === 0 ? `There are no scores: ${state}.` : table([head, ...rows]));
    return 0;
  },
};

function readState(text: string): ScoreState {
  const state = scoreStates.find((one) => one === text);
  if (state === undefined) throw new UsageError(`--state must be one of ${scoreStates.join(', ')}`);
  return state;
}

export const ltiRetryScore: Command = {
  name: 'lti retry-score',
  usage: 'ID | --all-given-up',
  details: [
    '--all-given-up   every score that was given up and has no newer one',
    'Running servers send what is due within ten seconds.',
  ],
  async run(context) {
    const { id } = readCall(context.arguments);
    const now = context.environment.now();
    const retried = await withStore(context, async ({ store: { outgoingScores } }) => {
      if (id === null) return retryGivenUpScores(outgoingScores, now);
      await retryScore(outgoingScores, id, now);
      return 1;
    });
    context.show({ retried }, `${count(retried, 'score', 'scores')} due now.`);
    return 0;
  },
};

/** `id` is null where all are meant. @throws UsageError for neither, or both. */
function readCall(given: readonly string[]): { readonly id: string | null } {
  const options = { 'all-given-up': { type: 'boolean' } } as const;
  if (!given.includes('--all-given-up')) return { id: readArguments(given, ['ID'], options).positionals[0] };
  readArguments(given, [], options);
  return { id: null };
}
