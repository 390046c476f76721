/**
 * What a command is, what it is given of the process, and how its arguments are read.
 *
 * A command reads and prints; what it does to the data is done elsewhere, so that pages and the API can do the same.
 * Secrets must never be arguments: they stand in the list of processes and in the shell's history (N-06).
 */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import type { ProcessEnvironment } from '../config.ts';
import type { Environment } from '../model.ts';

export interface CommandContext {
  readonly environment: Environment;
  readonly env: ProcessEnvironment;
  /** Arguments after the command's name, without `--json`. */
  readonly arguments: readonly string[];
  /** Who calls, as the operating system knows them: for the history of changes. */
  readonly operator: string;
  /** What was asked for, on standard output: `text` for people, or with `--json` the one JSON document. */
  show(document: object, text: string): void;
  /** Writes a line to standard error: everything else. */
  complain(line: string): void;
  /** The text of a file, or of standard input for `-`. @throws Error saying why it cannot be read */
  readText(file: string): Promise<string>;
  /** Makes a file that only the caller can read. @throws Error saying why it cannot, as where there is one already */
  writePrivately(file: string, text: string): Promise<void>;
  /** Resolves when the process is told to stop. Until it is called, a signal ends the process as usual. */
  stopped(): Promise<void>;
}

export interface Command {
  /** One or two words. */
  readonly name: string;
  /** The arguments, as they are written in a call; empty where there are none. */
  readonly usage: string;
  /** More lines of help, such as what each option means. `--json` and `--help` are every command's. */
  readonly details: readonly string[];
  /** The exit code. @throws UsageError, ConfigurationError, or anything else: `run` says it. */
  run(context: CommandContext): Promise<number>;
}

/** A command as the help lists it, loaded when it is called. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** The call itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The options that were given, and exactly one argument for each name in `expected`.
 * @throws UsageError
 */
export function readArguments<const Options extends ParseArgsOptionsConfig, const Expected extends readonly string[]>(
  given: readonly string[],
  expected: Expected,
  options: Options,
) {
  const { values, positionals } = parse(given, options);
  const missing = expected[positionals.length];
  if (missing !== undefined) throw new UsageError(`${missing} is missing`);
  const surplus = positionals[expected.length];
  if (surplus !== undefined) throw new UsageError(`${JSON.stringify(surplus)} is one argument too many`);
  return { values, positionals: positionals as { [Index in keyof Expected]: string } };
}

function parse<const Options extends ParseArgsOptionsConfig>(given: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...given], options, allowPositionals: true });
  } catch (error) {
    // Node's words name the option and never repeat a value.
    if (error instanceof TypeError && 'code' in error) throw new UsageError(error.message);
    throw error;
  }
}
