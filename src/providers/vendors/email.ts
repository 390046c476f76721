/**
 * Signing in by e-mail: a mail with a code and a link, and nothing to remember.
 *
 * Whoever reads the mailbox is its person: the canonical address is the subject.
 */

import { z } from 'zod';
import { continueMailbox, type MailboxQuestion, startMailbox } from '../mailbox-dialog.ts';
import { ownProfile } from '../own-profile.ts';
import type { FormProvider } from '../provider.ts';
import type { Vendor } from '../vendor.ts';
import { domains, isOfDomain } from './allowed-domains.ts';

const settings = z.strictObject({
  allowed_domains: domains.describe('Only addresses of these domains may come in; a subdomain is another domain.'),
});
type Settings = z.output<typeof settings>;

export const email: Vendor<typeof settings> = {
  vendor: 'email',
  settings,
  secretSettings: [],
  name: { 'es-MX': 'Correo electrónico', en: 'E-mail' },
  hint: () => ({ 'es-MX': 'Te enviamos un código', en: 'We send you a code' }),
  create: createEmailProvider,
};

function createEmailProvider(slug: string, written: Settings): FormProvider {
  const question: MailboxQuestion = {
    purpose: 'sign-in',
    fixedAddress: null,
    allows: (address) => isOfDomain(address, written.allowed_domains),
  };
  return {
    kind: 'form',
    slug,
    start: (request, ports) => startMailbox(question, request, ports, request.loginHint ?? ''),
    async submit(submission, ports) {
      const step = await continueMailbox(question, submission, ports);
      if (step.kind === 'form') return step;
      const { address } = step.answer;
      const profile = ownProfile({ provider: slug, subject: address, provedAddress: address, amr: ['otp'] }, ports);
      return { kind: 'answered', answer: { profile, upstream: null, special: null } };
    },
  };
}
