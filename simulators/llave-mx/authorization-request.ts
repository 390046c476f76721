/**
 * Judges an authorization request (facts of Llave MX, section 3).
 *
 * RFC 6749 §4.1.2.1: as long as client and redirect address are not known to be right, no browser is sent anywhere.
 */

import type { Application } from './application.ts';
import type { World } from './world.ts';

export interface AuthorizationRequest {
  readonly application: Application;
  readonly redirectUri: string;
  readonly state: string;
  /** Null in web mode, where PKCE is not used. */
  readonly codeChallenge: string | null;
}

export type Verdict =
  | { readonly kind: 'accepted'; readonly request: AuthorizationRequest }
  /** Refused on a page: there is no address that could be trusted with the error. */
  | { readonly kind: 'page'; readonly complaint: string }
  /** Refused at the application's own address. */
  | {
      readonly kind: 'redirect';
      readonly complaint: string;
      readonly error: 'invalid_request' | 'invalid_scope' | 'unsupported_response_type';
      readonly redirectUri: string;
      readonly state: string | null;
    };

/** @param query the query of the request, without the question mark. */
export function judgeAuthorizationRequest(query: string, world: World): Verdict {
  const parameters = new URLSearchParams(query);
  // RFC 6749 §3.1: a parameter must not be there twice. Taking the first or the last would let two parties read two requests.
  const names = [...parameters.keys()];
  if (new Set(names).size !== names.length) return { kind: 'page', complaint: 'a parameter was sent twice' };

  const application = world.applications.get(parameters.get('client_id') ?? '');
  if (application === undefined) return { kind: 'page', complaint: 'client_id is absent or not registered' };

  const redirectUri = parameters.get('redirect_url');
  if (redirectUri === null) {
    return { kind: 'page', complaint: 'redirect_url is absent (it is not named redirect_uri here)' };
  }
  const standardName = parameters.get('redirect_uri');
  if (standardName !== null && standardName !== redirectUri) {
    return { kind: 'page', complaint: 'redirect_url and redirect_uri were both sent and differ' };
  }
  if (!application.redirectUris.includes(redirectUri)) {
    return { kind: 'page', complaint: 'the redirect address is not registered for this application' };
  }
  return judgeRest(parameters, application, redirectUri);
}

/** From here on the redirect address is known to be the application's, so it may be told. */
function judgeRest(parameters: URLSearchParams, application: Application, redirectUri: string): Verdict {
  const state = parameters.get('state');
  const refuse = (complaint: string, error: Extract<Verdict, { kind: 'redirect' }>['error'] = 'invalid_request') =>
    ({ kind: 'redirect', complaint, error, redirectUri, state }) as const;

  if (state === null || state === '') return refuse('state is absent: the callback could be forged');
  if (parameters.has('scope')) return refuse('scope was sent, and must not be', 'invalid_scope');
  const responseType = parameters.get('response_type');
  if (responseType !== null && responseType !== 'code') {
    return refuse('response_type is not "code"', 'unsupported_response_type');
  }
  if (application.mode === 'web') {
    return { kind: 'accepted', request: { application, redirectUri, state, codeChallenge: null } };
  }
  const codeChallenge = parameters.get('code_challenge');
  if (codeChallenge === null) return refuse('code_challenge is absent: PKCE is mandatory in apps mode');
  // RFC 7636 §4.3: an absent method means "plain", which shows the verifier to whoever sees the address.
  if (parameters.get('code_challenge_method') !== 'S256') return refuse('code_challenge_method is not S256');
  if (!/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) return refuse('code_challenge is not a SHA-256 in base64url');
  return { kind: 'accepted', request: { application, redirectUri, state, codeChallenge } };
}
