/**
 * Keeps from the library a session of its own that belongs to somebody else than the person who has just signed in.
 *
 * Two tabs that sign in as two people leave such a pair. The library would answer with a page of its own, which signs the
 * browser out by script. Its session is worth nothing without ours (DESIGN §5), so it is taken out of the request: the
 * library makes a new one, and then compares it with ours as ever. Must never: touch our own session.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { readCookies } from '../web/cookies.ts';
import { routes } from './provider.ts';

const RESUMED = `${routes.authorization}/`;

export function mountStaleSession(provider: Provider): void {
  const name = provider.cookieName('session');
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    const cookieHeader = ctx.get('Cookie');
    if (ctx.path.startsWith(RESUMED) && (await isStale(ctx.path.slice(RESUMED.length), cookieHeader))) {
      ctx.req.headers.cookie = without(cookieHeader, name);
    }
    await next();
  });

  async function isStale(uid: string, cookieHeader: string): Promise<boolean> {
    const id = readCookies(cookieHeader).get(name);
    // Signing in took the cookie away: only the rare browser that has it again costs a look at the store.
    if (id === undefined) return false;
    const signedIn = (await provider.Interaction.find(uid))?.result?.login?.accountId;
    const remembered = (await provider.Session.find(id))?.accountId;
    return signedIn !== undefined && remembered !== undefined && signedIn !== remembered;
  }
}

function without(cookieHeader: string, name: string): string {
  const pairs = cookieHeader.split(';');
  return pairs.filter((pair) => pair.split('=', 1)[0]?.trim() !== name).join(';');
}
