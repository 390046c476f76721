/**
 * `llavero conflict …`: sign-ins that wait for support to say whose they are.
 */
import {
  type ConflictDependencies,
  type ConflictLine,
  type ConflictView,
  listConflicts,
  resolveConflict,
  viewConflict,
} from '../admin/conflicts.ts';
import type { ConflictDecision } from '../store/conflicts.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { withStore } from './with-store.ts';

export const conflictList: Command = {
  name: 'conflict list',
  usage: '[--all]',
  details: ['--all: those that are decided too.'],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { all: { type: 'boolean' } });
    const which = values.all === true ? 'all' : 'open';
    const conflicts = await withStore(context, ({ store }) => listConflicts(store, which));
    const text = table([['CASE', 'PROVIDER', 'ACCOUNTS', 'TRIES', 'LAST', 'DECISION'], ...conflicts.map(rowOf)]);
    context.show({ conflicts }, conflicts.length === 0 ? 'There are no conflicts.' : text);
    return 0;
  },
};

export const conflictShow: Command = {
  name: 'conflict show',
  usage: 'CASE --reason TEXT',
  details: ['Shows personal data: who looked, and why, is written to the audit trail.'],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['CASE'], { reason: { type: 'string' } });
    const view = await withDependencies(context, (dependencies) =>
      viewConflict(positionals[0], because(context, values.reason), dependencies),
    );
    context.show(view, inWords(view));
    return 0;
  },
};

const decisions = {
  link: { type: 'string' },
  create: { type: 'boolean' },
  refuse: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

export const conflictResolve: Command = {
  name: 'conflict resolve',
  usage: 'CASE (--link USER | --create | --refuse) --reason TEXT',
  details: [
    '--link USER: the identity belongs to this account, one of the case. Two accounts of one person: `user merge` first.',
    '--create: it gets an account of its own.',
    '--refuse: it is not let in.',
    'The next sign-in of the identity follows the decision.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['CASE'], decisions);
    const decision = decisionOf(values);
    await withDependencies(context, (dependencies) =>
      resolveConflict(positionals[0], decision, because(context, values.reason), dependencies),
    );
    context.show({ case: positionals[0], decision }, 'Decided. The next sign-in follows.');
    return 0;
  },
};

/** @throws UsageError */
function decisionOf(values: { readonly link?: string; readonly create?: boolean; readonly refuse?: boolean }) {
  const given: ConflictDecision[] = [
    ...(values.link === undefined ? [] : [{ kind: 'link', userId: values.link } as const]),
    ...(values.create === true ? [{ kind: 'create' } as const] : []),
    ...(values.refuse === true ? [{ kind: 'refuse' } as const] : []),
  ];
  const [decision, ...more] = given;
  if (decision === undefined || more.length > 0) throw new UsageError('one of --link, --create and --refuse is needed');
  return decision;
}

/** @throws UsageError: what is done to somebody's account is done for a reason */
function because({ operator }: CommandContext, reason: string | undefined) {
  if (reason === undefined || reason.trim() === '') throw new UsageError('--reason is missing');
  return { by: operator, reason };
}

function withDependencies<Result>(
  context: CommandContext,
  work: (dependencies: ConflictDependencies) => Promise<Result>,
): Promise<Result> {
  return withStore(context, ({ store }) => work({ store, environment: context.environment }));
}

function rowOf({ caseNumber, provider, candidates, times, lastAt, decision }: ConflictLine): string[] {
  return [caseNumber, provider, String(candidates), String(times), moment(lastAt), decision ?? ''];
}

function inWords({ caseNumber, provider, subject, said, accounts, times, openedAt, lastAt, decided }: ConflictView) {
  const identifiers = said.identifiers.map(({ kind, value }) => `${kind} ${value}`);
  const addresses = said.emails.map(({ address, verified }) => `${address}${verified ? '' : ' (unverified)'}`);
  const rows = accounts.map(({ id, username, state, name, emails, identities }) => [
    ...[id, username, state, name ?? '', emails.map(({ address }) => address).join(' ')],
    identities.map(({ provider, lastUsedAt }) => `${provider} (${moment(lastUsedAt)})`).join(', '),
  ]);
  const outcome =
    decided === null
      ? 'Open.'
      : `Decided by ${decided.by}, ${moment(decided.at)}: ${decided.decision.kind}. ${decided.reason}`;
  return [
    `Case ${caseNumber}: ${provider} ${subject}, ${times} times from ${moment(openedAt)} to ${moment(lastAt)}. ${outcome}`,
    ['Said there:', said.name ?? 'no name', ...addresses, ...identifiers].join('  '),
    table([['ACCOUNT', 'USERNAME', 'STATE', 'NAME', 'ADDRESSES', 'SIGNS IN WITH'], ...rows]),
  ].join('\n');
}
