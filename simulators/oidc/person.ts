/**
 * What a practice person is: the claims that go over the wire, as they are.
 */

import type { JsonObject } from '../../src/model.ts';

interface Listed {
  /** Lower-case letters, digits and hyphens; the page's `data-testid` is `person-<slug>`. */
  readonly slug: string;
  readonly name: string;
  /** One line on the practice page that says what is special. */
  readonly special: { readonly es: string; readonly en: string };
}

/** Somebody who lets the application have their data. */
export interface ConsentingPerson extends Listed {
  readonly answer: 'consents';
  /** OpenID Connect Core §5.1; `sub` is among them. */
  readonly claims: JsonObject;
}

/** Somebody who presses "no". */
export interface RefusingPerson extends Listed {
  readonly answer: 'refuses';
}

export type Person = ConsentingPerson | RefusingPerson;
