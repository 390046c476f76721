/**
 * Makes a fresh clone ready, whatever Node the machine has: installs the dependencies when they are missing or older
 * than the lock file, and with `--with-browser` also Chromium where the machine can have it.
 *
 * Plain JavaScript for Node 20, because it runs before our own Node is there. Never asks anything.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };

/** npm keeps its own copy of the lock file inside node_modules; an older one means that something was added since. */
function dependenciesAreCurrent() {
  const installed = 'node_modules/.package-lock.json';
  return (
    existsSync('node_modules/.bin/node') &&
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs
  );
}

function installDependencies() {
  console.error('Installing dependencies (npm ci) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], quiet);
  if (status !== 0) process.exit(status ?? 1);
}

/** Debian's own Chromium, when we may install packages. Without it the browser tests say that they did not run. */
function installBrowser() {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some((path) =>
    existsSync(path),
  );
  if (found || process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.error('Installing Chromium for the browser tests (apt-get) …');
  spawnSync('apt-get', ['update', '-qq'], quiet);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
    ...quiet,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (!dependenciesAreCurrent()) installDependencies();
if (process.argv.includes('--with-browser')) installBrowser();
