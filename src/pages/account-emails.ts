/**
 * The addresses of an account: which are there, who verified each, and what can be done about it.
 *
 * Verifying and removing are asked about on pages of their own that say what will happen.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Milliseconds } from '../model.ts';
import {
  type AccountEmail,
  addressElement,
  backToAccount,
  buttonForm,
  effects,
  emailTags,
  rowForm,
} from './account-parts.ts';
import { displayName } from './display.ts';
import { type ConfirmForm, confirmForm, type PostForm } from './form.ts';
import { type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { dayIn } from './moment.ts';

/** Who verified an address, and when; null where nobody did. */
export type Verification =
  | { readonly by: 'llavero' | 'import'; readonly at: Milliseconds }
  | { readonly by: 'provider'; readonly name: string; readonly at: Milliseconds }
  | null;

export interface ListedEmail extends AccountEmail {
  readonly verification: Verification;
  /** Null where that cannot be done now. */
  readonly verifyHref: Path | null;
  readonly makePrimary: PostForm | null;
  readonly removeHref: Path | null;
}

export interface EmailsProps {
  readonly emails: readonly ListedEmail[];
  /** Null where no mail can be sent. */
  readonly add: PostForm | null;
}

export function emailsPage(frame: Frame, { emails, add }: EmailsProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.accountEmails;
  const rows = emails.map((email, index) => row(email, index + 1, frame));
  const content = html`<p class="intro">${words.intro}</p>
${emails.length === 0 ? html`<p>${texts.account.noEmails}</p>` : html`<ul class="rows">${rows}</ul>`}
${add === null ? html`<p class="notice">${words.noMail}</p>` : buttonForm(add, { label: words.add, named: null, testId: 'add-email' }, 'primary')}
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}

function row(email: ListedEmail, number: number, frame: Frame): Html {
  const words = textsFor(frame.locale).accountEmails;
  const named = (label: string) => `${label}: ${email.address}`;
  const link = (href: Path | null, label: string, name: string) =>
    href === null
      ? null
      : html`<a class="standalone" href="${href}" aria-label="${named(label)}" data-testid="${name}-${number}">${label}</a>`;
  const makePrimary =
    email.makePrimary &&
    rowForm(email.makePrimary, {
      label: words.makePrimary,
      named: named(words.makePrimary),
      testId: `make-primary-${number}`,
    });
  return html`<li>${addressElement(email.address)} ${emailTags(email, frame)}
<div class="more"><span class="hint">${verifiedBy(email.verification, frame)}</span></div>
<div class="more">${link(email.verifyHref, words.verify, 'verify')}${makePrimary}${link(email.removeHref, words.remove, 'remove')}${email.primary && email.removeHref === null ? html`<span class="hint">${words.primaryStays}</span>` : null}</div></li>\n`;
}

function verifiedBy(verification: Verification, frame: Frame): string {
  const { by, nobody } = textsFor(frame.locale).accountEmails;
  if (verification === null) return nobody;
  const day = dayIn(frame, verification.at);
  return verification.by === 'provider' ? by.provider(displayName(verification.name), day) : by[verification.by](day);
}

export interface VerifyEmailProps {
  readonly address: string;
  /** The names of the ways to sign in that end with it. */
  readonly ends: readonly string[];
  readonly form: PostForm;
}

export function verifyEmailPage(frame: Frame, { address, ends, form }: VerifyEmailProps): string {
  const { confirm } = textsFor(frame.locale).accountEmails;
  const sentences = [
    confirm.verified,
    confirm.sessions,
    ...ends.map((name) => confirm.ends(displayName(name))),
    confirm.notice,
  ];
  const content = html`<p>${addressElement(address)}</p>
<p class="intro">${confirm.intro}</p>
${effects(sentences)}
${buttonForm(form, { label: confirm.send, named: null, testId: 'submit' }, 'primary')}
<p class="aside"><a class="standalone" href="${path('/account/emails')}" data-testid="cancel">${textsFor(frame.locale).accountEmails.title}</a></p>`;
  return layout(frame, { title: confirm.title, content, width: 'narrow', onward: null });
}

export interface RemoveEmailProps {
  readonly address: string;
  readonly form: ConfirmForm;
}

export function removeEmailPage(frame: Frame, { address, form }: RemoveEmailProps): string {
  const { removal } = textsFor(frame.locale).accountEmails;
  const content = html`<p>${addressElement(address)}</p>
${effects(removal.effects)}
${confirmForm(form, removal)}`;
  return layout(frame, { title: removal.title, content, width: 'narrow', onward: null });
}

export function cannotRemoveEmailPage(frame: Frame, { address }: { readonly address: string }): string {
  const { last } = textsFor(frame.locale).accountEmails;
  const { connect } = textsFor(frame.locale).accountIdentities;
  const content = html`<p>${addressElement(address)}</p>
<p class="intro">${last.intro}</p>
<p>${last.next}</p>
<div class="actions"><a class="button primary" href="${path('/account/identities')}" data-testid="manage-identities">${connect}</a></div>
${backToAccount(frame)}`;
  return layout(frame, { title: last.title, content, width: 'narrow', onward: null });
}
