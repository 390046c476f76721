/**
 * The directory over real documents, a few and ten thousand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientSchema } from '../configuration/client-document.ts';
import { defaultDocuments } from '../configuration/documents.ts';
import { asDataAddress, png } from '../configuration/icon.fixture.ts';
import { type ProviderDocument, providerSchema } from '../configuration/provider-document.ts';
import { neverDown } from '../providers/circuit-breaker.ts';
import type { WatchedProvider } from '../providers/provider.ts';
import { createProvider, vendors } from '../providers/registry.ts';
import type { Destination } from './destination.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createRecords } from './record.ts';

const blog = (slug: string, more: object = {}, settings: object = {}) =>
  providerSchema.parse({
    ...{ slug, vendor: 'wordpress', enabled: true },
    ...more,
    settings: { base_address: `https://${slug}.example`, client_id: 'a', client_secret: 'b', ...settings },
  });
const institution = (number: number) =>
  blog(`school-${number}`, { name: `Escuela Número ${number}`, secondary: true, domains: [`s${number}.example`] });

interface World {
  readonly directory: Directory;
  /** The slugs of the providers that were made. */
  readonly made: Set<string>;
}

function worldOf(documents: readonly ProviderDocument[], clients: readonly object[] = []): World {
  const made = new Set<string>();
  const providerOf = (document: ProviderDocument): WatchedProvider | null => {
    if (!document.enabled) return null;
    made.add(document.slug);
    try {
      return { ...createProvider(vendors, document), ...neverDown };
    } catch {
      return null;
    }
  };
  const parsed = clients.map((one) => clientSchema.parse({ ...publicClient, ...one }));
  const snapshot = {
    revision: 1,
    providers: new Map(documents.map((document) => [document.slug, document])),
    clients: new Map(parsed.map((client) => [client.client_id, client])),
    openEdx: new Map(),
    ltiConsumers: new Map(),
    ltiPlatforms: new Map(),
    ...defaultDocuments(),
  };
  return {
    directory: createDirectory(snapshot, { records: createRecords(vendors), providerOf, launches: new Map() }),
    made,
  };
}

const publicClient = {
  ...{ client_id: 'app', client_name: 'App', token_endpoint_auth_method: 'none', skip_authorization: true },
  redirect_uris: ['https://a.test/cb'],
};
const visit: Destination = { clientId: null, site: 'broker.test' };
const slugs = (found: readonly { readonly record: { readonly slug: string } }[]) =>
  found.map(({ record }) => record.slug);

const named = (members: object) => worldOf([blog('a', members)]).directory.find('a')?.record.name;

test('a provider goes by the name that its operator gave it, else by that of its vendor; likewise the line under it', () => {
  const { directory } = worldOf([
    blog('a'),
    blog('b', { name: 'Blog', hint: { 'es-MX': 'Con tu blog', en: 'With your blog' } }),
  ]);
  const { record } = directory.find('a') ?? assert.fail();
  assert.equal(record.name.en, 'WordPress');
  assert.deepEqual(record.hint, { 'es-MX': 'Con tu cuenta de a.example', en: 'With your a.example account' });
  assert.equal(directory.find('b')?.record.name['es-MX'], 'Blog');
  assert.deepEqual(named({ name: { 'es-MX': 'Bitácora', en: 'Blog' } }), { 'es-MX': 'Bitácora', en: 'Blog' });
  assert.equal(directory.find('b')?.record.hint?.en, 'With your blog');
});

test('what is disabled or cannot be read is not found; its name still is', () => {
  const { directory } = worldOf([
    blog('off', { name: 'Apagado', enabled: false }),
    blog('newer', { name: 'Nuevo' }, { soon: 1 }),
    providerSchema.parse({ slug: 'unknown', vendor: 'not-yet-invented', enabled: true }),
  ]);
  for (const slug of ['off', 'newer', 'unknown', 'absent', '__proto__']) assert.equal(directory.find(slug), null, slug);
  assert.deepEqual(directory.choices(visit, 'off').buttons, []);
  assert.deepEqual(directory.search(visit, 'nuevo'), []);
  assert.equal(directory.recordOf('off')?.name.en, 'Apagado');
  assert.equal(directory.recordOf('unknown')?.name.en, 'unknown');
  assert.equal(directory.recordOf('absent'), null);
});

test('buttons are in the order that the operator gave, then of name, whatever the order of the documents, without regard to case and accents', () => {
  const documents = ['zeta', 'Árbol', 'beta', 'Ñandú', 'nube', 'arco'].map((name, index) =>
    blog(`p${index}`, { name }),
  );
  const names = ['Árbol', 'arco', 'beta', 'Ñandú', 'nube', 'zeta'];
  for (const order of [documents, documents.toReversed()]) {
    const { buttons } = worldOf(order).directory.choices(visit, null);
    assert.deepEqual(
      buttons.map(({ record }) => record.name.en),
      names,
    );
  }
  const first = blog('first', { name: 'zz', order: 1 });
  assert.equal(worldOf([...documents, first]).directory.choices(visit, null).buttons[0]?.record.slug, 'first');
  const twins = [blog('b', { name: 'Blog' }), blog('a', { name: 'Blog' })];
  assert.deepEqual(slugs(worldOf(twins).directory.choices(visit, null).buttons), ['a', 'b']);
});

test('a hidden provider is not shown, not even as the one that was used last, and can be gone to', () => {
  const { directory } = worldOf([blog('hidden', { visible: false }), blog('seen')]);
  assert.deepEqual(slugs(directory.choices(visit, 'hidden').buttons), ['seen']);
  assert.deepEqual(directory.search(visit, 'wordpress').length, 1);
  assert.equal(directory.findFor('hidden', visit)?.record.slug, 'hidden');
});

test('what a client does not allow is not shown, not found, not gone to, and no session by it is let through', () => {
  const documents = [blog('uni', { domains: ['uni.mx'] }), blog('other', { domains: ['other.mx'] })];
  const { directory } = worldOf(documents, [{ allowed_providers: ['uni'] }]);
  const app: Destination = { clientId: 'app', site: 'a.test' };
  assert.deepEqual(slugs(directory.choices(app, 'other').buttons), ['uni']);
  assert.deepEqual(slugs(directory.search(app, 'wordpress')), ['uni']);
  assert.equal(directory.findFor('other', app), null);
  assert.equal(directory.findByAddress('a@other.mx', app), null);
  assert.equal(directory.admits('other', app), false);
  assert.equal(directory.admits('uni', app), true);
  assert.equal(directory.admits('removed', app), false);
  assert.equal(directory.admits('removed', visit), true);
});

test('an address finds the one institution of its domain, in any case and spelling, and no subdomain or parent', () => {
  const { directory } = worldOf([
    blog('uni', { domains: ['uni.mx', 'xn--uni-9ma.mx'], visible: false }),
    blog('two-a', { domains: ['shared.mx'] }),
    blog('two-b', { domains: ['shared.mx'] }),
    blog('off', { domains: ['off.mx'], enabled: false }),
    blog('elsewhere', { domains: ['else.mx'], site: 'lms.test' }),
  ]);
  const found = (address: string, site = 'broker.test') =>
    directory.findByAddress(address, { clientId: null, site })?.record.slug ?? null;
  assert.equal(found('ana@uni.mx'), 'uni');
  assert.equal(found('ana@UNI.MX'), 'uni');
  assert.equal(found('"a@b"@uni.mx'), 'uni');
  assert.equal(found('ana@uniñ.mx'), 'uni');
  for (const address of ['ana@sub.uni.mx', 'ana@mx', 'ana@evil-uni.mx', 'uni.mx', 'ana@', '', 'ana@uni.mx.evil.test']) {
    assert.equal(found(address), null, address);
  }
  assert.equal(found('ana@shared.mx'), null, 'two claim it: the person chooses');
  assert.equal(found('ana@off.mx'), null);
  assert.equal(found('ana@else.mx'), null);
  assert.equal(found('ana@else.mx', 'lms.test'), 'elsewhere');
});

test('a callback address that was registered earlier finds its provider by its path', () => {
  const { directory } = worldOf([
    blog('next', { enabled: false }, { redirect_uri: 'https://broker.test/complete/old/' }),
    blog('old', {}, { redirect_uri: 'https://broker.test/complete/old/?x=1' }),
    blog('plain'),
  ]);
  // One that is switched off may be tested at the address of the one that it is to replace.
  assert.deepEqual(directory.slugsAtCallbackPath('/complete/old/'), ['old', 'next']);
  for (const path of ['/complete/old', '/callback/plain', '/']) {
    assert.deepEqual(directory.slugsAtCallbackPath(path), [], path);
  }
});

test('I-08: a picture is found by the name of its content, and another picture has another name', () => {
  const [one, two] = [png(36, 36), png(48, 48)];
  const { directory } = worldOf([
    blog('a', { icon: asDataAddress(one) }),
    blog('b', { icon: asDataAddress(two), enabled: false }),
    blog('c', { icon: 'MX' }),
  ]);
  const fileOf = (slug: string) => {
    const icon = directory.recordOf(slug)?.icon;
    return icon?.kind === 'picture' ? icon.file : null;
  };
  assert.match(fileOf('a') ?? '', /^provider\.[\w-]{16}\.png$/);
  assert.notEqual(fileOf('a'), fileOf('b'));
  assert.ok(one.equals(directory.picture(fileOf('a') ?? '') ?? Buffer.alloc(0)));
  assert.ok(two.equals(directory.picture(fileOf('b') ?? '') ?? Buffer.alloc(0)));
  assert.deepEqual(directory.recordOf('c')?.icon, { kind: 'letters', letters: 'MX' });
  for (const file of ['provider.png', '../secret', '', 'MX']) assert.equal(directory.picture(file), null);
});

test('our own ways have drawings of ours, which letters of the operator replace', () => {
  const own = (vendor: string, icon: string | null) =>
    providerSchema.parse({ slug: vendor, vendor, enabled: true, icon, settings: {} });
  const { directory } = worldOf([own('email', null), own('password', null), own('guest', 'IN'), blog('a')]);
  const marks = ['email', 'password', 'guest', 'a'].map((slug) => directory.recordOf(slug)?.icon);
  assert.deepEqual(marks, [
    { kind: 'drawing', drawing: 'envelope' },
    { kind: 'drawing', drawing: 'padlock' },
    { kind: 'letters', letters: 'IN' },
    null,
  ]);
});

test('0 seconds are a session that ends with the browser, as every one of ours does', () => {
  const lengthOf = (max_session_length: number | null) =>
    worldOf([blog('a', { max_session_length })]).directory.find('a')?.record.maxSessionLength;
  assert.deepEqual([lengthOf(null), lengthOf(0), lengthOf(3600)], [null, null, 3_600_000]);
});

test('of ten thousand institutions a choice, a search, a callback and an address make only what they show', () => {
  const documents = [
    blog('llave-mx', { name: 'Llave MX' }),
    ...Array.from({ length: 10_000 }, (_, n) => institution(n)),
  ];
  const { directory, made } = worldOf(documents);
  const choices = directory.choices(visit, null);
  assert.deepEqual(slugs(choices.buttons), ['llave-mx']);
  assert.equal(choices.institutions.kind, 'search');
  assert.deepEqual([...made], ['llave-mx']);

  assert.deepEqual(directory.slugsAtCallbackPath('/complete/llavemx/'), []);
  assert.equal(directory.findByAddress('ana@s77.example', visit)?.record.slug, 'school-77');
  assert.deepEqual([...made], ['llave-mx', 'school-77']);

  const found = directory.search(visit, 'numero 123');
  assert.equal(found.length, 11, 'those that begin so: 123, and 1230 to 1239');
  assert.equal(found[0]?.record.slug, 'school-123');
  assert.ok(made.size <= 2 + 20);
  assert.equal(directory.search(visit, 'escuela').length, 20);
  // The same answer without work: what was worked out for one destination is kept.
  assert.equal(directory.choices(visit, null), choices);
});
