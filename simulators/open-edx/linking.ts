/**
 * The end of the pipeline, once it is known whose account it is: the link, the names, what a record wants synchronised.
 */

import type { Account } from './accounts.ts';
import type { ProviderRecord } from './records.ts';
import type { Identity } from './sessions.ts';
import type { World } from './world.ts';

/** @param flags the record as the list of providers has it; null while that list is behind */
export function linkAndUpdate(world: World, account: Account, identity: Identity, flags: ProviderRecord | null): void {
  const { backend, uid, details } = identity;
  world.accounts.link({ provider: backend, uid, account });
  // At every login. An empty text is a value and is written; an absent one is not.
  account.firstName = details.first_name ?? account.firstName;
  account.lastName = details.last_name ?? account.lastName;
  if (flags?.sync_learner_profile_data === true) synchronise(world, account, identity);
  if (flags?.enable_sso_id_verification === true) account.idVerifications.add(`${backend} ${flags.slug}`);
}

function synchronise(world: World, account: Account, { details }: Identity): void {
  account.name = details.fullname ?? account.name;
  if (details.email === null || details.email.toLowerCase() === account.email.toLowerCase()) return;
  const somebodyElse = world.accounts.withEmail(details.email).some((other) => other !== account);
  if (somebodyElse) world.complain('complete', 'another account has the e-mail address: it is not synchronised');
  else account.email = details.email;
}
