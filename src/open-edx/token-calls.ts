/**
 * The LMS's token endpoint, as its client (open-edx.md §10): a code or a refresh token for a token pair.
 *
 * Opaque Bearer tokens only: a JWT cannot be revoked, and says whose it is to whoever finds it. Refresh tokens rotate on every use
 * without grace, so that an answer that was lost takes the pair with it. Must never: send a code or a refresh token twice.
 */
import { z } from 'zod';
import type { Environment, Milliseconds } from '../model.ts';
import type { LearnerTokens } from '../store/open-edx-learners.ts';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { bearerTrouble, detailOf, type LmsAnswer, type Trouble, unexpected } from './trouble.ts';

export type TokenAnswer =
  | { readonly kind: 'granted'; readonly tokens: LearnerTokens }
  /** The code or refresh token is spent, unknown or swept. */
  | { readonly kind: 'invalid-grant' }
  | Trouble;

interface TokenDependencies {
  readonly transport: LmsTransport;
  readonly lms: Pick<Lms, 'api'>;
  readonly environment: Pick<Environment, 'now'>;
}

export function exchangeCode(dependencies: TokenDependencies, code: string, redirectUri: string): Promise<TokenAnswer> {
  return askForTokens(dependencies, { grant_type: 'authorization_code', code, redirect_uri: redirectUri });
}

export function refreshTokens(dependencies: TokenDependencies, refreshToken: string): Promise<TokenAnswer> {
  return askForTokens(dependencies, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

const granted = z.object({
  access_token: z.string().min(1).max(4096),
  refresh_token: z.string().min(1).max(4096),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive(),
});

/** Used so long before its end at the latest: a call is under way for a while. */
const MARGIN_SECONDS = 10;
const REFUSED_FOR: Milliseconds = 60_000;

async function askForTokens(
  { transport, lms, environment }: TokenDependencies,
  parameters: { readonly [name: string]: string },
): Promise<TokenAnswer> {
  if (lms.api === null) throw new Error('an LMS without our application was asked for tokens');
  const { clientId, clientSecret } = lms.api;
  const body = { form: new URLSearchParams({ ...parameters, client_id: clientId, client_secret: clientSecret }) };
  const path = '/oauth2/access_token';
  const askedAt = environment.now();
  const called = await transport.call({ counts: 'tokens', method: 'POST', path, authorization: null, body });
  if (called.kind !== 'answered') return called;
  // django-ratelimit's own page: 120 a minute by address, whoever else calls from it.
  if (called.status === 403 && called.body === null) {
    const retryAt = environment.now() + REFUSED_FOR;
    await transport.refuseUntil('tokens', retryAt);
    return { kind: 'rate-limited', retryAt };
  }
  if (called.status !== 200) return refusalOf(called);
  const parsed = granted.safeParse(called.body);
  if (!parsed.success) return unexpected(called);
  const { access_token: accessToken, refresh_token: refreshToken, expires_in } = parsed.data;
  const expiresAt = askedAt + Math.floor(expires_in - MARGIN_SECONDS) * 1000;
  return { kind: 'granted', tokens: { accessToken, refreshToken, expiresAt } };
}

const oauthError = z.object({ error: z.string() });

/** RFC 6749 §5.2 */
function refusalOf(answer: LmsAnswer): TokenAnswer {
  const parsed = oauthError.safeParse(answer.body);
  const code = parsed.success ? parsed.data.error : null;
  if (code === 'invalid_grant') return { kind: 'invalid-grant' };
  if (code === 'invalid_client' || code === 'unauthorized_client' || answer.status === 401) {
    return { kind: 'credential-refused', detail: detailOf(answer) };
  }
  return unexpected(answer);
}

export type MeAnswer = { readonly kind: 'me'; readonly username: string } | Trouble;

/** Whose a token is (open-edx.md §10, `/api/user/v1/me`). */
export async function whoAmI(transport: LmsTransport, token: string): Promise<MeAnswer> {
  const called = await transport.call({
    counts: null,
    method: 'GET',
    path: '/api/user/v1/me',
    authorization: `Bearer ${token}`,
    body: null,
  });
  if (called.kind !== 'answered') return called;
  if (called.status !== 200) return bearerTrouble(called);
  const parsed = z.object({ username: z.string().min(1) }).safeParse(called.body);
  return parsed.success ? { kind: 'me', username: parsed.data.username } : unexpected(called);
}
