/**
 * `/oauth2/authorize`: a code for an application, in the name of whoever is logged in.
 *
 * Nobody is asked where the application skips authorization, or was allowed the same scopes before.
 */

import { redirect } from './answers.ts';
import type { Handler } from './caller.ts';
import { formOf, type Incoming } from './incoming.ts';
import { consentPage, refusedPage } from './pages.ts';
import type { Application } from './records.ts';
import { isRegistered } from './redirect-addresses.ts';
import type { World } from './world.ts';

const everybodysScopes = ['read', 'write', 'email', 'profile'];

export function allowedScopes(application: Application): readonly string[] {
  return [...everybodysScopes, ...application.scopes];
}

/** The scopes that are asked for; all of everybody's where none are; null where one is not the application's. */
export function readScopes(text: string | null, application: Application): readonly string[] | null {
  const scopes = text === null || text.trim() === '' ? everybodysScopes : text.trim().split(/\s+/);
  return scopes.every((scope) => allowedScopes(application).includes(scope)) ? scopes : null;
}

export const authorize: Handler = (request, world) => {
  const { parameters } = request;
  const account = world.sessions.find(request)?.account ?? null;
  // The login comes before anything of the request is judged.
  if (account === null) return redirect(`/login?next=${encodeURIComponent(`${request.path}?${request.query}`)}`);

  const application = world.applications.get(parameters.get('client_id') ?? '');
  if (application === undefined) return refuse(request, world, 'client_id is not of an application');
  if (application.authorization_grant_type !== 'authorization-code') {
    return refuse(request, world, 'the application has another grant type');
  }
  const redirectUri = parameters.get('redirect_uri') ?? application.redirect_uris.split(' ')[0] ?? '';
  if (!isRegistered(redirectUri, application.redirect_uris))
    return refuse(request, world, 'redirect_uri is not registered');

  const state = parameters.get('state');
  const back = (answer: { readonly [name: string]: string }) => {
    const address = new URL(redirectUri);
    for (const [name, value] of Object.entries(answer)) address.searchParams.append(name, value);
    if (state !== null) address.searchParams.append('state', state);
    return redirect(address.href);
  };
  const scopes = readScopes(parameters.get('scope'), application);
  if (parameters.get('response_type') !== 'code') return back({ error: 'unsupported_response_type' });
  if (scopes === null) return back({ error: 'invalid_scope' });

  const consent = `${account.id} ${application.client_id} ${scopes.toSorted().join(' ')}`;
  if (!application.skip_authorization && world.consents.get(consent) === null) {
    if (request.method === 'GET') return consentPage(request, application, scopes);
    if (formOf(request)?.get('allow') !== 'Authorize') return back({ error: 'access_denied' });
  }
  world.consents.set(consent, true);
  const { client_id: clientId } = application;
  return back({ code: world.tokens.issueCode({ account, scopes, clientId, redirectUri }) });
};

function refuse(request: Incoming, world: World, complaint: string): Response {
  world.complain('authorize', complaint);
  return refusedPage(request, complaint);
}
