/**
 * Chooses the command, runs it, and turns whatever goes wrong into one clear message and an exit code.
 *
 * Here, and nowhere else, the clock, chance and the streams of the process come in.
 */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { text as readStream } from 'node:stream/consumers';
import { ConfigurationError } from '../errors.ts';
import { type Command, type CommandContext, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { table } from './text.ts';
import { release } from './version.ts';

const DONE = 0;
const FAILED = 1;
const WRONG_CALL = 2;

export async function run(argv: readonly string[]): Promise<number> {
  // A reader that has seen enough (`| head`) closes the pipe: no fault of ours, and nobody is left to tell.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const [first] = argv;
  if (first === '--version') return show(release());
  const chosen = Object.keys(commands).find((name) => name.split(' ').every((word, index) => argv[index] === word));
  const entry = chosen === undefined ? undefined : commands[chosen];
  if (chosen === undefined || entry === undefined) return helpWithout(argv);
  const rest = argv.slice(chosen.split(' ').length);
  const json = rest.includes('--json');
  const command = await entry.load();
  if (asksForHelp(rest)) return show(helpOf(command, entry.summary));
  try {
    const given = rest.filter((argument) => argument !== '--json');
    return await command.run(createContext(given, json));
  } catch (error) {
    return refuse(command, error, json);
  }
}

/** Why a command failed: in words on standard error, with `--json` on standard output as well. */
function refuse(command: Command, error: unknown, json: boolean): number {
  const { message, faults } = explain(command, error);
  if (json) process.stdout.write(`${JSON.stringify({ error: message, faults }, null, 2)}\n`);
  process.stderr.write(`${message}\n`);
  if (!(error instanceof UsageError)) return FAILED;
  process.stderr.write(`${usageOf(command)}\n`);
  return WRONG_CALL;
}

function explain({ name }: Command, error: unknown): { message: string; faults: readonly string[] } {
  if (error instanceof ConfigurationError) return { message: error.message, faults: error.faults };
  const words = error instanceof Error ? error.message : String(error);
  const message = error instanceof UsageError ? words : `llavero ${name} failed: ${words}${adviceFor(error)}`;
  return { message, faults: [words] };
}

/** By name, because loading the store to ask for its classes would cost every command. */
function adviceFor(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.name === 'DatabaseUnavailable') return '\nIs the database running, and does LLAVERO_DATABASE_URL name it?';
  if (error.name !== 'MigrationRefused') return '';
  return `\nThis is llavero ${release()}. Run the release that made the schema, or a newer one; or restore a backup from before it.`;
}

// ------------------------------------------------------------------------------------------------------------- help

function asksForHelp(given: readonly string[]): boolean {
  return given.includes('--help') || given.includes('-h');
}

function usageOf({ name, usage }: Command): string {
  return `Usage: ${['llavero', name, usage, '[--json]'].filter((part) => part !== '').join(' ')}`;
}

function helpOf(command: Command, summary: string): string {
  const details = command.details.map((line) => `  ${line}`);
  return [usageOf(command), '', summary, ...(details.length === 0 ? [] : ['', ...details])].join('\n');
}

/** No command was named: help when it was asked for, otherwise a refusal that shows what there is. */
function helpWithout(argv: readonly string[]): number {
  const [first] = argv;
  const group = Object.keys(commands).filter((name) => name.startsWith(`${first} `));
  const text = overview(group.length > 0 ? group : Object.keys(commands));
  if (first === undefined || first === 'help' || asksForHelp(argv)) return show(text);
  const wanted =
    group.length > 0 && argv[1] === undefined ? `${first}: say which` : `there is no command ${named(argv)}`;
  process.stderr.write(`llavero: ${wanted}\n${text}\n`);
  return WRONG_CALL;
}

function named(argv: readonly string[]): string {
  return JSON.stringify(
    argv
      .filter((argument) => !argument.startsWith('-'))
      .slice(0, 2)
      .join(' '),
  );
}

function overview(names: readonly string[]): string {
  const rows = names.map((name) => [`  ${name}`, commands[name]?.summary ?? '']);
  return [
    'Usage: llavero <command> [arguments]',
    '',
    table(rows),
    '',
    'Each takes --json (one JSON document on standard output) and --help.',
  ].join('\n');
}

function show(text: string): number {
  process.stdout.write(`${text}\n`);
  return DONE;
}

// ---------------------------------------------------------------------------------------------------------- process

function createContext(argv: readonly string[], json: boolean): CommandContext {
  return {
    environment: { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) },
    env: process.env,
    arguments: argv,
    operator: operator(),
    show: (document, text) => process.stdout.write(`${json ? JSON.stringify(document, null, 2) : text}\n`),
    complain: (line) => process.stderr.write(`${line}\n`),
    readText,
    writePrivately,
    stopped: () =>
      new Promise((resolve) => {
        process.once('SIGTERM', resolve);
        process.once('SIGINT', resolve);
      }),
  };
}

/** A container may run under a number that has no account. */
function operator(): string {
  try {
    return `${userInfo().username} (command line)`;
  } catch {
    return 'command line';
  }
}

async function readText(file: string): Promise<string> {
  if (file === '-') return await readStream(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(code === 'ENOENT' ? `there is no file ${file}` : `${file} cannot be read (${code})`);
  }
}

/** Never over another file: a name that was mistyped would cost what is there. */
async function writePrivately(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new Error(code === 'EEXIST' ? `there is a file ${file} already` : `${file} cannot be written (${code})`);
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
