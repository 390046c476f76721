/**
 * Where the person is asked: the page of a token, and the way back with a verifier.
 *
 * RFC 5849 §2.2. In the flavour whose first step the browser takes, asking for the token and the page are one.
 */

import { sendBack } from '../shared/answers.ts';
import { choicePage, type Notice, refusedPage } from '../shared/page.ts';
import { mayCallBack } from './client.ts';
import type { Flavour } from './flavour.ts';
import { judge } from './judge.ts';
import type { Person } from './person.ts';
import { type Received, type TemporaryCredentials, temporaryLifetime, type World } from './world.ts';

/** The first step of a browser: judged like a server's, and the page follows at once. */
export function firstStepOfBrowser(received: Received, world: World, authorizePath: string): Response {
  const refuse = (complaint: string) => refuseOnPage(received, world, complaint);
  const judged = judge(received, world, { secretOf: null, nonce: 'any' });
  if (typeof judged === 'string') return refuse(judged);
  const callback = judged.oauth.get('oauth_callback') ?? '';
  if (!mayCallBack(judged.client, callback)) return refuse('oauth_callback is absent or not registered');
  const { token } = world.issueTemporary(judged.client, callback);
  return choices(judged.client.name, `${authorizePath}?oauth_token=${encodeURIComponent(token)}`, world);
}

/** Chooses for the person, so that a program without eyes gets through; null shows the page as ever. */
export type Choose = () => Person | null;

export function authorize(received: Received, world: World, choose: Choose): Response {
  const token = new URLSearchParams(received.query).get('oauth_token') ?? '';
  const credentials = world.temporary.get(token);
  const complaint = judgeToken(credentials, world);
  if (credentials === null || complaint !== null) return refuseOnPage(received, world, complaint ?? '');
  const person =
    received.method === 'GET'
      ? choose()
      : (world.people.get(new URLSearchParams(received.body).get('person') ?? '') ?? null);
  if (person !== null) return answerAs(person, token, credentials, world);
  return choices(credentials.client.name, `?${received.query}`, world);
}

function judgeToken(credentials: TemporaryCredentials | null, { environment }: World): string | null {
  if (credentials === null) return 'oauth_token was never issued';
  if (credentials.permission !== null || credentials.spent) return 'oauth_token was used before';
  return environment.now() - credentials.issuedAt > temporaryLifetime ? 'oauth_token is too old' : null;
}

function answerAs(person: Person, token: string, credentials: TemporaryCredentials, world: World): Response {
  const { callback, secret } = credentials;
  if (person.answer === 'refuses') {
    credentials.spent = true;
    return sendBack(callback, world.flavour.refusal(token));
  }
  const verifier = world.opaque();
  credentials.permission = { person, verifier };
  // facts of social sign-in §9.6: there, the browser carries the secret too.
  const extra: { readonly [name: string]: string } =
    world.flavour.firstStep === 'browser' ? { oauth_token_secret: secret } : {};
  return sendBack(callback, { oauth_token: token, ...extra, oauth_verifier: verifier });
}

function choices(application: string, action: string, world: World): Response {
  return choicePage(noticeOf(world.flavour), { application, people: [...world.people.values()], action, before: '' });
}

function refuseOnPage({ endpoint }: Received, world: World, complaint: string): Response {
  world.complain(endpoint, complaint);
  return refusedPage(noticeOf(world.flavour), complaint);
}

function noticeOf({ product }: Flavour): Notice {
  return {
    es: `Hace las veces de ${product} en pruebas. No es su sitio`,
    en: `It stands in for ${product} in tests. This is not its site`,
  };
}
