/**
 * Conflicts as support handles them, with the real program on both databases.
 */
import assert from 'node:assert/strict';
import { parseStoreSettings } from '../../src/config.ts';
import { createLog } from '../../src/events/log.ts';
import { openStore } from '../../src/open-store.ts';
import { forEachEmptyDatabase } from '../databases.ts';
import { newcomer, profileWith, randomId, stoppedClock } from '../store-fixture.ts';
import { DEPLOYMENT_SECRET, type Program, withProgram } from './program.ts';

const CASE = '7K2M-9QXD';

/** Two accounts, and a sign-in that could be either's. Their ids. */
async function prepare(url: string): Promise<string[]> {
  const environment = stoppedClock();
  const settings = parseStoreSettings({ LLAVERO_DATABASE_URL: url, LLAVERO_SECRET: DEPLOYMENT_SECRET });
  const log = createLog({ level: 'silent', environment, showPlaces: false });
  const { store, close } = await openStore(settings, { environment, log }, 'brought up to date');
  const ids: string[] = [];
  for (const subject of ['a', 'b']) {
    const { user, identity, commit } = newcomer(environment, { profile: profileWith({ subject }) });
    await store.accounts.createUser(user, identity, commit);
    ids.push(user.id);
  }
  const profile = profileWith({ subject: 'c', emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });
  await store.conflicts.note(
    { id: randomId(), caseNumber: CASE, profile, candidates: ids },
    {
      ...{
        id: randomId(),
        at: environment.now(),
        type: 'conflict.opened',
        code: null,
        userId: null,
        provider: 'campus',
      },
      ...{ clientId: null, signInId: null, reference: null, detail: {} },
    },
    environment.now(),
  );
  await close();
  return ids;
}

function withConflict(promise: string, body: (program: Program, ids: readonly string[]) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    async ({ url }) => {
      const ids = await prepare(url);
      await withProgram({ LLAVERO_DATABASE_URL: url }, (program) => body(program, ids));
    },
    ['SQLite file', 'PostgreSQL'],
  );
}

withConflict('list shows the case and nobody’s data; show tells who, to whoever says why', async (program, ids) => {
  const { conflicts } = await program.json('conflict', 'list');
  assert.deepEqual([conflicts.length, conflicts[0].caseNumber, conflicts[0].candidates], [1, CASE, 2]);
  assert.doesNotMatch(JSON.stringify(conflicts), /ana@|Ana R|Ruiz/);
  assert.equal((await program.run(['conflict', 'show', CASE])).code, 2);
  const view = await program.json('conflict', 'show', CASE, '--reason', 'called on Tuesday');
  assert.deepEqual(
    view.accounts.map(({ id }: { id: string }) => id),
    ids,
  );
  assert.equal(view.said.emails[0].address, 'ana@uni.mx');
  const { stdout } = await program.run(['conflict', 'show', CASE.toLowerCase(), '--reason', 'read out']);
  for (const part of [CASE, 'ana@uni.mx', 'Ana Ruiz', ...ids]) assert.ok(stdout.includes(part), part);
});

withConflict('resolve needs one decision and a reason, and an account of the case', async (program, ids) => {
  const reason = ['--reason', 'seen with papers'];
  for (const call of [[], ['--create'], ['--create', '--refuse', ...reason], reason]) {
    assert.equal((await program.run(['conflict', 'resolve', CASE, ...call])).code, 2, call.join(' '));
  }
  const wrong = await program.run(['conflict', 'resolve', CASE, '--link', 'nobody', ...reason]);
  assert.deepEqual([wrong.code, /none of the accounts/.test(wrong.stderr)], [1, true]);
  assert.match((await program.run(['conflict', 'resolve', 'AAAA-0000', '--create', ...reason])).stderr, /no case/);
  await program.json('conflict', 'resolve', CASE, '--link', ids[1] ?? '', ...reason);
  assert.deepEqual((await program.json('conflict', 'list')).conflicts, []);
  assert.equal((await program.json('conflict', 'list', '--all')).conflicts[0].decision, 'link');
  assert.match((await program.run(['conflict', 'show', CASE, '--reason', 'again'])).stdout, /seen with papers/);
});
