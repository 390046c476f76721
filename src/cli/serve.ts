/**
 * `llavero serve`: the broker, until it is told to stop.
 *
 * The log is JSON lines on standard output; nothing else may be written there.
 */
import { type Broker, openBroker } from '../broker.ts';
import { parseSettings, type Settings } from '../config.ts';
import { createLog, type Log } from '../events/log.ts';
import { loadExtensions } from '../extensions.ts';
import { type RunningServer, startServer } from '../server.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';

export const serve: Command = {
  name: 'serve',
  usage: '',
  details: [
    'Brings the schema of the database up to date first. The log is JSON lines on standard output.',
    'Takes steps and merge participants from llavero.config.ts (or .js) in this folder, where there is one.',
  ],
  async run(context) {
    readArguments(context.arguments, [], {});
    const running = await serveBroker(parseSettings(context.env), context);
    context.complain(`llavero listens on port ${running.port}`);
    await context.stopped();
    await running.close();
    return 0;
  },
};

/** Starts the broker with its server. `close` answers what was begun before it ends. */
async function serveBroker(
  settings: Settings,
  { environment }: Pick<CommandContext, 'environment'>,
): Promise<RunningServer> {
  const log = createLog({ level: settings.logLevel, environment, showPlaces: settings.mode !== 'production' });
  const broker = await openBroker(settings, { environment, log }, await loadExtensions(process.cwd()));
  const server = await listen(broker, settings.port, log);
  return {
    port: server.port,
    async close() {
      broker.drain();
      await server.close();
      await broker.close();
    },
  };
}

/** A port that is taken ends the process with the reason; an open database would keep it alive without one. */
async function listen(broker: Broker, port: number, log: Log): Promise<RunningServer> {
  try {
    return await startServer(broker.listener, { port, hostname: null, log });
  } catch (error) {
    await broker.close();
    throw error;
  }
}
