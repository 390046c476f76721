/**
 * The pages of a campus LMS that registers itself by invitation: what is registered where, with one button, and that it waits now.
 *
 * May be shown in a frame of that LMS: it is its own administration that is asked, and what comes of it is judged by the operator.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface CampusFacts {
  /** Whose addresses it has. */
  readonly host: string;
  /** The product that it says to be. */
  readonly family: string | null;
}

export interface LtiRegistrationProps {
  readonly campus: CampusFacts;
  /** The host of this deployment. */
  readonly site: string;
  /** The client that its launches end in. */
  readonly app: string;
  /** Wire names of what is asked for of each person. */
  readonly claims: readonly string[];
  readonly form: PostForm;
}

export function ltiRegistrationPage(frame: Frame, { campus, site, app, claims, form }: LtiRegistrationProps): string {
  const words = textsFor(frame.locale).ltiRegistration;
  const content = html`<p class="intro">${words.intro}</p>
<dl class="facts">
${fact(words.campus, nameOf(campus))}
${fact(words.site, `${displayName(frame.brand.productName)} (${site})`)}
${fact(words.app, displayName(app))}
</dl>
${
  claims.length === 0
    ? html`<p>${words.asksNothing}</p>`
    : html`<p>${words.asks}</p>
<ul class="claims">${inWords(claims, words).map((claim) => html`<li>${claim}</li>`)}</ul>`
}
<p class="quiet">${words.waits}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" data-testid="register">${words.action}</button>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

export interface LtiRegisteredProps {
  readonly campus: CampusFacts;
  /** Who is told that this is over. */
  readonly sites: readonly string[];
}

export function ltiRegisteredPage(frame: Frame, { campus, sites }: LtiRegisteredProps): string {
  const words = textsFor(frame.locale).ltiRegistered;
  const content = html`<p class="intro" data-testid="registered">${words.intro(nameOf(campus))}</p>
<p>${words.next}</p>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: { when: 'registered', sites } });
}

/** Each once; what has no words of its own by its wire name. */
function inWords(claims: readonly string[], { names, email }: Texts['ltiRegistration']): readonly string[] {
  const known = new Map([
    ...['name', 'given_name', 'family_name'].map((claim) => [claim, names] as const),
    ['email', email] as const,
  ]);
  return [...new Set(claims.map((claim) => known.get(claim) ?? displayName(claim)))];
}

function nameOf({ host, family }: CampusFacts): string {
  return displayName(family === null ? host : `${host} (${family})`);
}

function fact(label: string, value: string): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}
