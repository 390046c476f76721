/**
 * The sign-in: how one moves from state to state.
 *
 *     begin → started ──depart──▶ (at the provider) ──arrive──▶ returned ─┬─▶ decided ──conclude──▶ answered
 *                                                                        ├─▶ waiting ⇄ decided
 *                                                                        └─▶ answered (refused)
 *
 * Each arrow is one compare-and-set: of parallel callers one moves it, the others find it moved. Each step ends with the
 * browser being sent to the dispatcher, which looks at the stored row alone. No transaction is open while a provider is
 * asked. Must never: touch HTTP, a page or a cookie.
 */
import { knownDevice } from '../credentials/known-device.ts';
import type { Notices } from '../credentials/notices.ts';
import { randomToken, type Vault } from '../crypto.ts';
import { type ErrorCode, parseErrorCode, SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import type {
  Arrival,
  Departure,
  Environment,
  Form,
  GuestOfSignIn,
  Locale,
  Milliseconds,
  Purpose,
  Registration,
  Requester,
  SignIn,
  Whereabouts,
} from '../model.ts';
import type { EnabledProvider, FormPorts, ProviderContext, RedirectProvider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { LinkingPolicy } from '../users/linking-policy.ts';
import { type Asked, answers, askedIn, type FormOwner, isBeingAnswered, type Sent } from './asked.ts';
import { createAtProvider, singleParameters, submissionOf } from './at-provider.ts';
import { startedSignIn } from './beginning.ts';
import { commitArrival } from './commit.ts';
import { createEndings, providerOf, who } from './endings.ts';
import { gatherFacts } from './facts.ts';
import { type PipelineStep, receiveConfirm, runPipeline } from './pipeline.ts';

/** Time to come back from the provider. */
export const DEPARTURE_LIFE: Milliseconds = 10 * 60_000;
/** How long the same browser may come back to a finished sign-in and still land where it led (C-04). */
export const REPLAY_GRACE: Milliseconds = 60_000;
/** A callback that is still at work after this long has died with its process; outbound calls end sooner. */
const WORK_LIFE: Milliseconds = 30_000;
const COMMIT_ATTEMPTS = 3;
const WITHDRAWN = 'disabled, or no longer for this client';

/** What the operator decided about accounts. */
export interface AccountRules {
  readonly policy: LinkingPolicy;
}

export interface SignInDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly steps: readonly PipelineStep[];
  readonly log: Log;
  /** The provider, where it is enabled at this moment and may be used for this purpose. */
  readonly findProvider: (slug: string, purpose: Purpose) => Promise<EnabledProvider | null>;
  readonly providerContext: () => Promise<ProviderContext>;
  /** What forms of ours may use of the broker. */
  readonly formPorts: FormPorts;
  /** What is asked of people before they are let in; null where nothing is. */
  readonly registration: () => Promise<Registration | 'unreadable' | null>;
  readonly notices: Notices;
  readonly wakeClientEvents: () => void;
  readonly accountRules: () => Promise<AccountRules>;
  readonly callbackUri: (provider: RedirectProvider) => string;
}

/** What the dispatcher found that the browser must see or do next. */
export type Next =
  | { readonly kind: 'choose' }
  /** A form of ours is to be filled in: of the provider that was chosen, or of a step of the pipeline. */
  | { readonly kind: 'form'; readonly of: FormOwner; readonly form: Form }
  | { readonly kind: 'wait' }
  /** `knownDevice`: what the browser keeps to be known by the next time; null where nothing is to be kept. */
  | {
      readonly kind: 'signed-in';
      readonly userId: string;
      readonly sessionToken: string;
      readonly knownDevice: string | null;
    }
  /** An account was shown to be the person's: back to who waits for it. */
  | { readonly kind: 'proved' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly provider: string | null;
      readonly caseNumber: string | null;
    };

/** The browser that comes with an attempt. */
export interface BrowserOfSignIn {
  readonly secret: string;
  readonly requester: Requester;
}

export interface SignIns {
  /** @param guest whose work may be claimed by it; null where nobody's is */
  begin(
    purpose: Purpose,
    locale: Locale,
    guest: GuestOfSignIn | null,
  ): Promise<{ signIn: SignIn; browserSecret: string }>;
  /** The sign-in, when this browser is the one that began it. @throws SignInError sign_in_unknown, sign_in_other_browser, sign_in_expired */
  find(id: string, browserSecret: string | null): Promise<SignIn>;
  /** Where the browser must go to sign in with the provider. @throws SignInError */
  depart(signIn: SignIn, slug: string, requester: Requester): Promise<Whereabouts>;
  /** Takes what the provider sent back. Whatever comes of it, a refusal too, stands in the stored row. */
  arrive(signIn: SignIn, slug: string, parameters: URLSearchParams, reference: string): Promise<void>;
  /** Takes what the person sent from the form that the attempt waits with. Anything else changes nothing (E-03). @throws SignInError when it cannot be answered now */
  submit(signIn: SignIn, sent: Sent, reference: string): Promise<void>;
  dispatch(signIn: SignIn, browser: BrowserOfSignIn, reference: string): Promise<Next>;
}

export function createSignIns(dependencies: SignInDependencies): SignIns {
  const { environment, store, vault, steps, log } = dependencies;
  const atProvider = createAtProvider(dependencies);
  const endings = createEndings(dependencies);
  const browserHash = (id: string, secret: string) => vault.tokenHash('sign-in browser', `${id}.${secret}`);

  /** Ends the attempt with a reason, unless it has ended already. */
  function refuse(signIn: SignIn, code: ErrorCode, detail: string, reference: string): Promise<void> {
    return endings.refuse(signIn, { code, detail, reference, caseNumber: null });
  }

  /** Runs `work`; a refusal in it ends the sign-in instead of the request. */
  async function refusing(signIn: SignIn, reference: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof SignInError)) throw error;
      await refuse(signIn, error.code, error.detail, reference);
    }
  }

  /** The provider that the person came back from. @throws SignInError provider_disabled: nobody is let in by it any more */
  async function providerOfArrival({ purpose }: SignIn, slug: string): Promise<EnabledProvider> {
    const found = await dependencies.findProvider(slug, purpose);
    if (found === null) throw new SignInError('provider_disabled', WITHDRAWN);
    return found;
  }

  async function decide(signIn: SignIn) {
    if (signIn.arrival === null) throw new Error('a sign-in is decided before anybody arrived');
    const { record } = await providerOfArrival(signIn, signIn.arrival.profile.provider);
    const { policy } = await dependencies.accountRules();
    const facts = await gatherFacts(signIn, { ...dependencies, record, policy });
    return { ...(await runPipeline(steps, facts)), owners: facts.owners };
  }

  /** Decides and moves the row to where the decision leads. */
  async function advanceByDecision(signIn: SignIn, reference: string): Promise<void> {
    const { result, trace } = await decide(signIn);
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
      const { provider } = await providerOfArrival(returned, departure.provider);
      const arrival = await atProvider.finish(provider, departure, singleParameters(parameters));
      await advanceByDecision({ ...returned, arrival }, reference);
    });
  }

  /** Writes what was decided, once. A race that was lost is decided anew. */
  async function conclude(signIn: SignIn, { secret, requester }: BrowserOfSignIn, reference: string): Promise<Next> {
    if (signIn.arrival === null || signIn.decision === null) throw new Error('nothing was decided');
    const { profile } = signIn.arrival;
    const { record } = await providerOfArrival(signIn, profile.provider);
    // The same browser always gets the same token for one sign-in, so a doubled request or a crash between the commit
    // and the answer leaves one session, and nothing that opens it is stored anywhere.
    const sessionToken = vault.derive('session', signIn.id, secret);
    let { decision, trace } = signIn;
    // Two ways of one person may prove one address at the same moment: only the first of them makes an account of it.
    let addressesAreFree = true;
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS; attempt++) {
      const conclusion = { signIn: { ...signIn, trace }, decision, addressesAreFree, sessionToken, record };
      const userId = await commitArrival(dependencies, { ...conclusion, requester, reference });
      if (userId !== null) {
        if (signIn.purpose.kind === 'prove') {
          await endings.prove({ ...signIn, trace }, userId);
          return { kind: 'proved' };
        }
        const outcome = { kind: 'succeeded', userId } as const;
        await store.signIns.advance(signIn, 'answered', { outcome, trace }, environment.now());
        log.info({ event: 'sign_in.succeeded', userId, ...who(signIn), reference });
        const byPassword = profile.assurance.amr.includes('pwd');
        return {
          kind: 'signed-in',
          userId,
          sessionToken,
          knownDevice: byPassword ? knownDevice(vault, userId, environment) : null,
        };
      }
      const again = await decide(signIn);
      trace = again.trace;
      addressesAreFree = again.owners.length === 0;
      if (again.result.kind === 'refused') {
        return refusedNow({ ...signIn, trace }, again.result.code, 'refused-before-commit', reference);
      }
      if (again.result.kind === 'conflict') {
        await endings.refuseForConflict({ ...signIn, trace }, again.result.candidates, reference);
        return { kind: 'wait' };
      }
      // A question that arises only now, such as for a username that another has just got, is asked now.
      if (again.result.kind === 'waiting') {
        await advanceByDecision(signIn, reference);
        return { kind: 'wait' };
      }
      decision = again.result.decision;
    }
    throw new Error('a sign-in could not be committed: it lost every race');
  }

  async function refusedNow(signIn: SignIn, code: ErrorCode, detail: string, reference: string): Promise<Next> {
    await refuse(signIn, code, detail, reference);
    return { kind: 'refused', code, provider: providerOf(signIn), caseNumber: null };
  }

  /** What the stored row says comes next. @throws SignInError when that can no longer be */
  async function nextOf(signIn: SignIn, browser: BrowserOfSignIn, reference: string): Promise<Next> {
    const age = environment.now() - signIn.changedAt;
    if (isBeingAnswered(signIn, environment.now())) return { kind: 'wait' };
    const asked = askedIn(signIn);
    switch (signIn.state) {
      case 'started':
        return asked === null ? { kind: 'choose' } : { kind: 'form', of: asked.of, form: asked.form };
      case 'returned':
        if (age < WORK_LIFE) return { kind: 'wait' };
        return refusedNow(signIn, 'sign_in_expired', 'died-before-it-was-decided', reference);
      case 'waiting': {
        const { result } = await decide(signIn);
        // Another step than the stored one asks when the facts changed: stored first, or its answer would be ignored.
        if (result.kind === 'waiting' && asked !== null && result.step === signIn.pause?.step) {
          return { kind: 'form', of: asked.of, form: asked.form };
        }
        await advanceByDecision(signIn, reference);
        return { kind: 'wait' };
      }
      case 'decided':
        return conclude(signIn, browser, reference);
      case 'answered':
        if (signIn.outcome?.kind === 'refused') return { ...signIn.outcome, code: parseErrorCode(signIn.outcome.code) };
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

  /**
   * Takes a press of a button for this caller alone. Two presses are one: a mail is sent once, and a guess is one guess;
   * whoever finds the row taken waits for what comes of it. Null when somebody else was faster.
   */
  async function claim(signIn: SignIn): Promise<SignIn | null> {
    const now = environment.now();
    if (isBeingAnswered(signIn, now)) return null;
    return store.signIns.advance(signIn, signIn.state, { answeringSince: now }, now);
  }

  async function submitToProvider(signIn: SignIn, asked: Asked, sent: Sent, reference: string): Promise<void> {
    const { departure } = signIn;
    if (departure === null) throw new Error('a provider asks whom nobody went to');
    const found = await dependencies.findProvider(departure.provider, signIn.purpose);
    if (found === null) return refuse(signIn, 'provider_disabled', WITHDRAWN, reference);
    const step = await atProvider.submit(found.provider, submissionOf(signIn, asked, sent));
    if (step.kind === 'answered') return arriveByForm(signIn, step.answer, reference);
    const next: Departure = { ...departure, to: { kind: 'form', form: step.form }, remembered: step.remembered };
    await store.signIns.advance(signIn, 'started', { departure: next }, environment.now());
  }

  /** What was proved is proved: of a form that was sent twice, the one that was wrong must not undo the one that was right. */
  async function arriveByForm(signIn: SignIn, arrival: Arrival, reference: string): Promise<void> {
    let current: SignIn | null = signIn;
    for (let attempt = 0; attempt < COMMIT_ATTEMPTS && current?.state === 'started'; attempt++) {
      const returned = await store.signIns.advance(current, 'returned', {}, environment.now());
      if (returned !== null) {
        return refusing(returned, reference, () => advanceByDecision({ ...returned, arrival }, reference));
      }
      current = await store.signIns.find(signIn.id);
    }
  }

  async function submitToStep(signIn: SignIn, asked: Asked, sent: Sent, reference: string): Promise<void> {
    const step = steps.find(({ name }) => name === signIn.pause?.step);
    const received = await (step?.receive ?? receiveConfirm)(submissionOf(signIn, asked, sent), dependencies.formPorts);
    const name = signIn.pause?.step ?? '';
    if (received.kind === 'form') {
      const next = { step: name, form: received.form, remembered: received.remembered };
      await store.signIns.advance(signIn, 'waiting', { pause: next }, environment.now());
      return;
    }
    const answered: SignIn = { ...signIn, answers: { ...signIn.answers, [name]: received.answer } };
    await refusing(answered, reference, () => advanceByDecision(answered, reference));
  }

  return {
    async begin(purpose, locale, guest) {
      const id = randomToken(environment, 16);
      const browserSecret = randomToken(environment, 16);
      const begun = { id, browserHash: browserHash(id, browserSecret), purpose, locale, guest };
      const signIn = startedSignIn(begun, environment.now());
      await store.signIns.insert(signIn);
      return { signIn, browserSecret };
    },

    async find(id, browserSecret) {
      const signIn = await store.signIns.find(id);
      if (signIn === null) throw new SignInError('sign_in_unknown', 'no such sign-in');
      // Login CSRF: an attacker's own callback address opened by a victim must not sign the victim in (C-02, RFC 9700 §4.7).
      if (browserSecret === null || browserHash(id, browserSecret) !== signIn.browserHash) {
        throw new SignInError('sign_in_other_browser', 'the browser does not hold the secret of this sign-in');
      }
      if (environment.now() >= signIn.expiresAt) throw new SignInError('sign_in_expired', 'older than its life');
      return signIn;
    },

    async depart(signIn, slug, requester) {
      const found = await dependencies.findProvider(slug, signIn.purpose);
      if (found === null) throw new SignInError('provider_unknown', 'no such provider is enabled for this client');
      const { provider } = found;
      if (signIn.state !== 'started')
        throw new SignInError('sign_in_replayed', 'left for a provider after it came back');
      const now = environment.now();
      const { departure } = signIn;
      // A double click goes to the same place, so whichever request the browser follows is answered.
      if (departure?.provider === slug && now - departure.departedAt < DEPARTURE_LIFE / 2) return departure.to;

      const next = await atProvider.start(provider, signIn, requester);
      if ((await store.signIns.advance(signIn, 'started', { departure: next }, now)) !== null) return next.to;
      const current = await store.signIns.find(signIn.id);
      if (current?.departure?.provider === slug) return current.departure.to;
      throw new SignInError('sign_in_replayed', 'another provider was chosen at the same moment');
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
        const returned = await store.signIns.advance(signIn, 'returned', {}, environment.now());
        if (returned !== null) await take(returned, departure, parameters, reference);
      });
    },

    async submit(signIn, sent, reference) {
      const asked = askedIn(signIn);
      if (asked === null || !answers(asked, sent)) return;
      const claimed = await claim(signIn);
      if (claimed === null) return;
      const submit = asked.of.kind === 'provider' ? submitToProvider : submitToStep;
      try {
        await submit(claimed, asked, sent, reference);
      } catch (error) {
        // It is asked again at once: nobody is to wait for an answer that will not come.
        await store.signIns.advance(claimed, claimed.state, {}, environment.now()).catch(() => null);
        throw error;
      }
    },

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
