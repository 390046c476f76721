#!/usr/bin/env node
/**
 * The command line: finds the command and runs it.
 *
 * Exits with 0 when it did what was asked, 1 when that failed, 2 when the call itself was wrong; says why on stderr.
 * Nothing that an older Node may lack is imported before Node's version was looked at: the import would fail in its place.
 */
// By its default export: a named one that an older Node lacks would fail before the version is looked at.
import nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { nodeFault } from './cli/node-version.ts';

const fault = nodeFault(process.versions.node);
if (fault === null) {
  // Halves the time to the first answer and saves 20 MB, because types are stripped once and not at each start. Beside
  // the program and not in the shared temporary folder, where another user of the machine could put code for us to run.
  // A folder that cannot be written is no fault: then nothing is kept.
  nodeModule.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/llavero', import.meta.url)));
  const { run } = await import('./cli/run.ts');
  process.exitCode = await run(process.argv.slice(2));
} else {
  process.stderr.write(`${fault}\n`);
  process.exitCode = 1;
}
