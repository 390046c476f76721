/**
 * The real program as a child process, in a folder of its own, with nothing of this process's environment.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

export const DEPLOYMENT_SECRET = 'practice-deployment-secret-0123456789abcdef';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly folder: string;
  /** Runs one command to its end. `input` is its standard input, closed at once where there is none. */
  run(call: readonly string[], options?: { readonly env?: Variables; readonly input?: string }): Promise<Ended>;
  /** The one JSON document of a call that succeeds. @throws Error with what it said otherwise */
  json(...call: readonly string[]): Promise<Document>;
  /** A file in the program's folder; answers its name. */
  write(name: string, text: string): Promise<string>;
  /** Begins a command that waits for something. Ended with the program's folder. */
  begin(call: readonly string[], env: Variables): Begun;
  /** A server of this deployment on a free port. Ended with the program's folder. */
  serve(): Promise<{ readonly port: number; stop(): Promise<Ended> }>;
}

export interface Begun {
  /** What it said on standard error, once that matches; fails when it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** As Ctrl+C does. */
  interrupt(): void;
  readonly end: Promise<Ended>;
}

type Variables = { readonly [name: string]: string };
// biome-ignore lint/suspicious/noExplicitAny: a test looks into a document wherever it likes
type Document = any;

/** Gives `body` the program over a database: by default a new SQLite file. */
export async function withProgram(env: Variables, body: (program: Program) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-cli-'));
  const running: ChildProcess[] = [];
  const start = (call: readonly string[], more: Variables) =>
    spawn(process.execPath, [MAIN, ...call], {
      cwd: folder,
      env: { LLAVERO_SECRET: DEPLOYMENT_SECRET, NODE_ENV: 'test', ...env, ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  const program: Program = {
    folder,
    async run(call, { env: more = {}, input = '' } = {}) {
      const child = start(call, more);
      child.stdin.on('error', () => {}); // It may end without reading.
      child.stdin.end(input);
      return await ended(child);
    },
    async json(...call) {
      const { code, stdout, stderr } = await program.run([...call, '--json']);
      if (code !== 0) throw new Error(`${call.join(' ')} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    async write(name, content) {
      await writeFile(join(folder, name), content);
      return name;
    },
    begin(call, more) {
      const child = start(call, more);
      running.push(child);
      child.stdin.end();
      const end = ended(child);
      return { said: (pattern) => saidBy(child, pattern, end), interrupt: () => child.kill('SIGINT'), end };
    },
    async serve() {
      const child = start(['serve'], { LLAVERO_PORT: '0', LLAVERO_PUBLIC_URL: 'http://localhost:4444' });
      running.push(child);
      const end = ended(child);
      const [, port] = await saidBy(child, /listens on port (\d+)/, end);
      return {
        port: Number(port),
        stop() {
          child.kill('SIGTERM');
          return end;
        },
      };
    },
  };
  try {
    await body(program);
  } finally {
    // One that a signal ended has no exit code either, and closes only once.
    for (const child of running.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
    await rm(folder, { recursive: true });
  }
}

async function ended(child: ChildProcess): Promise<Ended> {
  const [code, stdout, stderr] = await Promise.all([
    once(child, 'close').then(([code]) => code as number | null),
    child.stdout === null ? '' : text(child.stdout),
    child.stderr === null ? '' : text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

async function saidBy(child: ChildProcess, pattern: RegExp, end: Promise<Ended>): Promise<RegExpExecArray> {
  const heard = new Promise<RegExpExecArray>((resolve) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const match = pattern.exec(said);
      if (match !== null) resolve(match);
    });
  });
  return await Promise.race([heard, end.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
}

/** Asks until the answer is yes; false when it never is within `milliseconds`. For what another process does in its time. */
export async function becomes(milliseconds: number, ask: () => Promise<boolean>): Promise<boolean> {
  const deadline = AbortSignal.timeout(milliseconds);
  while (!deadline.aborted) {
    if (await ask()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

export const CLIENT_SECRET = 'practice-client-secret-0123456789';

/** A provider, a client and an allowed host; `${LMS_SECRET}` is to be set. */
export const configuration = `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: true
    settings: { environment: val, mode: apps, client_id: "202508101834311980" }
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: \${LMS_SECRET}
    redirect_uris: [https://lms.example/auth/complete/oidc/]
    skip_authorization: true
    claims: [email]
outbound: { allow_private: ["localhost:4401"] }
`;
