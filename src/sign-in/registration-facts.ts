/**
 * What the steps of registration decide from: the operator's rules, and what is stored of whoever may be meant.
 *
 * Read anew each time the pipeline runs. Where nothing is asked nothing is read: at a course start that is nearly everybody.
 */
import type { Arrival, Environment, ProviderRecord, Registration, User } from '../model.ts';
import { registrationFields } from '../person/fields.ts';
import type { FormPorts, UsernameJudgement } from '../providers/provider.ts';
import type { KnownIdentity } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import { emailsOf, isRefreshed, refreshedUser } from '../users/arrival.ts';
import { freeUsername, type NamedPerson, ruledUsername, type UsernameRule } from '../users/username-rule.ts';
import { type Answers, provedIn, type Said, saidIn } from './registration-answers.ts';

export interface RegistrationFacts {
  readonly rules: Registration;
  /** What the person said so far in this attempt; null while they were not asked. */
  readonly said: Said | null;
  /** The address that they proved in this attempt. */
  readonly proved: string | null;
  /** By user id: of each account that the facts speak of. */
  readonly accounts: { readonly [userId: string]: StoredAccount };
  /** For whoever chooses no username. */
  readonly proposedUsername: string;
  /** Of the username that the person chose; null where they chose none, or have an account with one. */
  readonly username: UsernameJudgement | null;
  /** Whether mails reach anybody here. */
  readonly canSendMail: boolean;
}

/** An account as this sign-in would leave it, before anything that the person adds. */
export interface StoredAccount {
  readonly user: User;
  readonly hasEmail: boolean;
  /** To the version that is asked for now; also where none is. */
  readonly hasAgreed: boolean;
}

export interface RegistrationSources {
  readonly environment: Environment;
  readonly store: Store;
  readonly formPorts: Pick<FormPorts, 'mailProofs' | 'usernames'>;
  readonly usernameRule: UsernameRule;
  /** Null: nothing is asked. */
  readonly registration: () => Promise<Registration | 'unreadable' | null>;
}

/** Who arrived, and whom the store knows. */
export interface Arrived {
  readonly arrival: Arrival;
  readonly record: ProviderRecord;
  readonly known: KnownIdentity | null;
  /** Each account that may be meant. */
  readonly users: readonly User[];
  readonly answers: Answers;
}

export async function gatherRegistration(
  sources: RegistrationSources,
  arrived: Arrived,
): Promise<RegistrationFacts | 'unreadable' | null> {
  const asked = await sources.registration();
  if (asked === null || asked === 'unreadable') return asked;
  const { environment, formPorts, usernameRule, store } = sources;
  const { known, users, answers, arrival } = arrived;
  const rules = arrival.special?.kind === 'guest' ? ofGuests(asked) : asked;
  const said = saidIn(answers);
  const chosen = known === null ? (said?.fields.username ?? '') : '';
  const accounts = await Promise.all(
    users.map(async (user) => [user.id, await storedAccount(sources.store, rules, user, arrived)] as const),
  );
  return {
    rules,
    said,
    proved: provedIn(answers),
    accounts: Object.fromEntries(accounts),
    proposedUsername: await freeUsername(
      known === null ? ruledUsername(usernameRule, namedBy(arrived)) : null,
      store.accounts.isUsernameTaken,
      environment,
    ),
    username: chosen === '' ? null : await formPorts.usernames.judge(chosen),
    canSendMail: formPorts.mailProofs.canSend,
  };
}

/** The address that they proved counts before those that the provider sent. */
function namedBy({ arrival: { profile }, answers }: Arrived): NamedPerson {
  const sent = emailsOf(profile).map(({ address }) => address);
  const proved = provedIn(answers);
  return { profile, addresses: proved === null ? sent : [proved, ...sent] };
}

/** Whoever goes in as nobody in particular is not asked who they are; terms of use are for everybody. */
function ofGuests({ terms }: Registration): Registration {
  const hidden = registrationFields.map((name) => [name, 'hidden'] as const);
  return { fields: Object.fromEntries(hidden) as Registration['fields'], verifyEmail: false, terms };
}

async function storedAccount(
  { accounts, terms }: Store,
  rules: Registration,
  user: User,
  { arrival: { profile }, record, known }: Arrived,
): Promise<StoredAccount> {
  const refreshes = isRefreshed(record, profile, known?.profile ?? null);
  const getsEmail = refreshes && emailsOf(profile).length > 0;
  const asksEmail = rules.fields.email === 'required' && !getsEmail;
  return {
    user: refreshes ? refreshedUser(user, profile, user.updatedAt) : user,
    hasEmail: asksEmail ? ((await accounts.findUser(user.id))?.emails.length ?? 0) > 0 : true,
    hasAgreed: rules.terms === null || (await terms.hasAgreed(user.id, rules.terms.version)),
  };
}
