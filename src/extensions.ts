/**
 * What a deployment adds in code: `llavero.config.ts` (or `.js`) in the folder that the process runs in.
 *
 *     import { defineConfig, defaultSteps } from 'llavero';
 *     export default defineConfig({ steps: [...defaultSteps, mine], mergeParticipants: [notes] });
 *
 * Whoever can write that file can do what the broker can: it lies beside the database and the secret. It is judged whole before
 * anything is served; must never be half of it, or something else than what is written there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigurationError } from './errors.ts';
import type { PipelineStep } from './sign-in/pipeline.ts';
import { defaultSteps } from './sign-in/steps.ts';
import { type DisconnectStep, defaultDisconnectSteps } from './users/disconnect.ts';
import type { MergeParticipant } from './users/merge-participants.ts';

/** As it is written in the file; what is left out stays as it is. */
export interface ExtensionConfig {
  /** The whole pipeline, in its order: take `defaultSteps` into it. */
  readonly steps?: readonly PipelineStep[];
  /** Apps whose tables lie in the broker's database, and are merged with it. */
  readonly mergeParticipants?: readonly MergeParticipant[];
  /** What disconnecting an identity takes, in its order: take `defaultDisconnectSteps` into it. */
  readonly disconnectSteps?: readonly DisconnectStep[];
}

export interface Extensions {
  readonly steps: readonly PipelineStep[];
  readonly mergeParticipants: readonly MergeParticipant[];
  readonly disconnectSteps: readonly DisconnectStep[];
}

export const noExtensions: Extensions = {
  steps: defaultSteps,
  mergeParticipants: [],
  disconnectSteps: defaultDisconnectSteps,
};

/** Gives the editor and the compiler the types; changes nothing. */
export function defineConfig(config: ExtensionConfig): ExtensionConfig {
  return config;
}

const FILES = ['llavero.config.ts', 'llavero.config.js'];

/** What the folder adds; nothing where it has no such file. @throws ConfigurationError */
export async function loadExtensions(folder: string): Promise<Extensions> {
  const [file, ...more] = FILES.filter((name) => existsSync(join(folder, name)));
  if (file === undefined) return noExtensions;
  if (more.length > 0) throw new ConfigurationError([`there is ${FILES.join(' and ')}: which one counts?`]);
  const module: { readonly default?: unknown } = await importFile(join(folder, file), file);
  const faults: string[] = [];
  const extensions = readExtensions(module.default, (fault) => faults.push(`${file}: ${fault}`));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return extensions;
}

async function importFile(path: string, file: string) {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw new ConfigurationError([`${file} cannot be loaded: ${error instanceof Error ? error.message : error}`]);
  }
}

type Report = (fault: string) => void;

function readExtensions(value: unknown, report: Report): Extensions {
  if (!isObject(value)) {
    report('its default export must be what defineConfig answers');
    return noExtensions;
  }
  const known = Object.keys(noExtensions);
  for (const key of Object.keys(value).filter((key) => !known.includes(key))) {
    report(`${key} is unknown; there are ${known.join(', ')}`);
  }
  const { steps, mergeParticipants, disconnectSteps } = { ...noExtensions, ...value };
  return {
    steps: readList<PipelineStep>(steps, 'steps', { decide: 'needed', receive: 'optional' }, report),
    mergeParticipants: readList<MergeParticipant>(
      mergeParticipants,
      'mergeParticipants',
      { merge: 'needed', undo: 'needed' },
      report,
    ),
    disconnectSteps: readList<DisconnectStep>(
      disconnectSteps,
      'disconnectSteps',
      { objects: 'optional', writes: 'optional', afterwards: 'optional' },
      report,
    ),
  };
}

/** Each has a name, no two the same, and these functions. */
function readList<Item>(
  value: unknown,
  list: string,
  functions: { readonly [name: string]: 'needed' | 'optional' },
  report: Report,
): readonly Item[] {
  if (!Array.isArray(value)) {
    report(`${list} must be a list`);
    return [];
  }
  const names = new Set<unknown>();
  for (const [index, item] of value.entries()) {
    const place = `${list}[${index}]`;
    if (!isObject(item)) {
      report(`${place} must be an object`);
      continue;
    }
    const { name } = item;
    if (typeof name !== 'string' || name === '') report(`${place}.name must be a text`);
    else if (names.has(name)) report(`${place}.name ${name} is taken by an entry above`);
    names.add(name);
    for (const [member, rule] of Object.entries(functions)) {
      const isMissing = item[member] === undefined;
      if (typeof item[member] !== 'function' && !(isMissing && rule === 'optional')) {
        report(`${place}.${member} must be a function`);
      }
    }
    for (const key of Object.keys(item).filter((key) => key !== 'name' && functions[key] === undefined)) {
      report(`${place}.${key} is unknown`);
    }
  }
  return value;
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null;
}
