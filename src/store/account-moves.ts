/**
 * The steps by which things of one user become another's, or end: each moves one row, from exactly the user who was seen to
 * have it, and so undoes the whole transaction when that is no longer true.
 *
 * A merge and its undo are lists of these. Must never be carried out without `lockUser` of both before: whoever changes an
 * account changes the row of its user first, so that nobody comes in between.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds, User, UserState } from '../model.ts';
import type { OwnedAgreement, OwnedEmail, OwnedIdentifier, OwnedIdentity, OwnedLearner } from './account-graph.ts';
import { sealUser } from './accounts.ts';
import { type Statement, type Step, sql } from './database.ts';
import { identifierPlace } from './identifiers.ts';
import { usernameKey } from './usernames.ts';

/** What is kept of an identity that ends. */
export type EndedIdentity = Omit<OwnedIdentity, 'profile'>;

const one = (statement: Statement): Step => ({ statement, changes: 1 });

// -------------------------------------------------------------------------------------------------------------- users

/** Nobody else changes this account until the transaction ends. */
export function lockUser(userId: string, state: UserState): Step {
  return one(sql`update users set updated_at = updated_at where id = ${userId} and state = ${state}`);
}

/** A statement of its own, after the locks: PostgreSQL looks at other tables as they were when a statement began. */
export function requireNotHeld(first: string, second: string): Step {
  return one(sql`
    update users set updated_at = updated_at
    where id = ${first} and not exists (select 1 from legal_holds where user_id in (${first}, ${second}))`);
}

/** Writes the profile unless somebody wrote another since `seen` was read. */
export function replaceProfile(user: User, seen: string, sealer: Sealer): Step {
  return one(sql`
    update users set profile = ${sealUser(user, sealer)}, updated_at = ${user.updatedAt}
    where id = ${user.id} and profile = ${seen}`);
}

/** The retired keeps the other's: both stay taken for ever. */
export function swapUsernames(first: Named, second: Named, now: Milliseconds): Step[] {
  // No username begins with a space. In between, because each is unique at every moment.
  const between = ` ${first.id}`;
  return [
    renameUser(first.id, first.username, between, now),
    renameUser(second.id, second.username, first.username, now),
    renameUser(first.id, between, second.username, now),
  ];
}

type Named = Pick<User, 'id' | 'username'>;

function renameUser(userId: string, from: string, to: string, now: Milliseconds): Step {
  return one(sql`
    update users set username = ${to}, username_key = ${usernameKey(to)}, updated_at = ${now}
    where id = ${userId} and username = ${from}`);
}

/** Retires a user who has nothing left: what somebody added meanwhile would otherwise be lost with the account (V-03). */
export function retireUser(userId: string, into: string, now: Milliseconds): Step {
  return one(sql`
    update users set state = 'merged', merged_into = ${into}, updated_at = ${now}
    where id = ${userId} and merged_into is null
      and not exists (select 1 from identities where user_id = ${userId})
      and not exists (select 1 from emails where user_id = ${userId})
      and not exists (select 1 from user_identifiers where user_id = ${userId})
      and not exists (select 1 from terms_agreements where user_id = ${userId})
      and not exists (select 1 from open_edx_learners where user_id = ${userId})
      and not exists (select 1 from client_subjects as known where known.user_id = ${userId}
                      and not exists (select 1 from client_subjects as other
                                      where other.user_id = ${into} and other.client_id = known.client_id))`);
}

/** The opposite, as the first of the steps: afterwards things can be given to the user again. */
export function reviveUser(userId: string, from: string, state: UserState, now: Milliseconds): Step {
  return one(sql`
    update users set state = ${state}, merged_into = null, updated_at = ${now}
    where id = ${userId} and state = 'merged' and merged_into = ${from}`);
}

// --------------------------------------------------------------------------------------------------------- identities

/** That the user has exactly these identities: a rule about them was judged on this. */
export function requireIdentities(userId: string, ids: readonly string[]): Step[] {
  return [
    ...ids.map((id) => one(sql`update identities set user_id = user_id where id = ${id} and user_id = ${userId}`)),
    one(sql`
      update users set updated_at = updated_at
      where id = ${userId} and (select count(*) from identities where user_id = ${userId}) = ${ids.length}`),
  ];
}

export function moveIdentity(id: string, from: string, to: string): Step {
  return one(sql`update identities set user_id = ${to} where id = ${id} and user_id = ${from}`);
}

export function endIdentity({ id, userId, password }: EndedIdentity): Step[] {
  return [
    ...(password === null ? [] : [one(sql`delete from passwords where identity_id = ${id}`)]),
    one(sql`delete from identities where id = ${id} and user_id = ${userId}`),
  ];
}

export function restoreIdentity({ id, userId, password, ...identity }: EndedIdentity): Step[] {
  return [
    one(sql`
      insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at, verified_at)
      values (${id}, ${identity.provider}, ${identity.subject}, ${userId}, ${identity.sealedProfile},
              ${identity.createdAt}, ${identity.lastUsedAt}, ${identity.verifiedAt})`),
    ...(password === null
      ? []
      : [
          one(sql`
            insert into passwords (identity_id, hash, changed_at)
            values (${id}, ${password.sealedHash}, ${password.changedAt})`),
        ]),
  ];
}

// ---------------------------------------------------------------------------------------------------------- addresses

export function takeEmail(userId: string, key: string): Step {
  return one(sql`delete from emails where user_id = ${userId} and address_key = ${key}`);
}

/** As it is, except that it is not the primary one. */
export function giveEmail(userId: string, email: OwnedEmail): Step {
  return one(sql`
    insert into emails (user_id, address_key, address, verified_at, verified_by, is_primary, created_at)
    values (${userId}, ${email.key}, ${email.address}, ${email.verifiedAt}, ${email.verifiedBy}, 0, ${email.createdAt})`);
}

export function verifyEmailAs(userId: string, { key, verifiedAt, verifiedBy }: OwnedEmail): Step {
  return one(sql`
    update emails set verified_at = ${verifiedAt}, verified_by = ${verifiedBy}
    where user_id = ${userId} and address_key = ${key} and verified_at is null`);
}

export function unverifyEmail(userId: string, { key, verifiedAt }: OwnedEmail): Step {
  return one(sql`
    update emails set verified_at = null, verified_by = null
    where user_id = ${userId} and address_key = ${key} and verified_at = ${verifiedAt}`);
}

/** From the one that was seen to be primary to another; either may be null. */
export function changePrimaryEmail(userId: string, from: string | null, to: string | null): Step[] {
  return [
    ...(from === null
      ? []
      : [
          one(sql`
            update emails set is_primary = 0 where user_id = ${userId} and address_key = ${from} and is_primary = 1`),
        ]),
    ...(to === null
      ? []
      : [one(sql`update emails set is_primary = 1 where user_id = ${userId} and address_key = ${to}`)]),
  ];
}

// ---------------------------------------------------------------------------------------- identifiers, agreements, subjects

export function takeIdentifier(userId: string, { kind, index }: OwnedIdentifier): Step {
  return one(sql`
    delete from user_identifiers where user_id = ${userId} and kind = ${kind} and value_index = ${index}`);
}

/** Sealed anew: a value opens only in the row of its user. */
export function giveIdentifier(userId: string, identifier: OwnedIdentifier, sealer: Sealer): Step {
  const { kind, index, value, provider, createdAt } = identifier;
  return one(sql`
    insert into user_identifiers (user_id, kind, value_index, value, provider, created_at)
    values (${userId}, ${kind}, ${index}, ${sealer.seal(identifierPlace(userId, kind, index), value)},
            ${provider}, ${createdAt})`);
}

export function takeAgreement(userId: string, { version }: OwnedAgreement): Step {
  return one(sql`delete from terms_agreements where user_id = ${userId} and version = ${version}`);
}

export function giveAgreement(userId: string, { version, address, agreedAt }: OwnedAgreement): Step {
  return one(sql`
    insert into terms_agreements (user_id, version, address, agreed_at)
    values (${userId}, ${version}, ${address}, ${agreedAt})`);
}

export function moveSubject(clientId: string, subject: string, from: string, to: string): Step {
  return one(sql`
    update client_subjects set user_id = ${to}
    where client_id = ${clientId} and user_id = ${from} and subject = ${subject}`);
}

// ------------------------------------------------------------------------------------------------------ learners at an LMS

/** Whoever works on it at this moment loses the lease: what they would write is of the account that it was. */
export function moveLearner(id: string, from: string, to: string): Step {
  return one(sql`
    update open_edx_learners set user_id = ${to}, lease = null where id = ${id} and user_id = ${from}`);
}

export function endLearner(id: string, userId: string): Step {
  return one(sql`delete from open_edx_learners where id = ${id} and user_id = ${userId}`);
}

export function restoreLearner(userId: string, learner: OwnedLearner): Step {
  const { id, lms, clientId, account, username, sealedTokens, createdAt, changedAt } = learner;
  return one(sql`
    insert into open_edx_learners (id, lms, client_id, user_id, stage, username, tokens, tries, created_at, changed_at)
    values (${id}, ${lms}, ${clientId}, ${userId}, ${account}, ${username}, ${sealedTokens}, 0, ${createdAt}, ${changedAt})`);
}
