/**
 * Whether a username is free, and what is free that resembles it.
 *
 * Tells who is there, as every public username does; an e-mail address is never asked about in this way (F-11). How many may
 * be tried is limited (DESIGN §7). Free is a moment's word: the one who is to have it is whoever is written first.
 */
import { SignInError } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import type { Environment } from '../model.ts';
import { similarUsernames } from '../person/username.ts';
import type { UsernameJudgement, Usernames } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import { holdsCurp, type UsernameRule } from '../users/username-rule.ts';

const MOST_SUGGESTIONS = 3;

export interface UsernameDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'accounts'>;
  readonly limits: Pick<Limits, 'admits'>;
  readonly usernameRule: () => Promise<UsernameRule>;
}

export function createUsernames(dependencies: UsernameDependencies): Usernames {
  const { environment, store, limits, usernameRule } = dependencies;
  const { accounts } = store;

  async function judge(username: string): Promise<UsernameJudgement> {
    if (holdsCurp(username) && (await usernameRule()) !== 'curp') return { kind: 'holds_curp' };
    if (!(await accounts.isUsernameTaken(username))) return { kind: 'free' };
    const suggestions: string[] = [];
    for (const similar of similarUsernames(username, environment)) {
      if (suggestions.length === MOST_SUGGESTIONS) break;
      if (!(await accounts.isUsernameTaken(similar))) suggestions.push(similar);
    }
    return { kind: 'taken', suggestions };
  }

  return {
    judge,
    async tryOut(username, { addressKey }) {
      if (limits.admits('usernamesPerClientAddress', addressKey)) return judge(username);
      throw new SignInError('too_many_requests', 'more usernames were tried from one address than people try');
    },
  };
}
