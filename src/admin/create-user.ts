/**
 * An account that an operator makes for somebody, as an import of one (V-24).
 *
 * An address counts as verified only where the operator says so, with the reason, and then by `import`: whoever has the mailbox gets
 * the account. Must never: make an account that nobody could sign in to, or a second one for an address that somebody has.
 */
import { randomToken, type Vault } from '../crypto.ts';
import type { Environment, JsonObject, RegistrationField, User } from '../model.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { judgePassword } from '../passwords/policy.ts';
import { TypedPassword } from '../passwords/typed-password.ts';
import { readField } from '../person/read-field.ts';
import { makeProfile } from '../providers/profile.ts';
import { searchAccounts } from '../store/account-search.ts';
import { requireNoOtherOwner } from '../store/accounts.ts';
import type { Step } from '../store/database.ts';
import { writePassword } from '../store/passwords.ts';
import { emailsOf, newIdentity, newUser } from '../users/arrival.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { asTold } from '../users/self-told.ts';
import { freeUsername, ruledUsername, type UsernameRule } from '../users/username-rule.ts';
import { AdminRefusal } from './refusal.ts';
import type { Cause, UserAdministration } from './users.ts';

export interface UserCreation extends UserAdministration {
  readonly environment: Environment;
  readonly vault: Vault;
  readonly hasher: PasswordHasher;
  /** Of vendor `password`: it signs the person in. */
  readonly provider: { readonly slug: string; readonly minimumLength: number };
  readonly usernameRule: UsernameRule;
  readonly canSendMail: boolean;
  /** The steps that tell the person by mail. */
  readonly invite: (address: string) => Promise<readonly Step[]>;
}

export interface NewAccount {
  /** As on the registration page; `email` is needed. What is left out nobody knows. */
  readonly fields: { readonly [field in RegistrationField]?: string };
  /** Whether the operator says that the mailbox is the person's. */
  readonly verified: boolean;
  /** As it was typed; null where the person chooses one themselves, with a mail. */
  readonly password: string | null;
}

export interface CreatedUser {
  readonly id: string;
  readonly username: string;
  readonly email: string;
  readonly verified: boolean;
  /** Whether the person is told by mail how to choose a password. */
  readonly invited: boolean;
}

/** @throws AdminRefusal `invalid`; `exists`, saying who has the address or that the username is taken */
export async function createUser(creation: UserCreation, account: NewAccount, cause: Cause): Promise<CreatedUser> {
  const { environment, store, vault, provider } = creation;
  const fields = readFields(account, new Date(environment.now()).getUTCFullYear());
  const { verified } = account;
  const invited = account.password === null;
  if (invited) requireWayToChoose(verified, creation);
  await requireNobodyWith(creation, fields.email);
  const hash = account.password === null ? null : await hashOf(creation, account.password, fields);
  const profile = profileOf(fields.email, verified, provider.slug, environment);
  const user = await namedUser(creation, asTold(newUser(profile, 'active', environment), fields), fields);
  const identity = newIdentity(profile, user.id, environment);
  const emails = emailsOf(profile);
  const detail: JsonObject = { reason: 'created', by: cause.by, because: cause.reason, verified };
  const now = environment.now();
  const written = await store.accounts.createUser(user, identity, {
    ...{ session: null, profile, emails, verifiesIdentity: false, before: [], now },
    also: [
      ...emails.filter(({ verifiedBy }) => verifiedBy !== null).map(({ key }) => requireNoOtherOwner(user.id, key)),
      ...(hash === null ? [] : [writePassword(identity.id, hash, vault, now)]),
      ...(invited ? await creation.invite(fields.email) : []),
    ],
    events: (['user.created', 'identity.linked'] as const).map((type) => ({
      ...{ id: randomToken(environment, 16), at: now, type, code: null, userId: user.id, provider: provider.slug },
      ...{ clientId: null, signInId: null, reference: null, detail },
    })),
  });
  if (!written) {
    await requireNobodyWith(creation, fields.email);
    throw new AdminRefusal('exists', `the username ${user.username} is taken, or was until an account was deleted`);
  }
  return { id: user.id, username: user.username, email: fields.email, verified, invited };
}

type ReadFields = NewAccount['fields'] & { readonly email: string };

/** @throws AdminRefusal */
function readFields({ fields }: NewAccount, thisYear: number): ReadFields {
  const read = (Object.entries(fields) as [RegistrationField, string][]).map(([name, typed]) => {
    const reading = readField(name, typed, thisYear);
    if (reading.kind === 'fault') throw new AdminRefusal('invalid', `${name} is ${reading.fault.code}`);
    return [name, reading.value] as const;
  });
  const values: NewAccount['fields'] = Object.fromEntries(read.filter(([, value]) => value !== ''));
  if (values.email === undefined) throw new AdminRefusal('invalid', 'email is missing');
  return { ...values, email: values.email };
}

/** Choosing a password proves the mailbox, and that leads only to an account that has it as verified. @throws AdminRefusal */
function requireWayToChoose(verified: boolean, { canSendMail }: UserCreation): void {
  if (!verified) {
    throw new AdminRefusal('invalid', 'nobody could sign in: say that the address is verified, or give a password');
  }
  if (!canSendMail) throw new AdminRefusal('invalid', 'no mail can be sent, so that nobody could choose a password');
}

/** Also where it is not verified: a second run says who it is. @throws AdminRefusal */
async function requireNobodyWith({ database }: UserCreation, email: string): Promise<void> {
  const found = await searchAccounts(database, { id: '', usernameKey: '', emailKey: canonicalEmail(email) });
  if (found.length === 0) return;
  throw new AdminRefusal('exists', `the address is that of ${found.map(({ userId }) => userId).join(', ')} already`);
}

/** @throws AdminRefusal */
async function hashOf({ hasher, provider }: UserCreation, password: string, fields: ReadFields): Promise<string> {
  const typed = TypedPassword.parse(password);
  if (!(typed instanceof TypedPassword)) throw new AdminRefusal('invalid', `the password is ${typed.code}`);
  const contextWords = [fields.email, fields.username, fields.given_name, fields.family_name].filter(
    (word) => word !== undefined,
  );
  const [fault] = await judgePassword(typed, { minimumLength: provider.minimumLength, contextWords });
  if (fault !== undefined) throw new AdminRefusal('invalid', `the password is ${fault.code}`);
  return hasher.inSlot((slot) => slot.hash(typed));
}

async function namedUser({ store, environment, usernameRule }: UserCreation, user: User, fields: ReadFields) {
  if (fields.username !== undefined) return { ...user, username: fields.username };
  const wanted = ruledUsername(usernameRule, { profile: { identifiers: [], raw: {} }, addresses: [fields.email] });
  return { ...user, username: await freeUsername(wanted, store.accounts.isUsernameTaken, environment) };
}

/** Who vouches for the address: the operator's word. */
const IMPORT = 'import';

function profileOf(address: string, verified: boolean, provider: string, environment: Environment) {
  return makeProfile({
    provider,
    issuer: IMPORT,
    subject: randomToken(environment, 16),
    verifier: IMPORT,
    emails: [{ address, claimedVerified: verified }],
    trustsVerifiedEmail: () => true,
    name: { full: null, given: null, firstSurname: null, secondSurname: null },
    ...{ birthDate: null, phone: null, identifiers: [], roles: [], locale: null, country: null },
    ...{ assurance: { acr: null, amr: [], authTime: null }, raw: {} },
  });
}
