/**
 * Addresses that an LMS names: where its services are, and where it wants people back.
 *
 * Whether one may be called or led to is for whoever does so to judge.
 */

/** Null for what is no web address: an LMS may leave it empty or write nonsense, and a launch is none the worse for it. */
export function addressOf(text: string | null): string | null {
  if (text === null || text.length > 2000 || !URL.canParse(text)) return null;
  const { protocol, username, password } = new URL(text);
  return ['https:', 'http:'].includes(protocol) && username === '' && password === '' ? text : null;
}
