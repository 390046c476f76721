/**
 * Stored password hashes, read strictly: ours, and those that Django and others wrote.
 *
 * G-17. An imported string decides how much a sign-in costs, so every cost in it is bounded: above the bounds it is as
 * good as none. Must never: throw, or hand on what the algorithm behind it would choke on.
 */

/** What new passwords are hashed with: OWASP's argon2id, 19 MiB (G-01). Changing it makes every stored hash outdated. */
export const ARGON2_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const;
export const SALT_BYTES = 16;

/**
 * What one verification may cost, at most about a second of one core and 128 MiB. Each leaves room above what Django has
 * ever chosen: 1,500,000 iterations, 100 MiB of argon2, bcrypt's 12, scrypt's 16 MiB five times.
 */
const bounds = {
  pbkdf2Iterations: 3_000_000,
  argon2Kibibytes: 128 * 1024,
  /** Kibibytes times passes. */
  argon2Work: 1024 * 1024,
  argon2Lanes: 16,
  scryptBytes: 128 * 1024 * 1024,
  /** N times r times p. */
  scryptWork: 2 ** 21,
  bcryptCost: 14,
};

export type StoredHash =
  /** `outdated`: verified as it is, but to be hashed anew. */
  | { readonly kind: 'argon2'; readonly phc: string; readonly outdated: boolean }
  | ({ readonly kind: 'pbkdf2'; readonly digest: 'sha1' | 'sha256'; readonly iterations: number } & Derived)
  | ({ readonly kind: 'scrypt'; readonly N: number; readonly r: number; readonly p: number } & Derived)
  /** `prehashed`: of the password's SHA-256 in hexadecimal, as Django does against bcrypt's 72 bytes. */
  | { readonly kind: 'bcrypt'; readonly modularCrypt: string; readonly prehashed: boolean };

interface Derived {
  readonly salt: string;
  readonly key: Buffer;
}

export type UnusableReason =
  /** There is none: empty, or Django's mark for it, an exclamation mark. */
  'no_password' | 'unknown_algorithm' | 'malformed' | 'too_costly';

export type UnusableHash = { readonly kind: 'unusable'; readonly reason: UnusableReason };

/** For an import: whether somebody can sign in with what stood there, and if not, why. */
export function judgeStoredHash(text: string): { readonly kind: 'usable'; readonly outdated: boolean } | UnusableHash {
  const hash = parseStoredHash(text);
  return hash.kind === 'unusable' ? hash : { kind: 'usable', outdated: isOutdated(hash) };
}

/** Whether the password must be hashed anew when it is next known: only our own form with today's parameters may stay. */
export function isOutdated(hash: StoredHash): boolean {
  return hash.kind !== 'argon2' || hash.outdated;
}

const LONGEST_STORED = 512;

export function parseStoredHash(text: string): StoredHash | UnusableHash {
  if (text === '' || text.startsWith('!')) return unusable('no_password');
  if (text.length > LONGEST_STORED) return unusable('malformed');
  const format = formats.find(({ begins }) => begins.test(text));
  return format === undefined ? unusable('unknown_algorithm') : format.read(text);
}

const unusable = (reason: UnusableReason): UnusableHash => ({ kind: 'unusable', reason });

/** What each looks like, whole, is with its reader. */
const formats: readonly { readonly begins: RegExp; readonly read: (text: string) => StoredHash | UnusableHash }[] = [
  { begins: /^(?:argon2)?\$argon2id?\$/, read: readArgon2 },
  { begins: /^pbkdf2_sha(?:1|256)\$/, read: readPbkdf2 },
  { begins: /^scrypt\$/, read: readScrypt },
  { begins: /^(?:bcrypt(?:_sha256)?\$)?\$2[aby]\$/, read: readBcrypt },
];

/** `$argon2id$v=19$m=…,t=…,p=…$salt$key` (the PHC string format), which Django writes `argon2` before. */
function readArgon2(text: string): StoredHash | UnusableHash {
  const match =
    /^(argon2)?(\$argon2(id|i)\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86}))$/.exec(
      text,
    );
  if (match === null) return unusable('malformed');
  const [, , phc = '', variant, memory, passes, lanes, saltText = '', keyText = ''] = match;
  const [m, t, p] = [Number(memory), Number(passes), Number(lanes)];
  const [salt, key] = [fromBase64(saltText), fromBase64(keyText)];
  // RFC 9106 §3.1: eight kibibytes for each lane is the least.
  if (salt === null || key === null || p < 1 || t < 1 || m < 8 * p) return unusable('malformed');
  const { argon2Kibibytes, argon2Work, argon2Lanes } = bounds;
  if (m > argon2Kibibytes || m * t > argon2Work || p > argon2Lanes) return unusable('too_costly');
  const { memoryCost, timeCost, parallelism, outputLen } = ARGON2_PARAMETERS;
  const hasOurCosts = m === memoryCost && t === timeCost && p === parallelism;
  const hasOurSizes = salt.length === SALT_BYTES && key.length === outputLen;
  return { kind: 'argon2', phc, outdated: !(text === phc && variant === 'id' && hasOurCosts && hasOurSizes) };
}

/** Django: `pbkdf2_sha256$iterations$salt$key`. */
function readPbkdf2(text: string): StoredHash | UnusableHash {
  const match = /^pbkdf2_(sha1|sha256)\$(\d+)\$([^$]+)\$([A-Za-z0-9+/]+=*)$/.exec(text);
  if (match === null) return unusable('malformed');
  const [, digest, iterationsText, salt = '', keyText = ''] = match;
  const iterations = Number(iterationsText);
  const key = fromBase64(keyText);
  if (key?.length !== (digest === 'sha1' ? 20 : 32) || iterations < 1) return unusable('malformed');
  if (iterations > bounds.pbkdf2Iterations) return unusable('too_costly');
  return { kind: 'pbkdf2', digest: digest === 'sha1' ? 'sha1' : 'sha256', iterations, salt, key };
}

/** Django: `scrypt$N$salt$r$p$key`. */
function readScrypt(text: string): StoredHash | UnusableHash {
  const match = /^scrypt\$(\d+)\$([^$]+)\$(\d+)\$(\d+)\$([A-Za-z0-9+/]+=*)$/.exec(text);
  if (match === null) return unusable('malformed');
  const [, workFactor, salt = '', blockSize, parallelism, keyText = ''] = match;
  const [N, r, p] = [Number(workFactor), Number(blockSize), Number(parallelism)];
  const key = fromBase64(keyText);
  // RFC 7914 §6: N is a power of two above one.
  if (key?.length !== 64 || r < 1 || p < 1 || N < 2 || !Number.isInteger(Math.log2(N))) return unusable('malformed');
  if (128 * N * r > bounds.scryptBytes || N * r * p > bounds.scryptWork) return unusable('too_costly');
  return { kind: 'scrypt', N, r, p, salt, key };
}

/**
 * `$2b$cost$…`, with `bcrypt$` or `bcrypt_sha256$` before it where Django wrote it. `$2a$` and `$2y$` are other names of
 * the same algorithm; `$2x$` is a broken one and unknown here.
 */
function readBcrypt(text: string): StoredHash | UnusableHash {
  const match = /^(bcrypt(?:_sha256)?\$)?(\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53})$/.exec(text);
  if (match === null) return unusable('malformed');
  const [, prefix, modularCrypt = '', cost] = match;
  if (Number(cost) < 4) return unusable('malformed');
  if (Number(cost) > bounds.bcryptCost) return unusable('too_costly');
  return { kind: 'bcrypt', modularCrypt, prehashed: prefix === 'bcrypt_sha256$' };
}

/** Null unless it is exactly what these bytes are written as, with or without padding. */
function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  const written = bytes.toString('base64');
  return written === text || written.replace(/=+$/, '') === text ? bytes : null;
}
