/**
 * Proving a mailbox for one's own account: the dialog of mails by itself, as a way that signs nobody in.
 *
 * No operator configures it, no chooser shows it, and no purpose but the change of an address finds it.
 */
import type { ProviderRecord } from '../model.ts';
import { neverDown } from './circuit-breaker.ts';
import { continueMailbox, type MailboxQuestion, startMailbox } from './mailbox-dialog.ts';
import { ownProfile } from './own-profile.ts';
import type { EnabledProvider, FormProvider, FormRequest } from './provider.ts';

/** No configured provider can have this name. */
export const ADDRESS_PROVER = 'llavero';

export const addressProver: EnabledProvider = {
  record: recordOfProver(),
  provider: { ...createAddressProver(), ...neverDown },
};

function createAddressProver(): FormProvider {
  return {
    kind: 'form',
    slug: ADDRESS_PROVER,
    start: (request, ports) => startMailbox(questionOf(request), request, ports),
    async submit(submission, ports) {
      const step = await continueMailbox(questionOf(submission), submission, ports);
      if (step.kind === 'form') return step;
      const { address } = step.answer;
      const profile = ownProfile(
        { provider: ADDRESS_PROVER, subject: address, provedAddress: address, amr: ['otp'] },
        ports,
      );
      return { kind: 'answered', answer: { profile, upstream: null, special: null } };
    },
  };
}

function questionOf({ change }: FormRequest): MailboxQuestion {
  if (change?.kind !== 'verify-address') throw new Error('a mailbox is proved for nobody');
  return { purpose: 'verify-address', fixedAddress: change.address, allows: () => true };
}

function recordOfProver(): ProviderRecord {
  return {
    ...{
      slug: ADDRESS_PROVER,
      vendor: ADDRESS_PROVER,
      name: { 'es-MX': 'Correo electrónico', en: 'E-mail' },
      hint: null,
    },
    ...{ icon: null, skipHintedLoginDialog: true, skipRegistrationForm: true, skipEmailVerification: true },
    ...{ sendToRegistrationFirst: true, oneIdentityPerUser: false, syncLearnerProfileData: false },
    ...{ enableSsoIdVerification: false, maxSessionLength: null },
  };
}
