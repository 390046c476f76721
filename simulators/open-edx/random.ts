/**
 * Keys, tokens and names by chance.
 */

import type { Environment } from '../../src/model.ts';

/** Letters and digits by chance, with a serial number in them that keeps values apart even where a test holds chance still. */
export class Random {
  readonly #environment: Environment;
  #serial = 0;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  text(length: number): string {
    this.#serial += 1;
    const serial = this.#serial.toString(36).padStart(5, '0');
    return serial + this.letters(length - serial.length);
  }

  /** Without the serial number. */
  letters(length: number): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
    return [...this.#environment.randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
  }

  key(): Uint8Array {
    return this.#environment.randomBytes(32);
  }
}
