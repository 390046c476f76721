/**
 * Everything the campus remembers: who is signed in, launches under way, tokens, grades, and what tools did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside.
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import type { KeyRing } from '../shared/keys.ts';
import { Orders } from '../shared/misbehaviour.ts';
import type { ReceivedAt } from '../shared/received.ts';
import type { Course, CourseRole, Link } from './course.ts';
import type { Grades } from './grade-book.ts';
import type { Launch } from './launch.ts';
import type { Order } from './misbehaviour.ts';
import type { Person } from './person.ts';
import type { Product } from './product.ts';
import type { Tool, Tool13 } from './tool.ts';

export type Endpoint =
  | 'campus'
  | 'authorize'
  | 'jwks'
  | 'token'
  | 'memberships'
  | 'line-items'
  | 'deep-links'
  | 'outcomes'
  | 'openid-configuration'
  | 'registration';

/** A request with the parts of its address that its route names. */
export interface Incoming extends ReceivedAt<Endpoint> {
  readonly parts: { readonly [name: string]: string };
}

export interface ServiceToken {
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Milliseconds;
}

/** What the campus answers a tool with, by key; for misbehaviour that repeats itself. */
export interface Sent {
  readonly idToken: string | null;
  readonly nonce: string | null;
  readonly form: readonly (readonly [string, string])[] | null;
}

const limit = 10_000;
const most = 1_000;

export class World {
  readonly environment: Environment;
  readonly fetch: (address: string) => Promise<Response>;
  readonly product: Product;
  /** Before every path; origin and prefix. */
  readonly base: string;
  readonly issuer: string;
  readonly keys: KeyRing;
  readonly orders = new Orders<Order>();
  readonly tools = new Map<string, Tool>();
  readonly people = new Map<string, Person>();
  readonly courses = new Map<string, Course>();
  readonly grades: Grades;
  /** By the cookie of the campus. */
  readonly sessions = new BoundedMap<Person>(limit);
  /** By `lti_message_hint`. */
  readonly launches = new BoundedMap<Launch>(limit);
  readonly lastSent = new BoundedMap<Sent>(most);
  /** Nonces of authentication requests, of tools' tokens and of signed calls, each with its owner before it. */
  readonly used = new BoundedMap<true>(limit);
  readonly serviceTokens = new BoundedMap<ServiceToken>(limit);
  /** Whether each was used. */
  readonly registrationTokens = new BoundedMap<boolean>(most);
  readonly complaints = new BoundedList<string>(1_000);
  readonly requests: BoundedList<Incoming>;
  #serial = 0;

  constructor(parts: {
    readonly environment: Environment;
    readonly fetch: (address: string) => Promise<Response>;
    readonly product: Product;
    readonly base: string;
    readonly keys: KeyRing;
    readonly grades: Grades;
    readonly recordedRequests: number;
  }) {
    this.environment = parts.environment;
    this.fetch = parts.fetch;
    this.product = parts.product;
    this.base = parts.base;
    this.issuer = parts.product.issuer(parts.base);
    this.keys = parts.keys;
    this.grades = parts.grades;
    this.requests = new BoundedList(parts.recordedRequests);
  }

  /** Seconds, as tokens count. */
  get seconds(): number {
    return Math.floor(this.environment.now() / 1000);
  }

  /** Writes down what a tool did wrong. The sentence names no secret and no personal data. */
  complain(endpoint: Endpoint, sentence: string): void {
    this.complaints.push(`${endpoint}: ${sentence}`);
  }

  /** The same slug again replaces. @throws RangeError for a malformed slug or beyond 1,000 of a kind. */
  add<Kind extends { readonly slug: string }>(kind: Map<string, Kind>, thing: Kind): void {
    if (!/^[a-z0-9-]{1,64}$/.test(thing.slug)) throw new RangeError(`"${thing.slug}" is not a slug.`);
    if (kind.size >= most && !kind.has(thing.slug)) throw new RangeError(`There are already ${most}.`);
    kind.set(thing.slug, thing);
  }

  /** The course goes on with one more link; a link of the same slug is replaced. */
  addLink(course: Course, link: Link): void {
    const links = [...course.links.filter(({ slug }) => slug !== link.slug), link];
    this.add(this.courses, { ...course, links });
  }

  toolOf(clientId: string): Tool13 | null {
    for (const tool of this.tools.values()) if (tool.version === '1.3' && tool.clientId === clientId) return tool;
    return null;
  }

  subjectOf({ number }: Person, course: Course | null): string | null {
    if (number === null) return null;
    return this.product.idToken.subject({ number, base: this.base, course: course?.slug ?? null });
  }

  userIdOf({ number }: Person, course: Course | null): string | null {
    if (number === null) return null;
    return this.product.v11.userId({ number, base: this.base, course: course?.slug ?? null });
  }

  /** The member of the course with this subject, in 1.3 or 1.1. */
  memberOf(course: Course, subject: string): { readonly person: Person; readonly role: CourseRole } | null {
    for (const [slug, role] of Object.entries(course.members)) {
      const person = this.people.get(slug);
      if (person === undefined) continue;
      if ([this.subjectOf(person, course), this.userIdOf(person, course)].includes(subject)) return { person, role };
    }
    return null;
  }

  remember(key: string, sent: Partial<Sent>): void {
    const before = this.lastSent.get(key) ?? { idToken: null, nonce: null, form: null };
    this.lastSent.set(key, { ...before, ...sent });
  }

  /** Whether this is the first time. */
  useOnce(owner: string, value: string): boolean {
    const key = JSON.stringify([owner, value]);
    if (this.used.get(key) !== null) return false;
    this.used.set(key, true);
    return true;
  }

  /** The serial number keeps values apart even where a test holds chance still. */
  opaque(): string {
    this.#serial += 1;
    return `${this.#serial.toString(36)}-${Buffer.from(this.environment.randomBytes(18)).toString('base64url')}`;
  }
}
