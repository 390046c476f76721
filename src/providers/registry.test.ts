import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../errors.ts';
import { vendors } from './registry.ts';
import { createRedirectProvider } from './testing.ts';

const settings = { environment: 'val', mode: 'apps', client_id: '202508101834311980' };

function faultsOf(vendor: string, written: unknown): string {
  try {
    createRedirectProvider(vendors, { slug: 'mx', vendor, settings: written });
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.faults.join('\n');
  }
  return assert.fail('no fault was found');
}

test('a document becomes a provider under its own slug', () => {
  const provider = createRedirectProvider(vendors, { slug: 'mx', vendor: 'llave-mx', settings });
  assert.equal(provider.slug, 'mx');
});

test('an unknown vendor is a fault that names the known ones', () => {
  assert.match(faultsOf('llavemx', settings), /known are: .*llave-mx/);
});

test('all faults of the settings are reported at once, each with its place', () => {
  const faults = faultsOf('llave-mx', { ...settings, client_id: 'x', mode: 'both', colour: 'red' });
  assert.match(faults, /^mx\.settings\.client_id: must be 18 digits$/m);
  assert.match(faults, /^mx\.settings\.mode: /m);
  assert.match(faults, /colour/);
});

test('no value of a setting is repeated in a fault', () => {
  const secret = 'hunter2hunter2';
  for (const name of [
    'client_id',
    'environment',
    'client_secret',
    'web_service_user',
    'redirect_uri',
    'roles',
    'api_host',
  ]) {
    assert.doesNotMatch(faultsOf('llave-mx', { ...settings, [name]: secret }), /hunter2/, name);
  }
});

for (const odd of [null, undefined, [], 'text', 7]) {
  test(`settings of ${JSON.stringify(odd)} are a fault`, () =>
    assert.match(faultsOf('llave-mx', odd), /^mx\.settings: /));
}

test('vendors have different names', () => {
  const names = vendors.map((vendor) => vendor.vendor);
  assert.equal(new Set(names).size, names.length);
});

test('every secret setting exists in its schema', () => {
  for (const { settings: schema, secretSettings } of vendors) {
    for (const name of secretSettings) assert.ok(Object.hasOwn(schema.shape, name), name);
  }
});

test('every setting describes itself for the command line and the documentation', () => {
  for (const { vendor, settings: schema } of vendors) {
    for (const [name, setting] of Object.entries(schema.shape)) assert.ok(setting.description, `${vendor}: ${name}`);
  }
});
