/**
 * Asking whether a client may see what the operator released to it.
 *
 * Shows every claim: one that has no words of its own is shown by its wire name rather than left out.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { type ConfirmForm, confirmForm } from './form.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface ConsentProps {
  readonly clientName: string;
  /** Who is signed in: on a shared computer it may be somebody else. Null when no name is known. */
  readonly personName: string | null;
  /** Wire names of the claims that the client would receive. */
  readonly claims: readonly string[];
  /** Whether it wants to go on after the person has signed out here. */
  readonly offline: boolean;
  readonly form: ConfirmForm;
}

export function consentPage(frame: Frame, { clientName, personName, claims, offline, form }: ConsentProps): string {
  const texts = textsFor(frame.locale);
  const person =
    personName === null ? null : html`<p class="intro">${texts.consent.signedInAs(displayName(personName))}</p>`;
  const content = html`${person}
<p>${texts.consent.intro}</p>
<ul class="claims">${claimsInWords(claims, texts.claims).map((words) => html`<li>${words}</li>`)}</ul>
${offline ? html`<p>${texts.consent.offline}</p>` : null}
<p class="quiet">${texts.consent.effect}</p>
${confirmForm(form, texts.consent)}`;
  const title = texts.consent.title(displayName(clientName));
  return layout(frame, { title, content, width: 'narrow', onward: null });
}

/** Each phrase once, in the order in which the claims came. */
export function claimsInWords(claims: readonly string[], words: Texts['claims']): readonly string[] {
  const known: ReadonlyMap<string, string> = new Map(Object.entries(words));
  return [...new Set(claims.map((claim) => known.get(claim) ?? displayName(claim)))];
}
