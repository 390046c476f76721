/** Moments on a page: as the language writes them for people, and as the standard does for programs. */
import { formatDate, formatDateTime } from '../i18n/format.ts';
import type { Milliseconds } from '../model.ts';
import { type Html, html } from './html.ts';
import type { Frame } from './layout.ts';

export const dayIn = ({ locale, brand }: Frame, at: Milliseconds) => formatDate(at, locale, brand.timeZone);

export const dayElement = (frame: Frame, at: Milliseconds): Html => timeElement(at, dayIn(frame, at));

export const momentElement = ({ locale, brand }: Frame, at: Milliseconds): Html =>
  timeElement(at, formatDateTime(at, locale, brand.timeZone));

function timeElement(at: Milliseconds, text: string): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${text}</time>`;
}
