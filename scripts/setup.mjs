/**
 * Makes a fresh clone ready, whatever Node the machine has: installs the dependencies when they are missing or older
 * than the lock file, and with `--for-tests` also the programs that tests are run against, where the machine can have
 * them: Chromium, Python Social Auth, which is what Open edX signs people in with, oauthlib for OAuth 1.0a, Django for the
 * password hashes of old installations, and with Jinja and django-oauth-toolkit for what the Tutor plugin does in an LMS.
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

function hasChromium() {
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].some((path) => existsSync(path));
}

function pythonCan(statement) {
  return ['/usr/bin/python3', 'python3'].some((python) => spawnSync(python, ['-c', statement]).status === 0);
}

/** Debian's own packages, when we may install any. Tests that miss one of them say that they did not run. */
function installForTests() {
  const packages = [
    ...(hasChromium() ? [] : ['chromium']),
    ...(pythonCan('import social_core.backends.open_id_connect') ? [] : ['python3-social-auth-core', 'python3-jose']),
    // The last two are what oauthlib makes RSA signatures with.
    ...(pythonCan('import oauthlib, jwt, cryptography')
      ? []
      : ['python3-oauthlib', 'python3-jwt', 'python3-cryptography']),
    ...(pythonCan('import django, argon2, bcrypt') ? [] : ['python3-django', 'python3-argon2', 'python3-bcrypt']),
    ...(pythonCan('import jinja2, click, oauth2_provider')
      ? []
      : ['python3-jinja2', 'python3-click', 'python3-django-oauth-toolkit']),
  ];
  const mayInstall = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (packages.length === 0 || !mayInstall) return;
  console.error(`Installing ${packages.join(', ')} for the tests (apt-get) …`);
  spawnSync('apt-get', ['update', '-qq'], quiet);
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
    ...quiet,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

if (!dependenciesAreCurrent()) installDependencies();
if (process.argv.includes('--for-tests')) installForTests();
