/**
 * Issuing service tokens, changing when they end, revoking them: each with its line in the audit trail.
 *
 *     const issued = await issueServiceToken(tools, {
 *       ...{ userId, clientId: 'lms', scopes: ['openid', 'profile', 'email'], name: 'registration at the LMS' },
 *       ...{ expiresAt: now + 10 * 60_000, by: 'lms-connector', reason: 'provision' },
 *     });
 *     issued?.token  // 53 characters; here for the last time
 *
 * A token of a user is taken for an access token of theirs at that client: user info says what is released to it, with the `sub` by
 * which it knows the person. It never signs anybody in. Must never: store, log or return the text of one that was issued before.
 */
import { randomName, randomToken } from '../crypto.ts';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import type { ServiceToken } from '../store/service-tokens.ts';
import type { Store } from '../store/store.ts';
import { newServiceTokenText } from './service-token-text.ts';

export interface ServiceTokenTools {
  readonly environment: Environment;
  readonly store: Pick<Store, 'serviceTokens' | 'clientSubjects'>;
}

/** Who does it, and why: for the audit trail, so without personal data. */
export interface TokenCause {
  readonly by: string;
  readonly reason: string;
}

export interface ServiceTokenRequest extends TokenCause {
  /** Null for a token of the client itself. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly name: string;
  readonly expiresAt: Milliseconds;
}

export interface IssuedServiceToken {
  /** What is presented as a bearer token. Nobody can be shown it again. */
  readonly token: string;
  readonly record: ServiceToken;
}

/** Null when there is no such user, or they may not have any: disabled, merged, deleted. */
export async function issueServiceToken(
  { environment, store }: ServiceTokenTools,
  { by, reason, ...wanted }: ServiceTokenRequest,
): Promise<IssuedServiceToken | null> {
  const now = environment.now();
  const { userId, clientId } = wanted;
  // By it the client learns of the user, and knows them by that name for ever.
  if (userId !== null && (await store.clientSubjects.tell(clientId, userId, now)) === null) return null;
  const token = newServiceTokenText(environment);
  const record: ServiceToken = {
    ...{ ...wanted, id: randomName(environment), createdAt: now, createdBy: by, reason },
    ...{ lastUsedAt: null, revokedAt: null },
  };
  const detail = { scopes: [...record.scopes], expires_at: record.expiresAt };
  const event = told(environment, 'token.issued', record, { by, reason }, detail);
  return (await store.serviceTokens.insert(record, token, [event])) ? { token, record } : null;
}

/** Sooner or later than it was. False when it has ended: what has ended does not come back. */
export function changeServiceTokenExpiry(
  { environment, store }: ServiceTokenTools,
  record: ServiceToken,
  expiresAt: Milliseconds,
  cause: TokenCause,
): Promise<boolean> {
  const event = told(environment, 'token.extended', record, cause, { expires_at: expiresAt });
  return store.serviceTokens.changeExpiry(record.id, expiresAt, environment.now(), [event]);
}

/** From then on it is worth nothing. False when it has ended before. */
export function revokeServiceToken(
  { environment, store }: Pick<ServiceTokenTools, 'environment'> & { readonly store: Pick<Store, 'serviceTokens'> },
  record: ServiceToken,
  cause: TokenCause,
): Promise<boolean> {
  const event = told(environment, 'token.revoked', record, cause, {});
  return store.serviceTokens.revoke(record.id, environment.now(), [event]);
}

function told(
  environment: Environment,
  type: Extract<AuditType, `token.${string}`>,
  { id, userId, clientId }: ServiceToken,
  { by, reason }: TokenCause,
  more: JsonObject,
): Step {
  return insertAuditEvent({
    ...{ id: randomToken(environment, 16), at: environment.now(), type, code: null, userId, clientId },
    ...{ provider: null, signInId: null, reference: null, detail: { token: id, ...more, by, reason } },
  });
}
