/**
 * when people are no longer sent to a provider, and when they are again; with a clock that the test moves.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ErrorCode, refusals, SignInError } from '../errors.ts';
import { type CircuitChange, watchProvider } from './circuit-breaker.ts';
import type { Finish, FinishRequest, ProviderContext, RedirectProvider, Start, StartRequest } from './provider.ts';

const SECOND = 1000;
const request = {} as StartRequest & FinishRequest;
const context = {} as ProviderContext;
const start = { redirect: new URL('https://up.test/'), remembered: {} } satisfies Start;
const finish = {} as Finish;

/** A provider that works until a test says how it fails. */
function played() {
  const asked = { start: 0, finish: 0 };
  const failing: { start: ErrorCode | null; finish: ErrorCode | null } = { start: null, finish: null };
  const answer = async <Result>(what: 'start' | 'finish', result: Result): Promise<Result> => {
    asked[what] += 1;
    const code = failing[what];
    if (code !== null) throw new SignInError(code, 'played');
    return result;
  };
  const provider: RedirectProvider = {
    kind: 'redirect',
    slug: 'campus',
    redirectUri: null,
    start: () => answer('start', start),
    finish: () => answer('finish', finish),
    endSession: null,
    check: async () => [],
    advise: () => null,
  };
  return { provider, asked, failing };
}

function watched() {
  let now = 1_000_000_000;
  const changes: CircuitChange[] = [];
  const { provider, asked, failing } = played();
  const guarded = watchProvider(provider, { now: () => now }, (change) => changes.push(change));
  const ended = async (work: Promise<unknown>): Promise<'done' | ErrorCode> => {
    try {
      await work;
      return 'done';
    } catch (error) {
      assert.ok(error instanceof SignInError);
      return error.code;
    }
  };
  return {
    changes,
    asked,
    failing,
    begin: () => ended(guarded.start(request, context)),
    comeBack: () => ended(guarded.finish(request, context)),
    isDown: guarded.isDown,
    wait: (milliseconds: number) => {
      now += milliseconds;
    },
    /** Five people come back from it while it is down. */
    async goDown() {
      failing.finish = 'provider_timeout';
      for (let person = 0; person < 5; person += 1) await ended(guarded.finish(request, context));
    },
  };
}

for (const code of ['provider_timeout', 'provider_unreachable'] as const) {
  test(`after five times ${code} in a row nobody new is sent there, and it is not asked`, async () => {
    const { begin, comeBack, failing, asked, isDown, changes } = watched();
    failing.finish = code;
    for (let person = 1; person <= 4; person += 1) assert.equal(await comeBack(), code);
    assert.equal(isDown(), false);
    assert.equal(await begin(), 'done');
    assert.equal(await comeBack(), code);
    assert.equal(isDown(), true);
    assert.equal(await begin(), 'provider_unreachable');
    assert.deepEqual(asked, { start: 1, finish: 5 });
    assert.deepEqual(changes, [{ to: 'open', pause: 30 * SECOND }]);
  });
}

test('outages of `start` count like those of `finish`', async () => {
  const { begin, comeBack, failing, isDown } = watched();
  failing.start = failing.finish = 'provider_unreachable';
  for (const attempt of [begin, comeBack, begin, comeBack, begin]) await attempt();
  assert.equal(isDown(), true);
});

test('one who is finished in between ends the row', async () => {
  const { comeBack, failing, isDown } = watched();
  for (let round = 0; round < 3; round += 1) {
    failing.finish = 'provider_timeout';
    for (let person = 0; person < 4; person += 1) await comeBack();
    assert.equal(isDown(), false);
    failing.finish = null;
    assert.equal(await comeBack(), 'done');
  }
});

test('a `start` that asked nobody does not end the row', async () => {
  const { begin, comeBack, failing, isDown } = watched();
  failing.finish = 'provider_timeout';
  for (let person = 0; person < 5; person += 1) {
    await begin();
    await comeBack();
  }
  assert.equal(isDown(), true);
});

const notOutages = (Object.keys(refusals) as ErrorCode[]).filter(
  (code) => code !== 'provider_timeout' && code !== 'provider_unreachable',
);
test('a refusal by the person, about settings or of an answer says nothing: it neither opens nor closes', async () => {
  const { begin, comeBack, failing, isDown, goDown, wait } = watched();
  for (const code of notOutages) {
    failing.start = failing.finish = code;
    assert.deepEqual([await begin(), await comeBack()], [code, code]);
  }
  assert.equal(isDown(), false);
  failing.start = null;
  await goDown();
  for (const code of notOutages) {
    failing.finish = code;
    assert.equal(await comeBack(), code);
    assert.equal(isDown(), true, code);
  }
  wait(30 * SECOND);
  failing.finish = 'provider_denied';
  await begin();
  await comeBack();
  assert.equal(await begin(), 'provider_unreachable', 'half open: the next one waits for his turn');
});

test('whoever comes back while it is open is finished, and that closes it', async () => {
  const { begin, comeBack, failing, goDown, isDown, changes } = watched();
  await goDown();
  assert.equal(await comeBack(), 'provider_timeout', 'asked, and it is still down');
  failing.finish = null;
  assert.equal(await comeBack(), 'done');
  assert.equal(isDown(), false);
  assert.equal(await begin(), 'done');
  assert.deepEqual(changes.at(-1), { to: 'closed' });
});

test('after the pause one in ten seconds is let through, until one finishes', async () => {
  const { begin, comeBack, failing, goDown, isDown, wait } = watched();
  await goDown();
  wait(30 * SECOND - 1);
  assert.equal(await begin(), 'provider_unreachable');
  wait(1);
  assert.equal(isDown(), false, 'whoever chooses it now is let through');
  assert.equal(await begin(), 'done');
  assert.equal(isDown(), true);
  for (let turn = 0; turn < 3; turn += 1) {
    wait(10 * SECOND - 1);
    assert.equal(await begin(), 'provider_unreachable');
    wait(1);
    assert.equal(await begin(), 'done', 'the one before never came back');
  }
  failing.finish = null;
  await comeBack();
  assert.deepEqual([await begin(), await begin()], ['done', 'done']);
});

test('of fifty at once after the pause one is let through', async () => {
  const { begin, goDown, wait } = watched();
  await goDown();
  wait(30 * SECOND);
  const answers = await Promise.all(Array.from({ length: 50 }, begin));
  assert.equal(answers.filter((answer) => answer === 'done').length, 1);
});

test('still down after the pause: the next pause is twice as long, five minutes at most; one success ends it', async () => {
  const { begin, comeBack, failing, goDown, wait, changes } = watched();
  await goDown();
  const pauses = [30, 60, 120, 240, 300, 300];
  for (const pause of pauses) {
    wait(pause * SECOND - 1);
    assert.equal(await begin(), 'provider_unreachable', `${pause} s`);
    wait(1);
    assert.equal(await begin(), 'done', `${pause} s`);
    await comeBack();
  }
  const opened = [...pauses, 300].map((pause) => ({ to: 'open', pause: pause * SECOND }));
  assert.deepEqual(changes, opened);
  failing.finish = null;
  await comeBack();
  await goDown();
  assert.deepEqual(changes.at(-1), { to: 'open', pause: 30 * SECOND });
});

test('three hundred who were on their way when it went down do not make the pause longer', async () => {
  const { begin, comeBack, goDown, wait, changes } = watched();
  await goDown();
  await Promise.all(Array.from({ length: 300 }, comeBack));
  assert.equal(changes.length, 1);
  wait(30 * SECOND);
  assert.equal(await begin(), 'done');
});

test('a clock that was set back keeps nobody away for longer than the longest pause', async () => {
  const { begin, goDown, wait } = watched();
  await goDown();
  wait(-60 * 60 * SECOND);
  assert.equal(await begin(), 'done');
});

test('what it says of itself, its end of session and its check are its own', () => {
  const { provider } = played();
  const {
    start: _start,
    finish: _finish,
    isDown: _isDown,
    ...rest
  } = watchProvider(provider, { now: () => 0 }, () => {});
  const { start: _ownStart, finish: _ownFinish, ...own } = provider;
  assert.deepEqual(rest, own);
});

type Step = 'begin' | 'comeBack' | 'breaks' | 'works' | number;

test('whatever happens in whatever order: callbacks are always finished, and a finished one opens the way', async () => {
  const step = fc.oneof(
    fc.constantFrom<Step>('begin', 'comeBack', 'breaks', 'works'),
    fc.integer({ min: 1, max: 400 }).map((seconds): Step => seconds * SECOND),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { begin, comeBack, failing, isDown, asked, wait, changes } = watched();
      let returned = 0;
      for (const what of steps) {
        if (typeof what === 'number') wait(what);
        else if (what === 'breaks') failing.finish = 'provider_timeout';
        else if (what === 'works') failing.finish = null;
        else if (what === 'begin') {
          const wasDown = isDown();
          assert.equal(await begin(), wasDown ? 'provider_unreachable' : 'done', 'the chooser says what then happens');
        } else {
          returned += 1;
          if ((await comeBack()) === 'done') assert.equal(isDown(), false);
        }
      }
      assert.equal(asked.finish, returned);
      const closings = changes.filter(({ to }) => to === 'closed').length;
      assert.ok(changes.length >= 2 * closings, 'what was not open is not closed');
      wait(300 * SECOND);
      assert.equal(isDown(), false, 'nobody is kept away for more than five minutes');
    }),
  );
});
