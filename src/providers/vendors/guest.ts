/**
 * Going in as a guest: a temporary account of nobody in particular, where a client allows it.
 */

import { z } from 'zod';
import { ownProfile } from '../own-profile.ts';
import type { FormProvider } from '../provider.ts';
import { randomText } from '../random-text.ts';
import type { Vendor } from '../vendor.ts';

const settings = z.strictObject({});

export const guest: Vendor<typeof settings> = {
  vendor: 'guest',
  settings,
  secretSettings: [],
  name: { 'es-MX': 'Entrar como invitado', en: 'Continue as a guest' },
  hint: () => ({ 'es-MX': 'Sin cuenta, por ahora', en: 'Without an account, for now' }),
  create: createGuestProvider,
};

function createGuestProvider(slug: string): FormProvider {
  return {
    kind: 'form',
    slug,
    start: async () => ({ kind: 'form', form: { kind: 'guest' }, remembered: {} }),
    async submit(_submission, ports) {
      // Random, so that two visitors in one second are two accounts.
      const subject = randomText(ports);
      const profile = ownProfile({ provider: slug, subject, provedAddress: null, amr: [] }, ports);
      return { kind: 'answered', answer: { profile, upstream: null, special: { kind: 'guest' } } };
    },
  };
}
