/**
 * `npm test`: one PostgreSQL for all tests, then Node's own test runner over every test file.
 *
 *     npm test                                   everything
 *     npm test -- src/store                      the files below a folder, or one file
 *     npm test -- src/store --test-name-pattern=P-03      anything else goes to `node --test`
 *
 * The runner's report stays as it is, closing lines included: CI reads them. Its exit code is this program's.
 */
import { spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { startPostgres } from '../test/postgres.ts';

const everywhere = ['src', 'test', 'simulators', 'examples', 'bench', 'scripts'];

function testFilesBelow(path: string): string[] {
  const place = relative('.', path);
  if (statSync(place || '.').isFile()) return [place];
  return globSync(`${place || '.'}/**/*.test.ts`, { exclude: (name) => name === 'node_modules' }).sort();
}

function runTests(files: readonly string[], options: readonly string[], postgresUrl: string) {
  const concurrency = `--test-concurrency=${Math.max(2, availableParallelism())}`;
  const reporter = options.some((option) => option.startsWith('--test-reporter')) ? [] : ['--test-reporter=spec'];
  // Longer than any file takes: one that waits for ever fails, instead of keeping everybody.
  const timeout = '--test-timeout=600000';
  return spawn(process.execPath, ['--test', concurrency, timeout, ...reporter, ...options, ...files], {
    stdio: 'inherit',
    env: {
      // Each file is a process of its own: what one compiled, the next need not.
      NODE_COMPILE_CACHE: 'node_modules/.cache/compiled',
      ...process.env,
      LLAVERO_TEST_POSTGRES_URL: postgresUrl,
    },
  });
}

async function main(): Promise<number> {
  const given = process.argv.slice(2);
  const paths = given.filter((argument) => existsSync(argument));
  const options = given.filter((argument) => !existsSync(argument));
  const mistyped = options.filter((option) => !option.startsWith('-'));
  const places = paths.length > 0 ? paths : everywhere.filter((place) => existsSync(place));
  const files = [...new Set(places.flatMap(testFilesBelow))];
  if (mistyped.length > 0 || files.length === 0) {
    console.error(
      `No test files${mistyped.length > 0 ? `: there is no ${mistyped.join(', ')}` : ` in ${places.join(', ')}`}`,
    );
    return 1;
  }

  const postgres = await startPostgres();
  const runner = runTests(files, options, postgres.url);
  // The runner ends its test processes and reports; PostgreSQL stops after it, as at the end of any run.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
  const code = await new Promise<number>((resolve) => {
    runner.on('error', () => resolve(1));
    runner.on('exit', (exitCode, signal) => resolve(exitCode ?? (signal === 'SIGINT' ? 130 : 143)));
  });
  await postgres.stop();
  return code;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
