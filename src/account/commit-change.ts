/**
 * One change of an account, in one transaction: the account is still there, what is written, the event that says so, and the mails to
 * its person (DESIGN §6.7).
 */
import type { Notice, Notices, Occasion } from '../credentials/notices.ts';
import type { Environment, JsonObject, UserEmail } from '../model.ts';
import { looseAuditEvent } from '../sign-in/commit.ts';
import { requireActive, touchActive } from '../store/account-guards.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import type { Store } from '../store/store.ts';

export interface CommitDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly notices: Notices;
  /** Called when an account has changed: sessions may have ended with it, of which clients are told. */
  readonly wakeClientEvents: () => void;
}

export interface Change {
  readonly userId: string;
  /** Whether clients learn of it at the next token. */
  readonly seenByClients: boolean;
  readonly steps: readonly Step[];
  readonly event: {
    readonly type: AuditType;
    readonly provider: string | null;
    /** Ids, codes and reasons only. */
    readonly detail: JsonObject;
  };
  readonly notices: readonly Notice[];
  /** Of these the verified ones are written to. */
  readonly emails: readonly UserEmail[];
  readonly occasion: Occasion;
  readonly reference: string;
}

/** False when somebody else changed the same thing meanwhile: nothing was written, and no mail goes out. */
export async function commitChange(
  { environment, store, notices, wakeClientEvents }: CommitDependencies,
  { userId, seenByClients, steps, event, emails, occasion, reference, ...change }: Change,
): Promise<boolean> {
  const mails = await notices.prepare(change.notices, emails, occasion);
  const committed = await store.commit([
    seenByClients ? touchActive(userId, environment.now()) : requireActive(userId),
    ...steps,
    ...mails,
    insertAuditEvent(looseAuditEvent(environment, { ...event, code: null, userId, reference })),
  ]);
  if (committed) {
    notices.wake();
    wakeClientEvents();
  }
  return committed;
}
