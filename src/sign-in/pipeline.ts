/**
 * The pipeline: a short named list of steps that reconcile an arriving identity with the accounts that exist.
 *
 * Steps decide, they never write; what they conclude is carried out by one commit afterwards. Every step's word is kept
 * in a trace, so that support can see why somebody got this account. A pause remembers the *name* of the step that
 * asked, never its position: when it goes on, the whole list is decided anew from fresh facts and the answers so far, so
 * nothing that changed in between is overlooked.
 */
import type { ErrorCode } from '../errors.ts';
import type { Decision, Form, JsonObject, Profile, ProviderRecord, Purpose, TraceEntry, User } from '../model.ts';
import type { Answered, FormPorts, Shown, Submission } from '../providers/provider.ts';
import type { KnownIdentity } from '../store/accounts.ts';
import type { LinkingPolicy } from '../users/linking-policy.ts';
import type { LaunchSide } from './launch-facts.ts';
import type { RegistrationFacts } from './registration-facts.ts';

/** What support decided; `refuse` may be taken back, as each decision. */
export type Resolution =
  | { readonly kind: 'link'; readonly user: User }
  | { readonly kind: 'create' }
  | { readonly kind: 'refuse' };

export interface GuestFacts {
  readonly user: User;
  readonly elsewhere: boolean;
  /** Whether it was tried to bring their work into the account, and it could not be. */
  readonly isUnclaimable: boolean;
}

/** What the runner gathered before the first step. */
export interface Facts {
  readonly profile: Profile;
  /** What the operator says of the provider that the person came from. */
  readonly record: ProviderRecord;
  /** The identity with the profile's (provider, subject) and its user; null for somebody new. */
  readonly known: KnownIdentity | null;
  readonly purpose: Purpose;
  readonly policy: LinkingPolicy;
  /** Whether the person is nobody in particular. */
  readonly isGuest: boolean;
  /** Who holds a verified address of the profile as verified, each user once. Neither this nor the following is asked where the identity is known. */
  readonly owners: readonly User[];
  /** Who holds an identifier of the profile that the provider has verified and one person only can have, each user once. */
  readonly holders: readonly User[];
  /** The account that the person has signed in to meanwhile, to show that it is theirs. */
  readonly proved: User | null;
  /** The account that the purpose speaks of: to connect something to, or to be once more. */
  readonly account: User | null;
  /** The user who works as a guest in this browser, or in the one that asked for the mail. */
  readonly guest: GuestFacts | null;
  /** What support decided about this identity after a conflict. */
  readonly resolution: Resolution | null;
  /** Of the candidates, those who have an identity of this provider already; empty where that does not matter. */
  readonly alreadyConnected: readonly string[];
  /** What a launch says and what its rule needs to know; null for every other way of coming. */
  readonly launch: LaunchSide | null;
  /** What the person answered to steps that asked, by step name. */
  readonly answers: { readonly [step: string]: JsonObject };
  /** What is asked of people before they are let in; null where nothing is. */
  readonly registration: RegistrationFacts | 'unreadable' | null;
}

/** What a step says, always with its reason: an identifier-like phrase for support, without personal data. */
export type Verdict =
  | { readonly kind: 'pass'; readonly reason: string }
  | { readonly kind: 'use'; readonly userId: string; readonly reason: string }
  | { readonly kind: 'create'; readonly reason: string }
  /** The work of the guest in this browser goes with what was decided. */
  | { readonly kind: 'claim'; readonly reason: string }
  | { readonly kind: 'ask'; readonly form: Form; readonly reason: string }
  | { readonly kind: 'deny'; readonly code: ErrorCode; readonly reason: string }
  /** More than one account could be meant: nothing is done until support has decided. */
  | { readonly kind: 'conflict'; readonly candidates: readonly string[]; readonly reason: string };

export interface PipelineStep {
  readonly name: string;
  /** `decision` is what an earlier step concluded: a later one may still ask or deny, but not choose another account. */
  decide(facts: Facts, decision: Decision | null): Verdict | Promise<Verdict>;
  /**
   * Reads what was sent from the form that this step asked with: its answer, which `decide` finds among the facts, or a
   * form to show next. Left out, the form is a `confirm` and the answer `{ yes: boolean }`.
   */
  receive?(submission: Submission, ports: FormPorts): Promise<Shown | Answered<JsonObject>>;
}

export type PipelineResult =
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'waiting'; readonly step: string; readonly form: Form }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'conflict'; readonly candidates: readonly string[] };

export async function runPipeline(
  steps: readonly PipelineStep[],
  facts: Facts,
): Promise<{ result: PipelineResult; trace: TraceEntry[] }> {
  const trace: TraceEntry[] = [];
  let decision: Decision | null = null;
  // The commit writes this very profile: a step that could change its subject would choose who the person is (E-05).
  freeze(facts);
  for (const step of steps) {
    const verdict = await step.decide(facts, decision);
    trace.push({ step: step.name, decision: verdict.kind, reason: verdict.reason });
    switch (verdict.kind) {
      case 'pass':
        break;
      case 'use':
      case 'create':
        if (decision !== null) throw new Error(`step ${step.name} decides what an earlier step had decided`);
        if (verdict.kind === 'use') requireCandidate(step.name, verdict.userId, facts);
        decision =
          verdict.kind === 'use'
            ? { kind: 'use', userId: verdict.userId, guestId: null }
            : { kind: 'create', guestId: null };
        break;
      case 'claim':
        if (decision === null || facts.guest === null) throw new Error(`step ${step.name} claims nobody's work`);
        decision = withGuest(decision, facts.guest.user.id);
        break;
      case 'ask':
        return { result: { kind: 'waiting', step: step.name, form: verdict.form }, trace };
      case 'deny':
        return { result: { kind: 'refused', code: verdict.code }, trace };
      case 'conflict':
        return { result: { kind: 'conflict', candidates: verdict.candidates }, trace };
      default:
        // Not every operator's step is checked by a compiler, and an unknown word must not count as `pass` (E-05).
        throw new Error(`step ${step.name} gave no verdict`);
    }
  }
  // A list that concludes nothing must not let anybody in.
  if (decision === null) return { result: { kind: 'refused', code: 'sign_in_refused_by_rule' }, trace };
  return { result: { kind: 'decided', decision }, trace };
}

/** Whether it is for somebody who may be new, as a test pretends to be; otherwise it is for an account that is there. */
export const maySignUp = ({ kind }: Purpose): boolean =>
  kind === 'authorize' || kind === 'visit' || kind === 'launch' || kind === 'test';

const withGuest = (decision: Decision, guestId: string): Decision => ({ ...decision, guestId });

/** Yes or no: only the word is yes (E-02). What a step's form answers that has no reading of its own. */
export async function receiveConfirm({ fields }: Submission): Promise<Answered<JsonObject>> {
  return { kind: 'answered', answer: { yes: fields.get('answer') === 'yes' } };
}

/** What was chosen on a form of several buttons; null before that. */
export function readChoice(answer: JsonObject | undefined): string | null {
  return typeof answer?.choice === 'string' ? answer.choice : null;
}

/** A step chooses among the accounts that the facts speak of. Any other id is a mistake or worse (E-05). */
function requireCandidate(step: string, userId: string, facts: Facts): void {
  if (candidatesOf(facts).includes(userId)) return;
  throw new Error(`step ${step} names a user whom nothing ties to this person`);
}

function candidatesOf({ known, owners, holders, proved, account, launch, resolution }: Facts): readonly string[] {
  if (known !== null) return [known.user.id];
  const launched = [launch?.present?.user ?? null, launch?.predecessor ?? null];
  const users = [...owners, ...holders, proved, account, ...launched]
    .filter((user) => user !== null)
    .map(({ id }) => id);
  return resolution?.kind === 'link' ? [...users, resolution.user.id] : users;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  Object.values(value).forEach(freeze);
}
