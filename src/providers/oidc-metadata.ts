/**
 * What an OpenID provider says about itself: its endpoints and what it signs with.
 *
 * Implements OpenID Connect Discovery 1.0 §3 and §4, RFC 8414 §3.3, B-07. The issuer is pinned by the operator; a
 * document that names another one, be it by a slash, is refused whole.
 */

import { z } from 'zod';
import { SignInError } from '../errors.ts';
import type { JsonObject } from '../model.ts';
import type { OidcDefinition } from './oidc-definition.ts';
import { type Kept, keep } from './oidc-kept.ts';
import type { ProviderContext } from './provider.ts';
import { readAnswer, standardErrors } from './upstream-answer.ts';

/**
 * Asymmetric signatures only: with HMAC a public key or a leaked client secret could sign (B-03), and `none` signs
 * nothing (B-02).
 */
const acceptedAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof acceptedAlgorithms)[number];

/** Under the names of the specification, because the protocol library reads them too. */
export type Metadata = {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
  readonly userinfo_endpoint?: string;
  readonly authorization_response_iss_parameter_supported: boolean;
  /** At least one. */
  readonly id_token_signing_alg_values_supported: SigningAlgorithm[];
};

const hour = 3_600_000;
const lifetimes = { fresh: hour, usable: 24 * hour, pause: 30_000 };

const documentSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().optional(),
  // RFC 9207 §3: absent means no. A text in place of the boolean is a fault, because "false" must not read as a yes or a no.
  authorization_response_iss_parameter_supported: z.boolean().default(false),
  // Discovery §3 makes RS256 mandatory, so it stands for a list that was left out.
  id_token_signing_alg_values_supported: z.array(z.string()).default(['RS256']),
});

/** The metadata of a provider, fetched at most once an hour. `get` throws provider_answer_invalid besides outages. */
export function createMetadata(definition: OidcDefinition): Pick<Kept<Metadata>, 'get'> {
  const source = definition.metadata;
  if (source.kind === 'discovery') return keep((context) => discover(definition.issuer, context), lifetimes);
  const stated = accept(definition.issuer, {
    issuer: definition.issuer,
    authorization_endpoint: source.authorizationEndpoint,
    token_endpoint: source.tokenEndpoint,
    jwks_uri: source.jwksUri,
    ...(source.userinfoEndpoint === null ? {} : { userinfo_endpoint: source.userinfoEndpoint }),
    id_token_signing_alg_values_supported: acceptedAlgorithms,
  });
  return { get: async () => stated };
}

async function discover(issuer: string, { outbound }: ProviderContext): Promise<Metadata> {
  // Discovery §4.1: a slash at the end of the issuer is taken off before the path is added.
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const response = await outbound({ method: 'GET', url, headers: { accept: 'application/json' }, body: null });
  return accept(issuer, readAnswer(response, 'discovery request', standardErrors));
}

function accept(issuer: string, document: JsonObject): Metadata {
  const { success, data } = documentSchema.safeParse(document);
  if (!success) throw invalid('lacks a member or holds one of a wrong type');
  // B-07, Discovery §4.3: as text. Two addresses that a URL parser makes equal are two issuers.
  if (data.issuer !== issuer) throw invalid('names another issuer than the configured one');
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint'] as const) {
    if (data[name] !== undefined && !isEndpoint(data[name], issuer)) throw invalid(`has an unusable ${name}`);
  }
  const algorithms = acceptedAlgorithms.filter((name) => data.id_token_signing_alg_values_supported.includes(name));
  if (algorithms.length === 0) throw invalid('offers no signature algorithm that is accepted here');
  const { userinfo_endpoint: userinfo, ...rest } = data;
  return {
    ...rest,
    ...(userinfo === undefined ? {} : { userinfo_endpoint: userinfo }),
    id_token_signing_alg_values_supported: algorithms,
  };
}

/** The browser is sent to one of them: `javascript:` and the like must not get there. http only beside an http issuer. */
function isEndpoint(text: string, issuer: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && issuer.startsWith('http:'));
}

function invalid(fault: string): SignInError {
  return new SignInError('provider_answer_invalid', `The metadata of the provider ${fault}`);
}
