/**
 * Accounts from another system: one JSON object a line, with a hashed password where the person had one.
 *
 * Idempotent: a username that exists is left alone, so that a second run changes nothing. An address counts as verified
 * only where the line says so in a boolean, and then by `import` (V-24). Must never: take a password in clear, or put a
 * value of a line in a message.
 */
import { z } from 'zod';
import { randomToken, type Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';
import { judgeStoredHash } from '../passwords/stored-hash.ts';
import { institutionKind, parseInstitutionId } from '../person/institution-id.ts';
import { parseCurp } from '../providers/curp.ts';
import { makeProfile, type ProfileParts } from '../providers/profile.ts';
import { writePassword } from '../store/passwords.ts';
import type { Store } from '../store/store.ts';
import { emailsOf, newIdentity, newUser } from '../users/arrival.ts';
import { sourcedBy } from '../users/provided-values.ts';

const lineSchema = z.strictObject({
  username: z.string().regex(/^[\p{L}\p{N}._@+-]{1,150}$/u, 'must be 1 to 150 letters, digits or . _ @ + -'),
  email: z.string().nullable().default(null),
  email_verified: z.boolean().default(false),
  name: z.string().nullable().default(null),
  given_name: z.string().nullable().default(null),
  family_name: z.string().nullable().default(null),
  /** Whoever signs in with this CURP, as a provider has verified it, gets the account: only one that somebody checked. */
  curp: z
    .string()
    .refine((written) => parseCurp(written)?.identifies === true, 'is malformed, or one that many people share')
    .nullable()
    .default(null),
  /** By namespace. Likewise: a launch of a campus that is trusted for them is signed in to the account. */
  institution_ids: z
    .record(
      z.string().regex(/^[a-z0-9-]{1,40}$/, 'must be a namespace: 1 to 40 of a-z 0-9 -'),
      z.string().refine((written) => parseInstitutionId(written) !== null, 'is no id, or one that many people share'),
    )
    .default({}),
  password_hash: z.string().nullable().default(null),
});
type Line = z.output<typeof lineSchema>;

export interface ImportReport {
  readonly imported: number;
  /** The username was there already. */
  readonly skipped: number;
  readonly faults: readonly { readonly line: number; readonly fault: string }[];
}

export interface ImportDependencies {
  readonly store: Store;
  readonly vault: Vault;
  readonly environment: Environment;
}

/**
 * Imports every line that can be, one transaction each, and reports the others. @param provider the slug of the provider
 * that signs them in: of vendor `password`
 */
export async function importUsers(
  text: string,
  provider: string,
  dependencies: ImportDependencies,
): Promise<ImportReport> {
  const faults: { line: number; fault: string }[] = [];
  let [imported, skipped] = [0, 0];
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const line = parseLine(written);
    if (typeof line === 'string') faults.push({ line: index + 1, fault: line });
    else if (await importUser(line, provider, dependencies)) imported += 1;
    else skipped += 1;
  }
  return { imported, skipped, faults };
}

/** The line, or what is wrong with it. */
function parseLine(written: string): Line | string {
  let value: unknown;
  try {
    value = JSON.parse(written);
  } catch {
    return 'is not JSON';
  }
  const result = lineSchema.safeParse(value);
  if (!result.success) {
    return result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`).join('; ');
  }
  const hash = result.data.password_hash;
  const judgement = hash === null ? null : judgeStoredHash(hash);
  return judgement?.kind === 'unusable' ? `password_hash: ${judgement.reason}` : result.data;
}

function identifiersOf({ curp, institution_ids: ids }: Line): ProfileParts['identifiers'] {
  const read = curp === null ? null : parseCurp(curp);
  const institutions = Object.entries(ids).flatMap(([namespace, written]) => {
    const value = parseInstitutionId(written);
    return value === null ? [] : [{ kind: institutionKind(namespace), value, identifies: true }];
  });
  return [...(read === null ? [] : [{ kind: 'curp' as const, ...read }]), ...institutions];
}

/** False when the username is taken. */
async function importUser(line: Line, provider: string, { store, vault, environment }: ImportDependencies) {
  const now = environment.now();
  const profile = makeProfile({
    provider,
    issuer: 'import',
    subject: randomToken(environment, 16),
    emails: [{ address: line.email, claimedVerified: line.email_verified }],
    trustsVerifiedEmail: () => true,
    verifier: 'import',
    name: { full: line.name, given: line.given_name, firstSurname: line.family_name, secondSurname: null },
    birthDate: null,
    phone: null,
    identifiers: identifiersOf(line),
    roles: [],
    locale: null,
    country: null,
    assurance: { acr: null, amr: [], authTime: null },
    raw: {},
  });
  const sources = sourcedBy(profile, 'import');
  const user = { ...newUser(profile, 'active', environment), username: line.username, sources };
  const identity = newIdentity(profile, user.id, environment);
  const event = { code: null, userId: user.id, provider, clientId: null, signInId: null, reference: null, at: now };
  return store.accounts.createUser(user, identity, {
    session: null,
    profile,
    emails: emailsOf(profile),
    verifiesIdentity: false,
    before: [],
    also: line.password_hash === null ? [] : [writePassword(identity.id, line.password_hash, vault, now)],
    events: (['user.created', 'identity.linked'] as const).map((type) => ({
      ...event,
      id: randomToken(environment, 16),
      type,
      detail: { reason: 'imported' },
    })),
    now,
  });
}
