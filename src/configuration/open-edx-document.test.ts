/**
 * The section `open_edx`: what it accepts, that a second apply writes nothing, and that no secret is shown.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore } from '../../test/store-fixture.ts';
import { ConfigurationError } from '../errors.ts';
import { exportFile } from './export-file.ts';
import { parseConfigurationFile } from './file.ts';
import { applyChanges, planChanges } from './plan.ts';
import { createConfigurationStore } from './revisions.ts';

const SECRET = 'an-api-secret-that-nobody-sees';
const TOKEN = 'a-worker-token-that-nobody-sees';
const file = `
open_edx:
  - slug: campus
    base_url: https://lms.example
    backend: oidc
    client: lms
    api_client_id: llavero
    api_client_secret: ${SECRET}
    service_worker: { username: worker, token: ${TOKEN} }
    limits: { registrations_per_week: 500 }
`;
const parse = (text: string, env: { [name: string]: string } = {}) =>
  parseConfigurationFile(text, { env, vendors: [] });
const options = { prune: false, vendors: [] };

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults.map((fault) => fault.replace(/^line \d+, column \d+: open_edx\[\d\]\./, ''));
  }
}

test('what is not written is what an unchanged LMS has', () => {
  const [platform] = parse(file).open_edx;
  assert.deepEqual(platform?.limits, {
    ...{ registrations_per_week: 500, tokens_per_minute: 120 },
    ...{ course_calls_per_minute: 40, enrolment_calls_per_minute: 120 },
  });
  assert.equal(platform?.public_url, null);
  const [least] = parse(
    'open_edx: [{ slug: a, base_url: "http://local.openedx.io:8000", backend: ol-oauth2, client: lms }]',
  ).open_edx;
  assert.equal(least?.service_worker, null);
  assert.equal(least?.limits.registrations_per_week, 60);
});

test('an address with a path, an unknown backend and half a service worker are faults, all at once, without values', () => {
  const wrong = file
    .replace('https://lms.example', 'https://lms.example/path')
    .replace('backend: oidc', 'backend: saml')
    .replace(`, token: ${TOKEN}`, '');
  assert.deepEqual(faultsOf(wrong), [
    'base_url must be scheme, host and port only, such as https://lms.example',
    'backend must be one of oidc, ol-oauth2, identityServer3',
    'service_worker.token is missing',
  ]);
  assert.match(
    faultsOf(`${file}  - { slug: campus, base_url: https://a.example, backend: oidc, client: b }`)[0] ?? '',
    /slug is taken/,
  );
});

forEachStore(
  'a second apply writes nothing, and neither plan nor export shows a secret',
  async ({ databases, vault, clock }) => {
    const store = createConfigurationStore(databases.durable, vault);
    const authorship = { by: 'test', reason: 'test', at: clock.now() };
    const plan = planChanges(await store.loadAll(), parse(file), options);
    assert.doesNotMatch(JSON.stringify(plan.changes), new RegExp(`${SECRET}|${TOKEN}`));
    assert.match(JSON.stringify(plan.changes), /service_worker\.token","before":null,"after":"\(secret\)/);
    assert.ok((await applyChanges(store, plan, authorship)).applied);
    assert.deepEqual(planChanges(await store.loadAll(), parse(file), options).writes, []);

    const exported = exportFile(await store.loadAll(), []);
    assert.doesNotMatch(exported.text, new RegExp(`${SECRET}|${TOKEN}`));
    assert.deepEqual(
      exported.variables.map(({ variable }) => variable),
      ['OPEN_EDX_CAMPUS_API_CLIENT_SECRET', 'OPEN_EDX_CAMPUS_SERVICE_WORKER_TOKEN'],
    );
    const env = { OPEN_EDX_CAMPUS_API_CLIENT_SECRET: SECRET, OPEN_EDX_CAMPUS_SERVICE_WORKER_TOKEN: TOKEN };
    assert.deepEqual(planChanges(await store.loadAll(), parse(exported.text, env), options).writes, []);

    const other = parse(file.replace(TOKEN, 'another-token-of-the-worker'));
    const [change] = planChanges(await store.loadAll(), other, options).changes;
    assert.deepEqual(change?.fields, [{ field: 'service_worker.token', before: '(secret)', after: '(secret)' }]);
    const rows = await databases.durable.all({ shape: ['select document from configuration_revisions'], values: [] });
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(`${SECRET}|${TOKEN}`));
  },
);
