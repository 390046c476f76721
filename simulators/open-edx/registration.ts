/**
 * The registration API: by the page of a browser whose pipeline waits, and from server to server with a token of the provider.
 *
 * The order of the checks is that of the real one, and everything is taken back when the step with the token fails.
 */

import type { Account } from './accounts.ts';
import { json, withCookies } from './answers.ts';
import { backends, readIdentity } from './backends.ts';
import type { Handler } from './caller.ts';
import { dataOf, formOf, type Incoming } from './incoming.ts';
import { linkAndUpdate } from './linking.ts';
import { HttpFault, SocialAuthError } from './provider-calls.ts';
import { type BackendName, backendNames } from './records.ts';
import {
  type Fields,
  fieldErrors,
  isTaken,
  judgeCountry,
  judgeDuplicates,
  judgeField,
  judgeForm,
} from './registration-form.ts';
import { markerCookies, type Pipeline, type Session } from './sessions.ts';
import { suggestUsernames } from './usernames.ts';
import { Unhandled, type World } from './world.ts';

const kept = ['country', 'year_of_birth', 'gender', 'level_of_education', 'state', 'city', 'goals', 'mailing_address'];

const plain = (status: number, text: string) =>
  new Response(text, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });

export const register: Handler = async (request, world) => {
  if (world.rates.isLimited(`registration ${request.address}`, world.settings.REGISTRATION_RATELIMIT)) {
    return json({ error_code: 'forbidden-request' }, 403);
  }
  const session = world.sessions.of(request);
  const pipeline = runningPipeline(session, world);
  if (world.settings.ENABLE_REQUIRE_THIRD_PARTY_AUTH && pipeline === null) {
    return plain(403, 'Third party authentication is required to register.');
  }
  const form = formOf(request);
  if (form === null) return fieldErrors(400, 'validation-error', { username: 'A form is required.' });
  const fields: Fields = Object.fromEntries([...form].map(([name, value]) => [name, value.trim()]));
  if (fields.social_auth_provider !== undefined && pipeline === null) {
    const message = 'Registration using the provider has timed out.';
    return fieldErrors(400, 'tpa-session-expired', { error_message: message });
  }
  const refused = judge(fields, pipeline !== null, world);
  if (refused !== null) return refused;

  const account = makeAccount(fields, world);
  const failed = await orTakenBack(account, world, async () =>
    fields.provider === undefined ? null : linkByToken(request, fields, account, world),
  );
  if (failed !== null) return failed;
  if (pipeline !== null) activateFor(pipeline.identity.details.email, pipeline.flags?.skip_email_verification, account);
  if (world.settings.SKIP_EMAIL_VALIDATION) account.isActive = true;
  return welcome(request, session, account, pipeline, world);
};

/** Not active, and where no password was typed, with one that nobody knows. */
function makeAccount(fields: Fields, world: World): Account {
  const account = world.accounts.add({
    username: fields.username ?? '',
    email: fields.email ?? '',
    name: fields.name ?? '',
    password: fields.password ?? world.random.text(25),
    is_active: false,
  });
  for (const field of kept) if (fields[field]) account.profile.set(field, fields[field]);
  return account;
}

/** The transaction: a refusal or an exception leaves nothing behind. */
async function orTakenBack(account: Account, world: World, step: () => Promise<Response | null>) {
  let isDone = false;
  try {
    const refused = await step();
    isDone = refused === null;
    return refused;
  } finally {
    if (!isDone) world.accounts.remove(account);
  }
}

function judge(fields: Fields, hasPipeline: boolean, world: World): Response | null {
  const refused = judgeDuplicates(fields, world) ?? judgeCountry(fields);
  if (refused !== null) return refused;
  if (!world.settings.ALLOW_PUBLIC_ACCOUNT_CREATION) return plain(403, 'Account creation not allowed.');
  if (fields.provider !== undefined && (fields.access_token ?? '') === '') {
    const message = `An access_token is required when passing value (${fields.provider}) for provider.`;
    return fieldErrors(400, 'tpa-missing-access-token', { access_token: message });
  }
  return judgeForm(fields, !hasPipeline && fields.provider === undefined, world);
}

/** The LMS asks the provider's user info, inside the transaction, with the token that came. */
async function linkByToken(
  request: Incoming,
  fields: Fields,
  account: Account,
  world: World,
): Promise<Response | null> {
  const name = backendNames.find((candidate) => candidate === fields.provider);
  const record = name === undefined ? null : world.providers.current(name, request.host);
  const invalid = () =>
    fieldErrors(400, 'tpa-invalid-access-token', { access_token: 'The provided access_token is not valid.' });
  if (name === undefined || !world.settings.AUTHENTICATION_BACKENDS.includes(name)) return invalid();
  if (record === null) throw new Unhandled("Can't fetch setting of a disabled backend/provider.");
  try {
    const token = { accessToken: fields.access_token ?? '', members: {}, asker: 'registration' } as const;
    const identity = await readIdentity(backends[name], record, token, world);
    const linked = world.accounts.linked(name, identity.uid);
    if (linked !== null && linked !== account) {
      const message = 'The provided access_token is already associated with another user.';
      return fieldErrors(400, 'tpa-token-already-associated', { access_token: message });
    }
    const flags = flagsOf(name, request, world);
    // Before the address is synchronised: the one that was registered counts.
    activateFor(identity.details.email, flags?.skip_email_verification, account);
    linkAndUpdate(world, account, identity, flags);
    return null;
  } catch (fault) {
    // Whatever the provider's refusal was: a failure of a moment looks like a token that will never be good.
    if (fault instanceof HttpFault || fault instanceof SocialAuthError) return invalid();
    throw fault;
  }
}

export function flagsOf(name: BackendName, request: Incoming, world: World) {
  return world.providers.listed(request.host).find((record) => record.backend_name === name) ?? null;
}

/** Without a mail, where the record trusts the provider's address and it is the one that was registered. */
function activateFor(email: string | null, skips: boolean | undefined, account: Account): void {
  if (skips === true && email !== null && email === account.email) account.isActive = true;
}

/** Null once it waited too long. */
export function runningPipeline(session: Session, world: World): Pipeline | null {
  const { pipeline } = session;
  const timeout = world.settings.SOCIAL_AUTH_PIPELINE_TIMEOUT * 1_000;
  return pipeline !== null && world.now() - pipeline.startedAt < timeout ? pipeline : null;
}

function welcome(
  request: Incoming,
  session: Session,
  account: Account,
  pipeline: Pipeline | null,
  world: World,
): Response {
  world.sessions.logIn(session, account, null);
  const answer = json({
    success: true,
    authenticated_user: { username: account.username, full_name: account.name, user_id: account.id },
    redirect_url: pipeline === null ? `${request.origin}/dashboard` : `/auth/complete/${pipeline.identity.backend}/`,
  });
  return withCookies(answer, [...world.sessions.save(session, request), ...markerCookies(account, request)]);
}

const validated = ['name', 'username', 'email', 'confirm_email', 'password', 'country'] as const;

/** Judges and makes nothing. */
export const validateRegistration: Handler = (request, world) => {
  if (world.rates.isLimited(`validation ${request.address}`, world.settings.REGISTRATION_VALIDATION_RATELIMIT)) {
    return json({ error_code: 'forbidden-request' }, 403);
  }
  const data = dataOf(request) ?? {};
  const decisions = validated.flatMap((field) => {
    if (!(field in data)) return [];
    const value = String(data[field]);
    const message = judgeField(field, value, world);
    const clash = field === 'username' || field === 'email' ? isTaken(field, value, world) : '';
    return [[field, message === '' ? clash : message] as const];
  });
  const usernameIsTaken = typeof data.username === 'string' && isTaken('username', data.username, world) !== '';
  const suggestions = usernameIsTaken
    ? { username_suggestions: suggestUsernames(String(data.name ?? ''), world, world.random) }
    : {};
  return json({ validation_decisions: Object.fromEntries(decisions), ...suggestions });
};
