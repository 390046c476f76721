/**
 * `llavero openedx sync-courseruns|courseruns|enrol|unenrol`: the courses of an LMS, and who is in them.
 */

import type { CourseRunReport } from '../open-edx/course-runs.ts';
import type { Enrolment, EnrolmentResult } from '../open-edx/enrolments.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { failureInWords, resolveAll } from './openedx.ts';
import { count, table } from './text.ts';
import { LMS_MEANS, LMS_OPTION, withConnector } from './with-connector.ts';

export const openedxSyncCourseRuns: Command = {
  name: 'openedx sync-courseruns',
  usage: '(--all ALL | --run ID …) [--lms SLUG]',
  details: [
    '--all ALL    all that the service worker may see',
    '--run ID     only this run, such as course-v1:edX+DemoX+Demo_Course; again for each further one',
    LMS_MEANS,
    'Prints what changed. Run again, it updates nothing.',
  ],
  async run(context) {
    const options = { ...LMS_OPTION, all: { type: 'string' }, run: { type: 'string', multiple: true } } as const;
    const { values } = readArguments(context.arguments, [], options);
    const { all, run } = values;
    // As in the apps of MIT, any word stands for all of them (mit-apps.md §8); an empty one is a variable that was not set.
    if ((all === undefined) === (run === undefined) || all === '')
      throw new UsageError('say either --all ALL or --run ID');
    const which = run === undefined ? ({ kind: 'all' } as const) : ({ kind: 'named', ids: run } as const);
    const report = await withConnector(context, values.lms, (connector) => connector.syncCourseRuns(which));
    context.show(report, describeSync(report));
    return report.failures.length === 0 ? 0 : 1;
  },
};

function describeSync({ created, updated, unchanged, missing, failures }: CourseRunReport): string {
  return [
    ...created.map((id) => `new      ${id}`),
    ...updated.map(({ id, fields }) => {
      const changes = fields.map(({ field, before, after }) => `${field}: ${before ?? 'none'} → ${after ?? 'none'}`);
      return `updated  ${id}  ${changes.length === 0 ? 'listed again' : changes.join('; ')}`;
    }),
    ...missing.map((id) => `gone     ${id}  the LMS lists it no more`),
    ...failures.map(
      ({ id, reason, detail }) => `FAILED   ${id ?? 'the list'}  ${reason}${detail === null ? '' : ` (${detail})`}`,
    ),
    `Sync complete: ${created.length} new, ${updated.length} updated, ${count(failures.length, 'failure', 'failures')}, ${unchanged} unchanged.`,
  ].join('\n');
}

export const openedxCourseRunsList: Command = {
  name: 'openedx courseruns',
  usage: '[--lms SLUG]',
  details: [LMS_MEANS, 'As they were at the last synchronisation.'],
  async run(context) {
    const { values } = readArguments(context.arguments, [], LMS_OPTION);
    const stored = await withConnector(context, values.lms, ({ lms }, { store }) =>
      store.openEdxCourseRuns.list(lms.slug),
    );
    const runs = stored.map(({ run, changedAt: changed_at, missingSince: missing_since }) => ({
      ...run,
      changed_at,
      missing_since,
    }));
    const rows = runs.map(({ id, title, start, end, pacing, missing_since }) => {
      return [id, start ?? '-', end ?? '-', pacing ?? '-', missing_since === null ? '' : 'gone', title];
    });
    context.show(
      { runs },
      runs.length === 0 ? 'There are none.' : table([['RUN', 'START', 'END', 'PACING', '', 'TITLE'], ...rows]),
    );
    return 0;
  },
};

const enrolmentOptions = { ...LMS_OPTION, mode: { type: 'string' }, force: { type: 'boolean' } } as const;

export const openedxEnrol: Command = {
  name: 'openedx enrol',
  usage: 'USER RUN [--mode MODE] [--force] [--lms SLUG]',
  details: [
    'USER          the id, the username or an address of an account; it gets an account at the LMS first',
    '--mode MODE   audit, honor, verified, …; without it, what the LMS takes',
    '--force       also where enrolment is closed or the mode has ended',
    LMS_MEANS,
  ],
  run: (context) => changeEnrolment(context, true),
};

export const openedxUnenrol: Command = {
  name: 'openedx unenrol',
  usage: 'USER RUN [--mode MODE] [--force] [--lms SLUG]',
  details: ['USER   the id, the username or an address of an account', LMS_MEANS],
  run: (context) => changeEnrolment(context, false),
};

async function changeEnrolment(context: CommandContext, isActive: boolean): Promise<number> {
  const { values, positionals } = readArguments(context.arguments, ['USER', 'RUN'], enrolmentOptions);
  const [words, runId] = positionals;
  return withConnector(context, values.lms, async (connector, open) => {
    const [userId = ''] = await resolveAll(context, open, [words]);
    const username = await connector.usernameOf(userId);
    if (username.kind !== 'done') {
      context.complain(
        username.kind === 'failed' ? failureInWords(username.failure.code, username.failure.answer) : username.kind,
      );
      context.show({ user_id: userId, run: runId, result: username }, 'Nothing was changed.');
      return 1;
    }
    const asked: Enrolment = {
      ...{ userId, username: username.result, runId, isActive },
      ...{ mode: values.mode ?? null, force: values.force === true },
    };
    const result = await connector.changeEnrolment(asked);
    context.show({ user_id: userId, username: username.result, run: runId, result }, resultInWords(asked, result));
    return result.kind === 'enrolment' ? 0 : 1;
  });
}

function resultInWords({ username, runId }: Enrolment, result: EnrolmentResult): string {
  switch (result.kind) {
    case 'enrolment':
      return `${username} is ${result.isActive ? `enrolled in ${runId}, mode ${result.mode}` : `not enrolled in ${runId}`}.`;
    case 'not-as-asked':
      return `The LMS left it otherwise: ${username} is ${result.isActive ? 'enrolled' : 'not enrolled'} in ${runId}, mode ${result.mode}.`;
    case 'unknown-learner':
      return `The LMS knows no ${username}.`;
    case 'not-possible':
      return `The LMS refuses it (${result.detail}): there is no such run or mode, or enrolment is closed (--force).`;
    case 'not-configured':
      return failureInWords('worker-refused', 'service_worker is not configured');
    case 'unreachable':
      return failureInWords('lms-unreachable', result.detail);
    case 'unexpected':
      return failureInWords('lms-unexpected', result.detail);
    case 'credential-refused':
      return failureInWords('worker-refused', result.detail);
    case 'rate-limited':
      return failureInWords('rate-limited', null);
  }
}
