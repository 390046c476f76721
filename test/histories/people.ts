/**
 * Two people, and what each of them holds outside: with it they come here.
 */
import assert from 'node:assert/strict';

export const people = ['ana', 'bea'] as const;
export type Person = (typeof people)[number];
/** Two accounts at Llave MX with one CURP, one at the campus, two mailboxes, a password for the first of them. */
export const ways = ['llave-1', 'llave-2', 'campus', 'mailbox-1', 'mailbox-2', 'password'] as const;
export type Way = (typeof ways)[number];

export const mailboxes = people.flatMap((person) => [`${person}@uni.mx`, `${person}@correo.mx`]);
export const mailboxOf = (person: Person, way: Way) => `${person}@${way === 'mailbox-2' ? 'correo' : 'uni'}.mx`;
export const ownerOfMailbox = (address: string): Person =>
  people.find((person) => address.startsWith(`${person}@`)) ?? assert.fail(`${address} is nobody's`);
