/**
 * Which signed launches of LTI 1.1 were here already (lti.md §2.2 step 10).
 *
 * Held back by time and never by number: whoever could push one out by many others could use it again. So it may be written only
 * after the signature holds, or strangers would fill it.
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, sql } from './database.ts';

/** What RFC 5849 §3.3 says is unique. */
export interface LtiNonce {
  readonly consumer: string;
  readonly timestamp: string;
  readonly nonce: string;
}

export interface LtiNonces {
  /** True for one caller, ever, until `expiresAt`: of two servers that get the same launch at once, one goes on. */
  take(nonce: LtiNonce, expiresAt: Milliseconds): Promise<boolean>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createLtiNonces(database: Database, vault: Vault): LtiNonces {
  return {
    async take({ consumer, timestamp, nonce }, expiresAt) {
      const hash = vault.tokenHash('lti nonce', JSON.stringify([consumer, timestamp, nonce]));
      const inserted = await database.run(sql`
        insert into lti_nonces (nonce_hash, expires_at) values (${hash}, ${expiresAt})
        on conflict (nonce_hash) do nothing`);
      return inserted === 1;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from lti_nonces
        where nonce_hash in (select nonce_hash from lti_nonces where expires_at < ${before} limit ${atMost})`),
  };
}
