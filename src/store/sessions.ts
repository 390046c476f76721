/**
 * Signed-in browsers. Only hashes of the cookie's value are stored (H-08); the user's state is looked at each time, so
 * that a disabled account is signed out everywhere at its next request (H-06).
 */
import type { Sealer } from '../crypto.ts';
import type { Assurance, Device, Milliseconds, Session, UpstreamSession } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf, textOrNull } from './rows.ts';
import {
  endSession,
  type NotedClient,
  noteClient,
  noticeId,
  type SessionClient,
  sidOfNotice,
  succeedSession,
} from './session-clients.ts';

/** A browser that is not used for this long is signed out (H-04). */
export const SESSION_IDLE: Milliseconds = 2 * 60 * 60_000;
/** However much it is used, it is signed out after this long (H-04). */
export const SESSION_LIFE: Milliseconds = 12 * 60 * 60_000;
/** `last_seen_at` is written at most this often, so that reading a page costs no write. */
const TOUCH_EVERY: Milliseconds = 60_000;

/** Where a session began, for its person to recognise. */
export interface SessionOrigin {
  readonly device: Device;
  /** Stands for the network; null where that was not known. */
  readonly networkHash: string | null;
}

export interface NewSession extends SessionOrigin {
  readonly idHash: string;
  readonly userId: string;
  readonly provider: string;
  /** What it begins with; null when that is no longer one of the account. */
  readonly identityId: string | null;
  readonly assurance: Assurance;
  readonly upstream: UpstreamSession | null;
  /** A life that is shorter than that of every session; null where it is not. */
  readonly longest: Milliseconds | null;
}

/** What is left to do once a session is over: whom to tell. */
export interface EndedSession {
  readonly session: Session;
  readonly clients: readonly NotedClient[];
  /** To be ended at its provider too; null where that cannot be. */
  readonly upstream: UpstreamSession | null;
}

/** A session with what only a list of them shows: that is not opened at each request. */
export interface ListedSession extends Session, SessionOrigin {}

export interface Sessions {
  /** The live session with this hash, of an account that may be signed in; null otherwise. Notes that it was used. */
  use(idHash: string, now: Milliseconds): Promise<Session | null>;
  /** Notes that a client got tokens in it, for the notice of its end. False when it is gone. */
  noteClient(client: SessionClient): Promise<boolean>;
  /** Whether the session that a client knows by this `sid` is still there. */
  isAlive(sid: string): Promise<boolean>;
  /** Which clients were noted in it; reads only. */
  clientsOf(idHash: string): Promise<NotedClient[]>;
  /**
   * Ends it, and writes the notices to its clients. Null when there was no such session: two callers cannot both end it.
   */
  end(idHash: string, now: Milliseconds): Promise<EndedSession | null>;
  /** Ends it because `successor` takes its place in the browser; its clients are told only where that is somebody else's. */
  replace(idHash: string, successor: Session, now: Milliseconds): Promise<Session | null>;
  /** Those of an account that are live, the one used last first. */
  ofUser(userId: string, now: Milliseconds): Promise<ListedSession[]>;
  /** What is needed to end these sessions at their providers; reads only. */
  upstreamsOf(sessions: readonly Session[]): Promise<UpstreamSession[]>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
  /** Forgets tokens of providers that can end nothing there any more. Answers how many. */
  forgetExpiredUpstream(now: Milliseconds, atMost: number): Promise<number>;
}

export function createSessions(database: Database, sealer: Sealer): Sessions {
  const find = (idHash: string) => database.get(sql`select * from sessions where id_hash = ${idHash}`);
  const clientsOf = async (idHash: string) => {
    const rows = await database.all(sql`
      select notice_id, client_id from session_clients where session_hash = ${idHash} order by client_id, notice_id`);
    return rows.map((row) => ({ clientId: textOf(row, 'client_id'), sid: sidOfNotice(textOf(row, 'notice_id')) }));
  };

  return {
    async use(idHash, now) {
      const row = await database.get(sql`
        select sessions.* from sessions join users on users.id = sessions.user_id
        where sessions.id_hash = ${idHash} and users.state in ('active', 'temporary')`);
      if (row === null) return null;
      const session = read(row);
      if (now >= session.expiresAt || now - session.lastSeenAt >= SESSION_IDLE) {
        // Deleted, not only refused: a clock that steps back must not revive it (H-04).
        await database.run(sql`delete from sessions where id_hash = ${idHash}`);
        return null;
      }
      if (now - session.lastSeenAt >= TOUCH_EVERY) {
        await database.run(sql`update sessions set last_seen_at = ${now} where id_hash = ${idHash}`);
      }
      return session;
    },

    async noteClient(client) {
      return (await database.atomically(noteClient(client, sealer))).committed;
    },

    async isAlive(sid) {
      return (
        (await database.get(sql`select 1 as yes from session_clients where notice_id = ${noticeId(sid)}`)) !== null
      );
    },

    clientsOf,

    async end(idHash, now) {
      for (;;) {
        const [row, clients] = await Promise.all([find(idHash), clientsOf(idHash)]);
        if (row === null) return null;
        const { committed } = await database.atomically(endSession(idHash, clients.length, now));
        // Ended by somebody else, or one more client was noted meanwhile: the next look tells which.
        if (!committed) continue;
        const sealed = textOrNull(row, 'upstream');
        const upstream = sealed === null ? null : JSON.parse(sealer.open(place(idHash), sealed));
        return { session: read(row), clients, upstream };
      }
    },

    async replace(idHash, { idHash: successor, userId }, now) {
      const row = await find(idHash);
      if (row === null) return null;
      const isTheirs = textOf(row, 'user_id') === userId;
      const succeeded = isTheirs && (await database.atomically(succeedSession(idHash, successor))).committed;
      // Also where the other one has just ended: this one must not outlive it.
      const ended = succeeded || (await database.atomically(endSession(idHash, 'any', now))).committed;
      return ended ? read(row) : null;
    },

    async ofUser(userId, now) {
      const rows = await database.all(sql`
        select * from sessions
        where user_id = ${userId} and expires_at > ${now} and last_seen_at > ${now - SESSION_IDLE}
        order by last_seen_at desc, id_hash`);
      return rows.map((row) => readListed(row, sealer));
    },

    async upstreamsOf(sessions) {
      const found = await Promise.all(
        sessions.map(async ({ idHash }) => {
          const row = await database.get(sql`
            select upstream from sessions where id_hash = ${idHash} and upstream is not null`);
          return row === null ? [] : [JSON.parse(sealer.open(place(idHash), textOf(row, 'upstream')))];
        }),
      );
      return found.flat();
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from sessions
        where id_hash in (select id_hash from sessions where expires_at < ${before} limit ${atMost})`),

    forgetExpiredUpstream: (now, atMost) =>
      database.run(sql`
        update sessions set upstream = null, upstream_expires_at = null
        where id_hash in (select id_hash from sessions where upstream_expires_at <= ${now} limit ${atMost})`),
  };
}

/** The step that writes a session, for a transaction. Writing the same session again changes nothing. */
export function insertSession(session: NewSession, sealer: Sealer, now: Milliseconds): Step {
  const upstream = session.upstream && sealer.seal(place(session.idHash), JSON.stringify(session.upstream));
  const device = sealer.seal(devicePlace(session.idHash), JSON.stringify(session.device));
  const life = Math.min(SESSION_LIFE, session.longest ?? SESSION_LIFE);
  return {
    statement: sql`
      insert into sessions (id_hash, user_id, provider, identity_id, assurance, device, network_hash,
                            upstream, upstream_expires_at, created_at, last_seen_at, expires_at)
      values (${session.idHash}, ${session.userId}, ${session.provider}, ${session.identityId},
              ${JSON.stringify(session.assurance)}, ${device}, ${session.networkHash},
              ${upstream}, ${session.upstream?.expiresAt ?? null}, ${now}, ${now}, ${now + life})
      on conflict (id_hash) do nothing`,
    changes: 'any',
  };
}

const place = (idHash: string) => ({ table: 'sessions', column: 'upstream', row: idHash });
const devicePlace = (idHash: string) => ({ table: 'sessions', column: 'device', row: idHash });

function readListed(row: Row, sealer: Sealer): ListedSession {
  const session = read(row);
  const sealed = textOrNull(row, 'device');
  return {
    ...session,
    // Null in sessions from before this was stored.
    device:
      sealed === null ? { browser: null, system: null } : JSON.parse(sealer.open(devicePlace(session.idHash), sealed)),
    networkHash: textOrNull(row, 'network_hash'),
  };
}

function read(row: Row): Session {
  return {
    idHash: textOf(row, 'id_hash'),
    userId: textOf(row, 'user_id'),
    provider: textOf(row, 'provider'),
    identityId: textOrNull(row, 'identity_id'),
    assurance: JSON.parse(textOf(row, 'assurance')),
    createdAt: numberOf(row, 'created_at'),
    lastSeenAt: numberOf(row, 'last_seen_at'),
    expiresAt: numberOf(row, 'expires_at'),
  };
}
