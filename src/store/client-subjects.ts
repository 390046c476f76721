/**
 * The `sub` by which each client knows each user (OpenID Connect Core §8): written when the client is first told of the user, and
 * never changed for it afterwards, whatever is merged (DESIGN §6.5).
 *
 * A `sub` is the user's id, or what the client was first told, until a merge hands it on. One that a client was ever told is a row
 * for ever, unique for that client, so that it cannot come to mean somebody else (V-08). So is the username of those clients that
 * know people by one (ADR 0018). Must never: delete a row, or change its subject or its username.
 */
import type { Milliseconds } from '../model.ts';
import { ConstraintViolation, type Database, type Row, sql } from './database.ts';
import { numberOf, textOf, textOrNull } from './rows.ts';
import { usernameKey } from './usernames.ts';

export interface ClientSubject {
  readonly clientId: string;
  readonly subject: string;
  /** By which the client knows the user beside; null where it was never told one to keep. */
  readonly username: string | null;
  readonly firstSeenAt: Milliseconds;
  readonly lastSeenAt: Milliseconds;
}

export interface ClientSubjects {
  /** What the client knows the user by; null where it was never told of them. Writes nothing. */
  find(clientId: string, userId: string): Promise<string | null>;
  /**
   * The other way round: the active user whom the client means by a `sub` that it was ever told, also one of an account that became
   * part of another. Null for nobody, and for an account that is closed.
   */
  findUser(clientId: string, subject: string): Promise<string | null>;
  /** By which the client knows whom a provider calls so; null for whoever it was never told of, and for an account that is closed. */
  ofIdentity(clientId: string, provider: string, subject: string): Promise<string | null>;
  /** All that were told of the user. */
  ofUser(userId: string): Promise<ClientSubject[]>;
  /**
   * The same for a client that is told of the user now; by `first` where it never was, the user's id or one of the client's own.
   * Null when nobody may be told of them any more: disabled, merged.
   */
  tell(clientId: string, userId: string, now: Milliseconds, first?: string): Promise<string | null>;
  /**
   * The username by which a client knows a user that it was told of: the first it got, or now this one. `taken` when that is another
   * user's at this client, in whatever case; null when the client was never told of the user.
   */
  tellUsername(clientId: string, userId: string, username: string): Promise<KnownUsername | null>;
}

export type KnownUsername = { readonly kind: 'known'; readonly username: string } | { readonly kind: 'taken' };

/** `last_seen_at` is written at most this often, so that a sign-in costs one read. */
const TOUCH_EVERY: Milliseconds = 24 * 60 * 60_000;

export function createClientSubjects(database: Database): ClientSubjects {
  const find = async (clientId: string, userId: string) => {
    const row = await database.get(sql`
      select * from client_subjects where client_id = ${clientId} and user_id = ${userId}`);
    return row && readSubject(row);
  };

  return {
    find: async (clientId, userId) => (await find(clientId, userId))?.subject ?? null,

    async findUser(clientId, subject) {
      const row = await database.get(sql`
        with recursive chain (id) as (
          select user_id from client_subjects where client_id = ${clientId} and subject = ${subject}
          union all
          select users.merged_into from users join chain on users.id = chain.id where users.merged_into is not null
        )
        select users.id from users join chain on users.id = chain.id where users.state = 'active'`);
      return row && textOf(row, 'id');
    },

    async ofIdentity(clientId, provider, subject) {
      const row = await database.get(sql`
        select client_subjects.subject from identities
        join users on users.id = identities.user_id and users.state = 'active'
        join client_subjects on client_subjects.user_id = users.id and client_subjects.client_id = ${clientId}
        where identities.provider = ${provider} and identities.subject = ${subject}`);
      return row && textOf(row, 'subject');
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select * from client_subjects where user_id = ${userId} order by first_seen_at, client_id`);
      return rows.map(readSubject);
    },

    async tell(clientId, userId, now, first = userId) {
      const known = await find(clientId, userId);
      if (known === null) {
        await firstTold(clientId, userId, first, now);
        return (await find(clientId, userId))?.subject ?? null;
      }
      if (now - known.lastSeenAt >= TOUCH_EVERY) {
        await database.run(sql`
          update client_subjects set last_seen_at = ${now} where client_id = ${clientId} and user_id = ${userId}`);
      }
      return known.subject;
    },

    async tellUsername(clientId, userId, username) {
      const known = await find(clientId, userId);
      if (known === null) return null;
      if (known.username !== null) return { kind: 'known', username: known.username };
      await keepUsername(clientId, userId, username);
      const kept = (await find(clientId, userId))?.username ?? null;
      return kept === null ? { kind: 'taken' } : { kind: 'known', username: kept };
    },
  };

  /** Unless there is one already. Of two that are told the same at once, the unique index lets one have it. */
  async function keepUsername(clientId: string, userId: string, username: string): Promise<void> {
    try {
      await database.run(sql`
        update client_subjects set username = ${username}, username_key = ${usernameKey(username)}
        where client_id = ${clientId} and user_id = ${userId} and username is null`);
    } catch (error) {
      if (!(error instanceof ConstraintViolation)) throw error;
    }
  }

  /** Locks the user: a merge that comes at the same moment either finds this row, or has retired the user before. */
  async function firstTold(clientId: string, userId: string, subject: string, now: Milliseconds): Promise<void> {
    await database.atomically([
      {
        statement: sql`
          update users set updated_at = updated_at where id = ${userId} and state in ('active', 'temporary')`,
        changes: 1,
      },
      {
        statement: sql`
          insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
          values (${clientId}, ${userId}, ${subject}, ${now}, ${now})
          on conflict (client_id, user_id) do nothing`,
        changes: 'any',
      },
    ]);
  }
}

export function readSubject(row: Row): ClientSubject {
  return {
    clientId: textOf(row, 'client_id'),
    subject: textOf(row, 'subject'),
    username: textOrNull(row, 'username'),
    firstSeenAt: numberOf(row, 'first_seen_at'),
    lastSeenAt: numberOf(row, 'last_seen_at'),
  };
}
