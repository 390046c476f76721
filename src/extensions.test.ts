/**
 * What a deployment adds in code: taken whole, or refused with every fault.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ConfigurationError } from './errors.ts';
import { type Extensions, loadExtensions, noExtensions } from './extensions.ts';

async function load(files: { readonly [name: string]: string }): Promise<Extensions> {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-extensions-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    return await loadExtensions(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const faultsOf = (files: { readonly [name: string]: string }) =>
  load(files).then(
    () => [],
    (error: unknown) => {
      assert.ok(error instanceof ConfigurationError, String(error));
      return error.faults;
    },
  );

const ts = (text: string) => ({ 'llavero.config.ts': text });

test('a folder without such a file adds nothing, and an empty config changes nothing', async () => {
  assert.deepEqual(await load({}), noExtensions);
  assert.deepEqual(await load(ts('export default {};')), noExtensions);
});

test('TypeScript and JavaScript are both taken, as a list of steps and of participants', async () => {
  const text = `const app: { name: string } = { name: 'notes' };
export default { steps: [{ name: 'mine', decide: () => ({ kind: 'pass', reason: 'x' }) }], mergeParticipants: [{ ...app, merge: () => [], undo: () => [] }] };`;
  const { steps, mergeParticipants } = await load(ts(text));
  assert.deepEqual([steps.map(({ name }) => name), mergeParticipants.map(({ name }) => name)], [['mine'], ['notes']]);
  const plain = await load({ 'llavero.config.js': 'export default { steps: [] };' });
  assert.deepEqual(plain, { ...noExtensions, steps: [] });
});

test('every fault is said at once, and which file has it', async () => {
  const text = `export default {
    step: [],
    steps: [{ name: '', decide: 1, recieve() {} }, 'x'],
    mergeParticipants: [{ name: 'a', merge() {}, undo() {} }, { name: 'a', merge() {} }],
  };`;
  assert.deepEqual(await faultsOf(ts(text)), [
    'llavero.config.ts: step is unknown; there are steps, mergeParticipants, disconnectSteps',
    'llavero.config.ts: steps[0].name must be a text',
    'llavero.config.ts: steps[0].decide must be a function',
    'llavero.config.ts: steps[0].recieve is unknown',
    'llavero.config.ts: steps[1] must be an object',
    'llavero.config.ts: mergeParticipants[1].name a is taken by an entry above',
    'llavero.config.ts: mergeParticipants[1].undo must be a function',
  ]);
  assert.deepEqual(await faultsOf(ts('export default { steps: {} };')), ['llavero.config.ts: steps must be a list']);
});

test('a file that cannot be loaded, exports nothing, or has a double is refused rather than passed over', async () => {
  assert.match((await faultsOf(ts('export default {')))[0] ?? '', /^llavero\.config\.ts cannot be loaded: /);
  assert.match((await faultsOf(ts('throw new Error("no");')))[0] ?? '', /cannot be loaded: no$/);
  assert.match(
    (await faultsOf(ts('export const steps = [];')))[0] ?? '',
    /its default export must be what defineConfig answers/,
  );
  const both = { 'llavero.config.ts': 'export default {};', 'llavero.config.js': 'export default {};' };
  assert.match((await faultsOf(both))[0] ?? '', /which one counts/);
});
