/**
 * The connector of one LMS: what an operator, a command or an embedding program may ask of it.
 */
import type { Provider } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Log } from '../events/log.ts';
import type { Outbound, Visit } from '../http.ts';
import type { Environment } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import type { LearnerTokens } from '../store/open-edx-learners.ts';
import type { Store } from '../store/store.ts';
import { type AccountDependencies, ensureAccount } from './account.ts';
import { type CourseRunReport, syncCourseRuns, type WhichRuns } from './course-runs.ts';
import { changeEnrolment, type Enrolment, type EnrolmentResult } from './enrolments.ts';
import { type LearnerOutcome, type Work, withLearner } from './learners.ts';
import type { Lms } from './lms.ts';
import { createOurSide } from './our-side.ts';
import { type LearnerResult, type Progress, type RunReport, runThrough } from './runs-of-learners.ts';
import { ensureTokens, type TokenStepDependencies } from './tokens.ts';
import { createTransport } from './transport.ts';
import { verify } from './verify.ts';

export interface ConnectorDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly log: Log;
  readonly store: Store;
  readonly publicUrl: URL;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
  readonly oidc: () => Promise<Provider>;
  readonly outbound: Outbound;
  readonly visit: Visit;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export interface ManyOptions {
  /** At most so many are tried; null for all. */
  readonly limit: number | null;
  tell(userId: string, result: LearnerResult): void;
}

export interface Connector {
  readonly lms: Lms;
  /** Account and tokens of one learner, whatever was tried before and when it would be tried again. */
  provision(userId: string): Promise<LearnerOutcome<Progress>>;
  /** The same for several, with a report. */
  provisionThese(userIds: readonly string[], options: ManyOptions): Promise<RunReport>;
  /** All active users without a record. */
  provisionAll(options: ManyOptions): Promise<RunReport>;
  /** All whose record lacks something and is due. */
  repair(options: ManyOptions): Promise<RunReport>;
  /** Tokens that are good for a minute at least, to act in the learner's name. */
  tokensFor(userId: string): Promise<LearnerOutcome<LearnerTokens>>;
  /** What the learner is called at the LMS, where they get an account if they have none. */
  usernameOf(userId: string): Promise<LearnerOutcome<string>>;
  /** Under the name that the learner has there. */
  changeEnrolment(enrolment: Enrolment): Promise<EnrolmentResult>;
  syncCourseRuns(which: WhichRuns): Promise<CourseRunReport>;
  /** Tries both directions, and changes nothing. */
  verify(): Promise<readonly Finding[]>;
}

/** Learners that are looked up at once. */
const PAGE = 100;

export function createConnector(dependencies: ConnectorDependencies): Connector {
  const { lms, environment, store } = dependencies;
  const transport = createTransport({ ...dependencies, throttles: store.openEdxThrottles });
  const ourSide = createOurSide(dependencies);
  const parts: AccountDependencies & TokenStepDependencies = { ...dependencies, transport, ourSide };

  const provision = (userId: string): Promise<LearnerOutcome<Progress>> =>
    withLearner(dependencies, userId, async (work) => {
      const { account, tokens } = work.current();
      const made = await ensureAccount(parts, work);
      if (made.kind === 'failed') return made;
      // Those on record are not looked at: when they have ended, the next use refreshes them.
      const got = tokens === null ? await ensureTokens(parts, work) : { kind: 'done' as const };
      if (got.kind === 'failed') return got;
      const result: Progress = {
        account: account === 'created' ? 'was-there' : 'made',
        tokens: tokens === null ? 'made' : 'was-there',
      };
      return { kind: 'done', result };
    });

  async function loginSays(work: Work) {
    const got = await ensureTokens(parts, work);
    return got.kind === 'failed' ? got : (work.current().username ?? '');
  }

  async function provisionIfPossible(userId: string, mayRegister: boolean): Promise<LearnerResult> {
    if (mayRegister) return provision(userId);
    const learner = await store.openEdxLearners.find(lms.slug, userId);
    return learner?.account === 'created' ? provision(userId) : { kind: 'waits' };
  }

  return {
    lms,
    provision,
    provisionThese(userIds, options) {
      const once = [...new Set(userIds)];
      const next = async (after: string) => once.slice(once.indexOf(after) + 1);
      return runThrough({ ...options, next, work: provisionIfPossible });
    },
    provisionAll: (options) =>
      runThrough({
        ...options,
        next: (after) => store.openEdxLearners.missing(lms.slug, after, PAGE),
        work: provisionIfPossible,
      }),
    repair: (options) =>
      runThrough({
        ...options,
        next: (after) => store.openEdxLearners.due(lms.slug, environment.now(), after, PAGE),
        work: provisionIfPossible,
      }),
    tokensFor: (userId) =>
      withLearner(dependencies, userId, async (work) => {
        const made = await ensureAccount(parts, work);
        return made.kind === 'failed' ? made : ensureTokens(parts, work);
      }),
    usernameOf: (userId) =>
      withLearner(dependencies, userId, async (work) => {
        const made = await ensureAccount(parts, work);
        if (made.kind === 'failed') return made;
        // Of an account that was found by its address only a login says whose it is.
        const known = work.current().username ?? (await loginSays(work));
        return typeof known === 'string' ? { kind: 'done', result: known } : known;
      }),
    changeEnrolment: (enrolment) => changeEnrolment({ ...dependencies, transport }, enrolment),
    syncCourseRuns: (which) => syncCourseRuns({ ...dependencies, transport }, which),
    verify: () => verify({ ...dependencies, transport }),
  };
}
