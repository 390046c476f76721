import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeFault } from './node-version.ts';

const file = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

test('a Node that is too old is named, with the one that is needed; a newer one has no fault', () => {
  for (const version of ['18.20.8', '20.11.1', '22.17.9']) {
    assert.equal(nodeFault(version)?.includes(`this is Node ${version}`), true);
  }
  for (const version of ['22.18.0', '22.20.1', '23.0.0', '24.21.0', process.versions.node]) {
    assert.equal(nodeFault(version), null);
  }
});

test('the oldest Node is the one that package.json names', () => {
  const oldest = /^>=(\d+\.\d+)$/.exec(JSON.parse(file('../../package.json')).engines.node)?.[1];
  assert.match(nodeFault('1.0.0') ?? '', new RegExp(`needs Node ${oldest?.replace('.', '\\.')} `));
});

test('an older Node reaches the check: nothing that it may lack is imported before', () => {
  const imports = [...file('../main.ts').matchAll(/^import (.*) from '(.*)';$/gm)].map(([, what, from]) => [
    what,
    from,
  ]);
  assert.ok(imports.length > 0);
  for (const [what = '', from = ''] of imports) {
    const isOurCheck = from === './cli/node-version.ts';
    // `fileURLToPath` is as old as modules; other names may not be there, and a default export always is.
    const isOldEnough = from.startsWith('node:') && (/^\w+$/.test(what) || what === '{ fileURLToPath }');
    assert.ok(isOurCheck || isOldEnough, `${what} from ${from}`);
  }
  assert.doesNotMatch(file('./node-version.ts'), /^import /m);
});
