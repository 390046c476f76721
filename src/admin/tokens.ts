/**
 * Service tokens as operators handle them: for programs of theirs, such as one that asks user info for a person.
 *
 * The text of a token is answered once, by `createToken`. Everything else shows what it is, never what it says.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { scopesOf } from '../oidc/claims.ts';
import type { Database } from '../store/database.ts';
import type { ServiceToken } from '../store/service-tokens.ts';
import type { Store } from '../store/store.ts';
import {
  changeServiceTokenExpiry,
  issueServiceToken,
  revokeServiceToken,
  type TokenCause,
} from '../users/service-tokens.ts';
import { AdminRefusal } from './refusal.ts';
import { resolveUser } from './users.ts';

export interface TokenAdministration {
  readonly environment: Environment;
  readonly database: Database;
  readonly store: Store;
  readonly configuration: ConfigurationSnapshot;
}

export interface WantedToken {
  /** An id, a username or an address; null for a token of the client itself. */
  readonly user: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly name: string;
  readonly expiresAt: Milliseconds;
}

export type TokenState = 'live' | 'expired' | 'revoked';

export interface TokenView {
  readonly id: string;
  readonly state: TokenState;
  readonly name: string;
  readonly user_id: string | null;
  readonly client_id: string;
  readonly scopes: readonly string[];
  readonly created_at: Milliseconds;
  readonly created_by: string;
  readonly reason: string;
  readonly expires_at: Milliseconds;
  readonly last_used_at: Milliseconds | null;
  readonly revoked_at: Milliseconds | null;
}

/** A token that nobody ever looks at again must end some day. */
const LONGEST_LIFE: Milliseconds = 5 * 366 * 24 * 60 * 60_000;

/** @throws AdminRefusal `not_found` of the user or the client; `invalid` for a scope or a date that cannot be; DatabaseUnavailable */
export async function createToken(
  administration: TokenAdministration,
  wanted: WantedToken,
  cause: TokenCause,
): Promise<{ readonly token: string; readonly view: TokenView }> {
  const { environment, configuration } = administration;
  const client = configuration.clients.get(wanted.clientId);
  if (client === undefined) throw new AdminRefusal('not_found', `there is no client ${wanted.clientId}`);
  requireScopes(wanted, client);
  requireDate(wanted.expiresAt, environment.now());
  if (wanted.name.trim() === '' || /\p{C}/u.test(wanted.name))
    throw new AdminRefusal('invalid', 'the name must be words');
  const userId = wanted.user === null ? null : await resolveUser(administration, wanted.user);
  const { clientId, scopes, name, expiresAt } = wanted;
  const issued = await issueServiceToken(administration, { userId, clientId, scopes, name, expiresAt, ...cause });
  if (issued === null) throw new AdminRefusal('invalid', `the account ${userId} is disabled, merged or deleted`);
  return { token: issued.token, view: viewOf(issued.record, environment.now()) };
}

/** The newest first. */
export async function listTokens(
  { environment, store }: { readonly environment: Environment; readonly store: Pick<Store, 'serviceTokens'> },
  which: 'live' | 'all',
): Promise<TokenView[]> {
  const tokens = await store.serviceTokens.list(which, environment.now());
  return tokens.map((token) => viewOf(token, environment.now()));
}

/** @throws AdminRefusal `not_found` */
export async function showToken(administration: TokenAdministration, id: string): Promise<TokenView> {
  return viewOf(await get(administration, id), administration.environment.now());
}

/** @throws AdminRefusal `not_found`; `invalid` for a date that cannot be, and for a token that has ended */
export async function extendToken(
  administration: TokenAdministration,
  id: string,
  expiresAt: Milliseconds,
  cause: TokenCause,
): Promise<TokenView> {
  requireDate(expiresAt, administration.environment.now());
  const token = await get(administration, id);
  if (!(await changeServiceTokenExpiry(administration, token, expiresAt, cause))) throw ended(id);
  return showToken(administration, id);
}

/** @throws AdminRefusal `not_found`; `invalid` for a token that has ended */
export async function revokeToken(
  administration: TokenAdministration,
  id: string,
  cause: TokenCause,
): Promise<TokenView> {
  if (!(await revokeServiceToken(administration, await get(administration, id), cause))) throw ended(id);
  return showToken(administration, id);
}

async function get({ store }: TokenAdministration, id: string): Promise<ServiceToken> {
  const token = await store.serviceTokens.find(id);
  if (token === null) throw new AdminRefusal('not_found', `there is no token ${id}`);
  return token;
}

function ended(id: string): AdminRefusal {
  return new AdminRefusal('invalid', `the token ${id} has ended: create another one`);
}

function requireScopes({ user, clientId, scopes }: WantedToken, client: ClientDocument): void {
  if (user === null) {
    const allowed: readonly string[] = client.api_scopes;
    const surplus = scopes.find((scope) => !allowed.includes(scope));
    if (surplus === undefined) return;
    const instead = allowed.length === 0 ? 'its api_scopes are empty' : `only ${allowed.join(', ')}`;
    throw new AdminRefusal('invalid', `the client ${clientId} has no scope ${surplus} for itself: ${instead}`);
  }
  const possible: readonly string[] = scopesOf(client.claims);
  const impossible = scopes.find((scope) => !possible.includes(scope));
  if (impossible !== undefined) {
    throw new AdminRefusal('invalid', `the client ${clientId} has no scope ${impossible}, only ${possible.join(', ')}`);
  }
  // OpenID Connect Core §5.3: without it user info answers nothing.
  if (!scopes.includes('openid')) throw new AdminRefusal('invalid', 'the scope openid is needed');
}

function requireDate(expiresAt: Milliseconds, now: Milliseconds): void {
  if (expiresAt <= now) throw new AdminRefusal('invalid', 'the date is over');
  if (expiresAt - now > LONGEST_LIFE) throw new AdminRefusal('invalid', 'at most five years from now');
}

function viewOf(token: ServiceToken, now: Milliseconds): TokenView {
  return {
    ...{ id: token.id, state: stateOf(token, now), name: token.name, user_id: token.userId, client_id: token.clientId },
    ...{ scopes: token.scopes, created_at: token.createdAt, created_by: token.createdBy, reason: token.reason },
    ...{ expires_at: token.expiresAt, last_used_at: token.lastUsedAt, revoked_at: token.revokedAt },
  };
}

function stateOf({ revokedAt, expiresAt }: ServiceToken, now: Milliseconds): TokenState {
  if (revokedAt !== null) return 'revoked';
  return now < expiresAt ? 'live' : 'expired';
}
