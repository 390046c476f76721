/**
 * Lets the library know, at the beginning of a request, who is signed in here: our session is the truth (ADR 0002).
 *
 * Signing in anywhere takes its cookie away, so it would say `login_required` to a client that asks silently, though somebody is signed in
 * (OpenID Connect Core §3.1.2.6). Must never: put a person into a session of the library that was another's, with what was granted in it.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { BrowserSessions } from '../sign-in/session.ts';
import { isOf, loginOf } from './assurance.ts';

export function adoptOurSession({ Session }: Provider, sessions: BrowserSessions): void {
  const get = Session.get.bind(Session);
  Session.get = async (ctx) => {
    const remembered = await get(ctx);
    // Not where a request is resumed: what was answered there is of whoever answered, and is compared with ours.
    if ((ctx as Partial<KoaContextWithOIDC>).oidc?.route !== 'authorization') return remembered;
    const ours = await sessions.find(ctx.get('Cookie') || null);
    if (ours === null || isOf(ours, remembered)) return remembered;
    if (remembered.accountId !== undefined && remembered.accountId !== ours.userId) return remembered;
    const { accountId, ts: loginTs, acr, amr } = loginOf(ours);
    remembered.loginAccount({ accountId, loginTs, acr, amr });
    // The library stores and sets its cookie for a session that was touched.
    (remembered as { touched?: boolean }).touched = true;
    return remembered;
  };
}
