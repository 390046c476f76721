/**
 * The authorization endpoint (lti.md §3.3, §3.4): a tool asks who pressed the link, and is answered by a form that the browser posts.
 *
 * As long as client and redirect address are not known to be right, no browser is sent anywhere. Nothing is asked of the person:
 * either the campus knows them by its own cookie, or the answer is `login_required`.
 */

import { formPage, spoilFields, urlEncoded } from './form-page.ts';
import { writeIdToken } from './id-token.ts';
import { type Launch, launchLifetime } from './launch.ts';
import { refusedPage } from './layout.ts';
import { concernsFields, concernsIdToken, refuses } from './misbehaviour.ts';
import { sessionOf } from './sessions.ts';
import type { Incoming, World } from './world.ts';

interface Asked {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
}

interface Refusal {
  readonly error: string;
  readonly complaint: string;
}

export function authorize(request: Incoming, world: World): Response {
  const parameters = new URLSearchParams(request.method === 'POST' ? request.body : request.query);
  const complaint = judgeAddress(request, parameters, world);
  if (complaint !== null) {
    world.complain('authorize', complaint);
    return refusedPage(request, world, 400, complaint);
  }
  const get = (name: string) => parameters.get(name) ?? '';
  const asked = {
    clientId: get('client_id'),
    redirectUri: get('redirect_uri'),
    state: get('state'),
    nonce: get('nonce'),
  };
  const launch = judgeRequest(parameters, world) ?? judgeLaunch(request, parameters, asked, world);
  if ('error' in launch) {
    world.complain('authorize', launch.complaint);
    return answer(
      request,
      asked,
      [
        ['error', launch.error],
        ['error_description', launch.complaint],
      ],
      world,
    );
  }
  const error = world.orders.take('authorize', refuses);
  if (error !== null)
    return answer(
      request,
      asked,
      [
        ['error', error.error],
        ['error_description', error.description],
      ],
      world,
    );
  launch.isAnswered = true;
  const idToken = writeIdToken(launch, asked.nonce, world.orders.take('authorize', concernsIdToken), world);
  const { storageTarget } = world.product;
  const fields = [
    ['id_token', idToken],
    ...(storageTarget === null ? [] : [['lti_storage_target', storageTarget] as const]),
  ] as const;
  return answer(request, asked, fields, world);
}

function answer(
  request: Incoming,
  { redirectUri, state }: Asked,
  fields: readonly (readonly [string, string])[],
  world: World,
): Response {
  const sent = spoilFields(world.orders.take('authorize', concernsFields), [...fields, ['state', state]]);
  return formPage(request, { action: redirectUri, fields: sent, encoding: urlEncoded }, world);
}

function judgeAddress(request: Incoming, parameters: URLSearchParams, world: World): string | null {
  if (request.method === 'POST' && request.query !== '') return 'parameters stand in two places';
  const names = [...parameters.keys()];
  // RFC 6749 §3.1: taking the first or the last would let two parties read two requests.
  if (new Set(names).size !== names.length) return 'a parameter was sent twice';
  const tool = world.toolOf(parameters.get('client_id') ?? '');
  if (tool === null) return 'client_id is absent or not registered';
  // Products match parts of the address, or lists. Whoever sends exactly what is registered pleases them all.
  if (!tool.redirectUris.includes(parameters.get('redirect_uri') ?? '')) return 'redirect_uri is not registered';
  return null;
}

/** What is wrong with the request whoever launches what; null for nothing. */
function judgeRequest(parameters: URLSearchParams, world: World): Refusal | null {
  const invalid = (complaint: string) => ({ error: 'invalid_request', complaint });
  if (parameters.get('response_type') !== 'id_token') {
    return { error: 'unsupported_response_type', complaint: 'response_type is not "id_token"' };
  }
  if (parameters.get('scope') !== 'openid') return { error: 'invalid_scope', complaint: 'scope is not "openid"' };
  if (parameters.get('response_mode') !== 'form_post') return invalid('response_mode is not "form_post"');
  const prompt = parameters.get('prompt');
  if (prompt !== 'none' && !(world.product.promptMayBeAbsent && !prompt)) return invalid('prompt is not "none"');
  if (!parameters.get('state')) return invalid('state is absent: the answer could be forged');
  const nonce = parameters.get('nonce') ?? '';
  if (nonce === '') return invalid('nonce is absent: a token could be injected');
  if (!world.useOnce(`nonce ${parameters.get('client_id')}`, nonce)) return invalid('nonce was used before');
  return null;
}

function judgeLaunch(request: Incoming, parameters: URLSearchParams, asked: Asked, world: World): Launch | Refusal {
  const launch = world.launches.get(parameters.get('lti_message_hint') ?? '');
  const invalid = (complaint: string) => ({ error: 'invalid_request', complaint });
  if (launch === null) return invalid('lti_message_hint is not the one that was given');
  if (parameters.get('login_hint') !== launch.loginHint) return invalid('login_hint is not the one that was given');
  if (launch.tool.clientId !== asked.clientId) {
    return { error: 'unauthorized_client', complaint: 'the launch is of another client' };
  }
  // Anybody else at this browser would be handed the launch of the person who pressed.
  if (sessionOf(request, world)?.slug !== launch.person.slug) {
    return { error: 'login_required', complaint: 'the campus does not see the person who launched' };
  }
  const isOver = world.environment.now() - launch.startedAt > launchLifetime;
  if (isOver || (launch.isAnswered && world.product.spendsLaunches)) {
    return { error: 'launch_no_longer_valid', complaint: 'the launch was answered already or is too old' };
  }
  return launch;
}
