/**
 * Ties the code that a client is about to get to the session of ours, so that the client can be told when that ends
 * (OpenID Connect Back-Channel Logout 1.0 §2, Front-Channel Logout 1.0 §2; V-17).
 *
 * Done before the code is stored: a client that has tokens is noted, or it has none. The library's own back-channel
 * log-out stays off. It tells from within one request, once, and knows nothing of sessions that end elsewhere (ADR 0013);
 * so `sid` is ours as well: one for each session and client, and no two clients can compare theirs.
 */
import { type AuthorizationCode, errors, type KoaContextWithOIDC } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Vault } from '../crypto.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import type { Store } from '../store/store.ts';
import { isLaunchClaim } from './claims.ts';
import type { Subjects } from './subjects.ts';

export interface SessionTieDependencies {
  readonly vault: Vault;
  readonly store: Store;
  readonly subjects: Subjects;
  readonly sessions: BrowserSessions;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
}

export type TieToSession = (ctx: KoaContextWithOIDC, code: AuthorizationCode) => Promise<void>;

export function createSessionTie({
  vault,
  store,
  subjects,
  sessions,
  findClient,
}: SessionTieDependencies): TieToSession {
  return async (ctx, code) => {
    const clientId = String(code.clientId);
    const client = await findClient(clientId);
    if (client === null || !livesWithSession(client)) return;
    const session = await sessions.find(ctx.get('Cookie') || null);
    // It ended, or became another person's, since the library looked: nobody is signed in who could be signed out.
    if (session === null || session.userId !== code.accountId) throw new errors.LoginRequired('the session has ended');
    const sid = vault.derive('sid', session.idHash, clientId);
    const known = ctx.oidc.session?.sidFor(clientId);
    // One write for each session and client, however many codes it asks for.
    if (known !== sid) {
      const subject = await subjects.of(clientId, session.userId);
      const isTold = client.backchannel_logout_uri !== null;
      const notice = isTold ? ({ kind: 'logged-out', subject, sid } as const) : ({ kind: 'untold', sid } as const);
      if (!(await store.sessions.noteClient({ sessionHash: session.idHash, clientId, notice }))) {
        throw new errors.LoginRequired('the session has just ended');
      }
      ctx.oidc.session?.sidFor(clientId, sid);
    }
    code.sid = sid;
  };
}

/**
 * Who is told of the end, by a server or in the browser, and who could go on for hours with refresh tokens: those end with the session,
 * also where it is ended from another browser (H-05, H-06). So does who is told what a campus said, which is a session's. A client with none of these costs no write.
 */
function livesWithSession(client: ClientDocument): boolean {
  const { backchannel_logout_uri: server, frontchannel_logout_uri: frame, grant_types: grants, claims } = client;
  return server !== null || frame !== null || grants.includes('refresh_token') || claims.some(isLaunchClaim);
}
