/**
 * A plain OAuth 2 product for tests, and a world whose answers a test writes down in order.
 *
 * Used by tests only. Every request is kept for assertions; a request that no answer was written for fails.
 */

import { SignInError } from '../errors.ts';
import type { OutboundRequest, OutboundResponse } from '../http.ts';
import type { Json } from '../model.ts';
import { dialectSchema } from './dialect.ts';
import type { OAuth2Definition } from './oauth2-definition.ts';
import type { FinishRequest, ProviderContext, StartRequest } from './provider.ts';

export const testNow = Date.UTC(2026, 0, 15, 12);

const plain: OAuth2Definition = {
  slug: 'plain',
  redirectUri: null,
  issuer: 'https://up.test',
  endpoints: {
    authorization: new URL('https://up.test/authorize?state=configured&tenant=a'),
    token: new URL('https://up.test/token'),
    userData: new URL('https://up.test/me'),
    endSession: new URL('https://up.test/end'),
  },
  dialect: dialectSchema.parse({ subject_members: ['sub'], client_authentication: 'none' }),
  client: { kind: 'public', id: 'client' },
  webService: null,
  scopes: ['openid', 'email'],
  trustsVerifiedEmail: false,
  additionalCalls: [],
  map: (userData) => ({
    user: {
      emails: [],
      name: { full: null, given: null, firstSurname: null, secondSurname: null },
      birthDate: null,
      phone: null,
      identifiers: [],
      roles: [],
      locale: null,
      country: null,
      assurance: { acr: null, amr: [], authTime: null },
    },
    derived: { seen: Object.keys(userData) },
  }),
  advice: {
    unreachable: 'Look at the network.',
    rejectedClient: 'Look at the registration.',
    invalidAnswer: 'Look at the addresses.',
  },
};

export function definitionWith(changes: Partial<OAuth2Definition>): OAuth2Definition {
  return { ...plain, ...changes };
}

export const startRequest: StartRequest = {
  redirectUri: 'https://broker.test/callback/plain',
  state: 'state-of-the-engine',
  codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  nonce: 'nonce',
  locale: 'es-MX',
  loginHint: null,
};

export const finishRequest: FinishRequest = {
  parameters: new Map([['code', 'the-code']]),
  redirectUri: startRequest.redirectUri,
  codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  nonce: 'nonce',
  remembered: {},
};

/** An answer: an object is JSON with status 200, an error is thrown as the network would. */
export type WrittenAnswer = Partial<OutboundResponse> | SignInError | { readonly [member: string]: Json };

export interface TestWorld extends ProviderContext {
  readonly requests: OutboundRequest[];
}

/** @param answers a `status`, `headers` or `body` member makes a raw answer; any other object is the JSON that is answered */
export function worldThatAnswers(answers: readonly WrittenAnswer[]): TestWorld {
  const requests: OutboundRequest[] = [];
  let byte = 0;
  return {
    requests,
    now: () => testNow,
    randomBytes: (count) => Uint8Array.from({ length: count }, () => (byte += 1)),
    outbound: async (request) => {
      const answer = answers[requests.length];
      requests.push(request);
      if (answer === undefined) throw new SignInError('provider_unreachable', 'No answer was written for this request');
      if (answer instanceof SignInError) throw answer;
      return responseOf(answer);
    },
  };
}

function responseOf(answer: Exclude<WrittenAnswer, SignInError>): OutboundResponse {
  const json = { 'content-type': 'application/json' };
  if ('status' in answer || 'body' in answer || 'headers' in answer) {
    return { status: 200, headers: json, body: '', ...(answer as Partial<OutboundResponse>) };
  }
  return { status: 200, headers: json, body: JSON.stringify(answer) };
}
