/**
 * A plan as somebody is shown it before they agree: data for a page or a terminal, without words.
 *
 * For whoever may see both accounts: the person who proved both, or an operator. Holds no identifier's value, no password and no
 * subject of a provider. `fingerprint` names what was shown: a merge that is not that any more is not carried out (D-14).
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Milliseconds, PersonName, UserState } from '../model.ts';
import type { AccountGraph, OwnedEmail } from '../store/account-graph.ts';
import { type FieldValue, hasValue, type ProfileField, profileFields, valueIn } from './merge-fields.ts';
import { type MergePlan, type Side, sideChosen } from './merge-plan.ts';
import { kindsThatDiffer } from './merge-rules.ts';

export interface PreviewedAccount {
  readonly userId: string;
  readonly username: string;
  readonly state: UserState;
  readonly name: PersonName;
  readonly createdAt: Milliseconds;
}

/** A value of each side, which one is kept, and whether that is a question: only where both have one, and not the same. */
type Compared<Field extends string, Value> = {
  readonly field: Field;
  readonly retired: Value;
  readonly survivor: Value;
  readonly chosen: Side;
  readonly isQuestion: boolean;
};

export type PreviewedField =
  | { [F in ProfileField]: Compared<F, FieldValue<F>> }[ProfileField]
  | Compared<'username', string>
  /** An address as it is written; null for none. */
  | Compared<'primaryEmail', string | null>;

export interface PreviewedIdentity {
  readonly provider: string;
  readonly createdAt: Milliseconds;
  readonly lastUsedAt: Milliseconds;
  /** `ends`: a guest's, or a password beside one of the survivor's. */
  readonly outcome: 'moves' | 'ends';
}

export interface PreviewedEmail {
  readonly address: string;
  readonly verified: boolean;
  /** `joins`: the survivor has it too, and by this it is verified. `ends`: nobody verified it, or the survivor has it so. */
  readonly outcome: 'moves' | 'joins' | 'ends';
}

/** What a client that knew the retired is told. */
export interface ClientNotice {
  readonly clientId: string;
  /** `subject-kept`: the person goes on under the `sub` that the client knew. `subject-replaced`: it knew both, and `from` ended. */
  readonly kind: 'subject-kept' | 'subject-replaced';
  readonly from: string;
  readonly to: string;
}

export interface MergePreview {
  readonly fingerprint: string;
  readonly retired: PreviewedAccount;
  readonly survivor: PreviewedAccount;
  /** Those in which the two differ. */
  readonly fields: readonly PreviewedField[];
  readonly identities: readonly PreviewedIdentity[];
  readonly emails: readonly PreviewedEmail[];
  readonly identifiers: readonly { readonly kind: string; readonly outcome: 'moves' | 'same' | 'differs' }[];
  /** Versions of the terms of use that the retired agreed to. `same`: both did, and it counts from the earlier moment. */
  readonly agreements: readonly { readonly version: string; readonly outcome: 'moves' | 'same' }[];
  /** What providers assert of either; it stays with its identity, and nothing is raised by merging. */
  readonly roles: readonly {
    readonly side: Side;
    readonly provider: string;
    readonly id: string;
    readonly name: string;
  }[];
  readonly clients: readonly ClientNotice[];
  /** Of the retired; all of them end. */
  readonly sessions: number;
}

export function previewOf(plan: MergePlan): MergePreview {
  const { retired, survivor, changes } = plan;
  const ended = new Set(changes.identities.ends.map(({ id }) => id));
  const shown = {
    retired: accountOf(retired),
    survivor: accountOf(survivor),
    fields: fieldsOf(plan),
    identities: retired.identities.map(({ id, provider, createdAt, lastUsedAt }) => {
      const outcome = ended.has(id) ? ('ends' as const) : ('moves' as const);
      return { provider, createdAt, lastUsedAt, outcome };
    }),
    emails: retired.emails.map((email) => ({
      address: email.address,
      verified: email.verifiedAt !== null,
      outcome: outcomeOf(email, plan),
    })),
    identifiers: identifiersOf(plan),
    agreements: retired.agreements.map(({ version }) => {
      const isOfBoth = survivor.agreements.some((other) => other.version === version);
      return { version, outcome: isOfBoth ? ('same' as const) : ('moves' as const) };
    }),
    roles: [...rolesOf(retired, 'retired'), ...rolesOf(survivor, 'survivor')],
  };
  return {
    ...shown,
    fingerprint: fingerprintOf(shown),
    clients: clientNotices(plan),
    sessions: retired.sessions,
  };
}

/** What each client that knew the retired is to be told. */
export function clientNotices({ changes: { subjects } }: Pick<MergePlan, 'changes'>): ClientNotice[] {
  return [
    ...subjects.moves.map(({ clientId, subject }) => {
      return { clientId, kind: 'subject-kept' as const, from: subject, to: subject };
    }),
    ...subjects.retires.map(({ clientId, subject, to }) => {
      return { clientId, kind: 'subject-replaced' as const, from: subject, to };
    }),
  ];
}

function accountOf({ user: { id, username, state, name, createdAt } }: AccountGraph): PreviewedAccount {
  return { userId: id, username, state, name, createdAt };
}

function fieldsOf({ retired, survivor, choices, changes }: MergePlan): PreviewedField[] {
  const { emails } = changes;
  // Of a guest nothing is kept, so that nothing is to be compared either.
  if (changes.retired.state === 'temporary') return [];
  const [mine, theirs] = [retired.user, survivor.user];
  const profile = profileFields
    .filter((field) => !isDeepStrictEqual(valueIn(mine, field), valueIn(theirs, field)))
    .map((field) => ({
      field,
      retired: valueIn(mine, field),
      survivor: valueIn(theirs, field),
      chosen: sideChosen(mine, theirs, field, choices),
      isQuestion: hasValue(mine, field) && hasValue(theirs, field),
    })) as PreviewedField[];
  const offered = [...emails.moves, ...emails.joins].find(({ primary }) => primary) ?? null;
  const primary = survivor.emails.find(({ key }) => key === emails.primary.before) ?? null;
  return [
    ...profile,
    {
      field: 'username',
      retired: mine.username,
      survivor: theirs.username,
      chosen: changes.swapsUsernames ? 'retired' : 'survivor',
      isQuestion: true,
    },
    ...(offered === null || offered.key === primary?.key
      ? []
      : [
          {
            field: 'primaryEmail' as const,
            retired: offered.address,
            survivor: primary?.address ?? null,
            chosen: emails.primary.after === offered.key ? ('retired' as const) : ('survivor' as const),
            isQuestion: primary !== null,
          },
        ]),
  ];
}

function outcomeOf(email: OwnedEmail, { changes: { emails } }: MergePlan): PreviewedEmail['outcome'] {
  if (emails.moves.includes(email)) return 'moves';
  return emails.joins.includes(email) ? 'joins' : 'ends';
}

function identifiersOf({ retired, survivor, changes }: MergePlan): MergePreview['identifiers'] {
  const differing = kindsThatDiffer(retired, survivor);
  return [
    ...changes.identifiers.moves.map(({ kind }) => {
      return { kind, outcome: differing.includes(kind) ? ('differs' as const) : ('moves' as const) };
    }),
    ...changes.identifiers.ends.map(({ kind }) => ({ kind, outcome: 'same' as const })),
  ];
}

function rolesOf({ identities }: AccountGraph, side: Side): MergePreview['roles'] {
  return identities.flatMap(({ provider, profile }) =>
    profile.roles.map(({ id, name }) => ({ side, provider, id, name })),
  );
}

/** Of what somebody agrees to. When an identity was used last is none of it: signing in meanwhile changes nothing. */
function fingerprintOf({ identities, ...shown }: Omit<MergePreview, 'fingerprint' | 'clients' | 'sessions'>): string {
  const agreedTo = {
    ...shown,
    identities: identities.map(({ provider, createdAt, outcome }) => [provider, createdAt, outcome]),
  };
  return createHash('sha256').update(JSON.stringify(agreedTo)).digest('base64url');
}
