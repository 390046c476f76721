/**
 * The world of a history: two people, what each holds outside (accounts at two providers, mailboxes), and three browsers that they
 * share; and beside it the truth, which the broker does not know: whose each thing is.
 *
 * Llave MX is trusted, and tells the truth about verified addresses and about the CURP. The campus is not trusted, and says of any
 * address that it is verified.
 */
import assert from 'node:assert/strict';
import { createOAuth2Simulator, generatedPerson, type OAuth2Simulator } from '../../simulators/index.ts';
import { createAnnounce } from '../../src/client-events/announce.ts';
import type { AccountMerging } from '../../src/credentials/account-merging.ts';
import type { Vault } from '../../src/crypto.ts';
import { openMerging } from '../../src/merging.ts';
import type { JsonObject } from '../../src/model.ts';
import { sessionHash } from '../../src/sign-in/commit.ts';
import { sql } from '../../src/store/database.ts';
import { createCookies } from '../../src/web/cookies.ts';
import type { Page, TestBrowser } from '../browser.ts';
import type { DatabaseKind } from '../databases.ts';
import { ownWays } from '../flows/own-ways.ts';
import { withCampus } from '../lti/campus.ts';
import { BROKER, type Rig, type RigOptions, withRig } from '../rig.ts';
import { allTables } from '../tables.ts';
import { type Campuses, everyoneOfCampuses, type Launched, openCampuses } from './campuses.ts';
import { mailboxes, mailboxOf, ownerOfMailbox, type Person, people, type Way } from './people.ts';

export const BROWSERS = 3;

export const slugs: { readonly [way in Way]: string } = {
  'llave-1': 'llave-mx',
  'llave-2': 'llave-mx',
  campus: 'campus',
  'mailbox-1': 'email',
  'mailbox-2': 'email',
  password: 'password',
};

const CAMPUS = 'https://campus.test';
const CAMPUS_SECRET = 'practice-campus-client-secret-0123456789';

export const options: Partial<RigOptions> = {
  ...ownWays,
  asksForAccount: true,
  moreProviders: `${ownWays.moreProviders}
  - slug: campus
    vendor: oauth2
    enabled: true
    name: Campus
    send_to_registration_first: false
    settings:
      authorization_endpoint: ${CAMPUS}/authorize
      token_endpoint: ${CAMPUS}/token
      user_data_endpoint: ${CAMPUS}/userinfo
      client_id: llavero
      client_secret: ${CAMPUS_SECRET}
      dialect: { subject_members: [id], client_authentication: client_secret_post }
      mapping: { email: email, email_verified: email_verified, full_name: name }`,
};

/** The rule of one provider would refuse most merges of people who hold two accounts at Llave MX. */
export const allowingMerges: Partial<RigOptions> = {
  ...options,
  // Stands after the clients, where a section may begin.
  moreClients: '\naccounts: { merge_same_provider: allow }',
};

/** A sign-in that was left at a question. */
export interface Parked {
  readonly page: Page;
  readonly person: Person;
  readonly guest: string | null;
  readonly launched: Launched | null;
}

/** An account, as an identity leads to it. */
export interface Known {
  readonly id: string;
  /** `leaving`: it waits for its deletion. */
  readonly state: string;
}

/** Whose each thing is, and who sits where: what no row of the broker says. */
export class Truth {
  readonly owners = new Map<string, Person>();
  /** By `provider subject`. What is random is learned when it is first seen. */
  readonly subjects = new Map<string, Person>();
  readonly seats: (Person | null)[] = Array.from({ length: BROWSERS }, () => null);
  readonly parked: (Parked | null)[] = Array.from({ length: BROWSERS }, () => null);
  /** The `sub` by which the course site knows each account, as merges hand it on. */
  readonly subs = new Map<string, string>();
  readonly merges: {
    readonly id: string;
    readonly retired: string;
    readonly survivor: string;
    readonly handed: boolean;
  }[] = [];

  /** What a launch left a place for scores for, by the identity's id: each person presses one link. */
  readonly places = new Map<string, Launched>();

  constructor() {
    people.forEach((person, index) => {
      for (const nth of [1, 2]) this.subjects.set(`llave-mx ${llaveSubject(index, nth)}`, person);
      this.subjects.set(`campus ${index + 1}`, person);
    });
    for (const [key, person] of everyoneOfCampuses) this.subjects.set(key, person);
    for (const address of mailboxes) this.subjects.set(`email ${address}`, ownerOfMailbox(address));
  }

  /** A client that knew only the retired account goes on with its `sub`. Answers whether that was so. */
  handOn(retired: string, survivor: string): boolean {
    const sub = this.subs.get(retired);
    if (sub === undefined || this.subs.has(survivor)) return false;
    this.subs.set(survivor, sub);
    return true;
  }

  accountsOf(person: Person): string[] {
    return [...this.owners].filter(([, owner]) => owner === person).map(([id]) => id);
  }

  isOfMailbox(address: string, person: Person | undefined): boolean {
    return ownerOfMailbox(address) === person;
  }
}

const llaveSubject = (index: number, nth: number) => 1_000_000_000 + 10 * index + nth;
export const curpOf = (person: Person): string => String(generatedPerson(people.indexOf(person)).userData.curp);

/** The key of the identity that this way leads to; null for what is random. */
export function keyOf(person: Person, way: Way): readonly [provider: string, subject: string] | null {
  const index = people.indexOf(person);
  switch (way) {
    case 'llave-1':
    case 'llave-2':
      return ['llave-mx', String(llaveSubject(index, way === 'llave-1' ? 1 : 2))];
    case 'campus':
      return ['campus', String(index + 1)];
    case 'mailbox-1':
    case 'mailbox-2':
      return ['email', mailboxOf(person, way)];
    case 'password':
      return null;
  }
}

interface SessionThere {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: number;
}

export class World {
  readonly rig: Rig;
  readonly merging: AccountMerging;
  /** Every `sub` that the course site was ever told, over all histories: to whom it belonged. */
  readonly everTold = new Map<string, string>();
  browsers: readonly TestBrowser[] = [];
  #history = 0;
  readonly campuses: Campuses;
  readonly #campus: OAuth2Simulator;
  readonly #cookies = createCookies(new URL(BROKER));

  constructor(rig: Rig, campuses: Campuses) {
    this.rig = rig;
    this.campuses = campuses;
    this.#campus = createOAuth2Simulator({
      environment: rig.clock.environment,
      flavour: 'plain',
      prefix: '',
      clients: [
        {
          ...{ kind: 'confidential', clientId: 'llavero', clientSecret: CAMPUS_SECRET, name: 'Broker' },
          redirectUris: [`${BROKER}/callback/campus`],
        },
      ],
    });
    rig.serve(CAMPUS, async (request) => this.#campus.app.fetch(request));
    this.merging = openMerging(rig.open, {
      ...{ environment: rig.clock.environment, publicUrl: new URL(BROKER), mail: rig.mail, participants: [] },
      wakeClientEvents: rig.clientEvents.wake,
    });
  }

  get vault(): Vault {
    return this.rig.open.vault;
  }

  /** A world in which nothing has happened yet. */
  async begin(): Promise<void> {
    const { databases, clock } = this.rig;
    // The protocol library goes by a clock that no test moves: an hour ahead of it, what it stored would be dead on arrival.
    clock.advance(Date.now() - clock.environment.now());
    const kept = ['configuration_revisions', 'deployment', 'signing_keys'];
    const lasting = allTables.durable.filter((table) => !kept.includes(table)).toReversed();
    await databases.durable.script(lasting.map((table) => `delete from ${table};`).join('\n'));
    await databases.ephemeral.script(allTables.ephemeral.map((table) => `delete from ${table};`).join('\n'));
    this.campuses.reset();
    this.#history += 1;
    const address = `10.${(this.#history >> 16) & 255}.${(this.#history >> 8) & 255}.${this.#history & 255}`;
    this.browsers = Array.from({ length: BROWSERS }, () => this.#browser(address));
    for (const person of people) {
      this.setLlaveMx(person, 'llave-1', `${person}@uni.mx`);
      this.setLlaveMx(person, 'llave-2', `${person}@correo.mx`);
      this.setCampus(person, `${person}@uni.mx`);
    }
  }

  /** Of floods is said elsewhere: each history comes from a network of its own. */
  #browser(address: string): TestBrowser {
    return this.rig.browser('en', {
      [BROKER]: async (request) => {
        const forwarded = new Request(request);
        forwarded.headers.set('x-forwarded-for', address);
        return this.rig.broker(forwarded);
      },
      [CAMPUS]: async (request) => this.#campus.app.fetch(request),
    });
  }

  /** What Llave MX says of a person from now on. It says `verified` of nobody's address but their own. */
  setLlaveMx(person: Person, way: 'llave-1' | 'llave-2', address: string): void {
    const index = people.indexOf(person);
    const nth = way === 'llave-1' ? 1 : 2;
    const base = generatedPerson(index);
    const isOwn = ownerOfMailbox(address) === person;
    const told = { idUsuario: llaveSubject(index, nth), correo: address, correoVerificado: isOwn, nombre: person };
    this.rig.llaveMx.addPerson({
      ...base,
      ...{ slug: slugAt(person, way), name: `${person} ${nth}`, userData: { ...base.userData, ...told } },
    });
  }

  setCampus(person: Person, address: string): void {
    const userData: JsonObject = { id: people.indexOf(person) + 1, name: person, email: address, email_verified: true };
    const special = { es: 'De una historia.', en: 'Of a history.' };
    const told = { slug: slugAt(person, 'campus'), name: person, special, userData };
    this.#campus.addPerson({ ...told, answer: 'consents', errors: 'http-status' });
  }

  async stateOf(user: string): Promise<string> {
    return String((await this.rig.databases.durable.get(sql`select state from users where id = ${user}`))?.state);
  }

  /** Whoever is signed in in this browser, by its cookie alone; null when that opens nothing. */
  async signedInAt(browser: number): Promise<string | null> {
    return (await this.#sessionAt(browser))?.userId ?? null;
  }

  /** Whoever is a guest in this browser now. */
  async guestAt(browser: number): Promise<string | null> {
    const user = await this.signedInAt(browser);
    return user !== null && (await this.stateOf(user)) === 'temporary' ? user : null;
  }

  /** To whom this identity leads, as it is stored. */
  async known(provider: string, subject: string): Promise<Known | null> {
    const row = await this.rig.databases.durable.get(sql`
      select users.id, users.state, users.deletion_at from identities join users on users.id = identities.user_id
      where identities.provider = ${provider} and identities.subject = ${subject}`);
    return row && { id: String(row.id), state: row.deletion_at === null ? String(row.state) : 'leaving' };
  }

  async identityOf(
    provider: string,
    subject: string,
  ): Promise<{ readonly id: string; readonly userId: string } | null> {
    const row = await this.rig.databases.durable.get(sql`
      select id, user_id from identities where provider = ${provider} and subject = ${subject}`);
    return row && { id: String(row.id), userId: String(row.user_id) };
  }

  async usernameOf(user: string): Promise<string | null> {
    return (await this.rig.open.store.accounts.findUser(user))?.user.username ?? null;
  }

  /** The stored name of the session in this browser; null where its cookie opens none. */
  async sessionAt(browser: number): Promise<string | null> {
    return (await this.#sessionAt(browser))?.id ?? null;
  }

  /** Whether whoever is signed in there may change what matters without signing in once more (DESIGN §6.7). */
  async signedInRecentlyAt(browser: number): Promise<boolean> {
    const session = await this.#sessionAt(browser);
    return session !== null && this.rig.clock.environment.now() - session.createdAt < 10 * 60_000;
  }

  async #sessionAt(browser: number): Promise<SessionThere | null> {
    const cookie = this.browserAt(browser)
      .cookies('broker.test')
      .find(({ name }) => name === this.#cookies.name('session'));
    if (cookie === undefined) return null;
    const hash = sessionHash(this.vault, cookie.value);
    const row = await this.rig.databases.durable.get(
      sql`select user_id, created_at from sessions where id_hash = ${hash}`,
    );
    return row && { id: hash, userId: String(row.user_id), createdAt: Number(row.created_at) };
  }

  /** Every code that the broker has spent at a provider, in order; the newest thousand requests of each. */
  codesSpent(): string[] {
    const received = [...this.rig.llaveMx.requests, ...this.#campus.requests];
    return received.flatMap(({ endpoint, body }) => {
      if (endpoint !== 'token') return [];
      const code = body.startsWith('{') ? JSON.parse(body).code : new URLSearchParams(body).get('code');
      return [String(code)];
    });
  }

  browserAt(index: number): TestBrowser {
    return this.browsers[index] ?? assert.fail(`there is no browser ${index}`);
  }

  announce() {
    const { configuration, vault } = this.rig.open;
    return createAnnounce(configuration, { vault, environment: this.rig.clock.environment });
  }
}

/** The button of the person at the provider. */
export const slugAt = (person: Person, way: Way) => `${person}-${way}`;

export function withWorld(
  kind: DatabaseKind,
  given: Partial<RigOptions>,
  body: (world: World) => Promise<void>,
): Promise<void> {
  const campuses = openCampuses();
  return withRig(kind, withCampus(campuses.campus, given), (rig) => body(new World(rig, campuses)));
}
