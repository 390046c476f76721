/**
 * What the pipeline decides from: who arrived, and what the store knows that may be theirs.
 *
 * Read anew each time the pipeline runs, because what was true before a pause may no longer be. Writes nothing.
 */
import type { Arrival, Milliseconds, Profile, ProviderRecord, SignIn, User } from '../model.ts';
import type { Store } from '../store/store.ts';
import { emailsOf } from '../users/arrival.ts';
import { canonicalEmail } from '../users/email-address.ts';
import type { LinkingPolicy } from '../users/linking-policy.ts';
import { gatherLaunch, type LaunchSources } from './launch-facts.ts';
import type { Facts, Resolution } from './pipeline.ts';
import { presentIn } from './present.ts';
import { readProofId } from './proof.ts';
import { provedIn } from './registration-answers.ts';
import { gatherRegistration, type RegistrationSources } from './registration-facts.ts';
import { isUnclaimable } from './unclaimable.ts';

/** An account that was signed in to counts as the person's own for so long (D-14). */
export const PROOF_LIFE: Milliseconds = 10 * 60_000;

export interface FactSources extends RegistrationSources, LaunchSources {
  readonly record: ProviderRecord;
  readonly policy: LinkingPolicy;
}

/** @param signIn one that somebody has arrived in */
export async function gatherFacts(signIn: SignIn, sources: FactSources): Promise<Facts> {
  const { arrival, purpose, answers } = signIn;
  if (arrival === null) throw new Error('a sign-in is decided before anybody arrived');
  const { store, record, policy } = sources;
  const { provider, subject } = arrival.profile;
  const known = await store.accounts.findIdentity(provider, subject);
  const account = await accountOf(signIn, store);
  const signs = known === null ? await signsOf(signIn, arrival, account, sources) : nobodyElse;
  const candidates = { known, owners: signs.owners, holders: signs.holders, proved: signs.proved };
  const launch = await gatherLaunch(signIn, sources, candidates);
  const launched = [launch?.present?.user ?? null, launch?.predecessor ?? null];
  const users = known === null ? eachOnce([...signs.users, ...launched]) : [known.user];
  return {
    ...{ purpose, policy, profile: arrival.profile, record, known, isGuest: isGuest(arrival), answers, account },
    ...{ owners: signs.owners, proved: signs.proved, resolution: signs.resolution },
    // Whether a campus is believed ids is said by its rule of now, not by that of when the launch came.
    holders: launch !== null && launch.linking.kind !== 'match-identifier' ? [] : signs.holders,
    ...{ alreadyConnected: signs.alreadyConnected, launch },
    guest: await guestOf(signIn, store),
    registration: await gatherRegistration(sources, { arrival, record, known, users, answers }),
  };
}

type Signs = Pick<Facts, 'owners' | 'holders' | 'proved' | 'resolution' | 'alreadyConnected'> & {
  readonly users: readonly User[];
};

/** A known identity is its user, whatever else the profile says today (B-28): at a course start that is nearly everybody. */
const nobodyElse: Signs = {
  owners: [],
  holders: [],
  proved: null,
  resolution: null,
  alreadyConnected: [],
  users: [],
};

/** What speaks for accounts to which this identity is new, and which accounts these are. */
async function signsOf(signIn: SignIn, arrival: Arrival, account: User | null, sources: FactSources): Promise<Signs> {
  if (isGuest(arrival)) return nobodyElse;
  const { store, record, environment } = sources;
  const { profile } = arrival;
  const owners = await ownersOfEmails(store, profile, provedIn(signIn.answers));
  const holders = await holdersOfIdentifiers(store, profile);
  const proved = await provedAccount(signIn, store, environment.now());
  const resolution = await resolutionOf(store, profile);
  const chosen = resolution?.kind === 'link' ? resolution.user : null;
  const users = eachOnce([...owners, ...holders, proved, account, chosen]);
  const ids = users.map(({ id }) => id);
  const alreadyConnected = record.oneIdentityPerUser
    ? await store.accounts.whoIsConnectedTo(profile.provider, ids)
    : [];
  return { owners, holders, proved, resolution, alreadyConnected, users };
}

const isGuest = ({ special }: Arrival) => special?.kind === 'guest';

/** Whom the purpose speaks of, while they may be signed in. */
function accountOf({ purpose }: SignIn, store: Store): Promise<User | null> | null {
  return purpose.kind === 'link' || purpose.kind === 'change' || purpose.kind === 'reauthenticate'
    ? openUser(store, purpose.userId, 'active')
    : null;
}

/** While they are a guest: somebody else may have claimed their work meanwhile. */
async function guestOf({ guest: begun, answers, purpose }: SignIn, store: Store): Promise<Facts['guest']> {
  // Who is here is seen only after a launch has come.
  const seen = purpose.kind === 'launch' ? presentIn(answers) : null;
  const guest = seen === null ? begun : { userId: seen, elsewhere: false };
  const user = guest === null ? null : await openUser(store, guest.userId, 'temporary');
  if (guest === null || user === null) return null;
  return { user, elsewhere: guest.elsewhere, isUnclaimable: isUnclaimable(answers, user.id) };
}

async function openUser(store: Store, id: string, state: 'active' | 'temporary'): Promise<User | null> {
  const user = (await store.accounts.findUser(id))?.user ?? null;
  return user?.state === state ? user : null;
}

/** Of the addresses that this provider is trusted for and says are verified, and of the one that was proved to us. */
async function ownersOfEmails(store: Store, profile: Profile, proved: string | null): Promise<User[]> {
  const verified = emailsOf(profile).filter(({ verifiedBy }) => verifiedBy !== null);
  const keys = [...verified.map(({ key }) => key), canonicalEmail(proved ?? '')].filter((key) => key !== null);
  return eachOnce(await Promise.all([...new Set(keys)].map((key) => store.accounts.findOwnerOfEmail(key))));
}

/** Of the identifiers that the provider has verified and that one person only can have. */
async function holdersOfIdentifiers(store: Store, profile: Profile): Promise<User[]> {
  const identifying = profile.identifiers.filter(({ identifies }) => identifies);
  const found = await Promise.all(identifying.map(({ kind, value }) => store.accounts.findHolders(kind, value)));
  return eachOnce(found.flat());
}

function eachOnce(users: readonly (User | null)[]): User[] {
  return [...new Map(users.filter((user) => user !== null).map((user) => [user.id, user])).values()];
}

/** Whom the person signed in as for this attempt, in this browser, a moment ago. */
async function provedAccount({ id, answers }: SignIn, store: Store, now: Milliseconds): Promise<User | null> {
  const proofId = readProofId(answers);
  const proof = proofId === null ? null : await store.signIns.find(proofId);
  if (proof?.outcome?.kind !== 'proved' || now - proof.changedAt >= PROOF_LIFE) return null;
  const { purpose } = proof;
  // Shown for another attempt, perhaps in another browser: it shows nothing here (D-14).
  if (purpose.kind !== 'prove' || purpose.waits.kind !== 'sign-in' || purpose.waits.id !== id) return null;
  return (await store.accounts.findUser(proof.outcome.userId))?.user ?? null;
}

async function resolutionOf(store: Store, { provider, subject }: Profile): Promise<Resolution | null> {
  const decision = await store.conflicts.findDecision(provider, subject);
  if (decision?.kind !== 'link') return decision;
  const found = await store.accounts.findUser(decision.userId);
  return found === null ? null : { kind: 'link', user: found.user };
}
