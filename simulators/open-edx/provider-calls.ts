/**
 * How the LMS asks a provider, and the three ways in which that goes wrong.
 *
 * Follows redirects and waits for ever, as the real one does where nobody set a limit.
 */

import type { Endpoint } from './misbehaviour.ts';
import { Unhandled, type World } from './world.ts';

/** Python Social Auth says what is wrong: a message for the person, and a way back to where they began. */
export class SocialAuthError extends Error {}

/** The provider answered with a status that is no success. */
export class HttpFault extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the provider answered ${status}`);
    this.status = status;
  }
}

export type Members = { readonly [name: string]: unknown };

/**
 * The members of a JSON answer.
 *
 * @throws HttpFault for a refusal, SocialAuthError where nobody answers, Unhandled for what is no JSON object
 */
export async function askForJson(world: World, endpoint: Endpoint, url: string, init: RequestInit): Promise<Members> {
  let answer: Response;
  try {
    answer = await world.ask(url, init);
  } catch {
    world.complain(endpoint, 'the provider cannot be reached');
    throw new SocialAuthError('Authentication failed: the provider cannot be reached');
  }
  if (!answer.ok) {
    world.complain(endpoint, `the provider answered ${answer.status} at ${new URL(url).pathname}`);
    throw new HttpFault(answer.status);
  }
  const value: unknown = await answer.json().catch(() => null);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  world.complain(endpoint, `the answer of the provider is no JSON object at ${new URL(url).pathname}`);
  throw new Unhandled('Expecting value: line 1 column 1 (char 0)');
}

/** While a browser waits: three statuses become a sentence, all others a page for 500. */
export function inBrowser(fault: unknown): unknown {
  if (!(fault instanceof HttpFault)) return fault;
  switch (fault.status) {
    case 400:
      return new SocialAuthError('Authentication process canceled');
    case 401:
      return new SocialAuthError("Your credentials aren't allowed");
    case 503:
      return new SocialAuthError('The authentication provider could not be reached');
    default:
      return new Unhandled(`${fault.status} Client or Server Error`);
  }
}
