/**
 * What the doctor says of campus LMSs: platforms seen from outside, consumers by their dates, registrations that wait.
 */
import type { LtiConsumerDocument, LtiPlatformDocument } from '../configuration/lti-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import { SignInError } from '../errors.ts';
import type { Outbound } from '../http.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { createKeysAt } from '../providers/oidc-keys.ts';
import type { Finding } from '../providers/provider.ts';
import type { LtiInvitation } from '../store/lti-invitations.ts';
import { clockFindings, readingClocks } from './clocks.ts';
import { good } from './finding.ts';

const DAY: Milliseconds = 24 * 60 * 60_000;
/** So long before the end the people of the campus can still be told. */
const NOTICE: Milliseconds = 30 * DAY;

/** Those that may launch; where none is configured, nothing. */
export async function examineCampuses(
  { ltiPlatforms, ltiConsumers }: Pick<ConfigurationSnapshot, 'ltiPlatforms' | 'ltiConsumers'>,
  outbound: Outbound,
  environment: Environment,
): Promise<Finding[]> {
  const platforms = [...ltiPlatforms.values()].filter(({ enabled }) => enabled);
  const consumers = [...ltiConsumers.values()].filter(({ enabled }) => enabled);
  const found = await Promise.all(platforms.map((platform) => examinePlatform(platform, outbound, environment)));
  return [...found.flat(), ...consumers.flatMap((consumer) => datesOf(consumer, environment.now()))];
}

/** Sends nothing but what anybody could send, and changes nothing there. */
export async function examinePlatform(
  platform: LtiPlatformDocument,
  outbound: Outbound,
  environment: Environment,
): Promise<Finding[]> {
  const clocks = new Map<string, number>();
  const calls = readingClocks(outbound, environment, clocks);
  const subject = `campus ${platform.slug}`;
  const [keys, tokens] = await Promise.all([
    keySet(platform, { ...environment, outbound: calls }),
    tokenEndpoint(platform, calls),
  ]);
  return [
    { ...keys, subject: `${subject}, key set` },
    { ...tokens, subject: `${subject}, token endpoint` },
    ...clockFindings(clocks),
  ];
}

type Seen = Omit<Finding, 'subject'>;

async function keySet(
  { jwks_uri, id_token_signed_response_alg: algorithm }: LtiPlatformDocument,
  context: Environment & { readonly outbound: Outbound },
): Promise<Seen> {
  try {
    const keys = await createKeysAt(jwks_uri).get(context);
    const kind = algorithm === 'RS256' ? 'RSA' : 'EC';
    const fitting = keys.filter(({ jwk, alg }) => jwk.kty === kind && (alg === undefined || alg === algorithm));
    if (fitting.length > 0) return { verdict: 'good', detail: `${fitting.length} for ${algorithm}` };
    return { verdict: 'bad', detail: `${jwks_uri} has no key for ${algorithm}: no launch of it can be checked` };
  } catch (error) {
    return { verdict: 'bad', detail: `${jwks_uri} cannot be had, so no launch can be checked: ${wordsOf(error)}` };
  }
}

/** Asked without saying who we are, it says no; that it speaks at all is what can be seen. */
async function tokenEndpoint({ token_endpoint }: LtiPlatformDocument, outbound: Outbound): Promise<Seen> {
  const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
  const body = 'grant_type=client_credentials';
  try {
    const { status } = await outbound({ method: 'POST', url: new URL(token_endpoint), headers, body });
    if ([400, 401, 403].includes(status)) return { verdict: 'good', detail: 'answers' };
    return { verdict: 'unsure', detail: `answers with status ${status}: is ${token_endpoint} the right address?` };
  } catch (error) {
    return { verdict: 'unsure', detail: `${token_endpoint} cannot be reached, so grades cannot: ${wordsOf(error)}` };
  }
}

/** Its detail names a host, and neither a path nor an answer. */
const wordsOf = (error: unknown) => (error instanceof SignInError ? error.detail : 'unexpected');

const datesOf = (consumer: LtiConsumerDocument, now: Milliseconds): Finding[] => [
  endOf(consumer, now),
  ...lingering(consumer, now),
];

/** Whoever has either secret can come as anybody of the campus: two of them are for as long as it takes to enter the new one there. */
function lingering({ slug, previous_secret_expires_at: until }: LtiConsumerDocument, now: Milliseconds): Finding[] {
  const left = until === null ? 0 : Date.parse(until) - now;
  if (left <= 0) return [];
  const subject = `campus ${slug}, secret before this one`;
  if (left <= NOTICE) return [good(subject, `taken until ${until}`)];
  const advice = 'once the campus has the new one, move `previous_secret_expires_at` to today';
  return [{ subject, verdict: 'unsure', detail: `taken until ${until}: ${advice}` }];
}

function endOf({ slug, expires_at }: LtiConsumerDocument, now: Milliseconds): Finding {
  const subject = `campus ${slug}`;
  if (expires_at === null) return good(subject, 'its key has no end');
  const left = Date.parse(expires_at) - now;
  if (left > NOTICE) return good(subject, `its key ends ${expires_at}`);
  const detail = left <= 0 ? `its key ended ${expires_at}: its launches are refused` : `its key ends ${expires_at}`;
  return { subject, verdict: 'unsure', detail: `${detail}; move \`expires_at\` if they are to go on` };
}

export function examineInvitations(invitations: readonly LtiInvitation[]): Finding[] {
  return invitations
    .filter(({ state }) => state === 'pending')
    .map(({ slug }) => ({
      subject: `campus ${slug}`,
      verdict: 'unsure',
      detail: `has registered and waits: look at it with \`llavero lti approve ${slug}\``,
    }));
}
