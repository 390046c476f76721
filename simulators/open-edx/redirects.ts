/**
 * Where a browser may be sent at the end: to this host, or to one of `LOGIN_REDIRECT_WHITELIST`.
 */

import type { Incoming } from './incoming.ts';
import type { World } from './world.ts';

/** Silently another address where the one that was asked for is not allowed. */
export function safeTarget(wanted: string | null, otherwise: string, request: Incoming, world: World): string {
  if (wanted === null || wanted === '') return otherwise;
  if (!URL.canParse(wanted, request.origin)) return otherwise;
  const { host, protocol } = new URL(wanted, request.origin);
  const isHttp = protocol === 'https:' || (protocol === 'http:' && !request.secure);
  const isKnown = host === request.host || world.settings.LOGIN_REDIRECT_WHITELIST.includes(host);
  return isHttp && isKnown ? wanted : otherwise;
}
