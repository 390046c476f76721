/**
 * What an account is called on a page that asks before a browser, or a guest's work, goes to it.
 *
 * Must never: call one that has a name what somebody elsewhere calls the person. The page is there to show whose account it is.
 */
import type { Decision, User } from '../model.ts';
import { isMadeUpUsername } from '../person/username.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import type { LaunchSide } from './launch-facts.ts';
import type { Facts } from './pipeline.ts';

/** Null: an account that is still to be made. */
export const accountDecided = (decision: Decision): string | null => (decision.kind === 'use' ? decision.userId : null);

export const shownName = (user: User): string => fullName(nameOf(user)) ?? user.username;

/** Null for one that is still to be made. */
export function nameOfAccount(facts: Facts, userId: string | null): string | null {
  const user = find(facts, userId);
  return user && shownName(user);
}

/**
 * The same where a launch leads to it: what the campus calls its person where the account is to be made, and where it has no name and a
 * username that we made up, which says nothing to anybody. Null where the campus gives no name either.
 */
export function nameOfLaunched(facts: Facts, launch: LaunchSide, userId: string | null): string | null {
  const user = find(facts, userId);
  if (user === null) return launch.shownName;
  return fullName(nameOf(user)) ?? (isMadeUpUsername(user.username) ? launch.shownName : user.username);
}

const find = (facts: Facts, userId: string | null): User | null =>
  whoIsMeant(facts).find((one) => one?.id === userId) ?? null;

/** All that a step may have decided for. */
function whoIsMeant({ known, owners, holders, proved, account, resolution, launch }: Facts): readonly (User | null)[] {
  const chosen = resolution?.kind === 'link' ? resolution.user : null;
  const ofLaunch = [launch?.present?.user ?? null, launch?.predecessor ?? null];
  return [known?.user ?? null, ...owners, ...holders, proved, account, chosen, ...ofLaunch];
}
