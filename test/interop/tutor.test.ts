/**
 * The Tutor plugin of examples/open-edx, by programs that we did not write: Jinja renders it, a shell and Django run what it
 * does in the LMS, and real django-oauth-toolkit holds what comes of it (open-edx.md §4, §13).
 *
 * Where a developer's machine does not have them the tests say that they did not run.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { notRun } from './program.ts';

const pathOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const plugin = pathOf('../../examples/open-edx/llavero.py');
const lms = pathOf('./tutor/lms');

/** Debian's packages are seen by Debian's Python only, and the scripts name it. */
const python = '/usr/bin/python3';
const isThere = spawnSync(python, ['-c', 'import jinja2, click, django, oauth2_provider']).status === 0;

type Json = Record<string, unknown>;
interface Rendered {
  readonly patches: Readonly<Record<string, string>>;
  readonly init: readonly (readonly [service: string, script: string])[];
  readonly commands: Readonly<Record<string, readonly (readonly [service: string, script: string])[]>>;
}
interface Lms {
  readonly records: readonly Json[];
  readonly users: readonly Json[];
  readonly tokens: readonly Json[];
  readonly applications: readonly Json[];
}

function run(program: string, args: readonly string[], input: string, env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input,
    encoding: 'utf8',
    cwd: lms,
    env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1', ...env },
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

const render = (config: Json = {}): Rendered =>
  JSON.parse(run(python, [pathOf('./tutor/render.py')], JSON.stringify({ plugin, config })));

function settingsAfter(config: Json, base: Json = { AUTHENTICATION_BACKENDS: ['rules', 'bridgekeeper'] }): Json {
  const patch = render(config).patches['openedx-lms-common-settings'];
  return JSON.parse(run(python, [pathOf('./tutor/settings.py')], JSON.stringify({ base, patch })));
}

const folder = mkdtempSync(join(tmpdir(), 'llavero-lms-'));
after(() => rmSync(folder, { recursive: true }));
let databases = 0;
const prepared = new Map<string, string>();

/** A database with the tables and these sites; making the tables takes Django longer than all else. */
function makeDatabase(domains: readonly string[]): string {
  const copy = join(folder, `${databases++}.db`);
  const sites = domains.join(' ');
  const original = prepared.get(sites);
  if (original !== undefined) {
    copyFileSync(original, copy);
    return copy;
  }
  const made = join(folder, `${databases++}.db`);
  run('./manage.py', ['lms', 'prepare', ...domains], '', { LMS_DATABASE: made });
  prepared.set(sites, made);
  return makeDatabase(domains);
}

/** An LMS with these sites (the second is the default one), and what the plugin's scripts print in it. */
function openLms(domains = ['example.com', 'local.openedx.io', 'local.openedx.io:8000']) {
  const env = { LMS_DATABASE: makeDatabase(domains) };
  const shell = ([service, script]: readonly [string, string]) => {
    assert.equal(service, 'lms');
    return run('/bin/sh', ['-e', '-c', script], '', env);
  };
  return {
    init: (config: Json = {}) => render(config).init.map(shell).join(''),
    undo: (config: Json = {}) => (render(config).commands['llavero-undo'] ?? assert.fail()).map(shell).join(''),
    look: (): Lms => JSON.parse(run('./manage.py', ['lms', 'look'], '', env)),
    execute: (code: string) => run('./manage.py', ['lms', 'shell', '-c', code], '', env),
  };
}

function tutorTest(promise: string, body: () => void): void {
  test(promise, (t) => {
    if (!isThere) return notRun(t, 'python3-jinja2, python3-click and python3-django-oauth-toolkit');
    body();
  });
}

const settingsOf = (record: Json | undefined): Json => JSON.parse(String(record?.other_settings));

for (const backend of ['oidc', 'ol-oauth2', 'identityServer3'] as const) {
  for (const ENABLE_HTTPS of [true, false]) {
    tutorTest(`§13 all that the plugin adds renders, is Python and is shell: ${backend}, https ${ENABLE_HTTPS}`, () => {
      const { patches, init, commands } = render({ LLAVERO_BACKEND: backend, ENABLE_HTTPS });
      assert.deepEqual(Object.keys(patches), ['openedx-lms-common-settings']);
      const scripts = [...init, ...Object.values(commands).flat()];
      assert.equal(scripts.length, 2);
      for (const [, script] of scripts) run('/bin/sh', ['-n'], script);
    });
  }
}

tutorTest('§13 the class of the backend comes first, once, and the rest of the list stays', () => {
  const oidc = 'social_core.backends.open_id_connect.OpenIdConnectAuth';
  assert.deepEqual(settingsAfter({}).AUTHENTICATION_BACKENDS, [oidc, 'rules', 'bridgekeeper']);
  const again = settingsAfter({}, { AUTHENTICATION_BACKENDS: ['rules', oidc] });
  assert.deepEqual(again.AUTHENTICATION_BACKENDS, [oidc, 'rules']);
  const mit = settingsAfter({ LLAVERO_BACKEND: 'ol-oauth2' });
  assert.deepEqual(mit.AUTHENTICATION_BACKENDS, ['ol_social_auth.backends.OLOAuth2', 'rules', 'bridgekeeper']);
});

tutorTest('§9 what the LMS lists already stays beside our log-out address and our host', () => {
  const base = {
    AUTHENTICATION_BACKENDS: [],
    IDA_LOGOUT_URI_LIST: ['https://studio.example/logout/'],
    LOGIN_REDIRECT_WHITELIST: ['studio.example'],
    REGISTRATION_EXTRA_FIELDS: { country: 'required', city: 'hidden' },
    SOCIAL_AUTH_OAUTH_SECRETS: { google: 'theirs' },
  };
  const config = {
    LLAVERO_PUBLIC_URL: 'https://llave.example:8443',
    LLAVERO_CLIENT_SECRET: `it's "quoted" \\ {{ never }} $HOME`.replace('{{ never }}', ''),
    LLAVERO_REGISTRATION_EXTRA_FIELDS: { country: 'hidden' },
    LLAVERO_REGISTRATION_RATELIMIT: '1000/m',
  };
  const after = settingsAfter(config, base);
  assert.deepEqual(after.IDA_LOGOUT_URI_LIST, [
    'https://studio.example/logout/',
    'https://llave.example:8443/sign-out',
  ]);
  assert.deepEqual(after.LOGIN_REDIRECT_WHITELIST, ['studio.example', 'llave.example:8443']);
  assert.deepEqual(after.REGISTRATION_EXTRA_FIELDS, { country: 'hidden', city: 'hidden' });
  assert.deepEqual(after.SOCIAL_AUTH_OAUTH_SECRETS, { google: 'theirs', oidc: config.LLAVERO_CLIENT_SECRET });
  assert.equal(after.REGISTRATION_RATELIMIT, '1000/m');
});

tutorTest('§5 a limit that nobody set is left as the platform has it', () => {
  assert.equal('REGISTRATION_RATELIMIT' in settingsAfter({}), false);
});

tutorTest('§4 each site of the LMS gets its record, without a secret; the others get none', () => {
  const { init, look } = openLms();
  init({ LLAVERO_CLIENT_SECRET: 'a-secret-of-the-client' });
  const { records } = look();
  assert.deepEqual(
    records.map(({ site_id, backend_name, enabled, key, secret }) => [site_id, backend_name, enabled, key, secret]),
    [
      [2, 'oidc', true, 'lms', ''],
      [3, 'oidc', true, 'lms', ''],
    ],
  );
  assert.equal(JSON.stringify(look()).includes('a-secret-of-the-client'), false);
});

tutorTest('§4 a host without a site of its own is served by the default site, which has a record too', () => {
  const { init, look } = openLms(['lms.example', 'elsewhere.example']);
  init({ LMS_HOST: 'lms.example' });
  assert.deepEqual(
    look().records.map(({ site_id }) => site_id),
    [1, 2],
  );
});

tutorTest('§4 a second run changes nothing: the history of a record is not spammed', () => {
  const { init, look } = openLms();
  const config = { LLAVERO_MAX_SESSION_LENGTH: 0, LLAVERO_OTHER_SETTINGS: { JWT_LEEWAY: 1 } };
  init(config);
  const before = look();
  const printed = init(config);
  assert.deepEqual(look(), before);
  assert.equal(printed.match(/nothing to change/g)?.length, 2);
});

tutorTest('§4 one switch that changed is one new row for each site, which says which; the rest is carried over', () => {
  const { init, look, execute } = openLms();
  init();
  execute(
    'from common.djangoapps.third_party_auth.models import OAuth2ProviderConfig as P; ' +
      'r = P.objects.filter(site_id=2).last(); r.send_welcome_email = True; r.save()',
  );
  const printed = init({ LLAVERO_VISIBLE: false });
  assert.equal(printed.match(/saved \(visible\)/g)?.length, 2);
  const { records } = look();
  assert.equal(records.length, 5);
  const newest = records.findLast(({ site_id }) => site_id === 2);
  assert.equal(newest?.visible, false);
  assert.equal(newest?.send_welcome_email, true);
});

tutorTest('§12 the settings of each backend name what browsers use and what the LMS calls', () => {
  const { init, look } = openLms();
  const addresses = { LLAVERO_PUBLIC_URL: 'https://llave.example', LLAVERO_INTERNAL_URL: 'http://llavero:4400' };
  const told = (config: Json) => {
    init({ ...addresses, ...config });
    return settingsOf(look().records.findLast(({ site_id }) => site_id === 3));
  };
  assert.deepEqual(told({ LLAVERO_INTERNAL_URL: '' }), { OIDC_ENDPOINT: 'https://llave.example' });
  assert.deepEqual(told({}), {
    OIDC_ENDPOINT: 'https://llave.example',
    AUTHORIZATION_URL: 'https://llave.example/oauth2/authorize',
    ACCESS_TOKEN_URL: 'http://llavero:4400/oauth2/token',
    USERINFO_URL: 'http://llavero:4400/oauth2/userinfo',
    JWKS_URI: 'http://llavero:4400/oauth2/jwks',
    ID_TOKEN_ISSUER: 'https://llave.example',
    TOKEN_ENDPOINT_AUTH_METHOD: 'client_secret_basic',
  });
  assert.deepEqual(told({ LLAVERO_BACKEND: 'ol-oauth2' }), {
    AUTHORIZATION_URL: 'https://llave.example/oauth2/authorize',
    ACCESS_TOKEN_URL: 'http://llavero:4400/oauth2/token',
    API_ROOT: 'http://llavero:4400/',
  });
  const server3 = told({ LLAVERO_BACKEND: 'identityServer3' });
  assert.equal(server3.redirect_url, 'http://local.openedx.io:8000/auth/complete/identityServer3/');
  assert.equal(server3.username_claim_key, 'preferred_username');
});

tutorTest('§10 the application of the service side asks nobody, and follows the configuration', () => {
  const { init, look } = openLms();
  init();
  init({
    LLAVERO_API_CLIENT_SECRET: 'rotated',
    LLAVERO_API_REDIRECT_URIS: ['https://a.example/x', 'https://b.example/y'],
  });
  assert.deepEqual(look().applications, [
    {
      name: 'llavero-oauth-app',
      client_id: 'llavero',
      client_secret: 'rotated',
      redirect_uris: 'https://a.example/x https://b.example/y',
      skip_authorization: true,
      user__username: 'llavero_service_worker',
    },
  ]);
});

tutorTest('§13 the service worker is staff without a password, and its token is the configured one alone', () => {
  const { init, look } = openLms();
  assert.doesNotMatch(init({ LLAVERO_SERVICE_WORKER_TOKEN: 'first-token' }), /first-token/);
  init({ LLAVERO_SERVICE_WORKER_TOKEN: 'second-token' });
  const { users, tokens } = look();
  assert.equal(users[0]?.is_staff, true);
  assert.match(String(users[0]?.password), /^!/, 'Django’s mark of a password that nothing opens');
  assert.deepEqual(
    tokens.map(({ token, user__username }) => [token, user__username]),
    [['second-token', 'llavero_service_worker']],
  );
});

tutorTest('§13 a token that soon ends is prolonged, not made anew', () => {
  const { init, look } = openLms();
  init({ LLAVERO_SERVICE_WORKER_TOKEN_DAYS: 30 });
  const [before] = look().tokens;
  assert.match(init({ LLAVERO_SERVICE_WORKER_TOKEN_DAYS: 365 }), /prolonged/);
  const [after] = look().tokens;
  assert.equal(after?.token, before?.token);
  assert.ok(String(after?.expires) > String(before?.expires));
});

tutorTest(
  'undo switches every record off by one more row, and leaves nothing that opens the LMS; twice is once',
  () => {
    const { init, undo, look } = openLms();
    init();
    undo();
    const after = look();
    assert.deepEqual(
      after.records.map(({ site_id, enabled }) => [site_id, enabled]),
      [
        [2, true],
        [3, true],
        [2, false],
        [3, false],
      ],
    );
    assert.deepEqual([after.tokens, after.applications], [[], []]);
    assert.equal(after.users[0]?.is_staff, false);
    undo();
    assert.deepEqual(look(), after);
  },
);

tutorTest('undo can be undone: the next run makes everything again', () => {
  const { init, undo, look } = openLms();
  init();
  undo();
  init();
  const { records, tokens, applications } = look();
  assert.deepEqual([records.length, tokens.length, applications.length], [6, 1, 1]);
  assert.equal(records.at(-1)?.enabled, true);
});

tutorTest('a value is never read as code, whatever it holds', () => {
  const { init, look } = openLms();
  const hostile = `'"\\$(touch hit)\`id\` LLAVERO_SCRIPT """ {"a": 1}`;
  init({ LLAVERO_NAME: hostile, LLAVERO_CLIENT_ID: hostile });
  const [record] = look().records;
  assert.deepEqual([record?.name, record?.key], [hostile, hostile]);
});
