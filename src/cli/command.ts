/**
 * What a command is, and what it is given of the process.
 */
import type { ProcessEnvironment } from '../config.ts';
import type { Environment } from '../model.ts';

export interface CommandContext {
  readonly environment: Environment;
  readonly env: ProcessEnvironment;
  /** Arguments after the command's name. */
  readonly arguments: readonly string[];
  /** Writes a line to standard output: what was asked for. */
  print(line: string): void;
  /** Writes a line to standard error: everything else. */
  complain(line: string): void;
  /** Resolves when the process is told to stop. */
  readonly stopped: Promise<void>;
}

export interface Command {
  readonly name: string;
  /** How to call it, without the program's name. */
  readonly usage: string;
  readonly summary: string;
  /** The exit code. @throws UsageError, ConfigurationError, or anything else: `run` says it. */
  run(context: CommandContext): Promise<number>;
}

/** The call itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
