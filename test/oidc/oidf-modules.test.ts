/**
 * no module of the conformance plans vanishes: the list, the tests that are named after it, and the page for operators agree.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cellsOf, wordsInCode } from '../markdown.ts';
import { oidfModules } from './oidf-modules.ts';

const pinned = Object.values(oidfModules).flat();

/** A test's title begins with the module's name and a colon. */
const TITLE = /\b(?:withClients|withClientsOnEachDatabase)\(\s*['"`](oidcc-[a-z0-9-]+):/g;

test('A-01 each module has one test that begins with its name, and no test names a module that is not pinned', () => {
  const files = globSync('oidf-*.test.ts', { cwd: import.meta.dirname });
  const sources = files.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));
  const named = sources.flatMap((text) => [...text.matchAll(TITLE)].map(([, name]) => name ?? ''));
  assert.deepEqual(named.toSorted(), [...pinned].toSorted());
});

test('A-01 docs/conformance.md lists the same modules', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/conformance.md'), 'utf8');
  const listed = cellsOf(page, ['module']).flatMap(([module = '']) => wordsInCode(module));
  assert.deepEqual(listed.toSorted(), [...pinned].toSorted());
});

test('A-01 of the five plans there are as many modules as when they were written down', () => {
  const counts = Object.values(oidfModules).map(({ length }) => length);
  assert.deepEqual(counts, [38, 1, 11, 2, 2]);
});
