/**
 * Claims in another product's words.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserinfoMapping } from '../configuration/userinfo-shape.ts';
import type { JsonObject } from '../model.ts';
import { shaped } from './shaped.ts';

const person: JsonObject = {
  ...{
    sub: '007',
    preferred_username: 'ana',
    email: 'ana@uni.example',
    email_verified: true,
    updated_at: 1_700_000_000,
  },
  address: { country: 'MX' },
};
const inShape = (members: UserinfoMapping['members'], claims = person) => shaped({ path: null, members }, claims);

test('names, types and what is the same for everybody', () => {
  assert.deepEqual(
    inShape({
      ID: 'sub',
      user_login: 'preferred_username',
      user_email: 'email',
      changed: { claim: 'updated_at', type: 'text' },
      changed_at: { claim: 'updated_at', type: 'number' },
      verified: { claim: 'email_verified', type: 'number' },
      verified_text: { claim: 'email_verified', type: 'text' },
      place: 'address',
      user_status: { value: '0' },
    }),
    {
      ...{ ID: '007', user_login: 'ana', user_email: 'ana@uni.example', user_status: '0' },
      ...{ changed: '1700000000', changed_at: 1_700_000_000, verified: 1, verified_text: 'true' },
      place: { country: 'MX' },
    },
  );
});

test('what has no value, or none of that type, is left out: never null, never empty, never a guess', () => {
  const members: UserinfoMapping['members'] = {
    ID: 'sub',
    name: 'name',
    tel: { claim: 'phone_number', type: 'text' },
    number: { claim: 'sub', type: 'number' },
    place: { claim: 'address', type: 'text' },
  };
  // The digits of a `sub` are no number: 007 is not 7.
  assert.equal(inShape(members), null, 'what says who it is and cannot be said as wanted is no answer at all');
  const { number: _, ...rest } = members;
  assert.deepEqual(inShape(rest), { ID: '007' });
});

test('open-edx.md §2: without what says who it is there is no answer, for it would make one person of everybody', () => {
  const members = { id: 'sub', username: 'preferred_username', email: 'email' };
  for (const claims of [
    { ...person, preferred_username: null },
    { ...person, sub: null },
    { sub: '1' },
    {},
  ] as JsonObject[]) {
    assert.equal(inShape(members, claims), null);
  }
});

test('V-24 an address that nobody verified is not told, also where the client might be told that nobody did', () => {
  const members = { id: 'sub', email: 'email' };
  assert.deepEqual(inShape(members, { ...person, email_verified: false }), { id: '007' });
  assert.deepEqual(inShape(members), { id: '007', email: 'ana@uni.example' });
});
