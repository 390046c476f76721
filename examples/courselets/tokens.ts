/**
 * Whether a token really comes from the broker, is for this app, and is what it should be. Both endpoints that the broker
 * calls stand on this alone: nobody is signed in there.
 *
 * `jose` checks signature, issuer, audience and times. The type in the header is checked as well: an ID token of ours,
 * which others may see, must never pass for an event (RFC 8417 §4.6, OpenID Connect Back-Channel Logout 1.0 §2.6).
 */
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';

export interface TokenSource {
  readonly issuer: string;
  readonly clientId: string;
  readonly now: () => number;
  readonly fetch: Fetch;
}

/** How the broker is called: the global `fetch`, or what takes its place in tests. */
export type Fetch = (url: string, init: object) => Promise<Response>;

/** For one call, in milliseconds. */
const PATIENCE = 5_000;

export type TokenType = 'secevent+jwt' | 'logout+jwt';

/** The token is no good; `err` is a code of RFC 8935 §2.4. Anything else that is thrown is this app's trouble or the network's. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  readonly err: 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience';

  constructor(err: TokenRefused['err'], options?: ErrorOptions) {
    super(err, options);
    this.err = err;
  }
}

export type VerifyToken = (token: string, type: TokenType) => Promise<JWTPayload>;

const required = {
  'secevent+jwt': ['iat', 'jti', 'events', 'sub_id'],
  'logout+jwt': ['iat', 'exp', 'jti', 'events'],
} as const satisfies { readonly [type in TokenType]: readonly string[] };

/** @throws TokenRefused */
export function createVerifier({ issuer, clientId, now, fetch }: TokenSource): VerifyToken {
  let keys: ReturnType<typeof createRemoteJWKSet> | null = null;

  async function load(): Promise<NonNullable<typeof keys>> {
    const address = `${issuer}/.well-known/openid-configuration`;
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) });
    const { jwks_uri: uri } = (await response.json()) as { jwks_uri?: unknown };
    if (!response.ok || typeof uri !== 'string') throw new Error('the broker does not say where its keys are');
    // Fetched again when a key is new, and not more often than every few seconds however many forgeries arrive.
    return createRemoteJWKSet(new URL(uri), {
      cooldownDuration: 5_000,
      timeoutDuration: PATIENCE,
      [customFetch]: fetch,
    });
  }

  return async (token, type) => {
    keys ??= await load();
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience: clientId, typ: type, algorithms: ['RS256', 'ES256'], clockTolerance: 60 },
        requiredClaims: [...required[type]],
        currentDate: new Date(now()),
      });
      // Back-Channel Logout §2.4: whatever has a nonce was made to answer a sign-in.
      if ('nonce' in payload) throw new TokenRefused('invalid_request');
      return payload;
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  };
}

function refusalOf(error: unknown): TokenRefused | null {
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return new TokenRefused('invalid_issuer', { cause: error });
    if (error.claim === 'aud') return new TokenRefused('invalid_audience', { cause: error });
    return new TokenRefused('invalid_request', { cause: error });
  }
  const isOfKey = error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;
  if (isOfKey) return new TokenRefused('invalid_key', { cause: error });
  const isMalformed =
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported;
  return isMalformed ? new TokenRefused('invalid_request', { cause: error }) : null;
}
