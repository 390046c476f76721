/**
 * The contract of our own ways over each of them, and the table of what was tried on which.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProvider, vendors } from '../../src/providers/registry.ts';
import { formCases, formContract } from './form-contract.ts';
import { formFixtures } from './provider-fixtures-form.ts';

test('every way of our own has forms, and a fixture describes each of them', () => {
  for (const { vendor, settings } of formFixtures) {
    assert.equal(createProvider(vendors, { slug: 'way', vendor, settings }).kind, 'form', vendor);
  }
});

test('cases and fixtures have names of their own', () => {
  for (const names of [formCases.map(({ name }) => name), formFixtures.map(({ name }) => name)]) {
    assert.equal(new Set(names).size, names.length);
  }
});

test('the contract has at least 30 cases, and at least 30 of them can be tried on each way', (t) => {
  for (const fixture of formFixtures) {
    const tried = formCases.filter(({ whyNot }) => whyNot(fixture) === null).length;
    assert.ok(tried >= 30, `${fixture.name}: ${tried}`);
    t.diagnostic(`${fixture.name}: ${tried} of ${formCases.length} cases`);
  }
});

// Passwords cost their hashing: their contract is a file of its own, to run beside this one.
for (const fixture of formFixtures.filter(({ vendor }) => vendor !== 'password')) formContract(fixture);
