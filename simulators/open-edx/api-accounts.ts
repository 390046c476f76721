/**
 * The user API: who a token is of, accounts by name or address, changes by their owner.
 */

import type { Json, JsonObject } from '../../src/model.ts';
import { mediaTypeOf } from '../shared/received.ts';
import type { Account } from './accounts.ts';
import { detail, forbidden, json, notFound, nothingThere, redirect } from './answers.ts';
import { authenticated, isStaff } from './caller.ts';
import { isCountry } from './countries.ts';
import { jsonOf } from './incoming.ts';

export const me = authenticated((_request, _world, { account }) => json({ username: account.username }));

const texts = ['bio', 'goals', 'gender', 'level_of_education', 'mailing_address', 'country', 'state', 'city'] as const;

/** All of it to the owner and to staff; to others who somebody is, and no more. */
function shown(account: Account, whole: boolean): JsonObject {
  const image = { has_image: false, image_url_full: '/static/profile.png' };
  if (!whole) return { username: account.username, profile_image: image, account_privacy: 'private' };
  const profile = Object.fromEntries(texts.map((name) => [name, account.profile.get(name) ?? null]));
  const year = account.profile.get('year_of_birth');
  return {
    id: account.id,
    username: account.username,
    email: account.email,
    name: account.name,
    is_active: account.isActive,
    date_joined: new Date(account.dateJoined).toISOString(),
    year_of_birth: year === undefined ? null : Number(year),
    profile_image: image,
    account_privacy: 'private',
    language_proficiencies: [],
    ...profile,
  };
}

export const listAccounts = authenticated((request, world, caller) => {
  const { parameters } = request;
  const named = parameters.get('username')?.split(',') ?? null;
  if (named === null && !isStaff(caller)) return forbidden();
  const email = parameters.get('email');
  const id = parameters.get('lms_user_id');
  const found =
    named !== null
      ? named.map((name) => world.accounts.named(name))
      : email !== null
        ? world.accounts.withEmail(email)
        : [world.accounts.withId(Number(id ?? Number.NaN))];
  const accounts = found.filter((account) => account !== null);
  if (accounts.length === 0) return notFound();
  return json(accounts.map((account) => shown(account, isStaff(caller) || account === caller.account)));
});

export const showAccount = authenticated((request, world, caller) => {
  const account = world.accounts.named(request.parts.username ?? '');
  return account === null ? notFound() : json(shown(account, isStaff(caller) || account === caller.account));
});

export const searchEmails = authenticated((request, world, caller) => {
  if (!isStaff(caller)) return forbidden();
  const emails = jsonOf(request)?.emails;
  if (!Array.isArray(emails)) return json({ emails: ['This field is required.'] }, 400);
  const found = emails.flatMap((email) => world.accounts.withEmail(String(email)));
  return json(found.map(({ username, email, id }) => ({ username, email, id })));
});

const readOnly = ['username', 'id', 'date_joined', 'is_active', 'profile_image'];
const changeable = [...texts, 'year_of_birth', 'name', 'account_privacy', 'language_proficiencies', 'email'];

/** By the owner's own token alone: staff may look, and may not touch. */
export const patchAccount = authenticated((request, world, caller) => {
  const account = world.accounts.named(request.parts.username ?? '');
  if (account !== caller.account) return isStaff(caller) ? forbidden() : nothingThere();
  if (mediaTypeOf(request) !== 'application/merge-patch+json') {
    return detail(415, `Unsupported media type "${mediaTypeOf(request)}" in request.`);
  }
  const patch = jsonOf(request);
  if (patch === null) return detail(400, 'JSON parse error');
  const faults = Object.entries(patch).flatMap(([field, value]) => {
    const message = judge(field, value);
    return message === null ? [] : [[field, { developer_message: message, user_message: message }] as const];
  });
  if (faults.length > 0) return json({ field_errors: Object.fromEntries(faults) }, 400);
  for (const [field, value] of Object.entries(patch)) {
    if (field === 'name') account.name = String(value);
    // A new address is asked for by a mail, and changes nothing until somebody answers it.
    else if (field !== 'email')
      value === null ? account.profile.delete(field) : account.profile.set(field, String(value));
  }
  return json(shown(account, true));
});

function judge(field: string, value: unknown): string | null {
  if (readOnly.includes(field)) return 'This field is not editable via this API';
  if (!changeable.includes(field)) return `The field "${field}" is not known`;
  if (field === 'country' && value !== null && !isCountry(String(value)))
    return `Value "${value}" is not valid for field "country"`;
  if (field === 'name' && (typeof value !== 'string' || value.trim() === '')) return 'Enter your full name';
  if (field === 'year_of_birth' && value !== null && !Number.isInteger(value)) return 'A valid integer is required.';
  return null;
}

/** Sends on to the details, and counts as a login. */
export const myUserInfo = authenticated((request, _world, { account }) =>
  redirect(`${request.origin}/api/mobile/v0.5/users/${account.username}`),
);

export const mobileUser = authenticated((request, _world, { account }) => {
  if (account.username !== request.parts.username) return forbidden();
  const { id, username, email, name } = account;
  const enrollments: Json = `${request.origin}/api/mobile/v0.5/users/${username}/course_enrollments/`;
  return json({ id, username, email, name, course_enrollments: enrollments });
});
