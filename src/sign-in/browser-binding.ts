/**
 * The cookie that ties a sign-in to the browser that began it: one secret per sign-in, so that several tabs work.
 *
 * Only the newest few are kept, or a browser that begins many sign-ins would send ever longer requests (C-07).
 */
import type { Cookies } from '../web/cookies.ts';
import { SIGN_IN_LIFE } from './beginning.ts';

const KEPT = 5;
const PREFIX = 'sign-in-';

export interface BrowserBinding {
  secretOf(cookieHeader: ReadonlyMap<string, string>, signInId: string): string | null;
  /** `Set-Cookie` fields: the new one, and the removal of the oldest. */
  bind(cookieHeader: ReadonlyMap<string, string>, signInId: string, secret: string): string[];
}

export function createBrowserBinding(cookies: Cookies): BrowserBinding {
  const prefix = cookies.name(PREFIX);
  return {
    secretOf: (sent, signInId) => sent.get(`${prefix}${signInId}`) ?? null,
    bind(sent, signInId, secret) {
      // Browsers send older cookies first (RFC 6265 §5.4).
      const held = [...sent.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      const surplus = held.slice(0, Math.max(0, held.length - (KEPT - 1)));
      return [
        cookies.set(`${PREFIX}${signInId}`, secret, SIGN_IN_LIFE / 1000),
        ...surplus.map((id) => cookies.clear(`${PREFIX}${id}`)),
      ];
    },
  };
}
