/**
 * Writes ID tokens (OpenID Connect Core §2): true ones, and on order every forgery that a client must refuse.
 *
 * Members are kept as raw JSON text until the end, so that one can be there twice or hold what no object can.
 */

import { createHash, createHmac } from 'node:crypto';
import type { Json } from '../../src/model.ts';
import { algorithmOf, exponentOneSignature, type PracticeKey, publicJwk, signatureOf } from './keys.ts';
import type { IdTokenMisbehaviour, Signer } from './misbehaviour.ts';
import { type Code, tokenLifetime, type World } from './world.ts';

/** Names with raw JSON text, in order; a name may be there twice. */
type Members = readonly (readonly [name: string, json: string])[];

export function writeIdToken(code: Code, accessToken: string, how: IdTokenMisbehaviour | null, world: World): string {
  if (how?.kind === 'id-token') return how.text;
  const key = world.keys.current;
  const header = membersOf({ alg: algorithmOf(key), kid: key.kid, typ: 'JWT' });
  const payload = writeMembers(membersOf(claimsFor(code, accessToken, world)));
  switch (how?.kind) {
    case 'id-token-claim':
      return signed(header, changed(membersOf(claimsFor(code, accessToken, world)), how.name, how.json), key);
    case 'id-token-claim-twice':
      return signed(
        header,
        writeMembers([...membersOf(claimsFor(code, accessToken, world)), [how.name, how.json]]),
        key,
      );
    case 'id-token-payload':
      return signed(header, how.json, key);
    case 'id-token-header':
      return signText(changed(header, how.name, how.json), payload, (text) => signatureOf(text, key));
    case 'id-token-signed-by':
      return forge(how.signer, payload, code, world);
    case undefined:
      return signed(header, payload, key);
  }
}

function claimsFor({ client, person, nonce }: Code, accessToken: string, world: World): { [name: string]: Json } {
  const now = Math.floor(world.environment.now() / 1000);
  const hash = createHash('sha256').update(accessToken).digest();
  return {
    iss: world.issuer,
    aud: client.clientId,
    ...world.flavour.idTokenClaims(person.claims, client.clientId),
    iat: now,
    exp: now + tokenLifetime / 1000,
    auth_time: now,
    at_hash: hash.subarray(0, hash.length / 2).toString('base64url'),
    ...(nonce !== null && world.flavour.nonce === 'returned' ? { nonce } : {}),
  };
}

function forge(signer: Signer, payload: string, { client }: Code, { keys }: World): string {
  const key = keys.current;
  const pem = key.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = publicJwk(key);
  const attacker = keys.pool.rsa(1_000);
  const hmac = (secret: string) => (text: string) => createHmac('sha256', secret).update(text).digest('base64url');
  const write = (header: { readonly [name: string]: Json }, sign: (text: string) => string) =>
    signText(writeMembers(membersOf(header)), payload, sign);
  const nobody = () => '';
  switch (signer) {
    case 'alg-none':
      return write({ alg: 'none' }, nobody);
    case 'alg-None':
      return write({ alg: 'None' }, nobody);
    case 'alg-nOnE':
      return write({ alg: 'nOnE' }, nobody);
    case 'alg-none-with-signature':
      return write({ alg: 'none', kid: key.kid }, (text) => signatureOf(text, key));
    case 'nobody':
      return write({ alg: 'RS256', kid: key.kid }, nobody);
    case 'another-token':
      return write({ alg: 'RS256', kid: key.kid }, () => signatureOf('another token', key));
    case 'hmac-of-public-pem':
      return write({ alg: 'HS256', kid: key.kid }, hmac(pem));
    case 'hmac-of-jwk':
      return write({ alg: 'HS256', kid: key.kid }, hmac(JSON.stringify(jwk)));
    case 'hmac-of-client-secret':
      return write({ alg: 'HS256' }, hmac(client.kind === 'confidential' ? client.clientSecret : ''));
    case 'attacker-in-jwk':
      return write({ alg: 'RS256', jwk: publicJwk(attacker) }, (text) => signatureOf(text, attacker));
    case 'attacker-in-jku':
      return write({ alg: 'RS256', kid: attacker.kid, jku: 'https://evil.test/jwks' }, (text) =>
        signatureOf(text, attacker),
      );
    case 'unpublished-key':
      return write({ alg: 'RS256', kid: attacker.kid }, (text) => signatureOf(text, attacker));
    case 'weak-rsa':
      return write({ alg: 'RS256', kid: 'corta' }, (text) => signatureOf(text, keys.pool.weakRsa()));
    case 'exponent-one':
      return write({ alg: 'RS256', kid: 'uno' }, (text) => exponentOneSignature(text, 256));
    case 'elliptic':
      return write({ alg: 'ES256', kid: 'eliptica' }, (text) => signatureOf(text, keys.pool.elliptic()));
  }
}

const membersOf = (object: { readonly [name: string]: Json }): Members =>
  Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)] as const);

const writeMembers = (members: Members): string =>
  `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;

function changed(members: Members, name: string, json: string | null): string {
  const others = members.filter(([other]) => other !== name);
  return writeMembers(json === null ? others : [...others, [name, json]]);
}

function signed(header: Members, payload: string, key: PracticeKey): string {
  return signText(writeMembers(header), payload, (text) => signatureOf(text, key));
}

function signText(header: string, payload: string, sign: (text: string) => string): string {
  const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${text}.${sign(text)}`;
}
