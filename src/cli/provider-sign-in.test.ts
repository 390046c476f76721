/**
 * The waiting of `provider test --sign-in`: it always ends.
 */
import assert from 'node:assert/strict';
import { forEachStore, type TestStore } from '../../test/store-fixture.ts';
import { acceptInvitation, INVITATION_LIFE, TEST_LIFE } from '../sign-in/test-invitation.ts';
import { describePersonTest, isPassed, testWithPerson } from './provider-sign-in.ts';

const minute = 60_000;

/** Runs it with a clock that each look moves on by a minute; `look` is told how often it has looked. */
function wait(given: TestStore, look: (time: number, said: readonly string[]) => Promise<void> = async () => {}) {
  const said: string[] = [];
  let stop = () => {};
  let times = 0;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const context = { environment: given.clock, complain: (line: string) => said.push(line), stopped: () => stopped };
  const test = testWithPerson(context, given, {
    slug: 'campus',
    publicUrl: new URL('https://broker.test'),
    async delay() {
      times += 1;
      assert.ok(times < 100, 'it never ends');
      await look(times, said);
      given.clock.advance(minute);
    },
  });
  return { test, stop: () => stop(), said, looks: () => times };
}

const invitationIn = (said: readonly string[]) => {
  const [, id = '', code = ''] = /id=([\w-]+)\n.* ([0-9A-Z-]{14})$/m.exec(said.join('\n')) ?? [];
  return { id, code };
};

forEachStore('nobody types the code: it ends after ten minutes, and fails', async (given) => {
  const { test, looks } = wait(given);
  const result = await test;
  assert.deepEqual(result, { end: 'not_opened' });
  assert.equal(looks(), INVITATION_LIFE / minute);
  assert.equal(isPassed(result), false);
  assert.match(describePersonTest(result), /Nobody typed the code/);
});

forEachStore('somebody types the code and never comes back: it ends with the time of the test', async (given) => {
  const { test, looks, said } = wait(given, async (time, lines) => {
    if (time !== 1) return;
    const dependencies = { environment: given.clock, store: given.store, vault: given.vault };
    assert.notEqual(await acceptInvitation(dependencies, invitationIn(lines), 'en'), null);
  });
  assert.deepEqual(await test, { end: 'not_finished' });
  assert.equal(looks(), TEST_LIFE / minute);
  assert.equal(said.filter((line) => line.startsWith('Opened.')).length, 1);
});

forEachStore('a row that is gone ends it too', async (given) => {
  const { test } = wait(given, async () => {
    await given.store.signIns.deleteExpired(given.clock.now() + TEST_LIFE + 1, 10);
  });
  assert.deepEqual(await test, { end: 'not_finished' });
});

forEachStore('told to stop, it looks no more, and its test has ended for whoever is on the way', async (given) => {
  const waiting = wait(given, async (time) => {
    if (time === 2) waiting.stop();
  });
  assert.deepEqual(await waiting.test, { end: 'stopped' });
  assert.ok(waiting.looks() <= 3);
  const signIn = await given.store.signIns.find(invitationIn(waiting.said).id);
  assert.deepEqual([signIn?.state, signIn?.outcome?.kind], ['answered', 'tested']);
  assert.equal(signIn?.testSteps.at(-1)?.verdict, 'bad');
});
