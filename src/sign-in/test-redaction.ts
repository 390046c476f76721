/**
 * What a test may repeat of what browsers and providers sent: on a page, in a terminal, and sealed in a row.
 *
 * Parameters show their value only where the name is on a list (M-02): what is on none is a code, a token, a `state`, or
 * something that nobody thought of. Claims are the person's own data and are what a test is for; of them is hidden what
 * is named like a secret, what looks like a token, and what the attempt itself keeps secret. Everything is one line and
 * short, and nothing of it is a command to a terminal (M-03).
 */
import { cleanName, cleanText } from '../events/mask.ts';
import type { Json, JsonObject } from '../model.ts';

export const HIDDEN = '•••';
const CUT = '…';

/** Parameters of an authorization request that say how it was set up, and protect nothing. */
const harmlessOnTheWay: ReadonlySet<string> = new Set([
  'client_id',
  'redirect_uri',
  'redirect_url',
  'response_type',
  'response_mode',
  'scope',
  'code_challenge_method',
  'ui_locales',
  'hd',
  'oauth_consumer_key',
  'oauth_signature_method',
]);

/** Parameters of a callback that say why there is no code. */
const harmlessOnReturn: ReadonlySet<string> = new Set([
  'error',
  'error_code',
  'error_reason',
  'error_description',
  'oauth_problem',
  'iss',
]);

const MOST_PARAMETERS = 30;
/** Members and entries of claims, all together. */
const MOST_VALUES = 300;
const DEEPEST = 8;

/** Without credentials and fragment. */
export function shownAddress(address: string): string {
  const { origin, pathname, searchParams } = new URL(address);
  const parameters = shown(searchParams, harmlessOnTheWay, cleanName);
  return cleanName(`${origin}${pathname}`) + (parameters.length === 0 ? '' : `?${parameters.join('&')}`);
}

/** Anybody can write a callback, so its values are also masked as the log would mask them. */
export function shownReturn(parameters: URLSearchParams): readonly string[] {
  return shown(parameters, harmlessOnReturn, cleanText);
}

function shown(parameters: URLSearchParams, harmless: ReadonlySet<string>, clean: (text: string) => string): string[] {
  return [...parameters]
    .slice(0, MOST_PARAMETERS)
    .map(([name, value]) => `${cleanName(name.slice(0, 60))}=${harmless.has(name) ? clean(value) : HIDDEN}`);
}

/** Names of members that hold a secret, whatever it is. */
const SECRET_NAME =
  /token|secret|passw|contrase|credential|cookie|api_?key|private_?key|code_?verifier|nonce|^(?:clave|pin|otp|code|jwt|sid)$/i;
/** Three parts as of a JWT (RFC 7519 §3). */
const TOKEN = /^[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/;

/** @param secrets what the attempt keeps to itself: hidden wherever it comes back */
export function shownData(data: JsonObject, secrets: readonly string[]): JsonObject {
  let left = MOST_VALUES;

  function show(value: Json, depth: number): Json {
    if (typeof value === 'string') return showText(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return CUT;
    return Array.isArray(value) ? showList(value, depth) : showObject(value as JsonObject, depth);
  }

  function showList(list: readonly Json[], depth: number): Json {
    const kept: Json[] = [];
    for (const entry of list) {
      if (left-- <= 0) return [...kept, CUT];
      kept.push(show(entry, depth + 1));
    }
    return kept;
  }

  function showObject(object: JsonObject, depth: number): JsonObject {
    const kept: [string, Json][] = [];
    for (const [name, value] of Object.entries(object)) {
      if (left-- <= 0) {
        kept.push([CUT, CUT]);
        break;
      }
      // What is said of a token, such as the claims of an ID token, stands in an object and is looked into.
      const isSecret = SECRET_NAME.test(name) && (typeof value === 'string' || typeof value === 'number');
      kept.push([cleanName(name), isSecret ? HIDDEN : show(value, depth + 1)]);
    }
    return Object.fromEntries(kept);
  }

  function showText(text: string): string {
    if (TOKEN.test(text) || secrets.some((secret) => text.includes(secret))) return HIDDEN;
    // A picture's address is often signed: whoever has the whole of it may see the picture. An issuer is told exactly.
    return /^https?:\/\/.*[?#@]/i.test(text) && URL.canParse(text) ? shownAddress(text) : cleanName(text);
  }

  return showObject(data, 0);
}
