/**
 * The second half of `llavero provider test`: somebody signs in with the provider, and the command waits for the report.
 *
 * The attempt is made in the store, so nobody without the command line begins one. The code is told on standard error,
 * where a person reads it, and nowhere else.
 */
import { textsFor } from '../i18n/texts.ts';
import type { SignIn, TestStep, TraceEntry } from '../model.ts';
import type { OpenStore } from '../open-store.ts';
import { path } from '../pages/href.ts';
import { inJson, traceLine, verdictOf } from '../pages/provider-test.ts';
import { INVITATION_LIFE, inviteToTest, isOpened, withdrawTest } from '../sign-in/test-invitation.ts';
import type { CommandContext } from './command.ts';

const LOOK_EVERY_MS = 500;

export type PersonTest =
  | { readonly end: 'finished'; readonly steps: readonly TestStep[]; readonly trace: readonly TraceEntry[] }
  /** The code was not typed in time; the person did not come back in time; the command was told to stop. */
  | { readonly end: 'not_opened' | 'not_finished' | 'stopped' };

export interface TestToMake {
  readonly slug: string;
  readonly publicUrl: URL;
  readonly delay: (milliseconds: number) => Promise<unknown>;
}

/** Waits until the test has ended, its time is over, or the command is told to stop. */
export async function testWithPerson(
  context: Pick<CommandContext, 'environment' | 'complain' | 'stopped'>,
  { store, vault }: Pick<OpenStore, 'store' | 'vault'>,
  { slug, publicUrl, delay }: TestToMake,
): Promise<PersonTest> {
  const dependencies = { environment: context.environment, store, vault };
  let stopped = false;
  // Before anything is said: whoever reads it may press Ctrl+C at once.
  const told = context.stopped().then(() => {
    stopped = true;
  });
  const { id, code } = await inviteToTest(dependencies, slug);
  context.complain(`Open in a browser:  ${new URL(path(`/sign-in/test?id=${id}`), publicUrl)}`);
  context.complain(`and type there:     ${code}`);
  context.complain('It works once, for 10 minutes. Nobody is signed in. Ctrl+C gives up.');
  let saidOpened = false;
  while (!stopped) {
    const signIn = await store.signIns.find(id);
    const end = signIn === null ? ({ end: 'not_finished' } as const) : endOf(signIn, context.environment.now());
    if (end !== null) return end;
    if (!saidOpened && signIn !== null && isOpened(signIn)) {
      context.complain('Opened. Waiting for the person to come back …');
      saidOpened = true;
    }
    await Promise.race([told, delay(LOOK_EVERY_MS)]);
  }
  await withdrawTest(dependencies, id);
  return { end: 'stopped' };
}

function endOf(signIn: SignIn, now: number): PersonTest | null {
  if (signIn.state === 'answered') return { end: 'finished', steps: signIn.testSteps, trace: signIn.trace };
  if (now >= signIn.expiresAt) return { end: 'not_finished' };
  return isOpened(signIn) || now - signIn.createdAt < INVITATION_LIFE ? null : { end: 'not_opened' };
}

export function isPassed(test: PersonTest): boolean {
  return test.end === 'finished' && verdictOf(test.steps) !== 'bad';
}

const words = textsFor('en');
const unfinished = {
  not_opened: 'Nobody typed the code within 10 minutes.',
  not_finished: 'Nobody came back in time.',
  stopped: 'Given up: the code is no longer good.',
} as const;

export function describePersonTest(test: PersonTest): string {
  if (test.end !== 'finished') return unfinished[test.end];
  const lines = test.steps.flatMap((step) => [heading(step), ...body(step, test.trace).map(indented)]);
  return [...lines, words.providerTest.report.summary[verdictOf(test.steps)]].join('\n');
}

function heading(step: TestStep): string {
  const title = words.providerTest.report.steps[step.step === 'failure' ? step.at : step.step];
  return `${step.verdict.padEnd(WIDTH)}${title}`;
}

const WIDTH = 'unsure  '.length;
const indented = (line: string) => `${' '.repeat(WIDTH)}${line}`;

function body(step: TestStep, trace: readonly TraceEntry[]): readonly string[] {
  const { ownForm, would, known, unknown } = words.providerTest.report;
  switch (step.step) {
    case 'departure':
      return [step.address ?? ownForm];
    case 'return':
      return step.parameters;
    case 'claims':
    case 'profile':
      return inJson(step.data).split('\n');
    case 'decision':
      return [`${would[step.would]} ${step.known ? known : unknown}`, ...trace.map(traceLine)];
    case 'failure':
      return [`${step.code}: ${step.detail}`, ...(step.advice === null ? [] : [step.advice])];
  }
}
