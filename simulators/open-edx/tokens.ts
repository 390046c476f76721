/**
 * The tokens and codes of the LMS as OAuth 2 provider: opaque ones in tables, JWTs by its own key.
 *
 * Refresh tokens change at every use and have no grace: the one that was used is worth nothing from then on.
 */

import { createHmac } from 'node:crypto';
import type { JsonObject, Milliseconds } from '../../src/model.ts';
import { BoundedMap } from '../shared/bounded.ts';
import type { Account } from './accounts.ts';
import type { Random } from './random.ts';

export const codeLifetime: Milliseconds = 60_000;
export const opaqueSeconds = 36_000;
export const jwtSeconds = 3_600;

/** What an application may do, and as whom. */
export interface Permission {
  readonly account: Account;
  readonly scopes: readonly string[];
  /** Null of a token that an operator made by hand. */
  readonly clientId: string | null;
}

export interface Code extends Permission {
  readonly redirectUri: string;
  readonly expiresAt: Milliseconds;
}

export interface AccessToken extends Permission {
  readonly expiresAt: Milliseconds;
}

export interface RefreshToken extends Permission {
  readonly accessToken: string;
  readonly issuedAt: Milliseconds;
}

const limit = 20_000;

export class Tokens {
  readonly #now: () => Milliseconds;
  readonly #random: Random;
  readonly #refreshSeconds: number;
  readonly #jwtKey: Uint8Array;
  readonly #codes = new BoundedMap<Code>(limit);
  readonly #access = new BoundedMap<AccessToken>(limit);
  readonly #refresh = new BoundedMap<RefreshToken>(limit);
  /** Of each account, so that all of them can be swept. */
  readonly #ofAccount = new BoundedMap<Set<string>>(limit);

  constructor(now: () => Milliseconds, random: Random, refreshSeconds: number) {
    this.#now = now;
    this.#random = random;
    this.#refreshSeconds = refreshSeconds;
    this.#jwtKey = random.key();
  }

  issueCode(code: Omit<Code, 'expiresAt'>): string {
    const value = this.#random.text(30);
    this.#codes.set(value, { ...code, expiresAt: this.#now() + codeLifetime });
    return value;
  }

  /** Once, also when what follows fails. */
  takeCode(value: string): Code | null {
    const code = this.#codes.get(value);
    this.#codes.delete(value);
    return code !== null && this.#now() < code.expiresAt ? code : null;
  }

  issueAccess(permission: Permission, seconds: number, value = this.#random.text(30)): string {
    this.#access.set(value, { ...permission, expiresAt: this.#now() + seconds * 1_000 });
    this.#remember(permission.account, value);
    return value;
  }

  issueRefresh(permission: Permission, accessToken: string): string {
    const value = this.#random.text(30);
    this.#refresh.set(value, { ...permission, accessToken, issuedAt: this.#now() });
    this.#remember(permission.account, value);
    return value;
  }

  /** Also an expired one: the caller must look. */
  access(value: string): AccessToken | null {
    return this.#access.get(value);
  }

  hasExpired(token: AccessToken): boolean {
    return this.#now() >= token.expiresAt;
  }

  /** Takes the refresh token and the access token that came with it away. Null: it was used, swept or never issued. */
  takeRefresh(value: string, clientId: string): RefreshToken | null {
    const token = this.#refresh.get(value);
    if (token === null || token.clientId !== clientId) return null;
    this.#refresh.delete(value);
    this.#access.delete(token.accessToken);
    return this.#now() - token.issuedAt < this.#refreshSeconds * 1_000 ? token : null;
  }

  permissionOf(value: string): Permission | null {
    return this.#refresh.get(value) ?? this.#access.get(value);
  }

  revoke(value: string): void {
    const refresh = this.#refresh.get(value);
    if (refresh !== null) this.#access.delete(refresh.accessToken);
    this.#refresh.delete(value);
    this.#access.delete(value);
  }

  /** All of one account, as the weekly sweep or a changed password takes them. */
  sweep(account: Account): void {
    for (const value of this.#ofAccount.get(`${account.id}`) ?? []) this.revoke(value);
    this.#ofAccount.delete(`${account.id}`);
  }

  signJwt(claims: JsonObject): string {
    const encode = (value: JsonObject) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
    return `${signed}.${this.#mac(signed)}`;
  }

  /** The claims of a JWT of ours that is still good. */
  readJwt(value: string): { readonly [claim: string]: unknown } | null {
    const [header, payload, mac, ...more] = value.split('.');
    if (payload === undefined || more.length > 0 || this.#mac(`${header}.${payload}`) !== mac) return null;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return claims.exp > this.#now() / 1_000 ? claims : null;
  }

  #mac(signed: string): string {
    return createHmac('sha256', this.#jwtKey).update(signed).digest('base64url');
  }

  #remember(account: Account, value: string): void {
    const values = this.#ofAccount.get(`${account.id}`) ?? new Set();
    this.#ofAccount.set(`${account.id}`, values.add(value));
  }
}
