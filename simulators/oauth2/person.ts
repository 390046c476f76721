/**
 * What a practice person is: data, exactly as it goes over the wire.
 *
 * Nothing here normalises: a person's oddities are the reason the person exists.
 */

import type { JsonObject } from '../../src/model.ts';
import type { ListedPerson } from '../shared/page.ts';

/** Somebody who lets the application have their data. */
export interface ConsentingPerson extends ListedPerson {
  readonly answer: 'consents';
  /** All that the product knows; what a client gets of it is the flavour's to say. */
  readonly userData: JsonObject;
  /** Whether refusals that concern this person's codes and tokens come as HTTP 4xx or inside an HTTP 200. */
  readonly errors: 'http-status' | 'inside-200';
}

/** Somebody who presses "no". */
export interface RefusingPerson extends ListedPerson {
  readonly answer: 'refuses';
}

export type Person = ConsentingPerson | RefusingPerson;
