/**
 * OpenID Connect Core §5.1.1: the country of an address.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../model.ts';
import { mapStandardClaims } from './oidc-person.ts';

const names = { full: 'name', given: 'given_name', firstSurname: 'family_name', secondSurname: null };
const countryOf = (address: Json) =>
  mapStandardClaims({ idToken: { address }, userinfo: null }, { nameClaims: names, trustsAssurance: false }).country;

test('the country of an address is read; an address that is none says nothing', () => {
  assert.equal(countryOf({ country: 'MX', locality: 'Mérida' }), 'MX');
  for (const address of [null, 'MX', [], ['MX'], {}, { country: null }, { country: ['MX'] }]) {
    assert.equal(countryOf(address as Json), null, JSON.stringify(address));
  }
});
