/**
 * Which provider a client's request leads to, and what of it is passed on.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordWith } from '../../test/store-fixture.ts';
import type { Directory } from '../directory/directory.ts';
import { PlayedProvider } from '../sign-in/sign-in.fixture.ts';
import { hintedProvider, loginHintOf } from './hints.ts';

const usable = ['hinted', 'named', 'of-domain', 'default'];
const enabled = (slug: string) =>
  usable.includes(slug) ? { record: recordWith({ slug }), provider: new PlayedProvider(slug) } : null;
const directory = {
  findFor: (slug: string) => enabled(slug),
  findByAddress: (address: string) => (address.endsWith('@uni.mx') ? enabled('of-domain') : null),
} as unknown as Directory;
const hinted = (params: object, clientDefault: unknown = 'default') =>
  hintedProvider({ ...params }, clientDefault, directory, { clientId: 'app', site: 'a.test' });

const all = { idp_hint: 'hinted', acr_values: 'idp:named', login_hint: 'ana@uni.mx' };

test('what the request names comes before whom an address belongs to, and that before what the client always wants', () => {
  assert.equal(hinted(all), 'hinted');
  assert.equal(hinted({ ...all, idp_hint: 'gone' }), 'named');
  assert.equal(hinted({ ...all, idp_hint: undefined, acr_values: 'idp:gone' }), 'of-domain');
  assert.equal(hinted({ login_hint: 'ana@otra.mx' }), 'default');
  assert.equal(hinted({}, null), null);
  assert.equal(hinted({}, 'gone'), null);
});

test('of acr_values only what names a provider counts, in the order of the list', () => {
  assert.equal(hinted({ acr_values: 'urn:mace:incommon:iap:silver idp:named' }, null), 'named');
  assert.equal(hinted({ acr_values: 'idp:gone idp:named' }, null), null, 'a hint is not looked for until one fits');
  for (const acr_values of ['named', 'IDP:named', 'xidp:named', 'idp: named', 'idp:', '', ['idp:named'], 5]) {
    assert.equal(hinted({ acr_values }, null), null, String(acr_values));
  }
});

test('a login hint is one line of bounded length, or none', () => {
  for (const hint of ['ana@uni.mx', '+525512345678', 'HEGG560427MVZRRL04', 'Ñandú', 'a'.repeat(255)]) {
    assert.equal(loginHintOf({ login_hint: hint }), hint);
  }
  for (const hint of ['', 'a'.repeat(256), 'a\nb', 'a\0', '\u202eana', '\ud800', undefined, null, 5, ['ana@uni.mx']]) {
    assert.equal(loginHintOf({ login_hint: hint }), null);
  }
});
