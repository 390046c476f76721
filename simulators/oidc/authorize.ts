/**
 * The authorization endpoint (OpenID Connect Core §3.1.2): judges the request, shows the practice page, sends back.
 *
 * RFC 6749 §4.1.2.1: as long as client and redirect address are not known to be right, no browser is sent anywhere.
 * Choosing a person is a POST to the same address, which is judged again; nothing is stored for a page only looked at.
 */

import type { Client } from '../shared/client.ts';
import { type CallbackMisbehaviour, concernsCallback } from './misbehaviour.ts';
import { choicePage, refusedPage } from './page.ts';
import type { Person } from './person.ts';
import type { Received } from './received.ts';
import type { World } from './world.ts';

export interface AuthorizationRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string | null;
  readonly codeChallenge: string;
}

/** Chooses for the person, so that a program without eyes gets through; null shows the page as ever. */
export type Choose = (request: AuthorizationRequest) => Person | null;

export function authorize(received: Received, world: World, choose: Choose): Response {
  const parameters = new URLSearchParams(received.query);
  const complaintOnPage = judgeAddress(parameters, world);
  if (complaintOnPage !== null) {
    world.complain('authorize', complaintOnPage);
    return refusedPage(world.flavour.product, complaintOnPage);
  }
  const redirectUri = parameters.get('redirect_uri') ?? '';
  const state = parameters.get('state') ?? '';
  const complaint = judgeRest(parameters, world);
  if (complaint !== null) {
    world.complain('authorize', complaint);
    return sendBack(redirectUri, { error: 'invalid_request', state }, world);
  }
  const request = acceptedRequest(parameters, world);
  if (request === null) return refusedPage(world.flavour.product, 'no such client');
  const chosen =
    received.method === 'GET'
      ? choose(request)
      : (world.people.get(new URLSearchParams(received.body).get('person') ?? '') ?? null);
  if (chosen !== null) return answerAs(chosen, request, world);
  return choicePage({
    product: world.flavour.product,
    client: request.client.name,
    people: [...world.people.values()],
    action: `?${received.query}`,
  });
}

function judgeAddress(parameters: URLSearchParams, world: World): string | null {
  const names = [...parameters.keys()];
  // RFC 6749 §3.1: taking the first or the last would let two parties read two requests.
  if (new Set(names).size !== names.length) return 'a parameter was sent twice';
  const client = world.clients.get(parameters.get('client_id') ?? '');
  if (client === undefined) return 'client_id is absent or not registered';
  if (!client.redirectUris.includes(parameters.get('redirect_uri') ?? '')) return 'redirect_uri is not registered';
  return null;
}

/** From here on the redirect address is known to be the client's, so it may be told. */
function judgeRest(parameters: URLSearchParams, world: World): string | null {
  if (!parameters.get('state')) return 'state is absent: the callback could be forged';
  if (parameters.get('response_type') !== 'code') return 'response_type is not "code"';
  if (!(parameters.get('scope') ?? '').split(' ').includes('openid')) return 'scope lacks "openid"';
  if (!parameters.get('nonce') && world.flavour.nonce === 'returned') {
    return 'nonce is absent: an ID token could be injected';
  }
  // RFC 7636 §4.3: an absent method means "plain", which shows the verifier to whoever sees the address.
  if (parameters.get('code_challenge_method') !== 'S256') return 'code_challenge_method is not S256';
  if (!/^[A-Za-z0-9_-]{43}$/.test(parameters.get('code_challenge') ?? '')) {
    return 'code_challenge is not a SHA-256 in base64url';
  }
  return null;
}

function acceptedRequest(parameters: URLSearchParams, world: World): AuthorizationRequest | null {
  const client = world.clients.get(parameters.get('client_id') ?? '');
  if (client === undefined) return null;
  return {
    client,
    redirectUri: parameters.get('redirect_uri') ?? '',
    state: parameters.get('state') ?? '',
    nonce: parameters.get('nonce'),
    codeChallenge: parameters.get('code_challenge') ?? '',
  };
}

function answerAs(person: Person, request: AuthorizationRequest, world: World): Response {
  const { redirectUri, state, client, codeChallenge, nonce } = request;
  if (person.answer === 'refuses') return sendBack(redirectUri, { error: 'access_denied', state }, world);
  const code = world.issueCode({ client, person, redirectUri, codeChallenge, nonce });
  return sendBack(redirectUri, { code, state }, world);
}

/** The address is extended as text: rebuilding it through a parser could change what the client registered. */
function sendBack(redirectUri: string, parameters: { readonly [name: string]: string }, world: World): Response {
  const sent = new URLSearchParams(parameters);
  if (world.flavour.announcesIssuer) sent.set('iss', world.issuer);
  const how = world.orders.take('authorize', concernsCallback);
  if (how !== null) misdirect(how, sent);
  const location = `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${sent}`;
  return new Response(null, { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' } });
}

function misdirect(how: CallbackMisbehaviour, sent: URLSearchParams): void {
  switch (how.kind) {
    case 'callback-parameter':
      if (how.value === null) sent.delete(how.name);
      else sent.set(how.name, how.value);
      return;
    case 'callback-parameter-twice':
      sent.append(how.name, how.value);
      return;
    case 'denies':
      sent.delete('code');
      sent.set('error', how.error);
  }
}
