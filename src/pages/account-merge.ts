/**
 * How somebody makes one account of their two: what that means, how the two would stand together, and that it is done.
 *
 * Shown only to whoever has signed in to both, but for the first page. What is chosen by itself stays changeable; nothing is sent
 * before the button.
 */
import { textsFor } from '../i18n/texts.ts';
import type { DetailName, Milliseconds } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { dayElement } from './moment.ts';
import { wordsOf } from './registration-choices.ts';

// ----------------------------------------------------------------------------------------------------------- the first page

export interface MergeIntroProps {
  /** Why they are here again: the other account has to be signed in to anew. */
  readonly proofIsGone: boolean;
  /** Leads to signing in to the other account. */
  readonly form: PostForm;
}

export function mergeIntroPage(frame: Frame, { proofIsGone, form }: MergeIntroProps): string {
  const words = textsFor(frame.locale).merge;
  const content = html`${proofIsGone ? html`<p class="notice" role="status" data-testid="proof-is-gone">${words.proofIsGone}</p>` : null}
<p class="intro">${words.intro}</p>
${sentences(words.means)}
<p>${words.how}</p>
<form class="actions" method="post" action="${form.action}">
${hiddenFields(form)}
<button class="button primary" data-testid="prove-other">${words.prove}</button>
${backLink(words.notNow)}
</form>`;
  return layout(frame, { title: words.title, content, width: 'narrow', onward: null });
}

// -------------------------------------------------------------------------------------------------------------- the preview

export type MergeSide = 'survivor' | 'retired';

export interface MergeAccount {
  /** Whether it is the one that this browser is signed in to. */
  readonly isMine: boolean;
  readonly name: string | null;
  readonly username: string;
  readonly createdAt: Milliseconds;
  readonly providerNames: readonly string[];
  readonly addresses: readonly string[];
}

export type MergeFieldName =
  | 'name'
  | 'birthDate'
  | 'phone'
  | 'locale'
  | 'country'
  | 'username'
  | 'primaryEmail'
  | `details.${DetailName}`;

/** Of which both have a value, and not the same. */
export interface MergeQuestionProps {
  readonly field: MergeFieldName;
  readonly values: { readonly [side in MergeSide]: string };
  readonly chosen: MergeSide;
}

export interface MergePreviewProps {
  readonly survivor: MergeAccount;
  readonly retired: MergeAccount;
  /** The same page with the other one surviving. */
  readonly exchangeHref: Path;
  readonly questions: readonly MergeQuestionProps[];
  /** Ways of signing in, and addresses, that end with the retired account. */
  readonly endingProviders: readonly string[];
  readonly endingAddresses: readonly string[];
  /** Apps that go on with what they know, and those that knew both and are told. */
  readonly appsAsBefore: readonly string[];
  readonly appsTold: readonly string[];
  readonly form: PostForm;
  /** Why it is shown once more: it is not any more what was agreed to. */
  readonly hasChanged: boolean;
}

export function mergePreviewPage(frame: Frame, props: MergePreviewProps): string {
  const words = textsFor(frame.locale).merge;
  const { survivor, retired, questions, form, hasChanged } = props;
  const content = html`${hasChanged ? html`<p class="notice" role="status" data-testid="preview-changed">${words.changed}</p>` : null}
<p class="intro">${words.previewIntro}</p>
<div class="pair">
${accountCard(frame, survivor, words.stays)}
${accountCard(frame, retired, words.joins)}
</div>
<p><a class="standalone" href="${props.exchangeHref}" data-testid="exchange">${words.exchange}</a></p>
<form method="post" action="${form.action}">
${hiddenFields(form)}
${questions.length === 0 ? null : html`<h2>${words.questionsHeading}</h2>\n<p>${words.questionsIntro}</p>\n${questions.map((question) => questionField(frame, question, props))}`}
<h2>${words.effectsHeading}</h2>
${sentences(effectsOf(frame, props))}
<div class="actions">
<button class="button primary" data-testid="confirm-merge">${words.confirm}</button>
${backLink(words.notNow)}
</div>
</form>`;
  return layout(frame, { title: words.previewTitle, content, width: 'wide', onward: null });
}

function accountCard(frame: Frame, account: MergeAccount, what: string): Html {
  const words = textsFor(frame.locale).merge;
  const names = account.providerNames.map(displayName).join(', ');
  const addresses = account.addresses.map((address) => html`<bdi class="address">${address}</bdi> `);
  return html`<section><h2>${what}</h2>
<p class="quiet">${account.isMine ? words.mine : words.other}</p>
<dl class="facts">
<div><dt>${words.account}</dt><dd>${account.name === null ? null : html`${displayName(account.name)}, `}<bdi>${displayName(account.username)}</bdi></dd></div>
<div><dt>${words.since}</dt><dd>${dayElement(frame, account.createdAt)}</dd></div>
<div><dt>${words.ways}</dt><dd>${names}</dd></div>
${addresses.length === 0 ? null : html`<div><dt>${words.addresses}</dt><dd>${addresses}</dd></div>`}
</dl></section>`;
}

function questionField(frame: Frame, { field, values, chosen }: MergeQuestionProps, props: MergePreviewProps): Html {
  const words = textsFor(frame.locale).merge;
  const option = (side: MergeSide) => {
    const id = `choice-${field.replace('.', '-')}-${side}`;
    const whose = props[side].isMine ? words.mine : words.other;
    return html`<label class="check" for="${id}"><input id="${id}" name="choice-${field}" type="radio" value="${side}" data-testid="${id}"${side === chosen ? html` checked` : null}> <span>${valueInWords(frame, field, values[side])} <span class="hint">${whose}</span></span></label>\n`;
  };
  const id = `choice-${field.replace('.', '-')}`;
  return html`<div class="field" role="radiogroup" aria-labelledby="${id}"><h3 id="${id}">${labelOf(frame, field)}</h3>
${option('survivor')}${option('retired')}</div>\n`;
}

function labelOf({ locale }: Frame, field: MergeFieldName): string {
  const { merge, registration } = textsFor(locale);
  if (!isDetail(field)) return merge.labels[field];
  return merge.asYouSaid(registration.labels[detailOf(field)]);
}

function valueInWords({ locale }: Frame, field: MergeFieldName, value: string): string {
  if (field === 'locale') return wordsOf('language', value.slice(0, 2), locale);
  if (field === 'country') return wordsOf('country', value, locale);
  return displayName(isDetail(field) ? wordsOf(detailOf(field), value, locale) : value);
}

const isDetail = (field: MergeFieldName): field is `details.${DetailName}` => field.startsWith('details.');
const detailOf = (field: `details.${DetailName}`) => field.slice('details.'.length) as DetailName;

function effectsOf({ locale }: Frame, props: MergePreviewProps): string[] {
  const { effects } = textsFor(locale).merge;
  const listed = (names: readonly string[], sentence: (names: string) => string) =>
    names.length === 0 ? [] : [sentence(new Intl.ListFormat(locale).format(names.map(displayName)))];
  return [
    effects.allWays,
    ...listed(props.endingProviders, effects.endingWays),
    ...listed(props.endingAddresses, effects.endingAddresses),
    ...listed(props.appsAsBefore, effects.appsAsBefore),
    ...listed(props.appsTold, effects.appsTold),
    effects.sessions,
    effects.mails,
    effects.undo,
  ];
}

// --------------------------------------------------------------------------------------------------------------- the result

export interface MergedProps {
  /** What support needs to undo it. */
  readonly mergeId: string;
}

export function mergedPage(frame: Frame, { mergeId }: MergedProps): string {
  const words = textsFor(frame.locale).merge;
  const content = html`<p class="intro">${words.doneIntro}</p>
<p>${words.doneUndo}</p>
<dl class="facts"><div><dt>${words.doneNumber}</dt><dd><code data-testid="merge-id">${mergeId}</code></dd></div></dl>
<div class="actions"><a class="button primary" href="${path('/account')}" data-testid="to-account">${words.toAccount}</a></div>`;
  return layout(frame, { title: words.doneTitle, content, width: 'narrow', onward: null });
}

const sentences = (list: readonly string[]) =>
  html`<ul class="claims">${list.map((sentence) => html`<li>${sentence}</li>\n`)}</ul>`;

const backLink = (text: string) => html`<a class="button" href="${path('/account')}" data-testid="not-now">${text}</a>`;
