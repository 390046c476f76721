/**
 * The calls of an application's server: temporary credentials, token credentials, user data.
 *
 * RFC 5849 §2.1, §2.3 and §3.
 */

import { mayCallBack } from './client.ts';
import { judge } from './judge.ts';
import { type Received, temporaryLifetime, type World } from './world.ts';

export function temporaryCredentials(received: Received, world: World): Response {
  const judged = judge(received, world, { secretOf: null, nonce: 'once' });
  if (typeof judged === 'string') return world.refuse('temporary-credentials', 401, judged);
  const callback = judged.oauth.get('oauth_callback') ?? '';
  if (!mayCallBack(judged.client, callback)) {
    return world.refuse('temporary-credentials', 400, 'oauth_callback is absent or not registered');
  }
  const { token, secret } = world.issueTemporary(judged.client, callback);
  return form(world, { oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: 'true' });
}

export function tokenCredentials(received: Received, world: World): Response {
  const refuse = (complaint: string) => world.refuse('token-credentials', 401, complaint);
  const judged = judge(received, world, {
    secretOf: (token, client) => {
      const credentials = world.temporary.get(token);
      return credentials?.client === client && !credentials.spent ? credentials.secret : null;
    },
    nonce: 'once',
  });
  if (typeof judged === 'string') return refuse(judged);
  const credentials = world.temporary.get(judged.oauth.get('oauth_token') ?? '');
  if (credentials === null) return refuse('oauth_token is not known');
  // One use, also when that use fails below. Otherwise a thief could guess on.
  credentials.spent = true;
  if (world.environment.now() - credentials.issuedAt > temporaryLifetime) return refuse('oauth_token is too old');
  if (credentials.permission === null) return refuse('nobody gave permission');
  if (judged.oauth.get('oauth_verifier') !== credentials.permission.verifier) {
    return refuse('oauth_verifier is absent or wrong');
  }
  const { person } = credentials.permission;
  const { token, secret } = world.issueToken(judged.client, person);
  return form(world, { oauth_token: token, oauth_token_secret: secret, ...world.flavour.tokenExtras(person) });
}

export function userData(received: Received, world: World): Response {
  const judged = judge(received, world, {
    secretOf: (token, client) => {
      const credentials = world.tokens.get(token);
      return credentials?.client === client ? credentials.secret : null;
    },
    nonce: 'once',
  });
  if (typeof judged === 'string') return world.refuse('user-data', 401, judged);
  const credentials = world.tokens.get(judged.oauth.get('oauth_token') ?? '');
  if (credentials === null) return world.refuse('user-data', 401, 'oauth_token is not known');
  const text = world.flavour.userData(credentials.person, new URLSearchParams(received.query));
  return new Response(text, { headers: { 'Content-Type': 'application/json' } });
}

function form(world: World, members: { readonly [name: string]: string }): Response {
  const body = new URLSearchParams(members).toString();
  return new Response(body, { headers: { 'Content-Type': world.flavour.formType, 'Cache-Control': 'no-store' } });
}
