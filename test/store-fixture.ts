/**
 * What tests of stored things begin with: a clock that only the test moves, people, and a store on each database.
 *
 * Used by tests only. Everything made here is new each time: no two tests share a row, and none depends on another.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createVault, type Vault } from '../src/crypto.ts';
import type { Environment, Identity, Milliseconds, Profile, ProviderRecord, SignIn, User } from '../src/model.ts';
import { makeProfile, type ProfileParts } from '../src/providers/profile.ts';
import { startedSignIn } from '../src/sign-in/beginning.ts';
import type { AccountChange, NewEmail } from '../src/store/accounts.ts';
import type { Database } from '../src/store/database.ts';
import type { MailProof } from '../src/store/mail-proofs.ts';
import type { NewSession } from '../src/store/sessions.ts';
import { createStore, type Store } from '../src/store/store.ts';
import { newIdentity, newUser } from '../src/users/arrival.ts';
import { type DatabaseKind, databaseKinds, forEachDatabase, type TestDatabases } from './databases.ts';

export const TEST_SECRET = 'practice-deployment-secret-0123456789abcdef';
export const NOW: Milliseconds = Date.UTC(2026, 10, 3, 9, 30);

export interface TestClock extends Environment {
  set(now: Milliseconds): void;
  advance(by: Milliseconds): void;
}

/** A clock that stands at `NOW` until it is moved, in either direction. */
export function stoppedClock(): TestClock {
  let now = NOW;
  return {
    now: () => now,
    randomBytes: (bytes) => randomBytes(bytes),
    set(to) {
      now = to;
    },
    advance(by) {
      now += by;
    },
  };
}

export interface TestStore {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: TestClock;
  readonly databases: TestDatabases;
}

/** One test for each kind of database, with the whole store over it. */
export function forEachStore(
  promise: string,
  body: (given: TestStore) => Promise<void>,
  kinds: readonly DatabaseKind[] = databaseKinds,
): void {
  forEachDatabase(promise, (databases) => body(openTestStore(databases)), kinds);
}

/**
 * As `forEachStore`, and once more over each database with other work between any two statements: SQLite answers within
 * one turn of the event loop, which hides whatever a second caller could do in between.
 */
export function forEachStoreAndInterleaved(promise: string, body: (given: TestStore) => Promise<void>): void {
  forEachStore(promise, body);
  forEachDatabase(`${promise}, when others come in between`, (databases) =>
    body(
      openTestStore({
        ...databases,
        durable: interleaved(databases.durable),
        ephemeral: interleaved(databases.ephemeral),
      }),
    ),
  );
}

function openTestStore(databases: TestDatabases): TestStore {
  const clock = stoppedClock();
  const vault = createVault(TEST_SECRET, clock);
  return { store: createStore(databases, vault), vault, clock, databases };
}

function interleaved(database: Database): Database {
  const between = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await nextTurn();
    const result = await work();
    await nextTurn();
    return result;
  };
  return {
    dialect: database.dialect,
    get: (statement) => between(() => database.get(statement)),
    all: (statement) => between(() => database.all(statement)),
    run: (statement) => between(() => database.run(statement)),
    atomically: (steps) => between(() => database.atomically(steps)),
    script: (text) => between(() => database.script(text)),
    close: () => database.close(),
  };
}

const nobody: ProfileParts = {
  provider: 'campus',
  issuer: 'https://up.test',
  subject: 's1',
  emails: [],
  trustsVerifiedEmail: () => true,
  verifier: 'campus',
  name: { full: null, given: 'Ana', firstSurname: 'Ruiz', secondSurname: null },
  birthDate: null,
  phone: null,
  identifiers: [],
  roles: [],
  locale: null,
  country: null,
  assurance: { acr: null, amr: [], authTime: null },
  raw: {},
};

/** The profile of a practice person; what is not given is empty. */
export function profileWith(parts: Partial<ProfileParts>): Profile {
  return makeProfile({ ...nobody, verifier: parts.provider ?? nobody.provider, ...parts });
}

/** What an operator says of a provider who wrote nothing but its name. */
export function recordWith(changes: Partial<ProviderRecord>): ProviderRecord {
  return {
    slug: 'campus',
    vendor: 'oidc',
    name: { 'es-MX': 'Campus', en: 'Campus' },
    hint: null,
    icon: null,
    skipHintedLoginDialog: true,
    skipRegistrationForm: false,
    skipEmailVerification: false,
    // Nobody is asked whether they have an account, unless a test wants that.
    sendToRegistrationFirst: true,
    oneIdentityPerUser: false,
    syncLearnerProfileData: true,
    enableSsoIdVerification: false,
    maxSessionLength: null,
    ...changes,
  };
}

export const verifiedEmail = (key: string): NewEmail => ({ key, address: key, verifiedBy: 'campus' });
export const unverifiedEmail = (key: string): NewEmail => ({ key, address: key, verifiedBy: null });

export interface Newcomer {
  readonly user: User;
  readonly identity: Identity;
  readonly commit: AccountChange & { readonly session: NewSession };
}

/** Somebody who arrives for the first time, ready for `createUser`; with a session and an event of their own. */
export function newcomer(
  environment: Environment,
  { profile = profileWith({}), emails = [] }: { profile?: Profile; emails?: readonly NewEmail[] } = {},
): Newcomer {
  const user = newUser(profile, 'active', environment);
  const identity = newIdentity(profile, user.id, environment);
  return { user, identity, commit: commitOf(user, profile, environment, emails) };
}

/** A commit for this user at this moment, with a new session and a new event. */
export function commitOf(
  user: User,
  profile: Profile,
  environment: Environment,
  emails: readonly NewEmail[] = [],
): Newcomer['commit'] {
  const now = environment.now();
  const { provider, assurance } = profile;
  return {
    profile,
    emails,
    before: [],
    also: [],
    session: {
      ...{
        idHash: randomId(),
        userId: user.id,
        provider,
        identityId: randomId(),
        assurance,
        upstream: null,
        longest: null,
      },
      ...{ device: { browser: null, system: null }, networkHash: null },
    },
    verifiesIdentity: false,
    events: [
      {
        id: randomId(),
        at: now,
        type: 'sign_in.succeeded',
        code: null,
        userId: user.id,
        provider,
        clientId: null,
        signInId: null,
        reference: null,
        detail: {},
      },
    ],
    now,
  };
}

export const randomId = () => randomBytes(16).toString('base64url');

/** Writes somebody new and answers who it is. */
export async function createNewcomer(
  { store, clock }: Pick<TestStore, 'store' | 'clock'>,
  given: { profile?: Profile; emails?: readonly NewEmail[] } = {},
): Promise<Newcomer> {
  const made = newcomer(clock, given);
  if (!(await store.accounts.createUser(made.user, made.identity, made.commit))) {
    throw new Error('the person was there already');
  }
  return made;
}

/** How many rows a table has. */
export async function countRows(database: Database, table: string): Promise<number> {
  const row = await database.get({ shape: [`select count(*) as n from ${table}`], values: [] });
  return Number(row?.n);
}

/** A mail that was just sent to prove a mailbox, with changes. */
export function proofWith(changes: Partial<MailProof>): MailProof {
  return {
    id: randomId(),
    signInId: 'sign-in',
    address: 'ana@uni.mx',
    purpose: 'sign-in',
    locale: 'es-MX',
    userAgent: null,
    sentAt: NOW,
    expiresAt: NOW + 10 * 60_000,
    ...changes,
  };
}

/** A sign-in that was just begun, with changes. */
export function signInWith(changes: Partial<SignIn>): SignIn {
  const purpose = { kind: 'visit', returnTo: '/account' } as const;
  const begun = { id: randomId(), browserHash: randomId(), purpose, locale: 'es-MX', guest: null } as const;
  return { ...startedSignIn({ ...begun, life: 60 * 60_000 }, NOW), ...changes };
}
