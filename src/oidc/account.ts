/**
 * The person behind a session, a code or a token, as the library asks for them: whether they may still be told of, and by which claims.
 *
 * Asked at every use of a token, so that what ended anywhere is worth nothing at the next request (H-05, H-06). Must never: open the
 * CURP for who did not ask for it, or release what the operator did not.
 */
import type { ClaimsParameterMember, KoaContextWithOIDC } from 'oidc-provider';
import { launchProvider } from '../lti/launch-registration.ts';
import type { JsonObject, UserEmail } from '../model.ts';
import type { LaunchWord } from '../store/session-launches.ts';
import type { Store } from '../store/store.ts';
import { claimsAskedFor, FOR_USER, isLaunchClaim, releasedClaims } from './claims.ts';
import type { Subjects } from './subjects.ts';

export interface AccountDependencies {
  readonly store: Store;
  readonly subjects: Subjects;
}

/** A token or a code, as far as it matters here. */
interface Source {
  readonly kind: string;
  readonly sid?: unknown;
  readonly expiresWithSession?: unknown;
  readonly extra?: unknown;
}

export async function findAccount(
  { store, subjects }: AccountDependencies,
  ctx: KoaContextWithOIDC,
  accountId: string,
  source: Source | undefined,
) {
  if (await hasLostItsSession(store, source)) return undefined;
  const found = await store.accounts.findUser(accountId);
  if (found === null || (found.user.state !== 'active' && found.user.state !== 'temporary')) return undefined;
  return {
    accountId,
    async claims(use: string, scope: string, named: { readonly [claim: string]: ClaimsParameterMember | null }) {
      const released = releasedTo(ctx);
      const byName = released.filter((claim) => Object.hasOwn(named, claim));
      const asked = [...claimsAskedFor(scope, released), ...byName];
      // Opened only for who asks for it: the CURP of nobody else is read on the way.
      const curp = asked.includes('curp') ? await store.accounts.findIdentifier(accountId, 'curp') : null;
      const asksForVerification = asked.some((claim) => claim.startsWith('identity_verified'));
      const identities = asksForVerification ? await store.accounts.identitiesOf(accountId) : null;
      const launch = asked.some(isLaunchClaim) ? await lastLaunch(store, source, ctx.oidc.client?.clientId) : null;
      const reviewed = asked.includes(FOR_USER) ? await reviewedIn(store, launch, ctx.oidc.client?.clientId) : null;
      const further = { curp, identities, launch, reviewed };
      const known = releasedClaims(found.user, found.emails, further, released);
      const { preferred_username: username, ...others } = known;
      const name = typeof username === 'string' ? await usernameFor(username, found.emails) : undefined;
      return {
        ...others,
        ...(name === undefined ? {} : { preferred_username: name }),
        ...(use === 'userinfo' ? assuranceNamed(source, named) : {}),
      };
    },
  };

  /** Undefined where there is none of the form that the client wants. */
  async function usernameFor(username: string, emails: readonly UserEmail[]): Promise<string | undefined> {
    const { client } = ctx.oidc;
    switch (client?.username_format) {
      case 'sub':
        return subjects.of(client.clientId, accountId);
      case 'email':
        // Only a verified one: apps take people for who has this name.
        return emails.find(({ primary, verifiedAt }) => primary && verifiedAt !== null)?.address;
      default:
        return username;
    }
  }
}

/**
 * A code or a token of a session that has ended since, wherever that was done: otherwise a client that was just told of the end could
 * go on with a code that was on its way. What the person let outlive it does.
 */
async function hasLostItsSession(store: Store, source: Source | undefined): Promise<boolean> {
  if (typeof source?.sid !== 'string' || source.expiresWithSession !== true) return false;
  return !(await store.sessions.isAlive(source.sid));
}

/** Of the session that the code or token is of, and of no other: a token without one knows no launch. */
async function lastLaunch(store: Store, source: Source | undefined, clientId: string | undefined) {
  if (typeof source?.sid !== 'string' || clientId === undefined) return null;
  return store.sessionLaunches.findLast(source.sid, clientId);
}

/**
 * lti.md §3.9: whose submission is reviewed. Only somebody whom the client was told of before: the word of a campus makes nobody known to
 * an app, and what the campus calls them is not told either.
 */
async function reviewedIn(store: Store, launch: LaunchWord | null, clientId: string | undefined) {
  if (launch === null || launch.forUser === null || clientId === undefined) return null;
  const found = await store.accounts.findIdentity(launchProvider(launch.registration), launch.forUser);
  return found?.user.state === 'active' ? store.clientSubjects.find(clientId, found.user.id) : null;
}

function releasedTo(ctx: KoaContextWithOIDC): readonly string[] {
  const released = ctx.oidc.client?.released_claims;
  return Array.isArray(released) ? released : [];
}

/** Of the sign-in that the token came from, what a client asks user info for by name. */
function assuranceNamed(source: Source | undefined, named: object): JsonObject {
  const kept = Object.entries((source?.extra ?? {}) as JsonObject);
  return Object.fromEntries(kept.filter(([claim]) => Object.hasOwn(named, claim)));
}
