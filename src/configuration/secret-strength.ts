/**
 * Whether a secret that an operator chose is one that nobody else knows.
 *
 * Catches what people really leave behind: samples copied from documentation, placeholders, one word repeated until it
 * is long enough (N-04). It cannot measure randomness and does not try to. Must never: put the secret in its answer.
 */

/** Placeholders as they stand in sample files; compared after everything but letters was taken out. */
const samples = [
  'changeme',
  'changethis',
  'replaceme',
  'insecure',
  'password',
  'secret',
  'supersecret',
  'mysecret',
  'yoursecret',
  'yoursecrethere',
  'clientsecret',
  'example',
  'sample',
  'placeholder',
  'default',
  'llavero',
  'qwerty',
];

/** Long enough to hide any sample, short enough that no random secret repeats itself like this. */
const REPEATED = /^(.{1,20}?)\1+$/s;

/**
 * The fault of a secret in words, or null.
 *
 * `minimumBytes` counts what the text can hold: hexadecimal digits count for half a byte each, anything else for its
 * length in UTF-8.
 */
export function secretFault(secret: string, minimumBytes: number): string | null {
  if (secret !== secret.trim()) return 'begins or ends with white space';
  if (/\p{Cc}/u.test(secret)) return 'holds control characters';
  if (isSample(secret))
    return 'is a well-known sample: make one of your own, for example with `openssl rand -base64 32`';
  if (bytesOf(secret) < minimumBytes) {
    return `is too short: at least ${minimumBytes} bytes, for example from \`openssl rand -base64 32\``;
  }
  return null;
}

function isSample(secret: string): boolean {
  // "changeme-changeme" and "ChangeMe123" are the same sample.
  const letters = secret.toLowerCase().replace(/[^a-z]/g, '');
  const unit = REPEATED.exec(letters)?.[1] ?? letters;
  return samples.includes(unit) || samples.includes(letters) || REPEATED.test(secret) || letters.includes('changeme');
}

function bytesOf(secret: string): number {
  return /^[0-9a-f]+$/i.test(secret) ? Math.floor(secret.length / 2) : Buffer.byteLength(secret, 'utf8');
}
