/**
 * What a login of LTI 1.3 leaves with the browser that began it: a cookie of its own for each login, so that two tools that start
 * at once on one page of the LMS do not end each other's (lti.md §3.3, case 34).
 *
 * Only a few are kept, or whoever makes a browser begin many would have it send ever longer requests (C-07).
 */
import type { Cookies } from '../web/cookies.ts';
import { LOGIN_LIFE } from './login-1-3.ts';

const PREFIX = 'lti-';
const KEPT = 10;

export interface BrowserSecrets {
  secretOf(sent: ReadonlyMap<string, string>, state: string): string | null;
  /** `Set-Cookie` fields: the new one, and the removal of the oldest that are too many. */
  leave(sent: ReadonlyMap<string, string>, state: string, secret: string): readonly string[];
  forget(state: string): string;
}

export function createBrowserSecrets(cookies: Cookies): BrowserSecrets {
  const prefix = cookies.name(PREFIX);
  return {
    secretOf: (sent, state) => sent.get(`${prefix}${state}`) ?? null,
    leave(sent, state, secret) {
      // Browsers send older cookies first (RFC 6265 §5.4).
      const held = [...sent.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      const surplus = held.slice(0, Math.max(0, held.length - (KEPT - 1)));
      return [
        cookies.setForFrames(`${PREFIX}${state}`, secret, LOGIN_LIFE / 1000),
        ...surplus.map((other) => cookies.clearForFrames(`${PREFIX}${other}`)),
      ];
    },
    forget: (state) => cookies.clearForFrames(`${PREFIX}${state}`),
  };
}
