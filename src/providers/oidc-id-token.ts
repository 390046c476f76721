/**
 * Reads an ID token: whose signature, for when, for whom.
 *
 * Implements OpenID Connect Core §2, §3.1.3.6 and §3.1.3.7, RFC 7515, RFC 8725, and B-02, B-03, B-05, B-06, B-08, B-09,
 * B-17 and B-35. Nothing in the token's header is used but the name of the algorithm and of the key. Issuer, audience and
 * nonce are compared by the protocol library after this.
 */

import { createHash } from 'node:crypto';
import { errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import { SignInError } from '../errors.ts';
import { memberOf, parseUpstreamJson } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Kept } from './oidc-kept.ts';
import { type KeyHint, selectKey, type VerificationKey } from './oidc-keys.ts';
import type { SigningAlgorithm } from './oidc-metadata.ts';
import type { ProviderContext } from './provider.ts';

/** Seconds by which the clocks may differ. */
const clockTolerance = 60;
/** Bytes. An ID token with a hundred roles has ten thousand. */
const longestToken = 65_536;

/** What the token must agree with. */
export interface IdTokenExpectation {
  readonly clientId: string;
  readonly algorithms: readonly SigningAlgorithm[];
  readonly keys: Kept<readonly VerificationKey[]>;
  readonly accessToken: string;
}

/**
 * The claims of a token that the provider signed, for now and for this client.
 * @throws SignInError provider_answer_invalid; provider_unreachable or provider_timeout when its key cannot be had
 */
export async function readIdToken(
  idToken: Json | undefined,
  expectation: IdTokenExpectation,
  context: ProviderContext,
): Promise<JsonObject> {
  if (typeof idToken !== 'string') throw invalid('is missing');
  // B-35: before anything is decoded.
  if (idToken.length > longestToken) throw invalid('is too long');
  const [header = '', payload = '', signature = '', ...more] = idToken.split('.');
  // Five parts are an encrypted token: nothing was agreed on that could decrypt it.
  if (signature === '' || more.length > 0) throw invalid('does not have the three parts of a signed one');
  const hint = readHeader(decodePart(header), expectation.algorithms);
  // Parsed here too, strictly: of two members with one name the libraries take the last (K-07).
  const claims = decodePart(payload);
  await verify(idToken, hint, expectation.keys, context);
  checkIssuedAt(claims, context);
  checkAuthorizedParty(claims, expectation.clientId);
  checkAccessTokenHash(claims, hint.alg, expectation.accessToken);
  return claims;
}

function decodePart(part: string): JsonObject {
  // Decoding leniently would let one token be written in many ways.
  if (!/^[A-Za-z0-9_-]+$/.test(part)) throw invalid('is not base64url');
  const bytes = Buffer.from(part, 'base64url');
  try {
    return parseUpstreamJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SignInError) throw invalid('holds JSON that cannot be relied on');
    throw invalid('is not UTF-8');
  }
}

function readHeader(header: JsonObject, algorithms: readonly SigningAlgorithm[]): KeyHint {
  const alg = algorithms.find((name) => name === memberOf(header, 'alg'));
  // B-02, B-03: the list is the provider's as far as it is ours. The token does not choose.
  if (alg === undefined) throw invalid('is signed with an algorithm that the provider does not announce or we refuse');
  // RFC 7515 §4.1.11: an extension that must be understood is not. `crit: []` is no valid header either (B-05).
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) throw invalid('demands an extension');
  const kid = memberOf(header, 'kid');
  if (kid !== undefined && typeof kid !== 'string') throw invalid('names its key by something that is no text');
  return { alg, kid };
}

/** A key that is not known may be new: then the set is asked for once more, but not for every token (R-31). */
async function verify(
  idToken: string,
  hint: KeyHint,
  keys: IdTokenExpectation['keys'],
  context: ProviderContext,
): Promise<void> {
  const known = selectKey(await keys.get(context), hint);
  const fault = known === null ? unpublished() : await faultOf(idToken, known, hint, context);
  if (fault === null) return;
  // Under a name, a key that does not verify is the verdict. Without one it may have been replaced unseen.
  if (known !== null && hint.kid !== undefined) throw fault;
  const renewed = selectKey(await keys.renew(context), hint);
  const last = renewed === null ? unpublished() : await faultOf(idToken, renewed, hint, context);
  if (last !== null) throw last;
}

const unpublished = () => invalid('is signed with a key that the provider does not publish');

/** Signature, `exp` and `nbf`, by our clock. */
async function faultOf(
  idToken: string,
  key: VerificationKey,
  { alg }: KeyHint,
  context: ProviderContext,
): Promise<SignInError | null> {
  const options: JWTVerifyOptions = {
    algorithms: [alg],
    clockTolerance,
    currentDate: new Date(context.now()),
    requiredClaims: ['exp', 'iat'],
  };
  try {
    await jwtVerify(idToken, key.jwk, options);
    return null;
  } catch (error) {
    // Everything that goes in is the provider's, so whatever goes wrong is too: also a key that cannot be imported.
    const code = error instanceof errors.JOSEError ? error.code : 'unusable key';
    const claim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
    return invalid(`does not verify: ${code}${claim ? ` (${error.claim})` : ''}`);
  }
}

/** A token from the future is somebody's who sets the clock. How old one may be is for `exp` to say. */
function checkIssuedAt(claims: JsonObject, context: ProviderContext): void {
  const issuedAt = memberOf(claims, 'iat');
  if (typeof issuedAt !== 'number' || issuedAt * 1000 > context.now() + clockTolerance * 1000) {
    throw invalid('was issued in the future');
  }
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
