/**
 * Refresh tokens: each is for one use, and one that is used again ends all that its grant gave out (RFC 9700 §4.14.2; ).
 *
 * Whoever loses an answer on the way, or asks twice at once, is no thief. For a few seconds the same token gives the same successor
 * again, as long as that was not used itself: it is derived from the token, so there is one line of them however many ask, also
 * at two processes, and nothing more is stored. A thief who shares that successor is found out when the second of the two uses it.
 */
import { type Adapter, type AdapterPayload, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { Vault } from '../crypto.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { looseAuditEvent } from '../sign-in/commit.ts';
import type { OidcRecord, OidcRecords } from '../store/oidc-records.ts';
import type { Store } from '../store/store.ts';
import { newReference } from '../web/reference.ts';
import { livesOf, type TokenLives } from './clients.ts';

export const REFRESH_TOKEN = 'RefreshToken';

/** As long as a client waits for an answer before it asks again. */
export const ANSWER_GRACE: Milliseconds = 30_000;

/** The library's own words for a token that was used before. */
export const REUSED = 'refresh token already used';

/** Of one that was used in the very moment in which it was asked again: its family goes on, and nothing is told. */
const LOST = 'its successor was used at the same moment';

interface RotationDependencies {
  readonly vault: Pick<Vault, 'derive'>;
  readonly environment: Environment;
}

const successorOf = (vault: RotationDependencies['vault'], token: string) => vault.derive('refresh token', token);

/** What of the adapter is different for refresh tokens. */
export function refreshTokenAdapter(
  records: OidcRecords,
  read: (record: OidcRecord) => AdapterPayload,
  { vault, environment }: RotationDependencies,
): Pick<Adapter, 'find' | 'consume'> {
  const find = (token: string) => records.find(REFRESH_TOKEN, token, environment.now());

  /** Used a moment ago, and what came of it was not. */
  async function isAskedAgain(token: string, { consumedAt }: OidcRecord): Promise<boolean> {
    if (consumedAt === null || environment.now() - consumedAt >= ANSWER_GRACE) return false;
    const successor = await find(successorOf(vault, token));
    // Not there yet: whoever was first is about to store it, or ended before.
    return successor === null || successor.consumedAt === null;
  }

  return {
    async find(token) {
      const record = await find(token);
      if (record === null) return undefined;
      return read((await isAskedAgain(token, record)) ? { ...record, consumedAt: null } : record);
    },
    async consume(token) {
      if (await records.consume(REFRESH_TOKEN, token, environment.now())) return;
      const record = await find(token);
      if (record === null || !(await isAskedAgain(token, record))) throw new errors.InvalidGrant(LOST);
    },
  };
}

/** Lets the library give each successor the value that is derived from the token before it. */
export function deriveSuccessors(provider: Provider, { vault }: RotationDependencies): void {
  const prototype = provider.RefreshToken.prototype as unknown as { generateTokenId(): string };
  const random = prototype.generateTokenId;
  prototype.generateTokenId = function () {
    const before = Provider.ctx?.oidc.entities.RotatedRefreshToken;
    return before === undefined ? random.call(this) : successorOf(vault, before.jti);
  };
}

/** Seconds that one more refresh token may live: of idling, and of what is left of the whole. */
export function refreshTokenLife(
  token: { readonly iiat?: number | undefined },
  { refresh_token_idle_seconds: idle, refresh_token_seconds: whole }: TokenLives,
  now: Milliseconds,
): number {
  const age = token.iiat === undefined ? 0 : Math.max(0, Math.floor(now / 1000) - token.iiat);
  return Math.min(idle, whole - age);
}

/** @throws InvalidGrant where the whole is over, also because the operator made it shorter since */
export function rotate({ oidc: { entities, client } }: KoaContextWithOIDC, now: Milliseconds): true {
  const { RefreshToken: token } = entities;
  if (token === undefined || client === undefined || refreshTokenLife(token, livesOf(client), now) <= 0) {
    throw new errors.InvalidGrant('the refresh token has come to the end of its whole life');
  }
  return true;
}

interface ReuseDependencies {
  readonly store: Pick<Store, 'audit'>;
  readonly environment: Environment;
  readonly log: Log;
}

/** Two hold one token: its person and support should be able to see that. The library has ended the grant by now. */
export function reportReuse(
  ctx: KoaContextWithOIDC,
  error: Error,
  { store, environment, log }: ReuseDependencies,
): void {
  const { RefreshToken: token } = ctx.oidc?.entities ?? {};
  if (token === undefined || !('error_detail' in error) || error.error_detail !== REUSED) return;
  const event = looseAuditEvent(environment, {
    ...{ type: 'grant.revoked', code: null, userId: token.accountId ?? null, provider: null },
    ...{ reference: newReference(environment), detail: { client: String(token.clientId), by: 'refresh-token-reuse' } },
  });
  store.audit.record(event).catch((cause: unknown) => log.error({ event: 'audit.failed' }, cause));
}
