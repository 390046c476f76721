/**
 * The site's side of OpenID Connect: everything that it says to the broker, in four functions.
 *
 * `openid-client` does the protocol and its checks (state, nonce, PKCE, `iss`, signature, subject of the user info). This
 * file only chooses what to ask for. It never looks at the browser and keeps nothing but the broker's metadata.
 *
 * Sources: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE); RFC 9207 (`iss`).
 */

import * as openid from 'openid-client';
import type { Score } from './scores.ts';

export interface BrokerOptions {
  /** The broker's public address, exactly as its discovery document writes it. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the broker sends people back to; must be registered there letter by letter. */
  readonly redirectUri: string;
  readonly postLogoutRedirectUri: string;
  readonly scope: string;
  /** Takes the place of the global `fetch`, for tests. */
  readonly fetch?: openid.CustomFetch;
}

/** What the site must remember, on its own side, from the way out to the way back. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface SignedIn {
  readonly subject: string;
  /** From the token: how and when the person signed in. */
  readonly idTokenClaims: { readonly [claim: string]: unknown };
  /** From the user info endpoint: who the person is. */
  readonly userInfo: { readonly [claim: string]: unknown };
  /** Shown to the broker again when the person signs out, so that it knows which session is meant. */
  readonly idToken: string;
}

export interface Broker {
  /** Where to send the browser to sign in. */
  signInAddress(attempt: Attempt, extra: { readonly [parameter: string]: string }): Promise<URL>;
  /** Redeems the code in the callback's address. @throws what `describeFailure` reads. */
  finishSignIn(callback: URL, attempt: Attempt): Promise<SignedIn>;
  /** Where to send the browser to end its session at the broker too. */
  signOutAddress(idToken: string, state: string): Promise<URL>;
  /** In the site's own name, not in the person's (RFC 6749 §4.4). Once it is taken, it arrives. @throws what `describeFailure` reads. */
  sendScore(score: Score): Promise<void>;
}

const secondsToWait = 10;

export function createBroker(options: BrokerOptions): Broker {
  let discovered: Promise<openid.Configuration> | null = null;

  /** Read at the first use and again after a failure: the broker may start later than the site. */
  function configuration(): Promise<openid.Configuration> {
    discovered ??= discover(options).catch((error: unknown) => {
      discovered = null;
      throw new BrokerUnreachable(options.issuer, { cause: error });
    });
    return discovered;
  }

  return {
    async signInAddress(attempt, extra) {
      return openid.buildAuthorizationUrl(await configuration(), {
        ...extra,
        redirect_uri: options.redirectUri,
        scope: options.scope,
        state: attempt.state,
        nonce: attempt.nonce,
        // PKCE also for a client with a secret (RFC 9700 §2.1.1): a stolen code is of no use in another browser.
        code_challenge: await openid.calculatePKCECodeChallenge(attempt.codeVerifier),
        code_challenge_method: 'S256',
      });
    },

    async finishSignIn(callback, attempt) {
      const broker = await configuration();
      const tokens = await openid.authorizationCodeGrant(broker, callback, {
        expectedState: attempt.state,
        expectedNonce: attempt.nonce,
        pkceCodeVerifier: attempt.codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined) throw new Error('the answer has no ID token');
      // Core §5.3.2: the subject must be the same, or the answer is about somebody else.
      const userInfo = await openid.fetchUserInfo(broker, tokens.access_token, claims.sub);
      return { subject: claims.sub, idTokenClaims: claims, userInfo, idToken: tokens.id_token };
    },

    async signOutAddress(idToken, state) {
      return openid.buildEndSessionUrl(await configuration(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: options.postLogoutRedirectUri,
        state,
      });
    },

    async sendScore(score) {
      const broker = await configuration();
      const { access_token: token } = await openid.clientCredentialsGrant(broker, { scope: 'lti:scores' });
      const address = new URL('/api/v1/lti/scores', options.issuer);
      const headers = new Headers({ 'content-type': 'application/json' });
      const answer = await openid.fetchProtectedResource(
        broker,
        token,
        address,
        'POST',
        JSON.stringify(score),
        headers,
      );
      if (answer.status !== 202) throw new ScoreRefused(answer.status, await codeIn(answer));
    },
  };
}

/** As the broker names it, in JSON. */
async function codeIn(answer: Response): Promise<string> {
  const body: unknown = await answer.json().catch(() => null);
  const code = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return safeCode(typeof code === 'string' ? code : '');
}

class ScoreRefused extends Error {
  override readonly name = 'ScoreRefused';
  readonly code: string;

  constructor(status: number, code: string) {
    super(`the broker answered ${status} to a score`);
    this.code = code;
  }
}

function discover(options: BrokerOptions): Promise<openid.Configuration> {
  const issuer = new URL(options.issuer);
  return openid.discovery(issuer, options.clientId, undefined, openid.ClientSecretBasic(options.clientSecret), {
    timeout: secondsToWait,
    // Plain http never leaves this machine; anywhere else it would hand codes and tokens to the network.
    execute: isOnThisMachine(issuer) ? [openid.allowInsecureRequests] : [],
    ...(options.fetch === undefined ? {} : { [openid.customFetch]: options.fetch }),
  });
}

function isOnThisMachine(address: URL): boolean {
  return address.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(address.hostname);
}

class BrokerUnreachable extends Error {
  override readonly name = 'BrokerUnreachable';

  constructor(issuer: string, options: ErrorOptions) {
    super(`the metadata of ${issuer} cannot be read`, options);
  }
}

/** Why a sign-in failed, as far as the person and support need to know. */
export interface Failure {
  readonly kind: 'denied' | 'unavailable' | 'refused' | 'invalid';
  /** An OAuth error code, or one of ours; safe to show. */
  readonly code: string;
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof openid.AuthorizationResponseError) return describeAnswer(error.error);
  if (error instanceof ScoreRefused) return { kind: 'refused', code: error.code };
  if (error instanceof BrokerUnreachable) return { kind: 'unavailable', code: 'broker_unreachable' };
  if (error instanceof openid.ClientError && error.code === 'OAUTH_TIMEOUT')
    return { kind: 'unavailable', code: 'timeout' };
  // A redeemed, expired or foreign code (RFC 6749 §5.2).
  if (error instanceof openid.ResponseBodyError) return { kind: 'refused', code: safeCode(error.error) };
  // The rest failed one of the checks. Which one is for the log: the person cannot act on it.
  return { kind: 'invalid', code: 'answer_invalid' };
}

/** RFC 6749 §4.1.2.1 */
function describeAnswer(code: string): Failure {
  if (code === 'access_denied') return { kind: 'denied', code };
  if (code === 'temporarily_unavailable' || code === 'server_error') return { kind: 'unavailable', code };
  return { kind: 'refused', code: safeCode(code) };
}

/** The code came through the browser: show it only if it looks like one. */
function safeCode(code: string): string {
  return /^[a-z_]{1,40}$/.test(code) ? code : 'unknown_error';
}
