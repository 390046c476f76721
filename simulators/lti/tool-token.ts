/**
 * Reads what a tool signed (RFC 7515, RFC 7519): its assertion for a service token, its answer to a deep linking request.
 *
 * Shares no line with the program under test: a signature is checked by the cryptography of Node with the key that the tool
 * publishes now.
 */

import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { JsonObject } from '../../src/model.ts';
import type { Tool13 } from './tool.ts';
import type { World } from './world.ts';

/** Seconds that clocks may differ. */
const leeway = 60;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readPart(part: string): JsonObject | null {
  if (!/^[A-Za-z0-9_-]+$/.test(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** What the token says before anybody has checked it: only to find whose it may be. */
export function unverifiedClaims(token: string): JsonObject | null {
  return readPart(token.split('.')[1] ?? '');
}

/** The claims, or in words what is wrong. @param audience one of which must be the token's */
export async function readToolToken(
  token: string,
  tool: Tool13,
  audience: readonly string[],
  world: World,
): Promise<JsonObject | string> {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  const header = readPart(head);
  const claims = readPart(body);
  if (parts.length !== 3 || header === null || claims === null) return 'the token is not a JWS of three parts';
  // Also what is public can be a secret to HMAC: only the one algorithm is known here.
  if (header.alg !== 'RS256') return 'the token is not signed by RS256';
  if (typeof header.kid !== 'string' || header.kid === '') return 'the token does not say with which key it is signed';
  if ('crit' in header) return 'the token has a critical header that is not known here';
  const key = await keyOf(tool, header.kid, world);
  if (typeof key === 'string') return key;
  if (!verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))) {
    return 'the signature of the token is wrong';
  }
  return judgeClaims(claims, tool, audience, world) ?? claims;
}

async function keyOf(tool: Tool13, kid: string, world: World): Promise<KeyObject | string> {
  const set: unknown = await world
    .fetch(tool.keySetAddress)
    .then((answer) => answer.json())
    .catch(() => null);
  const keys = isObject(set) && Array.isArray(set.keys) ? (set.keys as readonly unknown[]) : null;
  if (keys === null) return 'the key set of the tool cannot be read';
  const found = keys
    .filter(isObject)
    .filter((key) => key.kid === kid && key.kty === 'RSA' && (key.use ?? 'sig') === 'sig');
  const [jwk] = found;
  if (jwk === undefined || found.length > 1)
    return 'no key, or more than one, of that name is in the key set of the tool';
  if ('d' in jwk) return 'the key set of the tool shows a private key';
  try {
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048 ? 'the key is shorter than 2048 bits' : key;
  } catch {
    return 'the key of the tool cannot be read';
  }
}

function judgeClaims(claims: JsonObject, tool: Tool13, audience: readonly string[], world: World): string | null {
  const { iss, aud, exp, iat } = claims;
  if (iss !== tool.clientId) return 'iss is not the client id';
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (!audiences.some((each) => audience.includes(String(each)))) return 'aud is not the one that is expected here';
  if (typeof exp !== 'number' || exp < world.seconds - leeway)
    return 'the token has expired, or does not say when it does';
  if (typeof iat !== 'number' || iat > world.seconds + leeway)
    return 'the token is of the future, or does not say of when it is';
  return exp - iat > 3600 ? 'the token lives for more than an hour' : null;
}
