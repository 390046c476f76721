/**
 * What the routes of an account are made with, and small things that several of them ask for.
 */
import type { Notices, Occasion } from '../credentials/notices.ts';
import { SealBroken, type Vault } from '../crypto.ts';
import type { Directory } from '../directory/directory.ts';
import { SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Environment, Identity } from '../model.ts';
import { type Path, path } from '../pages/href.ts';
import type { BeginSignIn } from '../sign-in/routes.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import type { Store } from '../store/store.ts';
import type { DisconnectStep } from '../users/disconnect.ts';
import type { Offer } from '../users/ways-in.ts';
import type { WayOn, WebContext } from '../web/context.ts';
import type { Cookies } from '../web/cookies.ts';
import type { AppRecord } from './connected-apps.ts';
import type { Owner, Owners } from './owner.ts';

export interface AccountDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly sessions: BrowserSessions;
  readonly cookies: Cookies;
  readonly notices: Notices;
  readonly wakeClientEvents: () => void;
  readonly directory: () => Promise<Directory>;
  /** What people can sign in with at this moment. */
  readonly offer: () => Promise<Offer>;
  readonly canSendMail: boolean;
  /** What the configuration says of an app; null for one that is not in it any more. */
  readonly findApp: (clientId: string) => Promise<AppRecord | null>;
  readonly begin: BeginSignIn;
  readonly disconnectSteps: readonly DisconnectStep[];
}

export interface AccountTools extends AccountDependencies {
  readonly owners: Owners;
}

/** In which words a mail about this request is written, and by what it was caused. */
export function occasionOf(c: WebContext): Occasion {
  const requester = {
    userAgent: c.req.header('User-Agent') ?? null,
    addressKey: c.var.clientAddressKey,
    knownDevice: null,
  };
  return { locale: c.var.locale, requester, eventId: null };
}

/**
 * What stands for one thing of somebody's account in a form or an address: sealed for that account, so that it is worth nothing
 * in another one, and nothing can be read from it (H-07).
 */
export function handleOf(vault: Vault, kind: HandleKind, { user }: Owner, id: string): string {
  return vault.seal({ table: 'handles', column: kind, row: user.id }, id);
}

/**
 * What the handle stands for; it may be gone by now. @throws SignInError not_found for one that was made up, or made for somebody
 * else
 */
export function openHandle(vault: Vault, kind: HandleKind, { user }: Owner, handle: string | undefined): string {
  try {
    return vault.open({ table: 'handles', column: kind, row: user.id }, handle ?? '');
  } catch (error) {
    if (error instanceof SealBroken) throw new SignInError('not_found', `no such ${kind} in this account`);
    throw error;
  }
}

export type HandleKind = 'identity' | 'email' | 'session' | 'app';

/** The name of an identity's provider: also of one that is switched off, for the person knows it by its name. */
export function providerNameOf(directory: Directory, { provider }: Pick<Identity, 'provider'>, c: WebContext): string {
  return directory.recordOf(provider)?.name[c.var.locale] ?? provider;
}

/** Where a refusal of a change leads on to: the page that it was made from. */
export function backToAccount(c: WebContext, href: Path = path('/account')): WayOn {
  return { startAgainHref: null, client: { name: textsFor(c.var.locale).places.account, href } };
}
