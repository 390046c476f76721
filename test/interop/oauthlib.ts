/**
 * Debian's python3-oauthlib, a program that we did not write, as a client and as a server of OAuth 1.0a.
 *
 * Where the machine does not have it the tests say that they did not run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { notRun } from './program.ts';

const program = fileURLToPath(new URL('./oauthlib_peer.py', import.meta.url));

/** Debian's packages are seen by Debian's Python only, and another one may come first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import oauthlib, jwt, cryptography']).status === 0,
);

interface Signing {
  readonly method_of_signature: 'HMAC-SHA1' | 'HMAC-SHA256' | 'RSA-SHA1';
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly form: string | null;
}

export interface SignTask extends Signing {
  readonly do: 'sign';
  readonly place: 'AUTH_HEADER' | 'QUERY' | 'BODY';
  readonly consumer_key: string;
  readonly consumer_secret?: string;
  readonly private_key?: string;
  readonly token?: string | null;
  readonly token_secret?: string;
  readonly callback?: string;
  readonly verifier?: string | null;
  readonly nonce?: string;
  readonly timestamp?: string;
  /** Of the body in `form`; another than a form's is signed by its hash. */
  readonly content_type?: string;
}

export interface SignedByOauthlib {
  readonly url: string;
  readonly authorization: string | null;
  readonly form: string | null;
}

export interface VerifyTask extends Signing {
  readonly do: 'verify';
  readonly authorization: string | null;
  readonly consumer_secret?: string;
  readonly token_secret?: string;
  readonly public_key?: string;
}

/** All at once: a Python process for each would take longer than everything else. */
export function askOauthlib<Answer>(tasks: readonly (SignTask | VerifyTask)[]): readonly Answer[] {
  const { stdout, stderr, status } = spawnSync(python ?? assert.fail('no oauthlib'), [program], {
    input: JSON.stringify(tasks),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env.PATH ?? '', PYTHONDONTWRITEBYTECODE: '1' },
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

export function oauthlibTest(promise: string, body: () => Promise<void> | void): void {
  test(promise, async (t) => {
    if (python === undefined) {
      notRun(t, 'python3-oauthlib with python3-jwt and python3-cryptography');
      return;
    }
    await body();
  });
}
