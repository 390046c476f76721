/**
 * The tables of LMS that the broker works with as a service, as a step of the migrations. Shipped: never edited.
 */
export const openEdxTables = `
  create table open_edx_learners (
    id text not null primary key,
    lms text not null,
    client_id text not null,
    user_id text not null references users (id),
    stage text not null check (stage in ('none', 'sent', 'created')),
    username text,
    tokens text,
    failure text,
    answer text,
    tries bigint not null,
    retry_at bigint,
    lease text,
    lease_until bigint,
    created_at bigint not null,
    changed_at bigint not null,
    unique (lms, user_id)
  );
  create index open_edx_learners_of_user on open_edx_learners (user_id);

  create table open_edx_throttles (
    name text not null primary key,
    calls text not null,
    version bigint not null,
    blocked_until bigint not null
  );

  create table open_edx_course_runs (
    lms text not null,
    run_id text not null,
    document text not null,
    changed_at bigint not null,
    missing_since bigint,
    primary key (lms, run_id)
  );
`;
