/**
 * The settings of the process, read from its environment once (DESIGN §11).
 *
 * What can differ between two machines of one deployment is here; providers and clients are not. An unknown
 * `LLAVERO_` name is a fault, because a misspelt setting would silently be its default. All faults are reported at once.
 * Must never: put the value of a setting in a message, because three of them are or hold secrets (N-06).
 */
import { isIP } from 'node:net';
import { dirname, resolve } from 'node:path';
import { secretFault } from './configuration/secret-strength.ts';
import { ConfigurationError } from './errors.ts';
import type { LogLevel } from './events/log.ts';

export type Mode = 'production' | 'development' | 'test';

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const satisfies readonly LogLevel[];

export type DatabaseLocation =
  /** `path` is absolute, and so is the one in `url`. */
  | { readonly kind: 'sqlite'; readonly url: string; readonly path: string }
  /** `url` holds a password: never shown, never logged. */
  | { readonly kind: 'postgres'; readonly url: string };

/** A network of the operator's own proxies; the members are the arguments of `net.BlockList.addSubnet`. */
export interface TrustedNetwork {
  readonly network: string;
  readonly prefixLength: number;
  readonly family: 'ipv4' | 'ipv6';
}

/** What every command needs, also one that serves nothing. */
export interface StoreSettings {
  readonly mode: Mode;
  readonly logLevel: LogLevel;
  readonly database: DatabaseLocation;
  /** Absolute. Holds the SQLite database and, where the environment has none, the secret. */
  readonly dataFolder: string;
  /** At least 32 bytes; null where the environment has none. */
  readonly secret: string | null;
}

/** What the server needs besides. */
export interface Settings extends StoreSettings {
  /** Scheme, host and port: the issuer, without a slash at the end. */
  readonly publicUrl: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Null: no mail can be sent; outside production it is shown instead. */
  readonly smtp: SmtpServer | null;
  readonly trustedProxies: readonly TrustedNetwork[];
}

/** The server that takes our mail. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /**
   * `tls` from the first byte (RFC 8314 §3.3); `starttls` before anything else is said, or nothing is (RFC 3207). `none`
   * only where the host is this very machine.
   */
  readonly security: 'tls' | 'starttls' | 'none';
  /** Never shown, never logged. */
  readonly login: { readonly user: string; readonly password: string } | null;
}

export type ProcessEnvironment = { readonly [name: string]: string | undefined };

const names = [
  'LLAVERO_PUBLIC_URL',
  'LLAVERO_DATABASE_URL',
  'LLAVERO_SECRET',
  'LLAVERO_PORT',
  'LLAVERO_SMTP_URL',
  'LLAVERO_TRUSTED_PROXIES',
  'LLAVERO_LOG_LEVEL',
] as const;
type SettingName = (typeof names)[number] | 'NODE_ENV';

const SECRET_BYTES = 32;
const DEFAULT_PORT = 4400;
const DEFAULT_DATABASE = 'data/llavero.db';

/**
 * The settings of a server.
 *
 * @throws ConfigurationError with every fault of the environment.
 */
export function parseSettings(env: ProcessEnvironment): Settings {
  const reader = createReader(env);
  const store = readStoreSettings(reader);
  const port = reader.read('LLAVERO_PORT', parsePort) ?? DEFAULT_PORT;
  const settings: Settings = {
    ...store,
    port,
    publicUrl: reader.read('LLAVERO_PUBLIC_URL', parsePublicUrl) ?? defaultPublicUrl(reader, store.mode, port),
    smtp: reader.read('LLAVERO_SMTP_URL', parseSmtpUrl),
    trustedProxies: reader.read('LLAVERO_TRUSTED_PROXIES', parseNetworks) ?? [],
  };
  reader.finish();
  return settings;
}

/**
 * The settings of a command that only works on the store: no public address is asked for.
 *
 * @throws ConfigurationError with every fault of the settings it reads.
 */
export function parseStoreSettings(env: ProcessEnvironment): StoreSettings {
  const reader = createReader(env);
  const settings = readStoreSettings(reader);
  reader.finish();
  return settings;
}

function readStoreSettings(reader: Reader): StoreSettings {
  const database: DatabaseLocation =
    reader.read('LLAVERO_DATABASE_URL', parseDatabaseUrl) ?? sqliteAt(DEFAULT_DATABASE);
  return {
    // Unset means production: forgetting it must never open a development aid (O-12).
    mode: reader.read('NODE_ENV', parseMode) ?? 'production',
    logLevel: reader.read('LLAVERO_LOG_LEVEL', parseLogLevel) ?? 'info',
    database,
    dataFolder: database.kind === 'sqlite' ? dirname(database.path) : resolve('data'),
    secret: reader.read('LLAVERO_SECRET', parseSecret),
  };
}

// ------------------------------------------------------------------------------------------------- collecting faults

/** What is wrong with a value, in words that follow its name. */
class Fault {
  readonly words: string;
  constructor(words: string) {
    this.words = words;
  }
}

interface Reader {
  /** The parsed setting; null where it is not set, and where it has a fault. */
  read<T>(name: SettingName, parse: (text: string) => T | Fault): T | null;
  fault(name: SettingName, words: string): void;
  /** Whether a setting is there at all, faulty or not. */
  has(name: SettingName): boolean;
  finish(): void;
}

function createReader(env: ProcessEnvironment): Reader {
  const faults = faultsOfNames(env);
  // Node would accept every certificate, and so every impostor, for every outbound call (K-08).
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === '0') {
    faults.push('NODE_TLS_REJECT_UNAUTHORIZED=0 switches certificate checks off: unset it, use NODE_EXTRA_CA_CERTS');
  }
  const fault = (name: SettingName, words: string) => faults.push(`${name} ${words}`);
  return {
    read(name, parse) {
      const text = env[name];
      if (text === undefined) return null;
      // Usually a variable of a deployment script that was not filled in: its default would be a guess.
      const parsed = text.trim() === '' ? new Fault('is empty: give it a value or unset it') : parse(text);
      if (!(parsed instanceof Fault)) return parsed;
      fault(name, parsed.words);
      return null;
    },
    fault,
    has: (name) => env[name] !== undefined,
    finish() {
      if (faults.length > 0) throw new ConfigurationError(faults);
    },
  };
}

function faultsOfNames(env: ProcessEnvironment): string[] {
  const known: readonly string[] = names;
  return Object.keys(env)
    .filter((name) => /^llavero_/i.test(name) && !known.includes(name) && !name.startsWith('LLAVERO_TEST_'))
    .map((name) => `${name} is not a setting; there are ${known.join(', ')}`);
}

// ---------------------------------------------------------------------------------------------------- single settings

function parseMode(text: string): Mode | Fault {
  if (text === 'production' || text === 'development' || text === 'test') return text;
  return new Fault('must be production, development or test');
}

function parseLogLevel(text: string): LogLevel | Fault {
  return logLevels.find((level) => level === text) ?? new Fault(`must be one of ${logLevels.join(', ')}`);
}

function parsePort(text: string): number | Fault {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : new Fault('must be a port number from 0 to 65535');
}

function parsePublicUrl(text: string): string | Fault {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return new Fault('is not an address such as https://sign-in.example.org');
  // Also refuses credentials, a path, a query and a fragment: none of them is part of an origin.
  if (text !== url.origin && text !== `${url.origin}/`) {
    return new Fault('must be scheme, host and port alone, in lower case, such as https://sign-in.example.org');
  }
  if (url.protocol === 'https:') return url.origin;
  // Without TLS anybody on the way reads codes and cookies; on the machine itself nobody is on the way.
  if (url.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname)) return url.origin;
  return new Fault('must begin with https:// (http:// only for localhost and 127.0.0.1)');
}

function defaultPublicUrl(reader: Reader, mode: Mode, port: number): string {
  const address = `http://localhost:${port}`;
  if (reader.has('LLAVERO_PUBLIC_URL')) return address; // it has its own fault already
  if (mode === 'production')
    reader.fault('LLAVERO_PUBLIC_URL', 'is missing: the address at which people reach this server');
  else if (port === 0) reader.fault('LLAVERO_PUBLIC_URL', 'is missing: with LLAVERO_PORT=0 it cannot be guessed');
  return address;
}

function parseDatabaseUrl(text: string): DatabaseLocation | Fault {
  const path = /^sqlite:(.+)$/.exec(text)?.[1];
  // In memory every account would be gone at the next start, and so would the secret's check value.
  if (path === ':memory:') return new Fault('must name a file: a database in memory forgets everybody');
  if (path !== undefined && !path.startsWith('//') && !/[/\\]$/.test(path)) return sqliteAt(path);
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text) && new URL(text).hostname !== '') {
    return { kind: 'postgres', url: text };
  }
  return new Fault('must be sqlite:<path of a file> or postgres://<user>:<password>@<host>/<database>');
}

function sqliteAt(file: string): DatabaseLocation {
  const path = resolve(file);
  return { kind: 'sqlite', url: `sqlite:${path}`, path };
}

function parseSecret(text: string): string | Fault {
  const words = secretFault(text, SECRET_BYTES);
  return words === null ? text : new Fault(words);
}

/** A host name (RFC 1123 §2.1) or an address, as `URL` leaves both alone outside http. */
const SMTP_HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i;

function parseSmtpUrl(text: string): SmtpServer | Fault {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || !SMTP_HOST.test(url.hostname)) {
    return new Fault('must be smtp://<user>:<password>@<host>:<port> or smtps://…');
  }
  // Mail libraries take options from here, `tls.rejectUnauthorized=false` among them (K-08): there are none.
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    return new Fault('must end after host and port: it takes no options');
  }
  const login = readLogin(url);
  if (login instanceof Fault) return login;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const isTls = url.protocol === 'smtps:';
  const port = url.port === '' ? (isTls ? 465 : 587) : Number(url.port);
  return { host, port, security: isTls ? 'tls' : isThisMachine(host) ? 'none' : 'starttls', login };
}

function readLogin({ username, password }: URL): SmtpServer['login'] | Fault {
  if (username === '' && password === '') return null;
  if (username === '' || password === '') return new Fault('must have a user and a password, or neither');
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch {
    return new Fault('has a % in its user or password that encodes nothing: write it as %25');
  }
}

/** Nobody is on the way there who could read along. */
function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function parseNetworks(text: string): readonly TrustedNetwork[] | Fault {
  const networks = text.split(',').map((part) => parseNetwork(part.trim()));
  return networks.find((network) => network instanceof Fault) ?? (networks as TrustedNetwork[]);
}

function parseNetwork(text: string): TrustedNetwork | Fault {
  const [network = '', prefix, ...rest] = text.split('/');
  const version = isIP(network);
  const bits = version === 4 ? 32 : 128;
  const prefixLength = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (version === 0 || rest.length > 0 || !(prefixLength <= bits) || network.includes('%')) {
    return new Fault('must be a list of networks such as 10.0.0.0/8, 2001:db8::/32, with commas between');
  }
  // Whoever is trusted as a proxy may say who the visitor is: everybody would choose their own address.
  if (prefixLength === 0) return new Fault('must not hold a network of length 0: that would trust everybody');
  return { network, prefixLength, family: version === 4 ? 'ipv4' : 'ipv6' };
}
