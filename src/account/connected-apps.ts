/**
 * The apps that an account is connected to: those that hold a grant of its person now, or a service token, or what the person agreed to,
 * and what each may be told by it.
 *
 * A grant ends with its session's life, unless the person agreed to more; what they agreed to is there until they take it back.
 */
import type { JsonObject, Milliseconds } from '../model.ts';
import { claimsAskedFor } from '../oidc/claims.ts';
import { createConsents } from '../oidc/consents.ts';
import type { Store } from '../store/store.ts';

/** What the configuration says of an app. */
export interface AppRecord {
  readonly name: string;
  /** Claims that the operator released to it. */
  readonly released: readonly string[];
  /** Whether its people are asked before it is told anything. */
  readonly asks: boolean;
  /** `initiate_login_uri`. */
  readonly beginsAt: string | null;
}

export interface ConnectedApp {
  readonly clientId: string;
  readonly grantIds: readonly string[];
  /** What was asked for, over all its grants. */
  readonly scope: string;
  /** What it asked for by name. */
  readonly claims: readonly string[];
  readonly since: Milliseconds | null;
}

/** The one that the person has known for longest first. */
export async function connectedApps(store: Store, userId: string, now: Milliseconds): Promise<ConnectedApp[]> {
  const [grants, agreed, tokens, subjects] = await Promise.all([
    store.oidcRecords.ofAccount('Grant', userId, now),
    createConsents(store.oidcRecords, { now: () => now }).ofUser(userId),
    store.serviceTokens.ofUser(userId),
    store.clientSubjects.ofUser(userId),
  ]);
  const live = tokens.filter(({ revokedAt, expiresAt }) => revokedAt === null && expiresAt > now);
  const held = [
    ...grants.filter(({ jti }) => typeof jti === 'string').map(readGrant),
    ...agreed.map(({ clientId, scopes, claims }) => ({ clientId, grantIds: [], scope: scopes.join(' '), claims })),
    ...live.map(({ clientId, scopes }) => ({ clientId, grantIds: [], scope: scopes.join(' '), claims: [] })),
  ];
  const apps = [...Map.groupBy(held, ({ clientId }) => clientId)].map(([clientId, own]) => ({
    clientId,
    grantIds: own.flatMap(({ grantIds }) => grantIds),
    scope: own.map(({ scope }) => scope).join(' '),
    claims: own.flatMap(({ claims }) => claims),
    since: subjects.find((known) => known.clientId === clientId)?.firstSeenAt ?? null,
  }));
  return apps.toSorted((a, b) => (a.since ?? now) - (b.since ?? now) || (a.clientId < b.clientId ? -1 : 1));
}

/** What it may be told beside the identifier that every app gets. */
export function toldTo({ scope, claims }: ConnectedApp, record: AppRecord | null): string[] {
  if (record === null) return [];
  const byScope = claimsAskedFor(scope, record.released);
  return record.released.filter((claim) => claim !== 'sub' && (byScope.includes(claim) || claims.includes(claim)));
}

function readGrant({ jti, clientId, openid }: JsonObject) {
  const { scope, claims } = (openid ?? {}) as JsonObject;
  return {
    clientId: String(clientId),
    grantIds: [String(jti)],
    scope: typeof scope === 'string' ? scope : '',
    claims: Array.isArray(claims) ? claims.map(String) : [],
  };
}
