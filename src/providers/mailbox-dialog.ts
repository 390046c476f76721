/**
 * The dialog that proves a mailbox: ask for an address, send a mail with a code and a link, take either.
 *
 * Implements the cases F-01, F-04 to F-06, F-10, F-16. What is shown and said never depends on whether anybody has an
 * account with the address (F-11). Must never take an address from a form for a proved one: only from the proof.
 */

import type { Form, JsonObject, ProofPurpose } from '../model.ts';
import type { Answered, FormPorts, FormRequest, Shown, Submission } from './provider.ts';

/** Of whose mailbox, and what for. */
export interface MailboxQuestion {
  readonly purpose: ProofPurpose;
  /** The one address that is to be proved; null where the person says which. */
  readonly fixedAddress: string | null;
  /** Whether this address may be used. Asked of the written form and of the proved one; never of whether it is known. */
  readonly allows: (address: string) => boolean;
}

/** Said by the broker to an attempt whose mail was used by another one; saying it to oneself harms nobody. */
export const USED_ELSEWHERE = 'used-elsewhere';

type AddressFault = Extract<Form, { kind: 'email-address' }>['fault'];
type CodeFault = Extract<Form, { kind: 'email-code' }>['fault'];

/** Asks for the address; a fixed one is sent its mail at once. */
export async function startMailbox(
  question: MailboxQuestion,
  request: FormRequest,
  ports: FormPorts,
  suggestion = '',
): Promise<Shown> {
  if (question.fixedAddress === null) return askAddress(question, suggestion, null);
  return send(question, question.fixedAddress, request, ports, null);
}

/** Reads what was sent from a form of this dialog. The answer is the proved address. */
export async function continueMailbox(
  question: MailboxQuestion,
  submission: Submission,
  ports: FormPorts,
): Promise<Shown | Answered<{ readonly address: string }>> {
  const { form, fields } = submission;
  const link = fields.get('link');
  if (link !== undefined) return takeLink(question, link, ports);
  if (form.kind === 'email-address') {
    return send(question, question.fixedAddress ?? fields.get('email') ?? '', submission, ports, null);
  }
  const sent = parseSent(submission.remembered);
  if (form.kind !== 'email-code' || sent === null) return askAddress(question, '', null);
  switch (fields.get('action')) {
    case USED_ELSEWHERE:
      return askAddress(question, sent.address, 'used_elsewhere');
    case 'resend':
      return send(question, sent.address, submission, ports, sent.proofId);
    case 'change':
      if (question.fixedAddress === null) return askAddress(question, sent.address, null);
  }
  const code = readCode(fields.get('code') ?? '');
  if (code !== null && (await ports.mailProofs.takeCode(sent.proofId, code))) return accept(question, sent.address);
  return askCode(question, sent, 'wrong_code');
}

async function takeLink(question: MailboxQuestion, link: string, { mailProofs }: FormPorts) {
  const proved = await mailProofs.takeLink(link);
  // A proof for one thing is none for another: whoever meant to verify an address did not mean to sign in.
  if (proved === null || proved.purpose !== question.purpose) return askAddress(question, '', 'expired');
  if (question.fixedAddress !== null && proved.address !== question.fixedAddress) {
    return askAddress(question, '', 'expired');
  }
  return accept(question, proved.address);
}

/**
 * A link may come from a mail that another provider sent, and the rule may be another one than when the mail was: whose
 * mailbox it is was proved, whether it may be used here is asked now.
 */
function accept(question: MailboxQuestion, address: string): Shown | Answered<{ readonly address: string }> {
  if (!question.allows(address)) return askAddress(question, address, 'address_not_allowed');
  return { kind: 'answered', answer: { address } };
}

async function send(
  question: MailboxQuestion,
  written: string,
  { signInId, locale, siteName, requester }: FormRequest,
  ports: FormPorts,
  previous: string | null,
): Promise<Shown> {
  if (!question.allows(written)) return askAddress(question, written, 'address_not_allowed');
  const request = { signInId, locale, siteName, requester, address: written, purpose: question.purpose };
  const result = await ports.mailProofs.send(request, previous);
  switch (result.kind) {
    case 'sent':
      return askCode(question, { proofId: result.proofId, address: result.address }, null);
    case 'unusable':
      return askAddress(question, written, 'address_unusable');
    case 'too_soon':
    case 'too_many': {
      const fault = result.kind === 'too_soon' ? 'too_soon' : 'too_many_mails';
      // The mail before is still good: its code may yet arrive.
      if (previous !== null) return askCode(question, { proofId: previous, address: written }, fault);
      return askAddress(question, written, 'too_many_mails');
    }
  }
}

/** As it was typed, so that a slip can be mended; cut, because it comes back with every page. */
function askAddress({ purpose, fixedAddress }: MailboxQuestion, typed: string, fault: AddressFault): Shown {
  const address = fixedAddress ?? typed.slice(0, 254);
  const form: Form = { kind: 'email-address', purpose, address, fixed: fixedAddress !== null, fault };
  return { kind: 'form', form, remembered: {} };
}

function askCode({ purpose, fixedAddress }: MailboxQuestion, sent: Sent, fault: CodeFault): Shown {
  const form: Form = {
    kind: 'email-code',
    purpose,
    address: sent.address,
    mayChange: fixedAddress === null,
    fault,
  };
  return { kind: 'form', form, remembered: { ...sent } };
}

interface Sent {
  readonly proofId: string;
  readonly address: string;
}

function parseSent({ proofId, address }: JsonObject): Sent | null {
  return typeof proofId === 'string' && typeof address === 'string' ? { proofId, address } : null;
}

/** Six digits, however they were grouped, full-width ones too. */
function readCode(written: string): string | null {
  const digits = written
    .slice(0, 40)
    .normalize('NFKC')
    .replaceAll(/[\s\p{Cf}.-]/gu, '');
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}
