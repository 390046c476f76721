/**
 * What a practice person is: what the product knows of the account.
 */

import type { ListedPerson } from '../shared/page.ts';

/** Somebody who lets the application have their data. */
export interface ConsentingPerson extends ListedPerson {
  readonly answer: 'consents';
  /** Digits. Longer than a number in JavaScript can hold, where somebody must notice. */
  readonly id: string;
  readonly screenName: string;
  /** Null when there is none that was confirmed. */
  readonly email: string | null;
}

/** Somebody who presses "no". */
export interface RefusingPerson extends ListedPerson {
  readonly answer: 'refuses';
}

export type Person = ConsentingPerson | RefusingPerson;
