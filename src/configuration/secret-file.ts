/**
 * The deployment's secret where the environment holds none: a file in the data folder.
 *
 * Everything sealed in the database opens with this secret alone. So the one thing this must never do is to make a new
 * one beside existing data (N-03): the server would run, and no identity, token or configuration could be read.
 */
import { link, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoreSettings } from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment } from '../model.ts';
import { secretFault } from './secret-strength.ts';

export const SECRET_FILE = 'secret';
const SECRET_BYTES = 32;

export interface SecretSurroundings extends Pick<Environment, 'randomBytes'> {
  /** Told once, in a sentence without the secret, when a secret was made outside development. */
  warn(message: string): void;
}

/**
 * The secret of the deployment: from the environment, else from the file, else made (32 bytes) and kept in the file.
 * To be called before the database is opened, because opening creates it.
 *
 * @throws ConfigurationError when the file is readable for others, unusable, or missing beside existing data.
 */
export async function loadSecret(settings: StoreSettings, surroundings: SecretSurroundings): Promise<string> {
  if (settings.secret !== null) return settings.secret;
  const path = join(settings.dataFolder, SECRET_FILE);
  const kept = await readSecret(path);
  if (kept !== null) return kept;
  await refuseBesideData(settings, path);
  return await makeSecret(settings, path, surroundings);
}

/**
 * The secret that is kept in the data folder, or null; makes none.
 * @throws ConfigurationError when the file is readable for others or unusable.
 */
export function readKeptSecret({ dataFolder }: Pick<StoreSettings, 'dataFolder'>): Promise<string | null> {
  return readSecret(join(dataFolder, SECRET_FILE));
}

/** The secret in the file; null where there is no file. */
async function readSecret(path: string): Promise<string | null> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigurationError([`the secret file ${path} cannot be read (${error.code})`]);
  });
  if (file === null) return null;
  try {
    // Asked of the open file, so that the file judged is the file read.
    const { mode } = await file.stat();
    if ((mode & 0o077) !== 0) {
      throw new ConfigurationError([`the secret file ${path} is open to other accounts: chmod 600 ${path}`]);
    }
    const secret = (await file.readFile('utf8')).replace(/\r?\n$/, '');
    const fault = secretFault(secret, SECRET_BYTES);
    if (fault !== null) throw new ConfigurationError([`the secret in ${path} ${fault}; restore it from your backup`]);
    return secret;
  } finally {
    await file.close();
  }
}

async function refuseBesideData(settings: StoreSettings, path: string): Promise<void> {
  if (settings.database.kind === 'postgres') {
    // Whether that database holds data cannot be seen from here, and a second machine would make a second secret.
    throw new ConfigurationError([
      'LLAVERO_SECRET is missing: with PostgreSQL every process must be given the same one',
    ]);
  }
  if (await holdsDatabase(settings.dataFolder, settings.database.path)) {
    throw new ConfigurationError([
      `LLAVERO_SECRET is missing and ${path} does not exist, but there is a database: restore the secret it was made with`,
    ]);
  }
}

async function holdsDatabase(dataFolder: string, databasePath: string): Promise<boolean> {
  const names = await readdir(dataFolder).catch(() => []);
  const candidates = names.filter((name) => /\.(db|sqlite3?)(-wal)?$/.test(name)).map((name) => join(dataFolder, name));
  for (const candidate of [databasePath, `${databasePath}-wal`, ...candidates]) {
    // An empty file is left by a start that failed; it holds nothing that a new secret could make unreadable.
    const size = await stat(candidate).then(
      (status) => status.size,
      () => 0,
    );
    if (size > 0) return true;
  }
  return false;
}

async function makeSecret(settings: StoreSettings, path: string, surroundings: SecretSurroundings): Promise<string> {
  const secret = Buffer.from(surroundings.randomBytes(SECRET_BYTES)).toString('base64url');
  await mkdir(settings.dataFolder, { recursive: true, mode: 0o700 });
  const draft = `${path}.${Buffer.from(surroundings.randomBytes(8)).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A link appears whole or not at all, and never over a file that another process has just made.
    await link(draft, path);
  } catch (error) {
    const other = await readSecret(path);
    if (other === null) throw error;
    return other;
  } finally {
    await rm(draft, { force: true });
  }
  if (settings.mode !== 'development') {
    surroundings.warn(
      `made a new secret in ${path}: keep a copy of it away from this machine, without it no data can be read`,
    );
  }
  return secret;
}
