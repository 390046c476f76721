/**
 * LTI 1.1: whether a launch is signed by a consumer that we know, now, and for the first time (lti.md §2.2, §2.3, §1.4).
 *
 * Nothing is read of who it is, and nothing is written, before the signature holds: edX's provider writes the instance guid
 * first, and so an unsigned request takes a campus off the air. Knows no transport: the address comes from the configuration.
 */
import type { LtiConsumerDocument } from '../configuration/lti-document.ts';
import { SignInError } from '../errors.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { MalformedRequest, parseForm } from '../oauth1/encoding.ts';
import { isSignedWith, isTimely, readSignedRequest, type SignedRequest } from '../oauth1/server-request.ts';
import type { LtiNonces } from '../store/lti-nonces.ts';
import { launchesNow, secretsOf } from './consumer.ts';
import { readParameters11 } from './parameters-1-1.ts';
import type { VerifiedLaunch } from './verified-launch.ts';

/** Seconds by which an LMS's clock may differ from ours, either way. */
export const LAUNCH_WINDOW = 300;
/** A launch from the last second ahead is taken until the window behind it ends. */
const NONCE_LIFE: Milliseconds = 2 * LAUNCH_WINDOW * 1000;
/** Stands in where there is none, so that an unknown key takes as long as a known one (case 23). */
const NO_SECRET = 'there is no consumer of this key';

export interface ReceivedLaunch11 {
  /** Our public address with the query as it was sent: never the host that a request names. */
  readonly url: URL;
  readonly authorization: string | null;
  /** The body of the form as it came. */
  readonly form: string;
}

export interface Launch11Ports {
  readonly environment: Pick<Environment, 'now'>;
  readonly nonces: Pick<LtiNonces, 'take'>;
  /** By its key alone: an instance guid is information (lti.md §1.4). */
  findConsumer(oauthConsumerKey: string): Promise<LtiConsumerDocument | null>;
}

/** @throws SignInError lti_launch_malformed, lti_launch_unverified, lti_launch_expired, lti_launch_replayed, lti_message_unsupported */
export async function verifyLaunch11(received: ReceivedLaunch11, ports: Launch11Ports): Promise<VerifiedLaunch> {
  const { environment, nonces } = ports;
  const request = readRequest(received);
  const now = environment.now();
  const consumer = await ports.findConsumer(protocolValue(request, 'oauth_consumer_key'));
  if (!isSignedBy(request, consumer, now) || consumer === null) {
    throw new SignInError('lti_launch_unverified', 'the key or the signature is not one that launches here');
  }
  const { instanceGuid, ...facts } = readParameters11(request.form, request.query);
  const pinned = consumer.tool_consumer_instance_guid;
  if (pinned !== null && pinned !== instanceGuid) {
    throw new SignInError('lti_launch_unverified', 'the instance guid is not the one of this consumer');
  }
  if (!isTimely(request, Math.floor(now / 1000), LAUNCH_WINDOW)) {
    throw new SignInError('lti_launch_expired', 'the timestamp is more than five minutes away');
  }
  // Last, and atomic: of two servers that got the same form at once, one goes on (case 14).
  const seen = {
    consumer: consumer.slug,
    timestamp: protocolValue(request, 'oauth_timestamp'),
    nonce: protocolValue(request, 'oauth_nonce'),
  };
  if (!(await nonces.take(seen, now + NONCE_LIFE))) {
    throw new SignInError('lti_launch_replayed', 'a nonce was used before');
  }
  return { ...facts, version: '1.1', registration: consumer.slug } as VerifiedLaunch;
}

function readRequest({ url, authorization, form }: ReceivedLaunch11): SignedRequest {
  try {
    const request = readSignedRequest({ method: 'POST', url, authorization, form });
    requireOfLti(request, url, authorization);
    return request;
  } catch (error) {
    if (error instanceof MalformedRequest) throw new SignInError('lti_launch_malformed', error.message);
    throw error;
  }
}

/** What LTI asks beyond RFC 5849 (lti.md §2.2 steps 2 to 4). */
function requireOfLti(request: SignedRequest, url: URL, authorization: string | null): void {
  // The protocol's parameters are in the form, all of them.
  if (/^OAuth\b/i.test(authorization ?? '')) throw new MalformedRequest('A launch has no Authorization header');
  if (parseForm(url.search.slice(1)).some(([name]) => name.startsWith('oauth_'))) {
    throw new MalformedRequest('The address holds parameters of the protocol');
  }
  if (request.oauth.has('oauth_token')) throw new MalformedRequest('A launch has no token');
  if (request.form.length > 1000) throw new MalformedRequest('A launch has no thousand parameters');
  const timestamp = protocolValue(request, 'oauth_timestamp');
  if (!/^\d{10}$/.test(timestamp)) throw new MalformedRequest('The timestamp has not ten digits');
  for (const name of ['oauth_consumer_key', 'oauth_nonce']) {
    if (!/^[!-~]{1,255}$/.test(protocolValue(request, name))) throw new MalformedRequest(`${name} is no plain text`);
  }
}

/** Present, or the request would not have been read. */
function protocolValue(request: SignedRequest, name: string): string {
  return request.oauth.get(name) ?? '';
}

/** All of it is worked out in every case, so that neither a known key nor a rotated secret shows in the time (N-10). */
function isSignedBy(request: SignedRequest, consumer: LtiConsumerDocument | null, now: Milliseconds): boolean {
  const asked = request.oauth.get('oauth_signature_method');
  const method = consumer?.signature_methods.find((name) => name === asked);
  const matches = secretsOf(consumer, now).map((secret) => {
    const key = { method: method ?? 'HMAC-SHA1', clientSecret: secret ?? NO_SECRET, tokenSecret: '' } as const;
    return isSignedWith(request, key) && secret !== null;
  });
  return matches.some(Boolean) && method !== undefined && consumer !== null && launchesNow(consumer, now);
}
