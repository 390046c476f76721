/**
 * The reference that a page shows and the log holds: with it, support finds what happened to somebody.
 *
 * It is read out over the telephone and copied by hand, so it has few characters and none that looks like another. It is
 * random, says nothing about the person, and protects nothing: never use it to find or to open anything else.
 */
import type { Environment } from '../model.ts';

/** The digits and the capitals without I, L, O and U: 32, so that five bits choose each without a bias. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const LENGTH = 8;

/** A new one, for a request that belongs to nothing else. */
export function newReference(environment: Environment): string {
  return referenceFrom(environment.randomBytes(LENGTH));
}

/** Two groups of four: 40 bits, enough to tell apart the requests of the days that a log is kept. @param bytes 8 or more */
export function referenceFrom(bytes: Uint8Array): string {
  const characters = [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return `${characters.slice(0, 4).join('')}-${characters.slice(4).join('')}`;
}
