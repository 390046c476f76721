/**
 * The passwords of accounts: verified within the limits, and chosen within the rules.
 *
 * Implements G-06 to G-11, G-15, G-17 and G-20. One door for all that ask for a password, so that all count in the same buckets
 * (G-11). Must never: say whether there is an account, or look at a guess that was not counted first.
 */
import type { Vault } from '../crypto.ts';
import type { Limits } from '../limits/limits.ts';
import type { PasswordHasher } from '../passwords/hasher.ts';
import { judgePassword } from '../passwords/policy.ts';
import { TypedPassword } from '../passwords/typed-password.ts';
import type { PasswordAttempt, PasswordChoice, Passwords } from '../providers/provider.ts';
import type { StoredPassword } from '../store/passwords.ts';
import type { Bucket } from '../store/rate-limits.ts';
import type { Store } from '../store/store.ts';
import { usernameKey } from '../store/usernames.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { readKnownDevice } from './known-device.ts';

export interface PasswordDependencies {
  readonly store: Pick<Store, 'passwords'>;
  readonly vault: Vault;
  readonly limits: Limits;
  readonly hasher: PasswordHasher;
  /** What everybody at this deployment would try, such as its name. */
  readonly placeWords: () => Promise<readonly string[]>;
}

export function createPasswords({ store, vault, limits, hasher, placeWords }: PasswordDependencies): Passwords {
  const stored = store.passwords;

  /** By address where it reads as one, else by username; both as they are compared in the database (G-15). */
  async function find(provider: string, login: string): Promise<{ found: StoredPassword | null; key: string }> {
    if (login.includes('@')) {
      const key = canonicalEmail(login.trim());
      return { found: key === null ? null : await stored.findByEmail(provider, key), key: key ?? '' };
    }
    const key = usernameKey(login.trim().slice(0, LONGEST_LOGIN));
    return { found: isStorable(key) ? await stored.findByUsername(provider, key) : null, key };
  }

  return {
    async verify({ provider, login, password, requester }: PasswordAttempt) {
      const { found, key } = await find(provider, login);
      const account = found?.userId ?? `nobody/${key}`;
      const device = found && readKnownDevice(vault, found.userId, requester.knownDevice);
      const typed = TypedPassword.parse(password);
      const readable = typed instanceof TypedPassword ? typed : null;
      return hasher.inSlot(async (slot) => {
        const taken = await limits.take(
          { kind: 'guessesPerClientAddress', key: requester.addressKey },
          ...guesses(account, device),
        );
        // Verified all the same, against nothing: a full bucket must not answer sooner than a wrong guess (F-11).
        const verdict = await slot.verify(readable, taken === null ? null : (found?.hash ?? null));
        if (verdict.kind === 'wrong' || taken === null || found === null || readable === null) return null;
        await limits.giveBack(taken);
        await limits.clear({ kind: 'guessesInARow', key: account });
        if (verdict.outdated) await stored.renew(found, await slot.hash(readable));
        return found.subject;
      });
    },

    async find(provider, address) {
      const found = await stored.findByEmail(provider, address);
      return found && { subject: found.subject, changedAt: found.changedAt };
    },

    async choose({ provider, replaces, password, minimumLength, contextWords }: PasswordChoice) {
      const typed = TypedPassword.parse(password);
      if (!(typed instanceof TypedPassword)) return { kind: 'refused', faults: [typed] };
      const words = [...contextWords, ...(await placeWords())];
      const faults = await judgePassword(typed, { minimumLength, contextWords: words });
      if (faults.length > 0) return { kind: 'refused', faults };
      const before = replaces === null ? null : await stored.findBySubject(provider, replaces);
      return hasher.inSlot(async (slot) => {
        // Whoever stole it still has it (G-20). Compared last, once all else is right: a guess at the old one that is wrong is
        // taken for the new one and ends the dialog, so that a second guess takes another mail. Against none it costs the same.
        const { kind } = await slot.verify(typed, before?.hash ?? null);
        if (kind === 'right') return { kind: 'refused', faults: [{ code: 'unchanged' }] };
        return { kind: 'accepted', hash: await slot.hash(typed) };
      });
    },
  };
}

const LONGEST_LOGIN = 254;

function guesses(account: string, device: string | null): Bucket[] {
  if (device !== null) return [{ kind: 'guessesPerDevice', key: `${device}/${account}` }];
  return [
    { kind: 'guessesPerAccount', key: account },
    { kind: 'guessesInARow', key: account },
  ];
}

/** What no username can be is no question for a database. */
function isStorable(key: string): boolean {
  return key !== '' && !key.includes('\0') && key.isWellFormed();
}
