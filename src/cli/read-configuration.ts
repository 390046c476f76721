/**
 * A configuration file named on the command line, read against the vendors that this program has.
 */
import type { ConfigurationDocuments } from '../configuration/documents.ts';
import { parseConfigurationFile } from '../configuration/file.ts';
import { vendors } from '../providers/registry.ts';
import type { CommandContext } from './command.ts';

/** @throws ConfigurationError with every fault in the file, Error when it cannot be read */
export async function readConfiguration(context: CommandContext, file: string): Promise<ConfigurationDocuments> {
  return parseConfigurationFile(await context.readText(file), { env: context.env, vendors });
}
