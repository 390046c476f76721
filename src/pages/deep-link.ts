/**
 * A teacher chooses what to add to a course at their campus, and sends it there.
 *
 * Titles are the operator's or an LMS's. Shows nothing of any person, so it may stand in a frame of the campus. Works without a
 * script: the answer too has a button.
 */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { faultsOf } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Href } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface DeepLinkChoice {
  readonly title: string;
  readonly url: string;
  readonly scoreMaximum: number | null;
}

export interface DeepLinkProps {
  readonly form: PostForm;
  readonly campus: string;
  /** Where it opens. */
  readonly app: string;
  readonly several: boolean;
  readonly query: string;
  /** How many there are in all. */
  readonly offered: number;
  readonly found: { readonly content: readonly DeepLinkChoice[]; readonly mayBeMore: boolean };
  readonly chosen: readonly DeepLinkChoice[];
  readonly choseNothing: boolean;
}

/** Fewer are seen at a glance. */
const SEARCHED_FROM = 8;

export function deepLinkPage(frame: Frame, props: DeepLinkProps): string {
  const words = textsFor(frame.locale).deepLink;
  const { form, offered, found } = props;
  const [campus, app] = [displayName(props.campus), displayName(props.app)];
  const content = html`${offered === 0 ? html`<p class="notice" data-testid="nothing-offered">${words.nothingOffered(app)}</p><p>${words.nothingOfferedNext}</p>` : html`<p class="intro">${words.intro(campus, app)}</p>`}
<form method="post" action="${form.action}">
${hiddenFields(form)}
${offered < SEARCHED_FROM ? null : searchField(frame, props)}
${offered === 0 ? null : choices(frame, props)}
<div class="actions">
${found.content.length === 0 ? null : html`<button class="button primary" name="answer" value="add" data-testid="add">${words.add}</button>`}
<button class="button" name="answer" value="none" data-testid="add-nothing">${words.cancel}</button>
</div>
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

/** Its button is the first of the form: Enter in the field searches. */
function searchField({ locale }: Frame, { query }: DeepLinkProps): Html {
  const words = textsFor(locale).deepLink;
  return html`<div class="search">
<label for="q">${words.searchLabel}</label>
<input id="q" type="search" name="q" value="${displayName(query)}" maxlength="100" autocomplete="off" spellcheck="false" data-testid="search">
<button class="button" name="answer" value="search" data-testid="submit">${words.search}</button>
</div>`;
}

function choices(frame: Frame, props: DeepLinkProps): Html {
  const words = textsFor(frame.locale).deepLink;
  const { found, query, choseNothing, several } = props;
  const legend = several ? words.several : words.one;
  return html`<div class="field" role="${several ? 'group' : 'radiogroup'}" aria-labelledby="items">
<h2 id="items">${legend}</h2>
${faultsOf('items', choseNothing ? [words.nothingChosen] : [])}
${found.content.length === 0 ? html`<p class="notice" data-testid="nothing-found">${words.nothingFound(displayName(query))}</p>` : null}
${found.content.map((choice, index) => choiceOf(frame, props, choice, index))}
${found.mayBeMore ? html`<p class="quiet">${words.mayBeMore}</p>` : null}
</div>`;
}

function choiceOf({ locale }: Frame, { several, chosen }: DeepLinkProps, choice: DeepLinkChoice, index: number): Html {
  const { title, url, scoreMaximum } = choice;
  const id = `item-${index}`;
  const [type, name] = several ? ['checkbox', id] : ['radio', 'item'];
  const points = scoreMaximum === null ? null : new Intl.NumberFormat(locale).format(scoreMaximum);
  return html`<label class="check" for="${id}"><input id="${id}" type="${type}" name="${name}" value="${url}"${chosen.includes(choice) ? html` checked` : null} data-testid="${id}"><span class="words"><span>${displayName(title)}</span>${points === null ? null : html` <span class="hint">${textsFor(locale).deepLink.graded(points)}</span>`}</span></label>\n`;
}

export interface DeepLinkSentProps {
  /** Where the campus waits for it. */
  readonly href: Href;
  readonly jwt: string;
}

/** The one page with a form that goes to another site; the policy names that site alone. */
export function deepLinkSentPage(frame: Frame, { href, jwt }: DeepLinkSentProps): string {
  const texts = textsFor(frame.locale).wait;
  const content = html`<p class="intro">${texts.intro}</p>
<p>${texts.fallback}</p>
<form class="actions" method="post" action="${href}">
<input type="hidden" name="JWT" value="${jwt}">
<button class="button primary" data-testid="continue">${texts.continue}</button>
</form>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: { when: 'sent' } });
}
