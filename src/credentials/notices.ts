/**
 * Mails that tell people what changed in their account: to every address that they have proved, in the transaction of the
 * change (DESIGN §6.7).
 *
 * Whoever takes an account over cannot do it in silence, and cannot choose which address is told.
 */
import type { Vault } from '../crypto.ts';
import { deviceInWords } from '../i18n/device.ts';
import { mailLink } from '../mail/link.ts';
import type { Mail } from '../mail/mail.ts';
import {
  type AddressNoticeProps,
  accountCreated,
  accountDeleted,
  accountGuarded,
  accountKept,
  accountsMerged,
  accountsUnmerged,
  deletionRequested,
  emailAdded,
  emailChangeUndone,
  emailMadePrimary,
  emailRemoved,
  identityLinked,
  identityUnlinked,
  type NoticeProps,
  passwordChanged,
  unprovedEnded,
} from '../mail/messages.ts';
import { parseRecipient } from '../mail/recipient.ts';
import type { Environment, Locale, MailMessage, Milliseconds, Requester, UserEmail } from '../model.ts';
import type { Brand } from '../pages/brand.ts';
import { path } from '../pages/href.ts';
import type { Step } from '../store/database.ts';
import { insertOutgoingMail } from '../store/outbox.ts';
import type { UndoLinks } from './address-undo.ts';

/** A notice is news for this long: a mail server that is away for a day must not swallow it. */
const NOTICE_LIFE: Milliseconds = 3 * 24 * 60 * 60_000;

/** What happened. */
export type Notice =
  | {
      readonly kind:
        | 'password-changed'
        | 'unproved-ended'
        | 'email-change-undone'
        | 'accounts-merged'
        | 'accounts-unmerged'
        | 'account-created'
        | 'account-kept'
        | 'account-deleted';
    }
  | { readonly kind: 'deletion-requested'; readonly deletionAt: Milliseconds }
  | { readonly kind: 'identity-linked' | 'identity-unlinked' | 'account-guarded'; readonly providerName: string }
  | {
      readonly kind: 'email-added' | 'email-removed' | 'email-made-primary';
      readonly address: string;
      /** For those who had an address of the account before it. */
      readonly undo: UndoLinks;
    };

/** In which words, and by what. */
export interface Occasion {
  readonly locale: Locale;
  readonly requester: Requester;
  /** The audit event that is written after the mails: where it is there already, they were sent. Null for what happens once by itself. */
  readonly eventId: string | null;
}

/** Of an address, what decides whether it is told. */
export type NoticedEmail = Pick<UserEmail, 'address' | 'verifiedAt'>;

export interface Notices {
  /** The steps that store the mails. Call `wake` once they are committed. */
  prepare(notices: readonly Notice[], emails: readonly NoticedEmail[], occasion: Occasion): Promise<readonly Step[]>;
  wake(): void;
}

export interface NoticeDependencies {
  readonly environment: Environment;
  readonly vault: Vault;
  readonly mail: Pick<Mail, 'canSend' | 'prepare' | 'wake'>;
  readonly publicUrl: URL;
  readonly brand: () => Promise<Brand>;
}

export function createNotices({ environment, vault, mail, publicUrl, brand }: NoticeDependencies): Notices {
  return {
    async prepare(notices, emails, { locale, requester, eventId }) {
      if (notices.length === 0 || !mail.canSend) return [];
      const now = environment.now();
      const proved = emails.filter(({ verifiedAt }) => verifiedAt !== null);
      const common = {
        locale,
        brand: await brand(),
        at: now,
        requester: { device: deviceInWords(requester.userAgent, locale) },
        accountLink: mailLink(publicUrl, path('/account')),
      };
      return proved.flatMap(({ address }) => {
        const to = parseRecipient(address);
        if (to === null) return [];
        return notices.map((notice) => {
          const undo = 'undo' in notice ? (notice.undo.get(address) ?? null) : null;
          const undoLink = undo && mailLink(publicUrl, undo);
          const message = mail.prepare(write(notice, { ...common, to, undoLink }), { notAfter: now + NOTICE_LIFE });
          return insertOutgoingMail(message, eventId, vault, now);
        });
      });
    },
    wake: () => mail.wake(),
  };
}

function write(notice: Notice, props: NoticeProps & Pick<AddressNoticeProps, 'undoLink'>): MailMessage {
  switch (notice.kind) {
    case 'password-changed':
      return passwordChanged(props);
    case 'identity-linked':
      return identityLinked({ ...props, providerName: notice.providerName });
    case 'account-guarded':
      return accountGuarded({ ...props, providerName: notice.providerName });
    case 'accounts-merged':
      return accountsMerged(props);
    case 'accounts-unmerged':
      return accountsUnmerged(props);
    case 'account-created':
      return accountCreated(props);
    case 'account-kept':
      return accountKept(props);
    case 'account-deleted':
      return accountDeleted(props);
    case 'deletion-requested':
      return deletionRequested({ ...props, deletionAt: notice.deletionAt });
    case 'identity-unlinked':
      return identityUnlinked({ ...props, providerName: notice.providerName });
    case 'unproved-ended':
      return unprovedEnded(props);
    case 'email-change-undone':
      return emailChangeUndone(props);
    case 'email-added':
      return emailAdded({ ...props, address: notice.address });
    case 'email-removed':
      return emailRemoved({ ...props, address: notice.address });
    case 'email-made-primary':
      return emailMadePrimary({ ...props, address: notice.address });
  }
}
