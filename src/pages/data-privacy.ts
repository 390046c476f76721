/**
 * What the administration of a campus is told that asks for the data of one of its people: which kinds there are, and whom to ask.
 *
 * Must never: show or hint at anything that is held of anybody. What it shows of the person is what the campus itself sent.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { SupportContact } from './brand.ts';
import { displayName } from './display.ts';
import { path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface DataPrivacyProps {
  readonly campus: string;
  /** What the campus calls the person; null where it sent nothing usable. */
  readonly forUser: string | null;
}

export function dataPrivacyPage(frame: Frame, { campus, forUser }: DataPrivacyProps): string {
  const words = textsFor(frame.locale).dataPrivacy;
  const shown = displayName(campus);
  const content = html`<p class="intro">${words.intro(shown)}</p>
${forUser === null ? null : html`<dl class="facts"><div><dt>${words.person(shown)}</dt><dd><code data-testid="for-user">${displayName(forUser)}</code></dd></div></dl>`}
<h2>${words.kept}</h2>
<ul class="claims">${Object.values(words.kinds).map((kind) => html`<li>${kind}</li>`)}</ul>
<h2>${words.askHeading}</h2>
<p>${words.byPerson}</p>
<p><a class="standalone" href="${path('/account/data')}" target="_blank" rel="noopener" data-testid="own-data">${words.own}</a></p>
<p>${words.byCampus}</p>
${whomToAsk(frame.brand.support, words)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}

function whomToAsk(support: SupportContact, words: Texts['dataPrivacy']): Html {
  switch (support.kind) {
    case 'nobody':
      return html`<p>${words.askNobodyNamed}</p>`;
    case 'email':
      return html`<p><a class="standalone" href="mailto:${encodeURIComponent(support.address)}" data-testid="ask-support">${support.address}</a></p>`;
    case 'page':
      return html`<p><a class="standalone" href="${support.href}" target="_blank" rel="noopener" data-testid="ask-support">${displayName(support.name)}</a></p>`;
  }
}
