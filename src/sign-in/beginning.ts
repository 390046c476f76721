/**
 * A sign-in as it is when it is begun.
 */
import type { GuestOfSignIn, Locale, Milliseconds, Purpose, SignIn } from '../model.ts';

/** A chooser may stand open this long. */
export const SIGN_IN_LIFE: Milliseconds = 60 * 60_000;

export interface Begun {
  readonly id: string;
  readonly browserHash: string;
  readonly purpose: Purpose;
  readonly locale: Locale;
  readonly guest: GuestOfSignIn | null;
}

export function startedSignIn(begun: Begun, now: Milliseconds): SignIn {
  return {
    ...begun,
    state: 'started',
    version: 1,
    createdAt: now,
    changedAt: now,
    expiresAt: now + SIGN_IN_LIFE,
    departure: null,
    arrival: null,
    trace: [],
    pause: null,
    answeringSince: null,
    answers: {},
    decision: null,
    outcome: null,
  };
}
