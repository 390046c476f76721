/**
 * What a client is granted in a session: what the operator said for it, what the person agreed to before, or what they are asked.
 */
import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { SESSION_LIFE } from '../store/sessions.ts';
import { OFFLINE } from './clients.ts';
import type { Consents } from './consents.ts';

const DAY = 24 * 60 * 60;
/** The longest life of a refresh token: what ends it is the token, not its grant. */
const OFFLINE_LIFE = 365 * DAY;

export const isOffline = (scope: string | undefined) => scope?.split(' ').includes(OFFLINE) === true;

/** Seconds that a grant lives: as long as a session, or as any token of one that outlives it. */
export const grantLife = (grant: Grant) => (isOffline(grant.getOIDCScope()) ? OFFLINE_LIFE : SESSION_LIFE / 1000);

/** Adds to a grant, and lets it live as long as it now has to. */
export function addToGrant(grant: Grant, scopes: readonly string[], claims: readonly string[]): Promise<string> {
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '));
  if (claims.length > 0) grant.addOIDCClaims([...claims]);
  // The library would keep the end that it had.
  (grant as { exp?: number | undefined }).exp = undefined;
  return grant.save();
}

/**
 * The library's hook: the grant of this session, completed with what need not be asked. A client for which the operator said so
 * is granted what it may ask for; of the others, what the person has agreed to before. Offline access is agreed to each time.
 */
export function createLoadExistingGrant(consents: Pick<Consents, 'find'>) {
  return async function loadExistingGrant(ctx: KoaContextWithOIDC): Promise<Grant | undefined> {
    const { client, session, provider, result } = ctx.oidc;
    if (client === undefined || session?.accountId === undefined) return undefined;
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId);
    const asked = askedFor(ctx);
    const isMissing = missingIn(existing);
    const missing = { scopes: asked.scopes.filter(isMissing.scope), claims: asked.claims.filter(isMissing.claim) };
    if (missing.scopes.length === 0 && missing.claims.length === 0) return existing;
    const agreed =
      client.skip_authorization === true ? missing : await consents.find(session.accountId, client.clientId);
    const scopes = missing.scopes.filter((scope) => agreed.scopes.includes(scope));
    const claims = missing.claims.filter((claim) => agreed.claims.includes(claim));
    if (scopes.length === 0 && claims.length === 0) return existing;
    const grant = existing ?? newGrant(provider, client.clientId, session.accountId);
    await addToGrant(grant, scopes, claims);
    return grant;
  };
}

export const newGrant = (provider: Provider, clientId: string, accountId: string) =>
  new provider.Grant({ clientId, accountId });

/** What a request asks for, of what can be granted. */
function askedFor({ oidc }: KoaContextWithOIDC) {
  return { scopes: [...oidc.requestParamOIDCScopes], claims: [...oidc.requestParamClaims] };
}

function missingIn(grant: Grant | undefined) {
  const scopes = grant?.getOIDCScope().split(' ') ?? [];
  const claims = grant?.getOIDCClaims() ?? [];
  return { scope: (scope: string) => !scopes.includes(scope), claim: (claim: string) => !claims.includes(claim) };
}
