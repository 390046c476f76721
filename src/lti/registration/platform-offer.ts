/**
 * What a platform says of itself to a tool that is to register: fetched and judged (lti.md §3.13 steps 2 and 3, case 64).
 *
 * The address is anybody's who holds an invitation: nothing but https is called, no redirect is followed, and the way out refuses
 * private addresses. Nothing is taken from it but what is named here.
 */
import { z } from 'zod';
import { ltiPlatformSchema } from '../../configuration/lti-document.ts';
import { SignInError } from '../../errors.ts';
import type { OutboundRequest, OutboundResponse } from '../../http.ts';
import { parseUpstreamJson } from '../../json.ts';
import type { JsonObject } from '../../model.ts';
import { createKeysAt } from '../../providers/oidc-keys.ts';
import type { ProviderContext } from '../../providers/provider.ts';
import { speaksFor } from './central-hosts.ts';

export interface PlatformOffer {
  /** Members of the platform's document, by their names there. */
  readonly members: {
    readonly issuer: string;
    readonly authorization_endpoint: string;
    readonly token_endpoint: string;
    readonly token_audience: string | null;
    readonly jwks_uri: string;
    readonly id_token_signed_response_alg: 'RS256' | 'ES256';
  };
  readonly registrationEndpoint: URL;
  /** What product it is; null where it does not say so in a line. */
  readonly family: string | null;
  /** What it has of each; null where it does not say. */
  readonly scopes: readonly string[] | null;
  readonly claims: readonly string[] | null;
  readonly messages: readonly string[] | null;
  /** Whose pages the registration may be shown in, and told of its end. */
  readonly sites: readonly string[];
}

/** What the administration of the LMS opened our page with. */
export interface Opened {
  /** As it was sent. */
  readonly address: string;
  readonly configuration: URL;
  /** Sent back to the LMS and to nobody else; null where it gave none. */
  readonly token: string | null;
}

const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = ltiPlatformSchema.shape;
const names = z.array(z.string().max(500)).max(500).nullish();
const opaque = z.string().regex(/^[!-~]{1,255}$/);

const metadataSchema = z.object({
  ...{ issuer, authorization_endpoint, token_endpoint, jwks_uri, registration_endpoint: jwks_uri },
  authorization_server: opaque.nullish(),
  scopes_supported: names,
  claims_supported: names,
  id_token_signing_alg_values_supported: names,
  'https://purl.imsglobal.org/spec/lti-platform-configuration': z
    .object({
      product_family_code: z.string().nullish(),
      messages_supported: z.array(z.object({ type: z.string() })).nullish(),
    })
    .nullish(),
});

/** @throws SignInError lti_registration_refused */
export function readOpened(sent: ReadonlyMap<string, string>, publicUrl: URL): Opened {
  const address = sent.get('openid_configuration') ?? '';
  if (!URL.canParse(address)) throw refused('openid_configuration is missing or no address');
  const configuration = new URL(address);
  requireSafe('openid_configuration', configuration, publicUrl);
  const token = sent.get('registration_token') ?? '';
  // It becomes a field of a header.
  if (!/^[!-~]{0,8000}$/.test(token)) throw refused('registration_token is none');
  return { address, configuration, token: token === '' ? null : token };
}

/** @throws SignInError lti_registration_refused, lti_registration_failed */
export async function fetchOffer(
  opened: Opened,
  { publicUrl, context }: { readonly publicUrl: URL; readonly context: ProviderContext },
): Promise<PlatformOffer> {
  const metadata = readMetadata(await answerOf(configurationRequest(opened), context));
  for (const name of [
    'issuer',
    'authorization_endpoint',
    'token_endpoint',
    'jwks_uri',
    'registration_endpoint',
  ] as const) {
    requireSafe(name, new URL(metadata[name]), publicUrl);
  }
  if (!speaksFor(metadata.issuer, opened.configuration)) {
    throw refused(`the issuer is not of ${opened.configuration.host}`);
  }
  const offer = offerOf(metadata, opened);
  await requireKeys(offer, context);
  return offer;
}

function configurationRequest({ configuration, token }: Opened): OutboundRequest {
  const headers = { accept: 'application/json', ...bearer(token) };
  return { method: 'GET', url: configuration, headers, body: null };
}

export function bearer(token: string | null): { readonly [name: string]: string } {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** @throws SignInError lti_registration_failed: whatever was in the way, the LMS's people can only begin again. */
export async function callPlatform(request: OutboundRequest, { outbound }: ProviderContext): Promise<OutboundResponse> {
  try {
    return await outbound(request);
  } catch (error) {
    if (error instanceof SignInError) throw new SignInError('lti_registration_failed', error.detail, { cause: error });
    throw error;
  }
}

async function answerOf(request: OutboundRequest, context: ProviderContext): Promise<JsonObject> {
  const { status, body } = await callPlatform(request, context);
  if (status !== 200) throw new SignInError('lti_registration_failed', `the configuration was answered with ${status}`);
  return objectIn(body);
}

/** @throws SignInError lti_registration_refused */
export function objectIn(body: string): JsonObject {
  try {
    return parseUpstreamJson(body);
  } catch (error) {
    if (error instanceof SignInError) throw refused(error.detail);
    throw error;
  }
}

function readMetadata(answer: JsonObject): z.output<typeof metadataSchema> {
  const read = metadataSchema.safeParse(answer);
  if (read.success) return read.data;
  const places = read.error.issues.map(({ path }) => String(path[0] ?? ''));
  throw refused(`missing or wrong: ${[...new Set(places)].join(', ')}`);
}

function offerOf(metadata: z.output<typeof metadataSchema>, { configuration }: Opened): PlatformOffer {
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri, authorization_server: audience } = metadata;
  const product = metadata['https://purl.imsglobal.org/spec/lti-platform-configuration'];
  const registrationEndpoint = new URL(metadata.registration_endpoint);
  const sites = [configuration, registrationEndpoint, new URL(issuer), new URL(authorization_endpoint)];
  return {
    members: {
      ...{ issuer, authorization_endpoint, token_endpoint, jwks_uri },
      token_audience: audience === token_endpoint ? null : (audience ?? null),
      id_token_signed_response_alg: algorithmOf(metadata.id_token_signing_alg_values_supported ?? ['RS256']),
    },
    registrationEndpoint,
    family: /^[\w .-]{1,60}$/.exec(product?.product_family_code ?? '')?.[0] ?? null,
    scopes: metadata.scopes_supported ?? null,
    claims: metadata.claims_supported ?? null,
    messages: product?.messages_supported?.map(({ type }) => type) ?? null,
    sites: [...new Set(sites.map(({ origin }) => origin))],
  };
}

function algorithmOf(supported: readonly string[]): 'RS256' | 'ES256' {
  const algorithm = (['RS256', 'ES256'] as const).find((one) => supported.includes(one));
  if (algorithm === undefined) throw refused('it signs with no algorithm of ours');
  return algorithm;
}

/** A key set that does not answer would show only when the first person is launched; a private address is found out here too. */
async function requireKeys({ members }: PlatformOffer, context: ProviderContext): Promise<void> {
  try {
    const keys = await createKeysAt(members.jwks_uri).get(context);
    if (keys.length === 0) throw refused('its key set holds no key that may sign');
  } catch (error) {
    if (!(error instanceof SignInError) || error.code === 'lti_registration_refused') throw error;
    throw refused(`its key set cannot be had: ${error.detail}`);
  }
}

/** http only where we are on http ourselves: a developer's own machine. */
function requireSafe(name: string, { protocol, username, password }: URL, publicUrl: URL): void {
  if (protocol !== 'https:' && protocol !== publicUrl.protocol) throw refused(`${name} is not https`);
  if (username !== '' || password !== '') throw refused(`${name} holds credentials`);
}

export function refused(fault: string): SignInError {
  return new SignInError('lti_registration_refused', fault);
}
