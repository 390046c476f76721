/**
 * What the pages of registration add to the commit of a sign-in: addresses, the agreement to terms, and who may have them.
 *
 * What a person says of their address never verifies it; only the proof does, and it is ours: `llavero` (D-09, V-24).
 */
import type { Milliseconds, Profile } from '../model.ts';
import { requireVerifiedEmail } from '../store/account-guards.ts';
import type { NewEmail } from '../store/accounts.ts';
import type { Step } from '../store/database.ts';
import { insertAgreement } from '../store/terms.ts';
import { emailsOf } from '../users/arrival.ts';
import { canonicalEmail } from '../users/email-address.ts';
import type { SaidFields } from '../users/self-told.ts';
import { type AgreedTerms, type Answers, provedIn, saidIn } from './registration-answers.ts';

export interface Registered {
  readonly fields: SaidFields;
  readonly terms: AgreedTerms | null;
  /** All that an account gets to which this identity is new; the primary one of a new account first. */
  readonly emails: readonly NewEmail[];
  /** Of these what the person added, rather than the provider. */
  readonly addedEmails: readonly NewEmail[];
  /** The canonical form of the address that was proved in this attempt; null when none was. */
  readonly provedKey: string | null;
}

export function registeredBy(answers: Answers, profile: Profile): Registered {
  const said = saidIn(answers);
  const sent = emailsOf(profile);
  const address = said?.fields.email;
  const own = ownEmail(address, provedIn(answers), sent);
  // What the person replaced or took away was only the provider's word, which nobody vouched for.
  const kept = address === undefined ? sent : sent.filter(({ verifiedBy }) => verifiedBy !== null);
  return {
    fields: said?.fields ?? {},
    terms: said?.terms ?? null,
    emails: [...own, ...kept.filter(({ key }) => key !== own[0]?.key)],
    addedEmails: own,
    provedKey: own.find(({ verifiedBy }) => verifiedBy === OURSELVES)?.key ?? null,
  };
}

const OURSELVES = 'llavero';

/** The address that was proved, or the one of the provider's that the person left as it was. None that was only typed. */
function ownEmail(said: string | undefined, proved: string | null, sent: readonly NewEmail[]): readonly NewEmail[] {
  const key = canonicalEmail(proved ?? said ?? '');
  if (key === null) return [];
  const asSent = sent.find((email) => email.key === key);
  if (proved === null) return asSent === undefined ? [] : [asSent];
  // In the spelling in which somebody wrote it: only the canonical form was written to.
  const address = asSent?.address ?? (canonicalEmail(said ?? '') === key ? said : undefined) ?? proved;
  return [{ key, address, verifiedBy: OURSELVES }];
}

/** The steps that write down what the person agreed to. */
export function agreementSteps({ terms }: Registered, userId: string, now: Milliseconds): readonly Step[] {
  return terms === null ? [] : [insertAgreement(userId, { ...terms, agreedAt: now })];
}

/**
 * That the proved address is this user's by now. Of two who prove one mailbox at the same moment the second finds it taken:
 * nothing is written, and they are decided anew, into the account of the first (D-12).
 */
export function proofSteps({ provedKey }: Registered, userId: string): readonly Step[] {
  return provedKey === null ? [] : [requireVerifiedEmail(userId, provedKey)];
}
