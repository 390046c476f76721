/**
 * What becomes of a test whose program, one that we did not write, is not there: it says that it did not run. In CI, where each of
 * them must be there, it fails.
 */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';

/** @param packages names of Debian packages, as an operating system's user would look for them */
export function notRun(t: TestContext, packages: string): void {
  if (process.env.CI !== undefined) assert.fail(`not on this machine: ${packages}`);
  console.error(`NOT RUN (no ${packages} on this machine): ${t.name}`);
  t.skip(`not installed: ${packages}`);
}
