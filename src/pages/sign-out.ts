/**
 * Asking whether to sign out, and saying that it happened.
 *
 * A GET only asks (DESIGN §6.8): the form does it.
 */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { type ConfirmForm, confirmForm } from './form.ts';
import type { Href, Path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface SignOutProps {
  /** The client that asked for it (OpenID Connect RP-Initiated Logout §2); null when the person came by themselves. */
  readonly clientName: string | null;
  readonly form: ConfirmForm;
}

export function signOutPage(frame: Frame, { clientName, form }: SignOutProps): string {
  const texts = textsFor(frame.locale).signOut;
  const asked = clientName === null ? null : html`<p class="intro">${texts.asked(displayName(clientName))}</p>`;
  const content = html`${asked}
<p class="intro">${texts.effect(displayName(frame.brand.productName))}</p>
${confirmForm(form, texts)}`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: null });
}

export interface SignedOutProps {
  readonly client: { readonly name: string; readonly href: Href } | null;
  readonly signInHref: Path;
}

export function signedOutPage(frame: Frame, { client, signInHref }: SignedOutProps): string {
  const texts = textsFor(frame.locale).signedOut;
  const action =
    client === null
      ? html`<a class="button primary" href="${signInHref}" data-testid="sign-in">${texts.signInAgain}</a>`
      : html`<a class="button primary" href="${client.href}" data-testid="back-to-client">${texts.backToClient(displayName(client.name))}</a>`;
  const content = html`<p class="intro">${texts.shared}</p>
<div class="actions">${action}</div>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: null });
}
