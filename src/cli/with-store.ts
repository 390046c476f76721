/**
 * Opens the store for one command and closes it whatever happens.
 */
import { basename } from 'node:path';
import { parseStoreSettings, type StoreSettings } from '../config.ts';
import type { Authorship } from '../configuration/revisions.ts';
import { createLog, type Log } from '../events/log.ts';
import { type OpenStore, openStore } from '../open-store.ts';
import type { CommandContext } from './command.ts';

/**
 * A schema of an older release is refused, not changed (O-10): whoever runs one command of a new release has not asked
 * for it.
 */
export async function withStore<Result>(
  context: CommandContext,
  work: (open: OpenStore) => Promise<Result>,
  settings: StoreSettings = parseStoreSettings(context.env),
): Promise<Result> {
  const open = await openStore(settings, { environment: context.environment, log: commandLog(context) }, 'refused');
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

/** Warnings and errors as plain lines on standard error: standard output holds what was asked for and nothing else. */
export function commandLog({ environment, complain }: CommandContext): Log {
  return createLog({
    level: 'warn',
    environment,
    showPlaces: false,
    destination: {
      write(line: string) {
        const { level, event, detail, error } = JSON.parse(line);
        complain(`${level}: ${detail ?? error?.message ?? event}`);
      },
    },
  });
}

/** Who changes something now, and why: the reason that was given, or what was called. */
export function authorship(context: CommandContext, reason: string | undefined, otherwise: string): Authorship {
  return { by: context.operator, reason: reason ?? otherwise, at: context.environment.now() };
}

/** The file as the history names it: folders describe a machine. */
export function fileName(file: string): string {
  return file === '-' ? 'standard input' : basename(file);
}
