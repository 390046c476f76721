/**
 * Every mail that is sent: pure functions from what happened to a message.
 *
 * Must never hold a name of a person: a mail that went to a wrong address would tell whose account it is about. The code
 * is not in the subject, although that would save a tap: subjects stand on lock screens, where whoever typed somebody
 * else's address only has to look at the telephone on the next desk, and in the logs of every mail server on the way.
 */
import { formatDate, formatMoment } from '../i18n/format.ts';
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { MailMessage, Milliseconds, Recipient } from '../model.ts';
import type { SupportContact } from '../pages/brand.ts';
import { displayName } from '../pages/display.ts';
import type { MailLink } from './link.ts';
import { composeMail, displayedName, type MailBlock, type MailFrame } from './message.ts';

/** Who caused a mail, as far as it can be told to the person who gets it. */
export interface Requester {
  /** In words of the mail's language, such as "Chrome en Android"; null where the browser did not say. */
  readonly device: string | null;
}

interface Occasion extends MailFrame {
  readonly to: Recipient;
  readonly at: Milliseconds;
  readonly requester: Requester;
}

/** What a code is for. */
export type CodePurpose = 'sign-in' | 'choose-password' | 'verify-address';

export interface SignInCodeProps extends Occasion {
  readonly purpose: CodePurpose;
  /** For what somebody signs in: the client's name, or the product's. */
  readonly site: string;
  /** Six digits. Shown in two groups: the form that takes it has to look past spaces. */
  readonly code: string;
  /** The same as typing the code. */
  readonly link: MailLink;
  readonly validFor: Milliseconds;
}

/** @throws TypeError when the code is not six digits: a fault of ours. */
export function signInCode(props: SignInCodeProps): MailMessage {
  const { mail } = textsFor(props.locale);
  const texts = mail.code[props.purpose];
  if (!/^\d{6}$/.test(props.code)) throw new TypeError('A code has six digits.');
  const validity = mail.validFor(Math.floor(props.validFor / 60_000));
  return composeMail(props, props.to, {
    subject: texts.subject(displayName(props.site)),
    preview: `${texts.preview} ${validity}`,
    before: [
      paragraph(texts.intro(displayedName(props.site))),
      { kind: 'code', code: props.code },
      paragraph(mail.use),
    ],
    action: { label: texts.action, link: props.link },
    after: [paragraph(validity), occasion(props, mail), heading(mail.notYou), paragraph(mail.codeNotYou)],
  });
}

export interface NoticeProps extends Occasion {
  /** Where the person looks after their account. */
  readonly accountLink: MailLink;
}

export function passwordChanged(props: NoticeProps): MailMessage {
  return notice(props, 'passwordChanged', props.brand.productName);
}

export function identityLinked(props: NoticeProps & { readonly providerName: string }): MailMessage {
  return notice(props, 'identityLinked', props.providerName);
}

export function identityUnlinked(props: NoticeProps & { readonly providerName: string }): MailMessage {
  return notice(props, 'identityUnlinked', props.providerName);
}

/** A staff account, to which somebody of a campus did not come. */
export function accountGuarded(props: NoticeProps & { readonly providerName: string }): MailMessage {
  return notice(props, 'accountGuarded', props.providerName);
}

/** What was attached to the account before anybody had proved an address of it. */
export function unprovedEnded(props: NoticeProps): MailMessage {
  return notice(props, 'unprovedEnded', props.brand.productName);
}

export interface AddressNoticeProps extends NoticeProps {
  /** The one that was added, made primary or removed, which need not be the one that is written to. */
  readonly address: string;
  /** Takes it back; null for an address that the account did not have before. */
  readonly undoLink: MailLink | null;
}

export function emailAdded(props: AddressNoticeProps): MailMessage {
  return addressNotice(props, 'emailAdded');
}

export function emailMadePrimary(props: AddressNoticeProps): MailMessage {
  return addressNotice(props, 'emailMadePrimary');
}

/** The removed address is told too: whoever takes an account over begins with removing it. */
export function emailRemoved(props: AddressNoticeProps): MailMessage {
  return addressNotice(props, 'emailRemoved');
}

export function emailChangeUndone(props: NoticeProps): MailMessage {
  return notice(props, 'emailChangeUndone', props.brand.productName);
}

export function accountsMerged(props: NoticeProps): MailMessage {
  return notice(props, 'accountsMerged', props.brand.productName);
}

export function accountsUnmerged(props: NoticeProps): MailMessage {
  return notice(props, 'accountsUnmerged', props.brand.productName);
}

/** `deletionAt`: until then the person can keep it, by signing in. */
export function deletionRequested({
  deletionAt,
  ...props
}: NoticeProps & { readonly deletionAt: Milliseconds }): MailMessage {
  const { keepAccount, notices } = textsFor(props.locale).mail;
  return noticeWith(props, 'deletionRequested', formatDate(deletionAt, props.locale, props.brand.timeZone), {
    todo: notices.deletionRequested.todo,
    action: { label: keepAccount, link: props.accountLink },
  });
}

/** By an operator. The link leads to signing in, where a password is chosen. */
export function accountCreated(props: NoticeProps): MailMessage {
  const { toTheSite, notices } = textsFor(props.locale).mail;
  return noticeWith(props, 'accountCreated', props.brand.productName, {
    todo: notices.accountCreated.todo,
    action: { label: toTheSite, link: props.accountLink },
  });
}

export function accountKept(props: NoticeProps): MailMessage {
  return notice(props, 'accountKept', props.brand.productName);
}

/** The last one: there is no account any more to look after, so the link leads to signing in anew. */
export function accountDeleted(props: NoticeProps): MailMessage {
  const { toTheSite, notices } = textsFor(props.locale).mail;
  return noticeWith(props, 'accountDeleted', props.brand.productName, {
    todo: notices.accountDeleted.todo,
    action: { label: toTheSite, link: props.accountLink },
  });
}

function addressNotice(props: AddressNoticeProps, kind: keyof Texts['mail']['notices']): MailMessage {
  const { undo } = textsFor(props.locale).mail;
  const { undoLink, address } = props;
  if (undoLink === null) return notice(props, kind, address);
  return noticeWith(props, kind, address, { todo: undo.todo, action: { label: undo.action, link: undoLink } });
}

/** `name` is what was changed: a provider, an address, or the product whose password it is. */
function notice(props: NoticeProps, kind: keyof Texts['mail']['notices'], name: string): MailMessage {
  const { notices, reviewAccount } = textsFor(props.locale).mail;
  return noticeWith(props, kind, name, {
    todo: notices[kind].todo,
    action: { label: reviewAccount, link: props.accountLink },
  });
}

function noticeWith(
  props: NoticeProps,
  kind: keyof Texts['mail']['notices'],
  name: string,
  { todo, action }: { readonly todo: string; readonly action: { readonly label: string; readonly link: MailLink } },
): MailMessage {
  const { mail } = textsFor(props.locale);
  const texts = mail.notices[kind];
  const happened = texts.happened(displayedName(name));
  return composeMail(props, props.to, {
    subject: texts.subject(displayName(props.brand.productName)),
    preview: happened,
    before: [paragraph(happened), occasion(props, mail)],
    action,
    after: [heading(mail.notYou), paragraph(`${todo} ${whomToAsk(props.brand.support, mail)}`)],
  });
}

const paragraph = (text: string): MailBlock => ({ kind: 'paragraph', text });
const heading = (text: string): MailBlock => ({ kind: 'heading', text });

function occasion({ at, requester, locale, brand }: Occasion, texts: Texts['mail']): MailBlock {
  const when = { label: texts.when, value: formatMoment(at, locale, brand.timeZone) };
  const device = requester.device === null ? [] : [{ label: texts.device, value: displayedName(requester.device) }];
  return { kind: 'facts', facts: [when, ...device] };
}

/** The operator's own contact, so that it may be copied as it is. */
function whomToAsk(support: SupportContact, { help }: Texts['mail']): string {
  switch (support.kind) {
    case 'nobody':
      return help.nobody;
    case 'email':
      return help.email(support.address);
    case 'page':
      return help.page(displayName(support.name));
  }
}
