/**
 * Filling in a form as a person would: hidden fields go along, only what the form has can be filled in.
 *
 * Never lets a test invent a field: a page that lost its input must fail the test. A forged request is made with the
 * browser's `post` instead, which says that it is one.
 */

import type { Element, Page } from './browser-page.ts';

export type Fields = { readonly [name: string]: string | boolean };

export interface Submission {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  /** `application/x-www-form-urlencoded`; null for GET, whose fields are in the address. */
  readonly body: string | null;
}

/** Finds the form meant by a test id (the form's own, or that of an element in it) and the button pressed, if it was one. */
export function locateForm(page: Page, testId: string): { form: Element; button: Element | null } {
  const element = page.get(testId);
  const formId = element.attribute('form');
  const form =
    formId === null ? element.closest('form') : page.forms.find((candidate) => candidate.attribute('id') === formId);
  if (form === null || form === undefined)
    throw new Error(`data-testid="${testId}" on ${page.url.href} belongs to no form`);
  return { form, button: isSubmitButton(element) ? element : null };
}

/**
 * What pressing `button` sends (HTML §4.10.21.4).
 * @throws Error when `fields` names something that the form does not ask for, or the form uses an encoding we do not speak.
 */
export function fillIn(page: Page, form: Element, button: Element | null, fields: Fields): Submission {
  const controls = controlsOf(page, form);
  const names = new Set(controls.map((control) => control.attribute('name')));
  for (const name of Object.keys(fields)) {
    if (!names.has(name))
      throw new Error(`the form on ${page.url.href} has no field "${name}": it has ${[...names].join(', ')}`);
  }
  const entries = new URLSearchParams();
  for (const control of controls) {
    const name = control.attribute('name');
    if (name === null || name === '') continue;
    const value = control === button ? (control.attribute('value') ?? '') : contributionOf(control, fields[name]);
    if (value !== null) entries.append(name, value);
  }

  const method = (button?.attribute('formmethod') ?? form.attribute('method') ?? 'get').toUpperCase();
  const url = new URL(button?.attribute('formaction') || form.attribute('action') || page.url.href, page.url);
  if (method === 'POST') {
    if ((form.attribute('enctype') ?? '').includes('multipart')) throw new Error('multipart forms are not supported');
    return { method: 'POST', url, body: entries.toString() };
  }
  url.search = entries.toString();
  return { method: 'GET', url, body: null };
}

function controlsOf(page: Page, form: Element): Element[] {
  const id = form.attribute('id');
  return page.document.all('input', 'select', 'textarea', 'button').filter((control) => {
    if (control.attribute('disabled') !== null || isInDisabledFieldset(control)) return false;
    const owner = control.attribute('form');
    return owner === null ? control.closest('form') === form : owner === id;
  });
}

function isInDisabledFieldset(control: Element): boolean {
  const fieldset = control.closest('fieldset');
  return fieldset !== null && fieldset.attribute('disabled') !== null;
}

export function isSubmitButton(element: Element): boolean {
  const type = element.attribute('type')?.toLowerCase();
  if (element.tag === 'button') return type === undefined || type === 'submit';
  return element.tag === 'input' && (type === 'submit' || type === 'image');
}

/** The value that a control contributes, or null for none. `filled` is what the test typed or chose. */
function contributionOf(control: Element, filled: string | boolean | undefined): string | null {
  if (control.tag === 'button') return null;
  if (control.tag === 'textarea') return typeof filled === 'string' ? filled : control.rawText.replace(/^\n/, '');
  if (control.tag === 'select')
    return typeof filled === 'string' ? chooseOption(control, filled) : selectedOption(control);

  const value = control.attribute('value');
  switch (control.attribute('type')?.toLowerCase()) {
    case 'submit':
    case 'image':
    case 'button':
    case 'reset':
      return null;
    case 'checkbox': {
      const checked =
        filled === undefined ? control.attribute('checked') !== null : filled === true || filled === (value ?? 'on');
      return checked ? (value ?? 'on') : null;
    }
    case 'radio': {
      const checked = filled === undefined ? control.attribute('checked') !== null : filled === (value ?? 'on');
      return checked ? (value ?? 'on') : null;
    }
    default:
      return typeof filled === 'string' ? filled : (value ?? '');
  }
}

function chooseOption(select: Element, value: string): string {
  const values = select.all('option').map(optionValue);
  if (!values.includes(value))
    throw new Error(`"${select.attribute('name')}" offers ${values.join(', ')}, not "${value}"`);
  return value;
}

function selectedOption(select: Element): string | null {
  const options = select.all('option');
  const chosen = options.find((option) => option.attribute('selected') !== null) ?? options[0];
  return chosen === undefined ? null : optionValue(chosen);
}

function optionValue(option: Element): string {
  return option.attribute('value') ?? option.text;
}
