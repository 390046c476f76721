/**
 * The cookie that ties a sign-in to the browser that began it: one secret per sign-in, so that several tabs work.
 *
 * Only a few are kept, or a browser that begins many sign-ins would send ever longer requests (C-07): those that are over go
 * first, so that a question which was left open is still there after others that ended; then the oldest.
 */
import type { SignIns } from '../store/sign-ins.ts';
import type { Cookies } from '../web/cookies.ts';
import { SIGN_IN_LIFE } from './beginning.ts';

const KEPT = 5;
/** Of more cookies than our own pages ever set the oldest go unseen: whoever makes some up must not make us look for each. */
const LOOKED_AT = 2 * KEPT;
const PREFIX = 'sign-in-';

export interface BrowserBinding {
  secretOf(cookieHeader: ReadonlyMap<string, string>, signInId: string): string | null;
  /** `Set-Cookie` fields: the new one, and the removal of those that are too many. */
  bind(cookieHeader: ReadonlyMap<string, string>, signInId: string, secret: string): Promise<string[]>;
}

export function createBrowserBinding(cookies: Cookies, signIns: Pick<SignIns, 'find'>): BrowserBinding {
  const prefix = cookies.name(PREFIX);
  return {
    secretOf: (sent, signInId) => sent.get(`${prefix}${signInId}`) ?? null,
    async bind(sent, signInId, secret) {
      // Browsers send older cookies first (RFC 6265 §5.4).
      const held = [...sent.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
      const surplus = await surplusOf(held);
      return [
        cookies.set(`${PREFIX}${signInId}`, secret, SIGN_IN_LIFE / 1000),
        ...surplus.map((id) => cookies.clear(`${PREFIX}${id}`)),
      ];
    },
  };

  async function surplusOf(held: readonly string[]): Promise<readonly string[]> {
    const tooMany = held.length - (KEPT - 1);
    if (tooMany <= 0) return [];
    const unseen = held.slice(0, -LOOKED_AT);
    const seen = held.slice(-LOOKED_AT);
    const over = await Promise.all(seen.map(isOver));
    const [ended, open] = [seen.filter((_, index) => over[index]), seen.filter((_, index) => !over[index])];
    return [...unseen, ...ended, ...open].slice(0, tooMany);
  }

  /** One that shows that an account is theirs is used after its end. */
  async function isOver(signInId: string): Promise<boolean> {
    const signIn = await signIns.find(signInId);
    return signIn === null || (signIn.state === 'answered' && signIn.outcome?.kind !== 'proved');
  }
}
