/**
 * That the other account is theirs too: a finished attempt of this very browser, for this very account, of the last ten minutes, and
 * for one merge (D-14).
 *
 * The merge is named after the proof: its row is unique, so that a proof which was used merges nothing again, whatever two processes
 * do at the same moment. Must never take the word of an address for any of it.
 */
import type { Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Environment } from '../model.ts';
import type { BrowserBinding } from '../sign-in/browser-binding.ts';
import { PROOF_LIFE } from '../sign-in/facts.ts';
import type { SignIns } from '../sign-in/sign-in.ts';
import type { MergeEntry } from '../store/merges.ts';
import type { Store } from '../store/store.ts';
import type { WebContext } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';

export interface Proof {
  /** Of the attempt. */
  readonly id: string;
  /** Who asked for it, signed in to this account. */
  readonly askedBy: string;
  readonly otherId: string;
  readonly mergeId: string;
  /** What it was used for; null while it was not. */
  readonly merge: MergeEntry | null;
  /** The token of the session that the browser gets where the account that it was signed in to ends: always the same one. */
  readonly sessionToken: string;
}

export interface Proofs {
  /** Null where it shows nothing, or nothing any more. */
  find(c: WebContext, id: string): Promise<Proof | null>;
}

export interface ProofDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'merges'>;
  readonly vault: Vault;
  readonly signIns: Pick<SignIns, 'find'>;
  readonly binding: Pick<BrowserBinding, 'secretOf'>;
}

export function createProofs({ environment, store, vault, signIns, binding }: ProofDependencies): Proofs {
  return {
    async find(c, id) {
      const secret = binding.secretOf(readCookies(c.req.header('Cookie') ?? null), id);
      const attempt = await signIns.find(id, secret).catch((error: unknown) => {
        // Made up, of another browser, or too old: it is asked for anew.
        if (error instanceof SignInError) return null;
        throw error;
      });
      if (attempt === null || secret === null) return null;
      const { purpose, outcome, changedAt } = attempt;
      if (purpose.kind !== 'prove' || purpose.waits.kind !== 'merge' || outcome?.kind !== 'proved') return null;
      if (environment.now() - changedAt >= PROOF_LIFE) return null;
      const mergeId = mergeIdOf(vault, id);
      return {
        id,
        askedBy: purpose.waits.userId,
        otherId: outcome.userId,
        mergeId,
        merge: await store.merges.find(mergeId),
        sessionToken: vault.derive('session after a merge', id, secret),
      };
    },
  };
}

/** Hexadecimal, as those of other merges: operators type it. */
function mergeIdOf(vault: Vault, proofId: string): string {
  return Buffer.from(vault.derive('merge by a proof', proofId), 'base64url').subarray(0, 16).toString('hex');
}
