/**
 * The pages that prove a mailbox: where to send a code, typing it, and what the link of the mail opens.
 *
 * What they say is the same whether anybody has an account with the address or not (F-11).
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { Form, ProofPurpose } from '../model.ts';
import { displayName } from './display.ts';
import { field } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

type FormOf<Kind extends Form['kind']> = Extract<Form, { readonly kind: Kind }>;

export interface EmailAddressProps {
  readonly asked: FormOf<'email-address'>;
  readonly form: PostForm;
  /** The list of other ways to sign in; null where there is none to go back to. */
  readonly otherWaysHref: Path | null;
}

export function emailAddressPage(frame: Frame, { asked, form, otherWaysHref }: EmailAddressProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.email.address[asked.purpose];
  const content = html`<p class="intro">${words.intro}</p>
<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${field({
  name: 'email',
  label: texts.email.addressLabel,
  kind: asked.fixed ? 'fixed' : 'email',
  value: asked.address,
  autocomplete: 'email',
  help: null,
  faults: asked.fault === null ? [] : [texts.email.addressFaults[asked.fault]],
})}
<div class="actions"><button class="button primary" data-testid="submit">${texts.email.send}</button></div>
</form>
${otherWays(otherWaysHref, texts)}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

export interface EmailCodeProps {
  readonly asked: FormOf<'email-code'>;
  readonly form: PostForm;
  readonly otherWaysHref: Path | null;
  /** Asked by the page's own script whether the link was opened meanwhile. */
  readonly waiting: Waiting;
}

/** Where a page that waits asks whether it may go on, and where it goes then. */
export interface Waiting {
  readonly progressHref: Path;
  readonly href: Path;
}

export function emailCodePage(frame: Frame, { asked, form, otherWaysHref, waiting }: EmailCodeProps): string {
  const texts = textsFor(frame.locale);
  const words = texts.email.code;
  const content = html`<p class="intro">${words.sent} <bdi class="address">${asked.address}</bdi></p>
<p>${words.linkToo}</p>
<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${field({
  name: 'code',
  label: words.label,
  kind: 'code',
  value: '',
  autocomplete: 'one-time-code',
  help: words.help,
  faults: asked.fault === null ? [] : [words.faults[asked.fault]],
})}
<div class="actions"><button class="button primary" data-testid="submit">${words.submit}</button></div>
</form>
<form class="asides" method="post" action="${form.action}">
${hiddenFields(form)}
<a class="standalone" href="${waiting.href}" data-testid="continue">${words.opened}</a>
<button class="link" name="action" value="resend" data-testid="resend">${words.resend}</button>
${asked.mayChange ? html`<button class="link" name="action" value="change" data-testid="change">${words.change}</button>` : null}
</form>
${otherWays(otherWaysHref, texts)}`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: { when: 'ready', ...waiting } });
}

/** `here`: the browser that asked. `elsewhere`: another one. `code-only`: another one, where it cannot be gone on with. */
export type LinkPlace = 'here' | 'elsewhere' | 'code-only';

export interface MailLinkProps {
  readonly place: LinkPlace;
  readonly purpose: ProofPurpose;
  readonly address: string;
  /** What asked for the mail, in words; null where it did not say. */
  readonly device: string | null;
  /** When, as the page's language writes it. */
  readonly time: string;
  /** The name of whoever is signed in in this browser as somebody else; null where nobody is. */
  readonly signedInAs: string | null;
  readonly form: PostForm;
}

/** Shown, and nothing else: opening a link uses nothing up, because programs open links too (F-01). */
export function mailLinkPage(frame: Frame, props: MailLinkProps): string {
  const texts = textsFor(frame.locale).email.link;
  const address = html`<bdi class="address">${props.address}</bdi>`;
  const asked = props.device === null ? texts.askedAt(props.time) : texts.askedFrom(props.device, props.time);
  const content = html`<p class="intro">${texts.forAddress[props.purpose]} ${address}</p>
<p>${asked} ${texts.notYou}</p>
${props.place === 'here' ? null : html`<p class="notice">${props.place === 'elsewhere' ? texts.elsewhere : texts.codeOnly}</p>`}
${props.signedInAs === null ? null : html`<p class="notice">${texts.signedInAs(displayName(props.signedInAs))}</p>`}
${props.place === 'code-only' ? null : confirmButton(props, texts)}`;
  return layout(frame, { title: texts.title[props.purpose], content, width: 'narrow', onward: null });
}

function confirmButton({ form, place }: MailLinkProps, texts: Texts['email']['link']): Html {
  return html`<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button${place === 'here' ? ' primary' : ''}" data-testid="submit">${place === 'here' ? texts.goOn : texts.goOnHere}</button>
</form>`;
}

/** The tab in which the link was opened has done its work. */
export function mailLinkDonePage(frame: Frame, { href }: { readonly href: Path }): string {
  const texts = textsFor(frame.locale).email.linkDone;
  const content = html`<p class="intro">${texts.intro}</p>
<p>${texts.closed}</p>
<div class="actions"><a class="button" href="${href}" data-testid="continue">${texts.goOn}</a></div>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: null });
}

export function otherWays(href: Path | null, texts: Texts): Html | null {
  if (href === null) return null;
  return html`<p class="aside"><a class="standalone" href="${href}" data-testid="other-ways">${texts.email.otherWays}</a></p>`;
}
