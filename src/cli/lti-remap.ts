/**
 * `llavero lti remap`: ties identities of campuses to other accounts, from a list.
 *
 * Without `--apply` it only says what would happen. Mails to the people are stored with each line and sent by the server.
 */
import { createReadStream } from 'node:fs';
import { AdminRefusal } from '../admin/refusal.ts';
import { type RemapOutcome, type RemapResult, remap } from '../admin/remap.ts';
import { type RemapFile, readRemapFile, remapColumns } from '../admin/remap-file.ts';
import { parseSettings } from '../config.ts';
import { openRemapping } from '../remapping.ts';
import { type Command, readArguments } from './command.ts';
import { count } from './text.ts';
import { byOperator, toldByServer } from './told-by-server.ts';
import { withStore } from './with-store.ts';

export const ltiRemap: Command = {
  name: 'lti remap',
  usage: 'FILE [--reason TEXT] [--apply DIGEST]',
  details: [
    `FILE: comma-separated values in UTF-8 with the columns ${remapColumns.join(', ')}.`,
    'registration: the slug of the consumer or platform. subject: the sub or user_id there. account: an id or a username.',
    'Without --apply it says what would happen to each line, and a DIGEST of the file.',
    '--apply DIGEST  does it, one line after another, if FILE is still the one that was looked at',
    '--reason TEXT   for the lines that have none; kept in the audit trail for ever, so without personal data',
    'Exits with 1 when a line is neither done nor there already.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['FILE'], {
      apply: { type: 'string' },
      reason: { type: 'string' },
    });
    const file = await readFile(positionals[0]);
    requireSame(file, values.apply);
    const isDryRun = values.apply === undefined;
    const request = { ...file, by: context.operator, reason: values.reason?.trim() || null, isDryRun };
    const told = toldByServer(parseSettings(context.env), context.environment);
    const results = await withStore(context, async (open) => {
      const done: RemapResult[] = [];
      for await (const result of remap(await openRemapping(open, told, byOperator), request)) {
        done.push(result);
        if (done.length % 1000 === 0) context.complain(`${done.length} of ${file.lines.length} lines`);
      }
      return done;
    });
    const document = { digest: file.digest, applied: !isDryRun, lines: results };
    context.show(
      document,
      [...results.map((one) => inWords(one, isDryRun)), '', summary(file, results, isDryRun)].join('\n'),
    );
    return results.every(({ outcome }) => outcome === 'moves' || outcome === 'there-already') ? 0 : 1;
  },
};

async function readFile(name: string): Promise<RemapFile> {
  try {
    return await readRemapFile(createReadStream(name));
  } catch (error) {
    if (error instanceof AdminRefusal || !(error instanceof Error && 'code' in error)) throw error;
    throw new AdminRefusal('invalid', `${name} cannot be read: ${error.code}`);
  }
}

/** Another list, or another version of it, than the one whose consequences somebody has read. */
function requireSame({ digest }: RemapFile, looked: string | undefined): void {
  if (looked === undefined || looked === digest) return;
  throw new AdminRefusal(
    'conflict',
    `the file is not the one with the digest ${looked}: look at it again without --apply`,
  );
}

const words: { readonly [outcome in Exclude<RemapOutcome, 'moves' | 'last-way-in'>]: string } = {
  'there-already': 'is there already',
  'registration-unknown': 'NOT: there is no such registration',
  'deployment-unknown': 'NOT: the deployment is missing, or none of the registration',
  'identity-unknown': 'NOT: nobody has launched with it',
  'account-unknown': 'NOT: there is no such account',
  'account-ambiguous': 'NOT: the account could be two: name it by its id',
  'account-not-active': 'NOT: the account is not active',
  'former-account-not-active': 'NOT: the account that has it now is not active',
  held: 'NOT: one of the accounts is under legal hold',
  staff: 'NOT: the account is one of the staff of the registration',
  'several-lines': 'NOT: another line speaks of it too',
  'reason-missing': 'NOT: it has no reason, and no --reason was given',
  'changed-meanwhile': 'NOT: the accounts were changed at the same moment: run it again',
};

function inWords({ line, outcome, from, to }: RemapResult, isDryRun: boolean): string {
  return `line ${line}: ${sentence(outcome, from, to, isDryRun)}`;
}

function sentence(outcome: RemapOutcome, from: string | null, to: string | null, isDryRun: boolean): string {
  if (outcome === 'moves') return `${isDryRun ? 'moves' : 'moved'} from ${from} to ${to}`;
  if (outcome !== 'last-way-in') return words[outcome];
  return `NOT: it is the last way in of ${from}: \`llavero user merge ${from} ${to}\` makes one account of both`;
}

function summary({ digest }: RemapFile, results: readonly RemapResult[], isDryRun: boolean): string {
  const number = (...of: readonly RemapOutcome[]) => results.filter(({ outcome }) => of.includes(outcome)).length;
  const [moves, there] = [number('moves'), number('there-already')];
  const rest = results.length - moves - there;
  const said = `${count(moves, 'identity', 'identities')} ${isDryRun ? 'would move' : 'moved'}, ${there} there already, ${rest} not.`;
  return isDryRun ? `${said} Nothing was changed. To do it: --apply ${digest}` : said;
}
