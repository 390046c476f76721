/**
 * A browser that signed in to an account with its password before: it guesses in a bucket of its own, so that strangers who
 * use up the attempts at an account do not keep its owner out (G-10).
 *
 * Signs nobody in and says nothing about anybody: without the password it is worth ten guesses.
 */
import { equalSecrets, randomToken, type Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';

/** What the browser keeps from now on. */
export function knownDevice(vault: Vault, userId: string, environment: Environment): string {
  const id = randomToken(environment, 16);
  return `${id}.${vault.derive('known device', userId, id)}`;
}

/** The device's id, when it is one that this account was signed in to on; null otherwise. */
export function readKnownDevice(vault: Vault, userId: string, shown: string | null): string | null {
  const [id = '', proof = '', ...more] = shown?.split('.') ?? [];
  if (more.length > 0 || !equalSecrets(proof, vault.derive('known device', userId, id))) return null;
  return id;
}
