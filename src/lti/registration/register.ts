/**
 * Asking a platform to take us on, and reading what it answers (lti.md §3.13 steps 4 and 5).
 *
 * An answer that says other addresses than ours would send launches to somebody else: it is refused. What it gives besides, such as a
 * token to change the registration, is not kept.
 */
import { z } from 'zod';
import { SignInError } from '../../errors.ts';
import type { JsonObject } from '../../model.ts';
import type { ProviderContext } from '../../providers/provider.ts';
import { bearer, callPlatform, objectIn, type PlatformOffer, refused } from './platform-offer.ts';
import { TOOL_CONFIGURATION, type ToolAddresses } from './tool.ts';

export interface Registered {
  readonly clientId: string;
  /** Null: the platform makes deployments one by one, and its people have to tell. */
  readonly deploymentId: string | null;
  /** What it lets us ask its services for. */
  readonly scopes: readonly string[];
}

const opaque = z.string().regex(/^[!-~]{1,255}$/);

const answerSchema = z.object({
  client_id: opaque,
  initiate_login_uri: z.string().nullish(),
  jwks_uri: z.string().nullish(),
  redirect_uris: z.array(z.string()).nullish(),
  token_endpoint_auth_method: z.string().nullish(),
  scope: z.string().max(4000).nullish(),
  [TOOL_CONFIGURATION]: z.object({ deployment_id: z.union([opaque, z.int().transform(String)]).nullish() }).nullish(),
});

/** @throws SignInError lti_registration_failed, lti_registration_refused */
export async function registerAt(
  { registrationEndpoint }: PlatformOffer,
  asked: JsonObject & ToolAddresses,
  token: string | null,
  context: ProviderContext,
): Promise<Registered> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...bearer(token) };
  const body = JSON.stringify(asked);
  const answer = await callPlatform({ method: 'POST', url: registrationEndpoint, headers, body }, context);
  if (answer.status !== 200 && answer.status !== 201) {
    throw new SignInError('lti_registration_failed', `the registration was answered with ${answer.status}`);
  }
  return readRegistered(objectIn(answer.body), asked);
}

function readRegistered(answer: JsonObject, asked: ToolAddresses): Registered {
  const read = answerSchema.safeParse(answer);
  if (!read.success) {
    throw refused(`the answer has wrong: ${read.error.issues.map(({ path }) => path.at(-1)).join(', ')}`);
  }
  const { client_id, initiate_login_uri, jwks_uri, redirect_uris, token_endpoint_auth_method, scope } = read.data;
  const differing = [
    (initiate_login_uri ?? asked.initiate_login_uri) === asked.initiate_login_uri ? null : 'initiate_login_uri',
    (jwks_uri ?? asked.jwks_uri) === asked.jwks_uri ? null : 'jwks_uri',
    sameTexts(redirect_uris ?? asked.redirect_uris, asked.redirect_uris) ? null : 'redirect_uris',
    (token_endpoint_auth_method ?? 'private_key_jwt') === 'private_key_jwt' ? null : 'token_endpoint_auth_method',
  ].filter((name) => name !== null);
  if (differing.length > 0) throw refused(`the answer has other than asked for: ${differing.join(', ')}`);
  return {
    clientId: client_id,
    deploymentId: read.data[TOOL_CONFIGURATION]?.deployment_id ?? null,
    scopes: (scope ?? '').split(' ').filter((one) => /^[!-~]+$/.test(one)),
  };
}

const sameTexts = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((text) => other.includes(text));
