/**
 * Proofs that somebody reads a mailbox: a mail is sent with a code and a link, and either is taken once.
 *
 * Implements F-01 to F-06, F-10, F-13 and F-16. What happens is the same whether anybody has an account with the address or
 * not; this file never asks. Must never: store, log or return a code or a link in clear, but in the mail.
 */
import { equalSecrets, randomToken, type Vault } from '../crypto.ts';
import { deviceInWords } from '../i18n/device.ts';
import type { Limits } from '../limits/limits.ts';
import { mailLink } from '../mail/link.ts';
import type { Mail } from '../mail/mail.ts';
import { signInCode } from '../mail/messages.ts';
import { parseRecipient } from '../mail/recipient.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { Brand } from '../pages/brand.ts';
import { path } from '../pages/href.ts';
import type { MailProofRequest, MailProofSent, MailProofs } from '../providers/provider.ts';
import type { MailProof } from '../store/mail-proofs.ts';
import type { Store } from '../store/store.ts';

/** NIST SP 800-63B-4 §3.1.3.3 allows a code 24 hours by mail; people who wait for one need minutes. */
export const PROOF_LIFE: Milliseconds = 10 * 60_000;
/** F-16: an attempt that asks again at once gets no second mail. */
export const RESEND_AFTER: Milliseconds = 60_000;

export interface MailProofDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'mailProofs' | 'passwords'>;
  readonly vault: Vault;
  readonly limits: Limits;
  readonly mail: Pick<Mail, 'canSend' | 'sendMail'>;
  readonly publicUrl: URL;
  readonly brand: () => Promise<Brand>;
}

export interface MailProofService extends MailProofs {
  /** The proof that a link belongs to, for showing it; null when it cannot be used. */
  find(link: string): Promise<MailProof | null>;
}

export function createMailProofs(dependencies: MailProofDependencies): MailProofService {
  const { environment, vault, limits } = dependencies;
  const store = dependencies.store.mailProofs;
  const codeHash = (id: string, code: string) => vault.tokenHash('mail code', `${id}.${code}`);
  const linkHash = (link: string) => vault.tokenHash('mail link', link);

  /** Whether there are still mails to spend, for this mailbox and for this client. */
  const mayMail = (address: string, addressKey: string) =>
    limits.take({ kind: 'mailsPerRecipient', key: address }, { kind: 'mailsPerClientAddress', key: addressKey });

  /** F-13: whoever could read the mailbox before its owner chose a password anew keeps nothing of it. */
  const isOfUse = async ({ address, sentAt }: MailProof) =>
    !(await dependencies.store.passwords.changedSince(address, sentAt));

  async function findByLink(link: string): Promise<MailProof | null> {
    const proof = await store.findByLink(linkHash(link), environment.now());
    return proof !== null && (await isOfUse(proof)) ? proof : null;
  }

  async function send(request: MailProofRequest, address: string): Promise<string> {
    const now = environment.now();
    const proof: MailProof = {
      id: randomToken(environment, 16),
      signInId: request.signInId,
      address,
      purpose: request.purpose,
      locale: request.locale,
      userAgent: request.requester.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
      sentAt: now,
      expiresAt: now + PROOF_LIFE,
    };
    const code = sixDigits(environment);
    const link = randomToken(environment, 16);
    await store.insert(proof, { code: codeHash(proof.id, code), link: linkHash(link) });
    await sendCode(proof, request.siteName, code, link);
    return proof.id;
  }

  async function sendCode(proof: MailProof, siteName: string | null, code: string, link: string): Promise<void> {
    const to = parseRecipient(proof.address);
    if (to === null) throw new TypeError('a proof of what is no address');
    const brand = await dependencies.brand();
    const message = signInCode({
      locale: proof.locale,
      brand,
      to,
      at: proof.sentAt,
      requester: { device: deviceInWords(proof.userAgent, proof.locale) },
      purpose: proof.purpose,
      site: siteName ?? brand.productName,
      code,
      link: mailLink(dependencies.publicUrl, path(`/sign-in/mail?token=${link}`)),
      validFor: PROOF_LIFE,
    });
    await dependencies.mail.sendMail(message, { notAfter: proof.expiresAt });
  }

  return {
    canSend: dependencies.mail.canSend,

    async send(request, previous): Promise<MailProofSent> {
      // F-10: the mail goes to the canonical form, which is what an account is found by; never to a look-alike of it.
      const address = parseRecipient(request.address);
      if (address === null) return { kind: 'unusable' };
      const before = previous === null ? null : await store.find(previous, environment.now());
      if (before !== null && environment.now() - before.sentAt < RESEND_AFTER) return { kind: 'too_soon' };
      if ((await mayMail(address, request.requester.addressKey)) === null) return { kind: 'too_many' };
      const proofId = await send(request, address);
      // After the newer one is on its way: F-05, the older one dies.
      if (previous !== null) await store.delete(previous);
      return { kind: 'sent', proofId, address };
    },

    async takeCode(proofId, code) {
      const now = environment.now();
      const tried = await store.countTry(proofId, now);
      if (tried === null) return false;
      const taken = await limits.take({ kind: 'codesPerAccount', key: tried.proof.address });
      if (taken === null || !equalSecrets(tried.codeHash, codeHash(proofId, code))) return false;
      await limits.giveBack(taken);
      return (await isOfUse(tried.proof)) && store.take(proofId, now);
    },

    async takeLink(link) {
      const now = environment.now();
      const proof = await findByLink(link);
      if (proof === null || !(await store.take(proof.id, now))) return null;
      return { address: proof.address, purpose: proof.purpose };
    },

    find: findByLink,
  };
}

const LONGEST_USER_AGENT = 500;

/** A million codes, each as likely: 2^48 is so far above a million that the remainder favours none that anybody could notice. */
function sixDigits(environment: Environment): string {
  const number = Buffer.from(environment.randomBytes(6)).readUIntBE(0, 6) % 1_000_000;
  return String(number).padStart(6, '0');
}
