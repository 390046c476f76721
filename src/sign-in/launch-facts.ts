/**
 * What the pipeline decides a launch from: what it says, by which rule, and who is signed in in the browser that it came by.
 *
 * Read anew each time, as all facts. Writes nothing. Must never: look anybody up by what the launch says of another person.
 */
import { type LaunchRegistrations, type LinkingRule, launchProvider } from '../lti/launch-registration.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { SignIn, User } from '../model.ts';
import type { KnownIdentity } from '../store/accounts.ts';
import type { Store } from '../store/store.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { isPractice } from './launch-profile.ts';
import { presentIn } from './present.ts';

/** An account with the addresses that it has as verified, in their canonical form. */
export interface AccountHere {
  readonly user: User;
  readonly verified: readonly string[];
}

export interface LaunchSide {
  readonly version: LaunchFacts['version'];
  readonly message: LaunchFacts['message'];
  readonly linking: LinkingRule;
  /** The platform's word for who it is, to be shown: a name, else an address. */
  readonly shownName: string | null;
  readonly address: { readonly key: string; readonly shown: string } | null;
  /** The platform's own stand-in for a learner: nobody's account (lti.md §4, case 86). */
  readonly isPractice: boolean;
  /** Who is signed in in this browser, guests not counted; null for nobody. */
  readonly present: AccountHere | null;
  /** Who signed in for this launch a moment ago. */
  readonly proved: AccountHere | null;
  /** Whose account the same person has by LTI 1.1, where the platform proved that it may say so (lti.md §3.15). */
  readonly predecessor: User | null;
  /** Of the candidates, those that have an identity of this registration: a new one with an old address is somebody else (case 78). */
  readonly launched: readonly string[];
}

export interface LaunchSources {
  readonly store: Store;
  readonly launches: () => Promise<LaunchRegistrations>;
}

export interface Candidates {
  readonly known: KnownIdentity | null;
  readonly owners: readonly User[];
  /** Of the institution's id. */
  readonly holders: readonly User[];
  readonly proved: User | null;
}

/** Null for every sign-in but a launch, and for one whose registration was taken out meanwhile: nobody comes in by it any more. */
export async function gatherLaunch(
  { arrival, answers, purpose }: SignIn,
  { store, launches }: LaunchSources,
  { known, owners, holders, proved }: Candidates,
): Promise<LaunchSide | null> {
  if (purpose.kind !== 'launch' || arrival?.special?.kind !== 'launch') return null;
  const registrations = await launches();
  const registration = registrations.get(purpose.registration);
  if (registration === undefined) return null;
  const { version, person, message, roles, migratedFrom } = arrival.special.launch;
  const key = canonicalEmail(person.email ?? '');
  const present = await accountHere(store, presentIn(answers));
  const predecessor = await predecessorOf(store, registrations, migratedFrom);
  const candidates = [...owners, ...holders, present?.user ?? null, predecessor].filter((user) => user !== null);
  return {
    ...{ version, message, linking: registration.linking, isPractice: isPractice(roles), present },
    predecessor: isPractice(roles) ? null : predecessor,
    shownName: person.fullName ?? person.givenName ?? person.email,
    address: key === null || person.email === null ? null : { key, shown: person.email },
    proved: await accountHere(store, proved?.id ?? null),
    launched:
      known === null && candidates.length > 0
        ? await store.accounts.whoIsConnectedTo(
            arrival.profile.provider,
            candidates.map(({ id }) => id),
          )
        : [],
  };
}

async function predecessorOf(
  store: Store,
  registrations: LaunchRegistrations,
  claimed: LaunchFacts['migratedFrom'],
): Promise<User | null> {
  // Of a consumer that was closed since the launch came nobody is taken over either (R12).
  if (claimed === null || !registrations.has(claimed.consumer)) return null;
  const found = await store.accounts.findIdentity(launchProvider(claimed.consumer), claimed.userId);
  return found?.user ?? null;
}

async function accountHere(store: Store, userId: string | null): Promise<AccountHere | null> {
  const found = userId === null ? null : await store.accounts.findUser(userId);
  if (found?.user.state !== 'active') return null;
  const verified = found.emails.filter(({ verifiedAt }) => verifiedAt !== null);
  return {
    user: found.user,
    verified: verified.map(({ address }) => canonicalEmail(address)).filter((key) => key !== null),
  };
}
