/**
 * What the pages of an account share: the way back to it, a list of consequences, an address, small forms of one button.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Milliseconds, ProviderIcon } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { path } from './href.ts';
import { type Html, html } from './html.ts';
import type { Frame } from './layout.ts';
import { dayElement, momentElement } from './moment.ts';

export interface AccountEmail {
  readonly address: string;
  readonly verified: boolean;
  readonly primary: boolean;
}

export interface AccountIdentity {
  readonly providerName: string;
  readonly icon: ProviderIcon | null;
  readonly createdAt: Milliseconds;
  readonly lastUsedAt: Milliseconds;
  /** Since when this provider vouches for who the person is; null where it does not. */
  readonly verifiedAt: Milliseconds | null;
}

export function backToAccount({ locale }: Frame): Html {
  return html`<p class="back"><a class="standalone" href="${path('/account')}" data-testid="back-to-account">← ${textsFor(locale).account.back}</a></p>`;
}

/** What will happen, one after the other. */
export function effects(sentences: readonly string[]): Html {
  return html`<ul class="claims">${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

/** Such as a mail address: kept in its own direction, and broken only where it must be. */
export const addressElement = (address: string): Html => html`<bdi class="address">${address}</bdi>`;

export interface ButtonProps {
  /** Short, for the eye; the same in each row. */
  readonly label: string;
  /** The same with what it is about, for whoever hears one row. It holds the label (WCAG 2.2 §2.5.3). */
  readonly named: string | null;
  readonly testId: string;
}

/** A form of one button, in a row. */
export function rowForm(form: PostForm, { label, named, testId }: ButtonProps): Html {
  return html`<form method="post" action="${form.action}">
${hiddenFields(form)}<button class="link"${named === null ? null : html` aria-label="${named}"`} data-testid="${testId}">${label}</button>
</form>`;
}

/** A form of one button, as wide as any. */
export function buttonForm(form: PostForm, { label, testId }: ButtonProps, rank: 'primary' | 'other'): Html {
  return html`<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}<button class="button${rank === 'primary' ? ' primary' : ''}" data-testid="${testId}">${label}</button>
</form>`;
}

/** The tags of an address, in one place on every page that lists addresses. */
export function emailTags({ verified, primary }: Omit<AccountEmail, 'address'>, { locale }: Frame): Html {
  const texts = textsFor(locale).account;
  const state = verified
    ? html`<span class="tag good">${texts.verified}</span>`
    : html`<span class="tag">${texts.unverified}</span>`;
  return html`<span class="tags">${state} ${primary ? html`<span class="tag">${texts.primary}</span>` : null}</span>`;
}

/** What is said of an identity, in one place on every page that lists them. */
export function identityWords(identity: AccountIdentity, frame: Frame): Html {
  const texts = textsFor(frame.locale).account;
  return html`<span class="words"><span class="name">${displayName(identity.providerName)}</span> <span class="hint">${texts.since} ${dayElement(frame, identity.createdAt)}</span> <span class="hint">${texts.lastUsed} ${momentElement(frame, identity.lastUsedAt)}</span> ${verifiedTag(frame, identity.verifiedAt)}</span>`;
}

function verifiedTag(frame: Frame, at: Milliseconds | null): Html | null {
  if (at === null) return null;
  const { identityVerified } = textsFor(frame.locale).account;
  return html`<span class="tag good" data-testid="identity-verified">${identityVerified} ${dayElement(frame, at)}</span>`;
}
