/**
 * What the `oidc` backend asks of an ID token, in the order of social-core 4.5.4: signature, audience, issuer, times, at_hash,
 * nonce. From 4.7 on there is one second of leeway; before, none.
 */

import { constants, createHash, createPublicKey, type JsonWebKeyInput, verify } from 'node:crypto';
import { discoverOidc, setting } from './backends.ts';
import { askForJson, type Members, SocialAuthError } from './provider-calls.ts';
import type { ProviderRecord } from './records.ts';
import type { World } from './world.ts';

const keysLifetime = 24 * 3_600_000;

/** @throws SocialAuthError with the sentence that operators find in the log */
export async function checkIdToken(
  token: unknown,
  { accessToken, record }: { readonly accessToken: string; readonly record: ProviderRecord },
  world: World,
): Promise<void> {
  const fault = await judge(token, accessToken, record, world);
  if (fault === null) return;
  world.complain('complete', `ID token: ${fault}`);
  throw new SocialAuthError(`Token error: ${fault}`);
}

async function judge(
  token: unknown,
  accessToken: string,
  record: ProviderRecord,
  world: World,
): Promise<string | null> {
  const parts = typeof token === 'string' ? token.split('.') : [];
  const [header, claims] = [decode(parts[0]), decode(parts[1])];
  if (parts.length !== 3 || header === null || claims === null) return 'Not enough segments';
  const key = await findKey(header, parts, record, world);
  if (key === null) return 'Signature verification failed';

  const found = await discoverOidc(record, world, 'complete');
  const issuer = setting(record, 'ID_TOKEN_ISSUER') ?? found('issuer');
  const now = world.now() / 1_000;
  return (
    judgeTimes(claims, now, world.settings.SOCIAL_CORE === '4.5.4' ? 0 : 1) ??
    // As text: a slash at the end makes another issuer.
    (claims.iss === issuer ? null : 'Invalid issuer') ??
    ([claims.aud].flat().includes(record.key) ? null : 'Invalid audience') ??
    (claims.sub === undefined || typeof claims.sub === 'string' ? null : 'Subject must be a string') ??
    (claims.at_hash === undefined || claims.at_hash === atHash(accessToken, String(key.alg))
      ? null
      : 'Invalid access token') ??
    judgeAge(claims, now, Number(setting(record, 'ID_TOKEN_MAX_AGE') ?? 600)) ??
    judgeNonce(claims.nonce, world)
  );
}

function decode(part: string | undefined): Members | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Members) : null;
  } catch {
    return null;
  }
}

type Key = { readonly [member: string]: unknown };

/** The key with the same `kid`, whose signature it is. An unknown `kid` fetches the keys once more: so rotation works. */
async function findKey(header: Members, parts: string[], record: ProviderRecord, world: World): Promise<Key | null> {
  const allowed = [setting(record, 'JWT_ALGORITHMS') ?? ['RS256']].flat().map(String);
  const { kid } = header;
  let keys = await keySet(record, world, 'kept');
  if (kid !== undefined && !keys.some((key) => key.kid === kid)) keys = await keySet(record, world, 'anew');
  for (const key of keys) {
    if (kid !== undefined && key.kid !== kid) continue;
    const alg = String(key.alg ?? allowed[0]);
    if (alg === header.alg && allowed.includes(alg) && isSigned(parts, key, alg)) return { ...key, alg };
  }
  return null;
}

async function keySet(record: ProviderRecord, world: World, how: 'kept' | 'anew'): Promise<readonly Key[]> {
  const { keys: kept } = world;
  if (how === 'kept' && kept !== null && world.now() < kept.at + keysLifetime) return kept.keys;
  const found = await discoverOidc(record, world, 'complete');
  const { keys } = await askForJson(world, 'complete', String(setting(record, 'JWKS_URI') ?? found('jwks_uri')), {});
  world.keys = { at: world.now(), keys: Array.isArray(keys) ? (keys as Key[]) : [] };
  return world.keys.keys;
}

function isSigned([header, claims, signature = '']: string[], key: Key, alg: string): boolean {
  const [, family, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(alg) ?? [];
  if (family === undefined) return false;
  try {
    const publicKey = createPublicKey({ key, format: 'jwk' } as JsonWebKeyInput);
    const how = {
      key: publicKey,
      dsaEncoding: 'ieee-p1363',
      ...(family === 'PS' ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {}),
    } as const;
    return verify(`sha${bits}`, Buffer.from(`${header}.${claims}`), how, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

function judgeTimes({ exp, nbf, iat }: Members, now: number, leeway: number): string | null {
  if (typeof iat !== 'number') return 'Issued At claim (iat) must be an integer.';
  if (iat > now + leeway) return 'The token is not yet valid (iat)';
  if (typeof nbf === 'number' && nbf > now + leeway) return 'The token is not yet valid (nbf)';
  return typeof exp !== 'number' || exp <= now - leeway ? 'Signature has expired' : null;
}

function judgeAge({ iat }: Members, now: number, maxAge: number): string | null {
  return Math.floor(now) > Number(iat) + maxAge ? 'Incorrect id_token: iat' : null;
}

/** Known to this LMS, and used now. Any browser's will do: the real one asks no more. */
function judgeNonce(nonce: unknown, world: World): string | null {
  if (typeof nonce !== 'string' || world.nonces.get(nonce) === null) return 'Incorrect id_token: nonce';
  world.nonces.delete(nonce);
  return null;
}

/** OpenID Connect Core §3.1.3.6 */
function atHash(accessToken: string, alg: string): string {
  const digest = createHash(`sha${alg.slice(2)}`)
    .update(accessToken)
    .digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
