/**
 * Everything the LMS remembers: its configuration, accounts, links, sessions, tokens, enrolments, and what others did wrong.
 *
 * In memory and bounded; gone when the process ends. Time and chance come from outside.
 */

import type { Environment, Milliseconds } from '../../src/model.ts';
import { BoundedList, BoundedMap } from '../shared/bounded.ts';
import { Accounts } from './accounts.ts';
import type { Received } from './incoming.ts';
import type { Members } from './provider-calls.ts';
import { ProviderRecords } from './provider-records.ts';
import type { Random } from './random.ts';
import { Rates } from './rates.ts';
import type { Application, Course, Site } from './records.ts';
import type { Sessions } from './sessions.ts';
import type { LmsSettings } from './settings.ts';
import { Tokens } from './tokens.ts';

/** One account in one course run. */
export interface Enrollment {
  readonly username: string;
  readonly courseId: string;
  readonly created: Milliseconds;
  mode: string;
  isActive: boolean;
}

/** How the LMS asks others; `fetch` itself unless a test says otherwise. */
export type Ask = (url: string, init: RequestInit) => Promise<Response>;

/** An exception that no view catches: Django answers it with its page for 500. */
export class Unhandled extends Error {}

const limit = 10_000;

export class World {
  readonly environment: Environment;
  readonly origin: string;
  readonly settings: LmsSettings;
  readonly ask: Ask;
  readonly random: Random;
  readonly accounts: Accounts;
  readonly providers: ProviderRecords;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly rates: Rates;
  readonly applications = new Map<string, Application>();
  readonly courses = new Map<string, Course>();
  /** Account, application and scopes for which nobody is asked again. */
  readonly consents = new BoundedMap<true>(limit);
  readonly enrollments = new BoundedMap<Enrollment>(limit * 10);
  readonly complaints = new BoundedList<string>(1_000);
  readonly requests: BoundedList<Received>;
  /** What the `oidc` backend keeps for the whole process. */
  discovery: { readonly at: Milliseconds; readonly document: Members } | null = null;
  keys: { readonly at: Milliseconds; readonly keys: readonly Members[] } | null = null;
  /** Sent to a provider and not come back yet. */
  readonly nonces = new BoundedMap<true>(limit);

  constructor(parts: {
    readonly environment: Environment;
    readonly origin: string;
    readonly settings: LmsSettings;
    readonly sites: readonly Site[];
    readonly ask: Ask;
    readonly recordedRequests: number;
    readonly random: Random;
    readonly sessions: Sessions;
  }) {
    const { environment, random } = parts;
    this.environment = environment;
    this.origin = parts.origin;
    this.settings = parts.settings;
    this.ask = parts.ask;
    this.random = random;
    this.sessions = parts.sessions;
    this.requests = new BoundedList(parts.recordedRequests);
    this.accounts = new Accounts(environment.now);
    this.rates = new Rates(environment.now);
    this.providers = new ProviderRecords(environment.now, parts.sites, parts.settings);
    this.tokens = new Tokens(environment.now, random, parts.settings.REFRESH_TOKEN_EXPIRE_SECONDS);
  }

  now(): Milliseconds {
    return this.environment.now();
  }

  /** Writes down what somebody did wrong. The sentence names no secret and no personal data. */
  complain(endpoint: string, sentence: string): void {
    this.complaints.push(`${endpoint}: ${sentence}`);
  }

  forgetProcess(): void {
    this.discovery = null;
    this.keys = null;
  }

  enrollment(username: string, courseId: string): Enrollment | null {
    return this.enrollments.get(`${username.toLowerCase()} ${courseId}`);
  }

  enrollmentsOf(username: string): readonly Enrollment[] {
    return [...this.courses.keys()].flatMap((id) => this.enrollment(username, id) ?? []);
  }

  enrol(username: string, courseId: string, mode: string, isActive: boolean): Enrollment {
    const found = this.enrollment(username, courseId);
    const enrollment = found ?? { username, courseId, created: this.now(), mode, isActive };
    enrollment.mode = mode;
    enrollment.isActive = isActive;
    this.enrollments.set(`${username.toLowerCase()} ${courseId}`, enrollment);
    return enrollment;
  }
}
