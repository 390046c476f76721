/**
 * Where a launch may lead within an app, and the address at which the app begins a sign-in for it (OpenID Connect Core §4).
 *
 * A target comes from a course author, signed or not: it is compared with what the operator registered for the client, part by part
 * and never as text. Must never: lead to an address that nobody registered, or tell the app anything of the person.
 */
import { parseRedirectUri } from './redirect-uri.ts';

/** The members of a client's document that say so. */
export interface LaunchedClient {
  readonly initiate_login_uri: string | null;
  readonly lti_targets: readonly string[];
  readonly lti_target_parameter: 'target_link_uri' | 'next';
}

/** Null: the target is an address elsewhere, or there is none and the client has no place to begin. */
export function onwardAddress(client: LaunchedClient, target: string | null, publicUrl: URL): string | null {
  const { initiate_login_uri: login, lti_targets: prefixes, lti_target_parameter: parameter } = client;
  const wanted = readTarget(target, publicUrl);
  if (wanted !== null && !prefixes.some((prefix) => covers(new URL(prefix), wanted))) return null;
  if (login === null) return wanted?.href ?? prefixes[0] ?? null;
  const onward = new URL(login);
  if (parameter === 'target_link_uri') onward.searchParams.set('iss', publicUrl.origin);
  if (wanted !== null) onward.searchParams.set(parameter, spelledFor(wanted, onward, parameter));
  return onward.href;
}

/** Whether a launch with this target is let into the client that has these `lti_targets`. */
export function leadsTo(prefixes: readonly string[], address: string): boolean {
  return URL.canParse(address) && prefixes.some((prefix) => covers(new URL(prefix), new URL(address)));
}

/** What is no absolute address in its normal form asks for nothing: `//evil`, `https:evil`, `/\evil` (case 89). So does one of ours. */
function readTarget(target: string | null, publicUrl: URL): URL | null {
  const verdict = target === null ? null : parseRedirectUri(target);
  if (verdict?.accepted !== true) return null;
  const url = new URL(verdict.uri);
  return url.origin === publicUrl.origin ? null : url;
}

function covers(prefix: URL, target: URL): boolean {
  if (prefix.origin === 'null' || prefix.origin !== target.origin || isAmbiguous(target)) return false;
  const within = segmentsOf(prefix);
  const segments = segmentsOf(target);
  return within.every((segment, index) => segments[index] === segment);
}

const segmentsOf = ({ pathname }: URL) => pathname.replace(/\/$/, '').split('/').slice(1);

/** What another server may read as leading out of the prefix: encoded separators and dots, empty segments, `..;`. */
function isAmbiguous({ pathname }: URL): boolean {
  return /%2f|%5c|%2e|%25|%00|\/\/|\/\.{1,2};/i.test(pathname);
}

/** Open edX takes a path for its own site, and looks up any other address in a list of its own. */
function spelledFor(target: URL, login: URL, parameter: LaunchedClient['lti_target_parameter']): string {
  return parameter === 'next' && target.origin === login.origin ? `${target.pathname}${target.search}` : target.href;
}
