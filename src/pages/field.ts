/**
 * A labelled field of a form, with what is wrong with it said beside it.
 *
 * The fault is tied to the field for screen readers (WCAG 2.2 §3.3.1), and what was typed stays, except a secret.
 */
import { type Html, html } from './html.ts';

export interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'email' | 'password' | 'code' | 'fixed';
  /** Empty for a secret: it never comes back in a page. */
  readonly value: string;
  /** A token of the HTML standard's autofill list. */
  readonly autocomplete: string;
  /** A line of help; null where the label says enough. */
  readonly help: string | null;
  /** What is wrong with what was sent; empty where nothing is. */
  readonly faults: readonly string[];
}

const types = { text: 'text', email: 'email', password: 'password', code: 'text', fixed: 'text' } as const;
const inputModes = { text: 'text', email: 'email', password: 'text', code: 'numeric', fixed: 'text' } as const;

export function field({ name, label, kind, value, autocomplete, help, faults }: FieldProps): Html {
  const describedBy = [help === null ? null : `${name}-help`, faults.length === 0 ? null : `${name}-fault`];
  const described = describedBy.filter((id) => id !== null).join(' ');
  // No `required` or `pattern`: the browser's own bubbles speak its language, not that of the page.
  return html`<div class="field">
<label for="${name}">${label}</label>
${faults.length === 0 ? null : html`<div class="faults" id="${name}-fault" role="alert">${faults.map((fault) => html`<p>${fault}</p>`)}</div>`}
${help === null ? null : html`<p class="hint" id="${name}-help">${help}</p>`}
<input id="${name}" name="${name}" type="${types[kind]}" inputmode="${inputModes[kind]}" value="${value}" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false" class="${kind}" data-testid="${name}"${kind === 'fixed' ? html` readonly` : null}${described === '' ? null : html` aria-describedby="${described}"`}${faults.length === 0 ? null : html` aria-invalid="true"`}>
</div>`;
}
