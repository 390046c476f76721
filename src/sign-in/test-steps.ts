/**
 * What a test sees, as the steps of its report.
 *
 * Must never: put anything into a step that was not made fit for it.
 */
import { cleanText } from '../events/mask.ts';
import type { Arrival, Departure, JsonObject, SignIn, TestFailure, TestStep } from '../model.ts';
import type { PipelineResult } from './pipeline.ts';
import { shownAddress, shownData, shownReturn } from './test-redaction.ts';

/** The steps of a sign-in after one more; none for what is no test. */
export function withTestStep({ purpose, testSteps }: SignIn, step: () => TestStep): readonly TestStep[] {
  return purpose.kind === 'test' ? [...testSteps, step()] : testSteps;
}

export function departureStep({ to }: Departure): TestStep {
  return { step: 'departure', verdict: 'good', address: to.kind === 'form' ? null : shownAddress(to.url) };
}

export function returnStep(parameters: URLSearchParams): TestStep {
  return { step: 'return', verdict: 'good', parameters: shownReturn(parameters) };
}

/** What the provider said, and what was made of it. A way of our own says nothing besides. */
export function arrivalSteps(departure: Departure | null, { profile, upstream, special }: Arrival): TestStep[] {
  const secrets = secretsOf(departure, upstream?.accessToken ?? null);
  const { raw, ...mapped } = profile;
  const claims: TestStep = { step: 'claims', verdict: 'good', data: shownData(raw, secrets) };
  // The kind alone: beside it stands the stored form of a password.
  const person = { ...mapped, ...(special === null ? {} : { special: special.kind }) } as unknown as JsonObject;
  const data: TestStep = { step: 'profile', verdict: 'good', data: shownData(person, secrets) };
  return Object.keys(raw).length === 0 ? [data] : [claims, data];
}

/** Shorter ones are no secrets, and would hide half of what is there. */
const SHORTEST_SECRET = 8;

function secretsOf(departure: Departure | null, accessToken: string | null): string[] {
  // What a form of ours remembers is what the person typed.
  const remembered = departure?.to.kind === 'redirect' ? Object.values(departure.remembered) : [];
  return [departure?.codeVerifier, departure?.nonce, accessToken, ...remembered]
    .filter((value) => typeof value === 'string')
    .filter((value) => value.length >= SHORTEST_SECRET);
}

const verdicts = { use: 'good', create: 'good', ask: 'unsure', deny: 'bad', conflict: 'bad' } as const;

export function decisionStep(result: PipelineResult, known: boolean): TestStep {
  const would = wouldOf(result);
  return { step: 'decision', verdict: verdicts[would], would, known };
}

function wouldOf(result: PipelineResult): keyof typeof verdicts {
  switch (result.kind) {
    case 'decided':
      return result.decision.kind;
    case 'waiting':
      return 'ask';
    case 'refused':
      return 'deny';
    case 'conflict':
      return 'conflict';
  }
}

/** `detail` is masked as in the log, whoever wrote it. */
export function failureStep({ detail, ...failure }: TestFailure): TestStep {
  return { step: 'failure', verdict: 'bad', detail: cleanText(detail), ...failure };
}
