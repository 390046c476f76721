/**
 * Python Social Auth in a process of its own, as an Open edX beside the course site: its backends, its session, its people.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./social_core_client.py', import.meta.url));

/** Debian's packages are seen by Debian's Python only, and another one may come first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) => spawnSync(command, ['-c', 'import social_core.backends.open_id_connect, jwt']).status === 0,
);
export const hasSocialCore = python !== undefined;
export const socialCorePackages = 'python3-social-auth-core with python3-jose and python3-jwt';

/** A record of a provider, as an operator of the LMS writes it: the name of the backend, and its settings. */
export interface ProviderRecord {
  readonly name: 'oidc' | 'ol-oauth2' | 'identityServer3';
  readonly redirect_uri: string;
  readonly settings: Readonly<Record<string, string | readonly string[]>>;
}

export interface SignedIn {
  readonly uid: string;
  readonly is_new: boolean;
  readonly username: string;
  /** What the backend made of our answers. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly access_token: string;
  readonly id_token: Readonly<Record<string, unknown>> | null;
}
/** `refused` is the exception that the LMS gets. `HTTPError` and `KeyError` are what it makes an error 500 of. */
export type Answer = { readonly signed_in: SignedIn } | { readonly refused: string; readonly why: string };

export interface SocialCore {
  /** Where it sends the browser now. */
  start(): Promise<string>;
  /** What it makes of the address that the browser came back to. */
  complete(callback: string): Promise<Answer>;
  /** What the registration API makes of a token that somebody brings. */
  bring(accessToken: string): Promise<Answer>;
}

export async function withSocialCore(
  record: ProviderRecord,
  use: (client: SocialCore) => Promise<void>,
): Promise<void> {
  // No proxy of the surroundings: everything is on this machine.
  const env = { PATH: process.env.PATH ?? '', NO_PROXY: '*', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(python ?? assert.fail('no social-core'), [program, JSON.stringify(record)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async <T>(question: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    return JSON.parse((await lines.next()).value ?? assert.fail('the Python program ended'));
  };
  try {
    await use({
      async start() {
        const answer = await ask<{ redirect?: string }>({ start: true });
        return answer.redirect ?? assert.fail(JSON.stringify(answer));
      },
      complete: (callback) => ask({ callback }),
      bring: (access_token) => ask({ access_token }),
    });
  } finally {
    child.kill();
  }
}
