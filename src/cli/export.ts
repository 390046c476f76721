/**
 * `llavero export`: the stored configuration as a file that can be applied. Secrets become references.
 */
import { exportConfiguration } from '../admin/configuration.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { withStore } from './with-store.ts';

export const exportCommand: Command = {
  name: 'export',
  usage: '',
  details: ['Which variables the file refers to is said on standard error.'],
  async run(context) {
    readArguments(context.arguments, [], {});
    const { text, variables } = await withStore(context, ({ configurationStore }) =>
      exportConfiguration(configurationStore, vendors),
    );
    context.show({ text, variables }, text.trimEnd());
    if (variables.length > 0) {
      const names = variables.map(({ variable }) => variable).join(', ');
      context.complain(`To apply this file, set these to the secrets as they are now: ${names}`);
    }
    return 0;
  },
};
