/**
 * What becomes of what a person sent from a form: whoever asked reads it, and the attempt goes on by that.
 *
 * Each press is taken by compare-and-set. Must never: count one press twice, or let what is sent answer another question.
 */
import type { ErrorCode } from '../errors.ts';
import type { Arrival, Departure, Environment, Purpose, SignIn } from '../model.ts';
import type { EnabledProvider, FormPorts } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import { type Asked, answers, askedIn, isBeingAnswered, type Sent } from './asked.ts';
import { type AtProvider, submissionOf } from './at-provider.ts';
import { type PipelineStep, receiveConfirm } from './pipeline.ts';

export interface SubmitDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'signIns'>;
  readonly steps: readonly PipelineStep[];
  readonly formPorts: FormPorts;
  readonly findProvider: (slug: string, purpose: Purpose) => Promise<EnabledProvider | null>;
  readonly atProvider: AtProvider;
  /** Ends the attempt with a reason. */
  readonly refuse: (signIn: SignIn, code: ErrorCode, detail: string, reference: string) => Promise<void>;
  /** Runs the work; a refusal in it ends the attempt instead of the request. */
  readonly refusing: (signIn: SignIn, reference: string, work: () => Promise<void>) => Promise<void>;
  readonly advanceByDecision: (signIn: SignIn, reference: string) => Promise<void>;
}

export type Submit = (signIn: SignIn, sent: Sent, reference: string) => Promise<void>;

/** How often somebody may be faster with the same row. */
const TRIES = 3;

export function createSubmit(dependencies: SubmitDependencies): Submit {
  const { environment, store, steps, formPorts, findProvider, atProvider } = dependencies;
  const { refuse, refusing, advanceByDecision } = dependencies;

  return async (signIn, sent, reference) => {
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
  };

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
    const found = await findProvider(departure.provider, signIn.purpose);
    if (found === null) {
      return refuse(signIn, 'provider_disabled', 'disabled, or no longer for this client', reference);
    }
    const step = await atProvider.submit(found.provider, submissionOf(signIn, asked, sent));
    if (step.kind === 'answered') return arriveByForm(signIn, step.answer, reference);
    const next: Departure = { ...departure, to: { kind: 'form', form: step.form }, remembered: step.remembered };
    await store.signIns.advance(signIn, 'started', { departure: next }, environment.now());
  }

  /** What was proved is proved: of a form that was sent twice, the one that was wrong must not undo the one that was right. */
  async function arriveByForm(signIn: SignIn, arrival: Arrival, reference: string): Promise<void> {
    let current: SignIn | null = signIn;
    for (let attempt = 0; attempt < TRIES && current?.state === 'started'; attempt++) {
      const returned = await store.signIns.advance(current, 'returned', {}, environment.now());
      if (returned !== null) {
        return refusing(returned, reference, () => advanceByDecision({ ...returned, arrival }, reference));
      }
      current = await store.signIns.find(signIn.id);
    }
  }

  async function submitToStep(signIn: SignIn, asked: Asked, sent: Sent, reference: string): Promise<void> {
    const step = steps.find(({ name }) => name === signIn.pause?.step);
    const received = await (step?.receive ?? receiveConfirm)(submissionOf(signIn, asked, sent), formPorts);
    const name = signIn.pause?.step ?? '';
    if (received.kind === 'form') {
      const next = { step: name, form: received.form, remembered: received.remembered };
      await store.signIns.advance(signIn, 'waiting', { pause: next }, environment.now());
      return;
    }
    const answered: SignIn = { ...signIn, answers: { ...signIn.answers, [name]: received.answer } };
    await refusing(answered, reference, () => advanceByDecision(answered, reference));
  }
}
