/**
 * The tables of scores that apps give and campuses are to get, as a step of the migrations. Shipped: never edited.
 */
export const scoreTables = `
  create table score_places (
    id text not null primary key,
    identity_id text not null references identities (id) on delete cascade,
    registration text not null,
    client_id text not null,
    link_index text not null,
    document text not null,
    launched_at bigint not null,
    last_scored_at bigint not null
  );
  create index score_places_of_identity on score_places (identity_id, client_id, link_index);

  create table outgoing_scores (
    id text not null primary key,
    place_id text not null references score_places (id) on delete cascade,
    registration text not null,
    client_id text not null,
    scored_at bigint not null,
    fingerprint text not null,
    document text,
    state text not null check (state in ('waiting', 'sent', 'replaced', 'given-up')),
    created_at bigint not null,
    changed_at bigint not null,
    not_after bigint not null,
    attempts bigint not null,
    next_attempt_at bigint not null,
    lease_until bigint not null,
    failure text,
    unique (place_id, scored_at)
  );
  create index outgoing_scores_by_turn on outgoing_scores (registration, next_attempt_at) where state = 'waiting';
  create index outgoing_scores_by_state on outgoing_scores (state, changed_at);
`;
