#!/usr/bin/env node
/**
 * The command line: finds the command and runs it.
 *
 * Exits with 0 when it did what was asked, 1 when that failed, 2 when the call itself was wrong; says why on stderr.
 */
import { run } from './cli/run.ts';

process.exitCode = await run(process.argv.slice(2));
