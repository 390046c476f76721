/**
 * The provider contract over every provider that can be configured, and the table of what was tried on which.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vendors } from '../../src/providers/registry.ts';
import { providerCases, providerContract } from './provider.ts';
import { whyNot } from './provider-case.ts';
import { formFixtures } from './provider-fixtures-form.ts';
import { oauth1Fixtures } from './provider-fixtures-oauth1.ts';
import { oauth2Fixtures } from './provider-fixtures-oauth2.ts';
import { openIdFixtures } from './provider-fixtures-oidc.ts';

const fixtures = [...oauth2Fixtures, ...openIdFixtures, ...oauth1Fixtures];

test('every vendor that can be configured is put to a contract', () => {
  const withFixture = new Set([...fixtures, ...formFixtures].map(({ vendor }) => vendor));
  assert.deepEqual([...withFixture].sort(), vendors.map(({ vendor }) => vendor).sort());
});

test('cases and fixtures have names of their own', () => {
  for (const names of [providerCases.map(({ name }) => name), fixtures.map(({ name }) => name)]) {
    assert.deepEqual(
      names.filter((name, index) => names.indexOf(name) !== index),
      [],
    );
  }
});

test('the contract has at least 30 cases, and at least 20 of them can be tried on each provider', (t) => {
  assert.ok(providerCases.length >= 30);
  for (const fixture of fixtures) {
    const tried = providerCases.filter((one) => whyNot(one, fixture) === null).length;
    assert.ok(tried >= 20, `${fixture.name}: ${tried}`);
    t.diagnostic(`${fixture.name}: ${tried} of ${providerCases.length} cases`);
  }
});

test('the table: provider × case, and why a case cannot be tried', (t) => {
  const reasons = new Map<string, number>();
  t.diagnostic(fixtures.map(({ name }, index) => `${String.fromCharCode(65 + index)} ${name}`).join(' · '));
  for (const one of providerCases) {
    const marks = fixtures.map((fixture) => {
      const reason = whyNot(one, fixture);
      if (reason === null) return ' x ';
      if (!reasons.has(reason)) reasons.set(reason, reasons.size + 1);
      return String(reasons.get(reason)).padStart(2).padEnd(3);
    });
    t.diagnostic(`${marks.join('')} ${one.name}`);
  }
  for (const [reason, number] of reasons) t.diagnostic(`${number} ${reason}`);
});

for (const fixture of fixtures) providerContract(fixture);
