/**
 * Our configuration of oidc-provider, the certified OpenID provider that clients talk to.
 *
 * Its interaction points at our sign-in, and our session is the truth: its own session cookie is worth nothing without
 * ours (DESIGN §5). Every address it names is pinned to the configured issuer where requests are handed to it. Its own
 * pages are replaced, because they need inline script or foreign fonts.
 */
import { type Client, type Configuration, errors, type JWK, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import { apiScopes } from '../configuration/client-grants.ts';
import type { Vault } from '../crypto.ts';
import type { Log } from '../events/log.ts';
import type { Environment, Session } from '../model.ts';
import { type BrowserSessions, OIDC_SESSION_COOKIE } from '../sign-in/session.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { SESSION_LIFE } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type { Cookies } from '../web/cookies.ts';
import { findAccount } from './account.ts';
import { createAdapterFactory } from './adapter.ts';
import { adoptOurSession } from './adopt-session.ts';
import { tokenAssurance } from './assurance.ts';
import { claimsByScope, LEGACY_SCOPE } from './claims.ts';
import { takeBothSecrets } from './client-secrets.ts';
import { clientMetadata, livesOf, OFFLINE, ownClientMembers } from './clients.ts';
import { createConsents } from './consents.ts';
import { createLoadExistingGrant, grantLife, isOffline } from './grants.ts';
import { compareLocalhostWhole } from './native-apps.ts';
import { CHOOSING, createPrompts } from './prompts.ts';
import { mountRedirectMatch } from './redirect-match.ts';
import { deriveSuccessors, refreshTokenLife, reportReuse, rotate } from './refresh-tokens.ts';
import { withServiceTokens } from './service-token-adapter.ts';
import { createSessionTie } from './session-tie.ts';
import type { Subjects } from './subjects.ts';
import { mountUserinfo } from './userinfo.ts';

export interface OidcDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly log: Log;
  readonly cookies: Cookies;
  readonly sessions: BrowserSessions;
  readonly subjects: Subjects;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
  /** Whether somebody who is signed in in this way may be let through to this client, at this address of it. */
  readonly admits: (session: Session, clientId: string, redirectUri: string) => Promise<boolean>;
  /** Answers in place of the library's error page. */
  readonly renderError: (ctx: KoaContextWithOIDC, oauthError: string, cause: Error) => Promise<void>;
}

export const routes = {
  authorization: '/oauth2/authorize',
  pushed_authorization_request: '/oauth2/par',
  token: '/oauth2/token',
  introspection: '/oauth2/introspect',
  revocation: '/oauth2/revoke',
  userinfo: '/oauth2/userinfo',
  jwks: '/oauth2/jwks',
  end_session: '/oauth2/logout',
} as const;

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export function createOidcProvider(dependencies: OidcDependencies, jwks: { keys: JWK[] }): Provider {
  const { publicUrl, environment, store, subjects, log } = dependencies;
  const tieToSession = createSessionTie(dependencies);
  const provider = new Provider(publicUrl.origin, {
    adapter: withServiceTokens(
      createAdapterFactory(
        store.oidcRecords,
        async (clientId) => {
          const client = await dependencies.findClient(clientId);
          return client === null ? undefined : clientMetadata(client);
        },
        dependencies,
      ),
      dependencies,
    ),
    jwks,
    routes,
    cookies: cookieOptions(dependencies),
    interactions: {
      policy: createPrompts(dependencies),
      url: (_ctx, interaction) => `/oauth2/interaction/${interaction.uid}`,
    },
    findAccount: (ctx, accountId, token) => findAccount(dependencies, ctx, accountId, token),
    loadExistingGrant: createLoadExistingGrant(createConsents(store.oidcRecords, environment)),
    claims: {
      ...Object.fromEntries(Object.entries(claimsByScope).map(([scope, claims]) => [scope, [...claims]])),
      // In every ID token, as far as they are known; user info has them where they are asked for by name.
      openid: ['sub', 'auth_time', 'acr', 'amr'],
    },
    scopes: [...Object.keys(claimsByScope), OFFLINE, LEGACY_SCOPE, ...apiScopes],
    extraParams: ['idp_hint'],
    extraClientMetadata: { properties: [...ownClientMembers] },
    responseTypes: ['code'],
    // For the library all of ours are looked up (`clients.ts`): after a merge two public clients may know one person by two.
    subjectTypes: ['public', 'pairwise'],
    sectorIdentifierUriValidate: () => false,
    // Told at the token endpoint; a request that only compares a hint tells the client of nobody.
    pairwiseIdentifier: (ctx, accountId, { clientId }) =>
      ctx.oidc.route === 'token' ? subjects.tell(clientId, accountId) : subjects.of(clientId, accountId),
    // RFC 9700 §2.1.1: a public client must; for the others Open edX's backends decide, which do not know it.
    pkce: { required: (_ctx, client) => client.clientAuthMethod === 'none' },
    // OpenID Connect Core §3.1.2.1: required. Left out, the library would take the only registered one.
    allowOmittingSingleRegisteredRedirectUri: false,
    // Asked for each code just before it is stored; it dies with the session (H-05), unless the person agreed to offline access.
    async expiresWithSession(ctx, code) {
      if (code instanceof provider.AuthorizationCode) await tieToSession(ctx, code);
      return !isOffline(code.scope);
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: (ctx) => rotate(ctx, environment.now()),
    // All of it: what is being given out at this very moment is then worth nothing either.
    revokeGrantPolicy: () => true,
    extraTokenClaims: (ctx) => tokenAssurance(ctx),
    discovery: {
      prompt_values_supported: ['none', 'login', 'consent', ...CHOOSING],
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256'] },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    ttl: {
      AuthorizationCode: MINUTE,
      AccessToken: (_ctx, _token, client) => livesOf(client).access_token_seconds,
      ClientCredentials: (_ctx, { scope }, client) => ownTokenLife(scope, client),
      IdToken: (_ctx, _token, client) => livesOf(client).id_token_seconds,
      RefreshToken: (_ctx, token, client) => refreshTokenLife(token, livesOf(client), environment.now()),
      Interaction: HOUR,
      Session: SESSION_LIFE / 1000,
      Grant: (_ctx, grant) => grantLife(grant),
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      claimsParameter: { enabled: true },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (ctx, _client, token) => mayIntrospect(dependencies, ctx, token) },
      // RFC 7009 §2.1: its own alone, also of a public client, which has nothing but the token to show.
      revocation: { enabled: true, allowedPolicy: async (_ctx, client, token) => token.clientId === client.clientId },
      pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: true, logoutSource: leaveToUs, postLogoutSuccessSource: goToOurs },
    },
    // The signatures of legacy clients need `kid`; clock differences between campus servers are real.
    clockTolerance: 5,
    renderError: (ctx, out, cause) => dependencies.renderError(ctx, out.error, cause),
  } satisfies Configuration);

  mountRedirectMatch(provider);
  mountUserinfo(provider, {
    ...dependencies,
    path: routes.userinfo,
    findAccount: (ctx, accountId, token) => findAccount(dependencies, ctx, accountId, token),
  });
  // Where requests are handed over, the forwarded fields are set from the issuer and from nothing else.
  provider.proxy = true;
  provider.on('server_error', (ctx, error) => {
    log.error({ event: 'oidc.server_error' }, error);
    if (!(error instanceof DatabaseUnavailable)) return;
    // The library knows 500 only; a client, a browser and a proxy may try again when the database is back (V-22).
    ctx.status = 503;
    ctx.set('Retry-After', '5');
  });
  provider.on('grant.error', (ctx, error) => {
    log.warn({ event: 'oidc.grant_refused', code: error.message, clientId: ctx.oidc?.client?.clientId ?? null });
    reportReuse(ctx, error, dependencies);
  });
  adoptOurSession(provider, dependencies.sessions);
  takeBothSecrets(provider, environment);
  compareLocalhostWhole(provider);
  deriveSuccessors(provider, dependencies);
  return provider;
}

/** The log-out page is written after the library has checked the request; see `oidc/logout.ts` for what it becomes. */
function leaveToUs(ctx: KoaContextWithOIDC): void {
  ctx.body = '';
}

/** The library's page after signing out; ours says the same. */
function goToOurs(ctx: KoaContextWithOIDC): void {
  ctx.status = 303;
  ctx.redirect('/sign-out');
}

function cookieOptions({ cookies, publicUrl }: OidcDependencies): NonNullable<Configuration['cookies']> {
  const secure = publicUrl.protocol === 'https:';
  // `__Host-` demands Path=/. These two are bound to the path of their request instead, so that several tabs work:
  // `__Secure-` is the strongest prefix that leaves them that.
  const prefix = secure ? '__Secure-' : '';
  return {
    names: {
      session: cookies.name(OIDC_SESSION_COOKIE),
      interaction: `${prefix}llavero-interaction`,
      resume: `${prefix}llavero-resume`,
    },
    // Not signed: each value is random, stored as a hash, and found or not.
    long: { httpOnly: true, sameSite: 'lax', secure, path: '/', signed: false },
    short: { httpOnly: true, sameSite: 'lax', secure, signed: false },
  };
}

/**
 * Of a token that a client gets for itself. Most of our scopes speak of a person, and here is none (RFC 6749 §4.4.3): what it may do
 * without one, the operator says.
 * @throws InvalidScope rather than pass over what was asked for
 */
function ownTokenLife(scope: string | undefined, client: Client): number {
  const allowed = client.api_scopes as readonly string[];
  const surplus = scope?.split(' ').find((word) => !allowed.includes(word));
  if (surplus !== undefined) throw new errors.InvalidScope('the client has no such scope for itself', surplus);
  return livesOf(client).access_token_seconds;
}

/**
 * RFC 7662 §4: whoever may not know of a token is told that there is none. One whose person or session has ended since is active no
 * more; the library looks at neither.
 */
async function mayIntrospect(dependencies: OidcDependencies, ctx: KoaContextWithOIDC, token: IntrospectedToken) {
  const { client } = ctx.oidc;
  if (client === undefined || client.clientAuthMethod === 'none') return false;
  const others = Array.isArray(client.may_introspect) ? client.may_introspect : [];
  if (token.clientId !== client.clientId && !others.includes(token.clientId)) return false;
  if (token.accountId === undefined) return true;
  return (await findAccount(dependencies, ctx, token.accountId, token)) !== undefined;
}

interface IntrospectedToken {
  readonly kind: string;
  readonly clientId?: string | undefined;
  readonly accountId?: string;
  readonly sid?: string | undefined;
  readonly expiresWithSession?: boolean | undefined;
}
