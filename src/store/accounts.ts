/**
 * Users with their identities and addresses: the look-ups of a sign-in, and its one commit.
 *
 * A commit is one transaction: user, identity, addresses, session and audit events together or not at all (DESIGN §5).
 * Who the person is was decided before; here only a race can still say no, and then nothing was written.
 */
import type { Sealer, Vault } from '../crypto.ts';
import type { Identity, Milliseconds, Profile, ProvidedValues, User, UserEmail, UserState } from '../model.ts';
import { requireActive } from './account-guards.ts';
import { type AuditEvent, insertAuditEvent } from './audit.ts';
import { ConstraintViolation, type Database, type Row, type Step, sql } from './database.ts';
import { identifierPlace, identifierSteps } from './identifiers.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';
import { insertSession, type NewSession } from './sessions.ts';
import { requireNotRetired, retiredUsernameKey, usernameKey } from './usernames.ts';

export interface KnownIdentity {
  readonly identity: Identity;
  /** What the provider had asserted when the account was made or last brought up to date. */
  readonly profile: Profile;
  readonly user: User;
}

/** An address ready to be stored: `key` is its canonical form, the one that is compared. */
export interface NewEmail {
  readonly key: string;
  readonly address: string;
  readonly verifiedBy: string | null;
}

/** What is written beside user and identity. */
export interface AccountChange {
  /** The session that begins with it; null where nobody is signed in by it. */
  readonly session: NewSession | null;
  readonly profile: Profile;
  readonly emails: readonly NewEmail[];
  /** Whether the provider vouches for who the person is. What was vouched for once stays so, since that first time. */
  readonly verifiesIdentity: boolean;
  readonly events: readonly AuditEvent[];
  /** What locks more than this user, and so comes first: all who lock two do it in one order. Empty for a new user. */
  readonly before: readonly Step[];
  /** What must happen together with it, after user, identity and session are there. */
  readonly also: readonly Step[];
  readonly now: Milliseconds;
}

export interface Accounts {
  findIdentity(provider: string, subject: string): Promise<KnownIdentity | null>;
  findUser(userId: string): Promise<{ user: User; emails: UserEmail[] } | null>;
  /** The identifier that this user got last; null when there is none. */
  findIdentifier(userId: string, kind: string): Promise<string | null>;
  identitiesOf(userId: string): Promise<Identity[]>;
  /** Whether somebody has this username, in whatever case. */
  isUsernameTaken(username: string): Promise<boolean>;
  /** The same, each with what its provider asserted last. */
  profilesOf(userId: string): Promise<{ readonly identity: Identity; readonly profile: Profile }[]>;
  /** Makes the user and the identity. False when (provider, subject) or the username was taken meanwhile: nothing was written. */
  createUser(user: User, identity: Identity, change: AccountChange): Promise<boolean>;
  /** Brings a known user in. False when the identity or an active user is no longer there: nothing was written. */
  admitUser(user: User, identity: Identity, change: AccountChange, refresh: boolean): Promise<boolean>;
  /** Brings a known user in with an identity that is new to them. False when the identity was taken, or the user is not active any more. */
  linkIdentity(user: User, identity: Identity, change: AccountChange): Promise<boolean>;
  /** Makes a temporary user one that stays. False when the identity or the username was taken, or the user is no guest any more. */
  promoteUser(user: User, identity: Identity, change: AccountChange): Promise<boolean>;
  /** Who holds this address as verified; `key` is its canonical form. */
  findOwnerOfEmail(key: string): Promise<User | null>;
  /** Whom a provider has said to have this identifier; found by its blind index. Not those that were merged or deleted. */
  findHolders(kind: string, value: string): Promise<User[]>;
  /** Of these users, the ids of those who have an identity of this provider. */
  whoIsConnectedTo(provider: string, userIds: readonly string[]): Promise<string[]>;
}

export function createAccounts(database: Database, vault: Vault): Accounts {
  return {
    async findIdentity(provider, subject) {
      const row = await database.get(sql`
        select identities.id as identity_id, identities.user_id, identities.provider, identities.subject,
               identities.created_at as identity_created_at, identities.last_used_at, identities.verified_at,
               identities.profile as identity_profile, users.*
        from identities join users on users.id = identities.user_id
        where identities.provider = ${provider} and identities.subject = ${subject}`);
      if (row === null) return null;
      const identity = readIdentity(row);
      const profile = JSON.parse(vault.open(profilePlace(identity.id), textOf(row, 'identity_profile')));
      return { identity, profile, user: readUser(row, vault) };
    },

    async findUser(userId) {
      const row = await database.get(sql`select * from users where id = ${userId}`);
      if (row === null) return null;
      const emails = await database.all(sql`
        select * from emails where user_id = ${userId} order by is_primary desc, created_at, address_key`);
      return { user: readUser(row, vault), emails: emails.map(readEmail) };
    },

    async findIdentifier(userId, kind) {
      const row = await database.get(sql`
        select value, value_index from user_identifiers where user_id = ${userId} and kind = ${kind}
        order by created_at desc, value_index limit 1`);
      return row && vault.open(identifierPlace(userId, kind, textOf(row, 'value_index')), textOf(row, 'value'));
    },

    async identitiesOf(userId) {
      const rows = await database.all(sql`
        select id as identity_id, user_id, provider, subject, created_at as identity_created_at, last_used_at, verified_at
        from identities where user_id = ${userId} order by created_at, id`);
      return rows.map(readIdentity);
    },

    async isUsernameTaken(username) {
      const row = await database.get(sql`
        select id from users where username_key in (${usernameKey(username)}, ${retiredUsernameKey(username, vault)})`);
      return row !== null;
    },

    async profilesOf(userId) {
      const rows = await database.all(sql`
        select id as identity_id, user_id, provider, subject, created_at as identity_created_at, last_used_at,
               verified_at, profile
        from identities where user_id = ${userId} order by created_at, id`);
      return rows.map((row) => {
        const identity = readIdentity(row);
        return { identity, profile: JSON.parse(vault.open(profilePlace(identity.id), textOf(row, 'profile'))) };
      });
    },

    async findOwnerOfEmail(key) {
      const row = await database.get(sql`
        select users.* from emails join users on users.id = emails.user_id
        where emails.address_key = ${key} and emails.verified_at is not null`);
      return row && readUser(row, vault);
    },

    async findHolders(kind, value) {
      const rows = await database.all(sql`
        select users.* from user_identifiers join users on users.id = user_identifiers.user_id
        where user_identifiers.kind = ${kind} and user_identifiers.value_index = ${vault.blindIndex(kind, value)}
          and users.state in ('active', 'temporary', 'disabled')
        order by users.created_at, users.id`);
      return rows.map((row) => readUser(row, vault));
    },

    async whoIsConnectedTo(provider, userIds) {
      const connected = await Promise.all(
        userIds.map(async (userId) => {
          const row = await database.get(sql`
            select id from identities where user_id = ${userId} and provider = ${provider} limit 1`);
          return row === null ? [] : [userId];
        }),
      );
      return connected.flat();
    },

    createUser: (user, identity, change) =>
      commit(database, [
        ...change.before,
        {
          statement: sql`
            insert into users (id, state, username, username_key, profile, created_at, updated_at)
            values (${user.id}, ${user.state}, ${user.username}, ${usernameKey(user.username)}, ${sealUser(user, vault)},
                    ${change.now}, ${change.now})
            on conflict (username_key) do nothing`,
          changes: 1,
        },
        requireNotRetired(user, vault),
        insertIdentity(identity, change, vault),
        ...change.emails.map((email) => insertEmail(user.id, email, change.now)),
        ...identifierSteps(user.id, change.profile, vault, change.now),
        ...commonSteps(change, vault),
      ]),

    linkIdentity: (user, identity, change) =>
      commit(database, [
        ...change.before,
        updateUser(user, vault),
        insertIdentity(identity, change, vault),
        ...refreshSteps(user.id, change, vault),
        ...commonSteps(change, vault),
      ]),

    promoteUser: (user, identity, change) =>
      commit(database, [
        ...change.before,
        {
          // The username too: the one of a guest was nobody's choice.
          statement: sql`
            update users set state = ${user.state}, username = ${user.username},
              username_key = ${usernameKey(user.username)}, profile = ${sealUser(user, vault)},
              updated_at = ${user.updatedAt}
            where id = ${user.id} and state = 'temporary'`,
          changes: 1,
        },
        requireNotRetired(user, vault),
        // What let the guest in lets in whoever made it: from now on only the person's own ways do.
        { statement: sql`delete from identities where user_id = ${user.id}`, changes: 'any' },
        insertIdentity(identity, change, vault),
        ...refreshSteps(user.id, change, vault),
        ...commonSteps(change, vault),
      ]),

    admitUser: (user, identity, change, refresh) =>
      commit(database, [
        ...change.before,
        // The user first, as everybody who changes an account does: two who locked in different orders would wait for each other.
        refresh ? updateUser(user, vault) : requireActive(user.id),
        {
          statement: refresh
            ? sql`
                update identities
                set last_used_at = ${change.now}, profile = ${sealProfile(identity.id, change.profile, vault)},
                  verified_at = coalesce(verified_at, cast(${verifiedNow(change)} as bigint))
                where id = ${identity.id} and user_id = ${user.id}`
            : sql`
                update identities
                set last_used_at = ${change.now},
                  verified_at = coalesce(verified_at, cast(${verifiedNow(change)} as bigint))
                where id = ${identity.id} and user_id = ${user.id}`,
          changes: 1,
        },
        ...(refresh ? refreshSteps(user.id, change, vault) : []),
        ...commonSteps(change, vault),
      ]),
  };
}

function insertIdentity(identity: Identity, change: AccountChange, vault: Vault): Step {
  const { profile, now } = change;
  return {
    statement: sql`
      insert into identities (id, provider, subject, user_id, profile, created_at, last_used_at, verified_at)
      values (${identity.id}, ${identity.provider}, ${identity.subject}, ${identity.userId},
              ${sealProfile(identity.id, profile, vault)}, ${now}, ${now}, ${verifiedNow(change)})
      on conflict (provider, subject) do nothing`,
    changes: 1,
  };
}

const verifiedNow = ({ verifiesIdentity, now }: AccountChange) => (verifiesIdentity ? now : null);

/** Also the guard against a user who was disabled since the decision. */
function updateUser(user: User, vault: Vault): Step {
  return {
    statement: sql`
      update users set profile = ${sealUser(user, vault)}, updated_at = ${user.updatedAt}
      where id = ${user.id} and state in ('active', 'temporary')`,
    changes: 1,
  };
}

/** The step that undoes a transaction in which somebody else holds this address as verified (V-02). */
export function requireNoOtherOwner(userId: string, key: string): Step {
  return {
    statement: sql`
      update users set updated_at = updated_at
      where id = ${userId} and not exists (
        select 1 from emails where address_key = ${key} and verified_at is not null and user_id <> ${userId})`,
    changes: 1,
  };
}

function refreshSteps(userId: string, { emails, profile, now }: AccountChange, vault: Vault): Step[] {
  return [
    ...emails.flatMap((email) => refreshEmail(userId, email, now)),
    ...identifierSteps(userId, profile, vault, now),
  ];
}

function commonSteps(change: AccountChange, vault: Vault): Step[] {
  const { session, also, events, now } = change;
  const begun = session === null ? [] : [insertSession(session, vault, now)];
  return [...begun, ...also, ...events.map(insertAuditEvent)];
}

async function commit(database: Database, steps: readonly Step[]): Promise<boolean> {
  try {
    return (await database.atomically(steps)).committed;
  } catch (error) {
    // Two commits verified the same address at the same moment: the loser decides anew.
    if (error instanceof ConstraintViolation) return false;
    throw error;
  }
}

/**
 * An address that another account already holds as verified is kept, but not as verified: it must belong to one account
 * only, and the person is not told whose it is. The first address of a user is the primary one, whenever it comes.
 */
function insertEmail(userId: string, email: NewEmail, now: Milliseconds): Step {
  return {
    statement: sql`
      insert into emails (user_id, address_key, address, verified_at, verified_by, is_primary, created_at)
      select ${userId}, ${email.key}, ${email.address},
             case when taken.yes = 0 then cast(${email.verifiedBy === null ? null : now} as bigint) end,
             case when taken.yes = 0 then cast(${email.verifiedBy} as text) end,
             case when known.primaries = 0 then 1 else 0 end, ${now}
      from (select count(*) as yes from emails where address_key = ${email.key} and verified_at is not null) as taken,
           (select count(*) as primaries from emails where user_id = ${userId} and is_primary = 1) as known
      where true
      on conflict (user_id, address_key) do nothing`,
    changes: 'any',
  };
}

/** A verification is added, never taken away, by what a provider says later; an address is never removed by it. */
function refreshEmail(userId: string, email: NewEmail, now: Milliseconds): Step[] {
  const insert = insertEmail(userId, email, now);
  if (email.verifiedBy === null) return [insert];
  return [
    insert,
    {
      statement: sql`
        update emails set verified_at = ${now}, verified_by = ${email.verifiedBy}
        where user_id = ${userId} and address_key = ${email.key} and verified_at is null
          and not exists (select 1 from emails as other
                          where other.address_key = ${email.key} and other.verified_at is not null)`,
      changes: 'any',
    },
  ];
}

export function sealUser(user: User, sealer: Sealer): string {
  const { name, birthDate, phone, locale, country, sources, details, corrected } = user;
  const profile = { name, birthDate, phone, locale, country, sources, details, corrected };
  return sealer.seal(userPlace(user.id), JSON.stringify(profile));
}

/** Of a deleted account, whose profile is an empty text; and what a row lacks that was written before there was such a thing. */
const nothingKnown: ProvidedValues & Pick<User, 'sources' | 'details' | 'corrected'> = {
  name: { full: null, given: null, firstSurname: null, secondSurname: null },
  ...{ birthDate: null, phone: null, locale: null, country: null, sources: {}, details: {}, corrected: [] },
};

export function sealProfile(identityId: string, profile: Profile, sealer: Sealer): string {
  return sealer.seal(profilePlace(identityId), JSON.stringify(profile));
}

export const profilePlace = (identityId: string) => ({ table: 'identities', column: 'profile', row: identityId });

const userPlace = (userId: string) => ({ table: 'users', column: 'profile', row: userId });

export function readUser(row: Row, sealer: Sealer): User {
  const id = textOf(row, 'id');
  const sealed = textOf(row, 'profile');
  return {
    ...nothingKnown,
    ...(sealed === '' ? {} : JSON.parse(sealer.open(userPlace(id), sealed))),
    deletionAt: numberOrNull(row, 'deletion_at'),
    id,
    state: textOf(row, 'state') as UserState,
    username: textOf(row, 'username'),
    createdAt: numberOf(row, 'created_at'),
    updatedAt: numberOf(row, 'updated_at'),
  };
}

export function readIdentity(row: Row): Identity {
  return {
    id: textOf(row, 'identity_id'),
    provider: textOf(row, 'provider'),
    subject: textOf(row, 'subject'),
    userId: textOf(row, 'user_id'),
    createdAt: numberOf(row, 'identity_created_at'),
    lastUsedAt: numberOf(row, 'last_used_at'),
    verifiedAt: numberOrNull(row, 'verified_at'),
  };
}

function readEmail(row: Row): UserEmail {
  return {
    address: textOf(row, 'address'),
    verifiedAt: numberOrNull(row, 'verified_at'),
    verifiedBy: textOrNull(row, 'verified_by'),
    primary: numberOf(row, 'is_primary') === 1,
  };
}
