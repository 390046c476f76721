/**
 * Everything the stand-in remembers: codes, tokens, and what clients did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside.
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { json } from '../shared/answers.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import type { Client } from '../shared/client.ts';
import type { ReceivedAt } from '../shared/received.ts';
import type { Flavour, RefusalCode } from './flavour.ts';
import type { ConsentingPerson, Person } from './person.ts';

export type Endpoint = 'authorize' | 'token' | 'user-data';
export type Received = ReceivedAt<Endpoint>;

/** What the person let the client have. */
export interface Permission {
  readonly client: Client;
  readonly person: ConsentingPerson;
  readonly scopes: readonly string[];
}

/** What a code stands for. Kept after its use, so that the second use is known for what it is. */
export interface Code extends Permission {
  readonly redirectUri: string;
  /** Null where the product knows no PKCE. */
  readonly codeChallenge: string | null;
  readonly issuedAt: Milliseconds;
  spent: boolean;
}

export interface AccessToken extends Permission {
  readonly issuedAt: Milliseconds;
}

const limit = 10_000;
const mostPeople = 1_000;

export class World {
  readonly environment: Environment;
  readonly flavour: Flavour;
  readonly clients: ReadonlyMap<string, Client>;
  readonly codes = new BoundedMap<Code>(limit);
  readonly tokens = new BoundedMap<AccessToken>(limit);
  readonly complaints = new BoundedList<string>(1_000);
  readonly requests: BoundedList<Received>;
  readonly people = new Map<string, Person>();
  #serial = 0;

  constructor(
    environment: Environment,
    flavour: Flavour,
    clients: ReadonlyMap<string, Client>,
    recordedRequests: number,
  ) {
    this.environment = environment;
    this.flavour = flavour;
    this.clients = clients;
    this.requests = new BoundedList(recordedRequests);
  }

  /** Refuses, and writes down in words why. The words name no secret and no personal data. */
  refuse(endpoint: Endpoint, code: RefusalCode, complaint: string, person: ConsentingPerson | null = null): Response {
    this.complain(endpoint, complaint);
    const { status, body } = this.flavour.refusal(code);
    return json(body, person?.errors === 'inside-200' ? 200 : status);
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

  issueCode(code: Omit<Code, 'issuedAt' | 'spent'>): string {
    const value = this.#opaque();
    this.codes.set(value, { ...code, issuedAt: this.environment.now(), spent: false });
    return value;
  }

  issueToken({ client, person, scopes }: Permission): string {
    const value = this.#opaque();
    this.tokens.set(value, { client, person, scopes, issuedAt: this.environment.now() });
    return value;
  }

  /** The serial number keeps values apart even where a test holds chance still. */
  #opaque(): string {
    this.#serial += 1;
    return `${this.#serial.toString(36)}.${Buffer.from(this.environment.randomBytes(24)).toString('base64url')}`;
  }
}
