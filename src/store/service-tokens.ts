/**
 * Long-lived tokens of programs: of a client, or of a user at a client. Only their keyed hashes are stored (H-08).
 *
 * Whose token it is decides at each use: of a user who is disabled, merged or deleted none is worth anything, from that moment.
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

export interface ServiceToken {
  readonly id: string;
  /** Null for a token of the client itself. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** What it is for, as the operator said. */
  readonly name: string;
  readonly createdAt: Milliseconds;
  readonly createdBy: string;
  readonly reason: string;
  readonly expiresAt: Milliseconds;
  /** To the minute; null while nobody has used it. */
  readonly lastUsedAt: Milliseconds | null;
  readonly revokedAt: Milliseconds | null;
}

export interface ServiceTokens {
  /** False when its user may not have any now: disabled, merged, deleted. */
  insert(token: ServiceToken, text: string, also: readonly Step[]): Promise<boolean>;
  /** The token of this text that is worth something now; notes that it was used. */
  use(text: string, now: Milliseconds): Promise<ServiceToken | null>;
  /** The same by its id: notes nothing. */
  findLive(id: string, now: Milliseconds): Promise<ServiceToken | null>;
  find(id: string): Promise<ServiceToken | null>;
  /** The newest first; at most a thousand. `live`: neither expired nor revoked. */
  list(which: 'live' | 'all', now: Milliseconds): Promise<ServiceToken[]>;
  ofUser(userId: string): Promise<ServiceToken[]>;
  /** False when it is not live: what has ended does not come back. */
  changeExpiry(id: string, expiresAt: Milliseconds, now: Milliseconds, also: readonly Step[]): Promise<boolean>;
  /** False when it is not live: of many who revoke, one did. */
  revoke(id: string, now: Milliseconds, also: readonly Step[]): Promise<boolean>;
  /** Ends all that this user has at this client. */
  revokeOf(userId: string, clientId: string, now: Milliseconds): Promise<number>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

/** `last_used_at` is written at most this often, so that a use costs one read. */
const TOUCH_EVERY: Milliseconds = 60_000;
/** How long one that has expired is still shown. */
const KEPT: Milliseconds = 30 * 24 * 60 * 60_000;

export function createServiceTokens(database: Database, vault: Vault): ServiceTokens {
  const hashOf = (text: string) => vault.tokenHash('service token', text);
  const change = async (first: Step, also: readonly Step[]) => (await database.atomically([first, ...also])).committed;

  return {
    async insert(token, text, also) {
      const { id, userId, clientId, scopes, name, createdAt, createdBy, reason, expiresAt, lastUsedAt, revokedAt } =
        token;
      const insertion: Step = {
        statement: sql`
          insert into service_tokens (id, token_hash, user_id, client_id, scopes, name, created_at, created_by, reason,
                                      expires_at, last_used_at, revoked_at)
          values (${id}, ${hashOf(text)}, ${userId}, ${clientId}, ${scopes.join(' ')}, ${name}, ${createdAt}, ${createdBy},
                  ${reason}, ${expiresAt}, ${lastUsedAt}, ${revokedAt})`,
        changes: 1,
      };
      // Locks the user: a merge at the same moment either finds this token, or has retired the user before.
      if (userId === null) return change(insertion, also);
      return change(requireUser(userId), [insertion, ...also]);
    },

    async use(text, now) {
      const hash = hashOf(text);
      const row = await database.get(sql`
        select service_tokens.* from service_tokens left join users on users.id = service_tokens.user_id
        where token_hash = ${hash} and expires_at > ${now} and revoked_at is null
          and (user_id is null or users.state in ('active', 'temporary'))`);
      if (row === null) return null;
      const token = readToken(row);
      if (token.lastUsedAt === null || now - token.lastUsedAt >= TOUCH_EVERY) {
        await database.run(sql`update service_tokens set last_used_at = ${now} where id = ${token.id}`);
      }
      return token;
    },

    async findLive(id, now) {
      const row = await database.get(sql`
        select service_tokens.* from service_tokens left join users on users.id = service_tokens.user_id
        where service_tokens.id = ${id} and expires_at > ${now} and revoked_at is null
          and (user_id is null or users.state in ('active', 'temporary'))`);
      return row && readToken(row);
    },

    async find(id) {
      const row = await database.get(sql`select * from service_tokens where id = ${id}`);
      return row && readToken(row);
    },

    async list(which, now) {
      const endsAfter = which === 'all' ? 0 : now;
      const rows = await database.all(sql`
        select * from service_tokens
        where expires_at > ${endsAfter} and (revoked_at is null or ${which} = 'all')
        order by created_at desc, id limit 1000`);
      return rows.map(readToken);
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select * from service_tokens where user_id = ${userId} order by created_at, id`);
      return rows.map(readToken);
    },

    changeExpiry: (id, expiresAt, now, also) =>
      change(
        {
          statement: sql`
            update service_tokens set expires_at = ${expiresAt}
            where id = ${id} and expires_at > ${now} and revoked_at is null`,
          changes: 1,
        },
        also,
      ),

    revoke: (id, now, also) =>
      change(
        {
          statement: sql`
            update service_tokens set revoked_at = ${now}
            where id = ${id} and expires_at > ${now} and revoked_at is null`,
          changes: 1,
        },
        also,
      ),

    revokeOf: (userId, clientId, now) =>
      database.run(sql`
        update service_tokens set revoked_at = ${now}
        where user_id = ${userId} and client_id = ${clientId} and revoked_at is null`),

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from service_tokens
        where id in (select id from service_tokens where expires_at < ${before - KEPT} limit ${atMost})`),
  };
}

/** For the end of an account. An undo does not bring them back: whoever needs one gets a new one. */
export function endServiceTokensOf(userId: string): Step {
  return { statement: sql`delete from service_tokens where user_id = ${userId}`, changes: 'any' };
}

function requireUser(userId: string): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at where id = ${userId} and state in ('active', 'temporary')`,
    changes: 1,
  };
}

function readToken(row: Row): ServiceToken {
  return {
    id: textOf(row, 'id'),
    userId: textOrNull(row, 'user_id'),
    clientId: textOf(row, 'client_id'),
    scopes: textOf(row, 'scopes').split(' ').filter(Boolean),
    name: textOf(row, 'name'),
    createdAt: numberOf(row, 'created_at'),
    createdBy: textOf(row, 'created_by'),
    reason: textOf(row, 'reason'),
    expiresAt: numberOf(row, 'expires_at'),
    lastUsedAt: numberOrNull(row, 'last_used_at'),
    revokedAt: numberOrNull(row, 'revoked_at'),
  };
}
