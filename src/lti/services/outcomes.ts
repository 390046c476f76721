/**
 * Basic Outcomes: a result of an LTI 1.1 launch is replaced, read or deleted at its campus (lti.md §2.6).
 *
 * Signed by OAuth 1.0a with the hash of the body among what is signed, since the body itself is not. Each of the three can be sent
 * again without harm, so that whatever is not clearly the last word is tried another time (case 92).
 */
import { createHash } from 'node:crypto';
import type { LtiConsumerDocument } from '../../configuration/lti-document.ts';
import type { OutboundRequest } from '../../http.ts';
import type { Environment } from '../../model.ts';
import { inAuthorizationHeader, signedParameters } from '../../oauth1/client-request.ts';
import { MalformedRequest } from '../../oauth1/encoding.ts';
import { type OutcomeAnswer, type OutcomeRequest, readOutcomeAnswer, writeOutcome } from './outcome-message.ts';
import type { Errand, ServiceCall } from './service-call.ts';
import { ServiceError } from './service-error.ts';

export interface ConsumerErrand extends Errand {
  readonly consumer: LtiConsumerDocument;
}

export interface OutcomeTools {
  readonly call: ServiceCall;
  readonly environment: Environment;
}

/** The answer of a success. @throws ServiceError */
export async function sendOutcome(
  { call, environment }: OutcomeTools,
  errand: ConsumerErrand,
  service: URL,
  request: OutcomeRequest,
): Promise<OutcomeAnswer> {
  const random = () => Buffer.from(environment.randomBytes(16)).toString('base64url');
  const body = writeOutcome(request, random());
  if (body === null) throw ServiceError.of('sourcedid_unwritable', null);
  const freshness = { timestamp: Math.floor(environment.now() / 1000), nonce: random() };
  const { status, body: text } = await call(errand, signedOutcome(errand.consumer, service, body, freshness));
  const answer = readOutcomeAnswer(text);
  if (status === 401 || status === 403) throw ServiceError.of('outcome_unauthorized', status);
  if (status !== 200 || answer === null) throw ServiceError.of('answer_unreadable', status);
  switch (answer.major) {
    case 'success':
      return answer;
    case 'unsupported':
      throw ServiceError.of('outcome_unsupported', status);
    case 'failure':
    case 'processing':
      throw ServiceError.of('outcome_failed', status);
  }
}

/** @throws ServiceError when the address cannot be signed */
export function signedOutcome(
  {
    oauth_consumer_key: consumerKey,
    secret,
    signature_methods,
  }: Pick<LtiConsumerDocument, 'oauth_consumer_key' | 'secret' | 'signature_methods'>,
  url: URL,
  body: string,
  freshness: { readonly timestamp: number; readonly nonce: string },
): OutboundRequest {
  // The first that its launches may be signed with.
  const method = signature_methods[0] ?? 'HMAC-SHA1';
  const hash = createHash('sha1').update(body).digest('base64');
  try {
    const parameters = signedParameters(
      { method: 'POST', url, oauthParameters: [['oauth_body_hash', hash]] },
      // The new secret, also while launches may come with the one before: the campus has both by then, or only this one.
      { consumerKey, key: { method, clientSecret: secret, tokenSecret: '' }, token: null },
      freshness,
    );
    const headers = {
      ...inAuthorizationHeader(parameters),
      'content-type': 'application/xml',
      accept: 'application/xml',
    };
    return { method: 'POST', url, headers, body };
  } catch (error) {
    if (error instanceof MalformedRequest) throw ServiceError.of('address_unusable', null);
    throw error;
  }
}
