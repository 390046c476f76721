/**
 * The table of the rosters that campuses offer to apps, as a step of the migrations. Shipped: never edited.
 */
export const rosterTable = `
  create table rosters (
    id text not null primary key,
    client_id text not null,
    registration text not null,
    deployment_id text not null,
    context_id text not null,
    address text not null,
    launched_at bigint not null
  );
  create index rosters_of_registration on rosters (registration);
  create index rosters_by_launch on rosters (launched_at);
`;
