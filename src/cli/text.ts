/**
 * Aligned plain text for people, and dates as operators write them.
 */
import type { Milliseconds } from '../model.ts';

/** Rows with the columns below each other, two spaces apart. The last column may be of any length. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - [...cell].length))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A text that fits a line: a picture, for one, does not. */
export function shortened(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 60)}… (${text.length} characters)`;
}

/** `2026-11-03 14:05 UTC`. */
export function moment(at: Milliseconds): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `1 client`, `2 clients`. */
export function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
