/**
 * The durable steps from the twelfth on, for the list of all of them.
 *
 * Likewise never edited once they have shipped.
 */
import type { Migration } from './migrate.ts';

export const laterDurableMigrations: readonly Migration[] = [
  {
    id: 12,
    name: 'when signing keys begin and end',
    text: `
      alter table signing_keys add column signs_from bigint not null default 0;
      alter table signing_keys add column withdrawn_at bigint;
      update signing_keys set signs_from = created_at;
      alter table signing_keys drop column retired_at;
    `,
  },
];
