/**
 * The pages of a test of a provider: what will happen, and the report of what did.
 *
 * The report shows what a provider said of somebody: to the browser that made the test, and to no other. Each verdict is
 * a word and a sign, so that nobody needs to tell colours apart (WCAG 2.2 §1.4.1).
 */
import { parseErrorCode } from '../errors.ts';
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { JsonObject, TestStep, TraceEntry } from '../model.ts';
import { displayName } from './display.ts';
import { field } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface ProviderTestProps {
  readonly providerName: string;
  readonly next: CodeForm | GoOn;
}

/** Asks for the code of the terminal. */
export interface CodeForm {
  readonly kind: 'code';
  readonly form: PostForm;
  /** What was typed before was not the code. */
  readonly fault: 'wrong_code' | null;
}

/** The code was typed in this browser: for whoever came back by the browser's own button. */
export interface GoOn {
  readonly kind: 'go-on';
  readonly href: Path;
}

/** Opening it begins nothing (I-10): the test begins with its button. */
export function providerTestPage(frame: Frame, { providerName, next }: ProviderTestProps): string {
  const texts = textsFor(frame.locale).providerTest.invitation;
  const name = displayName(providerName);
  const action =
    next.kind === 'code'
      ? codeForm(next, texts)
      : html`<div class="actions"><a class="button primary" href="${next.href}" data-testid="continue">${texts.goOn(name)}</a></div>`;
  const content = html`<p class="intro">${texts.intro}</p>
<p>${texts.nothing}</p>
<p>${texts.shown}</p>
${action}`;
  return layout(frame, { title: texts.title(name), content, width: 'narrow', onward: null });
}

function codeForm({ form, fault }: CodeForm, texts: Texts['providerTest']['invitation']): Html {
  return html`<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${field({
  name: 'code',
  label: texts.label,
  kind: 'text',
  value: '',
  autocomplete: 'off',
  help: texts.help,
  faults: fault === null ? [] : [texts.wrong],
})}
<div class="actions"><button class="button primary" data-testid="submit">${texts.submit}</button></div>
</form>`;
}

export interface TestReportProps {
  readonly providerName: string;
  readonly steps: readonly TestStep[];
  readonly trace: readonly TraceEntry[];
}

type Verdict = TestStep['verdict'];

/** The worst of all. */
export function verdictOf(steps: readonly TestStep[]): Verdict {
  const has = (verdict: Verdict) => steps.some((step) => step.verdict === verdict);
  return has('bad') ? 'bad' : has('unsure') ? 'unsure' : 'good';
}

export function testReportPage(frame: Frame, { providerName, steps, trace }: TestReportProps): string {
  const { providerTest, refusals } = textsFor(frame.locale);
  const name = displayName(providerName);
  const words: Words = { ...providerTest.report, refusalOf: (code) => refusals[parseErrorCode(code)](name) };
  const verdict = verdictOf(steps);
  const content = html`<p class="intro" data-testid="verdict-${verdict}">${words.summary[verdict]}</p>
<p>${words.after}</p>
<ol class="steps">${steps.map((step) => stepItem(step, trace, words))}</ol>
<p class="quiet">${words.hidden}</p>`;
  return layout(frame, { title: words.title(name), content, width: 'wide', onward: null });
}

type Words = Texts['providerTest']['report'] & {
  /** What a person reads who is refused with this code. */
  readonly refusalOf: (code: string) => { readonly title: string };
};

const signs = { good: '✓', unsure: '?', bad: '✗' } as const;

function stepItem(step: TestStep, trace: readonly TraceEntry[], words: Words): Html {
  const { verdict } = step;
  const title = words.steps[step.step === 'failure' ? step.at : step.step];
  return html`<li data-testid="step-${step.step}">
<h2>${title} <span class="tag ${verdict}"><span aria-hidden="true">${signs[verdict]}</span> ${words.verdicts[verdict]}</span></h2>
${stepContent(step, trace, words)}
</li>\n`;
}

function stepContent(step: TestStep, trace: readonly TraceEntry[], words: Words): Html {
  switch (step.step) {
    case 'departure':
      if (step.address === null) return html`<p>${words.ownForm}</p>`;
      return html`<p>${words.sentTo}</p>\n${lines([step.address])}`;
    case 'return':
      if (step.parameters.length === 0) return html`<p>${words.broughtNothing}</p>`;
      return html`<p>${words.broughtBack}</p>\n${lines(step.parameters)}`;
    case 'claims':
    case 'profile':
      return unfolding(step.step, words.seeData[step.step], [inJson(step.data)]);
    case 'decision':
      return html`<p data-testid="would-${step.would}">${words.would[step.would]} ${step.known ? words.known : words.unknown}</p>
${unfolding('trace', words.rules, trace.map(traceLine))}`;
    case 'failure':
      return html`<p>${words.peopleRead} <q>${words.refusalOf(step.code).title}</q></p>
<dl>
<dt>${words.code}</dt><dd><code data-testid="error-code">${step.code}</code></dd>
<dt>${words.detail}</dt><dd lang="en" data-testid="detail">${step.detail}</dd>
${step.advice === null ? null : html`<dt>${words.advice}</dt><dd lang="en" data-testid="advice">${step.advice}</dd>`}
</dl>`;
  }
}

function unfolding(id: string, summary: string, content: readonly string[]): Html {
  return html`<details>
<summary data-testid="see-${id}">${summary}</summary>
${lines(content)}
</details>`;
}

/** As they stand: they are of programs, and keep their breaks. */
function lines(texts: readonly string[]): Html {
  return html`<pre dir="ltr" translate="no">${texts.join('\n')}</pre>`;
}

export function inJson(data: JsonObject): string {
  return JSON.stringify(data, null, 2);
}

export function traceLine({ step, decision, reason }: TraceEntry): string {
  return `${step}: ${decision}, ${reason}`;
}
