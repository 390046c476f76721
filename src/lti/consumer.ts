/**
 * What a consumer of LTI 1.1 is at a moment: whether it is let in, and which secrets it may sign with.
 */
import type { LtiConsumerDocument } from '../configuration/lti-document.ts';
import type { Milliseconds } from '../model.ts';

/** The secret, and the one before while it is taken too. */
export function secretsOf(
  consumer: LtiConsumerDocument | null,
  now: Milliseconds,
): readonly [current: string | null, previous: string | null] {
  if (consumer === null) return [null, null];
  const { secret, previous_secret: previous, previous_secret_expires_at: until } = consumer;
  return [secret, previous !== null && until !== null && now < Date.parse(until) ? previous : null];
}

export function launchesNow({ enabled, expires_at: end }: LtiConsumerDocument, now: Milliseconds): boolean {
  return enabled && (end === null || now < Date.parse(end));
}
