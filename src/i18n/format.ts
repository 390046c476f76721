/**
 * Dates as each language writes them. The time zone is an argument, never the zone of the machine: the same moment
 * must read the same on every process.
 */
import type { Locale, Milliseconds } from '../model.ts';

/** Day, month in words and year. @throws RangeError for a zone that is not in the IANA list. */
export function formatDate(time: Milliseconds, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(time);
}

/** The date with hour and minute. @throws RangeError for a zone that is not in the IANA list. */
export function formatDateTime(time: Milliseconds, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone }).format(time);
}

/** The moment with the name of the zone, for whoever reads it somewhere else. @throws RangeError likewise. */
export function formatMoment(time: Milliseconds, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(time);
}
