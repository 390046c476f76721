/**
 * The step that decides about somebody whom a launch brings for the first time: what speaks for an account here × the registration's
 * rule (lti.md §5.3; the table stands in docs/linking.md, and every cell has a test).
 *
 * It comes before all steps, so that none of an operator's own lets a launch in by what its rule does not allow. Must never: tie
 * anything to an account by an address that nobody verified, by another person's, or without the person's own press of a button
 * where only a session speaks for it (lti.md §5.2, chain 3).
 */
import type { JsonObject, TraceEntry, User } from '../model.ts';
import { sideOf } from '../users/linking-policy.ts';
import type { AccountHere, LaunchSide } from './launch-facts.ts';
import { shownName } from './named-account.ts';
import { type Facts, type PipelineStep, readChoice, type Verdict } from './pipeline.ts';

const STEP = 'launch-rule';

/** What speaks for an account; the first that holds. */
export type Standing =
  /** It is the platform's own stand-in for a learner. */
  | 'practice'
  /** An account that the id or the address points to has staff powers, or is somebody of this registration already. */
  | 'guarded'
  /** An account has the institution's id, and the platform is trusted for it. */
  | 'same-identifier'
  /** An account has the address as verified, and the platform is trusted for it. */
  | 'trusted-address'
  /** Whoever is signed in here has the address as verified. */
  | 'same-address'
  | 'stranger';

/**
 * `create`: a new account. `use`: by the id or the address, as the policy for verified ones says. `ask`: they may sign in to an account
 * of theirs, and then say whether both are theirs. `confirm`: the account of whoever is signed in, if they say
 * so. `sign-in`: they sign in first, to an account that has the address as verified. `refuse`: nothing.
 */
export type LaunchRuling = 'create' | 'use' | 'ask' | 'confirm' | 'sign-in' | 'refuse';

export const launchRulings: {
  readonly [rule in LaunchSide['linking']['kind']]: { readonly [standing in Standing]: LaunchRuling };
} = {
  'require-account': {
    practice: 'refuse',
    guarded: 'refuse',
    'same-identifier': 'sign-in',
    'trusted-address': 'sign-in',
    'same-address': 'confirm',
    stranger: 'sign-in',
  },
  'create-on-first-launch': {
    practice: 'create',
    guarded: 'create',
    'same-identifier': 'create',
    'trusted-address': 'create',
    'same-address': 'confirm',
    stranger: 'create',
  },
  'trust-emails': {
    practice: 'create',
    // No step that goes by the address comes after this: it would find the very account that is guarded, whichever was signed in to.
    guarded: 'ask',
    'same-identifier': 'create',
    'trusted-address': 'use',
    'same-address': 'confirm',
    stranger: 'create',
  },
  'match-identifier': {
    practice: 'create',
    guarded: 'ask',
    'same-identifier': 'use',
    'trusted-address': 'ask',
    'same-address': 'confirm',
    stranger: 'ask',
  },
  never: {
    practice: 'refuse',
    guarded: 'refuse',
    'same-identifier': 'refuse',
    'trusted-address': 'refuse',
    'same-address': 'refuse',
    stranger: 'refuse',
  },
};

export const launchRule: PipelineStep = {
  name: STEP,
  decide(facts, decision) {
    const { launch, known, resolution, purpose } = facts;
    if (launch === null) {
      if (purpose.kind !== 'launch') return { kind: 'pass', reason: 'no-launch' };
      return { kind: 'deny', code: 'launch_unavailable', reason: 'registration-is-gone' };
    }
    // The key of an identity is all that counts for who was here before (DESIGN §6.1); and support has the last word.
    if (decision !== null) return { kind: 'pass', reason: 'already-decided' };
    if (known !== null || isFollowed(resolution)) return { kind: 'pass', reason: 'nothing-to-decide' };
    const standing = standingOf(facts, launch);
    return carryOut(launchRulings[launch.linking.kind][standing], standing, facts, launch);
  },
  // Which account was shown is written down by us, so that no other is tied by the answer.
  receive: async ({ fields, form }) => {
    const choice = fields.get('answer');
    const answer: JsonObject = {
      choice: choice === 'link' || choice === 'new' || choice === 'no' ? choice : 'none',
      userId: form.kind === 'launch-link' ? form.userId : null,
    };
    return { kind: 'answered', answer };
  },
};

/** What support chose and was merged away since is followed by nobody: then the rule decides as if it had not been chosen. */
const isFollowed = (resolution: Facts['resolution']): boolean =>
  resolution !== null && !(resolution.kind === 'link' && resolution.user.state === 'merged');

function standingOf(facts: Facts, launch: LaunchSide): Standing {
  if (launch.isPractice) return 'practice';
  const { owners, holders } = facts;
  const here = accountOf(launch);
  const isGuarded = ({ id, username }: User) => launch.launched.includes(id) || isStaff(launch, username);
  if (pointedAt(facts, launch).some(isGuarded)) return 'guarded';
  if (holders.length > 0) return 'same-identifier';
  if (hasAddress(here, launch)) return 'same-address';
  return sideOf(owners).side === 'nobody' ? 'stranger' : 'trusted-address';
}

/** Whom the id, the address and the browser lead to. */
function pointedAt({ owners, holders }: Facts, launch: LaunchSide): User[] {
  const here = accountOf(launch);
  return [...owners, ...holders, ...(here === null ? [] : [here.user])];
}

/** The staff accounts that this launch led to, or that were signed in to for it, where it was refused or asked about. */
export function guardedBy(facts: Facts, trace: readonly TraceEntry[]): readonly User[] {
  const { launch } = facts;
  const wasKept = trace.some(({ step, decision }) => step === STEP && (decision === 'deny' || decision === 'ask'));
  if (launch === null || launch.isPractice || !wasKept) return [];
  const shown = launch.proved === null ? [] : [launch.proved.user];
  const staff = [...pointedAt(facts, launch), ...shown].filter(({ username }) => isStaff(launch, username));
  return [...new Map(staff.map((user) => [user.id, user])).values()];
}

/** The account that the browser speaks for, where it has the launch's address: who just signed in for it, else who was there. */
function accountOf(launch: LaunchSide): AccountHere | null {
  const here = launch.proved ?? launch.present;
  return hasAddress(here, launch) ? here : null;
}

/** Case 73: no address is no equal one. */
const hasAddress = (here: AccountHere | null, { address }: LaunchSide): boolean =>
  here !== null && address !== null && here.verified.includes(address.key);

const isStaff = ({ linking }: LaunchSide, username: string): boolean =>
  linking.staff.some((name) => name.toLowerCase() === username.toLowerCase());

function carryOut(ruling: LaunchRuling, standing: Standing, facts: Facts, launch: LaunchSide): Verdict {
  switch (ruling) {
    case 'refuse':
      return standing === 'guarded' && launch.linking.kind !== 'never'
        ? { kind: 'deny', code: 'launch_account_guarded', reason: 'account-is-guarded' }
        : { kind: 'deny', code: 'launch_not_linked', reason: 'rule-ties-nobody' };
    case 'create':
      return create(launch);
    case 'use':
      if (standing === 'trusted-address' && wantsProof(facts)) return askWhether(facts, launch);
      return launch.message === 'resource-link'
        ? { kind: 'pass', reason: `${standing}-is-trusted` }
        : { kind: 'deny', code: 'launch_not_linked', reason: 'not-by-such-a-message' };
    case 'ask':
      return askWhether(facts, launch);
    case 'confirm':
      return confirm(facts, launch, accountOf(launch));
    case 'sign-in':
      return signInFirst(launch);
  }
}

/** D-03: an operator who wants the account signed in to first wants it of a campus too; and then it is said that both are theirs. */
const wantsProof = ({ policy, owners }: Facts): boolean =>
  policy['same-verified-address'][sideOf(owners).side] === 'prove';

/** lti.md §3.9: only a course link makes somebody an account unasked. What an instructor opens to set one up does not. */
function create({ message }: LaunchSide): Verdict {
  return message === 'resource-link'
    ? { kind: 'create', reason: 'rule-makes-an-account' }
    : { kind: 'deny', code: 'launch_not_linked', reason: 'not-by-such-a-message' };
}

/**
 * Signing in for it is not enough: whoever makes somebody else's browser launch, and asks for a sign-in, must not win their account
 * (lti.md §5.2, chain 3). So the two are named, and a button says that both are theirs. Asked alike whether anybody has the address or
 * not: the campus may have written it to learn who has an account. A staff account is tied by none of it (R5).
 */
function askWhether(facts: Facts, launch: LaunchSide): Verdict {
  const { proved } = launch;
  if (proved !== null && isStaff(launch, proved.user.username)) {
    return { kind: 'deny', code: 'launch_account_guarded', reason: 'account-is-guarded' };
  }
  if (proved !== null) return confirm(facts, launch, proved);
  if (readChoice(facts.answers[STEP]) === 'new') return create(launch);
  return {
    kind: 'ask',
    form: { kind: 'existing-account', address: launch.address?.shown ?? null, certain: false },
    reason: 'may-have-an-account',
  };
}

function confirm({ answers }: Facts, launch: LaunchSide, here: AccountHere | null): Verdict {
  if (here === null) throw new Error('nobody is here who could confirm anything');
  const { user } = here;
  const answer = answers[STEP];
  const choice = answer?.userId === user.id ? readChoice(answer) : null;
  const mayCreate = launch.linking.kind !== 'require-account';
  if (choice === 'link') return { kind: 'use', userId: user.id, reason: 'said-it-is-theirs' };
  if (choice === 'new' && mayCreate) return create(launch);
  if (choice === 'no') return { kind: 'deny', code: 'launch_not_linked', reason: 'said-it-is-not-theirs' };
  return {
    kind: 'ask',
    form: {
      ...{ kind: 'launch-link', userId: user.id, account: shownName(user) },
      ...{ person: launch.shownName, address: launch.address?.shown ?? null, mayCreate },
    },
    reason: 'whether-it-is-theirs',
  };
}

function signInFirst(launch: LaunchSide): Verdict {
  if (launch.address === null) return { kind: 'deny', code: 'launch_address_missing', reason: 'no-address-was-sent' };
  // They have just shown an account, and it lacks the address: asking again would only lead here again.
  if (launch.proved !== null) return { kind: 'deny', code: 'launch_address_differs', reason: 'account-lacks-it' };
  return {
    kind: 'ask',
    form: {
      ...{ kind: 'launch-sign-in', person: launch.shownName, address: launch.address.shown },
      present: launch.present === null ? null : shownName(launch.present.user),
    },
    reason: 'wants-an-account-with-the-address',
  };
}
