/**
 * Dates as each language writes them. The time zone is an argument, never the zone of the machine: the same moment
 * must read the same on every process.
 *
 * Making a formatter costs more than all else about a mail, and there are few: each is made once.
 */
import type { Locale, Milliseconds } from '../model.ts';

/** Day, month in words and year. @throws RangeError for a zone that is not in the IANA list. */
export function formatDate(time: Milliseconds, locale: Locale, timeZone: string): string {
  return dates(locale, timeZone).format(time);
}

/** The date with hour and minute. @throws RangeError for a zone that is not in the IANA list. */
export function formatDateTime(time: Milliseconds, locale: Locale, timeZone: string): string {
  return datesAndTimes(locale, timeZone).format(time);
}

/** The moment with the name of the zone, for whoever reads it somewhere else. @throws RangeError likewise. */
export function formatMoment(time: Milliseconds, locale: Locale, timeZone: string): string {
  return moments(locale, timeZone).format(time);
}

const dates = formatters({ dateStyle: 'long' });
const datesAndTimes = formatters({ dateStyle: 'long', timeStyle: 'short' });
const moments = formatters({
  ...{ year: 'numeric', month: 'long', day: 'numeric' },
  ...{ hour: 'numeric', minute: '2-digit', timeZoneName: 'short' },
});

/** One for each language and zone: a zone is what an operator configured, so nobody can ask for ever new ones. */
function formatters(options: Intl.DateTimeFormatOptions) {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (locale: Locale, timeZone: string): Intl.DateTimeFormat => {
    const key = `${locale} ${timeZone}`;
    const formatter = made.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
    made.set(key, formatter);
    return formatter;
  };
}
