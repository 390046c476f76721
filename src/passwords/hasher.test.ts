/**
 * G-01, G-02, G-04, G-06, G-17, G-18: hashing and verifying.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { SignInError } from '../errors.ts';
import type { Environment } from '../model.ts';
import { createPasswordHasher, type Verdict } from './hasher.ts';
import {
  hashesOfDecomposedPhrase,
  hashesOfLongPhrase,
  hashesOfPhrase,
  LONG_PHRASE,
  PHRASE,
  SEEN_BY_BCRYPT,
} from './hashes.fixture.ts';
import { judgeStoredHash } from './stored-hash.ts';
import { TypedPassword } from './typed-password.ts';

const environment: Environment = { now: () => 0, randomBytes };
const hasher = createPasswordHasher({ environment, waiting: 500 });
const hash = (text: string) => hasher.inSlot((slot) => slot.hash(typed(text)));
const verify = (text: string | null, stored: string | null): Promise<Verdict> =>
  hasher.inSlot((slot) => slot.verify(text === null ? null : typed(text), stored));

function typed(text: string): TypedPassword {
  const password = TypedPassword.parse(text);
  assert.ok(password instanceof TypedPassword);
  return password;
}

const wrong: Verdict = { kind: 'wrong' };
const right: Verdict = { kind: 'right', outdated: false };
const outdated: Verdict = { kind: 'right', outdated: true };

test('G-01 argon2id with 19 MiB, two passes, one lane and a salt of its own; one password twice is two hashes', async () => {
  const [one, other] = [await hash('una frase larga'), await hash('una frase larga')];
  for (const text of [one, other]) {
    assert.match(text, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    assert.deepEqual(judgeStoredHash(text), { kind: 'usable', outdated: false });
    assert.deepEqual(await verify('una frase larga', text), right);
    assert.deepEqual(await verify('una frase larga ', text), wrong);
  }
  assert.notEqual(one, other);
});

test('G-01 the salt is the randomness that was handed in', async () => {
  const held = createPasswordHasher({
    environment: { now: () => 0, randomBytes: (bytes) => new Uint8Array(bytes).fill(7) },
  });
  const made = await held.inSlot((slot) => slot.hash(typed('una frase larga')));
  assert.equal(made.split('$')[4], Buffer.alloc(16, 7).toString('base64').replace(/=+$/, ''));
});

test('one password in any normal form is one password, and its hash is up to date in each', async () => {
  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'] as const) {
    const stored = await hash(PHRASE.normalize(form));
    assert.deepEqual(await verify(PHRASE.normalize('NFC'), stored), right);
    assert.deepEqual(await verify(PHRASE.normalize('NFD'), stored), right);
  }
});

test('G-02 G-04 passwords that only begin alike, or differ by a space, are different', async () => {
  const texts = [
    LONG_PHRASE,
    `${SEEN_BY_BCRYPT} and another`,
    SEEN_BY_BCRYPT,
    ` ${SEEN_BY_BCRYPT}`,
    `${SEEN_BY_BCRYPT} `,
  ];
  for (const text of texts) {
    const stored = await hash(text);
    for (const other of texts) assert.deepEqual(await verify(other, stored), other === text ? right : wrong);
  }
});

test('any password verifies against its own hash, and not with something before or behind it', async () => {
  const anyText = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 });
  const readable = anyText.filter((text) => TypedPassword.parse(text) instanceof TypedPassword);
  await fc.assert(
    fc.asyncProperty(readable, async (text) => {
      const stored = await hash(text);
      assert.deepEqual(await verify(text, stored), right);
      assert.deepEqual(await verify(`${text}.`, stored), wrong);
      assert.deepEqual(await verify(`.${text}`, stored), wrong);
    }),
    { numRuns: 10 },
  );
});

for (const [name, stored] of Object.entries(hashesOfPhrase)) {
  test(`G-17 a hash that Django's libraries made is verified, and to be made anew: ${name}`, async () => {
    assert.deepEqual(await verify(PHRASE, stored), outdated);
    assert.deepEqual(await verify(PHRASE.normalize('NFD'), stored), outdated);
    assert.deepEqual(await verify(`${PHRASE}.`, stored), wrong);
  });
}

test('G-17 a hash of decomposed text opens for who types it so, as it did where it comes from', async () => {
  for (const stored of Object.values(hashesOfDecomposedPhrase)) {
    assert.deepEqual(await verify(PHRASE.normalize('NFD'), stored), outdated);
    assert.deepEqual(await verify(PHRASE.normalize('NFC'), stored), wrong);
  }
});

test('G-17 a hash of the NFKC of what was typed, as Open edX makes them, opens for every way of typing it', async () => {
  const { hash: hashElsewhere } = await import('@node-rs/bcrypt');
  const stored = await hashElsewhere('una frase final', 4);
  for (const text of ['una frase final', 'una frase ﬁnal', 'ｕｎａ frase final']) {
    assert.deepEqual(await verify(text, stored), outdated);
    assert.deepEqual(await verify('una frase final', await hash(text)), right);
  }
});

test('one that has our parameters but is of decomposed text is to be made anew', async () => {
  const decomposed = PHRASE.normalize('NFD');
  const { hash: hashElsewhere } = await import('@node-rs/argon2');
  const stored = await hashElsewhere(decomposed, { memoryCost: 19456, timeCost: 2, parallelism: 1 });
  assert.deepEqual(judgeStoredHash(stored), { kind: 'usable', outdated: false });
  assert.deepEqual(await verify(decomposed, stored), outdated);
});

test("G-17 bcrypt's 72 bytes hold only until the hash is made anew; of Django's SHA-256 form they never did", async () => {
  assert.deepEqual(await verify(LONG_PHRASE, hashesOfLongPhrase.bare2y), outdated);
  assert.deepEqual(await verify(SEEN_BY_BCRYPT, hashesOfLongPhrase.bare2y), outdated);
  const anew = await hash(LONG_PHRASE);
  assert.deepEqual(await verify(LONG_PHRASE, anew), right);
  assert.deepEqual(await verify(SEEN_BY_BCRYPT, anew), wrong);
  assert.deepEqual(await verify(LONG_PHRASE, hashesOfLongPhrase.bcrypt_sha256), outdated);
  assert.deepEqual(await verify(SEEN_BY_BCRYPT, hashesOfLongPhrase.bcrypt_sha256), wrong);
});

test('G-06 without an account, a stored password or a typed one the answer is wrong', async () => {
  const stored = await hash('una frase larga');
  assert.deepEqual(await verify('una frase larga', null), wrong);
  assert.deepEqual(await verify(null, null), wrong);
  for (const something of [stored, hashesOfPhrase.argon2i, hashesOfPhrase.bare2b, 'junk']) {
    assert.deepEqual(await verify(null, something), wrong);
  }
});

test('G-17 a broken or far too costly stored text is wrong, and never an exception', async () => {
  const { pbkdf2_sha256, scrypt, bare2b } = hashesOfPhrase;
  for (const text of [
    '',
    '!',
    'la contraseña de Ñandú 🔑',
    pbkdf2_sha256.replace('260000', '1000000000'),
    scrypt.replace('16384', '1073741824'),
    bare2b.replace('$06$', '$31$'),
    '$argon2id$v=19$m=4294967295,t=4294967295,p=255$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA',
  ]) {
    assert.deepEqual(await verify(PHRASE, text), wrong, text);
  }
});

test('whatever one character of a stored hash is changed into, the answer is a verdict', async () => {
  const cheap = [hashesOfPhrase.argon2i, hashesOfPhrase.bare2b, hashesOfPhrase.bareArgon2id];
  const character = fc.constantFrom(...'$,=./+0123456789aAzZ\0 ñ');
  // `2a`, `2b` and `2y` name one algorithm, so a change from one to another leaves the hash what it was.
  const sameBcrypt = (text: string) => text.replace(/^\$2[ay]\$/, '$2b$');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...cheap), fc.nat(200), character, async (stored, place, other) => {
      const at = place % stored.length;
      const changed = `${stored.slice(0, at)}${other}${stored.slice(at + 1)}`;
      // The bounds hold, but a second of work for each would be too much here.
      fc.pre(!/[mt]=\d{5,}|t=\d\d|\$(0[89]|1\d)\$/.test(changed));
      assert.equal((await verify(PHRASE, changed)).kind, sameBcrypt(changed) === stored ? 'right' : 'wrong', changed);
    }),
    { numRuns: 150 },
  );
});

test('every stored text that is not usable costs one computation of our own parameters, as a wrong password does', async () => {
  const texts = [null, '', '!', 'junk', hashesOfPhrase.pbkdf2_sha256.replace('260000', '1000000000')];
  for (const stored of texts) {
    let finished = false;
    const verdict = verify('una frase larga', stored).then((answer) => {
      finished = true;
      return answer;
    });
    // Without a computation on another thread a promise is settled before the event loop turns.
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(finished, false, `${stored} was answered without a computation`);
    assert.deepEqual(await verdict, wrong);
  }
});

test('G-18 five hundred verifications at once leave the event loop free, and no more run than were allowed', async () => {
  const limited = createPasswordHasher({ environment, atOnce: 2, waiting: 498 });
  // Cheap ones: what is shown is where they run, not how long.
  const stored = hashesOfPhrase.argon2i;
  let running = 0;
  let most = 0;
  let turns = 0;
  let finished = false;
  const count = () => {
    turns++;
    if (!finished) setImmediate(count);
  };
  setImmediate(count);
  const verdicts = await Promise.all(
    Array.from({ length: 500 }, () =>
      limited.inSlot(async (slot) => {
        most = Math.max(most, ++running);
        const verdict = await slot.verify(typed(PHRASE), stored);
        running--;
        return verdict;
      }),
    ),
  );
  finished = true;
  assert.ok(verdicts.every(({ kind }) => kind === 'right'));
  assert.equal(most, 2);
  assert.ok(turns > 500, `the loop turned ${turns} times while 500 were verified`);
});

test('G-18 beyond the queue the refusal is too_busy, before anything that a slot was wanted for', async () => {
  const limited = createPasswordHasher({ environment, atOnce: 1, waiting: 1 });
  let reserved = 0;
  const attempts = Array.from({ length: 5 }, () =>
    limited.inSlot(async (slot) => {
      reserved++;
      return slot.verify(typed('una frase larga'), null);
    }),
  );
  const settled = await Promise.allSettled(attempts);
  const refused = settled.filter(({ status }) => status === 'rejected');
  assert.equal(refused.length, 3);
  assert.equal(reserved, 2);
  for (const attempt of refused) {
    assert.ok(attempt.status === 'rejected' && attempt.reason instanceof SignInError);
    assert.equal(attempt.reason.code, 'too_busy');
  }
});

test('verifying and hashing anew take one slot', async () => {
  const limited = createPasswordHasher({ environment, atOnce: 1, waiting: 0 });
  const anew = await limited.inSlot(async (slot) => {
    const verdict = await slot.verify(typed(PHRASE), hashesOfPhrase.bare2b);
    assert.deepEqual(verdict, outdated);
    return slot.hash(typed(PHRASE));
  });
  assert.deepEqual(await verify(PHRASE, anew), right);
});

test('a slot that is used twice at the same time, or after it was given back, throws: the bound would not hold', async () => {
  const password = typed('una frase larga');
  await hasher.inSlot(async (slot) => {
    const first = slot.hash(password);
    await assert.rejects(slot.verify(password, null), /busy/);
    await first;
    assert.deepEqual(await slot.verify(password, null), wrong);
  });
  const kept = await hasher.inSlot(async (slot) => slot);
  await assert.rejects(kept.hash(password), /closed/);
});
