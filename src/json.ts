/**
 * JSON that an upstream sent, read once and strictly, and the readers that mappings use on it.
 *
 * RFC 8259 leaves open what duplicate names, huge numbers and deep nesting mean; an identity must not depend on it
 * (K-07, K-09). No error of this file may quote the text: it holds tokens and personal data.
 */

import { SignInError } from './errors.ts';
import type { Json, JsonObject } from './model.ts';

/** Far beyond any provider's answer, and far below what makes a recursive walk overflow. */
const maxDepth = 20;
/** Members of objects, and elements of arrays, of the whole text. */
const maxMembers = 10_000;

/**
 * Reads an object. Integers beyond 2^53 come as strings of their digits: as numbers, two subjects would become one.
 *
 * @throws SignInError provider_answer_invalid when the text is not JSON or not an object, has a name twice in an object,
 * is deeper than 20 levels, has more than 10,000 members, or holds a number or a text that cannot be kept as it is.
 */
export function parseUpstreamJson(text: string): JsonObject {
  const value = parseStrictly(text);
  if (!isObject(value)) throw invalid('is not an object');
  return value;
}

/** Reads a list, as strictly. @throws SignInError provider_answer_invalid */
export function parseUpstreamList(text: string): readonly Json[] {
  const value = parseStrictly(text);
  if (!isList(value)) throw invalid('is not a list');
  return value;
}

function parseStrictly(text: string): Json {
  const members = countMembers(text);
  const value = decode(text);
  const found = survey(value);
  // JSON.parse keeps the last of two members with one name (`"sub":"a","sub":"b"`), so that one is missing now.
  if (found.members !== members) throw invalid('has a name twice in one object');
  return found.hasUnsafeNumbers ? decode(text, keepDigits) : value;
}

const invalid = (fault: string) => new SignInError('provider_answer_invalid', `the JSON ${fault}`);

type Reviver = (name: string, value: Json, context: { readonly source?: string }) => Json;

function decode(text: string, reviver?: Reviver): Json {
  // RFC 8259 §8.1: a byte order mark may be ignored.
  const start = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  try {
    return JSON.parse(start === 0 ? text : text.slice(start), reviver as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    if (error instanceof SignInError) throw error;
    // Without the cause: the message of a SyntaxError quotes the text.
    throw invalid('is malformed');
  }
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const backslash = 0x5c;

/**
 * How many members the objects of the text have, duplicates included: one colon each. Refuses what is too deep or too
 * much before anything is built of it. One pass; right for valid JSON, harmless for anything else, which fails after.
 */
function countMembers(text: string): number {
  let depth = 0;
  let members = 0;
  let commas = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === quote) {
      at = endOfString(text, at);
      if (at === -1) break;
    } else if (character === colon) members++;
    else if (character === comma) commas++;
    // `{` and `[`, `}` and `]` differ by 0x20 only.
    else if ((character | 0x20) === 0x7b && ++depth > maxDepth) throw invalid('is nested too deeply');
    else if ((character | 0x20) === 0x7d) depth--;
  }
  if (members > maxMembers || commas >= maxMembers) throw invalid('has too many members');
  return members;
}

/** The position of the quote that ends the string which begins at `start`; -1 if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === backslash) backslashes++;
  return backslashes % 2 === 1;
}

interface Survey {
  members: number;
  hasUnsafeNumbers: boolean;
}

function survey(value: Json, found: Survey = { members: 0, hasUnsafeNumbers: false }): Survey {
  if (typeof value === 'string') requireWellFormed(value);
  else if (typeof value === 'number') found.hasUnsafeNumbers ||= isUnsafe(value);
  else if (isList(value)) for (const element of value) survey(element, found);
  else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      found.members++;
      requireWellFormed(name);
      survey(value[name] as Json, found);
    }
  }
  return found;
}

/** Half a surrogate pair becomes U+FFFD when stored: two different subjects would be one. */
function requireWellFormed(text: string): void {
  if (!text.isWellFormed()) throw invalid('holds half a character');
}

const isUnsafe = (value: number) => Math.abs(value) > Number.MAX_SAFE_INTEGER;

function keepDigits(_name: string, value: Json, { source }: { readonly source?: string }): Json {
  if (typeof value !== 'number' || !isUnsafe(value)) return value;
  if (source === undefined || !/^-?\d+$/.test(source)) throw invalid('holds a number out of range');
  return source;
}

// ------------------------------------------------------------------------------------------------ readers for mappings

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object's own member; undefined where it was not sent, also for `constructor` and `__proto__`. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * A text or a number as trimmed text; null for everything that means "not sent": missing, null, empty, the word "null"
 * (Llave MX sends it in `correo`), and values that are no scalars. A NUL makes a text unusable: no database keeps it.
 */
export function textOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value.includes('\0')) return null;
  const text = value.trim();
  return text === '' || text.toLowerCase() === 'null' ? null : text;
}

/** True only for the boolean: `"true"` and 1 are not what an upstream says when it vouches for something. */
export function flagOf(value: Json | undefined): boolean {
  return value === true;
}

/** A finite number, or a text that is nothing but a decimal number (`"expiresIn": "900"`); null for everything else. */
export function numberOf(value: Json | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim())) return null;
  return Number(value);
}

/** The elements of a list; a single value that is no list, as some products send it, is a list of one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}
