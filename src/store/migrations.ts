/**
 * The schema, as forward-only numbered steps. A step that has shipped is never edited: the migration runner refuses a
 * text that changed.
 *
 * Two parts. *Durable* must survive a power cut: people, what they may do, what happened. *Ephemeral* may be lost with
 * a page reload: attempts in progress, codes, tokens. On SQLite they are two files with their own durability.
 *
 * The rules that a race could break live here as constraints (P-02): one identity per (provider, subject), one account
 * per verified address, a `sub` given once for ever (users are never deleted as rows, only emptied).
 */
import { laterEphemeralMigrations } from './ephemeral-migrations-from-5.ts';
import type { Migration } from './migrate.ts';
import { laterDurableMigrations } from './migrations-from-12.ts';

export const durableMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'users, identities, sessions, audit, configuration, keys',
    text: `
      create table users (
        id text not null primary key,
        state text not null check (state in ('active', 'temporary', 'disabled', 'merged', 'deleted')),
        username text not null,
        username_key text not null unique,
        profile text not null,
        created_at bigint not null,
        updated_at bigint not null
      );
      create table identities (
        id text not null primary key,
        provider text not null,
        subject text not null,
        user_id text not null references users (id),
        profile text not null,
        created_at bigint not null,
        last_used_at bigint not null,
        unique (provider, subject)
      );
      create index identities_of_user on identities (user_id);

      create table emails (
        user_id text not null references users (id),
        address_key text not null,
        address text not null,
        verified_at bigint,
        verified_by text,
        is_primary bigint not null check (is_primary in (0, 1)),
        created_at bigint not null,
        primary key (user_id, address_key),
        check ((verified_at is null) = (verified_by is null))
      );
      create unique index one_account_per_verified_email on emails (address_key) where verified_at is not null;
      create unique index one_primary_email on emails (user_id) where is_primary = 1;

      create table user_identifiers (
        user_id text not null references users (id),
        kind text not null,
        value_index text not null,
        value text not null,
        provider text not null,
        created_at bigint not null,
        primary key (user_id, kind, value_index)
      );
      create index users_of_identifier on user_identifiers (kind, value_index);

      create table sessions (
        id_hash text not null primary key,
        user_id text not null references users (id),
        provider text not null,
        assurance text not null,
        upstream text,
        upstream_expires_at bigint,
        created_at bigint not null,
        last_seen_at bigint not null,
        expires_at bigint not null
      );
      create index sessions_of_user on sessions (user_id);
      create index sessions_by_expiry on sessions (expires_at);
      create index sessions_with_upstream on sessions (upstream_expires_at) where upstream_expires_at is not null;

      create table audit_events (
        id text not null primary key,
        at bigint not null,
        type text not null,
        code text,
        user_id text,
        provider text,
        client_id text,
        sign_in_id text,
        reference text,
        detail text not null
      );
      create index audit_events_by_time on audit_events (at);
      create index audit_events_of_user on audit_events (user_id, at);

      create table signing_keys (
        kid text not null primary key,
        algorithm text not null,
        private_key text not null,
        created_at bigint not null,
        retired_at bigint
      );

      create table configuration_revisions (
        revision bigint not null primary key,
        kind text not null,
        name text not null,
        document text,
        changed_at bigint not null,
        changed_by text not null,
        reason text not null
      );
      create index configuration_revisions_of_name on configuration_revisions (kind, name, revision);

      create table deployment (
        name text not null primary key,
        value text not null
      );
    `,
  },
  {
    id: 2,
    name: 'outgoing mail',
    text: `
      create table outgoing_mails (
        id text not null primary key,
        message text not null,
        not_after bigint not null,
        attempts bigint not null,
        next_attempt_at bigint not null
      );
      create index outgoing_mails_by_next_attempt on outgoing_mails (next_attempt_at);
      create index outgoing_mails_by_not_after on outgoing_mails (not_after);
    `,
  },
  {
    id: 3,
    name: 'passwords',
    text: `
      create table passwords (
        identity_id text not null primary key references identities (id),
        hash text not null,
        changed_at bigint not null
      );
    `,
  },
  {
    id: 4,
    name: 'verified identities',
    text: `
      alter table identities add column verified_at bigint;
    `,
  },
  {
    id: 5,
    name: 'agreements to terms of use',
    text: `
      create table terms_agreements (
        user_id text not null references users (id),
        version text not null,
        address text not null,
        agreed_at bigint not null,
        primary key (user_id, version)
      );
    `,
  },
  {
    id: 6,
    name: 'merged accounts, legal holds, the subject that each client knows',
    text: `
      alter table users add column merged_into text references users (id)
        check (merged_into is null or (merged_into <> id and state in ('merged', 'deleted')));
      alter table users add column suspended_state text check (suspended_state in ('active', 'temporary'));

      create table legal_holds (
        user_id text not null primary key references users (id),
        placed_by text not null,
        placed_at bigint not null
      );

      create table client_subjects (
        client_id text not null,
        user_id text not null references users (id),
        subject text not null,
        first_seen_at bigint not null,
        last_seen_at bigint not null,
        primary key (client_id, user_id),
        unique (client_id, subject)
      );
      create index client_subjects_of_user on client_subjects (user_id);
      insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
        select client_id, user_id, user_id, min(at), max(at) from audit_events
        where type = 'sign_in.succeeded' and client_id is not null and user_id in (select id from users)
        group by client_id, user_id;

      create table merges (
        id text not null primary key,
        retired_id text not null references users (id),
        survivor_id text not null references users (id),
        position bigint not null,
        changed_survivor bigint not null check (changed_survivor in (0, 1)),
        merged_by text not null,
        reason text not null,
        merged_at bigint not null,
        undo_until bigint not null,
        undone_at bigint,
        snapshot text,
        unique (survivor_id, position),
        check (retired_id <> survivor_id)
      );
      create unique index one_standing_merge on merges (retired_id) where undone_at is null;
      create index merges_by_end on merges (undo_until) where snapshot is not null;
    `,
  },
  {
    id: 7,
    name: 'events for clients',
    text: `
      create table outgoing_events (
        id text not null primary key,
        client_id text not null,
        user_id text not null,
        other_user_id text,
        kind text not null,
        payload text not null,
        position bigint,
        created_at bigint not null,
        not_after bigint not null,
        attempts bigint not null,
        next_attempt_at bigint not null,
        failure text,
        given_up_at bigint
      );
      create index outgoing_events_waiting on outgoing_events (client_id, next_attempt_at) where given_up_at is null;
      create index outgoing_events_in_order on outgoing_events (client_id, position) where given_up_at is null;
      create index outgoing_events_of_user on outgoing_events (client_id, user_id, position) where given_up_at is null;
      create index outgoing_events_of_other_user on outgoing_events (client_id, other_user_id, position)
        where given_up_at is null and other_user_id is not null;
      create index outgoing_events_given_up on outgoing_events (given_up_at) where given_up_at is not null;

      create table session_clients (
        notice_id text not null primary key,
        session_hash text not null references sessions (id_hash) on delete cascade,
        client_id text not null,
        notice text not null
      );
      create index session_clients_of_session on session_clients (session_hash);
    `,
  },
  {
    id: 8,
    name: 'conflicts',
    text: `
      create table conflicts (
        id text not null primary key,
        case_number text not null unique,
        provider text not null,
        subject text not null,
        profile text not null,
        candidates text not null,
        opened_at bigint not null,
        last_at bigint not null,
        times bigint not null,
        decision text,
        decided_at bigint,
        decided_by text,
        reason text,
        unique (provider, subject),
        check ((decision is null) = (decided_at is null))
      );
      create index open_conflicts on conflicts (last_at) where decision is null;
      create index conflicts_by_time on conflicts (last_at);
    `,
  },
  {
    id: 9,
    name: 'where sessions began',
    text: `
      alter table sessions add column identity_id text;
      alter table sessions add column device text;
      alter table sessions add column network_hash text;
    `,
  },
  {
    id: 10,
    name: 'taking changes of addresses back',
    text: `
      create table address_undos (
        link_hash text not null primary key,
        account_hash text not null,
        verified_at bigint not null,
        document text not null,
        expires_at bigint not null
      );
      create index address_undos_of_account on address_undos (account_hash);
      create index address_undos_by_expiry on address_undos (expires_at);
    `,
  },
  {
    id: 11,
    name: 'finding guests whom nobody claimed',
    text: `
      create index guests_by_age on users (created_at) where state = 'temporary';
    `,
  },
  ...laterDurableMigrations,
];

export const ephemeralMigrations: readonly Migration[] = [
  {
    id: 1,
    name: 'sign-ins and OpenID Connect records',
    text: `
      create table sign_ins (
        id text not null primary key,
        state text not null check (state in ('started', 'returned', 'waiting', 'decided', 'answered')),
        version bigint not null,
        browser_hash text not null,
        document text not null,
        created_at bigint not null,
        changed_at bigint not null,
        expires_at bigint not null
      );
      create index sign_ins_by_expiry on sign_ins (expires_at);

      create table oidc_records (
        id_hash text not null primary key,
        model text not null,
        payload text not null,
        uid_hash text,
        grant_hash text,
        expires_at bigint not null,
        consumed_at bigint
      );
      create index oidc_records_by_uid on oidc_records (uid_hash) where uid_hash is not null;
      create index oidc_records_of_grant on oidc_records (grant_hash) where grant_hash is not null;
      create index oidc_records_by_expiry on oidc_records (expires_at);
    `,
  },
  {
    id: 2,
    name: 'rate limits',
    text: `
      create table rate_limits (
        bucket_hash text not null primary key,
        taken bigint not null check (taken >= 0),
        window_ends_at bigint not null
      );
      create index rate_limits_by_end on rate_limits (window_ends_at);
    `,
  },
  {
    id: 3,
    name: 'mails that prove a mailbox',
    text: `
      create table mail_proofs (
        id text not null primary key,
        sign_in_id text not null,
        document text not null,
        code_hash text not null,
        link_hash text not null unique,
        tries bigint not null,
        sent_at bigint not null,
        expires_at bigint not null,
        used_at bigint
      );
      create index mail_proofs_by_expiry on mail_proofs (expires_at);
    `,
  },
  {
    id: 4,
    name: 'OpenID Connect records of an account',
    text: `
      alter table oidc_records add column account_hash text;
      create index oidc_records_of_account on oidc_records (account_hash) where account_hash is not null;
    `,
  },
  ...laterEphemeralMigrations,
];
