/**
 * What we know about the person who is signed in, and with what they can sign in.
 *
 * Shown to that person only. The identifiers by which providers know them are not shown: they help nobody who reads
 * over a shoulder, and nobody who owns the account.
 */
import { formatDate, formatDateTime } from '../i18n/format.ts';
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { Milliseconds, ProviderIcon } from '../model.ts';
import { type AboutProps, aboutSections } from './about.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { providerMark } from './mark.ts';

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

export interface AccountProps {
  /** The full name as it should be read; null when no provider told us one. */
  readonly name: string | null;
  readonly emails: readonly AccountEmail[];
  readonly identities: readonly AccountIdentity[];
  readonly about: AboutProps;
  readonly signOut: PostForm;
}

export function accountPage(frame: Frame, { name, emails, identities, about, signOut }: AccountProps): string {
  const texts = textsFor(frame.locale).account;
  const content = html`<section><h2>${texts.nameHeading}</h2>
<p data-testid="account-name">${name === null ? texts.unnamed : displayName(name)}</p></section>
<section><h2>${texts.emailsHeading}</h2>
${emails.length === 0 ? html`<p>${texts.noEmails}</p>` : html`<ul class="rows">${emails.map((email) => emailRow(email, texts))}</ul>`}</section>
<section><h2>${texts.identitiesHeading}</h2>
<ul class="rows">${identities.map((identity) => identityRow(identity, frame))}</ul></section>
${aboutSections(frame, about)}
<form class="actions" method="post" action="${signOut.action}">
${hiddenFields(signOut)}
<button class="button" data-testid="sign-out">${texts.signOut}</button>
</form>`;
  return layout(frame, { title: texts.title, content, width: 'wide', onward: null });
}

function emailRow({ address, verified, primary }: AccountEmail, texts: Texts['account']): Html {
  const state = verified
    ? html`<span class="tag good">${texts.verified}</span>`
    : html`<span class="tag">${texts.unverified}</span>`;
  const rank = primary ? html`<span class="tag">${texts.primary}</span>` : null;
  return html`<li><bdi class="address">${address}</bdi> <span class="tags">${state} ${rank}</span></li>\n`;
}

function identityRow(identity: AccountIdentity, { locale, brand }: Frame): Html {
  const texts = textsFor(locale).account;
  const name = displayName(identity.providerName);
  const day = (at: Milliseconds) => timeElement(at, formatDate(at, locale, brand.timeZone));
  const moment = (at: Milliseconds) => timeElement(at, formatDateTime(at, locale, brand.timeZone));
  const verified =
    identity.verifiedAt === null
      ? null
      : html`<span class="tag good" data-testid="identity-verified">${texts.identityVerified} ${day(identity.verifiedAt)}</span>`;
  return html`<li>${providerMark(name, identity.icon)}<span class="words"><span class="name">${name}</span> <span class="hint">${texts.since} ${day(identity.createdAt)}</span> <span class="hint">${texts.lastUsed} ${moment(identity.lastUsedAt)}</span> ${verified}</span></li>\n`;
}

function timeElement(at: Milliseconds, text: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${text}</time>`;
}
