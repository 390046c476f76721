/**
 * Everything made from the deployment's one secret: sealing, blind indexes, hashes of tokens, derived secrets.
 *
 * A sealed value is bound to its table, column and row, so that a ciphertext moved elsewhere does not open. Tokens that
 * open something are stored only as keyed hashes: a stolen database signs nobody in (security case H-08).
 * Must never: log, return or compare a secret in the clear.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { Environment } from './model.ts';

/** Where a sealed value lives. Part of what is authenticated. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

export interface Sealer {
  seal(place: Place, plaintext: string): string;
  /** @throws SealBroken when the value was changed, moved, or sealed under another secret. */
  open(place: Place, sealed: string): string;
}

export interface Vault extends Sealer {
  /** For looking a value up without storing it: equal values of one kind have equal indexes, and nothing else is learnt. */
  blindIndex(kind: string, value: string): string;
  /** The stored form of a random token. */
  tokenHash(kind: string, token: string): string;
  /** A secret that can be made again from the same parts, and only with the deployment's secret. 256 bits. */
  derive(purpose: string, ...parts: readonly string[]): string;
  /** Compared at start-up with the stored one: tells a wrong secret before anything is served (N-03). */
  readonly checkValue: string;
}

export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

const FORMAT = '1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `secret` is the deployment's secret, at least 32 bytes long (checked where it is read). */
export function createVault(secret: string, environment: Environment): Vault {
  // Key objects, not bytes: Node looks at every raw key anew, at six times the price of the hash itself.
  const subkey = (purpose: string) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `llavero/${purpose}`, 32)));
  const sealKey = subkey('seal');
  const indexKey = subkey('blind-index');
  const hashKey = subkey('token-hash');
  const deriveKey = subkey('derive');
  const mac = (key: KeyObject, parts: readonly string[]) =>
    // JSON keeps the parts apart: ("ab","c") and ("a","bc") must not meet.
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');

  return {
    seal(place, plaintext) {
      const nonce = environment.randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, nonce);
      cipher.setAAD(additionalData(place));
      const sealed = Buffer.concat([nonce, cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${FORMAT}.${sealed.toString('base64url')}`;
    },
    open(place, sealed) {
      if (!sealed.startsWith(`${FORMAT}.`)) throw new SealBroken(`unknown format in ${place.table}.${place.column}`);
      const bytes = Buffer.from(sealed.slice(FORMAT.length + 1), 'base64url');
      try {
        // Inside as well: of a value that was cut short there is no nonce to begin with.
        const decipher = createDecipheriv('aes-256-gcm', sealKey, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAAD(additionalData(place));
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SealBroken(`a value of ${place.table}.${place.column} does not open with this secret`);
      }
    },
    blindIndex: (kind, value) => mac(indexKey, [kind, value]),
    tokenHash: (kind, token) => mac(hashKey, [kind, token]),
    derive: (purpose, ...parts) => mac(deriveKey, [purpose, ...parts]),
    checkValue: mac(subkey('check'), ['check']),
  };
}

function additionalData(place: Place): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.column, place.row]));
}

/** A fresh random value for a URL or a cookie: `bytes` × 8 bits, base64url. */
export function randomToken(environment: Environment, bytes: number): string {
  return Buffer.from(environment.randomBytes(bytes)).toString('base64url');
}

/** A fresh name for something that people read, copy and type: 128 bits, and nothing that a command line takes for an option. */
export function randomName(environment: Pick<Environment, 'randomBytes'>): string {
  return Buffer.from(environment.randomBytes(16)).toString('hex');
}

/** Whether two secrets are equal, in a time that does not depend on where they differ (N-10). */
export function equalSecrets(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** RFC 7636 §4.2: the S256 challenge of a verifier. */
export function codeChallenge(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url');
}
