/**
 * The log: one line of JSON for each event, of fields that are known to be fit for it.
 *
 * Redaction is by allow-list (DESIGN §7): what has no field cannot be written, so a new secret is safe before anybody
 * thinks of it; listing what to hide would be safe only after. No URL, header, body, cookie, code, token or personal
 * datum has a field, and none may ever get one (M-01, M-02, H-14).
 */

import { type DestinationStream, type Logger, pino } from 'pino';
import type { Environment } from '../model.ts';
import { describeError, type ErrorDescription } from './error-description.ts';
import { cleanName, cleanText } from './mask.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** How a field is made fit: `name` is a word of ours or of the configuration; `text` may hold what somebody else wrote. */
const fields = {
  event: 'name',
  reference: 'name',
  signInId: 'name',
  userId: 'name',
  clientId: 'name',
  provider: 'name',
  host: 'name',
  method: 'name',
  route: 'route',
  step: 'name',
  code: 'text',
  detail: 'text',
  status: 'number',
  durationMs: 'number',
  count: 'number',
} as const satisfies { readonly [field: string]: 'name' | 'text' | 'route' | 'number' };

type FieldName = keyof typeof fields;
type FieldValue<Name extends FieldName> = (typeof fields)[Name] extends 'number' ? number : string;

/** What a line may say. `null` says that there is none, and is left out. */
export type LogFields = { readonly [Name in Exclude<FieldName, 'event'>]?: FieldValue<Name> | null };

/** `event` names what happened: `sign_in.refused`. `route` is a pattern (`/callback/:provider`), never an address. */
export type LogEvent = LogFields & { readonly event: `${string}.${string}` };

export interface Log {
  debug(event: LogEvent): void;
  info(event: LogEvent): void;
  /** @param error what was caught, if anything was; only its name, code, place and masked message are written. */
  warn(event: LogEvent, error?: unknown): void;
  error(event: LogEvent, error?: unknown): void;
  /** A log that adds these fields to each of its lines. */
  child(fields: LogFields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly environment: Pick<Environment, 'now'>;
  /** Whether errors say where in the code they arose: for development, and for support that asks for it. */
  readonly showPlaces: boolean;
  /** Default: standard output, written before the call returns, so that the last line before a crash is there. */
  readonly destination?: DestinationStream;
}

export function createLog({ level, environment, showPlaces, destination }: LogOptions): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date(environment.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
  return bind(logger, showPlaces, {});
}

function bind(logger: Logger, showPlaces: boolean, bound: Line): Log {
  const write = (level: 'debug' | 'info' | 'warn' | 'error', event: LogEvent, error: unknown) => {
    if (!logger.isLevelEnabled(level)) return;
    const line: Line = { ...bound, ...pick(event) };
    if (error !== undefined) line.error = describeError(error, showPlaces);
    logger[level](line);
  };
  return {
    debug: (event) => write('debug', event, undefined),
    info: (event) => write('info', event, undefined),
    warn: (event, error) => write('warn', event, error),
    error: (event, error) => write('error', event, error),
    // Not pino's own child: a field that a line has too would stand in it twice.
    child: (more) => bind(logger, showPlaces, { ...bound, ...pick(more) }),
  };
}

interface Line {
  [field: string]: string | number | ErrorDescription;
}

/** The listed fields with values of their kind. What the compiler could not stop (a cast, a spread) is dropped here. */
function pick(given: object): Line {
  const line: Line = {};
  for (const [field, value] of Object.entries(given)) {
    const kind = Object.hasOwn(fields, field) ? fields[field as FieldName] : null;
    if (kind === 'number') {
      if (Number.isFinite(value)) line[field] = value;
    } else if (kind !== null && typeof value === 'string') {
      line[field] = clean[kind](value);
    }
  }
  return line;
}

const clean = {
  name: cleanName,
  text: cleanText,
  // A route with a query is an address that somebody took for a pattern (M-02).
  route: (value: string) => cleanName(value.split(/[?#]/, 1)[0] ?? ''),
};
