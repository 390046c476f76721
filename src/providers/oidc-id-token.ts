/**
 * Reads an ID token: whose signature, for when, for whom.
 *
 * Implements OpenID Connect Core §2, §3.1.3.6 and §3.1.3.7, and B-08 and B-17. Issuer, audience and nonce are compared by the
 * protocol library after this.
 */

import { createHash } from 'node:crypto';
import { SignInError } from '../errors.ts';
import { memberOf } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import type { SigningAlgorithm } from './oidc-metadata.ts';
import type { ProviderContext } from './provider.ts';
import { readSignedToken, type Signers } from './signed-token.ts';

/** What the token must agree with. */
export interface IdTokenExpectation extends Omit<Signers, 'keyName'> {
  readonly clientId: string;
  readonly accessToken: string;
}

/**
 * The claims of a token that the provider signed, for now and for this client.
 * @throws SignInError provider_answer_invalid; provider_unreachable or provider_timeout when its key cannot be had
 */
export async function readIdToken(
  idToken: Json | undefined,
  { clientId, accessToken, algorithms, keys }: IdTokenExpectation,
  context: ProviderContext,
): Promise<JsonObject> {
  const { claims, alg } = await readSignedToken(idToken, { algorithms, keys, keyName: 'may be left out' }, context);
  checkAuthorizedParty(claims, clientId);
  checkAccessTokenHash(claims, alg, accessToken);
  return claims;
}

/** Core §3.1.3.7 rule 5. The library asks for it only beside several audiences; where it is sent, it must be ours (B-08). */
function checkAuthorizedParty(claims: JsonObject, clientId: string): void {
  const party = memberOf(claims, 'azp');
  if (party !== undefined && party !== clientId) throw invalid('is for another authorized party');
}

/** Core §3.1.3.6: the left half of the hash that belongs to the signature. Optional in this flow (B-17). */
function checkAccessTokenHash(claims: JsonObject, alg: SigningAlgorithm, accessToken: string): void {
  const sent = memberOf(claims, 'at_hash');
  if (sent === undefined) return;
  // Ed25519 hashes with SHA-512; the others of the list carry 256 in their names.
  const hash = createHash(alg === 'EdDSA' ? 'sha512' : 'sha256')
    .update(accessToken)
    .digest();
  if (sent !== hash.subarray(0, hash.length / 2).toString('base64url')) {
    throw invalid('belongs to another access token');
  }
}

function invalid(fault: string): SignInError {
  return new SignInError('provider_answer_invalid', `The ID token ${fault}`);
}
