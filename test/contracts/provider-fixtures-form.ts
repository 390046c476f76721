/**
 * Our own ways of signing in, as their contract must know them: what a person does at each of their forms, in order.
 *
 * Holds no attack and no judgement. A new way of kind `form` is put to the whole contract by its entry here.
 */
import type { Form, JsonObject } from '../../src/model.ts';

/** Somebody who signs in. */
export interface Person {
  readonly address: string;
  readonly password: string;
}

/** One form of the way, as it is filled in. */
export interface Press {
  readonly form: Form['kind'];
  /** The button, by its test id. */
  readonly button: 'submit' | 'forgot';
  /** Whether the code of the latest mail to the person is needed to fill it in. */
  readonly readsMail: boolean;
  /** @param code empty where no mail is read */
  readonly fields: (person: Person, code: string) => { readonly [name: string]: string };
}

export interface FormFixture {
  readonly name: string;
  readonly vendor: string;
  /** Settings that work, with nothing that has a default. */
  readonly settings: JsonObject;
  /** What a person must have done once, on this very way, before they can go it as below. */
  readonly before: readonly Press[];
  /** From the first form to the end. */
  readonly presses: readonly Press[];
  /** Whether whoever goes it again is in the same account. */
  readonly samePersonAgain: boolean;
  /** Whether it proves the person's address: no other way may have one counted as verified. */
  readonly provesAddress: boolean;
  /** What the subject of the identity is. What is random says nothing of the person. */
  readonly subject: 'the address' | 'random';
  /** How the person was authenticated (RFC 8176 §2). */
  readonly amr: readonly string[];
}

const press = (form: Press['form'], fields: Press['fields'], more: Partial<Press> = {}): Press => ({
  ...{ form, fields, button: 'submit', readsMail: false },
  ...more,
});

const writeAddress = press('email-address', ({ address }) => ({ email: address }));
const typeCode = press('email-code', (_person, code) => ({ code }), { readsMail: true });
const choosePassword: readonly Press[] = [
  press('password', () => ({}), { button: 'forgot' }),
  writeAddress,
  typeCode,
  press('new-password', ({ password }) => ({ password })),
];
const typePassword = press('password', ({ address, password }) => ({ email: address, password }));

export const formFixtures: readonly FormFixture[] = [
  {
    name: 'email',
    vendor: 'email',
    settings: {},
    before: [],
    presses: [writeAddress, typeCode],
    samePersonAgain: true,
    provesAddress: true,
    subject: 'the address',
    amr: ['otp'],
  },
  {
    name: 'password, being chosen',
    vendor: 'password',
    settings: {},
    before: [],
    presses: choosePassword,
    samePersonAgain: true,
    provesAddress: true,
    subject: 'random',
    amr: ['pwd', 'otp'],
  },
  {
    name: 'password, being typed',
    vendor: 'password',
    settings: {},
    before: choosePassword,
    presses: [typePassword],
    samePersonAgain: true,
    provesAddress: false,
    subject: 'random',
    amr: ['pwd'],
  },
  {
    name: 'guest',
    vendor: 'guest',
    settings: {},
    before: [],
    presses: [press('guest', () => ({}))],
    samePersonAgain: false,
    provesAddress: false,
    subject: 'random',
    amr: [],
  },
];
