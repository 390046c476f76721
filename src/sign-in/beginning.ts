/**
 * A sign-in as it is when it is begun, and the hash that ties it to a browser.
 */
import type { Vault } from '../crypto.ts';
import type { GuestOfSignIn, Locale, Milliseconds, Purpose, SignIn } from '../model.ts';

/** A chooser may stand open this long. */
export const SIGN_IN_LIFE: Milliseconds = 60 * 60_000;
/**
 * R17: whoever came by a launch is known already, and who sits down at a computer of the school an hour later is somebody else. A link of
 * the course begins another one at any time (case 71).
 */
export const LAUNCH_LIFE: Milliseconds = 10 * 60_000;

export interface Begun {
  readonly id: string;
  readonly browserHash: string;
  readonly purpose: Purpose;
  readonly locale: Locale;
  readonly guest: GuestOfSignIn | null;
  readonly life: Milliseconds;
}

export function startedSignIn({ life, ...begun }: Begun, now: Milliseconds): SignIn {
  return {
    ...begun,
    state: 'started',
    version: 1,
    createdAt: now,
    changedAt: now,
    expiresAt: now + life,
    departure: null,
    arrival: null,
    trace: [],
    pause: null,
    answeringSince: null,
    answers: {},
    decision: null,
    outcome: null,
    testSteps: [],
  };
}

/** The stored form of the secret in a browser's cookie: of one sign-in, and useless for any other. */
export function browserHash(vault: Vault, id: string, secret: string): string {
  return vault.tokenHash('sign-in browser', `${id}.${secret}`);
}
