/**
 * Looks at an OAuth 2 provider's configuration from outside, without a person.
 *
 * A token request with a made-up code tells most: only a provider that accepts the client, its secret and the redirect
 * address gets as far as refusing the code. Never signs anybody in and never shows what the provider sent.
 */

import { createHash } from 'node:crypto';
import { type ErrorCode, SignInError } from '../errors.ts';
import type { OutboundResponse } from '../http.ts';
import type { Grant } from './oauth2-calls.ts';
import type { Advice } from './oauth2-definition.ts';
import type { Finding, ProviderContext } from './provider.ts';
import { randomText } from './random-text.ts';

/** What the engine lends to a check. */
export interface CheckedProvider {
  readonly advice: Advice;
  authorizationAddress(request: { redirectUri: string; state: string; codeChallenge: string }): URL;
  redeem(grant: Grant): Promise<unknown>;
}

/** Never throws for what the provider does: that is what the findings say. */
export async function checkOAuth2(
  provider: CheckedProvider,
  redirectUri: string,
  context: ProviderContext,
): Promise<readonly Finding[]> {
  return [
    await checkAuthorizationPage(provider, redirectUri, context),
    await checkTokenRequest(provider, redirectUri, context),
  ];
}

async function checkAuthorizationPage(
  provider: CheckedProvider,
  redirectUri: string,
  context: ProviderContext,
): Promise<Finding> {
  const subject = 'authorization page';
  const codeChallenge = createHash('sha256').update(randomText(context)).digest('base64url');
  const url = provider.authorizationAddress({ redirectUri, state: randomText(context), codeChallenge });
  try {
    const response = await context.outbound({ method: 'GET', url, headers: { accept: 'text/html' }, body: null });
    return { subject, ...judgePage(response, url, redirectUri, provider.advice) };
  } catch (error) {
    return { subject, verdict: 'bad', detail: explain(error, provider.advice) };
  }
}

function judgePage(
  { status, headers }: OutboundResponse,
  page: URL,
  redirectUri: string,
  advice: Advice,
): Omit<Finding, 'subject'> {
  if (status >= 500) return { verdict: 'bad', detail: `It answers with status ${status}. ${advice.unreachable}` };
  if (status >= 400) return { verdict: 'bad', detail: `It answers with status ${status}. ${advice.rejectedClient}` };
  const target = URL.parse(headers.location ?? '', page.href);
  if (target?.href.startsWith(redirectUri) && target.searchParams.has('error')) {
    return { verdict: 'bad', detail: `It refuses at once. ${advice.rejectedClient}` };
  }
  return { verdict: 'good', detail: `It answers with status ${status}.` };
}

async function checkTokenRequest(
  provider: CheckedProvider,
  redirectUri: string,
  context: ProviderContext,
): Promise<Finding> {
  const subject = 'token request';
  try {
    await provider.redeem({ code: `made-up-${randomText(context)}`, redirectUri, codeVerifier: randomText(context) });
    return { subject, verdict: 'bad', detail: 'A made-up code was accepted: the provider does not check codes.' };
  } catch (error) {
    if (error instanceof SignInError && error.code === 'provider_rejected_code') {
      return { subject, verdict: 'good', detail: 'The client is accepted: only the made-up code was refused.' };
    }
    return { subject, verdict: 'bad', detail: explain(error, provider.advice) };
  }
}

/** What was seen, and what to do about it. @throws what is not a `SignInError`: a fault of ours is no finding. */
export function explain(error: unknown, advice: Advice): string {
  if (!(error instanceof SignInError)) throw error;
  // A check has no person who could have refused: what is left is an answer that was not understood.
  return `${error.detail}. ${adviceFor(error.code, advice) ?? advice.invalidAnswer}`;
}

export function adviceFor(code: ErrorCode, advice: Advice): string | null {
  switch (code) {
    case 'provider_rejected_client':
    case 'provider_rejected_token':
      return advice.rejectedClient;
    case 'provider_unreachable':
    case 'provider_timeout':
      return advice.unreachable;
    case 'provider_answer_invalid':
    case 'provider_answer_too_large':
      return advice.invalidAnswer;
    default:
      return null;
  }
}
