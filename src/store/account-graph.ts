/**
 * Everything durable that belongs to one user, read in one go: what a merge moves and its undo gives back.
 *
 * What is sealed under the id of its own row (profiles of identities, hashes of passwords) stays sealed here: it can go back
 * as it is. What is sealed under the user's id is opened, because it belongs to another user afterwards. Changes nothing.
 */
import type { Vault } from '../crypto.ts';
import type { Identity, Milliseconds, Profile, User } from '../model.ts';
import { profilePlace, readIdentity, readUser } from './accounts.ts';
import { type ClientSubject, readSubject } from './client-subjects.ts';
import { type Database, type Row, sql } from './database.ts';
import { identifierPlace } from './identifiers.ts';
import { accountOf, type LearnerAccount } from './open-edx-learners.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

export interface OwnedIdentity extends Identity {
  readonly profile: Profile;
  /** As it is stored; opens only in the row of this identity. */
  readonly sealedProfile: string;
  /** Likewise; null where it has none. */
  readonly password: { readonly sealedHash: string; readonly changedAt: Milliseconds } | null;
}

export interface OwnedEmail {
  /** The canonical form. */
  readonly key: string;
  readonly address: string;
  readonly verifiedAt: Milliseconds | null;
  readonly verifiedBy: string | null;
  readonly primary: boolean;
  readonly createdAt: Milliseconds;
}

export interface OwnedIdentifier {
  readonly kind: string;
  readonly index: string;
  readonly value: string;
  readonly provider: string;
  readonly createdAt: Milliseconds;
}

export interface OwnedAgreement {
  readonly version: string;
  readonly address: string;
  readonly agreedAt: Milliseconds;
}

/** What is kept of the person at an LMS that the broker works with as a service. */
export interface OwnedLearner {
  readonly id: string;
  readonly lms: string;
  readonly clientId: string;
  readonly account: LearnerAccount;
  readonly username: string | null;
  /** As they are stored; they open only in the row of this id. */
  readonly sealedTokens: string | null;
  readonly failure: string | null;
  readonly createdAt: Milliseconds;
  readonly changedAt: Milliseconds;
}

export interface AccountGraph {
  readonly user: User;
  /** The profile as it is stored. No two sealings are alike, so that another text means that somebody wrote it since. */
  readonly sealedProfile: string;
  readonly mergedInto: string | null;
  readonly isHeld: boolean;
  /** Each list in a fixed order, the oldest first. */
  readonly identities: readonly OwnedIdentity[];
  readonly emails: readonly OwnedEmail[];
  readonly identifiers: readonly OwnedIdentifier[];
  readonly agreements: readonly OwnedAgreement[];
  readonly subjects: readonly ClientSubject[];
  readonly learners: readonly OwnedLearner[];
  readonly sessions: number;
}

export interface AccountGraphs {
  /** Null when there is no such user. */
  read(userId: string): Promise<AccountGraph | null>;
}

export function createAccountGraphs(database: Database, vault: Vault): AccountGraphs {
  return {
    async read(userId) {
      const [user, identities, emails, identifiers, agreements, subjects, learners] = await Promise.all([
        database.get(sql`
          select users.*,
            (select count(*) from legal_holds where legal_holds.user_id = users.id) as holds,
            (select count(*) from sessions where sessions.user_id = users.id) as sessions
          from users where id = ${userId}`),
        database.all(sql`
          select identities.id as identity_id, identities.user_id, identities.provider, identities.subject,
                 identities.created_at as identity_created_at, identities.last_used_at, identities.verified_at,
                 identities.profile, passwords.hash, passwords.changed_at
          from identities left join passwords on passwords.identity_id = identities.id
          where identities.user_id = ${userId} order by identities.created_at, identities.id`),
        database.all(sql`select * from emails where user_id = ${userId} order by created_at, address_key`),
        database.all(sql`
          select * from user_identifiers where user_id = ${userId} order by created_at, kind, value_index`),
        database.all(sql`select * from terms_agreements where user_id = ${userId} order by agreed_at, version`),
        database.all(sql`select * from client_subjects where user_id = ${userId} order by first_seen_at, client_id`),
        database.all(sql`select * from open_edx_learners where user_id = ${userId} order by created_at, lms`),
      ]);
      if (user === null) return null;
      return {
        user: readUser(user, vault),
        sealedProfile: textOf(user, 'profile'),
        mergedInto: textOrNull(user, 'merged_into'),
        isHeld: numberOf(user, 'holds') > 0,
        sessions: numberOf(user, 'sessions'),
        identities: identities.map((row) => readOwnedIdentity(row, vault)),
        emails: emails.map(readOwnedEmail),
        identifiers: identifiers.map((row) => readIdentifier(row, vault)),
        agreements: agreements.map(readAgreement),
        subjects: subjects.map(readSubject),
        learners: learners.map(readOwnedLearner),
      };
    },
  };
}

function readOwnedIdentity(row: Row, vault: Vault): OwnedIdentity {
  const identity = readIdentity(row);
  const sealedProfile = textOf(row, 'profile');
  const sealedHash = textOrNull(row, 'hash');
  return {
    ...identity,
    profile: JSON.parse(vault.open(profilePlace(identity.id), sealedProfile)),
    sealedProfile,
    password: sealedHash === null ? null : { sealedHash, changedAt: numberOf(row, 'changed_at') },
  };
}

function readOwnedEmail(row: Row): OwnedEmail {
  return {
    key: textOf(row, 'address_key'),
    address: textOf(row, 'address'),
    verifiedAt: numberOrNull(row, 'verified_at'),
    verifiedBy: textOrNull(row, 'verified_by'),
    primary: numberOf(row, 'is_primary') === 1,
    createdAt: numberOf(row, 'created_at'),
  };
}

function readIdentifier(row: Row, vault: Vault): OwnedIdentifier {
  const [kind, index] = [textOf(row, 'kind'), textOf(row, 'value_index')];
  return {
    kind,
    index,
    value: vault.open(identifierPlace(textOf(row, 'user_id'), kind, index), textOf(row, 'value')),
    provider: textOf(row, 'provider'),
    createdAt: numberOf(row, 'created_at'),
  };
}

function readOwnedLearner(row: Row): OwnedLearner {
  return {
    id: textOf(row, 'id'),
    lms: textOf(row, 'lms'),
    clientId: textOf(row, 'client_id'),
    account: accountOf(row),
    username: textOrNull(row, 'username'),
    sealedTokens: textOrNull(row, 'tokens'),
    failure: textOrNull(row, 'failure'),
    createdAt: numberOf(row, 'created_at'),
    changedAt: numberOf(row, 'changed_at'),
  };
}

function readAgreement(row: Row): OwnedAgreement {
  return {
    version: textOf(row, 'version'),
    address: textOf(row, 'address'),
    agreedAt: numberOf(row, 'agreed_at'),
  };
}
