/**
 * The way to a provider: `/auth/login/<backend>/` and `/auth/idp_redirect/<provider id>`.
 */

import { redirect } from './answers.ts';
import { type Backend, backends, neededSetting, setting } from './backends.ts';
import type { Handler } from './caller.ts';
import { formOf, type Incoming } from './incoming.ts';
import { missingPage } from './pages.ts';
import { inBrowser } from './provider-calls.ts';
import { providerId } from './provider-records.ts';
import { type BackendName, backendNames, type ProviderRecord } from './records.ts';
import type { Session } from './sessions.ts';
import { Unhandled, type World } from './world.ts';

/** Null where no class of that name is among the `AUTHENTICATION_BACKENDS`. */
export function backendOf(request: Incoming, world: World): Backend | null {
  const name = backendNames.find((candidate) => candidate === request.parts.backend);
  const { ENABLE_THIRD_PARTY_AUTH, AUTHENTICATION_BACKENDS } = world.settings;
  if (name === undefined || !ENABLE_THIRD_PARTY_AUTH || !AUTHENTICATION_BACKENDS.includes(name)) return null;
  return backends[name];
}

/** @throws Unhandled where the Site of the request has no record that is enabled */
export function recordFor(name: BackendName, request: Incoming, world: World): ProviderRecord {
  const record = world.providers.current(name, request.host);
  if (record === null) throw new Unhandled("Can't fetch setting of a disabled backend/provider.");
  return record;
}

export function redirectUriFor(backend: Backend, record: ProviderRecord, request: Incoming, state: string): string {
  if (backend.name === 'identityServer3') return neededSetting(record, 'redirect_url');
  const address = `${request.origin}/auth/complete/${backend.name}/`;
  return backend.redirectState ? `${address}?redirect_state=${state}` : address;
}

export const startLogin: Handler = async (request, world) => {
  const backend = backendOf(request, world);
  if (backend === null) return missingPage(request, 'Backend not found');
  const record = recordFor(backend.name, request, world);
  const data = new URLSearchParams([...request.parameters, ...(formOf(request) ?? [])]);
  const session = world.sessions.of(request);
  session.authEntry = data.get('auth_entry');
  session.next = data.get('next');
  session.pipeline = null;
  const address = await authorizationAddress({ backend, record, session, data }, request, world).catch((fault) => {
    throw asUnhandled(inBrowser(fault));
  });
  return redirect(address, world.sessions.save(session, request));
};

/** Nobody listens to a sentence of Python Social Auth before the browser has left. */
function asUnhandled(fault: unknown): unknown {
  return fault instanceof Error && !(fault instanceof Unhandled) ? new Unhandled(fault.message) : fault;
}

interface Departure {
  readonly backend: Backend;
  readonly record: ProviderRecord;
  readonly session: Session;
  readonly data: URLSearchParams;
}

async function authorizationAddress(departure: Departure, request: Incoming, world: World): Promise<string> {
  const { backend, record, session, data } = departure;
  // The same for every attempt of a browser: a second tab does not spoil the first.
  const state = session.states.get(backend.name) ?? world.random.text(32);
  session.states.set(backend.name, state);
  const { authorization } = await backend.endpoints(record, world, 'log-in');
  const parameters = new URLSearchParams({
    client_id: record.key,
    redirect_uri: redirectUriFor(backend, record, request, state),
    state,
    response_type: 'code',
  });
  if (backend.hasIdToken) parameters.set('nonce', storeNonce(authorization, world));
  const ignored = setting(record, 'IGNORE_DEFAULT_SCOPE') === true;
  const scopes = [...[setting(record, 'SCOPE') ?? []].flat().map(String), ...(ignored ? [] : backend.scope)];
  if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
  for (const [name, value] of Object.entries(setting(record, 'AUTH_EXTRA_ARGUMENTS') ?? {})) {
    parameters.set(name, data.get(name) ?? String(value));
  }
  return join(authorization, parameters, backend, world);
}

/** Into a table whose columns are 255 characters wide. */
function storeNonce(authorization: string, world: World): string {
  if (authorization.length > 255) throw new Unhandled("Data too long for column 'server_url'");
  const nonce = world.random.text(64);
  world.nonces.set(nonce, true);
  return nonce;
}

/** social-core 4.5.4 takes the escapes away again, and glues with a question mark whatever is there. */
function join(authorization: string, parameters: URLSearchParams, backend: Backend, world: World): string {
  if (world.settings.SOCIAL_CORE !== '4.5.4') {
    return `${authorization}${authorization.includes('?') ? '&' : '?'}${parameters}`;
  }
  const query = backend.redirectState ? `${parameters}` : decodeURIComponent(`${parameters}`);
  return `${authorization}?${query}`;
}

export const idpRedirect: Handler = (request, world) => {
  const record = world.providers.listed(request.host).find((one) => providerId(one) === request.parts.provider);
  if (record === undefined) return missingPage(request, 'Not Found');
  return redirect(loginUrl(record, 'login', request.parameters.get('next')));
};

export function loginUrl(record: ProviderRecord, authEntry: 'login' | 'register', next: string | null): string {
  return `/auth/login/${record.backend_name}/?${new URLSearchParams({ auth_entry: authEntry, next: next ?? '/dashboard' })}`;
}
