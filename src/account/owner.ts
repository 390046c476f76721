/**
 * Whoever is signed in, at their own account: who they are, whether they showed it lately, and whether a form is theirs.
 *
 * Every page and form below `/account` is asked for through here. A page of somebody who is not signed in leads to the sign-in
 * and back. A change that matters takes a sign-in of the last ten minutes (DESIGN §6.7): otherwise the person signs in once
 * more, which gives the browser a new session (H-01), and comes back to the page they were on. Nothing is sent for them.
 */
import { equalSecrets, type Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Environment, Milliseconds, Session, User, UserEmail } from '../model.ts';
import { campusAgainPage } from '../pages/campus-again.ts';
import { type Path, parsePath, path } from '../pages/href.ts';
import { type BeginSignIn, sessionFormToken } from '../sign-in/routes.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import { frameOf, respondWithPage, seeOther, type WebContext } from '../web/context.ts';
import { readForm } from '../web/middleware.ts';
import { onlyCampuses, type WayDependencies } from './only-campuses.ts';

/** A sign-in counts as recent for so long. */
export const RECENT: Milliseconds = 10 * 60_000;

export const isRecent = ({ createdAt }: Session, now: Milliseconds) => now - createdAt < RECENT;

export interface Owner {
  readonly session: Session;
  readonly user: User;
  readonly emails: readonly UserEmail[];
}

/**
 * Who may be here. `guests`: also a temporary user, who has nothing to be recognised by but this very session, so that no sign-in
 * of theirs could be more recent.
 */
export type Admission = 'guests too' | 'an account' | 'recently signed in' | 'recently signed in, or a guest';

/** The page of a form, where somebody who has to sign in first comes back to; and who may send it. */
export interface Place {
  readonly page: Path;
  readonly admission: Admission;
}

export type Fields = ReadonlyMap<string, string>;

export interface Owners {
  /** For a page. */
  see(c: WebContext, admission: Admission, work: (owner: Owner) => Promise<Response>): Promise<Response>;
  /** For a form. @throws SignInError cross_site_request when it was not made for this session */
  change(c: WebContext, place: Place, work: (owner: Owner, fields: Fields) => Promise<Response>): Promise<Response>;
  /** What each form of theirs carries. */
  token(owner: Owner): { readonly token: string };
}

export interface OwnerDependencies extends WayDependencies {
  readonly environment: Environment;
  readonly vault: Vault;
  readonly sessions: BrowserSessions;
  readonly begin: BeginSignIn;
}

export function createOwners(dependencies: OwnerDependencies): Owners {
  const { environment, store, vault, sessions, begin } = dependencies;
  const token = ({ session }: Owner) => ({ token: sessionFormToken(vault, session) });

  async function find(c: WebContext): Promise<Owner | null> {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    const found = session && (await store.accounts.findUser(session.userId));
    return session === null || found === null ? null : { session, ...found };
  }

  /** `page` is where somebody who has to sign in first comes back to. */
  async function admit(
    c: WebContext,
    owner: Owner | null,
    { page, admission }: Place,
    work: (owner: Owner) => Promise<Response>,
  ): Promise<Response> {
    if (owner === null) return seeOther(c, `/sign-in?return_to=${encodeURIComponent(page)}`);
    const { user, session } = owner;
    if (user.state === 'temporary') return takesGuests[admission] ? work(owner) : seeOther(c, '/account');
    if (!wantsRecent[admission] || isRecent(session, environment.now())) return work(owner);
    const campuses = await onlyCampuses(dependencies, user.id, c.var.locale);
    if (campuses !== null) {
      const signOut = { action: path('/sign-out'), fields: { ...token(owner), answer: 'yes' } };
      return respondWithPage(c, campusAgainPage(frameOf(c), { campuses, signOut }), 200);
    }
    return begin(c, { kind: 'reauthenticate', userId: user.id, returnTo: page }, { kind: 'chooser' });
  }

  return {
    async see(c, admission, work) {
      const { pathname, search } = new URL(c.req.url);
      const page = parsePath(`${pathname}${search}`) ?? path('/account');
      return admit(c, await find(c), { page, admission }, work);
    },

    async change(c, place, work) {
      const fields = await readForm(c.req.raw);
      const owner = await find(c);
      if (owner !== null && !equalSecrets(fields.get('token') ?? '', sessionFormToken(vault, owner.session))) {
        throw new SignInError('cross_site_request', 'the form was not made for this session');
      }
      return admit(c, owner, place, (admitted) => work(admitted, fields));
    },

    token,
  };
}

const takesGuests: { readonly [admission in Admission]: boolean } = {
  'guests too': true,
  'an account': false,
  'recently signed in': false,
  'recently signed in, or a guest': true,
};

const wantsRecent: { readonly [admission in Admission]: boolean } = {
  'guests too': false,
  'an account': false,
  'recently signed in': true,
  'recently signed in, or a guest': true,
};
