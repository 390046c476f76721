/**
 * Writes signed tokens (RFC 7515): true ones, and every forgery that whoever reads them must refuse.
 *
 * Members are kept as raw JSON text until the end, so that one can be there twice or hold what no object can.
 */

import { createHmac } from 'node:crypto';
import type { Json } from '../../src/model.ts';
import { exponentOneSignature, type KeyRing, type PracticeKey, publicJwk, signatureOf } from './keys.ts';

/** Names with raw JSON text, in order; a name may be there twice. */
export type Members = readonly (readonly [name: string, json: string])[];

export const signers = [
  'alg-none',
  'alg-None',
  'alg-nOnE',
  'alg-none-with-signature',
  'nobody',
  'another-token',
  'hmac-of-public-pem',
  'hmac-of-jwk',
  'hmac-of-client-secret',
  'attacker-in-jwk',
  'attacker-in-jku',
  'unpublished-key',
  'weak-rsa',
  'exponent-one',
  'elliptic',
] as const;
export type Signer = (typeof signers)[number];

export function forge(signer: Signer, payload: string, keys: KeyRing, clientSecret: string): string {
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
      return write({ alg: 'HS256' }, hmac(clientSecret));
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

export const membersOf = (object: { readonly [name: string]: Json }): Members =>
  Object.entries(object).map(([name, value]) => [name, JSON.stringify(value)] as const);

export const writeMembers = (members: Members): string =>
  `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;

export function changed(members: Members, name: string, json: string | null): string {
  const others = members.filter(([other]) => other !== name);
  return writeMembers(json === null ? others : [...others, [name, json]]);
}

export function signed(header: Members, payload: string, key: PracticeKey): string {
  return signText(writeMembers(header), payload, (text) => signatureOf(text, key));
}

export function signText(header: string, payload: string, sign: (text: string) => string): string {
  const text = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${text}.${sign(text)}`;
}
