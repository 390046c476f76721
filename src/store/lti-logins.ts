/**
 * Logins that an LTI 1.3 platform began and that its launch ends (lti.md §3.3, §3.5 step 2).
 *
 * State, nonce and the browser's secret are stored as keyed hashes: a stolen database ends nobody's login. One is used once, and
 * stays a while after that, so that a reload is told what it is.
 */
import type { Sealer, Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, numberOrNull, textOf } from './rows.ts';

export interface LtiLogin {
  /** The slug of the platform: a launch of another one cannot end it (mix-up). */
  readonly registration: string;
  readonly nonce: string;
  readonly browserSecret: string;
  readonly request: LtiLoginRequest;
  readonly startedAt: Milliseconds;
  readonly expiresAt: Milliseconds;
}

/** As the platform sent it, to be sent back or begun again. */
export interface LtiLoginRequest {
  readonly issuer: string;
  readonly loginHint: string;
  readonly targetLinkUri: string;
  readonly clientId: string | null;
  readonly messageHint: string | null;
  readonly deploymentId: string | null;
  /** Where the platform keeps what browsers do not let us keep; null where it offers nothing. */
  readonly storageTarget: string | null;
}

/** One that was found, with its secrets as hashes. */
export interface StoredLtiLogin extends Omit<LtiLogin, 'nonce' | 'browserSecret'> {
  readonly nonceHash: string;
  readonly browserHash: string;
  readonly usedAt: Milliseconds | null;
}

export interface LtiLogins {
  insert(state: string, login: LtiLogin): Promise<void>;
  /** Also one that is used or over. */
  find(state: string): Promise<StoredLtiLogin | null>;
  /** True for one caller, ever; false when it is over. */
  take(state: string, now: Milliseconds): Promise<boolean>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
  /** The stored form of each, to compare with. */
  hashOf(kind: 'nonce' | 'browser', text: string): string;
}

export function createLtiLogins(database: Database, vault: Vault): LtiLogins {
  const stateHash = (state: string) => vault.tokenHash('lti state', state);
  const hashOf = (kind: 'nonce' | 'browser', text: string) => vault.tokenHash(`lti login/${kind}`, text);
  return {
    hashOf,

    async insert(state, { registration, nonce, browserSecret, request, startedAt, expiresAt }) {
      const id = stateHash(state);
      await database.run(sql`
        insert into lti_logins (state_hash, registration, nonce_hash, browser_hash, document, started_at, expires_at)
        values (${id}, ${registration}, ${hashOf('nonce', nonce)}, ${hashOf('browser', browserSecret)},
                ${vault.seal(place(id), JSON.stringify(request))}, ${startedAt}, ${expiresAt})`);
    },

    async find(state) {
      const row = await database.get(sql`select * from lti_logins where state_hash = ${stateHash(state)}`);
      return row && readLogin(row, vault);
    },

    async take(state, now) {
      const taken = await database.run(sql`
        update lti_logins set used_at = ${now}
        where state_hash = ${stateHash(state)} and used_at is null and expires_at > ${now}`);
      return taken === 1;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from lti_logins
        where state_hash in (select state_hash from lti_logins where expires_at < ${before} limit ${atMost})`),
  };
}

const place = (id: string) => ({ table: 'lti_logins', column: 'document', row: id });

function readLogin(row: Row, sealer: Sealer): StoredLtiLogin {
  return {
    registration: textOf(row, 'registration'),
    nonceHash: textOf(row, 'nonce_hash'),
    browserHash: textOf(row, 'browser_hash'),
    request: JSON.parse(sealer.open(place(textOf(row, 'state_hash')), textOf(row, 'document'))),
    startedAt: numberOf(row, 'started_at'),
    expiresAt: numberOf(row, 'expires_at'),
    usedAt: numberOrNull(row, 'used_at'),
  };
}
