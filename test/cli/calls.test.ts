/**
 * How the program answers a call, whatever the command: help, wrong arguments, pipes, what it never shows.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/cli/commands.ts';
import { configuration, withProgram } from './program.ts';

test('help names every command, and exits with 0', () =>
  withProgram({}, async (program) => {
    for (const call of [[], ['help'], ['--help']]) {
      const { code, stdout, stderr } = await program.run(call);
      assert.deepEqual([code, stderr], [0, '']);
      const named = [...stdout.matchAll(/^ {2}(\S+(?: \S+)?) {2,}/gm)].map(([, name]) => name);
      assert.deepEqual(named, Object.keys(commands));
    }
  }));

test('each command is found under its own name and has help', async () => {
  for (const [name, { load }] of Object.entries(commands)) assert.equal((await load()).name, name);
});

test('the help of a command says how to call it, and nothing else is done', () =>
  withProgram({}, async (program) => {
    for (const name of ['plan', 'client create']) {
      const { code, stdout, stderr } = await program.run([...name.split(' '), '--help', '--prune']);
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(stdout.startsWith(`Usage: llavero ${name} `), stdout);
    }
    assert.deepEqual(await readdir(program.folder), []);
  }));

test('O-10 a wrong call exits with 2 and shows the usage', () =>
  withProgram({}, async (program) => {
    const wrong = [
      ['nonsense'],
      ['client', 'explode'],
      ['plan'],
      ['plan', 'a.yaml', 'b.yaml'],
      ['apply', 'a.yaml', '--purge'],
      ['keys', 'rotate', '--algorithm', 'none'],
      ['client', 'create', '--name', 'An app'],
    ];
    for (const call of wrong) {
      const { code, stdout, stderr } = await program.run(call);
      assert.deepEqual([code, stdout], [2, ''], call.join(' '));
      assert.match(stderr, /^Usage: llavero /m);
    }
    assert.deepEqual(await readdir(program.folder), []);
  }));

test('a command that fails says why on standard error, and with --json in one document as well', () =>
  withProgram({}, async (program) => {
    const plain = await program.run(['client', 'show', 'nobody']);
    assert.deepEqual([plain.code, plain.stdout], [1, '']);
    assert.equal(plain.stderr, 'llavero client show failed: there is no client nobody\n');
    const json = await program.run(['client', 'show', 'nobody', '--json']);
    assert.equal(json.code, 1);
    assert.deepEqual(JSON.parse(json.stdout), {
      error: 'llavero client show failed: there is no client nobody',
      faults: ['there is no client nobody'],
    });
  }));

test('O-10 a reader that closes the pipe ends the program without a complaint', () =>
  withProgram({ LMS_SECRET: 'practice-client-secret-0123456789' }, async ({ folder }) => {
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'help'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const [code] = await once(child, 'close');
    assert.deepEqual([code, complaints], [0, '']);
  }));

const password = 'canary-P4ssw0rd';
const addresses = [
  `postgres://llavero:${password}@127.0.0.1:1/llavero`,
  `postgres://llavero:${password}@`,
  `postgres://llavero:${password}@127.0.0.1:99999/llavero`,
  `mysql://llavero:${password}@127.0.0.1/llavero`,
  `postgres://127.0.0.1:1/llavero?user=llavero&password=${password}`,
  `postgres://llavero:p@${password}@127.0.0.1:1/llavero`,
];
for (const [index, address] of addresses.entries()) {
  test(`N-06 the password of a database address that does not work is never shown (${index + 1})`, () =>
    withProgram({ LLAVERO_DATABASE_URL: address }, async (program) => {
      for (const call of [['client', 'list', '--json'], ['migrate', '--check'], ['doctor']]) {
        const { code, stdout, stderr } = await program.run(call);
        assert.equal(code, 1, call.join(' '));
        assert.match(stdout + stderr, /LLAVERO_DATABASE_URL/);
        assert.ok(!(stdout + stderr).includes(password));
      }
    }));
}

test('N-03 a secret that is not the one of the database is refused before anything is written', () =>
  withProgram({ LMS_SECRET: 'practice-client-secret-0123456789' }, async (program) => {
    const file = await program.write('llavero.yaml', configuration);
    await program.json('apply', file);
    const env = { LLAVERO_SECRET: 'another-deployment-secret-0123456789abcdef' };
    const { code, stderr } = await program.run(['apply', file, '--prune'], { env });
    assert.equal(code, 1);
    assert.match(stderr, /not the secret that this database was made with/);
  }));
