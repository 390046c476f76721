/**
 * What an attempt is for: where it ends when it succeeds, and how its person gets on when it does not. There is always a
 * way on (DESIGN §5).
 */
import { textsFor } from '../i18n/texts.ts';
import type { AuthorizePurpose, LaunchPurpose, Locale, Purpose, SignIn } from '../model.ts';
import { type Path, parsePath, path } from '../pages/href.ts';
import type { WayOn } from '../web/context.ts';

/** Where the dispatcher of a sign-in is. */
export const stepPath = ({ id }: { readonly id: string }) => path(`/sign-in/step?id=${id}`);
export const cancelPath = (interaction: string) => path(`/oauth2/interaction/${interaction}/cancel`);

/** What leads somebody to a client: its request or a launch, their own or that of the attempt that waits for them. */
export function requestOf(purpose: Purpose): AuthorizePurpose | LaunchPurpose | null {
  if (purpose.kind === 'authorize' || purpose.kind === 'launch') return purpose;
  return purpose.kind === 'prove' && purpose.waits.kind === 'sign-in' ? purpose.waits.of : null;
}

/** The client in which it ends; null where it ends with us. */
export function clientOf(purpose: Purpose): string | null {
  return purpose.kind === 'authorize' || purpose.kind === 'launch' ? purpose.clientId : null;
}

/** The page that the person came from and can go back to without signing in; null for a visit. */
export function backOf(purpose: Purpose, locale: Locale): { readonly name: string; readonly href: Path } | null {
  switch (purpose.kind) {
    case 'authorize':
      return { name: purpose.clientName, href: cancelPath(purpose.interaction) };
    case 'visit':
    case 'test':
    // A launch is posted by the campus: only there it can be begun again.
    case 'launch':
      return null;
    case 'prove':
      if (purpose.waits.kind === 'sign-in')
        return { name: textsFor(locale).places.before, href: stepPath(purpose.waits) };
      return { name: textsFor(locale).places.account, href: returnPath(purpose) };
    case 'link':
    case 'change':
    case 'reauthenticate':
      return { name: textsFor(locale).places.account, href: returnPath(purpose) };
  }
}

/** `refused` is the attempt that ended, if one did: the client is told what became of it. */
export function wayOnFrom(purpose: Purpose, locale: Locale, refused: SignIn | null = null): WayOn {
  const client = backOf(purpose, locale);
  switch (purpose.kind) {
    case 'authorize': {
      const { interaction, clientName: name } = purpose;
      const told = refused === null ? client : { name, href: path(`${cancelPath(interaction)}?sign_in=${refused.id}`) };
      return { startAgainHref: path(`/oauth2/interaction/${interaction}`), client: told };
    }
    case 'visit':
      return { startAgainHref: listOfWays(purpose), client };
    case 'prove':
    case 'link':
    case 'change':
    case 'reauthenticate':
    case 'test':
    case 'launch':
      // Begun anew from where it was asked for, which for a test is the command line, for a launch the campus: only there is it known whether it is
      // still wanted.
      return { startAgainHref: null, client };
  }
}

/** Where another attempt for the same begins with the list of all ways to sign in, whatever a client hints at. */
export function listOfWays(purpose: Purpose): Path {
  if (purpose.kind === 'authorize') return path(`/oauth2/interaction/${purpose.interaction}?ways=all`);
  if (purpose.kind === 'test') return path('/');
  if (purpose.kind === 'launch') return path('/sign-in');
  if (purpose.kind === 'visit') return path(`/sign-in?return_to=${encodeURIComponent(purpose.returnTo)}`);
  return returnPath(purpose);
}

/** Whether it is with one provider from its beginning, so that nobody chooses. */
export function isOfOneProvider({ kind }: Purpose): boolean {
  return kind === 'test' || kind === 'change' || kind === 'launch';
}

/** Whether it ends in the browser that began it, or not at all. */
export function staysInItsBrowser({ kind }: Purpose): boolean {
  return kind === 'test' || kind === 'change' || kind === 'link' || kind === 'launch';
}

/** Whether it shows something to be the person's, and signs nobody in (DESIGN §6.8). */
export function onlyProves(purpose: Purpose): boolean {
  return purpose.kind === 'prove' || (purpose.kind === 'change' && purpose.what.kind === 'verify-address');
}

/** Where a sign-in that succeeded leads. */
export function endOf({ id, purpose }: SignIn): string {
  if (purpose.kind === 'authorize') return `/oauth2/interaction/${purpose.interaction}?sign_in=${id}`;
  // The page that waits for a proof looks at the stored attempt, and at this browser's secret of it.
  if (purpose.kind === 'prove' && purpose.waits.kind === 'merge') return `${purpose.returnTo}?proof=${id}`;
  if (purpose.kind === 'launch') return purpose.onward;
  if (purpose.kind === 'test') throw new Error('a test leads nowhere: it signs nobody in');
  return purpose.returnTo;
}

function returnPath({ returnTo }: { readonly returnTo: string }): Path {
  return parsePath(returnTo) ?? path('/account');
}
