/**
 * What the owner of a staff account is told when a campus sends somebody whose id or address leads there (case 75).
 *
 * To the addresses of the account, never to who came: what they see is the same, told or not. Once for each of a campus's people and day,
 * and a few for an account, so that whoever administers a campus cannot bury somebody in mails.
 */
import type { Notices } from '../credentials/notices.ts';
import type { Vault } from '../crypto.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds, Profile, Requester, SignIn, User } from '../model.ts';
import { type AuditEvent, insertAuditEventOnce } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { auditEvent } from './commit.ts';
import { guardedBy } from './launch-rule.ts';
import type { Decided } from './test-run.ts';
import { who } from './who.ts';

const DAY: Milliseconds = 24 * 60 * 60_000;
const MAILS_A_DAY = 5;

/** It is not the owner's device, and whose it is, is nobody's business but that of who came. */
const unnamed: Requester = { userAgent: null, addressKey: 'a campus', knownDevice: null };

export interface GuardAlertDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly notices: Notices;
}

/** Whatever fails in it is in the log, and changes nothing for who came. */
export type AlertOwners = (signIn: SignIn, decided: Decided, reference: string) => Promise<void>;

export function createGuardAlert({ environment, store, vault, log, notices }: GuardAlertDependencies): AlertOwners {
  const idOf = ({ provider, subject }: Profile, owner: User, now: Milliseconds) =>
    vault.tokenHash('guarded account', JSON.stringify([owner.id, provider, subject, Math.floor(now / DAY)]));

  async function alert(owner: User, signIn: SignIn, { facts }: Decided, reference: string): Promise<void> {
    const now = environment.now();
    const parts = { type: 'account.guarded', code: null, detail: {}, reference, userId: owner.id } as const;
    const event: AuditEvent = { ...auditEvent(signIn, parts, now), id: idOf(facts.profile, owner, now) };
    if (await store.audit.isRecorded(event.id)) return;
    const earlier = await store.audit.countOfUser(owner.id, event.type, now - DAY);
    const emails = earlier < MAILS_A_DAY ? ((await store.accounts.findUser(owner.id))?.emails ?? []) : [];
    const locale = owner.locale ?? signIn.locale;
    const news = { kind: 'account-guarded', providerName: facts.record.name[locale] } as const;
    const mails = await notices.prepare([news], emails, { locale, requester: unnamed, eventId: event.id });
    if (await store.commit([...mails, insertAuditEventOnce(event)])) notices.wake();
  }

  return async (signIn, decided, reference) => {
    for (const owner of guardedBy(decided.facts, decided.trace)) {
      await alert(owner, { ...signIn, trace: decided.trace }, decided, reference).catch((error: unknown) => {
        log.error({ event: 'guard_alert.failed', userId: owner.id, ...who(signIn), reference }, error);
      });
    }
  };
}
