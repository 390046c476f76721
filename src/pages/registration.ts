/**
 * The registration page: what is asked of a person, and the terms that they have to accept.
 *
 * Nothing that was typed is lost, and each field says what is wrong with it. A box for terms is never ticked by us.
 */
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { AskedField, AskedTerms, FieldFault, Form, Locale, RegistrationField } from '../model.ts';
import { displayName } from './display.ts';
import { otherWays } from './email.ts';
import { choiceField, type FieldProps, faultsOf, field, linesField } from './field.ts';
import { hiddenFields, type PostForm } from './form.ts';
import { type Path, parseHref } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { choicesOf, wordsOf } from './registration-choices.ts';

export interface RegistrationProps {
  readonly asked: Extract<Form, { readonly kind: 'registration' }>;
  readonly form: PostForm;
  /** Whoever does not want to say this, or to accept that, is not held here. */
  readonly otherWaysHref: Path;
}

export function registrationPage(frame: Frame, { asked, form, otherWaysHref }: RegistrationProps): string {
  const all = textsFor(frame.locale);
  const texts = all.registration;
  const what = asked.fields.length === 0 ? 'terms' : asked.isNew ? 'new' : 'known';
  const content = html`<p class="intro">${texts.intro[what]}</p>
<form method="post" action="${form.action}" novalidate>
${hiddenFields(form)}
${asked.fields.map((one) => askedField(one, frame.locale))}
${asked.terms === null ? null : askedTerms(asked.terms, frame.locale)}
<div class="actions"><button class="button primary" name="action" value="save" data-testid="submit">${texts.submit[what]}</button></div>
</form>
${otherWays(otherWaysHref, all)}`;
  return layout(frame, { title: texts.title[what], content, width: 'narrow', onward: null });
}

/** Tokens of the HTML standard's autofill list (WCAG 2.2 §1.3.5). */
const autocomplete: { readonly [name in RegistrationField]: string } = {
  given_name: 'given-name',
  family_name: 'family-name',
  username: 'username',
  email: 'email',
  country: 'country',
  state: 'address-level1',
  city: 'address-level2',
  mailing_address: 'street-address',
  language: 'language',
  year_of_birth: 'bday-year',
  gender: 'sex',
  level_of_education: 'off',
  goals: 'off',
};

const kinds: { readonly [name in RegistrationField]?: FieldProps['kind'] } = {
  given_name: 'capitalized',
  family_name: 'capitalized',
  state: 'capitalized',
  city: 'capitalized',
  email: 'email',
  year_of_birth: 'digits',
};

function askedField({ name, value, rule, fault }: AskedField, locale: Locale): Html {
  const texts = textsFor(locale).registration;
  const label = rule === 'optional' ? `${texts.labels[name]} ${texts.optional}` : texts.labels[name];
  const help: { readonly [name in RegistrationField]?: string } = texts.help;
  const common = {
    ...{ name, label, autocomplete: autocomplete[name] },
    help: rule === 'fixed' ? null : (help[name] ?? null),
    faults: fault === null ? [] : faultTexts(name, fault, texts),
  };
  if (rule === 'fixed') return field({ ...common, value: wordsOf(name, value, locale), kind: 'fixed' });
  const choices = choicesOf(name, locale);
  if (choices !== null) return choiceField({ ...common, value }, texts.choose, choices);
  if (name === 'mailing_address' || name === 'goals') return linesField({ ...common, value });
  return field({ ...common, value, kind: kinds[name] ?? 'text' });
}

function faultTexts(name: RegistrationField, fault: FieldFault, { faults }: Texts['registration']): string[] {
  switch (fault.code) {
    case 'malformed': {
      const malformed: { readonly [name in RegistrationField]?: string } = faults.malformed;
      return [malformed[name] ?? faults.malformed.other];
    }
    case 'too_long':
      return [faults.too_long(fault.limit)];
    case 'taken':
      return [faults.taken, ...(fault.suggestions.length > 0 ? [faults.free(fault.suggestions.join(', '))] : [])];
    default:
      return [faults[fault.code]];
  }
}

function askedTerms({ version, address, title, agreed, fault }: AskedTerms, locale: Locale): Html {
  const texts = textsFor(locale).registration.terms;
  const name = displayName(title?.[locale] ?? texts.unnamed);
  const href = parseHref(address);
  // In another tab, so that nothing typed here is lost.
  const link =
    href === null
      ? html`${name}`
      : html`<a class="standalone" href="${href}" target="_blank" rel="noopener" data-testid="read-terms">${name}</a>`;
  const invalid = fault === null ? null : html` aria-invalid="true" aria-describedby="terms-fault"`;
  return html`<div class="field">
<p class="terms">${link} <span class="hint">${texts.opens}</span></p>
${faultsOf('terms', fault === null ? [] : [texts.missing])}
<label class="check" for="terms"><input id="terms" name="terms" type="checkbox" value="${version}" data-testid="terms"${agreed ? html` checked` : null}${invalid}> <span>${texts.agree(name)}</span></label>
</div>`;
}
