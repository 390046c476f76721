/**
 * The step that has an address proved before an account is made with it: by a mail with a code and a link (F-01 to F-16).
 *
 * An address that somebody typed is always proved: it would be passed on to sites, and Open edX takes an account by its
 * address alone (facts: step 8 of its pipeline). One that a provider sent without vouching for it is proved where the
 * operator says so. Must never tell, before the proof, whether somebody has an account with the address (F-11).
 */
import type { JsonObject } from '../model.ts';
import { continueMailbox, type MailboxQuestion } from '../providers/mailbox-dialog.ts';
import type { Submission } from '../providers/provider.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { type Facts, maySignUp, type PipelineStep, type Verdict } from './pipeline.ts';
import { VERIFY_EMAIL } from './registration-answers.ts';
import type { RegistrationFacts } from './registration-facts.ts';

export const verifyEmail: PipelineStep = {
  name: VERIFY_EMAIL,

  decide(facts, decision) {
    const { registration, purpose } = facts;
    if (!maySignUp(purpose)) return { kind: 'pass', reason: 'not-the-purpose' };
    if (registration === null || registration === 'unreadable') return { kind: 'pass', reason: 'nothing-is-asked' };
    if (registration.proved !== null) return { kind: 'pass', reason: 'mailbox-was-proved' };
    const address = addressToJudge(facts, registration, decision?.kind === 'use' ? decision.userId : null);
    if (address === null) return { kind: 'pass', reason: 'no-new-address' };
    return judge(address, facts, registration);
  },

  async receive(submission, ports) {
    const step = await continueMailbox(questionOf(submission), submission, ports);
    if (step.kind === 'form') return step;
    const answer: JsonObject = { address: step.answer.address, provedAt: ports.now() };
    return { kind: 'answered', answer };
  },
};

/** The address that would be the first of the account, in its canonical form; null where none is added. */
function addressToJudge({ profile }: Facts, registration: RegistrationFacts, userId: string | null): string | null {
  const said = registration.said?.fields.email;
  if (userId !== null) {
    // An account that has an address keeps it, whatever was said before it turned out whose it is.
    return registration.accounts[userId]?.hasEmail === false ? canonicalEmail(said ?? '') : null;
  }
  if (said !== undefined) return canonicalEmail(said);
  return profile.emails.map(({ address }) => canonicalEmail(address)).find((key) => key !== null) ?? null;
}

function judge(address: string, { profile, record }: Facts, registration: RegistrationFacts): Verdict {
  const sent = profile.emails.find((email) => canonicalEmail(email.address) === address);
  if (sent?.verified === true) return { kind: 'pass', reason: 'provider-vouches-for-address' };
  if (sent !== undefined && !registration.rules.verifyEmail) return { kind: 'pass', reason: 'proof-is-not-asked' };
  if (sent !== undefined && record.skipEmailVerification) return { kind: 'pass', reason: 'operator-spares-the-proof' };
  if (!registration.canSendMail) return { kind: 'deny', code: 'mail_unavailable', reason: 'no-mail-can-be-sent' };
  const fixed = registration.said?.fields.email === undefined;
  // No mail goes out before a button is pressed: signing in must not be a way to fill somebody's mailbox.
  const form = { kind: 'email-address', purpose: 'verify-address', address, fixed, fault: null } as const;
  return { kind: 'ask', form, reason: 'nobody-verified-address' };
}

/** From the stored form, which only the broker writes: whoever may change the address was asked for it on a page of ours. */
function questionOf({ form }: Submission): MailboxQuestion {
  const isFixed = (form.kind === 'email-address' && form.fixed) || (form.kind === 'email-code' && !form.mayChange);
  return { purpose: 'verify-address', fixedAddress: isFixed ? form.address : null, allows: () => true };
}
