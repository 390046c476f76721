/**
 * The keys of the stand-in: the one that signs, those that it published before, and some that no client may accept.
 *
 * Made by the cryptography of Node, which takes no randomness from outside; they live as long as the process.
 */

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Json, JsonObject } from '../../src/model.ts';

export interface PracticeKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Makes each key once: an RSA key takes a tenth of a second, and a test suite makes a hundred stand-ins. */
export interface KeyPool {
  /** RSA of 2048 bits; the same for the same number. */
  rsa(number: number): PracticeKey;
  weakRsa(): PracticeKey;
  elliptic(): PracticeKey;
}

export function createKeyPool(): KeyPool {
  const made = new Map<string, PracticeKey>();
  const once = (kid: string, make: () => { publicKey: KeyObject; privateKey: KeyObject }): PracticeKey => {
    const key = made.get(kid) ?? { kid, ...make() };
    made.set(kid, key);
    return key;
  };
  return {
    rsa: (number) => once(`practica-${number}`, () => generateKeyPairSync('rsa', { modulusLength: 2048 })),
    weakRsa: () => once('corta', () => generateKeyPairSync('rsa', { modulusLength: 1024 })),
    elliptic: () => once('eliptica', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  };
}

/** Which key signs, and what is published. */
export class KeyRing {
  readonly pool: KeyPool;
  #number = 0;
  #published: PracticeKey[];

  constructor(pool: KeyPool) {
    this.pool = pool;
    this.#published = [pool.rsa(0)];
  }

  get current(): PracticeKey {
    return this.pool.rsa(this.#number);
  }

  get published(): readonly PracticeKey[] {
    return this.#published;
  }

  /** Signs with a new key from now on. `withdraw` takes the older ones out of the published set. */
  rotate(withdraw: boolean): void {
    this.#number += 1;
    this.#published = withdraw ? [this.current] : [this.current, ...this.#published];
  }
}

export function publicJwk(key: PracticeKey): JsonObject {
  return { ...toJson(key.publicKey.export({ format: 'jwk' })), kid: key.kid, use: 'sig', alg: algorithmOf(key) };
}

export function privateJwk(key: PracticeKey): JsonObject {
  return { ...publicJwk(key), ...toJson(key.privateKey.export({ format: 'jwk' })) };
}

const toJson = (jwk: object): JsonObject => Object.fromEntries(Object.entries(jwk) as [string, Json][]);

export function algorithmOf(key: PracticeKey): 'RS256' | 'ES256' {
  return key.publicKey.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
}

/** A JWS signature in base64url (RFC 7518 §3.3, §3.4). */
export function signatureOf(text: string, key: PracticeKey): string {
  return sign('sha256', Buffer.from(text), { key: key.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
}

/**
 * What verifies under a key of this modulus with an exponent of 1: the padded hash itself (RFC 8017 §9.2). Anybody can
 * write it.
 */
export function exponentOneSignature(text: string, modulusBytes: number): string {
  const algorithm = Buffer.from('3031300d060960864801650304020105000420', 'hex');
  const hash = Buffer.concat([algorithm, createHash('sha256').update(text).digest()]);
  const padding = Buffer.alloc(modulusBytes - hash.length - 3, 0xff);
  return Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), hash]).toString('base64url');
}
