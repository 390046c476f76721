/**
 * `npm run build`: the package in dist/, as JavaScript with types, and beside it the files that are read at run time.
 *
 * Begins with an empty folder, so that nothing of a file that was removed since is shipped.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Read at run time by the module beside them, or by one that names them. */
const readAtRunTime = [
  ...readdirSync(join(root, 'src/pages'))
    .filter((name) => /\.(?:css|js)$/.test(name))
    .map((name) => `src/pages/${name}`),
  'examples/demo/llavero.yaml',
  'examples/demo/old-accounts.jsonl',
];

process.chdir(root);
rmSync('dist', { recursive: true, force: true });
// Through its script, not the link in .bin: that one is another program on Windows.
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const { status } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);
for (const file of readAtRunTime) cpSync(file, `dist/${file}`);
chmodSync('dist/src/main.js', 0o755);
