/**
 * `llavero apply`: makes the stored configuration what a file says.
 */
import { applyConfiguration } from '../admin/configuration.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { describeDifference } from './difference.ts';
import { readConfiguration } from './read-configuration.ts';
import { authorship, fileName, withStore } from './with-store.ts';

export const apply: Command = {
  name: 'apply',
  usage: 'FILE [--prune] [--reason TEXT]',
  details: [
    'FILE            the configuration, or - for standard input',
    '--prune         remove what is configured but not in the file',
    '--reason TEXT   kept in the history of each change',
    'Running servers see the change within five seconds.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['FILE'], {
      prune: { type: 'boolean' },
      reason: { type: 'string' },
    });
    const [file] = positionals;
    const wanted = await readConfiguration(context, file);
    const prune = values.prune === true;
    const author = authorship(context, values.reason, `apply ${fileName(file)}`);
    const difference = await withStore(context, ({ configurationStore }) =>
      applyConfiguration(configurationStore, wanted, { prune, vendors }, author),
    );
    const lines = describeDifference(difference);
    lines.push(difference.changes.length === 0 ? 'Nothing to change.' : `Saved as revision ${difference.revision}.`);
    context.show(difference, lines.join('\n'));
    return 0;
  },
};
