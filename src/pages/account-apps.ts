/**
 * The apps that an account is connected to: what each receives, since when, and taking it back.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Milliseconds } from '../model.ts';
import { backToAccount, rowForm } from './account-parts.ts';
import { claimsInWords } from './consent.ts';
import { displayName } from './display.ts';
import type { PostForm } from './form.ts';
import type { Href } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { dayElement } from './moment.ts';

export interface ListedApp {
  readonly name: string;
  /** Wire names of what it receives beside an identifier. */
  readonly claims: readonly string[];
  /** Whether the person is asked before it receives anything. */
  readonly asks: boolean;
  readonly since: Milliseconds | null;
  readonly revoke: PostForm;
  /** Where the app begins a sign-in itself; null where it does not say. */
  readonly begin: Href | null;
}

export interface AppsProps {
  readonly apps: readonly ListedApp[];
}

export function appsPage(frame: Frame, { apps }: AppsProps): string {
  const words = textsFor(frame.locale).accountApps;
  const rows = apps.map((app, index) => row(app, index + 1, frame));
  const content = html`<p class="intro">${words.intro}</p>
${apps.length === 0 ? html`<p class="quiet">${words.none}</p>` : html`<ul class="rows">${rows}</ul>`}
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}

function row({ name, claims, asks, since, revoke, begin }: ListedApp, number: number, frame: Frame): Html {
  const texts = textsFor(frame.locale);
  const words = texts.accountApps;
  const shownName = displayName(name);
  const told = claimsInWords(claims, texts.claims);
  const list = told.length === 0 ? [words.nothing] : told;
  const link =
    begin === null
      ? shownName
      : html`<a class="standalone" href="${begin}" data-testid="open-${number}">${shownName}</a>`;
  return html`<li><span class="words"><span class="name">${link}</span>
${since === null ? null : html`<span class="hint">${words.since} ${dayElement(frame, since)}</span>`}
${list.map((phrase) => html`<span class="hint">· ${phrase}</span>\n`)}</span>
${rowForm(revoke, { label: words.revoke, named: words.revokeNamed(shownName), testId: `revoke-${number}` })}
<div class="more"><span class="hint">${asks ? words.asksAgain : words.byOperator}</span></div></li>\n`;
}
