/**
 * What a merge of two accounts would do, worked out from what is stored of both: pure, and exact to the row.
 *
 * Nothing is chosen in silence: where both have a value the survivor's stays unless somebody chose otherwise, and what moves, ends
 * or clashes stands in the plan. Roles are never united: what a provider asserts stays with its identity and grants nothing
 * (D-15). Must never: move an address that nobody verified, for it would lend the survivor a claim to it (DESIGN §6.2), unless
 * the survivor has none at all.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Milliseconds, User } from '../model.ts';
import type {
  AccountGraph,
  OwnedAgreement,
  OwnedEmail,
  OwnedIdentifier,
  OwnedIdentity,
  OwnedLearner,
} from '../store/account-graph.ts';
import type { EndedIdentity } from '../store/account-moves.ts';
import type { ClientSubject } from '../store/client-subjects.ts';
import {
  type FieldSource,
  type FieldValue,
  hasValue,
  type ProfileField,
  profileFields,
  sourceIn,
  valueIn,
} from './merge-fields.ts';
import { isSameIdentifier, type MergeRefusal, type MergeRules, refusalOf } from './merge-rules.ts';

export type MergeField = ProfileField | 'username' | 'primaryEmail';
export type Side = 'retired' | 'survivor';
/** Whose value is kept where both have one; the survivor's where nothing is said. */
export type MergeChoices = { readonly [field in MergeField]?: Side };

/** Of the survivor. */
export type FieldChange = {
  [F in ProfileField]: {
    readonly field: F;
    readonly before: FieldValue<F>;
    readonly after: FieldValue<F>;
    /** Whose words these are. */
    readonly sources: { readonly before: FieldSource; readonly after: FieldSource };
  };
}[ProfileField];

export interface MovedIdentity {
  readonly id: string;
  readonly provider: string;
  readonly passwordChangedAt: Milliseconds | null;
}

/** Every row that a merge touches, and what becomes of it. Plain data: sealed, it is also what an undo works from. */
export interface MergeChanges {
  readonly retired: { readonly id: string; readonly state: 'active' | 'temporary'; readonly username: string };
  readonly survivor: { readonly id: string; readonly username: string };
  readonly fields: readonly FieldChange[];
  readonly swapsUsernames: boolean;
  readonly identities: { readonly moves: readonly MovedIdentity[]; readonly ends: readonly EndedIdentity[] };
  readonly emails: {
    readonly moves: readonly OwnedEmail[];
    /** The survivor has it too, not verified; by the retired's verification it is. */
    readonly joins: readonly OwnedEmail[];
    readonly ends: readonly OwnedEmail[];
    /** Of the survivor, by their canonical forms. */
    readonly primary: { readonly before: string | null; readonly after: string | null };
  };
  readonly identifiers: { readonly moves: readonly OwnedIdentifier[]; readonly ends: readonly OwnedIdentifier[] };
  readonly agreements: {
    readonly moves: readonly OwnedAgreement[];
    /** Of the survivor, to the same versions as some that move, but later: who agreed first had agreed. */
    readonly yields: readonly OwnedAgreement[];
    readonly ends: readonly OwnedAgreement[];
  };
  readonly subjects: {
    readonly moves: readonly ClientSubject[];
    /** The client knew both. `to` is the survivor's, which stays. */
    readonly retires: readonly (ClientSubject & { readonly to: string })[];
  };
  /** An LMS that goes on with the retired's `sub` keeps their record; any other has the survivor's, or makes one. */
  readonly learners: { readonly moves: readonly OwnedLearner[]; readonly ends: readonly OwnedLearner[] };
}

export interface MergePlan {
  readonly kind: 'plan';
  readonly retired: AccountGraph;
  readonly survivor: AccountGraph;
  readonly choices: MergeChoices;
  readonly changes: MergeChanges;
}

/** The plan, or why there is none. `retired` ends, `survivor` stays. */
export function planMerge(
  retired: AccountGraph,
  survivor: AccountGraph,
  choices: MergeChoices,
  rules: MergeRules,
): MergePlan | MergeRefusal {
  const refusal = refusalOf(retired, survivor, rules);
  if (refusal !== null) return refusal;
  return { kind: 'plan', retired, survivor, choices, changes: changesOf(retired, survivor, choices, rules) };
}

/** Whether anything of the survivor's own is another afterwards. */
export function changesSurvivor({ fields, swapsUsernames, emails, agreements }: MergeChanges): boolean {
  return (
    fields.length > 0 ||
    swapsUsernames ||
    emails.joins.length > 0 ||
    emails.primary.before !== emails.primary.after ||
    agreements.yields.length > 0
  );
}

function changesOf(
  retired: AccountGraph,
  survivor: AccountGraph,
  choices: MergeChoices,
  rules: MergeRules,
): MergeChanges {
  // A guest has no values of its own: what stands there was made up, or came with the language of a browser.
  const asks = retired.user.state === 'active';
  return {
    retired: { id: retired.user.id, state: asks ? 'active' : 'temporary', username: retired.user.username },
    survivor: { id: survivor.user.id, username: survivor.user.username },
    fields: asks ? fieldChanges(retired.user, survivor.user, choices) : [],
    swapsUsernames: asks && choices.username === 'retired',
    identities: identityChanges(retired, survivor, rules),
    emails: emailChanges(retired, survivor, choices),
    identifiers: apart(retired.identifiers, (mine) =>
      survivor.identifiers.some((theirs) => isSameIdentifier(mine, theirs)),
    ),
    agreements: agreementChanges(retired, survivor),
    subjects: subjectChanges(retired, survivor),
    learners: learnerChanges(retired, survivor),
  };
}

/** What the survivor has too ends, everything else moves. */
function apart<T>(items: readonly T[], isThere: (item: T) => boolean): { moves: T[]; ends: T[] } {
  return { moves: items.filter((item) => !isThere(item)), ends: items.filter(isThere) };
}

// ----------------------------------------------------------------------------------------------------- what can be chosen

/** Whose value is kept. */
export function sideChosen(retired: User, survivor: User, field: ProfileField, choices: MergeChoices): Side {
  if (!hasValue(retired, field)) return 'survivor';
  if (!hasValue(survivor, field)) return 'retired';
  return choices[field] ?? 'survivor';
}

function fieldChanges(retired: User, survivor: User, choices: MergeChoices): FieldChange[] {
  return profileFields
    .filter((field) => sideChosen(retired, survivor, field, choices) === 'retired')
    .map((field) => {
      const sources = { before: sourceIn(survivor, field), after: sourceIn(retired, field) };
      return { field, before: valueIn(survivor, field), after: valueIn(retired, field), sources } as FieldChange;
    })
    .filter(({ before, after }) => !isDeepStrictEqual(before, after));
}

// --------------------------------------------------------------------------------------------------------- ways of signing in

function identityChanges(retired: AccountGraph, survivor: AccountGraph, rules: MergeRules): MergeChanges['identities'] {
  const ends = (identity: OwnedIdentity) => {
    switch (rules.kindOf(identity.provider)) {
      case 'guest':
        // It is worth nothing but in the browser that began it, and whoever sits there must not come with it into the account.
        return true;
      case 'password':
        return survivor.identities.some(({ provider }) => provider === identity.provider);
      case 'unknown':
        // Of a temporary account it was a guest's.
        return retired.user.state === 'temporary';
      case 'email':
      case 'launch':
      case 'upstream':
        return false;
    }
  };
  const identities = apart(retired.identities, ends);
  return {
    moves: identities.moves.map(({ id, provider, password }) => ({
      id,
      provider,
      passwordChangedAt: password?.changedAt ?? null,
    })),
    ends: identities.ends.map(({ profile: _, ...ended }) => ended),
  };
}

// ---------------------------------------------------------------------------------------------------------------- addresses

function emailChanges(retired: AccountGraph, survivor: AccountGraph, choices: MergeChoices): MergeChanges['emails'] {
  const isVerified = ({ verifiedAt }: OwnedEmail) => verifiedAt !== null;
  const theirs = (key: string) => survivor.emails.some((email) => email.key === key);
  const verified = retired.emails.filter(isVerified);
  const onlyOne = survivor.emails.length === 0 && verified.length === 0 && retired.user.state === 'active';
  const moves = onlyOne ? retired.emails.filter(({ primary }) => primary) : verified.filter(({ key }) => !theirs(key));
  const joins = verified.filter(({ key }) => theirs(key));
  const ends = retired.emails.filter((email) => !moves.includes(email) && !joins.includes(email));
  const before = survivor.emails.find(({ primary }) => primary)?.key ?? null;
  const offered = [...moves, ...joins].find(({ primary }) => primary) ?? null;
  const chosen = before === null || choices.primaryEmail === 'retired' ? (offered?.key ?? before) : before;
  return { moves, joins, ends, primary: { before, after: chosen ?? moves[0]?.key ?? null } };
}

// --------------------------------------------------------------------------------------------------------------- agreements

function agreementChanges(retired: AccountGraph, survivor: AccountGraph): MergeChanges['agreements'] {
  const theirs = new Map(survivor.agreements.map((agreement) => [agreement.version, agreement]));
  const { moves, ends } = apart(retired.agreements, ({ version, agreedAt }) => {
    const other = theirs.get(version);
    return other !== undefined && other.agreedAt <= agreedAt;
  });
  return { moves, yields: moves.flatMap(({ version }) => theirs.get(version) ?? []), ends };
}

// ------------------------------------------------------------------------------------------------------------------ clients

function subjectChanges(retired: AccountGraph, survivor: AccountGraph): MergeChanges['subjects'] {
  const known = new Map(survivor.subjects.map(({ clientId, subject }) => [clientId, subject]));
  return {
    moves: retired.subjects.filter(({ clientId }) => !known.has(clientId)),
    retires: retired.subjects.flatMap((mine) => {
      const to = known.get(mine.clientId);
      return to === undefined ? [] : [{ ...mine, to }];
    }),
  };
}

/**
 * The record is of the account that the LMS has under a `sub`: it goes where that goes. Tokens of another LMS account must never
 * come to be the survivor's.
 */
function learnerChanges(retired: AccountGraph, survivor: AccountGraph): MergeChanges['learners'] {
  const { moves } = subjectChanges(retired, survivor);
  return apart(
    retired.learners,
    ({ lms, clientId }) =>
      survivor.learners.some((theirs) => theirs.lms === lms) || !moves.some((moved) => moved.clientId === clientId),
  );
}
