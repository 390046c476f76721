/**
 * Two processes and one mailbox: each code and each link proves it once, and no more codes are looked at than one process
 * would (F-04, F-06).
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CODE_TRIES } from '../../src/store/mail-proofs.ts';
import { forEachStore } from '../store-fixture.ts';
import { type Mailed, mailProofsOver, type Proved, type Race } from './credentials-racer.ts';

const MAILS = 40;

/** Resolves when the process is at the starting line. */
async function startRacer(url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('./credentials-racer.ts', import.meta.url)), [url]);
  const failed = once(child, 'exit').then(([code]) => assert.fail(`a racer ended early with code ${code}`));
  await Promise.race([once(child, 'message'), failed]);
  return child;
}

async function compete(child: ChildProcess, race: Race): Promise<Proved> {
  const ended = once(child, 'exit');
  const answer = once(child, 'message');
  child.send(race);
  const [proved] = await Promise.race([
    answer,
    ended.then(([code]) => assert.fail(`a racer ended without an answer, with code ${code}`)),
  ]);
  assert.deepEqual(await ended, [0, null]);
  return proved as Proved;
}

const everything = Array.from({ length: MAILS }, (_, number) => number);
const together = (parts: readonly (readonly number[])[]) => parts.flat().sort((a, b) => a - b);

forEachStore(
  'F-04, F-06: of two processes one uses each code and one each link; of wrong codes five are looked at, over both',
  async ({ store, vault, clock, databases }) => {
    const { send } = mailProofsOver(store, vault, clock);
    const mails: Mailed[] = [];
    for (const number of everything) mails.push(await send(number));
    const racers = await Promise.all([startRacer(databases.url), startRacer(databases.url)]);
    const race: Race = { mails, guessedAt: await send(MAILS) };
    const proved = await Promise.all(racers.map((racer) => compete(racer, race)));
    assert.deepEqual(together(proved.map(({ taken }) => taken)), everything);
    const guessed = await databases.ephemeral.all({
      shape: ['select tries from mail_proofs where used_at is null'],
      values: [],
    });
    assert.deepEqual(guessed, [{ tries: CODE_TRIES }], 'of the one that both guessed at');
  },
  ['SQLite file', 'PostgreSQL'],
);
