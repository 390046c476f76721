/**
 * Dates of birth as providers write them, read into `yyyy-MM-dd`.
 *
 * Only the two forms of facts/llave-mx §5 are read. A date that the calendar does not have is no date: it is never
 * moved to the next day, as `Date` would do, because a wrong birthday is worse than none.
 */

/** Whether the Gregorian calendar has this day. `month` and `day` count from 1. */
export function isCalendarDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= daysInMonth(year, month);
}

/** Reads `yyyy-MM-dd` or `dd/MM/yyyy`; null for everything else and for years outside 1800 to 2199. */
export function parseBirthDate(text: string): string | null {
  const parts = /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})$/.exec(text) ?? slashed.exec(text);
  if (!parts?.groups) return null;
  const { year = '', month = '', day = '' } = parts.groups;
  if (Number(year) < 1800 || Number(year) > 2199) return null;
  return isCalendarDate(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : null;
}

const slashed = /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})$/;

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
