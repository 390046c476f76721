/**
 * A program: one of several processes that prove mailboxes by the same mails. Says `ready`, begins when it is told the
 * codes and links, and answers which of them it was that used them.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createMailProofs } from '../../src/credentials/mail-proofs.ts';
import { createVault, type Vault } from '../../src/crypto.ts';
import { createLimits } from '../../src/limits/limits.ts';
import type { Environment, MailMessage } from '../../src/model.ts';
import { defaultBrand } from '../../src/pages/brand.ts';
import { openDatabases } from '../../src/store/open-database.ts';
import { createStore, type Store } from '../../src/store/store.ts';
import { NOW, TEST_SECRET } from '../store-fixture.ts';

export interface Mailed {
  readonly id: string;
  readonly code: string;
  readonly link: string;
}

/** What the processes race for. */
export interface Race {
  /** Even ones are to be proved by their code, odd ones by their link. */
  readonly mails: readonly Mailed[];
  /** Of this one they only guess the code. */
  readonly guessedAt: Mailed;
}

export interface Proved {
  readonly taken: readonly number[];
}

/** Proofs over this store, and mails as they would arrive. */
export function mailProofsOver(store: Store, vault: Vault, environment: Environment) {
  let last: MailMessage | null = null;
  const proofs = createMailProofs({
    ...{ environment, store, vault, limits: createLimits(store.rateLimits, environment) },
    mail: {
      canSend: true,
      sendMail: async (message) => {
        last = message;
      },
    },
    publicUrl: new URL('https://broker.test'),
    brand: async () => defaultBrand,
  });
  return {
    proofs,
    async send(number: number): Promise<Mailed> {
      const requester = { userAgent: null, addressKey: 'here', knownDevice: null };
      const request = { signInId: `attempt-${number}`, locale: 'en', siteName: null, requester } as const;
      const sent = await proofs.send({ ...request, address: `person-${number}@uni.mx`, purpose: 'sign-in' }, null);
      assert.ok(sent.kind === 'sent' && last !== null);
      const code = (/^(\d{3}) (\d{3})$/m.exec(last.text) ?? []).slice(1).join('');
      return { id: sent.proofId, code, link: /token=([\w-]+)/.exec(last.text)?.[1] ?? '' };
    },
  };
}

async function run(url: string): Promise<void> {
  const environment = { now: () => NOW, randomBytes: (bytes: number) => randomBytes(bytes) };
  const vault = createVault(TEST_SECRET, environment);
  const databases = await openDatabases(url, { randomBytes, poolSize: 4 });
  const { proofs } = mailProofsOver(createStore(databases, vault), vault, environment);
  process.send?.('ready');
  const [{ mails, guessedAt }] = (await once(process, 'message')) as [Race];
  const wrong = guessedAt.code === '000000' ? '000001' : '000000';
  const [results] = await Promise.all([
    Promise.all(
      mails.map(async ({ id, code, link }, number) =>
        number % 2 === 0 ? proofs.takeCode(id, code) : (await proofs.takeLink(link)) !== null,
      ),
    ),
    ...Array.from({ length: 25 }, () => proofs.takeCode(guessedAt.id, wrong)),
  ]);
  await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
  process.send?.({ taken: [...results.keys()].filter((number) => results[number]) } satisfies Proved);
  process.disconnect?.();
}

if (import.meta.main) await run(process.argv[2] ?? '');
