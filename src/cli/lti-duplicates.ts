/**
 * `llavero lti duplicates`: lists accounts that seem to be one person's. Changes nothing.
 */
import { type Duplicate, type DuplicatePage, findDuplicates, findSameNames, remapRows } from '../admin/duplicates.ts';
import { remapColumns } from '../admin/remap-file.ts';
import { recordView } from '../admin/users.ts';
import { csvLine } from '../csv.ts';
import type { OpenStore } from '../open-store.ts';
import { namespaceOf } from '../person/institution-id.ts';
import { remapRegistrations } from '../remapping.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { REASON, requireReason } from './user-account.ts';
import { withStore } from './with-store.ts';

const AT_MOST = 200;

export const ltiDuplicates: Command = {
  name: 'lti duplicates',
  usage: '[--names REGISTRATION] [--after PLACE] [--csv FILE --reason TEXT]',
  details: [
    `Accounts with one institution’s id, one CURP, or an address that one has as verified: ${AT_MOST} pairs at a time.`,
    '--names REGISTRATION   those of one name at one campus instead: a hint, for names are shared',
    '--after PLACE          goes on where the page before ended',
    '--csv FILE             makes a file for `lti remap`: what the campuses tied to the account that would be retired.',
    '                       Look at each line, and take out what is not one person. That you got it is recorded',
    REASON,
    'Two people may share an address. Nothing is merged: `user merge RETIRE KEEP` shows what that would do.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], {
      names: { type: 'string' },
      after: { type: 'string' },
      csv: { type: 'string' },
      reason: { type: 'string' },
    });
    const { names, after, csv } = values;
    if (names !== undefined && after !== undefined) throw new UsageError('--names has no --after');
    const file = csv === undefined ? null : { name: csv, reason: requireReason(values.reason) };
    const page = await withStore(context, async (open) => {
      const found = await pageOf(open, names ?? null, after ?? null);
      if (file !== null) await write(context, open, found.duplicates, file);
      return found;
    });
    context.show(page, inWords(page));
    return 0;
  },
};

async function pageOf(open: OpenStore, names: string | null, after: string | null): Promise<DuplicatePage> {
  const sources = { database: open.databases.durable, store: open.store, vault: open.vault };
  if (names === null) return findDuplicates(sources, { after, atMost: AT_MOST });
  if (!remapRegistrations(await open.configuration.current()).has(names)) {
    throw new UsageError(`there is no consumer or platform ${names}`);
  }
  return { duplicates: await findSameNames(sources, names, AT_MOST), next: null };
}

/** It holds what campuses call people. */
async function write(
  context: CommandContext,
  open: OpenStore,
  duplicates: readonly Duplicate[],
  { name, reason }: { readonly name: string; readonly reason: string },
): Promise<void> {
  const { databases, store, vault, configuration } = open;
  const administration = { environment: context.environment, database: databases.durable, store };
  const accounts = new Set(duplicates.map(({ retire }) => retire.id));
  await recordView(administration, [...accounts], { by: context.operator, reason });
  const registrations = remapRegistrations(await configuration.current());
  const rows = await remapRows({ database: databases.durable, store, vault }, duplicates, registrations);
  await context.writePrivately(name, `${[remapColumns, ...rows].map(csvLine).join('\r\n')}\r\n`);
}

function inWords({ duplicates, next }: DuplicatePage): string {
  if (duplicates.length === 0) return 'None.';
  const rows = duplicates.map(({ retire, keep, because }) => [
    retire.username,
    moment(retire.created_at),
    keep.username,
    moment(keep.created_at),
    because.map(reasonInWords).join('; '),
  ]);
  const list = table([['RETIRE', 'MADE', 'KEEP', 'MADE', 'BECAUSE OF'], ...rows]);
  return next === null ? list : `${list}\n\nThere are more: --after ${next}`;
}

function reasonInWords(because: string): string {
  const namespace = namespaceOf(because);
  if (namespace !== null) return `one id at ${namespace}`;
  if (because === 'address') return 'one address, verified for one and claimed by the other';
  return because === 'name' ? 'one name at one campus' : 'one CURP';
}
