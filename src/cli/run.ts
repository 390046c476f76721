/**
 * Chooses the command, runs it, and turns whatever goes wrong into one clear message and an exit code.
 */
import { randomBytes } from 'node:crypto';
import { ConfigurationError } from '../errors.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';

/** Each command in a file of its own, loaded when it is called: `serve` does not wait for what `demo` needs. */
const commands: { readonly [name: string]: () => Promise<Command> } = {
  demo: async () => (await import('./demo.ts')).demo,
  serve: async () => (await import('./serve.ts')).serve,
};

export async function run(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  const load = name === undefined ? undefined : Object.entries(commands).find(([known]) => known === name)?.[1];
  if (load === undefined) return help(name);
  const command = await load();
  try {
    return await command.run(createContext(rest));
  } catch (error) {
    if (error instanceof UsageError) return complain(`${error.message}\nUsage: llavero ${command.usage}`, 2);
    if (error instanceof ConfigurationError) return complain(error.message, 1);
    return complain(`llavero ${command.name} failed: ${error instanceof Error ? error.message : String(error)}`, 1);
  }
}

async function help(asked: string | undefined): Promise<number> {
  const known = await Promise.all(Object.values(commands).map((load) => load()));
  const lines = known.map(({ usage, summary }) => `  ${usage.padEnd(44)} ${summary}`);
  const text = ['Usage: llavero <command> [arguments]', '', ...lines].join('\n');
  if (asked === undefined || asked === 'help' || asked === '--help') {
    process.stdout.write(`${text}\n`);
    return 0;
  }
  return complain(`llavero: there is no command ${JSON.stringify(asked)}\n${text}`, 2);
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`${message}\n`);
  return exitCode;
}

function createContext(argv: readonly string[]): CommandContext {
  return {
    environment: { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) },
    env: process.env,
    arguments: argv,
    print: (line) => process.stdout.write(`${line}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    stopped: new Promise((resolve) => {
      process.once('SIGTERM', resolve);
      process.once('SIGINT', resolve);
    }),
  };
}
