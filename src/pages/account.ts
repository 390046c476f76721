/**
 * What we know about the person who is signed in, with what they can sign in, and the way to everything that they can do
 * about it.
 *
 * Shown to that person only. The identifiers by which providers know them are not shown: they help nobody who reads
 * over a shoulder, and nobody who owns the account. Of a telephone number and a CURP only the end is. Where each value comes from
 * stands under it.
 */
import { textsFor } from '../i18n/texts.ts';
import { type AboutProps, aboutSections } from './about.ts';
import { type AccountEmail, type AccountIdentity, addressElement, emailTags, identityWords } from './account-parts.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { providerMark } from './mark.ts';
import { sourceLines, type ValueSource } from './value-source.ts';

export interface AccountProps {
  /** The full name as it should be read; null when nobody told us one. */
  readonly name: string | null;
  readonly nameSources: readonly ValueSource[];
  readonly username: string;
  readonly numbers: readonly MaskedNumber[];
  readonly roles: readonly { readonly name: string; readonly sources: readonly ValueSource[] }[];
  readonly emails: readonly (AccountEmail & { readonly sources: readonly ValueSource[] })[];
  readonly identities: readonly AccountIdentity[];
  readonly about: AboutProps;
  /** A temporary user keeps what they did by signing in here; null for everybody else. */
  readonly keepGuestHref: Path | null;
  readonly signOut: PostForm;
}

/** Of which the page shows only how it ends: enough to be recognised by its owner. */
export type MaskedNumber = {
  readonly ending: string;
  readonly sources: readonly ValueSource[];
} & ({ readonly kind: 'phone' | 'curp' } | { readonly kind: 'institution'; readonly namespace: string });

export function accountPage(frame: Frame, props: AccountProps): string {
  const texts = textsFor(frame.locale).account;
  const content = html`${props.keepGuestHref === null ? null : guestNotice(frame, props.keepGuestHref)}
<section><h2>${texts.nameHeading}</h2>
<p><span data-testid="account-name">${props.name === null ? texts.unnamed : displayName(props.name)}</span>${sourceLines(frame, props.nameSources)}</p>
${details(frame, props)}</section>
${rolesSection(frame, props)}
${props.keepGuestHref === null ? ownSections(frame, props) : null}
${aboutSections(frame, props.about)}
${moreSection(frame, props.keepGuestHref !== null)}
<form class="actions" method="post" action="${props.signOut.action}">
${hiddenFields(props.signOut)}
<button class="button" data-testid="sign-out">${texts.signOut}</button>
</form>`;
  return layout(frame, { title: texts.title, content, width: 'wide', onward: null });
}

/** First, because what they have done is lost with this browser. */
function guestNotice(frame: Frame, href: Path): Html {
  const { guest } = textsFor(frame.locale).account;
  return html`<section class="notice"><h2>${guest.title}</h2>
<p>${guest.text}</p>
<div class="actions"><a class="button primary" href="${href}" data-testid="keep-guest">${guest.keep}</a></div></section>`;
}

function details(frame: Frame, { username, numbers }: AccountProps): Html {
  const texts = textsFor(frame.locale).account;
  const rows = numbers.map((number) => {
    const { kind, ending, sources } = number;
    const label = number.kind === 'institution' ? texts.institution(number.namespace) : texts[number.kind];
    return html`<div><dt>${label}</dt><dd><span data-testid="account-${kind}">${texts.endsIn(displayName(ending))}</span>${sourceLines(frame, sources)}</dd></div>\n`;
  });
  return html`<dl class="facts"><div><dt>${texts.username}</dt><dd>${displayName(username)}</dd></div>
${rows}</dl>`;
}

function rolesSection(frame: Frame, { roles }: AccountProps): Html | null {
  if (roles.length === 0) return null;
  const texts = textsFor(frame.locale).account;
  const rows = roles.map(({ name, sources }) => {
    return html`<li><span class="words"><span>${displayName(name)}</span>${sourceLines(frame, sources)}</span></li>\n`;
  });
  return html`<section><h2>${texts.rolesHeading}</h2>
<p class="quiet">${texts.rolesIntro}</p>
<ul class="rows">${rows}</ul></section>`;
}

function ownSections(frame: Frame, { emails, identities }: AccountProps): Html {
  const texts = textsFor(frame.locale).account;
  return html`<section><h2>${texts.emailsHeading}</h2>
${emails.length === 0 ? html`<p>${texts.noEmails}</p>` : html`<ul class="rows">${emails.map((email) => emailRow(email, frame))}</ul>`}
<p><a class="standalone" href="${path('/account/emails')}" data-testid="manage-emails">${texts.manageEmails}</a></p></section>
<section><h2>${texts.identitiesHeading}</h2>
<ul class="rows">${identities.map((identity) => identityRow(identity, frame))}</ul>
<p><a class="standalone" href="${path('/account/identities')}" data-testid="manage-identities">${texts.manageIdentities}</a></p>
<p><a class="standalone" href="${path('/account/merge')}" data-testid="merge-accounts">${textsFor(frame.locale).merge.link}</a></p></section>`;
}

function moreSection({ locale }: Frame, isGuest: boolean): Html {
  const texts = textsFor(locale).account;
  const link = (name: string, text: string) =>
    html`<li><a class="standalone" href="${path(`/account/${name}`)}" data-testid="manage-${name}">${text}</a></li>\n`;
  return html`<section><h2>${texts.moreHeading}</h2>
<ul class="rows">${isGuest ? null : link('password', texts.managePassword)}${link('sessions', texts.manageSessions)}${link('apps', texts.manageApps)}${link('data', texts.manageData)}</ul></section>`;
}

function emailRow(email: AccountProps['emails'][number], frame: Frame): Html {
  return html`<li><span class="words">${addressElement(email.address)}${sourceLines(frame, email.sources)}</span> ${emailTags(email, frame)}</li>\n`;
}

function identityRow(identity: AccountIdentity, frame: Frame): Html {
  const name = displayName(identity.providerName);
  return html`<li>${providerMark(name, identity.icon)}${identityWords(identity, frame)}</li>\n`;
}
