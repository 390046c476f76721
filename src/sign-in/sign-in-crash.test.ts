/**
 * the process dies before or after any call of the store. Whatever was done by then, the person who presses
 * reload sees an end, and everything that was written is written once.
 */
import assert from 'node:assert/strict';
import { countRows, forEachStore, type TestStore } from '../../test/store-fixture.ts';
import type { Purpose } from '../model.ts';
import { sql } from '../store/database.ts';
import { Crash, momentsOf, mortal } from './mortal.fixture.ts';
import { AFTER_WORK, Attempt, createEngine, type Engine } from './sign-in.fixture.ts';

/** One sign-in from the way back to its end; what a browser asks for, in its order. */
async function comeBack(attempt: Attempt): Promise<void> {
  await attempt.arrive('campus');
  await attempt.end();
}

async function departed(engine: Engine, purpose?: Purpose): Promise<Attempt> {
  const attempt = await Attempt.begin(engine, purpose);
  await attempt.depart('campus');
  return attempt;
}

/** Everything that one finished sign-in leaves, and that a repeated one must not leave twice. */
async function assertWhole({ databases }: TestStore, signIns: number): Promise<void> {
  const counts = async (table: string) => countRows(databases.durable, table);
  assert.deepEqual([await counts('users'), await counts('identities'), await counts('sessions')], [1, 1, signIns]);
  const events = await databases.durable.all(sql`
    select type, count(*) as n from audit_events where type <> 'sign_in.refused' group by type order by type`);
  assert.deepEqual(events, [
    { type: 'identity.linked', n: 1 },
    { type: 'sign_in.succeeded', n: signIns },
    { type: 'user.created', n: 1 },
  ]);
}

/** Store calls of a whole sign-in from the way back to its end. */
const CALLS = { new: 8, known: 8 };

for (const isNew of [true, false]) {
  const who = isNew ? 'somebody new' : 'somebody known';
  const calls = isNew ? CALLS.new : CALLS.known;

  forEachStore(`R-01: the moments below are all the moments of a sign-in of ${who}`, async (given) => {
    const engine = createEngine(given);
    if (!isNew) await comeBack(await departed(engine));
    const attempt = await departed(engine);
    const watched = mortal(given.store, { call: Number.POSITIVE_INFINITY, when: 'after' });
    await comeBack(attempt.at(engine.restarted(watched.store)));
    assert.equal(watched.calls(), calls);
  });

  for (const moment of momentsOf(calls)) {
    forEachStore(`R-01: ${who}, the process dies ${moment.when} call ${moment.call} of the store`, async (given) => {
      const engine = createEngine(given);
      if (!isNew) await comeBack(await departed(engine));
      const before = isNew ? 0 : 1;
      const attempt = await departed(engine);
      const dead = attempt.at(engine.restarted(mortal(given.store, moment).store));
      const died = await comeBack(dead).then(
        () => false,
        (error: unknown) => error instanceof Crash || assert.fail(String(error)),
      );

      // The person presses reload: the same callback again, then wherever it leads.
      await attempt.arrive('campus');
      let end = await attempt.end();
      if (end.kind === 'wait') {
        given.clock.advance(AFTER_WORK);
        end = await attempt.end();
      }
      assert.ok(end.kind === 'signed-in' || (end.kind === 'refused' && end.code === 'sign_in_expired'), end.kind);
      assert.ok(engine.campus.finished.length <= before + 1, 'R-02: a code is spent once');
      assert.ok(died);
      if (end.kind === 'signed-in') await assertWhole(given, before + 1);

      // And anew: nobody is locked out, and nobody has become two.
      const fresh = await departed(engine);
      await fresh.arrive('campus');
      const again = await fresh.end();
      assert.ok(again.kind === 'signed-in');
      if (end.kind === 'signed-in') assert.equal(again.userId, end.userId);
      await assertWhole(given, before + (end.kind === 'signed-in' ? 2 : 1));
    });
  }

  forEachStore(`a commit of ${who} without its answer: the next look finds the same session`, async (given) => {
    const engine = createEngine(given);
    if (!isNew) await comeBack(await departed(engine));
    const attempt = await Attempt.arrived(engine);
    const decided = await attempt.row();
    const first = await attempt.dispatch();
    // As if the last compare-and-set had never been: the row is `decided` again, everything else is written.
    await given.databases.ephemeral.run(sql`delete from sign_ins`);
    await given.store.signIns.insert(decided);
    given.clock.advance(1000);
    assert.deepEqual(await attempt.dispatch(), first);
    await assertWhole(given, isNew ? 1 : 2);
  });
}
