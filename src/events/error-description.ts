/**
 * What a log says of an error.
 *
 * An error may carry anything: a SyntaxError quotes the body it failed on, a database driver adds the statement's values
 * as members. So only listed members are read, and no member is written as it is.
 */

import { basename } from 'node:path';
import { SignInError } from '../errors.ts';
import { cleanName, cleanText } from './mask.ts';

export interface ErrorDescription {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  /** Functions and file names with lines, innermost first; no folders: they describe the machine. */
  readonly places?: string;
  readonly cause?: ErrorDescription;
}

const maxPlaces = 6;
/** An error may be its own cause. */
const maxCauses = 3;

/** @param error anything that was thrown. */
export function describeError(error: unknown, showPlaces: boolean, depth = 0): ErrorDescription {
  // What is thrown without being an error is not looked into: nobody knows what it holds.
  if (!(error instanceof Error)) return { name: `thrown ${typeof error}` };
  const places = showPlaces ? placesOf(error) : '';
  const cause = error.cause === undefined || depth === maxCauses ? null : error.cause;
  return {
    name: cleanName(error.name),
    ...codeOf(error),
    message: cleanText(error instanceof SignInError ? error.detail : error.message),
    ...(places === '' ? {} : { places }),
    ...(cause === null ? {} : { cause: describeError(cause, showPlaces, depth + 1) }),
  };
}

function codeOf(error: Error): { readonly code?: string } {
  if (!('code' in error)) return {};
  return typeof error.code === 'string' || typeof error.code === 'number' ? { code: cleanText(`${error.code}`) } : {};
}

/** From the lines of V8's stack. The message stands before them and may imitate them, so it is taken off first. */
function placesOf(error: Error): string {
  const stack = String(error.stack);
  const start = stack.indexOf(error.message);
  const frames = (start === -1 ? stack : stack.slice(start + error.message.length)).split('\n    at ').slice(1);
  return cleanName(frames.slice(0, maxPlaces).map(placeOf).join(' < '));
}

function placeOf(frame: string): string {
  const [, name = '', path = '', line = ''] = /^(?:(?:async )?(.*) )?\(?(.*?):(\d+):\d+\)?$/.exec(frame) ?? [];
  return `${name} ${basename(path)}:${line}`.trim();
}
