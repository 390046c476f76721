/**
 * Whether what an LMS sends as somebody's id means somebody (DESIGN §6.1; lti.md §3.8, §5.2 chain 11).
 */

/** What products send for a visitor: all of their visitors would be one person here. */
const nobody: ReadonlySet<string> = new Set(['', '0', '-1', 'null', 'none', 'undefined', 'guest', 'anonymous']);

/** Null for nobody in particular. What it is compared with and stored as is exactly what was sent: `ABC` is not `abc`. */
export function subjectOf(text: string): string | null {
  return nobody.has(text.trim().toLowerCase()) ? null : text;
}

/** Where each campus behind a client id counts its people on its own (lti.md §4). The colon cannot stand in what is before it: no two pairs are one text. */
export const subjectWithin = (deploymentId: string, subject: string): string =>
  `${encodeURIComponent(deploymentId)}:${subject}`;

/** The opposite. */
export function splitSubject(stored: string): { readonly deploymentId: string; readonly subject: string } | null {
  const [, deploymentId, subject] = /^([^:]+):(.+)$/s.exec(stored) ?? [];
  if (deploymentId === undefined || subject === undefined) return null;
  return { deploymentId: decodeURIComponent(deploymentId), subject };
}
