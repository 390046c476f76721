/**
 * The sign-in over a real store and a provider that a test plays, for tests only.
 */
import type { TestStore } from '../../test/store-fixture.ts';
import { profileWith, recordWith } from '../../test/store-fixture.ts';
import { type AccountDeletion, createAccountDeletion } from '../credentials/account-deletion.ts';
import { createGuestClaims, type GuestClaims } from '../credentials/guest-claims.ts';
import type { Notice } from '../credentials/notices.ts';
import { createUsernames } from '../credentials/usernames.ts';
import { createLog } from '../events/log.ts';
import { createLimits } from '../limits/limits.ts';
import type {
  GuestOfSignIn,
  JsonObject,
  Milliseconds,
  ProviderRecord,
  Purpose,
  Registration,
  Requester,
  SignIn,
  Terms,
  Whereabouts,
} from '../model.ts';
import { registrationFields } from '../person/fields.ts';
import type {
  Finish,
  FinishRequest,
  FormPorts,
  MailProofs,
  RedirectProvider,
  StartRequest,
  Watched,
} from '../providers/provider.ts';
import { type Row, sql } from '../store/database.ts';
import { linkingPolicy } from '../users/linking-policy.ts';
import { dependenciesOf } from '../users/merge.fixture.ts';
import type { MergeParticipant } from '../users/merge-participants.ts';
import type { UsernameRule } from '../users/username-rule.ts';
import type { Sent } from './asked.ts';
import type { Next } from './next.ts';
import type { Facts, PipelineStep } from './pipeline.ts';
import { createSignIns, type SignIns } from './sign-in.ts';
import { defaultSteps } from './steps.ts';

/** A provider that notes what it is asked. `finish` answers the same person until a test says otherwise. */
export class PlayedProvider implements RedirectProvider, Watched {
  readonly kind = 'redirect';
  readonly slug: string;
  readonly redirectUri = null;
  readonly endSession = null;
  readonly started: StartRequest[] = [];
  readonly finished: FinishRequest[] = [];
  enabled = true;
  /** What its operator says of it. */
  record: ProviderRecord;
  answer: () => Promise<Finish>;

  constructor(slug: string) {
    this.slug = slug;
    this.record = recordWith({ slug });
    this.answer = async () => ({ profile: profileWith({ provider: slug }), upstream: null });
  }

  async start(request: StartRequest) {
    this.started.push(request);
    const redirect = new URL(`https://${this.slug}.test/authorize?state=${request.state}&n=${this.started.length}`);
    return { redirect, remembered: { times: this.started.length } };
  }

  finish(request: FinishRequest): Promise<Finish> {
    this.finished.push(request);
    return this.answer();
  }

  isDown() {
    return false;
  }

  async check() {
    return [];
  }

  advise() {
    return null;
  }
}

export interface Engine {
  readonly given: TestStore;
  readonly signIns: SignIns;
  readonly campus: PlayedProvider;
  readonly other: PlayedProvider;
  readonly logged: JsonObject[];
  /** What people are asked, and whether mails reach anybody, until a test says otherwise: nothing, and yes. */
  readonly asked: { rules: Registration | 'unreadable' | null; canSendMail: boolean; usernameRule: UsernameRule };
  /** What people were told by mail of their accounts. */
  readonly noticed: Notice[];
  /** The same deployment after its process was started anew; `store` may fail where a test wants it to. */
  restarted(store: TestStore['store']): Engine;
}

export function createEngine(
  given: TestStore,
  steps: readonly PipelineStep[] = defaultSteps,
  participants: readonly MergeParticipant[] = [],
): Engine {
  const asked: Engine['asked'] = { rules: null, canSendMail: true, usernameRule: 'random' };
  const [campus, other] = [new PlayedProvider('campus'), new PlayedProvider('other')];
  return engineOver(given, steps, { campus, other, asked, participants });
}

interface Surroundings extends Pick<Engine, 'campus' | 'other' | 'asked'> {
  readonly participants: readonly MergeParticipant[];
}

function engineOver(given: TestStore, steps: readonly PipelineStep[], surroundings: Surroundings): Engine {
  const { campus, other, asked, participants } = surroundings;
  const { store, vault, clock: environment } = given;
  const logged: JsonObject[] = [];
  const noticed: Notice[] = [];
  const destination = { write: (line: string) => logged.push(JSON.parse(line)) };
  const findProvider = async (slug: string) => {
    const provider = [campus, other].find((one) => one.slug === slug && one.enabled);
    return provider === undefined ? null : { provider, record: provider.record };
  };
  const signIns = createSignIns({
    environment,
    store,
    vault,
    steps,
    log: createLog({ level: 'debug', environment, showPlaces: false, destination }),
    findProvider,
    launches: async () => new Map(),
    findOrigin: async (slug) => (await findProvider(slug))?.record ?? null,
    providerContext: async () => ({ ...environment, outbound: () => Promise.reject(new Error('nobody is called')) }),
    formPorts: portsOf(given, asked),
    registration: async () => asked.rules,
    notices: {
      async prepare(notices) {
        noticed.push(...notices);
        return [];
      },
      wake: () => {},
    },
    guestClaims: claimsOf(given, participants),
    deletion: deletionOf(given),
    wakeClientEvents: () => {},
    accountRules: async () => ({ policy: linkingPolicy, usernameRule: asked.usernameRule }),
    callbackUri: ({ slug }) => `https://broker.test/callback/${slug}`,
  });
  const restarted = (another: TestStore['store']) => engineOver({ ...given, store: another }, steps, surroundings);
  return { given, signIns, campus, other, logged, asked, noticed, restarted };
}

/** What the pipeline decides from: somebody unknown on a visit, with changes. */
export function factsWith(changes: Partial<Facts>): Facts {
  return {
    ...{ purpose: visit, policy: linkingPolicy, profile: profileWith({}), record: recordWith({}), known: null },
    ...{ isGuest: false, owners: [], holders: [], proved: null, account: null, guest: null, resolution: null },
    ...{ alreadyConnected: [], launch: null, answers: {}, registration: null },
    ...changes,
  };
}

export const visit: Purpose = { kind: 'visit', returnTo: '/account' };
export const REFERENCE = 'reference-1';

export const requester: Requester = { userAgent: null, addressKey: 'test', knownDevice: null };

/** The answer to a question of a step. */
export function sentTo(step: string, yes: boolean): Sent {
  return {
    of: { kind: 'step', name: step },
    from: 'confirm',
    fields: new Map(yes ? [['answer', 'yes']] : []),
    requester,
  };
}

/** A form as a page of ours sends it to a step. */
export function sentForm(step: string, fields: { readonly [name: string]: string }): Sent {
  return { of: { kind: 'step', name: step }, from: null, fields: new Map(Object.entries(fields)), requester };
}

/** With the rules of the fixture of merges; apps elsewhere are not told. */
function claimsOf(given: TestStore, participants: readonly MergeParticipant[]): GuestClaims {
  const dependencies = { ...dependenciesOf(given, { participants }), store: given.store };
  return createGuestClaims({ ...dependencies, announce: async () => [], wakeClientEvents: () => {} });
}

/** With a grace of thirty days; apps elsewhere are not told, and nobody is written to. */
export function deletionOf({ clock: environment, databases, store, vault }: TestStore): AccountDeletion {
  return createAccountDeletion({
    ...{ environment, database: databases.durable, store, vault },
    notices: { prepare: async () => [], wake: () => {} },
    grace: async () => 30 * 24 * 3_600_000,
    announce: async () => [],
    wakeClientEvents: () => {},
  });
}

/** For engines without a way of our own: nobody may ask for passwords. */
function portsOf({ store, clock: environment }: TestStore, asked: Engine['asked']): FormPorts {
  const never = () => Promise.reject(new Error('nobody is asked'));
  return {
    ...environment,
    issuer: 'https://broker.test',
    mailProofs: playedMailProofs(asked),
    passwords: { verify: never, find: never, choose: never },
    usernames: createUsernames({
      ...{ store, environment, limits: createLimits(store.rateLimits, environment) },
      usernameRule: async () => asked.usernameRule,
    }),
  };
}

/** The right code. */
export const CODE = '123456';

/** Mails to anybody who has an address: the code of each is right once. */
function playedMailProofs(asked: Engine['asked']): MailProofs {
  const open = new Set<string>();
  let sent = 0;
  return {
    get canSend() {
      return asked.canSendMail;
    },
    async send({ address }) {
      const proofId = `proof-${sent++}`;
      open.add(proofId);
      return { kind: 'sent', proofId, address: address.toLowerCase() };
    },
    takeCode: async (proofId, code) => code === CODE && open.delete(proofId),
    takeLink: async () => null,
  };
}

/** One browser with one attempt. Reads the stored row before each move, as each request does. */
export class Attempt {
  readonly engine: Engine;
  readonly id: string;
  readonly secret: string;

  constructor(engine: Engine, id: string, secret: string) {
    this.engine = engine;
    this.id = id;
    this.secret = secret;
  }

  static async begin(engine: Engine, purpose: Purpose = visit, guest: GuestOfSignIn | null = null): Promise<Attempt> {
    const { signIn, browserSecret } = await engine.signIns.begin(purpose, 'es-MX', guest);
    return new Attempt(engine, signIn.id, browserSecret);
  }

  /** A new attempt that has come back from the provider. */
  static async arrived(engine: Engine): Promise<Attempt> {
    const attempt = await Attempt.begin(engine);
    await attempt.depart('campus');
    await attempt.arrive('campus');
    return attempt;
  }

  /** The same browser and attempt at a process that was started anew. */
  at(engine: Engine): Attempt {
    return new Attempt(engine, this.id, this.secret);
  }

  row(): Promise<SignIn> {
    return this.engine.signIns.find(this.id, this.secret);
  }

  async depart(slug: string): Promise<Whereabouts | null> {
    return this.engine.signIns.depart(await this.row(), slug, requester, REFERENCE);
  }

  async arrive(slug: string, query = 'code=c'): Promise<void> {
    await this.engine.signIns.arrive(await this.row(), slug, new URLSearchParams(query), REFERENCE);
  }

  async answer(step: string, yes: boolean): Promise<void> {
    await this.engine.signIns.submit(await this.row(), sentTo(step, yes), REFERENCE);
  }

  async dispatch(): Promise<Next> {
    return this.engine.signIns.dispatch(await this.row(), { secret: this.secret, requester, present: null }, REFERENCE);
  }

  /** Sends the page of a step, filled in. */
  async send(step: string, fields: { readonly [name: string]: string }): Promise<void> {
    await this.engine.signIns.submit(await this.row(), sentForm(step, fields), REFERENCE);
  }

  /** As a browser that is told to look again: what it is shown in the end. */
  async end(): Promise<Next> {
    for (let tries = 0; tries < 5; tries++) {
      const next = await this.dispatch();
      if (next.kind !== 'wait') return next;
    }
    return { kind: 'wait' };
  }
}

/** What support would find about this attempt, in no order. */
export async function eventsOf({ given }: Engine): Promise<Row[]> {
  return given.databases.durable.all(sql`
    select type, code, user_id, provider, client_id, sign_in_id, reference, detail from audit_events order by type`);
}

/** A wait that is surely over for a callback that died at its work. */
export const AFTER_WORK: Milliseconds = 31_000;

/** What an operator asks; what is not given is not asked. */
export function rulesWith(
  fields: Partial<Registration['fields']>,
  others: Partial<Omit<Registration, 'fields'>> = {},
): Registration {
  const hidden = Object.fromEntries(registrationFields.map((name) => [name, 'hidden'])) as Registration['fields'];
  return { fields: { ...hidden, ...fields }, verifyEmail: false, terms: null, ...others };
}

export const termsOf = (version: string): Terms => ({
  version,
  address: `https://campus.test/${version}`,
  title: null,
});
