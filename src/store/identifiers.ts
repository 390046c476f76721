/**
 * The typed identifiers of accounts, as steps: a CURP, what an institution calls somebody. Each sealed under its account, and found by a
 * keyed hash.
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds, Profile } from '../model.ts';
import { namespaceOf } from '../person/institution-id.ts';
import { type Step, sql } from './database.ts';

export const identifierPlace = (userId: string, kind: string, index: string) => ({
  table: 'user_identifiers',
  column: 'value',
  row: `${userId}/${kind}/${index}`,
});

/** What a provider says of somebody who is signed in. */
export function identifierSteps(userId: string, profile: Profile, vault: Vault, now: Milliseconds): Step[] {
  return profile.identifiers
    .filter((identifier) => identifier.identifies)
    .flatMap(({ kind, value }) => {
      const given = giveIdentifierOnce({ userId, kind, value, provider: profile.provider }, vault, now);
      return namespaceOf(kind) === null
        ? [given]
        : [forgetFormerId(userId, kind, value, profile.provider, vault), given];
    });
}

/** An id that an institution gave somebody else since must not go on leading to whoever had it: its last word counts. */
function forgetFormerId(userId: string, kind: string, value: string, provider: string, vault: Vault): Step {
  return {
    statement: sql`
      delete from user_identifiers
      where user_id = ${userId} and kind = ${kind} and provider = ${provider}
        and value_index <> ${vault.blindIndex(kind, value)}`,
    changes: 'any',
  };
}

export interface GivenIdentifier {
  readonly userId: string;
  readonly kind: string;
  readonly value: string;
  /** Whose word it is: a provider's slug, or `import`. */
  readonly provider: string;
}

/** Changes nothing where the user has it already. */
export function giveIdentifierOnce(
  { userId, kind, value, provider }: GivenIdentifier,
  vault: Vault,
  now: Milliseconds,
): Step {
  const index = vault.blindIndex(kind, value);
  return {
    statement: sql`
      insert into user_identifiers (user_id, kind, value_index, value, provider, created_at)
      values (${userId}, ${kind}, ${index}, ${vault.seal(identifierPlace(userId, kind, index), value)}, ${provider}, ${now})
      on conflict (user_id, kind, value_index) do nothing`,
    changes: 'any',
  };
}

/** Nobody has it yet: two who have one id are a conflict at the next launch. */
export function requireNoHolder(userId: string, kind: string, index: string): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${userId} and not exists (
        select 1 from user_identifiers where kind = ${kind} and value_index = ${index})`,
    changes: 1,
  };
}

export function takeIdentifierOf(userId: string, kind: string, index: string): Step {
  return {
    statement: sql`
      delete from user_identifiers where user_id = ${userId} and kind = ${kind} and value_index = ${index}`,
    changes: 1,
  };
}
