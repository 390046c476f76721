/**
 * Django's own password hashers, programs that we did not write: we verify what they make, and they what we make (G-17).
 *
 * Where the machine does not have them the tests say that they did not run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { createPasswordHasher } from '../../src/passwords/hasher.ts';
import { TypedPassword } from '../../src/passwords/typed-password.ts';
import { notRun } from './program.ts';

const program = fileURLToPath(new URL('./django_hasher.py', import.meta.url));

/** Debian's packages are seen by Debian's Python only, and another one may come first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import django, argon2, bcrypt']).status === 0,
);

type Task =
  | { readonly do: 'hash'; readonly how: string; readonly password: string }
  | { readonly do: 'check'; readonly password: string; readonly encoded: string };

/** All at once: a Python process for each would take longer than everything else. */
function askDjango<Answer>(tasks: readonly Task[]): readonly Answer[] {
  const { stdout, stderr, status } = spawnSync(python ?? assert.fail('no Django'), [program], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH ?? '', PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

function djangoTest(promise: string, body: () => Promise<void>): void {
  test(promise, async (t) => {
    if (python === undefined) {
      notRun(t, 'python3-django with python3-argon2 and python3-bcrypt');
      return;
    }
    await body();
  });
}

const hasher = createPasswordHasher({ environment: { now: () => 0, randomBytes } });

function typed(text: string): TypedPassword {
  const password = TypedPassword.parse(text);
  assert.ok(password instanceof TypedPassword);
  return password;
}

const verify = (text: string, stored: string) => hasher.inSlot((slot) => slot.verify(typed(text), stored));

/** Spaces, a tab, decomposed text, and more than the 72 bytes that bcrypt looks at. */
const telling = [' espacios en los bordes ', 'ñandú\ttabulado'.normalize('NFD'), 'ñ'.repeat(60)];
/** Reproducible: a failure names the password. */
const passwords = [
  ...telling,
  ...fc
    .sample(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), { seed: 17, numRuns: 8 })
    .filter((text) => TypedPassword.parse(text) instanceof TypedPassword),
];

/** As Django makes them by default each costs a fifth of a second, so those are few. */
const makers = [
  ...['pbkdf2_sha256', 'pbkdf2_sha1', 'argon2', 'bcrypt_sha256', 'bcrypt', 'scrypt'].map((how) => ({
    how,
    of: telling,
  })),
  ...['$2a$', '$2b$', '$2y$', 'argon2i', '$argon2id$'].map((how) => ({ how, of: passwords })),
];

for (const { how, of } of makers) {
  djangoTest(`G-17 what Django and its libraries make is right for its password alone: ${how}`, async () => {
    const stored = askDjango<string>(of.map((password) => ({ do: 'hash', how, password })));
    for (const [index, password] of of.entries()) {
      const hash = stored[index] ?? assert.fail();
      const about = `${JSON.stringify(password)} ${hash}`;
      assert.deepEqual(await verify(password, hash), { kind: 'right', outdated: true }, about);
      // Something before it, because bcrypt does not see behind the 72nd byte.
      assert.deepEqual(await verify(`.${password}`, hash), { kind: 'wrong' }, about);
    }
  });
}

djangoTest('G-01 what we make is a hash for Django too, right for its password alone', async () => {
  const tasks: Task[] = [];
  for (const password of passwords.map((text) => text.normalize('NFC'))) {
    const encoded = `argon2${await hasher.inSlot((slot) => slot.hash(typed(password)))}`;
    tasks.push({ do: 'check', password, encoded }, { do: 'check', password: `${password}.`, encoded });
  }
  const answers = askDjango<boolean>(tasks);
  assert.deepEqual(
    answers,
    passwords.flatMap(() => [true, false]),
  );
});
