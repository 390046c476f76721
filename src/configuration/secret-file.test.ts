import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Mode, StoreSettings } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import { loadSecret, SECRET_FILE } from './secret-file.ts';

async function deployment(t: TestContext, mode: Mode = 'production') {
  const dataFolder = await mkdtemp(join(tmpdir(), 'llavero-secret-'));
  t.after(() => rm(dataFolder, { recursive: true }));
  const warnings: string[] = [];
  const settings: StoreSettings = {
    mode,
    logLevel: 'info',
    database: { kind: 'sqlite', url: 'sqlite:unused', path: join(dataFolder, 'llavero.db') },
    dataFolder,
    secret: null,
  };
  const surroundings = {
    randomBytes: (bytes: number) => randomBytes(bytes),
    warn: (text: string) => warnings.push(text),
  };
  return { settings, surroundings, warnings, file: join(dataFolder, SECRET_FILE), dataFolder };
}

test('the secret of the environment is used and nothing is written', async (t) => {
  const { settings, surroundings, dataFolder } = await deployment(t);
  assert.equal(await loadSecret({ ...settings, secret: 'from the environment' }, surroundings), 'from the environment');
  assert.deepEqual(await readdir(dataFolder), []);
});

test('the first start makes a secret of 32 bytes that only this account can read, and says so', async (t) => {
  const { settings, surroundings, warnings, file, dataFolder } = await deployment(t);
  const secret = await loadSecret(settings, surroundings);
  assert.equal(Buffer.from(secret, 'base64url').length, 32);
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(dataFolder), [SECRET_FILE]);
  assert.equal(warnings.length, 1);
  assert.ok(!warnings[0]?.includes(secret));
  assert.equal(await loadSecret(settings, surroundings), secret);
  assert.equal(warnings.length, 1);
});

test('development is not warned', async (t) => {
  const { settings, surroundings, warnings } = await deployment(t, 'development');
  await loadSecret(settings, surroundings);
  assert.deepEqual(warnings, []);
});

test('processes that start together agree on one secret', async (t) => {
  const { settings, surroundings, file } = await deployment(t);
  const secrets = await Promise.all(Array.from({ length: 20 }, () => loadSecret(settings, surroundings)));
  assert.equal(new Set(secrets).size, 1);
  assert.equal(await readFile(file, 'utf8'), `${secrets[0]}\n`);
});

test('N-03 a missing file beside a database is a refusal, never a new secret', async (t) => {
  for (const name of ['llavero.db', 'llavero.db-wal', 'other.db']) {
    const { settings, surroundings, dataFolder } = await deployment(t);
    await writeFile(join(dataFolder, name), 'data');
    await assert.rejects(loadSecret(settings, surroundings), ConfigurationError, name);
    assert.deepEqual(await readdir(dataFolder), [name]);
  }
});

test('an empty database file, as a failed start leaves it, does not count as data', async (t) => {
  const { settings, surroundings, dataFolder } = await deployment(t);
  await writeFile(join(dataFolder, 'llavero.db'), '');
  assert.equal((await loadSecret(settings, surroundings)).length, 43);
});

test('N-03 an empty, short, sample or world-readable secret file is a refusal', async (t) => {
  const { settings, surroundings, file } = await deployment(t);
  for (const content of ['', '\n', 'short', 'changeme'.repeat(6)]) {
    await writeFile(file, content, { mode: 0o600 });
    await assert.rejects(loadSecret(settings, surroundings), ConfigurationError, JSON.stringify(content));
  }
  await writeFile(file, randomBytes(32).toString('hex'));
  for (const mode of [0o644, 0o640, 0o604]) {
    await chmod(file, mode);
    await assert.rejects(loadSecret(settings, surroundings), /open to other accounts/, mode.toString(8));
  }
  await chmod(file, 0o400);
  assert.equal((await loadSecret(settings, surroundings)).length, 64);
});

test('with PostgreSQL no secret is ever made', async (t) => {
  const { settings, surroundings, dataFolder } = await deployment(t);
  const database = { kind: 'postgres', url: 'postgres://db/llavero' } as const;
  await assert.rejects(loadSecret({ ...settings, database }, surroundings), /same one/);
  assert.deepEqual(await readdir(dataFolder), []);
});
