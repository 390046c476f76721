/**
 * Users who are there before anything is measured, to show whether a sign-in costs the same among many.
 *
 * Written by the store's own verb, so that they have every row, index entry and sealed value that a real user has; only
 * the commits are gathered, because a flushed commit each would take an hour for a million.
 */

import { generatedPerson } from '../simulators/index.ts';
import type { Environment, Identity, Profile } from '../src/model.ts';
import type { OpenStore } from '../src/open-store.ts';
import { makeProfile } from '../src/providers/profile.ts';
import { type AccountChange, createAccounts } from '../src/store/accounts.ts';
import type { Database, Step } from '../src/store/database.ts';
import { emailsOf, newIdentity, newUser } from '../src/users/arrival.ts';
import { PROVIDER } from './journeys.ts';

/** Far above the people who sign in during a run. */
const FIRST_SEEDED_PERSON = 50_000_000;
const USERS_PER_COMMIT = 500;

export async function seedUsers(
  { databases, vault }: OpenStore,
  users: number,
  environment: Environment,
): Promise<void> {
  const gathered = gatherCommits(databases.durable);
  const accounts = createAccounts(gathered.database, vault);
  for (let number = 0; number < users; number += 1) {
    const profile = profileOf(FIRST_SEEDED_PERSON + number);
    const user = newUser(profile, 'active', environment);
    const identity = newIdentity(profile, user.id, environment);
    await accounts.createUser(user, identity, commitOf(profile, identity, number, environment));
    if (number % USERS_PER_COMMIT === USERS_PER_COMMIT - 1) await gathered.flush();
  }
  await gathered.flush();
}

function profileOf(number: number): Profile {
  const { userData } = generatedPerson(number);
  const { idUsuario, curp, correo, nombre, primerApellido, segundoApellido, fechaNacimiento } = userData;
  return makeProfile({
    provider: PROVIDER,
    issuer: 'https://llave.example',
    subject: idUsuario ?? null,
    emails: [{ address: String(correo), claimedVerified: true }],
    name: {
      full: null,
      given: String(nombre),
      firstSurname: String(primerApellido),
      secondSurname: String(segundoApellido),
    },
    birthDate: String(fechaNacimiento),
    phone: null,
    identifiers: [{ kind: 'curp', value: String(curp), identifies: true }],
    roles: [],
    locale: 'es-MX',
    country: null,
    assurance: { acr: null, amr: [], authTime: null },
    trustsVerifiedEmail: () => true,
    verifier: PROVIDER,
    raw: { sent: { ...userData } },
  });
}

function commitOf(profile: Profile, identity: Identity, number: number, environment: Environment): AccountChange {
  const { userId } = identity;
  const now = environment.now();
  const event = { code: null, userId, provider: PROVIDER, clientId: null, signInId: null, reference: null, at: now };
  return {
    profile,
    emails: emailsOf(profile),
    session: {
      idHash: `seeded-session-${number}`,
      userId,
      provider: PROVIDER,
      identityId: identity.id,
      assurance: profile.assurance,
      device: { browser: null, system: null },
      networkHash: null,
      upstream: null,
      longest: null,
    },
    verifiesIdentity: false,
    events: (['user.created', 'identity.linked', 'sign_in.succeeded'] as const).map((type) => ({
      ...event,
      id: `seeded-${number}:${type}`,
      type,
      detail: {},
    })),
    before: [],
    also: [],
    now,
  };
}

/** A database that keeps what it is told to write until it is flushed, and then writes it in one transaction. */
function gatherCommits(database: Database): { database: Database; flush(): Promise<void> } {
  let steps: Step[] = [];
  return {
    database: {
      dialect: database.dialect,
      get: (statement) => database.get(statement),
      all: (statement) => database.all(statement),
      run: (statement) => database.run(statement),
      script: (text) => database.script(text),
      close: () => database.close(),
      async atomically(more) {
        steps.push(...more);
        return { committed: true };
      },
    },
    async flush() {
      const result = await database.atomically(steps);
      if (!result.committed) throw new Error('a seeded user was there already');
      steps = [];
    },
  };
}
