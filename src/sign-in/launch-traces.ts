/**
 * What a launch leaves beside account and session: what the campus said of the person and the course, for the app that they are sent to,
 * and where scores for them go.
 *
 * Steps for the transaction of the commit, so that a launch is one durable transaction however much it brings, and none is let in without
 * what the app will ask for. Carried out again they write the same.
 */
import type { Vault } from '../crypto.ts';
import { scorePlaceOf } from '../lti/score-destination.ts';
import type { Arrival, Decision, Milliseconds, Session, SignIn } from '../model.ts';
import type { Step } from '../store/database.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { noteSessionLaunch } from '../store/session-launches.ts';
import type { Store } from '../store/store.ts';

interface Launching {
  readonly signIn: SignIn;
  readonly arrival: Arrival;
  readonly vault: Vault;
  readonly now: Milliseconds;
}

/** @param sessionHash of the session that the app will ask for; where it ends meanwhile, nothing is said in it */
export function launchTraces({ signIn, arrival, vault, now }: Launching, sessionHash: string): readonly Step[] {
  if (signIn.purpose.kind !== 'launch' || arrival.special?.kind !== 'launch') return [];
  const { launch } = arrival.special;
  const { message, registration, deploymentId, roles, context, resourceLink, forUser } = launch;
  // Who sets up a course comes to no app, and none is told of it.
  if (message === 'deep-linking') return [];
  const { clientId } = signIn.purpose;
  const word = { registration, deploymentId, roles, context, resourceLink, forUser };
  const place = scorePlaceOf(launch);
  const { provider, subject } = arrival.profile;
  return [
    noteSessionLaunch({ sessionHash, clientId, word }, vault, now),
    ...(place === null ? [] : [noteScorePlace({ provider, subject, clientId, ...place }, vault, now)]),
  ];
}

/**
 * Beside the commit: all of a class would wait for the one row of their course. What is lost with the process, the next launch says.
 */
export async function noteRoster({ signIn, arrival, store, now }: Launching & Noting): Promise<void> {
  if (signIn.purpose.kind !== 'launch' || arrival.special?.kind !== 'launch') return;
  const { launch } = arrival.special;
  if (launch.message !== 'deep-linking') await store.rosters.note(signIn.purpose.clientId, launch, now);
}

interface Noting {
  readonly store: Pick<Store, 'rosters'>;
}

interface Coming {
  readonly signIn: SignIn;
  readonly decision: Decision;
  readonly present: Session | null;
}

/**
 * Case 81: whoever is sent here by a campus while they are signed in goes on in the session that they have. Null where it is a new one.
 *
 * Nothing of it becomes younger or stronger: any site can begin a launch in somebody's browser, with nobody at it, and whoever has a copy
 * of the session's cookie has it still.
 */
export function keptSession({ signIn, decision, present }: Coming, userId: string): Session | null {
  const isTheirs = decision.kind === 'use' && decision.guestId === null && present?.userId === userId;
  return signIn.purpose.kind === 'launch' && isTheirs ? present : null;
}
