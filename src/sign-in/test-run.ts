/**
 * How a test ends: always in a report, whatever happens, and never in anything else.
 *
 * Must never: write to any row but the test's own, or to the audit trail. Nobody signed in, and nobody was refused.
 */
import { SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { Environment, SignIn, TestFailure, TestStep, TraceEntry } from '../model.ts';
import type { EnabledProvider } from '../providers/provider.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import type { Store } from '../store/store.ts';
import type { Facts, PipelineResult } from './pipeline.ts';
import { arrivalSteps, decisionStep, failureStep } from './test-steps.ts';
import { who } from './who.ts';

export interface TestRunDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'signIns'>;
  readonly log: Log;
  readonly findProvider: (slug: string, purpose: SignIn['purpose']) => Promise<EnabledProvider | null>;
}

/** What the pipeline came to. */
export interface Decided {
  readonly result: PipelineResult;
  readonly trace: readonly TraceEntry[];
  readonly facts: Facts;
}

export interface TestRun {
  /** Ends it with what a sign-in would have come to. */
  conclude(signIn: SignIn, decide: () => Promise<Decided>, reference: string): Promise<void>;
  /** Ends it with what went wrong. @throws DatabaseUnavailable: that says nothing about the provider, and passes */
  fail(signIn: SignIn, error: unknown, reference: string): Promise<void>;
}

export function createTestRun({ environment, store, log, findProvider }: TestRunDependencies): TestRun {
  async function end(
    signIn: SignIn,
    steps: readonly TestStep[],
    trace: readonly TraceEntry[],
    reference: string,
  ): Promise<void> {
    const change = { outcome: { kind: 'tested' }, testSteps: [...signIn.testSteps, ...steps], trace } as const;
    if ((await store.signIns.advance(signIn, 'answered', change, environment.now())) === null) return;
    const failed = steps.find((step) => step.step === 'failure');
    const { code = null, detail = null } = failed ?? {};
    log.info({ event: 'sign_in.tested', code, detail, ...who(signIn), reference });
  }

  async function fail(signIn: SignIn, error: unknown, reference: string): Promise<void> {
    if (error instanceof DatabaseUnavailable) throw error;
    // A step of an operator's own that breaks is what a test is to find (E-05). What it says may be anything, so only
    // the log says it, as it says everything.
    if (!(error instanceof SignInError))
      log.error({ event: 'sign_in.test_failed', code: 'internal_error', reference }, error);
    const { code, detail } = error instanceof SignInError ? error : broken;
    const at = placeOf(signIn, code);
    const advice = await adviceOn(signIn, code);
    // What it failed at is not called good because it was got to.
    const testSteps = signIn.testSteps.map((step) => (step.step === at ? { ...step, verdict: 'bad' as const } : step));
    await end({ ...signIn, testSteps }, [failureStep({ at, code, detail, advice })], signIn.trace, reference);
  }

  /** The provider's, where it is there at all. */
  async function adviceOn({ purpose }: SignIn, code: SignInError['code']): Promise<string | null> {
    if (purpose.kind !== 'test') return null;
    const found = await findProvider(purpose.slug, purpose).catch((error: unknown) => {
      if (error instanceof SignInError) return null;
      throw error;
    });
    return found?.provider.kind === 'redirect' ? found.provider.advise(code) : null;
  }

  return {
    async conclude(signIn, decide, reference) {
      const { arrival, departure } = signIn;
      if (arrival === null) throw new Error('a test is concluded before anybody arrived');
      const arrived = { ...signIn, testSteps: [...signIn.testSteps, ...arrivalSteps(departure, arrival)] };
      try {
        const { result, trace, facts } = await decide();
        const step = decisionStep(result, speaksOfAccounts(facts));
        if (result.kind !== 'refused') return await end(arrived, [step], trace, reference);
        const refused = { at: 'decision', code: result.code, detail: 'refused by the pipeline', advice: null } as const;
        await end(arrived, [step, failureStep(refused)], trace, reference);
      } catch (error) {
        await fail(arrived, error, reference);
      }
    },
    fail,
  };
}

/** Whether any account is tied to whoever arrived. */
const speaksOfAccounts = ({ known, owners, holders }: Facts) =>
  known !== null || owners.length > 0 || holders.length > 0;

const broken = new SignInError('internal_error', 'a fault of ours, or of a step of your own: the log says which');

/** Refusals of what the browser brought back, before the provider was asked anything. */
const onReturn: readonly SignInError['code'][] = ['provider_denied', 'callback_malformed', 'issuer_mismatch'];

function placeOf({ state, departure, arrival }: SignIn, code: SignInError['code']): TestFailure['at'] {
  if (departure === null) return 'departure';
  if (arrival !== null) return 'decision';
  if (code === 'subject_unusable') return 'profile';
  return state === 'started' || onReturn.includes(code) ? 'return' : 'claims';
}
