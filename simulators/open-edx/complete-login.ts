/**
 * The way back from a provider: `/auth/complete/<backend>/`, which also takes up a pipeline that waited.
 */

import { timingSafeEqual } from 'node:crypto';
import { redirect } from './answers.ts';
import { type Backend, readIdentity, secretOf } from './backends.ts';
import type { Handler } from './caller.ts';
import { checkIdToken } from './id-token.ts';
import { formOf, type Incoming } from './incoming.ts';
import { missingPage } from './pages.ts';
import { resume, run } from './pipeline.ts';
import { askForJson, inBrowser, type Members, SocialAuthError } from './provider-calls.ts';
import type { ProviderRecord } from './records.ts';
import { runningPipeline } from './registration.ts';
import type { Identity, Session } from './sessions.ts';
import { backendOf, recordFor, redirectUriFor } from './start-login.ts';
import { Unhandled, type World } from './world.ts';

export const completeLogin: Handler = async (request, world) => {
  const backend = backendOf(request, world);
  if (backend === null) return missingPage(request, 'Backend not found');
  const record = recordFor(backend.name, request, world);
  const session = world.sessions.of(request);
  try {
    const waiting = runningPipeline(session, world);
    if (waiting !== null && waiting.identity.backend === backend.name) return resume(waiting, session, request, world);
    const identity = await identify(backend, record, session, request, world);
    return run(identity, record, session, request, world);
  } catch (fault) {
    const seen = inBrowser(fault);
    if (!(seen instanceof SocialAuthError)) throw seen;
    session.message = seen.message;
    return redirect(whereErrorsGo(session), world.sessions.save(session, request));
  }
};

const errorPages: { readonly [authEntry: string]: string } = {
  login: '/login',
  register: '/register',
  account_settings: '/account/settings',
};

function whereErrorsGo({ authEntry }: Session): string {
  return errorPages[authEntry ?? 'login'] ?? '/';
}

async function identify(
  backend: Backend,
  record: ProviderRecord,
  session: Session,
  request: Incoming,
  world: World,
): Promise<Identity> {
  const data = new URLSearchParams([...request.parameters, ...(formOf(request) ?? [])]);
  judgeError(data.get('error'), data.get('error_description'), world);
  const state = judgeState(data, session.states.get(backend.name) ?? null, world);
  const { token, clientAuthentication } = await backend.endpoints(record, world, 'complete');
  const secret = secretOf(record, world);
  const basic = clientAuthentication === 'client_secret_basic';
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code: data.get('code') ?? '',
    redirect_uri: redirectUriFor(backend, record, request, state),
    ...(basic ? {} : { client_id: record.key, client_secret: secret }),
  });
  const credentials = Buffer.from(`${record.key}:${secret}`).toString('base64');
  const headers = { Accept: 'application/json', ...(basic ? { Authorization: `Basic ${credentials}` } : {}) };
  const members = await askForJson(world, 'complete', token, { method: 'POST', body, headers });
  judgeError(members.error, members.error_description, world);
  const accessToken = memberOf(members, 'access_token');
  if (backend.hasIdToken) await checkIdToken(memberOf(members, 'id_token'), { accessToken, record }, world);
  return readIdentity(backend, record, { accessToken, members, asker: 'complete' }, world);
}

function memberOf(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new Unhandled(`KeyError: '${name}'`);
  return value;
}

function judgeError(error: unknown, description: unknown, world: World): void {
  if (typeof error !== 'string' || error === '') return;
  if (/denied|cancelled/.test(error)) throw new SocialAuthError('Authentication process canceled');
  world.complain('complete', `the provider said ${error}`);
  throw new SocialAuthError(`Authentication failed: ${typeof description === 'string' ? description : error}`);
}

/** The state of this browser; that in the redirect address serves where the other is missing. */
function judgeState(data: URLSearchParams, known: string | null, world: World): string {
  const sent = data.get('state') ?? data.get('redirect_state') ?? '';
  if (sent === '') throw new SocialAuthError('Missing needed parameter state');
  if (known === null) {
    world.complain('complete', 'the session of the browser has no state: its cookie is lost');
    throw new SocialAuthError('Session value state missing.');
  }
  const [one, other] = [Buffer.from(known), Buffer.from(sent)];
  if (one.length === other.length && timingSafeEqual(one, other)) return known;
  world.complain('complete', 'the state is of another browser');
  throw new SocialAuthError('Wrong state parameter given.');
}
