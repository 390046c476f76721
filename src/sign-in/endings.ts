/**
 * How an attempt ends without anybody being signed in: refused, refused until support has decided, or with a proof for
 * whoever waits for it.
 *
 * Each ending is one compare-and-set on the stored row, and then is written down for support.
 */
import { randomToken } from '../crypto.ts';
import type { ErrorCode } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { Environment, SignIn } from '../model.ts';
import type { Store } from '../store/store.ts';
import { auditEvent } from './commit.ts';
import { withProof } from './proof.ts';
import { providerOf, who } from './who.ts';

export interface Refusing {
  readonly code: ErrorCode;
  /** For the log: what exactly was wrong, without personal data. */
  readonly detail: string;
  readonly reference: string;
  /** Under which support finds the conflict; null for every other refusal. */
  readonly caseNumber: string | null;
}

export interface Endings {
  /** Ends the attempt with a reason, unless it has ended already. */
  refuse(signIn: SignIn, refusing: Refusing): Promise<void>;
  /** Nothing is created and nothing is tied: support decides, and the next sign-in follows (DESIGN §6.3). */
  refuseForConflict(signIn: SignIn, candidates: readonly string[], reference: string): Promise<void>;
  /** Nobody is signed in, and this attempt leads nowhere else: the one that waits goes on. */
  prove(signIn: SignIn, userId: string): Promise<void>;
}

export interface EndingDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly log: Log;
}

export function createEndings({ environment, store, log }: EndingDependencies): Endings {
  async function refuse(signIn: SignIn, { code, detail, reference, caseNumber }: Refusing): Promise<void> {
    const outcome = { kind: 'refused', code, provider: providerOf(signIn), caseNumber } as const;
    if ((await store.signIns.advance(signIn, 'answered', { outcome }, environment.now())) === null) return;
    log.warn({ event: 'sign_in.refused', code, detail, ...who(signIn), reference });
    const parts = { type: 'sign_in.refused', code, detail: { reason: detail }, reference } as const;
    // The attempt has ended: the person is told why even when it cannot be written down; the log has it.
    await store.audit.record(auditEvent(signIn, parts, environment.now())).catch((error: unknown) => {
      log.error({ event: 'audit.failed', code, reference }, error);
    });
  }

  return {
    refuse,

    async refuseForConflict(signIn, candidates, reference) {
      if (signIn.arrival === null) throw new Error('a conflict about nobody');
      const now = environment.now();
      const id = randomToken(environment, 16);
      const conflict = { id, caseNumber: newCaseNumber(environment), profile: signIn.arrival.profile, candidates };
      const parts = { type: 'conflict.opened', code: null, detail: { candidates }, reference } as const;
      const caseNumber = await store.conflicts.note(conflict, auditEvent(signIn, parts, now), now);
      await refuse(signIn, { code: 'account_conflict', detail: 'several-accounts', reference, caseNumber });
    },

    async prove(signIn, userId) {
      const outcome = { kind: 'proved', userId } as const;
      await store.signIns.advance(signIn, 'answered', { outcome, trace: signIn.trace }, environment.now());
      if (signIn.purpose.kind !== 'prove' || signIn.purpose.waits.kind !== 'sign-in') return;
      const waiting = await store.signIns.find(signIn.purpose.waits.id);
      // Gone or ended meanwhile: its own page says so.
      if (waiting?.state !== 'waiting') return;
      const answers = withProof(waiting.answers, signIn.id);
      await store.signIns.advance(waiting, 'waiting', { answers }, environment.now());
    },
  };
}

/** To be read out on the telephone: nothing that is taken for something else, and no number that leads to the next case. */
function newCaseNumber(environment: Environment): string {
  const characters = Array.from(environment.randomBytes(8), (byte) => caseAlphabet[byte % caseAlphabet.length]);
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}

/** 32 characters, so that none is likelier. */
const caseAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
