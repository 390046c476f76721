/**
 * The apps that an account is connected to: those that hold a grant of its person now, and what each may be told by it.
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
  const [grants, subjects] = await Promise.all([
    store.oidcRecords.ofAccount('Grant', userId, now),
    store.clientSubjects.ofUser(userId),
  ]);
  const byClient = Map.groupBy(
    grants.filter(({ jti }) => typeof jti === 'string'),
    ({ clientId }) => String(clientId),
  );
  const apps = [...byClient].map(([clientId, own]) => ({
    clientId,
    grantIds: own.map(({ jti }) => String(jti)),
    scope: own.map(scopeOf).join(' '),
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
