/**
 * What a schema found wrong, in words for an operator: they follow the path of the value and never hold the value.
 */
import type { z } from 'zod';
import type { Path } from './faults.ts';

export interface IssueFault {
  readonly path: Path;
  readonly what: 'key' | 'value';
  readonly words: string;
}

/** One fault per issue, except that each unknown key is a fault of its own. `root` is the value that was judged. */
export function faultsOfIssue(issue: z.core.$ZodIssue, root: unknown): IssueFault[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], what: 'key', words: 'is unknown: a misspelling?' }));
    case 'invalid_type':
      return [{ path, what: 'value', words: typeWords(issue.expected, valueAt(root, path)) }];
    case 'invalid_value':
      return [{ path, what: 'value', words: allowedWords(issue.values, valueAt(root, path)) }];
    default:
      return [{ path, what: 'value', words: issue.message }];
  }
}

const typeNames: { readonly [type: string]: string } = {
  string: 'text',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function typeWords(expected: string, value: unknown): string {
  if (value === undefined) return 'is missing';
  const hint =
    expected === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? ': put it in quotes' : '';
  return `must be ${typeNames[expected] ?? expected}${hint}`;
}

function allowedWords(allowed: readonly unknown[], value: unknown): string {
  return value === undefined ? 'is missing' : `must be ${allowed.length === 1 ? '' : 'one of '}${allowed.join(', ')}`;
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
      ? (value as { readonly [key: string | number]: unknown })[part]
      : undefined;
  }, root);
}
