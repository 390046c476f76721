/**
 * The table of invitations of campus LMSs, as a step of the migrations. Shipped: never edited.
 */
export const ltiInvitationTable = `
  create table lti_invitations (
    id text not null primary key,
    token_hash text not null unique,
    slug text not null unique,
    state text not null check (state in ('open', 'taken', 'pending')),
    decided text not null,
    issuer text,
    client_id text,
    said text,
    created_at bigint not null,
    created_by text not null,
    reason text not null,
    expires_at bigint not null,
    registered_at bigint,
    unique (issuer, client_id),
    check ((state = 'pending') = (said is not null))
  );
  create index lti_invitations_by_expiry on lti_invitations (expires_at);
`;
