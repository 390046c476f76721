/**
 * Random text for what nobody may guess.
 */
import type { Environment } from '../model.ts';

/** 256 random bits: RFC 7636 §4.1 asks a verifier for at least 43 characters. */
export function randomText(environment: Environment): string {
  return Buffer.from(environment.randomBytes(32)).toString('base64url');
}
