/**
 * Our own ways of signing in over a mailbox and passwords that a test plays.
 */
import type { Arrival, Milliseconds, Requester } from '../model.ts';
import type {
  Answered,
  FormPorts,
  FormProvider,
  MailProofRequest,
  MailProofSent,
  PasswordChoice,
  Shown,
} from './provider.ts';
import { createProvider, vendors } from './registry.ts';

export const requester: Requester = { userAgent: 'Firefox', addressKey: 'here', knownDevice: null };

/** Mails by their proof's id, as they were asked for. The right code of each is 123456, and its link `link-<id>`. */
export interface PlayedPorts extends FormPorts {
  readonly sent: MailProofRequest[];
  /** What the next `send` answers instead of sending. */
  refuseNext: Exclude<MailProofSent['kind'], 'sent'> | null;
  readonly passwordsTried: string[];
  readonly choices: PasswordChoice[];
  /** When ana@uni.mx chose hers. */
  passwordChangedAt: Milliseconds;
}

export function playedPorts(now = () => 1_000_000): PlayedPorts {
  const sent: MailProofRequest[] = [];
  const used = new Set<string>();
  const addressOf = (id: string) => sent[Number(id)]?.address.trim().toLowerCase();
  const ports: PlayedPorts = {
    sent,
    refuseNext: null,
    passwordsTried: [],
    choices: [],
    passwordChangedAt: 0,
    now,
    randomBytes: (bytes) => new Uint8Array(bytes).fill(sent.length + 1),
    issuer: 'https://broker.test',
    mailProofs: {
      canSend: true,
      async send(request, previous) {
        const refusal = ports.refuseNext ?? (request.address.includes('@') ? null : 'unusable');
        ports.refuseNext = null;
        if (refusal !== null) return { kind: refusal };
        if (previous !== null) used.add(previous);
        sent.push(request);
        const proofId = String(sent.length - 1);
        return { kind: 'sent', proofId, address: addressOf(proofId) ?? '' };
      },
      async takeCode(proofId, code) {
        if (used.has(proofId) || code !== '123456') return false;
        used.add(proofId);
        return true;
      },
      async takeLink(link) {
        const id = /^link-(\d+)$/.exec(link)?.[1] ?? '';
        const address = addressOf(id);
        if (used.has(id) || address === undefined) return null;
        used.add(id);
        return { address, purpose: sent[Number(id)]?.purpose ?? 'sign-in' };
      },
    },
    passwords: {
      async verify({ login, password }) {
        ports.passwordsTried.push(password);
        return login === 'ana@uni.mx' && password === 'correct horse battery staple' ? 'password-of-ana' : null;
      },
      find: async (_provider, address) =>
        address === 'ana@uni.mx' ? { subject: 'password-of-ana', changedAt: ports.passwordChangedAt } : null,
      async choose(choice) {
        ports.choices.push(choice);
        const { password, minimumLength } = choice;
        return password.length < minimumLength
          ? { kind: 'refused', faults: [{ code: 'too_short', limit: minimumLength }] }
          : { kind: 'accepted', hash: `hash of ${password}` };
      },
    },
    usernames: { tryOut: async () => ({ kind: 'free' }), judge: async () => ({ kind: 'free' }) },
  };
  return ports;
}

/** One person before the forms of one provider. */
export class Visit {
  readonly provider: FormProvider;
  readonly ports: PlayedPorts;
  shown: Shown | null = null;

  constructor(vendor: string, settings: object = {}, ports: PlayedPorts = playedPorts()) {
    const provider = createProvider(vendors, { slug: vendor, vendor, settings });
    if (provider.kind !== 'form') throw new Error(`${vendor} has no form`);
    this.provider = provider;
    this.ports = ports;
  }

  async start(): Promise<Shown['form']> {
    this.shown = await this.provider.start(request, this.ports);
    return this.shown.form;
  }

  /** The next form, or who arrived. */
  async submit(fields: { readonly [name: string]: string }): Promise<Shown['form'] | Answered<Arrival>> {
    if (this.shown === null) await this.start();
    const { form, remembered } = this.shown as Shown;
    const submission = { ...request, form, remembered, fields: new Map(Object.entries(fields)) };
    const step = await this.provider.submit(submission, this.ports);
    if (step.kind === 'answered') return step;
    this.shown = step;
    return step.form;
  }
}

const request = {
  signInId: 'attempt',
  locale: 'es-MX',
  siteName: 'Campus',
  loginHint: null,
  change: null,
  requester,
} as const;
