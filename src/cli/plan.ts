/**
 * `llavero plan`: what applying a configuration file would change. Writes nothing.
 */
import { planConfiguration } from '../admin/configuration.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { describeDifference } from './difference.ts';
import { readConfiguration } from './read-configuration.ts';
import { withStore } from './with-store.ts';

export const plan: Command = {
  name: 'plan',
  usage: 'FILE [--prune]',
  details: [
    'FILE      the configuration, or - for standard input',
    '--prune   as if what is not in the file were to be removed',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['FILE'], { prune: { type: 'boolean' } });
    const wanted = await readConfiguration(context, positionals[0]);
    const prune = values.prune === true;
    const difference = await withStore(context, ({ configurationStore }) =>
      planConfiguration(configurationStore, wanted, { prune, vendors }),
    );
    const lines = describeDifference(difference);
    if (difference.changes.length === 0) lines.push('Nothing to change.');
    context.show(difference, lines.join('\n'));
    return 0;
  },
};
