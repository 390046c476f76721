/**
 * Which clients got tokens in a session, and with the end of the session the notices to them (OpenID Connect
 * Back-Channel Logout 1.0 §2.5; V-17).
 *
 * A notice is sealed when the client gets its tokens, with the subject that it was told, and only moved when the session
 * ends. So whatever ends sessions, anywhere, needs a step or two in its transaction and has nothing to read before.
 * Must never note a client for a session that is ending: both take the session's row first.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import type { LogoutNotice } from './client-event.ts';
import { type Step, sql } from './database.ts';
import { LOGOUT_LIFE, sealEvent } from './outgoing-events.ts';

export interface SessionClient {
  readonly sessionHash: string;
  readonly clientId: string;
  /** `untold`: what the client has ends with the session, and its server is not to be told of that. */
  readonly notice: LogoutNotice | { readonly kind: 'untold'; readonly sid: string };
}

/** A client of a session, by the `sid` that its tokens had. One that outlived a new sign-in may know two. */
export interface NotedClient {
  readonly clientId: string;
  readonly sid: string;
}

/** Stands where nothing is to be sent. */
const UNTOLD = '';

const NOTICE = 'logout-';
/** Its `jti`, made of the session's `sid`: however often the end is written down, the client is told of one. */
export const noticeId = (sid: string) => NOTICE + sid;
export const sidOfNotice = (id: string) => id.slice(NOTICE.length);

/** Notes that a client got tokens. Not committed when the session is gone. Noting it again changes nothing. */
export function noteClient({ sessionHash, clientId, notice }: SessionClient, sealer: Sealer): readonly Step[] {
  const id = noticeId(notice.sid);
  const sealed = notice.kind === 'untold' ? UNTOLD : sealEvent(id, notice, sealer);
  const insert = sql`
    insert into session_clients (notice_id, session_hash, client_id, notice)
    values (${id}, ${sessionHash}, ${clientId}, ${sealed})
    on conflict (notice_id) do nothing`;
  return [takeSession(sessionHash), { statement: insert, changes: 'any' }];
}

/**
 * Ends one session. Not committed when it is gone: of two that end it, one does. Neither when it has another number of
 * clients than was read before, so that none that came meanwhile is missing from the page that tells the others.
 */
export function endSession(sessionHash: string, clients: number | 'any', now: Milliseconds): readonly Step[] {
  const count = sql`update session_clients set client_id = client_id where session_hash = ${sessionHash}`;
  const tell = sql`
    insert into outgoing_events (id, client_id, user_id, kind, payload, created_at, not_after, attempts, next_attempt_at)
    select notice_id, client_id, sessions.user_id, 'logged-out', notice, ${now}, ${now + LOGOUT_LIFE}, 0, ${now}
    from session_clients join sessions on sessions.id_hash = session_hash
    where session_hash = ${sessionHash} and notice <> ${UNTOLD}
    on conflict (id) do nothing`;
  return [
    takeSession(sessionHash),
    { statement: count, changes: clients },
    { statement: tell, changes: 'any' },
    deleteSession(sessionHash),
  ];
}

/** Ends every session of a user but one, or every one of them. For the transaction of what makes it necessary (H-06). */
export function endSessionsOf(userId: string, except: string | null, now: Milliseconds): readonly Step[] {
  return endWhere(userId, '', except ?? '', now);
}

/** Ends those that began with an identity. The one that is kept forgets it, and its provider's token. */
export function endSessionsOfIdentity(
  identity: { readonly id: string; readonly userId: string },
  except: string,
  now: Milliseconds,
): readonly Step[] {
  const forget = sql`
    update sessions set identity_id = null, upstream = null, upstream_expires_at = null
    where user_id = ${identity.userId} and identity_id = ${identity.id}`;
  return [...endWhere(identity.userId, identity.id, except, now), { statement: forget, changes: 'any' }];
}

/** An empty `identityId` stands for any, an empty `kept` for none. */
function endWhere(userId: string, identityId: string, kept: string, now: Milliseconds): readonly Step[] {
  const take = sql`
    update sessions set last_seen_at = last_seen_at
    where user_id = ${userId} and id_hash <> ${kept} and (${identityId} = '' or identity_id = ${identityId})`;
  const tell = sql`
    insert into outgoing_events (id, client_id, user_id, kind, payload, created_at, not_after, attempts, next_attempt_at)
    select notice_id, client_id, sessions.user_id, 'logged-out', notice, ${now}, ${now + LOGOUT_LIFE}, 0, ${now}
    from session_clients join sessions on sessions.id_hash = session_hash
    where sessions.user_id = ${userId} and session_hash <> ${kept} and notice <> ${UNTOLD}
      and (${identityId} = '' or identity_id = ${identityId})
    on conflict (id) do nothing`;
  const end = sql`
    delete from sessions
    where user_id = ${userId} and id_hash <> ${kept} and (${identityId} = '' or identity_id = ${identityId})`;
  return [take, tell, end].map((statement) => ({ statement, changes: 'any' }));
}

/**
 * Ends a session in favour of another one of the same person in the same browser. Nobody signed out, so nobody is told
 * yet: the clients of the one are those of the other, and learn of its end. Not committed when one of them is gone.
 */
export function succeedSession(sessionHash: string, successor: string): readonly Step[] {
  const move = sql`
    update session_clients set session_hash = ${successor} where session_hash = ${sessionHash}`;
  return [
    takeSession(sessionHash),
    takeSession(successor),
    { statement: move, changes: 'any' },
    deleteSession(sessionHash),
  ];
}

/** Makes whoever else would note a client of it, or end it, wait until this transaction has ended. */
function takeSession(sessionHash: string): Step {
  return {
    statement: sql`update sessions set last_seen_at = last_seen_at where id_hash = ${sessionHash}`,
    changes: 1,
  };
}

function deleteSession(sessionHash: string): Step {
  return { statement: sql`delete from sessions where id_hash = ${sessionHash}`, changes: 1 };
}
