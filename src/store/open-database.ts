/**
 * From LLAVERO_DATABASE_URL to the two databases: *durable* for what must survive a power cut, *ephemeral* for what may
 * be lost with a page reload (DESIGN §9).
 *
 * On SQLite these are two files, so that each has its own durability. On PostgreSQL they are two pools over one
 * database, because durability belongs to a session there. Must never put a password into a message.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, extname } from 'node:path';
import { ConfigurationError } from '../errors.ts';
import type { Environment } from '../model.ts';
import type { Database } from './database.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';

export interface Databases {
  /** Survives a power cut: people, sessions, audit, configuration. */
  readonly durable: Database;
  /** May be lost with a page reload: sign-ins in progress, codes, tokens. */
  readonly ephemeral: Database;
}

/** PostgreSQL connections of each of the two pools, where the operator says nothing else. */
export const defaultPoolSize = 10;

export interface OpenOptions {
  readonly randomBytes: Environment['randomBytes'];
  /** PostgreSQL only: connections of each of the two pools. */
  readonly poolSize: number;
}

/**
 * Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://…`. Makes the folder of an SQLite file (0700) and the files
 * (0600) where they are absent; leaves the modes of existing ones as the operator set them.
 * @throws ConfigurationError for an address that is none of these
 * @throws DatabaseUnavailable when an SQLite file cannot be opened; PostgreSQL is only reached by the first statement
 */
export async function openDatabases(url: string, options: OpenOptions): Promise<Databases> {
  if (url === 'sqlite::memory:') return openFiles(':memory:', ':memory:');
  if (url.startsWith('sqlite:')) return openSqliteAt(url);
  if (/^postgres(ql)?:\/\//.test(url)) return openPools(url, options);
  throw invalid(url, 'begins neither with sqlite: nor with postgres://');
}

async function openSqliteAt(url: string): Promise<Databases> {
  const path = url.slice('sqlite:'.length);
  // `sqlite://host/path` is how other programs write it; read as a path it would make a folder named after the host.
  if (path === '' || path.startsWith('//') || path.includes('\0') || /[/\\]$/.test(path)) {
    throw invalid(url, 'names no file (expected sqlite:./data/llavero.db)');
  }
  const extension = extname(path);
  const ephemeralPath = `${path.slice(0, path.length - extension.length)}-ephemeral${extension}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (const file of [path, ephemeralPath]) closeSync(openSync(file, 'a', 0o600));
  return openFiles(path, ephemeralPath);
}

async function openFiles(durablePath: string, ephemeralPath: string): Promise<Databases> {
  const durable = await openSqlite({ path: durablePath, durability: 'full' });
  try {
    return { durable, ephemeral: await openSqlite({ path: ephemeralPath, durability: 'normal' }) };
  } catch (error) {
    await durable.close();
    throw error;
  }
}

function openPools(url: string, { randomBytes, poolSize }: OpenOptions): Databases {
  if (!URL.canParse(url)) throw invalid(url, 'cannot be read as an address (special characters are written as %40)');
  const jitter = () => (randomBytes(1)[0] ?? 0) / 256;
  return {
    durable: openPostgres({ url, durability: 'full', poolSize, jitter }),
    ephemeral: openPostgres({ url, durability: 'normal', poolSize, jitter }),
  };
}

function invalid(url: string, fault: string): ConfigurationError {
  return new ConfigurationError([`LLAVERO_DATABASE_URL ${withoutPassword(url)} ${fault}`]);
}

/** Also for addresses that no parser accepts: everything up to the last @ may be part of a password. */
function withoutPassword(url: string): string {
  const scheme = /^[a-z+]+:\/*/i.exec(url)?.[0] ?? '';
  const rest = url.slice(scheme.length).replace(/[?#].*$/s, '');
  const at = rest.lastIndexOf('@');
  return at < 0 ? `"${scheme}${rest}"` : `"${scheme}***${rest.slice(at)}"`;
}
