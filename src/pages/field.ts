/**
 * A labelled field of a form, with what is wrong with it said beside it.
 *
 * The fault is tied to the field for screen readers (WCAG 2.2 §3.3.1), and what was typed stays, except a secret.
 */
import { type Html, html } from './html.ts';

interface Labelled {
  readonly name: string;
  readonly label: string;
  /** Empty for a secret: it never comes back in a page. */
  readonly value: string;
  /** A token of the HTML standard's autofill list. */
  readonly autocomplete: string;
  /** A line of help; null where the label says enough. */
  readonly help: string | null;
  /** What is wrong with what was sent; empty where nothing is. */
  readonly faults: readonly string[];
}

export interface FieldProps extends Labelled {
  readonly kind: Kind;
}

type Kind = 'text' | 'capitalized' | 'email' | 'password' | 'code' | 'digits' | 'fixed';

const types = { email: 'email', password: 'password' } as const;
const inputModes = { email: 'email', code: 'numeric', digits: 'numeric' } as const;

export function field(props: FieldProps): Html {
  const { kind } = props;
  const type = kind in types ? types[kind as keyof typeof types] : 'text';
  const inputMode = kind in inputModes ? inputModes[kind as keyof typeof inputModes] : 'text';
  const capitals = kind === 'capitalized' ? 'words' : 'none';
  // No `required` or `pattern`: the browser's own bubbles speak its language, not that of the page.
  return labelled(
    props,
    html`<input ${identified(props)} type="${type}" inputmode="${inputMode}" value="${props.value}" autocapitalize="${capitals}" spellcheck="false" class="${kind}"${kind === 'fixed' ? html` readonly` : null}>`,
  );
}

/** Several lines of text. */
export function linesField(props: Labelled): Html {
  return labelled(props, html`<textarea ${identified(props)} rows="3">${props.value}</textarea>`);
}

export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** One of a list, or nothing yet: `nothing` are the words for that. */
export function choiceField(props: Labelled, nothing: string, choices: readonly Choice[]): Html {
  const options = choices.map(
    ({ value, text }) =>
      html`<option value="${value}"${value === props.value ? html` selected` : null}>${text}</option>\n`,
  );
  return labelled(
    props,
    html`<select ${identified(props)}>\n<option value="">${nothing}</option>\n${options}</select>`,
  );
}

export function faultsOf(name: string, faults: readonly string[]): Html | null {
  if (faults.length === 0) return null;
  return html`<div class="faults" id="${name}-fault" role="alert">${faults.map((fault) => html`<p>${fault}</p>`)}</div>`;
}

function labelled({ name, label, help, faults }: Labelled, control: Html): Html {
  return html`<div class="field">
<label for="${name}">${label}</label>
${faultsOf(name, faults)}
${help === null ? null : html`<p class="hint" id="${name}-help">${help}</p>`}
${control}
</div>`;
}

function identified({ name, autocomplete, help, faults }: Labelled): Html {
  const describedBy = [help === null ? null : `${name}-help`, faults.length === 0 ? null : `${name}-fault`];
  const described = describedBy.filter((id) => id !== null).join(' ');
  return html`id="${name}" name="${name}" autocomplete="${autocomplete}" data-testid="${name}"${described === '' ? null : html` aria-describedby="${described}"`}${faults.length === 0 ? null : html` aria-invalid="true"`}`;
}
