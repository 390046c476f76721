/**
 * Signing in with a password of this deployment, and choosing one after proving a mailbox.
 *
 * A password belongs to somebody whose address is proved: there is no registration with an address that was only typed
 * (account pre-hijacking, D-04). Forgetting a password and choosing the first one are the same: prove the mailbox, choose.
 * Whoever is signed in and changes their own begins there, with the mailbox of their account; having signed in with the
 * password just now stands in for the mail, so that it can be changed where no mail can be sent.
 * The subject is a random id of the password, not of the account, which may not exist yet.
 */

import { z } from 'zod';
import { SignInError } from '../../errors.ts';
import type { Arrival, Form, Milliseconds, OwnChange, PasswordFault } from '../../model.ts';
import { continueMailbox, type MailboxQuestion, startMailbox } from '../mailbox-dialog.ts';
import { ownProfile } from '../own-profile.ts';
import type { Answered, FormPorts, FormProvider, FormRequest, Shown, Submission } from '../provider.ts';
import { randomText } from '../random-text.ts';
import type { Vendor } from '../vendor.ts';
import { domains, isOfDomain } from './allowed-domains.ts';

const settings = z.strictObject({
  minimum_length: z
    .int('must be a whole number')
    .min(8, 'must be at least 8 (NIST SP 800-63B-4)')
    .max(64, 'must be at most 64: longer ones must stay possible, not be forced')
    .default(15)
    .describe(
      'How many characters a password has at least. NIST SP 800-63B-4 asks for 15 where it is the only factor.',
    ),
  allowed_domains: domains.describe('Only addresses of these domains may choose a password.'),
});
type Settings = z.output<typeof settings>;

/** How long a proved mailbox is good for choosing a password. */
const PROOF_LIFE: Milliseconds = 15 * 60_000;

export const password: Vendor<typeof settings> = {
  vendor: 'password',
  settings,
  secretSettings: [],
  name: { 'es-MX': 'Contraseña', en: 'Password' },
  hint: () => ({ 'es-MX': 'Con tu correo y contraseña', en: 'With your e-mail and password' }),
  create: createPasswordProvider,
};

function createPasswordProvider(slug: string, written: Settings): FormProvider {
  const mailboxOf = ({ change }: FormRequest): MailboxQuestion => ({
    purpose: 'choose-password',
    fixedAddress: choiceOf(change)?.mailbox ?? null,
    allows: (address) => isOfDomain(address, written.allowed_domains),
  });

  async function start(request: FormRequest, ports: FormPorts): Promise<Shown> {
    const choice = choiceOf(request.change);
    if (choice === null) return askPassword(request.loginHint ?? '', ports.mailProofs.canSend, null);
    if (choice.mailbox === null) return askNewPassword(choice.label, ports.now(), []);
    return startMailbox(mailboxOf(request), request, ports);
  }

  async function submit(submission: Submission, ports: FormPorts): Promise<Shown | Answered<Arrival>> {
    const { form, fields } = submission;
    // A link is opened from anywhere in the dialog, also from its first page.
    if (fields.has('link')) return proveMailbox(submission, ports);
    switch (form.kind) {
      case 'password':
        return fields.get('action') === 'forgot' && ports.mailProofs.canSend
          ? startMailbox(mailboxOf(submission), submission, ports, fields.get('email') ?? '')
          : signIn(submission, ports);
      case 'new-password':
        return choose(form.address, submission, ports);
      default:
        return proveMailbox(submission, ports);
    }
  }

  async function signIn({ fields, requester }: Submission, ports: FormPorts): Promise<Shown | Answered<Arrival>> {
    const login = fields.get('email') ?? '';
    const attempt = { provider: slug, login, password: fields.get('password') ?? '', requester };
    const subject = await ports.passwords.verify(attempt);
    if (subject === null) return askPassword(login, ports.mailProofs.canSend, 'wrong_password');
    return arrived(ownProfile({ provider: slug, subject, provedAddress: null, amr: ['pwd'] }, ports), null);
  }

  async function proveMailbox(submission: Submission, ports: FormPorts): Promise<Shown | Answered<Arrival>> {
    const step = await continueMailbox(mailboxOf(submission), submission, ports);
    return step.kind === 'form' ? step : askNewPassword(step.answer.address, ports.now(), []);
  }

  async function choose(address: string, submission: Submission, ports: FormPorts): Promise<Shown | Answered<Arrival>> {
    const provedAt = Number(submission.remembered.provedAt);
    const choice = choiceOf(submission.change);
    const known = choice === null ? await ports.passwords.find(slug, address) : null;
    // A page that was left open must not stay a key to the account for as long as the attempt lives, nor any longer than
    // until its owner chooses a password in another one (F-13).
    const isFresh = ports.now() - provedAt < PROOF_LIFE && (known === null || known.changedAt <= provedAt);
    if (!isFresh) {
      if (choice?.mailbox === null) throw new SignInError('sign_in_expired', 'the password was typed too long ago');
      return startMailbox(mailboxOf(submission), submission, ports, address);
    }
    const replaced = (choice === null ? known?.subject : choice.subject) ?? null;
    const chosen = await ports.passwords.choose({
      provider: slug,
      replaces: replaced,
      password: submission.fields.get('password') ?? '',
      minimumLength: written.minimum_length,
      contextWords: [address],
    });
    if (chosen.kind === 'refused') return askNewPassword(address, provedAt, chosen.faults);
    const subject = replaced ?? randomText(ports);
    // Whoever typed the password before has proved no mailbox by it.
    const proof = choice?.mailbox === null ? TYPED : { provedAddress: address, amr: ['pwd', 'otp'] };
    const profile = ownProfile({ provider: slug, subject, ...proof }, ports);
    return arrived(profile, { kind: 'new-password', hash: chosen.hash, provedAt });
  }

  /** The address stands in the stored form, which only the broker writes: what was proved is what is used. */
  function askNewPassword(address: string, provedAt: Milliseconds, faults: readonly PasswordFault[]): Shown {
    const { minimum_length: minimumLength } = written;
    const form: Form = { kind: 'new-password', address, minimumLength, faults };
    return { kind: 'form', form, remembered: { provedAt } };
  }

  return {
    kind: 'form',
    slug,
    start,
    submit,
  };
}

const TYPED = { provedAddress: null, amr: ['pwd'] };

type Choice = Extract<OwnChange, { kind: 'choose-password' }>;

/** What the person changes of their own account; null for whoever signs in. */
function choiceOf(change: OwnChange | null): Choice | null {
  return change?.kind === 'choose-password' ? change : null;
}

function askPassword(username: string, mayChoose: boolean, fault: 'wrong_password' | null): Shown {
  const form: Form = { kind: 'password', username: username.slice(0, 254), mayChoose, fault };
  return { kind: 'form', form, remembered: {} };
}

function arrived(profile: Arrival['profile'], special: Arrival['special']): Answered<Arrival> {
  return { kind: 'answered', answer: { profile, upstream: null, special } };
}
