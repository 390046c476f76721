/**
 * The authorization endpoint: judges the request, shows the practice page, sends the browser back.
 *
 * RFC 6749 §4.1.2.1: as long as client and redirect address are not known to be right, no browser is sent anywhere.
 * Choosing a person is a POST to the same address, which is judged again; nothing is stored for a page only looked at.
 */

import { sendBack } from '../shared/answers.ts';
import type { Client } from '../shared/client.ts';
import { choicePage, type Notice, refusedPage } from '../shared/page.ts';
import type { Flavour } from './flavour.ts';
import type { Person } from './person.ts';
import type { Received, World } from './world.ts';

export interface AuthorizationRequest {
  readonly client: Client;
  readonly redirectUri: string;
  readonly state: string;
  readonly scopes: readonly string[];
  /** Null where the product knows no PKCE. */
  readonly codeChallenge: string | null;
}

/** Chooses for the person, so that a program without eyes gets through; null shows the page as ever. */
export type Choose = (request: AuthorizationRequest) => Person | null;

export function authorize(received: Received, world: World, choose: Choose): Response {
  const notice = noticeOf(world.flavour);
  const parameters = new URLSearchParams(received.query);
  const client = findClient(parameters, world);
  if (typeof client === 'string') {
    world.complain('authorize', client);
    return refusedPage(notice, client);
  }
  const redirectUri = parameters.get('redirect_uri') ?? '';
  const state = parameters.get('state') ?? '';
  const complaint = judgeRest(parameters, world.flavour);
  if (complaint !== null) {
    world.complain('authorize', complaint);
    return sendBack(redirectUri, { error: 'invalid_request', state });
  }
  const scopes = (parameters.get('scope') ?? '').split(world.flavour.scopes.separator);
  const request = { client, redirectUri, state, scopes, codeChallenge: parameters.get('code_challenge') };
  const chosen =
    received.method === 'GET'
      ? choose(request)
      : (world.people.get(new URLSearchParams(received.body).get('person') ?? '') ?? null);
  if (chosen !== null) return answerAs(chosen, request, world);
  const people = [...world.people.values()];
  return choicePage(notice, { application: client.name, people, action: `?${received.query}`, before: '' });
}

function noticeOf({ product }: Flavour): Notice {
  return {
    es: `Hace las veces de ${product} en pruebas. No es su sitio`,
    en: `It stands in for ${product} in tests. This is not its site`,
  };
}

/** The client whose redirect address it is, or what is wrong. */
function findClient(parameters: URLSearchParams, world: World): Client | string {
  const names = [...parameters.keys()];
  // RFC 6749 §3.1: taking the first or the last would let two parties read two requests.
  if (new Set(names).size !== names.length) return 'a parameter was sent twice';
  const client = world.clients.get(parameters.get('client_id') ?? '');
  if (client === undefined) return 'client_id is absent or not registered';
  if (!client.redirectUris.includes(parameters.get('redirect_uri') ?? '')) return 'redirect_uri is not registered';
  return parameters.has('client_secret') ? 'the secret was sent through the browser' : client;
}

/** From here on the redirect address is known to be the client's, so it may be told. */
function judgeRest(parameters: URLSearchParams, flavour: Flavour): string | null {
  const state = parameters.get('state') ?? '';
  if (state === '') return 'state is absent: the callback could be forged';
  if (state.length > flavour.longestState) return `state is longer than ${flavour.longestState} characters`;
  if (parameters.get('response_type') !== 'code') return 'response_type is not "code"';
  const scopes = (parameters.get('scope') ?? '').split(flavour.scopes.separator);
  const missing = flavour.scopes.needed.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) return `scope lacks ${missing.join(' and ')}, or has another separator`;
  return flavour.pkce === 'refused' ? judgeWithoutPkce(parameters) : judgePkce(parameters);
}

function judgeWithoutPkce(parameters: URLSearchParams): string | null {
  const sent = parameters.has('code_challenge') || parameters.has('code_challenge_method');
  return sent ? 'code_challenge was sent to a product that knows no PKCE' : null;
}

function judgePkce(parameters: URLSearchParams): string | null {
  // RFC 7636 §4.3: an absent method means "plain", which shows the verifier to whoever sees the address.
  if (parameters.get('code_challenge_method') !== 'S256') return 'code_challenge_method is not S256';
  if (/^[A-Za-z0-9_-]{43}$/.test(parameters.get('code_challenge') ?? '')) return null;
  return 'code_challenge is not a SHA-256 in base64url';
}

function answerAs(person: Person, request: AuthorizationRequest, world: World): Response {
  const { redirectUri, state, client, scopes, codeChallenge } = request;
  const extras = world.flavour.callbackExtras;
  if (person.answer === 'refuses') return sendBack(redirectUri, { error: 'access_denied', state, ...extras });
  const code = world.issueCode({ client, person, redirectUri, scopes, codeChallenge });
  return sendBack(redirectUri, { code, state, ...extras });
}
