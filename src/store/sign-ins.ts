/**
 * Stored sign-ins. Every change is one compare-and-set on state and version, so of two parallel callers one wins.
 *
 * The document is sealed as one value: it holds the PKCE verifier, the profile and the upstream token on their way.
 * What is no longer needed is dropped when the sign-in is answered.
 */
import type { Sealer } from '../crypto.ts';
import type { Locale, Milliseconds, SignIn, SignInState } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** What a change may touch; the rest of a sign-in is fixed when it is begun. */
export type SignInChange = Partial<
  Pick<
    SignIn,
    'departure' | 'arrival' | 'trace' | 'pause' | 'answeringSince' | 'answers' | 'decision' | 'outcome' | 'testSteps'
  >
>;

/** The browser that an attempt belongs to from now on. */
export interface NewBrowser {
  readonly browserHash: string;
  readonly locale: Locale;
}

export interface SignIns {
  insert(signIn: SignIn): Promise<void>;
  /** Also finds an expired one, so that the person can be told so; null when it never was or is long gone. */
  find(id: string): Promise<SignIn | null>;
  /** The changed sign-in; null when it is no longer as `signIn` says: somebody else was faster, or this is a replay. */
  advance(signIn: SignIn, to: SignInState, change: SignInChange, now: Milliseconds): Promise<SignIn | null>;
  /** Hands one that has only been begun to another browser; null when it is no longer as `signIn` says. */
  bind(signIn: SignIn, browser: NewBrowser, now: Milliseconds): Promise<SignIn | null>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createSignIns(database: Database, sealer: Sealer): SignIns {
  const place = (id: string) => ({ table: 'sign_ins', column: 'document', row: id });
  const seal = (signIn: SignIn) => {
    const { id: _id, state: _state, version: _version, browserHash: _hash, ...rest } = signIn;
    return sealer.seal(place(signIn.id), JSON.stringify(rest));
  };

  return {
    async insert(signIn) {
      await database.run(sql`
        insert into sign_ins (id, state, version, browser_hash, document, created_at, changed_at, expires_at)
        values (${signIn.id}, ${signIn.state}, ${signIn.version}, ${signIn.browserHash}, ${seal(signIn)},
                ${signIn.createdAt}, ${signIn.changedAt}, ${signIn.expiresAt})`);
    },

    async find(id) {
      // Ids come from addresses that anybody can write; what cannot be one (NUL among it) is no question for a database.
      if (!/^[\w-]{1,64}$/.test(id)) return null;
      const row = await database.get(sql`select * from sign_ins where id = ${id}`);
      return row && read(row, sealer);
    },

    async advance(signIn, to, change, now) {
      // Whatever else a change does, it ends the answering of the press before it.
      const moved: SignIn = { ...signIn, answeringSince: null, ...change };
      const next: SignIn = { ...moved, state: to, version: signIn.version + 1, changedAt: now };
      // An answered sign-in keeps why and where it ended, and nothing that was only on its way.
      const kept: SignIn = to === 'answered' ? { ...next, departure: null, arrival: null, answers: {} } : next;
      const changed = await database.run(sql`
        update sign_ins set state = ${to}, version = ${next.version}, document = ${seal(kept)}, changed_at = ${now}
        where id = ${signIn.id} and state = ${signIn.state} and version = ${signIn.version}`);
      return changed === 1 ? kept : null;
    },

    async bind(signIn, { browserHash, locale }, now) {
      const next: SignIn = { ...signIn, browserHash, locale, version: signIn.version + 1, changedAt: now };
      // Version 1: whoever has moved it since, or was handed it, keeps it.
      const changed = await database.run(sql`
        update sign_ins set browser_hash = ${browserHash}, version = ${next.version}, document = ${seal(next)},
                            changed_at = ${now}
        where id = ${signIn.id} and state = 'started' and version = 1 and browser_hash = ${signIn.browserHash}`);
      return changed === 1 ? next : null;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from sign_ins where id in (select id from sign_ins where expires_at < ${before} limit ${atMost})`),
  };
}

function read(row: Row, sealer: Sealer): SignIn {
  const id = textOf(row, 'id');
  const rest = JSON.parse(sealer.open({ table: 'sign_ins', column: 'document', row: id }, textOf(row, 'document')));
  return {
    ...rest,
    id,
    state: textOf(row, 'state') as SignInState,
    version: numberOf(row, 'version'),
    browserHash: textOf(row, 'browser_hash'),
  };
}
