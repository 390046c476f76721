/**
 * `llavero openedx configure|provision|repair|learners`: the LMS as a service, and its learners.
 *
 * Each exit code tells the truth: it is 0 only when nothing is left to be mended.
 */
import { type ConfiguredLms, configureLms } from '../admin/open-edx.ts';
import { resolveUser } from '../admin/users.ts';
import { parseSettings } from '../config.ts';
import type { Connector, ManyOptions } from '../open-edx/connector.ts';
import { failures, isFailureCode, stateOf } from '../open-edx/failures.ts';
import { instructionsFor } from '../open-edx/instructions.ts';
import { isClean, type LearnerResult, type RunReport } from '../open-edx/runs-of-learners.ts';
import type { OpenStore } from '../open-store.ts';
import type { Finding } from '../providers/provider.ts';
import { type Learner, type LearnerState, learnerStates } from '../store/open-edx-learners.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { describeFindings } from './findings.ts';
import { count, moment, table } from './text.ts';
import { LMS_MEANS, LMS_OPTION, withConnector } from './with-connector.ts';
import { authorship, withStore } from './with-store.ts';

export const openedxConfigure: Command = {
  name: 'openedx configure',
  usage: 'SLUG [options]',
  details: [
    'SLUG                  names the LMS in all other commands',
    '--base-url ADDRESS    where our servers call it; needed the first time',
    '--backend NAME        oidc, ol-oauth2 or identityServer3; needed the first time',
    '--public-url ADDRESS  what people have in their address bar, where that differs',
    '--client ID           the client that it is here; the slug where it is not given',
    '--worker NAME         the service worker, a staff user of the LMS',
    '--worker-token FILE   its token; - for standard input',
    '--no-verify           writes and prints only; nothing is called',
    '--reason TEXT         kept in the history',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], configureOptions);
    const [slug] = positionals;
    const author = authorship(context, values.reason, `openedx configure ${slug}`);
    const wishes = {
      ...{ slug, base_url: values['base-url'] ?? null, public_url: values['public-url'] ?? null },
      ...{ backend: values.backend ?? null, client: values.client ?? null },
      service_worker: await readWorker(context, values.worker, values['worker-token']),
    };
    const publicUrl = new URL(parseSettings(context.env).publicUrl);
    const done = await withStore(context, ({ configurationStore }) =>
      configureLms(configurationStore, wishes, context.environment, author),
    );
    const findings = values['no-verify'] ? [] : await withConnector(context, slug, (connector) => connector.verify());
    const { changed, clientSecret: client_secret, apiClientSecret: api_client_secret, unfit } = done;
    const instructions = instructionsFor(done.lms, publicUrl);
    const document = { slug, changed, client_secret, api_client_secret, unfit, instructions, findings };
    context.show(document, describeConfigured(done, publicUrl, findings));
    return unfit.length === 0 && findings.every(({ verdict }) => verdict === 'good') ? 0 : 1;
  },
};

const configureOptions = {
  'base-url': { type: 'string' },
  'public-url': { type: 'string' },
  backend: { type: 'string' },
  client: { type: 'string' },
  worker: { type: 'string' },
  'worker-token': { type: 'string' },
  'no-verify': { type: 'boolean' },
  reason: { type: 'string' },
} as const;

async function readWorker(context: CommandContext, username: string | undefined, file: string | undefined) {
  if (username === undefined && file === undefined) return null;
  if (username === undefined || file === undefined) throw new UsageError('--worker and --worker-token belong together');
  return { username, token: (await context.readText(file)).trim() };
}

function describeConfigured(done: ConfiguredLms, publicUrl: URL, findings: readonly Finding[]): string {
  const { record, settings, commands } = instructionsFor(done.lms, publicUrl);
  const secrets = [
    ...(done.clientSecret === null ? [] : [`client_secret:      ${done.clientSecret}`]),
    ...(done.apiClientSecret === null ? [] : [`api_client_secret:  ${done.apiClientSecret}`]),
  ];
  return [
    ...(done.changed.length === 0 ? ['Nothing changed.'] : done.changed),
    ...(secrets.length === 0 ? [] : ['', 'Shown now and never again:', ...secrets]),
    ...done.unfit.map((line) => `client ${done.lms.clientId}: ${line}`),
    '',
    'In the LMS, Django administration, OAuth2 provider configuration:',
    ...Object.entries(record).map(
      ([field, value]) => `  ${field}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
    '',
    'In its settings:',
    ...settings.map((line) => `  ${line}`),
    '',
    'In its container; the last one prints the token for --worker-token:',
    ...commands.map((line) => `  ${line}`),
    ...(findings.length === 0 ? [] : ['', describeFindings(findings)]),
  ].join('\n');
}

// -------------------------------------------------------------------------------------------------------- learners

export const openedxProvision: Command = {
  name: 'openedx provision',
  usage: '(--user USER … | --all) [--limit N] [--lms SLUG]',
  details: [
    '--user USER   the id, the username or an address of an account; again for each further one',
    '--all         everybody who has no record at this LMS yet',
    '--limit N     tries at most so many',
    LMS_MEANS,
    'Makes an account at the LMS, and gets tokens for it. Stopped and begun again, it goes on.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], manyOptions);
    if ((values.user === undefined) === (values.all !== true)) throw new UsageError('say either --user or --all');
    return runMany(context, values, (connector, options) => connector.provisionAll(options));
  },
};

export const openedxRepair: Command = {
  name: 'openedx repair',
  usage: '[--user USER …] [--limit N] [--lms SLUG]',
  details: [
    '--user USER   only this account, whatever was tried before; again for each further one',
    '--limit N     tries at most so many',
    LMS_MEANS,
    'Without --user: everybody whose record lacks an account or tokens, and whose time for another try has come.',
    'For people without any record: openedx provision --all.',
  ],
  async run(context) {
    const { all, ...options } = manyOptions;
    const { values } = readArguments(context.arguments, [], options);
    return runMany(context, values, (connector, many) => connector.repair(many));
  },
};

const manyOptions = {
  ...LMS_OPTION,
  user: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  limit: { type: 'string' },
} as const;

interface ManyValues {
  readonly lms?: string | undefined;
  readonly user?: string[] | undefined;
  readonly limit?: string | undefined;
}

async function runMany(
  context: CommandContext,
  { lms, user, limit }: ManyValues,
  runAll: (connector: Connector, options: ManyOptions) => Promise<RunReport>,
): Promise<number> {
  const tell = (userId: string, result: LearnerResult) => {
    if (result.kind === 'failed')
      context.complain(`${userId}: ${failureInWords(result.failure.code, result.failure.answer)}`);
  };
  const options = { limit: readLimit(limit), tell };
  const report = await withConnector(context, lms, async (connector, open) =>
    user === undefined
      ? runAll(connector, options)
      : connector.provisionThese(await resolveAll(context, open, user), options),
  );
  context.show(report, describeReport(report));
  return isClean(report) ? 0 : 1;
}

export function resolveAll(
  context: CommandContext,
  { databases, store }: OpenStore,
  words: readonly string[],
): Promise<string[]> {
  const administration = { environment: context.environment, database: databases.durable, store };
  return Promise.all(words.map((one) => resolveUser(administration, one)));
}

function readLimit(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new UsageError('--limit must be a whole number, at least 1');
  return Number(text);
}

export function failureInWords(code: string, answer: string | null): string {
  const advice = isFailureCode(code) ? failures[code].advice : 'unknown to this version';
  return `${code}: ${advice}${answer === null ? '' : ` (${answer})`}`;
}

function describeReport({
  accounts,
  tokens,
  unchanged,
  busy,
  gone,
  failures: failed,
  waiting,
  stoppedBy,
}: RunReport): string {
  const numbers = [
    `${accounts} accounts made`,
    `${tokens} token pairs made`,
    `${unchanged} unchanged`,
    count(failed.length, 'failure', 'failures'),
  ];
  return [
    ...failed.map(({ userId, failure }) => {
      const again = failure.retryAt === null ? 'not before something changes' : `again ${moment(failure.retryAt)}`;
      return `${userId}  ${failureInWords(failure.code, failure.answer)}; ${again}`;
    }),
    ...(stoppedBy === null ? [] : [`Stopped: everybody would meet ${stoppedBy}.`]),
    ...(waiting.count === 0
      ? []
      : [
          `${count(waiting.count, 'learner waits', 'learners wait')} for registrations, to be had ${waiting.until === null ? 'later' : moment(waiting.until)}.`,
        ]),
    ...(busy === 0 ? [] : [`${count(busy, 'learner is', 'learners are')} being worked on by somebody else.`]),
    ...(gone === 0 ? [] : [`${count(gone, 'account is', 'accounts are')} not active any more.`]),
    `Complete: ${numbers.join(', ')}.`,
  ].join('\n');
}

const LIST_PAGE = 500;

export const openedxLearnersList: Command = {
  name: 'openedx learners',
  usage: '[--state STATE] [--lms SLUG]',
  details: [`--state STATE   ${learnerStates.join(', ')}`, LMS_MEANS],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { ...LMS_OPTION, state: { type: 'string' } });
    const state = readState(values.state);
    const learners = await withConnector(context, values.lms, ({ lms }, { store }) => allLearners(store, lms.slug));
    const views = learners.map(viewOf).filter((view) => state === null || view.state === state);
    const rows = views.map(({ user_id, state, username, failure, answer, retry_at }) => {
      const why = failure === null ? '' : failureInWords(failure, answer);
      return [user_id, state, username ?? '-', retry_at === null ? '-' : moment(retry_at), why];
    });
    context.show(
      { learners: views },
      views.length === 0 ? 'There are none.' : table([['USER', 'STATE', 'AT THE LMS', 'AGAIN', 'WHY'], ...rows]),
    );
    return 0;
  },
};

function readState(text: string | undefined): LearnerState | null {
  if (text === undefined) return null;
  const state = learnerStates.find((known) => known === text);
  if (state === undefined) throw new UsageError(`--state must be one of ${learnerStates.join(', ')}`);
  return state;
}

async function allLearners({ openEdxLearners }: OpenStore['store'], lms: string): Promise<Learner[]> {
  const all: Learner[] = [];
  for (let page = await openEdxLearners.list(lms, '', LIST_PAGE); page.length > 0; ) {
    all.push(...page);
    page = await openEdxLearners.list(lms, page.at(-1)?.userId ?? '', LIST_PAGE);
  }
  return all;
}

/** Without tokens. */
function viewOf(learner: Learner) {
  const { userId: user_id, username, failure, tries, changedAt: changed_at } = learner;
  const why = { failure: failure?.code ?? null, answer: failure?.answer ?? null, retry_at: failure?.retryAt ?? null };
  return { user_id, state: stateOf(learner), username, ...why, tries, changed_at };
}
