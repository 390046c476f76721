/**
 * Reads a JSON Web Token that somebody else signed: whose signature, and for when.
 *
 * Implements RFC 7515, RFC 8725, and B-02, B-03, B-05, B-06, B-09 and B-35. Nothing in the token's header is used but the name of the
 * algorithm and of the key: `jku`, `jwk` and `x5u` would let the token say who it may be signed by. For whom it is, is for the caller
 * to check.
 */

import { errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import { SignInError } from '../errors.ts';
import { memberOf, parseUpstreamJson } from '../json.ts';
import type { Json, JsonObject } from '../model.ts';
import type { Kept } from './oidc-kept.ts';
import { type KeyHint, selectKey, type VerificationKey } from './oidc-keys.ts';
import type { SigningAlgorithm } from './oidc-metadata.ts';
import type { ProviderContext } from './provider.ts';

/** Seconds by which the clocks may differ. */
export const clockTolerance = 60;
/** Bytes. An ID token with a hundred roles has ten thousand. */
const longestToken = 65_536;

/** Who may have signed. */
export interface Signers {
  readonly algorithms: readonly SigningAlgorithm[];
  readonly keys: Kept<readonly VerificationKey[]>;
  /** OpenID Connect Core §10.1 lets a signer with one key leave its name out; LTI does not (lti.md §3.5). */
  readonly keyName: 'needed' | 'may be left out';
}

/** Signed by whom it should be, and over, or from the future: a clock is wrong, or it was kept too long. */
export class UntimelyToken extends SignInError {}

export interface SignedToken {
  readonly claims: JsonObject;
  readonly alg: SigningAlgorithm;
}

/**
 * A token that one of the keys signed, neither over nor from the future.
 * @throws SignInError provider_answer_invalid, as UntimelyToken where the time is all that is wrong; provider_unreachable or provider_timeout when its key cannot be had
 */
export async function readSignedToken(
  token: Json | undefined,
  { algorithms, keys, keyName }: Signers,
  context: ProviderContext,
): Promise<SignedToken> {
  if (typeof token !== 'string') throw invalid('is missing');
  // B-35: before anything is decoded.
  if (token.length > longestToken) throw invalid('is too long');
  const [header = '', payload = '', signature = '', ...more] = token.split('.');
  // Five parts are an encrypted token: nothing was agreed on that could decrypt it.
  if (signature === '' || more.length > 0) throw invalid('does not have the three parts of a signed one');
  const hint = readHeader(decodePart(header), algorithms);
  if (hint.kid === undefined && keyName === 'needed') throw invalid('does not name its key');
  // Parsed here too, strictly: of two members with one name the libraries take the last (K-07).
  const claims = decodePart(payload);
  await verify(token, hint, keys, context);
  checkIssuedAt(claims, context);
  return { claims, alg: hint.alg };
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
async function verify(token: string, hint: KeyHint, keys: Signers['keys'], context: ProviderContext): Promise<void> {
  const known = selectKey(await keys.get(context), hint);
  const fault = known === null ? unpublished() : await faultOf(token, known, hint, context);
  if (fault === null) return;
  // Under a name, a key that does not verify is the verdict. Without one it may have been replaced unseen.
  if (known !== null && hint.kid !== undefined) throw fault;
  const renewed = selectKey(await keys.renew(context), hint);
  const last = renewed === null ? unpublished() : await faultOf(token, renewed, hint, context);
  if (last !== null) throw last;
}

const unpublished = () => invalid('is signed with a key that the provider does not publish');

/** Signature, `exp` and `nbf`, by our clock. */
async function faultOf(
  token: string,
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
    await jwtVerify(token, key.jwk, options);
    return null;
  } catch (error) {
    // Everything that goes in is the provider's, so whatever goes wrong is too: also a key that cannot be imported.
    const code = error instanceof errors.JOSEError ? error.code : 'unusable key';
    const claim = error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
    const fault = `does not verify: ${code}${claim ? ` (${error.claim})` : ''}`;
    const isTime =
      error instanceof errors.JWTExpired || (claim && error.claim === 'nbf' && error.reason === 'check_failed');
    return isTime ? untimely(fault) : invalid(fault);
  }
}

/** A token from the future is somebody's who sets the clock. How old one may be is for `exp` to say. */
function checkIssuedAt(claims: JsonObject, context: ProviderContext): void {
  const issuedAt = memberOf(claims, 'iat');
  if (typeof issuedAt !== 'number') throw invalid('does not say when it was issued');
  if (issuedAt * 1000 > context.now() + clockTolerance * 1000) throw untimely('was issued in the future');
}

function invalid(fault: string): SignInError {
  return new SignInError('provider_answer_invalid', `The ID token ${fault}`);
}

function untimely(fault: string): UntimelyToken {
  return new UntimelyToken('provider_answer_invalid', `The ID token ${fault}`);
}
