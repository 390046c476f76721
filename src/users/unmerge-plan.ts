/**
 * What an undo of a merge would give back, worked out from what the merge did and what is there now: pure.
 *
 * Only what is still the survivor's goes back, and as it is now; what was unlinked, removed or changed since stays as it is, and is
 * named. Must never: take from the survivor what came after the merge, or from anybody else at all.
 */
import { isDeepStrictEqual } from 'node:util';
import type { AccountGraph, OwnedAgreement, OwnedEmail, OwnedIdentifier } from '../store/account-graph.ts';
import type { ClientSubject } from '../store/client-subjects.ts';
import { valueIn } from './merge-fields.ts';
import type { FieldChange, MergeChanges, MergeField } from './merge-plan.ts';
import type { ClientNotice } from './merge-preview.ts';

/** What does not come to be as it was before the merge. */
export type LeftAsItIs =
  | { readonly what: 'identity'; readonly provider: string; readonly because: 'gone' | 'password-changed' }
  | { readonly what: 'email'; readonly address: string; readonly because: 'gone' }
  | { readonly what: 'identifier'; readonly kind: string; readonly because: 'gone' }
  | { readonly what: 'agreement'; readonly version: string; readonly because: 'gone' }
  | { readonly what: 'subject'; readonly clientId: string; readonly because: 'gone' }
  | { readonly what: 'learner'; readonly lms: string; readonly because: 'gone' }
  | { readonly what: 'field'; readonly field: MergeField; readonly because: 'changed' };

export interface UnmergePlan {
  readonly kind: 'plan';
  readonly changes: MergeChanges;
  readonly retired: AccountGraph;
  readonly survivor: AccountGraph;
  /** Ids. What ended in the merge comes back besides. */
  readonly identities: readonly string[];
  readonly emails: {
    /** As they are now with the survivor. */
    readonly moves: readonly OwnedEmail[];
    /** The survivor keeps its own, not verified as before. */
    readonly parts: readonly OwnedEmail[];
    /** Of each, by canonical forms. */
    readonly survivorPrimary: { readonly before: string | null; readonly after: string | null };
    readonly retiredPrimary: string | null;
  };
  readonly identifiers: readonly OwnedIdentifier[];
  readonly agreements: readonly OwnedAgreement[];
  /** What the survivor had before these took its place. */
  readonly yielded: readonly OwnedAgreement[];
  readonly subjects: readonly ClientSubject[];
  /** Ids of their records at an LMS. */
  readonly learners: readonly string[];
  readonly fields: readonly FieldChange[];
  readonly swapsUsernames: boolean;
  readonly left: readonly LeftAsItIs[];
}

export function planUnmerge(changes: MergeChanges, retired: AccountGraph, survivor: AccountGraph): UnmergePlan {
  const left: LeftAsItIs[] = [];
  const stillThere = <T, Now>(items: readonly T[], find: (item: T) => Now | undefined, lost: (item: T) => LeftAsItIs) =>
    items.flatMap((item): Now[] => {
      const now = find(item);
      if (now === undefined) left.push(lost(item));
      return now === undefined ? [] : [now];
    });

  const identities = stillThere(
    changes.identities.moves,
    ({ id }) => survivor.identities.find((identity) => identity.id === id),
    ({ provider }) => ({ what: 'identity', provider, because: 'gone' }),
  );
  for (const { id, provider, passwordChangedAt } of changes.identities.moves) {
    const now = identities.find((identity) => identity.id === id);
    // It goes back with the identity: whoever looks at this should know that the other person may know it.
    if (now !== undefined && (now.password?.changedAt ?? null) !== passwordChangedAt) {
      left.push({ what: 'identity', provider, because: 'password-changed' });
    }
  }
  const emailLost = ({ address }: OwnedEmail): LeftAsItIs => ({ what: 'email', address, because: 'gone' });
  const emailNow = ({ key }: OwnedEmail) => survivor.emails.find((email) => email.key === key);
  const moves = stillThere(changes.emails.moves, emailNow, emailLost);
  const parts = stillThere(
    changes.emails.joins,
    (email) =>
      survivor.emails.find(({ key, verifiedAt }) => key === email.key && verifiedAt === email.verifiedAt) && email,
    emailLost,
  );
  const identifiers = stillThere(
    changes.identifiers.moves,
    ({ kind, index }) => survivor.identifiers.find((other) => other.kind === kind && other.index === index),
    ({ kind }) => ({ what: 'identifier', kind, because: 'gone' }),
  );
  const agreements = stillThere(
    changes.agreements.moves,
    ({ version, agreedAt }) =>
      survivor.agreements.find((other) => other.version === version && other.agreedAt === agreedAt),
    ({ version }) => ({ what: 'agreement', version, because: 'gone' }),
  );
  const subjects = stillThere(
    changes.subjects.moves,
    ({ clientId, subject }) =>
      survivor.subjects.find((other) => other.clientId === clientId && other.subject === subject),
    ({ clientId }) => ({ what: 'subject', clientId, because: 'gone' }),
  );
  const learners = stillThere(
    movedLearners(changes),
    ({ id }) => survivor.learners.find((other) => other.id === id),
    ({ lms }) => ({ what: 'learner', lms, because: 'gone' }),
  );
  const fields = changes.fields.filter(({ field, after }) => isDeepStrictEqual(valueIn(survivor.user, field), after));
  for (const change of changes.fields) {
    if (!fields.includes(change)) left.push({ what: 'field', field: change.field, because: 'changed' });
  }
  const swapsUsernames =
    changes.swapsUsernames &&
    survivor.user.username === changes.retired.username &&
    retired.user.username === changes.survivor.username;
  if (changes.swapsUsernames && !swapsUsernames) left.push({ what: 'field', field: 'username', because: 'changed' });

  return {
    kind: 'plan',
    changes,
    retired,
    survivor,
    identities: identities.map(({ id }) => id),
    emails: {
      moves,
      parts,
      survivorPrimary: primaryOfSurvivor(changes, survivor, moves),
      retiredPrimary: primaryOfRetired(changes, [...moves, ...parts, ...changes.emails.ends]),
    },
    identifiers,
    agreements,
    yielded: changes.agreements.yields.filter(({ version }) => agreements.some((back) => back.version === version)),
    subjects,
    learners: learners.map(({ id }) => id),
    fields,
    swapsUsernames,
    left,
  };
}

/** A merge that was made before there were any says nothing of them. */
function movedLearners({ learners }: Partial<MergeChanges>) {
  return learners?.moves ?? [];
}

/** The one that it had before, unless another was chosen since. */
function primaryOfSurvivor({ emails }: MergeChanges, survivor: AccountGraph, moves: readonly OwnedEmail[]) {
  const staying = survivor.emails.filter(({ key }) => !moves.some((moved) => moved.key === key));
  const before = survivor.emails.find(({ primary }) => primary)?.key ?? null;
  const isStaying = (key: string | null) => staying.some((email) => email.key === key);
  const wasChangedByMerge = before === emails.primary.after && isStaying(emails.primary.before);
  if (wasChangedByMerge) return { before, after: emails.primary.before };
  if (isStaying(before)) return { before, after: before };
  const next = isStaying(emails.primary.before) ? emails.primary.before : (staying[0]?.key ?? null);
  return { before, after: next };
}

function primaryOfRetired({ emails }: MergeChanges, returning: readonly OwnedEmail[]): string | null {
  const before = [...emails.moves, ...emails.joins, ...emails.ends].find(({ primary }) => primary);
  return (returning.find(({ key }) => key === before?.key) ?? returning[0])?.key ?? null;
}

/** What each client that had been told of the merge is to be told. `from` is what it knew the survivor by meanwhile. */
export function unmergeNotices({ subjects, changes }: UnmergePlan): ClientNotice[] {
  return [
    ...subjects.map(({ clientId, subject }) => {
      return { clientId, kind: 'subject-kept' as const, from: subject, to: subject };
    }),
    ...changes.subjects.retires.map(({ clientId, subject, to }) => {
      return { clientId, kind: 'subject-replaced' as const, from: to, to: subject };
    }),
  ];
}
