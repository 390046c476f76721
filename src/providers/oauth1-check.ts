/**
 * Looks at an OAuth 1.0a provider's configuration from outside, without a person.
 *
 * Asking for temporary credentials tells most: key, secret, clock and callback address must all be right. Never signs
 * anybody in and never shows what the provider sent.
 */

import type { OAuth1Definition } from './oauth1-definition.ts';
import { explain } from './oauth2-check.ts';
import type { Advice } from './oauth2-definition.ts';
import type { Finding, ProviderContext, Start, StartRequest } from './provider.ts';
import { randomText } from './random-text.ts';

/** Never throws for what the provider does: that is what the findings say. @param start of the provider itself */
export async function checkOAuth1(
  { advice, permission }: OAuth1Definition,
  start: (request: Pick<StartRequest, 'redirectUri' | 'state'>) => Promise<Start>,
  redirectUri: string,
  context: ProviderContext,
): Promise<readonly Finding[]> {
  const subject = 'temporary credentials';
  try {
    const { redirect } = await start({ redirectUri, state: randomText(context) });
    const page = await checkPage(redirect, advice, context);
    // There the browser takes the first step, so the page is all that there is to look at.
    if (permission.kind === 'merged_first_step') return [page];
    return [{ subject, verdict: 'good', detail: 'Key, signature, clock and callback address are accepted.' }, page];
  } catch (error) {
    return [{ subject, verdict: 'bad', detail: explain(error, advice) }];
  }
}

async function checkPage(url: URL, advice: Advice, context: ProviderContext): Promise<Finding> {
  const subject = 'authorization page';
  try {
    const { status } = await context.outbound({ method: 'GET', url, headers: { accept: 'text/html' }, body: null });
    if (status < 400) return { subject, verdict: 'good', detail: `It answers with status ${status}.` };
    const advised = status < 500 ? advice.rejectedClient : advice.unreachable;
    return { subject, verdict: 'bad', detail: `It answers with status ${status}. ${advised}` };
  } catch (error) {
    return { subject, verdict: 'bad', detail: explain(error, advice) };
  }
}
