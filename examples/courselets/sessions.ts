/**
 * Signed-in browsers, in the database: so that a log-out that is told to one process ends them for all, and a restart
 * signs nobody out.
 *
 * Only the hash of a cookie's value is stored. `sid` is what the broker calls the session over there.
 */
import { createHash } from 'node:crypto';
import type { SignedIn } from '../course-site/broker.ts';
import type { Database } from './database.ts';
import { personOf } from './merge.ts';

const LIFE = 8 * 60 * 60 * 1000;

export interface Person {
  readonly id: number;
  readonly subject: string;
  /** Null for a guest, and wherever the broker was not allowed to say. */
  readonly name: string | null;
}

export interface Sessions {
  /** Signs somebody in; the cookie is from now on worth this person. */
  begin(cookie: string, signedIn: SignedIn): void;
  find(cookie: string): Person | null;
  /** Ends it; the ID token, for the broker. Null when there was none. */
  end(cookie: string): string | null;
}

export function createSessions(database: Database, now: () => number): Sessions {
  return {
    begin(cookie, { subject, userInfo, idToken, idTokenClaims }) {
      database.transaction(() => {
        const person = personOf(database, subject);
        const name = typeof userInfo.name === 'string' && userInfo.name.trim() !== '' ? userInfo.name : null;
        database.run('update people set name = ? where id = ?', name, person);
        database.run('delete from sessions where expires_at <= ?', now());
        const sid = typeof idTokenClaims.sid === 'string' ? idTokenClaims.sid : null;
        const session = { id_hash: hash(cookie), person_id: person, sid, id_token: idToken, expires_at: now() + LIFE };
        database.insert('sessions', session);
      });
    },
    find(cookie) {
      const row = database.get(
        `select people.id, subject, name from sessions join people on people.id = person_id
         where id_hash = ? and expires_at > ?`,
        hash(cookie),
        now(),
      );
      return (
        row && { id: Number(row.id), subject: String(row.subject), name: row.name === null ? null : String(row.name) }
      );
    },
    end(cookie) {
      const row = database.get('delete from sessions where id_hash = ? returning id_token', hash(cookie));
      return row && String(row.id_token);
    },
  };
}

const hash = (cookie: string) => createHash('sha256').update(cookie).digest('base64url');
