/**
 * The rule of Django OAuth Toolkit for redirect addresses, for the old Open edX backends that put `redirect_state` behind
 * theirs (open-edx.md §1): scheme, host, port and path are those registered, and the registered query is part of the one
 * received.
 *
 * RFC 9700 §2.1 wants addresses compared exactly, so this is for single clients that can keep a secret: what comes back to the
 * client's own page is then worth nothing to whoever led somebody there. Where the toolkit is lenient in how an address may be
 * spelt this is not: what two parsers could read differently is refused.
 */
import { parseRedirectUri } from './redirect-uri.ts';

/** What a query may hold beside the registered one: pairs as `urlencode` of Python writes them. So no `;`, which old Pythons part at. */
const ADDED = /^[A-Za-z0-9._~-]+=(?:[A-Za-z0-9._~+-]|%[0-9A-Fa-f]{2})*$/;
/** Ours to say at the end of a sign-in (RFC 6749 §4.1.2, RFC 9207): nobody else may have said it before. */
const ANSWERS = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response', 'session_state'];

/** Whether an address that a request names is a registered one, perhaps with more in its query. */
export function extendsRedirectUri(registered: string, received: string): boolean {
  const [place, known] = parts(registered);
  const [receivedPlace, all] = parts(received);
  // Character by character: case, dot segments, `%2F`, user names and default ports are all another text.
  if (place !== receivedPlace || !parseRedirectUri(received).accepted) return false;
  const added = without(all, known);
  if (added === null || !added.every((pair) => ADDED.test(pair))) return false;
  const names = namesOf(added);
  // A name that is registered would be overridden, and one that comes twice is read by its first or its last value.
  const taken = new Set([...ANSWERS, ...namesOf(known)]);
  return names.every((name) => !taken.has(name)) && new Set(names).size === names.length;
}

function parts(address: string): [place: string, pairs: string[]] {
  const at = address.indexOf('?');
  return at < 0 ? [address, []] : [address.slice(0, at), address.slice(at + 1).split('&')];
}

/** The pairs that are left when each of the known ones is taken out; null where one of those is missing. */
function without(pairs: readonly string[], known: readonly string[]): string[] | null {
  const left = [...pairs];
  for (const pair of known) {
    const at = left.indexOf(pair);
    if (at < 0) return null;
    left.splice(at, 1);
  }
  return left;
}

const namesOf = (pairs: readonly string[]) => [...new URLSearchParams(pairs.join('&')).keys()];
