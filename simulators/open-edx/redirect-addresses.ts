/**
 * Whether a redirect address is one of an application: scheme, host, port and path are equal, and the registered query is
 * part of the one that came (django-oauth-toolkit).
 */

export function isRegistered(redirectUri: string, registered: string): boolean {
  return registered
    .split(' ')
    .filter((uri) => uri !== '')
    .some((uri) => fits(redirectUri, uri));
}

function fits(received: string, registered: string): boolean {
  if (!URL.canParse(received) || !URL.canParse(registered)) return false;
  const [one, other] = [new URL(received), new URL(registered)];
  if (one.protocol !== other.protocol || one.host !== other.host || one.pathname !== other.pathname) return false;
  return [...other.searchParams].every(([name, value]) => one.searchParams.getAll(name).includes(value));
}
