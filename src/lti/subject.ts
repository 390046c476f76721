/**
 * Whether what an LMS sends as somebody's id means somebody (DESIGN §6.1; lti.md §3.8, §5.2 chain 11).
 */

/** What products send for a visitor: all of their visitors would be one person here. */
const nobody: ReadonlySet<string> = new Set(['', '0', '-1', 'null', 'none', 'undefined', 'guest', 'anonymous']);

/** Null for nobody in particular. What it is compared with and stored as is exactly what was sent: `ABC` is not `abc`. */
export function subjectOf(text: string): string | null {
  return nobody.has(text.trim().toLowerCase()) ? null : text;
}
