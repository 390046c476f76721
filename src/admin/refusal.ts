/**
 * What is refused to an operator, with a reason that a caller can act on.
 */

/** `conflict`: others changed the same thing meanwhile; the same call may succeed when repeated. */
export type AdminRefusalReason = 'not_found' | 'exists' | 'invalid' | 'conflict';

/** Nothing was changed. The message is for the operator and holds no secret. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal';
  readonly reason: AdminRefusalReason;

  constructor(reason: AdminRefusalReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
