/**
 * A request as a view of the LMS reads it: what arrived, and what Django makes of it.
 */

import { mediaTypeOf, type ReceivedAt } from '../shared/received.ts';
import type { Endpoint } from './misbehaviour.ts';

export type Received = ReceivedAt<Endpoint>;

export interface Incoming extends Received {
  /** Scheme and host as the browser used them: Django builds absolute addresses from these. */
  readonly origin: string;
  /** With the port, if one was sent. */
  readonly host: string;
  /** By which rates are counted. */
  readonly address: string;
  readonly parameters: URLSearchParams;
  readonly cookies: ReadonlyMap<string, string>;
  /** The parts of the path that the route named. */
  readonly parts: { readonly [name: string]: string };
}

/** @param socketAddress where the connection came from; a proxy in front says it better */
export function readRequest(
  received: Received,
  url: URL,
  socketAddress: string | undefined,
  parts: { readonly [name: string]: string },
): Incoming {
  const scheme = received.headers['x-forwarded-proto'] ?? url.protocol.slice(0, -1);
  const host = received.headers.host ?? url.host;
  return {
    ...received,
    host,
    origin: `${scheme}://${host}`,
    secure: scheme === 'https',
    address: received.headers['x-forwarded-for']?.split(',').at(-1)?.trim() ?? socketAddress ?? '127.0.0.1',
    parameters: new URLSearchParams(received.query),
    cookies: readCookies(received.headers.cookie ?? ''),
    parts: parts,
  };
}

function readCookies(header: string): ReadonlyMap<string, string> {
  const pairs = header.split(/; ?/).filter((pair) => pair.includes('='));
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), decoded(pair.slice(pair.indexOf('=') + 1))]));
}

/** As it is where it is not percent-encoded: anybody may send anything. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The fields of a form; null where the body is something else. */
export function formOf(request: Incoming): URLSearchParams | null {
  return mediaTypeOf(request) === 'application/x-www-form-urlencoded' ? new URLSearchParams(request.body) : null;
}

export type Body = { readonly [name: string]: unknown };

/** The members of a JSON object; null where the body is none. */
export function jsonOf(request: Incoming): Body | null {
  try {
    const value: unknown = JSON.parse(request.body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : null;
  } catch {
    return null;
  }
}

/** JSON or a form, as Django REST framework takes both. */
export function dataOf(request: Incoming): Body | null {
  const form = formOf(request);
  return form === null ? jsonOf(request) : Object.fromEntries(form);
}
