/**
 * The pipeline of Open edX: from what a provider said of somebody to an account that is logged in. The numbers are those of
 * the real list of steps.
 *
 * It links by e-mail without asking whether the address was verified, as the real one does.
 */

import type { Account } from './accounts.ts';
import { json, redirect, withCookies } from './answers.ts';
import { setting } from './backends.ts';
import type { Incoming } from './incoming.ts';
import { linkAndUpdate } from './linking.ts';
import { SocialAuthError } from './provider-calls.ts';
import type { ProviderRecord } from './records.ts';
import { safeTarget } from './redirects.ts';
import { flagsOf } from './registration.ts';
import { endedCookies, type Identity, markerCookies, type Pipeline, type Session } from './sessions.ts';
import { usernameFrom } from './usernames.ts';
import type { World } from './world.ts';

const entries = ['login', 'register', 'account_settings', 'login_api', 'register_api'];

export function run(
  identity: Identity,
  record: ProviderRecord,
  session: Session,
  request: Incoming,
  world: World,
): Response {
  // 1
  const authEntry = session.authEntry ?? 'login';
  if (!entries.includes(authEntry)) throw new SocialAuthError('auth_entry missing or invalid');
  // 4
  if (!isAllowed(identity.details.email, record)) throw new SocialAuthError("Your credentials aren't allowed");
  // 5, 8
  const account = knownAccount(identity, session, world);
  const pipeline: Pipeline = {
    identity,
    flags: flagsOf(identity.backend, request, world),
    authEntry,
    next: session.next,
    startedAt: world.now(),
    account: null,
    // 9
    suggestedUsername: usernameFrom(identity.details.username, world, world.random),
  };
  return account === null
    ? pause(pipeline, session, request, world)
    : finish(pipeline, account, session, request, world);
}

/** After the registration page, after a password, or with the cookies. */
export function resume(pipeline: Pipeline, session: Session, request: Incoming, world: World): Response {
  if (pipeline.account !== null) return withMarkers(pipeline, pipeline.account, session, request, world);
  if (session.account !== null) return finish(pipeline, session.account, session, request, world);
  return pause(pipeline, session, request, world);
}

function isAllowed(email: string | null, record: ProviderRecord): boolean {
  const emails = [setting(record, 'WHITELISTED_EMAILS') ?? []].flat().map(String);
  const domains = [setting(record, 'WHITELISTED_DOMAINS') ?? []].flat().map(String);
  if (emails.length === 0 && domains.length === 0) return true;
  return email !== null && (emails.includes(email) || domains.includes(email.split('@')[1] ?? ''));
}

function knownAccount({ backend, uid, details }: Identity, session: Session, world: World): Account | null {
  const linked = world.accounts.linked(backend, uid);
  if (linked !== null && session.account !== null && linked !== session.account) {
    throw new SocialAuthError('This account is already in use.');
  }
  const known = linked ?? session.account;
  if (known !== null || details.email === null || details.email === '') return known;
  const [one, ...more] = world.accounts.withEmail(details.email);
  if (more.length > 0) throw new SocialAuthError('The given email address is associated with another account');
  return one?.isActive === true ? one : null;
}

/** 11: nobody is known. */
function pause(pipeline: Pipeline, session: Session, request: Incoming, world: World): Response {
  const { identity, flags, authEntry } = pipeline;
  const { email, username } = identity.details;
  session.pipeline = pipeline;
  const save = (to: string) => redirect(to, world.sessions.save(session, request));
  const clash =
    email === null ? world.accounts.named(username ?? '') !== null : world.accounts.withEmail(email).length > 0;
  if (clash) {
    session.message = 'An account with this e-mail address exists already: sign in with its password to link it.';
    return save('/login');
  }
  if (authEntry.endsWith('_api')) return new Response(null, { status: 400 });
  if (authEntry === 'register') return save('/register');
  if (authEntry === 'account_settings') throw new SocialAuthError('auth_entry missing or invalid');
  if (flags?.skip_email_verification === true || flags?.send_to_registration_first === true) return save('/register');
  return save('/login');
}

function finish(pipeline: Pipeline, account: Account, session: Session, request: Incoming, world: World): Response {
  // 13 to 17
  linkAndUpdate(world, account, pipeline.identity, pipeline.flags);
  // 18
  if (account.password === null) {
    world.sessions.end(request);
    return withCookies(json({ error: 'Your account is disabled' }, 403), endedCookies(request));
  }
  return withMarkers(pipeline, account, session, request, world);
}

/** Once more to the same address, to see whether cookies come back. Where they never do, this goes on for ever. */
function withMarkers(
  pipeline: Pipeline,
  account: Account,
  session: Session,
  request: Incoming,
  world: World,
): Response {
  if (request.cookies.get('edxloggedin') === 'true') return logIn(pipeline, account, session, request, world);
  session.pipeline = { ...pipeline, account, startedAt: world.now() };
  return redirect(`/auth/complete/${pipeline.identity.backend}/`, [
    ...world.sessions.save(session, request),
    ...markerCookies(account, request),
  ]);
}

function logIn(pipeline: Pipeline, account: Account, session: Session, request: Incoming, world: World): Response {
  session.pipeline = null;
  session.loggedInBy = pipeline.identity.backend;
  session.next = null;
  world.sessions.logIn(session, account, pipeline.flags?.max_session_length ?? null);
  const target = safeTarget(pipeline.next, '/dashboard', request, world);
  const via = account.isActive ? target : `/auth/inactive?${new URLSearchParams({ next: target })}`;
  return redirect(via, [...world.sessions.save(session, request), ...markerCookies(account, request)]);
}

/** `/auth/inactive`: where somebody who never answered the mail lands, and is believed if the record says so. */
export function inactive(request: Incoming, world: World): Response {
  const session = world.sessions.of(request);
  const flags = session.loggedInBy === null ? null : flagsOf(session.loggedInBy, request, world);
  if (session.account !== null && flags?.skip_email_verification === true) session.account.isActive = true;
  return redirect(safeTarget(request.parameters.get('next'), '/dashboard', request, world));
}
