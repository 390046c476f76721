/**
 * `llavero check`: whether a configuration file is sound, without a database.
 */

import { type Command, readArguments } from './command.ts';
import { readConfiguration } from './read-configuration.ts';
import { count } from './text.ts';

export const check: Command = {
  name: 'check',
  usage: 'FILE',
  details: [`FILE   the configuration, or - for standard input; each \${NAME} in it must be set`],
  async run(context) {
    const [file] = readArguments(context.arguments, ['FILE'], {}).positionals;
    const { providers, clients } = await readConfiguration(context, file);
    const found = { providers: providers.length, clients: clients.length };
    context.show(
      { sound: true, ...found },
      `Sound: ${count(found.providers, 'provider', 'providers')}, ${count(found.clients, 'client', 'clients')}.`,
    );
    return 0;
  },
};
