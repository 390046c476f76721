#!/usr/bin/env node
/**
 * The command line: finds the command and runs it.
 *
 * Exits with 0 when it did what was asked, 1 when that failed, 2 when the call itself was wrong; says why on stderr.
 * Everything but the check of Node's version is imported after it: static imports would fail before it could speak.
 */
import { nodeFault } from './cli/node-version.ts';

const fault = nodeFault(process.versions.node);
if (fault === null) {
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
