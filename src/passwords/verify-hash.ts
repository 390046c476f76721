/**
 * One computation of each algorithm that a stored hash may be of. All of them run on libuv's threads.
 *
 * What is given here was bounded when it was read (`StoredHash`): nothing throws because of what is stored.
 */
import { createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import type { StoredHash } from './stored-hash.ts';

const pbkdf2Key = promisify(pbkdf2);
const scryptKey = promisify<string, string, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

/** Twice what the bounds allow scrypt itself: Node counts a little more than the algorithm's own memory. */
const SCRYPT_MAXMEM = 256 * 1024 * 1024;

export async function matches(text: string, hash: StoredHash): Promise<boolean> {
  switch (hash.kind) {
    case 'argon2':
      return verifyArgon2(hash.phc, text);
    case 'bcrypt':
      return verifyBcrypt(hash.prehashed ? createHash('sha256').update(text).digest('hex') : text, hash.modularCrypt);
    case 'pbkdf2': {
      const { salt, iterations, digest, key } = hash;
      return timingSafeEqual(await pbkdf2Key(text, salt, iterations, key.length, digest), key);
    }
    case 'scrypt': {
      const { salt, key, N, r, p } = hash;
      return timingSafeEqual(await scryptKey(text, salt, key.length, { N, r, p, maxmem: SCRYPT_MAXMEM }), key);
    }
  }
}
