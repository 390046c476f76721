/**
 * The list of common passwords is loaded for who sets a password, and for nobody else.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { loadCommonPasswords } from './common-passwords.ts';
import { mexicanWords } from './common-words.ts';
import { fold } from './fold.ts';
import { createPasswordHasher } from './hasher.ts';
import { judgePassword } from './policy.ts';
import { TypedPassword } from './typed-password.ts';

const isLoaded = () =>
  Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('language-common'));

test('neither starting nor signing in loads it; judging a new password does, once', async () => {
  const hasher = createPasswordHasher({ environment: { now: () => 0, randomBytes: (bytes) => new Uint8Array(bytes) } });
  const password = TypedPassword.parse('una frase larga');
  assert.ok(password instanceof TypedPassword);
  await hasher.inSlot((slot) => slot.verify(password, null));
  assert.equal(isLoaded(), false);
  await judgePassword(password, { minimumLength: 15, contextWords: [] });
  assert.equal(isLoaded(), true);
  assert.equal(await loadCommonPasswords(), await loadCommonPasswords());
});

test('the most used come first, and the Mexican words are among the first thousand', async () => {
  const ranks = await loadCommonPasswords();
  assert.ok(ranks.size > 40_000);
  assert.ok((ranks.get('123456') ?? Number.NaN) < 10 && (ranks.get('password') ?? Number.NaN) < 10);
  for (const word of mexicanWords) assert.ok((ranks.get(fold(word)) ?? Number.NaN) <= 1000, word);
});
