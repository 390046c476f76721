/**
 * After the end of a session: the page that tells apps in the browser (OpenID Connect Front-Channel Logout 1.0 §3).
 *
 * Says of an app only what can be known: that we opened its address, or that it did not answer in time.
 */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import type { Href } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface ToldApp {
  readonly name: string;
  /** What is opened in its frame. */
  readonly src: Href;
}

export interface SigningOutProps {
  readonly apps: readonly ToldApp[];
  /** Names of the provider and of apps that we know we could not tell. */
  readonly unconfirmed: readonly string[];
  /** Where the person goes on to; a client's name where it is one. */
  readonly next: { readonly name: string | null; readonly href: Href };
}

export function signingOutPage(frame: Frame, { apps, unconfirmed, next }: SigningOutProps): string {
  const texts = textsFor(frame.locale).signingOut;
  const goOn =
    next.name === null ? texts.continue : textsFor(frame.locale).signedOut.backToClient(displayName(next.name));
  const content = html`<p class="intro">${texts.ended(displayName(frame.brand.productName))}</p>
${apps.length === 0 ? null : listOfApps(frame, apps)}
${unconfirmed.length === 0 ? null : listOfUnconfirmed(frame, unconfirmed)}
<div role="status"><p class="notice" data-advice="" data-testid="advice"${unconfirmed.length > 0 ? null : html` hidden`}>${texts.advice}</p></div>
<div class="actions"><a class="button primary" href="${next.href}" data-testid="continue">${goOn}</a></div>`;
  // Whoever has something to read decides when they have read it.
  const onward =
    apps.length === 0 ? null : ({ when: 'told', href: unconfirmed.length > 0 ? null : next.href } as const);
  return layout(frame, { title: textsFor(frame.locale).signedOut.title, content, width: 'narrow', onward });
}

function listOfApps({ locale }: Frame, apps: readonly ToldApp[]): Html {
  const texts = textsFor(locale).signingOut;
  const items = apps.map(({ name, src }) => {
    const shown = displayName(name);
    // No `allow-top-navigation`: what an app shows there must not take the page away from the others.
    return html`<li>${shown} <strong data-late="" hidden>${texts.late}</strong>
<iframe src="${src}" title="${texts.frame(shown)}" sandbox="allow-scripts allow-same-origin allow-forms" hidden></iframe></li>`;
  });
  return html`<p>${texts.apps}</p>
<ul class="claims" data-testid="told-apps">${items}</ul>`;
}

function listOfUnconfirmed({ locale }: Frame, names: readonly string[]): Html {
  const items = names.map((name) => html`<li>${displayName(name)}</li>`);
  return html`<p>${textsFor(locale).signingOut.unconfirmed}</p>
<ul class="claims" data-testid="unconfirmed">${items}</ul>`;
}
