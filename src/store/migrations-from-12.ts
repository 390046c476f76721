/**
 * The durable steps from the twelfth on, for the list of all of them.
 *
 * Likewise never edited once they have shipped.
 */
import { ltiInvitationTable } from './lti-invitation-table.ts';
import type { Migration } from './migrate.ts';
import { openEdxTables } from './open-edx-tables.ts';
import { rosterTable } from './roster-table.ts';
import { scoreTables } from './score-tables.ts';

export const laterDurableMigrations: readonly Migration[] = [
  {
    id: 12,
    name: 'usernames that clients know people by',
    text: `
      alter table client_subjects add column username text;
      alter table client_subjects add column username_key text;
      create unique index one_username_for_client on client_subjects (client_id, username_key);
      `,
  },
  {
    id: 13,
    name: 'accounts that wait for their deletion',
    text: `
      alter table users add column deletion_at bigint check (deletion_at is null or state = 'disabled');
      create index users_by_deletion on users (deletion_at) where deletion_at is not null;
      create index users_merged_into on users (merged_into) where merged_into is not null;
    `,
  },
  {
    id: 14,
    name: 'when signing keys begin and end',
    text: `
      alter table signing_keys add column signs_from bigint not null default 0;
      alter table signing_keys add column withdrawn_at bigint;
      update signing_keys set signs_from = created_at;
      alter table signing_keys drop column retired_at;
    `,
  },
  {
    id: 15,
    name: 'service tokens',
    text: `
      create table service_tokens (
        id text not null primary key,
        token_hash text not null unique,
        user_id text references users (id),
        client_id text not null,
        scopes text not null,
        name text not null,
        created_at bigint not null,
        created_by text not null,
        reason text not null,
        expires_at bigint not null,
        last_used_at bigint,
        revoked_at bigint
      );
      create index service_tokens_of_user on service_tokens (user_id) where user_id is not null;
      create index service_tokens_by_expiry on service_tokens (expires_at);
    `,
  },
  {
    id: 16,
    name: 'Open edX as a service',
    text: openEdxTables,
  },
  {
    id: 17,
    name: 'signing keys of a purpose',
    text: `
      alter table signing_keys add column purpose text not null default 'clients';
    `,
  },
  {
    id: 18,
    name: 'what a campus said when it sent somebody',
    text: `
      create table session_launches (
        id text not null primary key,
        session_hash text not null references sessions (id_hash) on delete cascade,
        client_id text not null,
        document text not null,
        launched_at bigint not null
      );
      create index session_launches_of_session on session_launches (session_hash);
    `,
  },
  {
    id: 19,
    name: 'scores on their way to campuses',
    text: scoreTables,
  },
  {
    id: 20,
    name: 'invitations of campus LMSs',
    text: ltiInvitationTable,
  },
  {
    id: 21,
    name: 'accounts by an address that nobody verified',
    text: `
      create index emails_by_address on emails (address_key);
    `,
  },
  {
    id: 22,
    name: 'scores that wait are found by their campus alone, and places by their age',
    text: `
      drop index outgoing_scores_by_state;
      create index outgoing_scores_ended on outgoing_scores (state, changed_at) where state <> 'waiting';
      create index score_places_by_launch on score_places (launched_at);
    `,
  },
  {
    id: 23,
    name: 'where campuses tell who is in a course',
    text: rosterTable,
  },
];
