/**
 * The apps that an account is connected to: those that hold a grant of its person now, or a service token, and what each may be told
 * by it.
 *
 * A grant ends with its session's life; an app that was not used since has nothing left to take back.
 */
import type { Milliseconds } from '../model.ts';
import { claimsAskedFor } from '../oidc/claims.ts';
import type { Store } from '../store/store.ts';

/** What the configuration says of an app. */
export interface AppRecord {
  readonly name: string;
  /** Claims that the operator released to it. */
  readonly released: readonly string[];
  /** Whether its people are asked before it is told anything. */
  readonly asks: boolean;
}

export interface ConnectedApp {
  readonly clientId: string;
  readonly grantIds: readonly string[];
  /** What was asked for, over all its grants. */
  readonly scope: string;
  readonly since: Milliseconds | null;
}

/** The one that the person has known for longest first. */
export async function connectedApps(store: Store, userId: string, now: Milliseconds): Promise<ConnectedApp[]> {
  const [grants, tokens, subjects] = await Promise.all([
    store.oidcRecords.ofAccount('Grant', userId, now),
    store.serviceTokens.ofUser(userId),
    store.clientSubjects.ofUser(userId),
  ]);
  const live = tokens.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now);
  const held = [
    ...grants.flatMap((grant) =>
      typeof grant.jti === 'string'
        ? [{ clientId: String(grant.clientId), grantIds: [grant.jti], scope: scopeOf(grant) }]
        : [],
    ),
    ...live.map(({ clientId, scopes }) => ({ clientId, grantIds: [], scope: scopes.join(' ') })),
  ];
  const apps = [...Map.groupBy(held, ({ clientId }) => clientId)].map(([clientId, own]) => ({
    clientId,
    grantIds: own.flatMap(({ grantIds }) => grantIds),
    scope: own.map(({ scope }) => scope).join(' '),
    since: subjects.find((known) => known.clientId === clientId)?.firstSeenAt ?? null,
  }));
  return apps.toSorted((a, b) => (a.since ?? now) - (b.since ?? now) || (a.clientId < b.clientId ? -1 : 1));
}

/** What it may be told beside the identifier that every app gets. */
export function toldTo({ scope }: ConnectedApp, record: AppRecord | null): string[] {
  return record === null ? [] : claimsAskedFor(scope, record.released).filter((claim) => claim !== 'sub');
}

function scopeOf({ openid }: { readonly [member: string]: unknown }): string {
  const scope = typeof openid === 'object' && openid !== null && 'scope' in openid ? openid.scope : '';
  return typeof scope === 'string' ? scope : '';
}
