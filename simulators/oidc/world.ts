/**
 * Everything the stand-in remembers: codes, tokens, and what clients did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside.
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import type { Client } from '../shared/client.ts';
import type { KeyRing } from '../shared/keys.ts';
import type { Flavour } from './flavour.ts';
import { Orders } from './misbehaviour.ts';
import type { ConsentingPerson, Person } from './person.ts';
import type { Endpoint, Received } from './received.ts';

export const codeLifetime: Milliseconds = 60_000;
export const tokenLifetime: Milliseconds = 3_600_000;

/** What a code stands for. Kept after its use, so that the second use is known for what it is. */
export interface Code {
  readonly client: Client;
  readonly person: ConsentingPerson;
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly nonce: string | null;
  readonly issuedAt: Milliseconds;
  spent: boolean;
}

export interface AccessToken {
  readonly person: ConsentingPerson;
  readonly issuedAt: Milliseconds;
}

const limit = 10_000;
const mostPeople = 1_000;

export class World {
  readonly environment: Environment;
  readonly flavour: Flavour;
  readonly issuer: string;
  /** Before every path; origin and prefix. */
  readonly base: string;
  readonly clients: ReadonlyMap<string, Client>;
  readonly keys: KeyRing;
  readonly orders = new Orders();
  readonly codes = new BoundedMap<Code>(limit);
  readonly tokens = new BoundedMap<AccessToken>(limit);
  readonly complaints = new BoundedList<string>(1_000);
  readonly requests: BoundedList<Received>;
  readonly people = new Map<string, Person>();
  #serial = 0;

  constructor(parts: {
    readonly environment: Environment;
    readonly flavour: Flavour;
    readonly base: string;
    readonly clients: ReadonlyMap<string, Client>;
    readonly keys: KeyRing;
    readonly recordedRequests: number;
  }) {
    this.environment = parts.environment;
    this.flavour = parts.flavour;
    this.base = parts.base;
    this.issuer = `${parts.base}${parts.flavour.issuerPath}`;
    this.clients = parts.clients;
    this.keys = parts.keys;
    this.requests = new BoundedList(parts.recordedRequests);
  }

  /** Writes down what a client did wrong. The sentence names no secret and no personal data. */
  complain(endpoint: Endpoint, sentence: string): void {
    this.complaints.push(`${endpoint}: ${sentence}`);
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

  issueToken(person: ConsentingPerson): string {
    const value = this.#opaque();
    this.tokens.set(value, { person, issuedAt: this.environment.now() });
    return value;
  }

  /** The serial number keeps values apart even where a test holds chance still. */
  #opaque(): string {
    this.#serial += 1;
    return `${this.#serial.toString(36)}.${Buffer.from(this.environment.randomBytes(24)).toString('base64url')}`;
  }
}
