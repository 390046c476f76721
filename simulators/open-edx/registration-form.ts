/**
 * What the registration form holds against what was typed, in the order of the real one.
 */

import type { Account } from './accounts.ts';
import { json } from './answers.ts';
import { isCountry } from './countries.ts';
import { isUsername, suggestUsernames } from './usernames.ts';
import type { World } from './world.ts';

export type Fields = { readonly [name: string]: string };

/** One refusal: a message for each field, a code for programs. */
export function fieldErrors(
  status: 400 | 409,
  code: string,
  messages: { readonly [field: string]: string },
  more: { readonly username_suggestions?: readonly string[] } = {},
): Response {
  const shown = Object.entries(messages).map(([field, message]) => [field, [{ user_message: message }]]);
  return json({ ...Object.fromEntries(shown), error_code: code, ...more }, status);
}

const taken = {
  email: 'It looks like this email address is already registered',
  username: 'It looks like this username is already taken',
} as const;

export function judgeDuplicates(fields: Fields, world: World): Response | null {
  const email = world.accounts.withEmail(fields.email ?? '').length > 0;
  const username = world.accounts.named(fields.username ?? '') !== null;
  if (!email && !username) return null;
  const code = ['duplicate', ...(email ? ['email'] : []), ...(username ? ['username'] : [])].join('-');
  const messages = { ...(email ? { email: taken.email } : {}), ...(username ? { username: taken.username } : {}) };
  const suggestions = username
    ? { username_suggestions: suggestUsernames(fields.name ?? '', world, world.random) }
    : {};
  return fieldErrors(409, code, messages, suggestions);
}

export function judgeCountry({ country = '' }: Fields): Response | null {
  if (country === '' || isCountry(country)) return null;
  return fieldErrors(400, 'invalid-country', { country: 'Country code is not valid.' });
}

export function judgeForm(fields: Fields, needsPassword: boolean, world: World): Response | null {
  const messages: Record<string, string> = {};
  const judged = ['username', 'email', 'name', ...(needsPassword ? ['password'] : [])] as const;
  for (const field of judged) {
    const message = judgeField(field, fields[field] ?? '', world);
    if (message !== '') messages[field] = message;
  }
  for (const [field, state] of Object.entries(world.settings.REGISTRATION_EXTRA_FIELDS)) {
    if (state !== 'required') continue;
    const value = field === 'terms_of_service' ? (fields.terms_of_service ?? fields.honor_code) : fields[field];
    const isBox = field === 'honor_code' || field === 'terms_of_service';
    const filled = isBox ? value?.toLowerCase() === 'true' : (value ?? '') !== '';
    if (!filled) messages[field] = `${field.replaceAll('_', ' ')} is required`;
  }
  return Object.keys(messages).length === 0 ? null : fieldErrors(400, 'validation-error', messages);
}

/** What is wrong with a field by itself, in English; empty for nothing. */
export function judgeField(field: string, value: string, world: World): string {
  switch (field) {
    case 'username':
      if (value.length < 2 || value.length > 30) return 'Username must be between 2 and 30 characters long.';
      return isUsername(value, world.settings)
        ? ''
        : 'Usernames can only contain letters (A-Z, a-z), numerals (0-9), underscores (_), and hyphens (-).';
    case 'email':
    case 'confirm_email':
      return value.length >= 3 && value.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
        ? ''
        : 'A properly formatted e-mail is required.';
    case 'name':
      if (value === '' || value.length > 255) return 'Enter your full name';
      return /[<>]|:\/\//.test(value) ? 'Enter a valid name' : '';
    case 'password':
      return value.length >= 8 ? '' : 'This password is too short. It must contain at least 8 characters.';
    case 'country':
      return isCountry(value) ? '' : 'Select your country or region of residence';
    default:
      return '';
  }
}

export function isTaken(field: 'username' | 'email', value: string, world: World): string {
  const accounts: readonly (Account | null)[] =
    field === 'username' ? [world.accounts.named(value)] : world.accounts.withEmail(value);
  return accounts.some((account) => account !== null) ? taken[field] : '';
}
