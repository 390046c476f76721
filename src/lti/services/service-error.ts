/**
 * Why a service of a campus did not do what was asked: each reason once, whether the same may go through another time, and in words.
 *
 * For logs and for operators, in English. Nothing of it was written by the other side, whose answers repeat names and addresses. What
 * an operator, here or there, can put right is tried again: a score is worth the few calls of a day.
 */
import type { Delivery, DeliveryFailure } from '../../delivery/attempt.ts';
import type { SignInError } from '../../errors.ts';

export const serviceFaults = {
  campus_unknown: { kind: 'never', detail: 'the campus is not configured any more' },
  campus_disabled: { kind: 'later', detail: 'the campus is switched off here, or its time is over' },
  address_unusable: { kind: 'never', detail: 'the campus named an address that cannot be called' },
  too_many_calls: { kind: 'later', detail: 'the campus asked for fewer calls' },
  service_failed: { kind: 'later', detail: 'the campus answered with an error of its own' },
  answer_unreadable: { kind: 'later', detail: 'the campus answered with something that is no answer' },

  client_not_accepted: {
    kind: 'later',
    detail: 'the campus does not accept our client_id, key set or token_audience, or its clock differs',
  },
  token_refused: { kind: 'later', detail: 'the campus gives us no token' },
  scope_not_granted: {
    kind: 'later',
    detail: 'the campus gives us no token for this service: it must be allowed there',
  },
  token_not_accepted: { kind: 'later', detail: 'the campus does not accept the token that it had just given' },

  forbidden: { kind: 'later', detail: 'the campus forbids it' },
  not_found: { kind: 'never', detail: 'the campus has no such column any more, or nobody by that id in the course' },
  no_line_item: { kind: 'never', detail: 'there is no column for the grade, and we may make none' },
  not_gradable: { kind: 'never', detail: 'the campus keeps no grades for this person' },
  not_newer: { kind: 'never', detail: 'the campus has a score of that moment or later already' },
  refused: { kind: 'never', detail: 'the campus refused it' },

  outcome_failed: { kind: 'later', detail: 'the campus said that it could not keep the result' },
  outcome_unsupported: { kind: 'never', detail: 'the campus does not support it' },
  outcome_unauthorized: { kind: 'later', detail: 'the campus does not accept our signature: is the secret the same?' },
  sourcedid_unwritable: { kind: 'never', detail: 'the lis_result_sourcedid of the launch cannot be written as XML' },
} as const satisfies { readonly [fault: string]: { readonly kind: 'later' | 'never'; readonly detail: string } };
export type ServiceFault = keyof typeof serviceFaults;

export type Refused = Extract<Delivery, { kind: 'later' | 'never' }>;

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** Null where there was no answer. */
  readonly fault: ServiceFault | null;
  readonly refused: Refused;

  private constructor(
    fault: ServiceFault | null,
    kind: Refused['kind'],
    failure: DeliveryFailure,
    options?: ErrorOptions,
  ) {
    super(`${failure.code}: ${failure.detail}`, options);
    this.fault = fault;
    this.refused = { kind, ...failure };
  }

  /** @param status what the campus answered with; null where it was not asked */
  static of(fault: ServiceFault, status: number | null): ServiceError {
    const { kind, detail } = serviceFaults[fault];
    return new ServiceError(fault, kind, { detail, code: fault, status });
  }

  /** The call came to no answer that could be read. */
  static from(error: SignInError): ServiceError {
    return new ServiceError(null, 'later', { detail: error.detail, code: error.code, status: null }, { cause: error });
  }
}
