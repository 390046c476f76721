/**
 * `llavero serve`: the broker, until it is told to stop.
 */
import { parseArgs } from 'node:util';
import { openBroker } from '../broker.ts';
import { parseSettings, type Settings } from '../config.ts';
import { createLog } from '../events/log.ts';
import { type RunningServer, startServer } from '../server.ts';
import type { Command, CommandContext } from './command.ts';

export const serve: Command = {
  name: 'serve',
  usage: 'serve',
  summary: 'run the broker',
  async run(context) {
    parseArgs({ args: [...context.arguments], options: {} });
    const running = await serveBroker(parseSettings(context.env), context, '0.0.0.0');
    context.complain(`llavero listens on port ${running.port}`);
    await context.stopped;
    await running.close();
    return 0;
  },
};

/** Starts the broker with its server. `close` answers what was begun before it ends. */
export async function serveBroker(
  settings: Settings,
  { environment }: Pick<CommandContext, 'environment'>,
  hostname: string,
): Promise<RunningServer> {
  const log = createLog({ level: settings.logLevel, environment, showPlaces: settings.mode !== 'production' });
  const broker = await openBroker(settings, { environment, log });
  const server = await startServer(broker.listener, { port: settings.port, hostname, log });
  return {
    port: server.port,
    async close() {
      broker.drain();
      await server.close();
      await broker.close();
    },
  };
}
