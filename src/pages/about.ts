/**
 * What is known of a person beside their name, and the terms that they accepted: sections of their account page.
 */
import { formatDate } from '../i18n/format.ts';
import { textsFor } from '../i18n/texts.ts';
import type { DetailName, Milliseconds } from '../model.ts';
import { displayName } from './display.ts';
import { parseHref } from './href.ts';
import { type Html, html } from './html.ts';
import type { Frame } from './layout.ts';
import { wordsOf } from './registration-choices.ts';
import { sourceLines, type ValueSource } from './value-source.ts';

export interface AboutProps {
  readonly details: readonly KnownDetail[];
  readonly terms: readonly Agreement[];
}

export interface KnownDetail {
  readonly field: DetailName;
  readonly value: string;
  readonly sources: readonly ValueSource[];
}

export interface Agreement {
  readonly version: string;
  readonly address: string;
  readonly agreedAt: Milliseconds;
}

export function aboutSections(frame: Frame, { details, terms }: AboutProps): Html {
  const { registration, about } = textsFor(frame.locale);
  const rows = details.map(({ field, value, sources }) => {
    const words = wordsOf(field, value, frame.locale);
    return html`<div><dt>${registration.labels[field]}</dt><dd><span data-testid="about-${field}">${words}</span>${sourceLines(frame, sources)}</dd></div>\n`;
  });
  return html`${rows.length === 0 ? null : html`<section><h2>${about.heading}</h2>\n<dl class="facts">${rows}</dl></section>`}
${terms.length === 0 ? null : html`<section><h2>${about.termsHeading}</h2>\n<ul class="rows">${terms.map((one) => agreement(one, frame))}</ul></section>`}`;
}

function agreement({ version, address, agreedAt }: Agreement, { locale, brand }: Frame): Html {
  const { about } = textsFor(locale);
  const name = about.version(displayName(version));
  const href = parseHref(address);
  const link =
    href === null ? html`${name}` : html`<a class="standalone" href="${href}" data-testid="terms">${name}</a>`;
  const day = formatDate(agreedAt, locale, brand.timeZone);
  return html`<li><span class="words">${link} <span class="hint">${about.agreedOn} <time datetime="${new Date(agreedAt).toISOString()}">${day}</time></span></span></li>\n`;
}
