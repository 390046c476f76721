/**
 * Pressing the button of a form: one answer at a time, to what is asked now, over every database (E-03, E-09, F-16).
 *
 * By a step that asks; a provider with forms goes the same way.
 */
import assert from 'node:assert/strict';
import { forEachStore, forEachStoreAndInterleaved, type TestStore } from '../../test/store-fixture.ts';
import type { Form, JsonObject } from '../model.ts';
import type { Answered, Shown } from '../providers/provider.ts';
import type { Sent } from './asked.ts';
import type { PipelineStep } from './pipeline.ts';
import { Attempt, createEngine, REFERENCE, requester } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';

const address: Form = { kind: 'email-address', purpose: 'verify-address', address: '', fixed: false, fault: null };
const code: Form = { kind: 'email-code', purpose: 'verify-address', address: 'a@b.mx', mayChange: true, fault: null };

/** A step that sends a mail for each press that reaches it, one turn of the event loop later. */
function mailing({ store, clock, ...given }: TestStore) {
  const mails: string[] = [];
  let trouble: Error | null = null;
  let answering: Promise<void> = Promise.resolve();
  const step: PipelineStep = {
    name: 'mailing',
    decide: ({ answers }) =>
      answers.mailing === undefined
        ? { kind: 'ask', form: address, reason: 'to-be-proved' }
        : { kind: 'pass', reason: 'proved' },
    async receive({ form, fields }): Promise<Shown | Answered<JsonObject>> {
      if (form.kind === 'email-code' || fields.has('link')) return { kind: 'answered', answer: { proved: true } };
      await answering;
      if (trouble !== null) throw trouble;
      mails.push(fields.get('email') ?? '');
      return { kind: 'form', form: code, remembered: { proof: mails.length } };
    },
  };
  return {
    mails,
    engine: createEngine({ store, clock, ...given }, [step, ...defaultSteps]),
    /** Nothing is answered until this is resolved. */
    hold(until: Promise<void>) {
      answering = until;
    },
    break(error: Error | null) {
      trouble = error;
    },
  };
}

const press = (from: string | null, field: readonly [string, string]): Sent => ({
  ...{ of: { kind: 'step', name: 'mailing' }, from, fields: new Map([field]), requester },
});
const send = press('email-address', ['email', 'a@b.mx']);
const shows = (form: Form) => ({ kind: 'form', of: { kind: 'step', name: 'mailing' }, form });

forEachStoreAndInterleaved(
  'E-09 F-16: of fifty presses of one button one is answered, so one mail is sent',
  async (given) => {
    const { engine, mails } = mailing(given);
    const attempt = await Attempt.arrived(engine);
    const pressed = async () => engine.signIns.submit(await attempt.row(), send, REFERENCE);
    await Promise.all(Array.from({ length: 50 }, pressed));
    assert.equal(mails.length, 1);
    assert.deepEqual(await attempt.dispatch(), shows(code));
  },
);

forEachStore('whoever comes while a press is being answered waits for what comes of it', async (given) => {
  const { engine, mails, hold } = mailing(given);
  const attempt = await Attempt.arrived(engine);
  const gate = Promise.withResolvers<void>();
  hold(gate.promise);
  const first = engine.signIns.submit(await attempt.row(), send, REFERENCE);
  while ((await attempt.dispatch()).kind !== 'wait') await new Promise((resolve) => setImmediate(resolve));
  await engine.signIns.submit(await attempt.row(), send, REFERENCE);
  assert.equal((await attempt.dispatch()).kind, 'wait');
  gate.resolve();
  await first;
  assert.deepEqual(await attempt.dispatch(), shows(code));
  assert.equal(mails.length, 1);
});

forEachStore('a press that could not be answered is asked for again at once', async (given) => {
  const { engine, mails, break: breakWith } = mailing(given);
  const attempt = await Attempt.arrived(engine);
  breakWith(new Error('busy'));
  await assert.rejects(engine.signIns.submit(await attempt.row(), send, REFERENCE), /busy/);
  assert.deepEqual(await attempt.dispatch(), shows(address));
  breakWith(null);
  await engine.signIns.submit(await attempt.row(), send, REFERENCE);
  assert.deepEqual([await attempt.dispatch(), mails.length], [shows(code), 1]);
});

forEachStore('R-02: a press whose process died is asked for again after ten seconds, and no sooner', async (given) => {
  const { engine, mails, hold } = mailing(given);
  const attempt = await Attempt.arrived(engine);
  hold(new Promise(() => {}));
  void engine.signIns.submit(await attempt.row(), send, REFERENCE);
  while ((await attempt.dispatch()).kind !== 'wait') await new Promise((resolve) => setImmediate(resolve));
  hold(Promise.resolve());
  given.clock.advance(9_999);
  await engine.signIns.submit(await attempt.row(), send, REFERENCE);
  assert.deepEqual([await attempt.dispatch(), mails.length], [{ kind: 'wait' }, 0]);
  given.clock.advance(1);
  assert.deepEqual(await attempt.dispatch(), shows(address));
  await engine.signIns.submit(await attempt.row(), send, REFERENCE);
  assert.deepEqual([await attempt.dispatch(), mails.length], [shows(code), 1]);
});

forEachStore('E-03: what was sent from another form than the one that is asked is not looked at', async (given) => {
  const { engine, mails } = mailing(given);
  const attempt = await Attempt.arrived(engine);
  await engine.signIns.submit(await attempt.row(), send, REFERENCE);
  const before = await attempt.row();
  for (const from of ['email-address', 'confirm', 'new-password', '', 'constructor']) {
    await engine.signIns.submit(await attempt.row(), press(from, ['email', 'other@b.mx']), REFERENCE);
  }
  assert.deepEqual([await attempt.row(), mails], [before, ['a@b.mx']]);
  await engine.signIns.submit(await attempt.row(), press('email-code', ['code', '1']), REFERENCE);
  assert.equal((await attempt.end()).kind, 'signed-in');
});

forEachStore('the link of a mail answers whichever form waits for it', async (given) => {
  const { engine } = mailing(given);
  const attempt = await Attempt.arrived(engine);
  await engine.signIns.submit(await attempt.row(), press(null, ['link', 'l']), REFERENCE);
  assert.equal((await attempt.end()).kind, 'signed-in');
});
