/**
 * Tokens for the services of a platform: asked for by `private_key_jwt`, kept until shortly before they end (lti.md §3.12; RFC 7523).
 *
 * One request is under way for each platform and set of scopes, however many wait for it. Kept in memory alone: a token is good for an
 * hour at most places, and a store would be one more place to take it from. Must never put a token or an assertion into an error.
 */
import { z } from 'zod';
import type { LtiPlatformDocument } from '../../configuration/lti-document.ts';
import { parseUpstreamJson } from '../../json.ts';
import type { Environment, Milliseconds } from '../../model.ts';
import type { SignForCampus } from '../sign.ts';
import type { Errand, ServiceCall } from './service-call.ts';
import { ServiceError } from './service-error.ts';

export interface PlatformErrand extends Errand {
  readonly platform: LtiPlatformDocument;
}

export interface ServiceTokens {
  /** A token that is good for all of these scopes. @throws ServiceError */
  get(errand: PlatformErrand, scopes: readonly string[]): Promise<string>;
  /** The platform did not accept it. */
  drop(errand: PlatformErrand, scopes: readonly string[], token: string): void;
}

interface Parts {
  readonly environment: Environment;
  readonly call: ServiceCall;
  readonly sign: SignForCampus;
}

interface Token {
  readonly value: string;
  readonly usableUntil: Milliseconds;
}

/** Before its end: a call is under way for a while, and clocks differ. */
const MARGIN: Milliseconds = 60_000;
/** RFC 6749 §5.1 only recommends `expires_in`. */
const UNTOLD_LIFE: Milliseconds = 5 * 60_000;
/** Whatever it says: some give tokens that never end (lti.md §3.13), and what was taken away there should not work on here. */
const LONGEST_LIFE: Milliseconds = 24 * 60 * 60_000;

export function createServiceTokens({ environment, call, sign }: Parts): ServiceTokens {
  const { now } = environment;
  const kept = new Map<string, Token>();
  const underWay = new Map<string, Promise<Token>>();

  async function ask(errand: PlatformErrand, scopes: readonly string[]): Promise<Token> {
    const askedAt = now();
    const answer = await call(errand, {
      method: 'POST',
      url: new URL(errand.platform.token_endpoint),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: await requestBody(errand.platform, scopes, { environment, sign }),
    });
    if (answer.status !== 200) throw ServiceError.of(refusalIn(answer.body, answer.status), answer.status);
    const granted = readGrant(answer.body, answer.status);
    // It may be less than was asked for; what is not said is as asked (RFC 6749 §5.1).
    const scopesGranted = granted.scope?.split(' ') ?? scopes;
    if (!scopes.every((scope) => scopesGranted.includes(scope)))
      throw ServiceError.of('scope_not_granted', answer.status);
    const life = granted.expires_in === null ? UNTOLD_LIFE : Math.min(granted.expires_in * 1000, LONGEST_LIFE);
    return { value: granted.access_token, usableUntil: askedAt + life - MARGIN };
  }

  function keep(key: string, token: Token): void {
    for (const [each, { usableUntil }] of kept) if (usableUntil <= now()) kept.delete(each);
    kept.set(key, token);
  }

  return {
    async get(errand, scopes) {
      const key = keyOf(errand.platform, scopes);
      const known = kept.get(key);
      if (known !== undefined && now() < known.usableUntil) return known.value;
      const asked =
        underWay.get(key) ??
        ask(errand, scopes)
          .then((token) => {
            keep(key, token);
            return token;
          })
          .finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return (await asked).value;
    },
    drop({ platform }, scopes, token) {
      const key = keyOf(platform, scopes);
      // Not one that somebody else has got since.
      if (kept.get(key)?.value === token) kept.delete(key);
    },
  };
}

/** By what it is asked with too: a platform that was configured anew gets new tokens. */
function keyOf(platform: LtiPlatformDocument, scopes: readonly string[]): string {
  const { slug, issuer, client_id, token_endpoint, token_audience } = platform;
  return JSON.stringify([slug, issuer, client_id, token_endpoint, token_audience, ...scopes.toSorted()]);
}

/** Seconds that an assertion is good for. */
const ASSERTION_LIFE = 300;

async function requestBody(
  { client_id, token_endpoint, token_audience }: LtiPlatformDocument,
  scopes: readonly string[],
  { environment, sign }: Pick<Parts, 'environment' | 'sign'>,
): Promise<string> {
  const iat = Math.floor(environment.now() / 1000);
  const assertion = await sign({
    iss: client_id,
    sub: client_id,
    // One text: some platforms take no list.
    aud: token_audience ?? token_endpoint,
    iat,
    exp: iat + ASSERTION_LIFE,
    jti: Buffer.from(environment.randomBytes(16)).toString('base64url'),
  });
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    scope: scopes.toSorted().join(' '),
  }).toString();
}

const grantSchema = z.object({
  /** RFC 6750 §2.1: what can stand in a header. */
  access_token: z
    .string()
    .regex(/^[A-Za-z0-9\-._~+/]+=*$/)
    .max(16_384),
  /** RFC 6749 §5.1: whatever its case, and Open edX sends lower. */
  token_type: z.string().regex(/^bearer$/i),
  /** Some write the number as text. */
  expires_in: z
    .union([
      z.number().nonnegative(),
      z
        .string()
        .regex(/^\d{1,12}$/)
        .transform(Number),
    ])
    .nullable()
    .default(null),
  scope: z.string().nullable().default(null),
});

function readGrant(body: string, status: number): z.output<typeof grantSchema> {
  const read = grantSchema.safeParse(unlessMalformed(body));
  if (!read.success) throw ServiceError.of('answer_unreadable', status);
  return read.data;
}

/** RFC 6749 §5.2. */
function refusalIn(body: string, status: number) {
  const error = unlessMalformed(body)?.error;
  if (error === 'invalid_scope') return 'scope_not_granted';
  if (error === 'invalid_client' || error === 'unauthorized_client' || status === 401) return 'client_not_accepted';
  return typeof error === 'string' ? 'token_refused' : 'answer_unreadable';
}

function unlessMalformed(body: string) {
  try {
    return parseUpstreamJson(body);
  } catch {
    return null;
  }
}
