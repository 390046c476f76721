// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as they stand in the file
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { forEachDatabase } from '../../test/databases.ts';
import { createVault } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Json } from '../model.ts';
import { defaultOf } from './defaults.ts';
import { type ConfigurationDocuments, type ConfigurationEntry, entriesOf, nothingWritten } from './documents.ts';
import { exportFile } from './export-file.ts';
import { parseConfigurationFile } from './file.ts';
import { applyChanges, type FieldChange, planChanges } from './plan.ts';
import { providerSchema } from './provider-document.ts';
import { registrationSchema } from './registration-document.ts';
import { createConfigurationStore } from './revisions.ts';
import { exampleVendor } from './testing.ts';

const vendors = [exampleVendor];
const options = { prune: false, vendors };
const parse = (text: string, env = {}) => parseConfigurationFile(text, { env, vendors });
const provider = (slug: string, secret: string) =>
  `  - { slug: ${slug}, vendor: example, enabled: true, settings: { client_id: x, client_secret: ${secret} } }\n`;
const stored = (documents: ConfigurationDocuments) => ({ revision: 1, entries: entriesOf(documents) });

test('a plan names what is created, updated, removed and left alone, field by field', () => {
  const current = stored(parse(`providers:\n${provider('a', 'one')}${provider('b', 'one')}${provider('c', 'one')}`));
  const wanted = parse(`providers:\n${provider('a', 'one')}${provider('b', 'two')}${provider('d', 'two')}`);
  const { changes } = planChanges(current, wanted, { ...options, prune: true });
  assert.deepEqual(
    changes.map(({ name, change, fields }) => [name, change, fields.filter(isWritten).map(({ field }) => field)]),
    [
      ['a', 'none', []],
      ['b', 'update', ['settings.client_secret']],
      ['d', 'create', ['enabled', 'settings.client_id', 'settings.client_secret', 'slug', 'vendor']],
      ['c', 'remove', []],
    ],
  );
});

/** Whether a field is more than what holds when nothing is written. */
const isWritten = ({ field, after }: FieldChange) => after !== defaultOf('provider', field);
test('the section mail is planned, and exported so that applying it again changes nothing', () => {
  const wanted = parse('mail: { from_name: Campus Virtual, from_address: no-reply@campus.example }');
  const { changes, writes } = planChanges(stored(parse('clients: []')), wanted, options);
  assert.deepEqual(
    changes.map(({ kind, name, change }) => [kind, name, change]),
    [['mail', 'default', 'create']],
  );
  assert.equal(writes.length, 1);
  const { text, variables } = exportFile(stored(wanted), vendors);
  assert.match(text, /^mail:\n {2}from_address: no-reply@campus\.example\n {2}from_name: Campus Virtual$/m);
  assert.deepEqual(variables, []);
  assert.deepEqual(planChanges(stored(wanted), parse(text), { prune: true, vendors }).writes, []);
});

test('the section accounts is planned, and exported so that applying it again changes nothing', () => {
  const wanted = parse(
    'accounts: { merge_same_provider: allow, same_verified_address: prove, username: email, guest_retention_days: 30, deletion_grace_days: 7 }',
  );
  const { writes } = planChanges(stored(parse('clients: []')), wanted, options);
  const document = {
    merge_same_provider: 'allow',
    same_verified_address: 'prove',
    username: 'email',
    guest_retention_days: 30,
    deletion_grace_days: 7,
  };
  assert.deepEqual(writes, [{ kind: 'accounts', name: 'default', document }]);
  const { text } = exportFile(stored(wanted), vendors);
  assert.match(text, /^accounts:\n(?: {2}.+\n){4} {2}deletion_grace_days: 7$/m);
  assert.deepEqual(planChanges(stored(wanted), parse(text), { prune: true, vendors }).writes, []);
});

test('without prune nothing is removed', () => {
  const current = stored(parse(`providers:\n${provider('a', 'one')}\nbrand: { product_name: Campus }`));
  assert.deepEqual(planChanges(current, parse('clients: []'), options).writes, []);
});

test('the changes of a plan show no secret, not even of a vendor that is gone', () => {
  const current = stored(parse(`providers:\n${provider('a', 'canary1')}`));
  const wanted = parse(`providers:\n${provider('a', 'canary2')}`);
  for (const known of [vendors, []]) {
    const { changes, writes } = planChanges(current, wanted, { prune: false, vendors: known });
    assert.equal(writes.length, 1);
    assert.deepEqual(changes[0]?.fields, [{ field: 'settings.client_secret', before: '(secret)', after: '(secret)' }]);
  }
});

test('of what is new a plan shows every setting but the secrets', () => {
  const { changes } = planChanges(
    stored(parse('clients: []')),
    parse(`providers:\n${provider('a', 'canary')}`),
    options,
  );
  const settings = changes[0]?.fields.filter(({ field }) => field.startsWith('settings.'));
  assert.deepEqual(settings, [
    { field: 'settings.client_id', before: null, after: '"x"' },
    { field: 'settings.client_secret', before: null, after: '(secret)' },
  ]);
});

test('the order of members does not make a difference', () => {
  const current = stored(
    parse('providers: [{ slug: a, vendor: example, enabled: true, settings: { client_id: x, note: y } }]'),
  );
  const wanted = parse('providers: [{ settings: { note: y, client_id: x }, enabled: true, vendor: example, slug: a }]');
  assert.deepEqual(planChanges(current, wanted, options).writes, []);
});

const client = `clients:
  - client_id: lms
    client_name: LMS
    token_endpoint_auth_method: none
    redirect_uris: [https://lms.example/]
    skip_authorization: true
    default_provider: a
`;

test('a default provider must be in the file or configured already, and may not be pruned away', () => {
  const current = stored(parse(`providers:\n${provider('a', 'one')}`));
  assert.throws(() => planChanges({ revision: 0, entries: [] }, parse(client), options), ConfigurationError);
  assert.equal(planChanges(current, parse(client), options).writes.length, 1);
  assert.throws(() => planChanges(current, parse(client), { ...options, prune: true }), /default_provider a/);
});

test('the allowed providers of a client must be configured, each of them, and may not be pruned away', () => {
  const current = stored(parse(`providers:\n${provider('a', 'one')}${provider('b', 'one')}`));
  const allowing = (slugs: string) =>
    parse(`${client.replace('default_provider: a', `allowed_providers: [${slugs}]`)}`);
  assert.equal(planChanges(current, allowing('a, b'), options).writes.length, 1);
  assert.throws(
    () => planChanges(current, allowing('a, gone, b, missing'), options),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.deepEqual(error.faults, [
        'client lms: allowed_providers gone is not among the providers',
        'client lms: allowed_providers missing is not among the providers',
      ]);
      return true;
    },
  );
  assert.throws(() => planChanges(current, allowing('a'), { ...options, prune: true }), /allowed_providers a/);
});

test('what a setting of a newer release hides is not shown: unknown settings are taken for secrets', () => {
  const [known] = stored(parse(`providers:\n${provider('a', 'one')}`)).entries;
  assert.ok(known);
  const settings = { client_id: 'x', soon: 'canary' };
  const newer = { revision: 1, entries: [{ ...known, document: { ...known.document, settings } }] };
  const { changes } = planChanges(newer, parse(`providers:\n${provider('a', 'one')}`), options);
  assert.doesNotMatch(JSON.stringify(changes), /canary/);
  assert.doesNotMatch(exportFile(newer, vendors).text, /canary/);
});

forEachDatabase('a second apply writes nothing', async ({ durable }) => {
  const vault = createVault('a secret of the test that is long', { now: () => 0, randomBytes: (n) => randomBytes(n) });
  const store = createConfigurationStore(durable, vault);
  const wanted = parse(`providers:\n${provider('a', 'one')}${provider('b', 'one')}${client}`);
  const apply = async () =>
    applyChanges(store, planChanges(await store.loadAll(), wanted, options), { by: 'cli', reason: '', at: 0 });
  assert.deepEqual(await apply(), { applied: true, revision: 3 });
  assert.deepEqual(await apply(), { applied: true, revision: 3 });
  assert.equal(await store.latestRevision(), 3);
});

forEachDatabase('a plan that was overtaken is not applied', async ({ durable }) => {
  const vault = createVault('a secret of the test that is long', { now: () => 0, randomBytes: (n) => randomBytes(n) });
  const store = createConfigurationStore(durable, vault);
  const empty = await store.loadAll();
  const first = planChanges(empty, parse(`providers:\n${provider('a', 'one')}`), options);
  const second = planChanges(empty, parse(`providers:\n${provider('a', 'two')}`), options);
  const authorship = { by: 'cli', reason: '', at: 0 };
  assert.deepEqual(await applyChanges(store, first, authorship), { applied: true, revision: 1 });
  assert.deepEqual(await applyChanges(store, second, authorship), { applied: false });
});

// ------------------------------------------------------------------------------------------------------------- export

/** The environment that an export asks for, filled from what was exported. */
function environmentFor(entries: readonly ConfigurationEntry[], file: ReturnType<typeof exportFile>) {
  return Object.fromEntries(
    file.variables.map(({ variable, kind, name, path }) => {
      const document = entries.find((entry) => entry.kind === kind && entry.name === name)?.document;
      const value = path.reduce<Json | undefined>((inner, part) => (inner as Record<string, Json>)[part], document);
      assert.ok(typeof value === 'string');
      return [variable, value];
    }),
  );
}

test('an export refers to each secret by a variable of its own and holds none', () => {
  const current = stored(parse(`providers:\n${provider('llave-mx', 'canary1')}${provider('google', 'canary2')}`));
  const file = exportFile(current, vendors);
  assert.deepEqual(
    file.variables.map(({ variable }) => variable),
    ['PROVIDER_GOOGLE_CLIENT_SECRET', 'PROVIDER_LLAVE_MX_CLIENT_SECRET'],
  );
  assert.match(file.text, /client_secret: \$\{PROVIDER_LLAVE_MX_CLIENT_SECRET\}/);
  assert.ok(!file.text.includes('canary'));
});

test('names that come to one variable are told apart', () => {
  const entries = ['a.b', 'a-b'].map((name) => ({
    kind: 'client' as const,
    name,
    document: { client_id: name, client_secret: name },
  }));
  const file = exportFile({ revision: 1, entries }, vendors);
  assert.deepEqual(environmentFor(entries, file), {
    CLIENT_A_B_CLIENT_SECRET: 'a-b',
    CLIENT_A_B_CLIENT_SECRET_2: 'a.b',
  });
});

test('a secret in a structure is referred to text by text', () => {
  const entries = [
    {
      kind: 'provider' as const,
      name: 'a',
      document: { slug: 'a', vendor: 'example', settings: { client_secret: { keys: ['canary1', 'canary2'] } } },
    },
  ];
  const file = exportFile({ revision: 1, entries }, vendors);
  assert.ok(!file.text.includes('canary'));
  assert.deepEqual(Object.values(environmentFor(entries, file)), ['canary1', 'canary2']);
});

// Texts that YAML or the references could misread; the vendor's settings may hold anything that is not a control character.
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '$',
    '${',
    '${A}',
    '$${A}',
    '$$${',
    'null',
    'yes',
    '0x10',
    '- a',
    '# b',
    "'",
    '"',
    ' x ',
    'a: b',
    'a\nb\n\n',
    '&a',
    '*a',
  ),
  fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', '\n', ' ', '#', ':') }),
);
const printable = text.filter((value) => !/[\p{Cc}\p{Co}\p{Cs}\p{Cn}]/u.test(value.replaceAll(/[\n\t]/g, '')));
const slug = fc.stringMatching(/^[a-z0-9-]{1,8}$/).filter((name) => !['step', 'import', 'llavero'].includes(name));
const providerDocument = fc
  .record({
    slug,
    vendor: fc.constant('example'),
    enabled: fc.boolean(),
    settings: fc.record(
      { client_id: printable.filter((value) => value !== ''), client_secret: fc.option(printable), note: printable },
      { requiredKeys: ['client_id'] },
    ),
  })
  .map((written) => providerSchema.parse(written));

test('an export that is applied again changes nothing, whatever the texts in it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(providerDocument, { selector: ({ slug }) => slug }), (providers) => {
      const current = stored({
        ...nothingWritten,
        providers,
        clients: parse(`providers: []\n${client}`).clients.map((c) => ({ ...c, default_provider: null })),
        registration: registrationSchema.parse({
          verify_email: true,
          fields: { country: 'required' },
          terms: { version: '${1}', address: 'https://campus.example/terms', title: 'A: "b"' },
        }),
        accounts: null,
      });
      const file = exportFile(current, vendors);
      const again = parse(file.text, environmentFor(current.entries, file));
      assert.deepEqual(planChanges(current, again, { prune: true, vendors }).writes, []);
    }),
    { numRuns: 500 },
  );
});
