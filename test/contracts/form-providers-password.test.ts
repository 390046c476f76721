/**
 * The contract of our own ways over those with a password.
 */
import { formContract } from './form-contract.ts';
import { formFixtures } from './provider-fixtures-form.ts';

for (const fixture of formFixtures.filter(({ vendor }) => vendor === 'password')) formContract(fixture);
