/**
 * Everything the stand-in remembers: codes, tokens, citizens' sessions, and what clients did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside (facts of Llave MX, sections 3, 4).
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import type { Application } from './application.ts';
import type { ConsentingPerson, Person } from './person.ts';
import type { Endpoint, Received } from './received.ts';

/** "About one minute". The stand-in takes it exactly, so that a client's own margin shows. */
export const codeLifetime: Milliseconds = 60_000;
/** Fifteen minutes, whatever the token answer says. */
export const tokenLifetime: Milliseconds = 900_000;

/** What a code stands for. Kept after its use, so that the second use is known for what it is. */
export interface Code {
  readonly application: Application;
  readonly person: ConsentingPerson;
  readonly redirectUri: string;
  /** Null in web mode, where PKCE is not used. */
  readonly codeChallenge: string | null;
  readonly citizenSession: string;
  readonly issuedAt: Milliseconds;
  spent: boolean;
}

export interface Token {
  readonly application: Application;
  readonly person: ConsentingPerson;
  readonly citizenSession: string;
  readonly issuedAt: Milliseconds;
  loggedOut: boolean;
}

/** How many of each are remembered at once. */
const limits = { codes: 10_000, tokens: 10_000, sessions: 10_000, complaints: 1_000, people: 1_000 };

export class World {
  readonly environment: Environment;
  readonly applications: ReadonlyMap<string, Application>;
  readonly codes = new BoundedMap<Code>(limits.codes);
  readonly tokens = new BoundedMap<Token>(limits.tokens);
  /** The citizens' single sign-on, by the value of the browser's cookie. */
  readonly citizenSessions = new BoundedMap<ConsentingPerson>(limits.sessions);
  readonly complaints = new BoundedList<string>(limits.complaints);
  readonly requests: BoundedList<Received>;
  readonly people = new Map<string, Person>();
  #serial = 0;

  constructor(environment: Environment, applications: ReadonlyMap<string, Application>, recordedRequests: number) {
    this.environment = environment;
    this.applications = applications;
    this.requests = new BoundedList(recordedRequests);
  }

  /** Writes down what a client did wrong. The sentence names no secret and no personal data. */
  complain(endpoint: Endpoint | 'other', sentence: string): void {
    this.complaints.push(`${endpoint}: ${sentence}`);
  }

  /** Lists a person on the page; the same slug again replaces. @throws RangeError for a malformed slug or beyond 1,000 people. */
  addPerson(person: Person): void {
    if (!/^[a-z0-9-]{1,64}$/.test(person.slug)) throw new RangeError(`"${person.slug}" is not a slug.`);
    if (this.people.size >= limits.people && !this.people.has(person.slug)) {
      throw new RangeError(`There are already ${limits.people} people.`);
    }
    this.people.set(person.slug, person);
  }

  issueCode(code: Omit<Code, 'issuedAt' | 'spent'>): string {
    // Over 500 characters: clients that keep the code in a short column or refuse a long address must fail here.
    const value = this.#makeToken(340);
    this.codes.set(value, { ...code, issuedAt: this.environment.now(), spent: false });
    return value;
  }

  issueToken(code: Code): string {
    const { application, person, citizenSession } = code;
    const value = this.#makeToken(90);
    this.tokens.set(value, {
      application,
      person,
      citizenSession,
      issuedAt: this.environment.now(),
      loggedOut: false,
    });
    return value;
  }

  beginCitizenSession(person: ConsentingPerson): string {
    const value = this.makeOpaque();
    this.citizenSessions.set(value, person);
    return value;
  }

  /** A short random value. The serial number keeps values apart even where a test holds chance still. */
  makeOpaque(): string {
    this.#serial += 1;
    return `${this.#serial.toString(36)}.${this.#random(24)}`;
  }

  /** Looks like a JWT and is none: nothing in it means anything to anybody. */
  #makeToken(padding: number): string {
    const payload = { jti: this.makeOpaque(), relleno: '-'.repeat(padding) };
    return `${tokenHeader}.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.${this.#random(32)}`;
  }

  #random(bytes: number): string {
    return Buffer.from(this.environment.randomBytes(bytes)).toString('base64url');
  }
}

const tokenHeader = Buffer.from(JSON.stringify({ alg: 'none', typ: 'practica' })).toString('base64url');
