/**
 * What the LMS keeps of a browser: who is logged in, and a login that is under way at a provider.
 */

import type { Milliseconds } from '../../src/model.ts';
import { BoundedMap } from '../shared/bounded.ts';
import type { Account } from './accounts.ts';
import type { Incoming } from './incoming.ts';
import type { Random } from './random.ts';
import type { BackendName, ProviderRecord } from './records.ts';

/** What a provider said of somebody, in the keys of Python Social Auth. */
export interface Details {
  readonly username: string | null;
  readonly email: string | null;
  readonly fullname: string | null;
  readonly first_name: string | null;
  readonly last_name: string | null;
}

export interface Identity {
  readonly backend: BackendName;
  readonly uid: string;
  readonly details: Details;
}

/** A pipeline that waits: for the registration page, for a password, or for the cookies. */
export interface Pipeline {
  readonly identity: Identity;
  /** As the list of providers knew it then: null while the list is behind. */
  readonly flags: ProviderRecord | null;
  readonly authEntry: string;
  readonly next: string | null;
  readonly startedAt: Milliseconds;
  /** Known once the pipeline is only waiting for the cookies. */
  readonly account: Account | null;
  /** Picked from what the provider said, free at that moment. */
  readonly suggestedUsername: string;
}

export interface Session {
  /** Its cookie; null until it is kept. */
  key: string | null;
  account: Account | null;
  authEntry: string | null;
  next: string | null;
  /** One per backend, and the same for every attempt. */
  readonly states: Map<BackendName, string>;
  pipeline: Pipeline | null;
  /** The backend that this browser logged in by. */
  loggedInBy: BackendName | null;
  /** Shown once, on the next page. */
  message: string | null;
  expiresAt: Milliseconds;
  /** Whether the cookie ends with the browser. */
  endsWithBrowser: boolean;
}

export const sessionCookie = 'sessionid';
export const csrfCookie = 'csrftoken';
const fortnight: Milliseconds = 14 * 24 * 3_600_000;

export class Sessions {
  readonly #now: () => Milliseconds;
  readonly #random: Random;
  readonly #sessions = new BoundedMap<Session>(10_000);

  constructor(now: () => Milliseconds, random: Random) {
    this.#now = now;
    this.#random = random;
  }

  /** The session of this browser, or a new one that is kept once something answers with its cookie. */
  of(request: Incoming): Session {
    return this.find(request) ?? this.#empty();
  }

  find(request: Incoming): Session | null {
    const session = this.#sessions.get(request.cookies.get(sessionCookie) ?? '');
    return session !== null && this.#now() < session.expiresAt ? session : null;
  }

  /** Keeps it. The cookie that says so. */
  save(session: Session, request: Incoming): readonly string[] {
    session.key ??= this.#random.text(32);
    this.#sessions.set(session.key, session);
    const age = session.endsWithBrowser ? null : Math.floor((session.expiresAt - this.#now()) / 1_000);
    return [cookie(sessionCookie, session.key, { request, age, httpOnly: true })];
  }

  /** Under a new key: one that somebody planted before is worth nothing. Two weeks, unless the record says otherwise. */
  logIn(session: Session, account: Account, maxSeconds: number | null): void {
    if (session.key !== null) this.#sessions.delete(session.key);
    session.key = null;
    session.account = account;
    session.endsWithBrowser = maxSeconds === 0;
    session.expiresAt = this.#now() + (maxSeconds === null || maxSeconds === 0 ? fortnight : maxSeconds * 1_000);
  }

  end(request: Incoming): void {
    this.#sessions.delete(request.cookies.get(sessionCookie) ?? '');
  }

  csrfToken(request: Incoming): string {
    return request.cookies.get(csrfCookie) ?? this.#random.text(32);
  }

  #empty(): Session {
    return {
      key: null,
      account: null,
      authEntry: null,
      next: null,
      states: new Map(),
      pipeline: null,
      loggedInBy: null,
      message: null,
      expiresAt: this.#now() + fortnight,
      endsWithBrowser: false,
    };
  }
}

/** What tells other pages of the platform that somebody is logged in. Scripts read them. */
export function markerCookies(account: Account, request: Incoming): readonly string[] {
  const info = JSON.stringify({ version: 1, username: account.username, email: account.email });
  return [
    cookie('edxloggedin', 'true', { request, age: null, httpOnly: false }),
    cookie('edx-user-info', info, { request, age: null, httpOnly: false }),
  ];
}

export function endedCookies(request: Incoming): readonly string[] {
  return [sessionCookie, 'edxloggedin', 'edx-user-info'].map((name) =>
    cookie(name, '', { request, age: 0, httpOnly: name === sessionCookie }),
  );
}

export function cookie(
  name: string,
  value: string,
  { request, age, httpOnly }: { readonly request: Incoming; readonly age: number | null; readonly httpOnly: boolean },
): string {
  return [
    `${name}=${encodeURIComponent(value)}`,
    'Path=/',
    ...(age === null ? [] : [`Max-Age=${age}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    request.secure ? 'SameSite=None; Secure' : 'SameSite=Lax',
  ].join('; ');
}
