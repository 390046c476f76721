/**
 * `llavero user merge` and `llavero user unmerge`: two accounts of one person become one, or two again.
 *
 * Without `--yes` a merge is only shown. Mails to the people are stored with it and sent by the server.
 */
import { refusalOfMerge } from '../admin/merge-refusals.ts';
import { recordView, resolveUser } from '../admin/users.ts';
import { parseSettings } from '../config.ts';
import type { AccountMerging } from '../credentials/account-merging.ts';
import { randomName } from '../crypto.ts';
import { loadExtensions } from '../extensions.ts';
import { openMerging } from '../merging.ts';
import type { PersonName } from '../model.ts';
import type { OpenStore } from '../open-store.ts';
import { fullName } from '../users/arrival.ts';
import { type ToldField, toldFields } from '../users/merge-fields.ts';
import type { MergeChoices, MergeField, Side } from '../users/merge-plan.ts';
import { type MergePreview, type PreviewedField, previewOf } from '../users/merge-preview.ts';
import type { LeftAsItIs } from '../users/unmerge-plan.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { byOperator, toldByServer } from './told-by-server.ts';
import { REASON, requireReason } from './user-account.ts';
import { withStore } from './with-store.ts';

/** What the person said is written as it is called. */
const told = Object.fromEntries(toldFields.map((field) => [field, field])) as { [field in ToldField]: field };

const ownNames: { readonly [field in Exclude<MergeField, ToldField>]: string } = {
  name: 'name',
  birthDate: 'birth_date',
  phone: 'phone',
  locale: 'locale',
  country: 'country',
  username: 'username',
  primaryEmail: 'primary_email',
};

/** As they are written after `--choose`. */
const fieldNames: { readonly [field in MergeField]: string } = { ...ownNames, ...told };

export const userMerge: Command = {
  name: 'user merge',
  usage: 'RETIRED SURVIVOR --reason TEXT [--choose FIELD=retired …] [--yes]',
  details: [
    'RETIRED ends, SURVIVOR stays. Each is the id, the username or an address of the account.',
    'Without --yes it shows what would move, end and clash, and changes nothing.',
    `--choose FIELD=retired   keeps the value of RETIRED where both have one: ${Object.values(ownNames).join(', ')},`,
    `                         or of what the person said: ${toldFields.join(', ')}`,
    REASON,
    'It can be undone for 30 days with `user unmerge`. Both people are told by mail.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['RETIRED', 'SURVIVOR'], {
      reason: { type: 'string' },
      choose: { type: 'string', multiple: true, default: [] },
      yes: { type: 'boolean', default: false },
    });
    const reason = requireReason(values.reason);
    const choices = parseChoices(values.choose);
    return withMerging(context, async (merging, open) => {
      const administration = { environment: context.environment, database: open.databases.durable, store: open.store };
      const [retiredId, survivorId] = [
        await resolveUser(administration, positionals[0]),
        await resolveUser(administration, positionals[1]),
      ];
      const question = { retiredId, survivorId, choices, by: { kind: 'operator', name: context.operator } } as const;
      const planned = await merging.plan(question);
      if (planned.kind === 'refused') throw refusalOfMerge(planned);
      const preview = previewOf(planned);
      requireQuestions(preview, choices);
      if (!values.yes) {
        await recordView(administration, [retiredId, survivorId], { by: context.operator, reason });
        const advice = 'Nothing was changed. With --yes it is done.';
        context.show({ merged: false, preview }, `${describePreview(preview)}\n\n${advice}`);
        return 0;
      }
      const request = { ...question, reason, reference: null, requester: byOperator, also: () => [] };
      const mergeId = randomName(context.environment);
      const result = await merging.merge({ ...request, mergeId, agreedTo: preview.fingerprint });
      if (result.kind === 'refused') throw refusalOfMerge(result);
      const { clients } = result;
      context.show(
        { merged: true, merge: mergeId, retired: retiredId, survivor: survivorId, clients },
        `Merged. To undo it within 30 days: llavero user unmerge ${mergeId} --reason TEXT`,
      );
      return 0;
    });
  },
};

export const userUnmerge: Command = {
  name: 'user unmerge',
  usage: 'MERGE-ID --reason TEXT',
  details: [
    'MERGE-ID is what `user merge` printed; `user show` lists them.',
    'What was removed or changed since stays as it is now, and is said. Both people sign in anew, and are told by mail.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['MERGE-ID'], { reason: { type: 'string' } });
    const [mergeId] = positionals;
    const reason = requireReason(values.reason);
    return withMerging(context, async (merging) => {
      const by = { kind: 'operator', name: context.operator } as const;
      const request = { mergeId, by, reason, reference: null, requester: byOperator, also: () => [] };
      const result = await merging.unmerge(request);
      if (result.kind === 'refused') throw refusalOfMerge(result);
      const { retiredId, survivorId, left, clients } = result;
      context.show(
        { merge: mergeId, retired: retiredId, survivor: survivorId, left, clients },
        [`${retiredId} is an account of its own again.`, ...left.map(leftInWords)].join('\n'),
      );
      return 0;
    });
  },
};

async function withMerging(
  context: CommandContext,
  work: (merging: AccountMerging, open: OpenStore) => Promise<number>,
): Promise<number> {
  const { environment, env } = context;
  const settings = parseSettings(env);
  const { mergeParticipants: participants } = await loadExtensions(process.cwd());
  return withStore(context, (open) =>
    work(openMerging(open, { ...toldByServer(settings, environment), participants }), open),
  );
}

// ------------------------------------------------------------------------------------------------------------ choices

/** @throws UsageError */
function parseChoices(given: readonly string[]): MergeChoices {
  const choices: { [field in MergeField]?: Side } = {};
  for (const choice of given) {
    const [name, side, ...more] = choice.split('=');
    const field = (Object.keys(fieldNames) as MergeField[]).find((key) => fieldNames[key] === name);
    if (field === undefined || more.length > 0 || (side !== 'retired' && side !== 'survivor')) {
      throw new UsageError(`--choose is FIELD=retired or FIELD=survivor, of ${Object.values(fieldNames).join(', ')}`);
    }
    choices[field] = side;
  }
  return choices;
}

/** A choice where there is none is a mistake about what would happen. @throws UsageError */
function requireQuestions({ fields }: MergePreview, choices: MergeChoices): void {
  for (const field of Object.keys(choices) as MergeField[]) {
    if (fields.some((shown) => shown.field === field && shown.isQuestion)) continue;
    throw new UsageError(`--choose ${fieldNames[field]}: not both accounts have one of their own that could be kept`);
  }
}

// -------------------------------------------------------------------------------------------------------------- words

function describePreview(preview: MergePreview): string {
  const { retired, survivor } = preview;
  const rows = [
    ['', 'RETIRED', 'SURVIVOR', ''],
    ['id', retired.userId, survivor.userId, ''],
    ['username', retired.username, survivor.username, ''],
    ['made', moment(retired.createdAt), moment(survivor.createdAt), ''],
    ...preview.fields.map((field) => [
      fieldNames[field.field],
      shownValue(field, 'retired'),
      shownValue(field, 'survivor'),
      field.isQuestion ? `keeps that of the ${field.chosen}` : `has only one: that of the ${field.chosen}`,
    ]),
  ];
  const lines = [
    ...preview.identities.map(({ provider, outcome }) => `identity ${provider} ${outcome}`),
    ...preview.emails.map(({ address, verified, outcome }) => {
      return `address ${address} (${verified ? 'verified' : 'not verified'}) ${outcome}`;
    }),
    ...preview.identifiers.map(({ kind, outcome }) => `identifier ${kind} ${identifierWords[outcome]}`),
    ...preview.agreements.map(
      ({ version, outcome }) => `terms of use ${version} ${outcome === 'same' ? 'of both' : 'move'}`,
    ),
    ...preview.roles.map(
      ({ side, provider, name }) => `role ${name}, asserted by ${provider} of the ${side}: stays as it is`,
    ),
    ...preview.clients.map(({ clientId, kind, to }) =>
      kind === 'subject-kept'
        ? `client ${clientId} goes on with the sub ${to}`
        : `client ${clientId} knew both: from now on as ${to}`,
    ),
    `sessions that end: ${preview.sessions}`,
  ];
  return [table(rows), '', ...lines].join('\n');
}

const identifierWords = {
  moves: 'moves',
  same: 'is the same',
  differs: 'DIFFERS: these are two people, unless you know better',
} as const;

function shownValue(shown: PreviewedField, side: Side): string {
  const value = shown[side];
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  return 'number' in value ? value.number : (fullName(value as PersonName) ?? 'none');
}

function leftInWords(left: LeftAsItIs): string {
  switch (left.what) {
    case 'identity':
      return left.because === 'gone'
        ? `identity ${left.provider}: gone, so it did not come back`
        : `identity ${left.provider}: came back with the password that was chosen since`;
    case 'email':
      return `address ${left.address}: gone, so it did not come back`;
    case 'identifier':
      return `identifier ${left.kind}: gone, so it did not come back`;
    case 'agreement':
      return `terms of use ${left.version}: gone, so it did not come back`;
    case 'learner':
      return `its record at the LMS ${left.lms} is gone`;
    case 'subject':
      return `client ${left.clientId}: knows the account by another sub now`;
    case 'field':
      return `${fieldNames[left.field]}: changed since, so it stays`;
  }
}
