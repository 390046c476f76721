/**
 * The sign-in: how one moves from state to state.
 *
 *     begin → started ──depart──▶ (at the provider) ──arrive──▶ returned ─┬─▶ decided ──conclude──▶ answered
 *                                                                        ├─▶ waiting ⇄ decided
 *                                                                        └─▶ answered (refused)
 *
 * A test never gets as far as *decided*: whatever happens to it, it is answered with a report.
 *
 * Each arrow is one compare-and-set: of parallel callers one moves it, the others find it moved. Each step ends with the
 * browser being sent to the dispatcher, which looks at the stored row alone. No transaction is open while a provider is
 * asked. Must never: touch HTTP, a page or a cookie.
 */
import { isDeepStrictEqual } from 'node:util';
import { randomToken } from '../crypto.ts';
import { type ErrorCode, parseErrorCode, SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type { LaunchRegistrations } from '../lti/launch-registration.ts';
import type {
  Arrival,
  Departure,
  Form,
  GuestOfSignIn,
  Locale,
  Milliseconds,
  Pause,
  ProviderRecord,
  Purpose,
  Registration,
  Requester,
  SignIn,
  Whereabouts,
} from '../model.ts';
import type { EnabledProvider, FormPorts, ProviderContext, RedirectProvider } from '../providers/provider.ts';
import type { LinkingPolicy } from '../users/linking-policy.ts';
import type { UsernameRule } from '../users/username-rule.ts';
import { askedIn, isBeingAnswered, type Sent } from './asked.ts';
import { createAtProvider, singleParameters } from './at-provider.ts';
import { browserHash, LAUNCH_LIFE, SIGN_IN_LIFE, startedSignIn } from './beginning.ts';
import { carriedIdentity } from './carried-identity.ts';
import type { CommitDependencies } from './commit.ts';
import { createConclude } from './conclude.ts';
import { continueAs } from './continue-as.ts';
import { createEndings } from './endings.ts';
import { gatherFacts } from './facts.ts';
import { createGuardAlert } from './guard-alert.ts';
import { launchRule } from './launch-rule.ts';
import type { BrowserOfSignIn, Next } from './next.ts';
import { requireItsSession } from './on-behalf.ts';
import { decideOwnAddress } from './own-address.ts';
import { type PipelineStep, runPipeline } from './pipeline.ts';
import { presentIn, withPresent } from './present.ts';
import { createSubmit } from './submit.ts';
import { switchAccount } from './switch-account.ts';
import { createTestRun, type Decided } from './test-run.ts';
import { departureStep, returnStep, withTestStep } from './test-steps.ts';
import { providerOf } from './who.ts';

/** Time to come back from the provider. */
export const DEPARTURE_LIFE: Milliseconds = 10 * 60_000;
/** How long the same browser may come back to a finished sign-in and still land where it led (C-04). */
export const REPLAY_GRACE: Milliseconds = 60_000;
/** A callback that is still at work after this long has died with its process; outbound calls end sooner. */
const WORK_LIFE: Milliseconds = 30_000;

/** What the operator decided about accounts. */
export interface AccountRules {
  readonly policy: LinkingPolicy;
  readonly usernameRule: UsernameRule;
}

export interface SignInDependencies extends CommitDependencies {
  readonly steps: readonly PipelineStep[];
  readonly log: Log;
  /** The provider, where it may be used for this purpose at this moment. @throws SignInError when it cannot be made for a test */
  readonly findProvider: (slug: string, purpose: Purpose) => Promise<EnabledProvider | null>;
  readonly providerContext: () => Promise<ProviderContext>;
  /** What is said of where somebody came from, while people may still come from there for this purpose. */
  readonly findOrigin: (slug: string, purpose: Purpose) => Promise<ProviderRecord | null>;
  /** What forms of ours may use of the broker. */
  readonly formPorts: FormPorts;
  /** Whose launches are taken. */
  readonly launches: () => Promise<LaunchRegistrations>;
  /** What is asked of people before they are let in; null where nothing is. */
  readonly registration: () => Promise<Registration | 'unreadable' | null>;
  readonly accountRules: () => Promise<AccountRules>;
  readonly callbackUri: (provider: RedirectProvider) => string;
}

export interface Begun {
  readonly signIn: SignIn;
  /** For the browser's cookie. */
  readonly browserSecret: string;
}

export interface SignIns {
  /** @param guest whose work may be claimed by it; null where nobody's is */
  begin(purpose: Purpose, locale: Locale, guest: GuestOfSignIn | null): Promise<Begun>;
  /** Begins with somebody having arrived: a campus sent them. Whatever comes of it stands in the stored row. */
  receive(purpose: Purpose, locale: Locale, arrival: Arrival, reference: string): Promise<Begun>;
  /** The sign-in, when this browser is the one that began it. @throws SignInError sign_in_unknown, sign_in_other_browser, sign_in_expired, lti_launch_expired */
  find(id: string, browserSecret: string | null): Promise<SignIn>;
  /** Where the browser must go to sign in with the provider; null where the dispatcher knows: a test that ended. @throws SignInError */
  depart(signIn: SignIn, slug: string, requester: Requester, reference: string): Promise<Whereabouts | null>;
  /** Takes what the provider sent back. Whatever comes of it, a refusal too, stands in the stored row. */
  arrive(signIn: SignIn, slug: string, parameters: URLSearchParams, reference: string): Promise<void>;
  /** Takes what the person sent from the form that the attempt waits with. Anything else changes nothing (E-03). @throws SignInError when it cannot be answered now */
  submit(signIn: SignIn, sent: Sent, reference: string): Promise<void>;
  dispatch(signIn: SignIn, browser: BrowserOfSignIn, reference: string): Promise<Next>;
}

export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { environment, store, vault, steps } = dependencies;
  const atProvider = createAtProvider(dependencies);
  const endings = createEndings(dependencies);
  const tests = createTestRun(dependencies);
  const alertOwners = createGuardAlert(dependencies);

  /** Ends the attempt with a reason, unless it has ended already. */
  function refuse(signIn: SignIn, code: ErrorCode, detail: string, reference: string): Promise<void> {
    if (signIn.purpose.kind === 'test') return tests.fail(signIn, new SignInError(code, detail), reference);
    return endings.refuse(signIn, { code, detail, reference, caseNumber: null });
  }

  /** Runs `work`; a refusal in it ends the sign-in instead of the request. */
  async function refusing(signIn: SignIn, reference: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signIn.purpose.kind === 'test') return tests.fail(signIn, error, reference);
      if (!(error instanceof SignInError)) throw error;
      await refuse(signIn, error.code, error.detail, reference);
    }
  }

  /** Where the person came from. @throws SignInError provider_disabled: nobody is let in from there any more */
  async function originOfArrival({ purpose }: SignIn, slug: string): Promise<ProviderRecord> {
    return stillThere(await dependencies.findOrigin(slug, purpose));
  }

  /** Three that no operator leaves out: who it was by another version, which account a launch may lead to, and that nobody is replaced unasked. */
  const launchSteps = [carriedIdentity, launchRule, ...steps, switchAccount, continueAs];
  const stepsFor = ({ purpose }: SignIn) => (purpose.kind === 'launch' ? launchSteps : steps);

  async function decide(signIn: SignIn): Promise<Decided> {
    if (signIn.arrival === null) throw new Error('a sign-in is decided before anybody arrived');
    await requireItsSession(signIn, store, environment.now());
    const record = await originOfArrival(signIn, signIn.arrival.profile.provider);
    const facts = await gatherFacts(signIn, { ...dependencies, ...(await dependencies.accountRules()), record });
    return { ...((await decideOwnAddress(signIn, store)) ?? (await runPipeline(stepsFor(signIn), facts))), facts };
  }

  /** Decides and moves the row to where the decision leads. */
  async function advanceByDecision(signIn: SignIn, reference: string): Promise<void> {
    if (signIn.purpose.kind === 'test') return tests.conclude(signIn, () => decide(signIn), reference);
    const decided = await decide(signIn);
    const { result, trace } = decided;
    await alertOwners(signIn, decided, reference);
    if (result.kind === 'refused') return refuse({ ...signIn, trace }, result.code, 'refused-by-pipeline', reference);
    if (result.kind === 'conflict')
      return endings.refuseForConflict({ ...signIn, trace }, result.candidates, reference);
    const pause = result.kind === 'waiting' ? { step: result.step, form: result.form, remembered: {} } : null;
    const decision = result.kind === 'decided' ? result.decision : null;
    const change = { arrival: signIn.arrival, answers: signIn.answers, trace, pause, decision, departure: null };
    await store.signIns.advance(signIn, result.kind === 'waiting' ? 'waiting' : 'decided', change, environment.now());
  }

  /** Asks the provider who came back, and decides. From here on the code counts as spent: nobody asks twice. */
  function take(returned: SignIn, departure: Departure, parameters: URLSearchParams, reference: string): Promise<void> {
    return refusing(returned, reference, async () => {
      const { provider } = stillThere(await dependencies.findProvider(departure.provider, returned.purpose));
      const arrival = await atProvider.finish(provider, departure, singleParameters(parameters));
      await advanceByDecision({ ...returned, arrival }, reference);
    });
  }

  async function refusedNow(signIn: SignIn, code: ErrorCode, detail: string, reference: string): Promise<Next> {
    await refuse(signIn, code, detail, reference);
    if (signIn.purpose.kind === 'test') return { kind: 'wait' };
    return { kind: 'refused', code, provider: providerOf(signIn), caseNumber: null };
  }

  const conclude = createConclude({
    ...dependencies,
    endings,
    originOfArrival,
    decide,
    advanceByDecision,
    refusedNow,
  });

  /** The attempt as it is for who is signed in here: decided anew where that is somebody else than it was decided for. */
  async function forWhoIsHere(signIn: SignIn, { present }: BrowserOfSignIn, reference: string): Promise<SignIn> {
    const isOpen = signIn.state === 'waiting' || signIn.state === 'decided';
    const userId = present?.userId ?? null;
    if (signIn.purpose.kind !== 'launch' || !isOpen || presentIn(signIn.answers) === userId) return signIn;
    await advanceByDecision({ ...signIn, answers: withPresent(signIn.answers, userId) }, reference);
    return (await store.signIns.find(signIn.id)) ?? signIn;
  }

  /** What the stored row says comes next. @throws SignInError when that can no longer be */
  async function nextOf(found: SignIn, browser: BrowserOfSignIn, reference: string): Promise<Next> {
    if (isBeingAnswered(found, environment.now())) return { kind: 'wait' };
    const signIn = await forWhoIsHere(found, browser, reference);
    const age = environment.now() - signIn.changedAt;
    const asked = askedIn(signIn);
    switch (signIn.state) {
      case 'started':
        if (asked !== null) return { kind: 'form', of: asked.of, form: asked.form };
        return signIn.purpose.kind === 'test' ? { kind: 'leave', slug: signIn.purpose.slug } : { kind: 'choose' };
      case 'returned':
        if (age < WORK_LIFE) return { kind: 'wait' };
        return refusedNow(signIn, 'sign_in_expired', 'died-before-it-was-decided', reference);
      case 'waiting': {
        const { result } = await decide(signIn);
        // Another step than the stored one asks when the facts changed: stored first, or its answer would be ignored.
        if (result.kind === 'waiting' && asked !== null && isStillAsked(result, signIn.pause)) {
          return { kind: 'form', of: asked.of, form: asked.form };
        }
        await advanceByDecision(signIn, reference);
        return { kind: 'wait' };
      }
      case 'decided':
        return conclude(signIn, browser, reference);
      case 'answered':
        if (signIn.outcome?.kind === 'refused') return { ...signIn.outcome, code: parseErrorCode(signIn.outcome.code) };
        if (signIn.outcome?.kind === 'tested') return { kind: 'tested' };
        if (signIn.outcome === null || age >= REPLAY_GRACE)
          return { kind: 'refused', code: 'sign_in_replayed', provider: null, caseNumber: null };
        if (signIn.outcome.kind === 'proved') return { kind: 'proved' };
        return {
          kind: 'signed-in',
          userId: signIn.outcome.userId,
          sessionToken: vault.derive('session', signIn.id, browser.secret),
          knownDevice: null,
        };
    }
  }

  async function leave(signIn: SignIn, slug: string, requester: Requester): Promise<Whereabouts> {
    const found = await dependencies.findProvider(slug, signIn.purpose);
    if (found === null) throw new SignInError('provider_unknown', 'no such provider is enabled for this client');
    const { provider } = found;
    if (signIn.state !== 'started') throw new SignInError('sign_in_replayed', 'left for a provider after it came back');
    const now = environment.now();
    const { departure } = signIn;
    // A double click goes to the same place, so whichever request the browser follows is answered.
    if (departure?.provider === slug && now - departure.departedAt < DEPARTURE_LIFE / 2) return departure.to;

    const next = await atProvider.start(provider, signIn, requester);
    // Leaving anew is the first step again, not a second one.
    const testSteps = withTestStep({ ...signIn, testSteps: [] }, () => departureStep(next));
    if ((await store.signIns.advance(signIn, 'started', { departure: next, testSteps }, now)) !== null) return next.to;
    const current = await store.signIns.find(signIn.id);
    if (current?.departure?.provider === slug) return current.departure.to;
    throw new SignInError('sign_in_replayed', 'another provider was chosen at the same moment');
  }

  function start(purpose: Purpose, locale: Locale, guest: GuestOfSignIn | null, life: Milliseconds): Begun {
    const id = randomToken(environment, 16);
    const browserSecret = randomToken(environment, 16);
    const begun = { id, browserHash: browserHash(vault, id, browserSecret), purpose, locale, guest };
    return { signIn: startedSignIn({ ...begun, life }, environment.now()), browserSecret };
  }

  return {
    async begin(purpose, locale, guest) {
      const begun = start(purpose, locale, guest, SIGN_IN_LIFE);
      await store.signIns.insert(begun.signIn);
      return begun;
    },

    async receive(purpose, locale, arrival, reference) {
      const begun = start(purpose, locale, null, LAUNCH_LIFE);
      const signIn: SignIn = { ...begun.signIn, state: 'returned', arrival };
      await store.signIns.insert(signIn);
      await refusing(signIn, reference, () => advanceByDecision(signIn, reference));
      return { ...begun, signIn };
    },

    async find(id, browserSecret) {
      const signIn = await store.signIns.find(id);
      if (signIn === null) throw new SignInError('sign_in_unknown', 'no such sign-in');
      // Login CSRF: an attacker's own callback address opened by a victim must not sign the victim in (C-02, RFC 9700 §4.7).
      if (browserSecret === null || browserHash(vault, id, browserSecret) !== signIn.browserHash) {
        throw new SignInError('sign_in_other_browser', 'the browser does not hold the secret of this sign-in');
      }
      if (environment.now() >= signIn.expiresAt) {
        // Begun at a campus, where alone it can be begun again.
        const code = signIn.purpose.kind === 'launch' ? 'lti_launch_expired' : 'sign_in_expired';
        throw new SignInError(code, 'older than its life');
      }
      return signIn;
    },

    async depart(signIn, slug, requester, reference) {
      const { purpose } = signIn;
      if (purpose.kind !== 'test') return leave(signIn, slug, requester);
      if (purpose.slug !== slug) throw new SignInError('provider_unknown', 'not the provider that the test is of');
      if (signIn.state !== 'started') return null;
      try {
        return await leave(signIn, slug, requester);
      } catch (error) {
        await tests.fail(signIn, error, reference);
        return null;
      }
    },

    async arrive(signIn, slug, parameters, reference) {
      if (signIn.state !== 'started') return; // A doubled callback: the dispatcher knows what became of the first.
      const { departure } = signIn;
      await refusing(signIn, reference, async () => {
        // Mix-up (RFC 9700 §4.4): an answer of one provider must not be spent at another. Nothing is asked of either.
        if (departure === null || departure.provider !== slug) {
          throw new SignInError('issuer_mismatch', 'the callback is not of the provider that was chosen');
        }
        if (environment.now() - departure.departedAt >= DEPARTURE_LIFE) {
          throw new SignInError('sign_in_expired', 'came back too late');
        }
        const testSteps = withTestStep(signIn, () => returnStep(parameters));
        const returned = await store.signIns.advance(signIn, 'returned', { testSteps }, environment.now());
        if (returned !== null) await take(returned, departure, parameters, reference);
      });
    },

    submit: createSubmit({ ...dependencies, steps: launchSteps, atProvider, refuse, refusing, advanceByDecision }),

    async dispatch(signIn, browser, reference) {
      try {
        return await nextOf(signIn, browser, reference);
      } catch (error) {
        if (!(error instanceof SignInError)) throw error;
        return refusedNow(signIn, error.code, error.detail, reference);
      }
    },
  };
}

/** @throws SignInError provider_disabled */
function stillThere<Found>(found: Found | null): Found {
  if (found === null) throw new SignInError('provider_disabled', 'disabled, or no longer for this client');
  return found;
}

/** Our own questions about a launch name who is meant: one that names others by now is another question. */
function isStillAsked({ step, form }: { readonly step: string; readonly form: Form }, pause: Pause | null): boolean {
  const isOfLaunch = [launchRule, switchAccount, continueAs].some(({ name }) => name === step);
  return step === pause?.step && (!isOfLaunch || isDeepStrictEqual(form, pause.form));
}
