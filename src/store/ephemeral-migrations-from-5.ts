/**
 * The ephemeral steps from the fifth on, for the list of all of them.
 *
 * Likewise never edited once they have shipped.
 */
import type { Migration } from './migrate.ts';

export const laterEphemeralMigrations: readonly Migration[] = [
  {
    id: 5,
    name: 'launches from campus LMSs',
    text: `
      create table lti_nonces (
        nonce_hash text not null primary key,
        expires_at bigint not null
      );
      create index lti_nonces_by_expiry on lti_nonces (expires_at);

      create table lti_logins (
        state_hash text not null primary key,
        registration text not null,
        nonce_hash text not null,
        browser_hash text not null,
        document text not null,
        started_at bigint not null,
        expires_at bigint not null,
        used_at bigint
      );
      create index lti_logins_by_expiry on lti_logins (expires_at);
    `,
  },
  {
    id: 6,
    name: 'deep linking requests of campus LMSs',
    text: `
      create table lti_deep_links (
        id_hash text not null primary key,
        secret_hash text not null,
        document text not null,
        answer text,
        expires_at bigint not null
      );
      create index lti_deep_links_by_expiry on lti_deep_links (expires_at);
    `,
  },
];
