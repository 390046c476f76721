import assert from 'node:assert/strict';
import test from 'node:test';
import { claimInWords, valueInWords } from './claims.ts';

test('a date of birth is the same day in every time zone, written as each language does', () => {
  assert.equal(valueInWords('birthdate', '1991-03-14', 'es'), '14 de marzo de 1991');
  assert.equal(valueInWords('birthdate', '1991-03-14', 'en'), 'March 14, 1991');
});

test('a date of birth that is not whole, or not a date, is shown as it came', () => {
  for (const value of ['1991', '0000-03-14', '1991-13-45', 'soon']) {
    assert.equal(valueInWords('birthdate', value, 'es'), value);
  }
});

test('yes and no are words; other values are shown as they are, names in capitals too', () => {
  assert.equal(valueInWords('email_verified', false, 'es'), 'No');
  assert.equal(valueInWords('email_verified', true, 'es'), 'Sí');
  assert.equal(valueInWords('name', 'EUSEBIO NÚÑEZ PEÑA', 'es'), 'EUSEBIO NÚÑEZ PEÑA');
  assert.equal(valueInWords('roles', ['a'], 'en'), '["a"]');
});

test('a claim that nobody has words for has none, whatever its name', () => {
  for (const claim of ['matricula', 'constructor', '__proto__']) assert.equal(claimInWords(claim, 'en'), null);
});

test('what a campus said is in words: the title of course and activity, and the roles in the course alone', () => {
  const lti = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
  const vocabulary = 'http://purl.imsglobal.org/vocab/lis/v2';
  assert.equal(valueInWords(lti('context'), { id: '7', label: 'MAT', title: 'Cálculo' }, 'es'), 'Cálculo');
  assert.equal(valueInWords(lti('resource_link'), { id: 'tarea-1' }, 'es'), 'tarea-1');
  const roles = [`${vocabulary}/membership#Learner`, `${vocabulary}/institution/person#Administrator`];
  assert.equal(valueInWords(lti('roles'), roles, 'es'), 'Estudiante');
  assert.equal(valueInWords(lti('roles'), [], 'en'), 'Participant');
  assert.equal(valueInWords(lti('roles'), ['constructor', 7], 'en'), 'Participant');
});
