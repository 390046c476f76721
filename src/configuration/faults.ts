/**
 * Collects what is wrong with a configuration file, each fault with its line, column and path, and reports all at once.
 */
import { ConfigurationError } from '../errors.ts';

export type Path = readonly (string | number)[];

export interface Position {
  /** Both count from 1. */
  readonly line: number;
  readonly column: number;
}

export interface Faults {
  /** `words` follow the path: "providers[0].slug is missing". They hold no value that could be a secret. */
  add(position: Position, path: Path, words: string): void;
  /** Whether a fault was reported for exactly this path: what comes after it would only confuse. */
  has(path: Path): boolean;
  /** @throws ConfigurationError when there are faults, in the order of the file. */
  finish(): void;
}

/** A file that is broken everywhere is not read better through a thousand lines. */
const MAXIMUM_REPORTED = 100;

export function collectFaults(): Faults {
  const faults: { position: Position; text: string }[] = [];
  const paths = new Set<string>();
  return {
    add(position, path, words) {
      const where = pathText(path);
      paths.add(where);
      faults.push({
        position,
        text: `line ${position.line}, column ${position.column}: ${where === '' ? 'the file' : where} ${words}`,
      });
    },
    has: (path) => paths.has(pathText(path)),
    finish() {
      if (faults.length === 0) return;
      const sorted = faults.toSorted(
        (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
      );
      const texts = sorted.slice(0, MAXIMUM_REPORTED).map(({ text }) => text);
      const more = faults.length - texts.length;
      throw new ConfigurationError(more > 0 ? [...texts, `and ${more} more`] : texts);
    },
  };
}

/** `providers[0].settings.client_id`; a key that is no plain word is quoted. */
export function pathText(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return /^[\w-]+$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
