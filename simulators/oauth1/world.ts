/**
 * Everything the stand-in remembers: credentials, nonces, and what applications did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside.
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import type { ReceivedAt } from '../shared/received.ts';
import type { Client } from './client.ts';
import type { Flavour } from './flavour.ts';
import type { ConsentingPerson, Person } from './person.ts';

export type Endpoint = 'temporary-credentials' | 'authorize' | 'token-credentials' | 'user-data';
export type Received = ReceivedAt<Endpoint>;

/** How far a timestamp may be off (RFC 5849 §3.3). */
export const window: Milliseconds = 300_000;
export const temporaryLifetime: Milliseconds = 600_000;

/** Kept after its use, so that the second use is known for what it is. */
export interface TemporaryCredentials {
  readonly client: Client;
  readonly secret: string;
  readonly callback: string;
  readonly issuedAt: Milliseconds;
  /** Null until somebody gave permission. */
  permission: { readonly person: ConsentingPerson; readonly verifier: string } | null;
  spent: boolean;
}

export interface TokenCredentials {
  readonly client: Client;
  readonly secret: string;
  readonly person: ConsentingPerson;
}

const limit = 10_000;
const mostPeople = 1_000;

export class World {
  readonly environment: Environment;
  readonly flavour: Flavour;
  readonly origin: string;
  readonly clients: ReadonlyMap<string, Client>;
  readonly temporary = new BoundedMap<TemporaryCredentials>(limit);
  readonly tokens = new BoundedMap<TokenCredentials>(limit);
  readonly nonces = new BoundedMap<true>(limit);
  readonly complaints = new BoundedList<string>(1_000);
  readonly requests: BoundedList<Received>;
  readonly people = new Map<string, Person>();
  #serial = 0;

  constructor(parts: {
    readonly environment: Environment;
    readonly flavour: Flavour;
    readonly origin: string;
    readonly clients: ReadonlyMap<string, Client>;
    readonly recordedRequests: number;
  }) {
    this.environment = parts.environment;
    this.flavour = parts.flavour;
    this.origin = parts.origin;
    this.clients = parts.clients;
    this.requests = new BoundedList(parts.recordedRequests);
  }

  /** Refuses, and writes down in words why. The words name no secret and no personal data. */
  refuse(endpoint: Endpoint, status: 400 | 401, complaint: string): Response {
    this.complain(endpoint, complaint);
    const { type, body } = this.flavour.error(status);
    return new Response(body, { status, headers: { 'Content-Type': type } });
  }

  complain(endpoint: Endpoint, complaint: string): void {
    this.complaints.push(`${endpoint}: ${complaint}`);
  }

  /** Lists a person on the page; the same slug again replaces. @throws RangeError for a malformed slug or beyond 1,000 people. */
  addPerson(person: Person): void {
    if (!/^[a-z0-9-]{1,64}$/.test(person.slug)) throw new RangeError(`"${person.slug}" is not a slug.`);
    if (this.people.size >= mostPeople && !this.people.has(person.slug)) {
      throw new RangeError(`There are already ${mostPeople} people.`);
    }
    this.people.set(person.slug, person);
  }

  issueTemporary(client: Client, callback: string): { readonly token: string; readonly secret: string } {
    const [token, secret] = [this.opaque(), this.opaque()];
    const issuedAt = this.environment.now();
    this.temporary.set(token, { client, secret, callback, issuedAt, permission: null, spent: false });
    return { token, secret };
  }

  issueToken(client: Client, person: ConsentingPerson): { readonly token: string; readonly secret: string } {
    const [token, secret] = [this.opaque(), this.opaque()];
    this.tokens.set(token, { client, secret, person });
    return { token, secret };
  }

  /** The serial number keeps values apart even where a test holds chance still; `+` and `/` must be encoded. */
  opaque(): string {
    this.#serial += 1;
    return `${this.#serial.toString(36)}+/${Buffer.from(this.environment.randomBytes(24)).toString('base64')}`;
  }
}
