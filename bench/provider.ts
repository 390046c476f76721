/**
 * A program: strict practice providers, one of each protocol, where each request to sign in is answered by the next
 * generated person.
 */
import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import {
  createLlaveMxSimulator,
  createOAuth1Simulator,
  createOidcSimulator,
  generatedPerson,
  listen,
  type OAuth1Person,
  type OidcPerson,
} from '../simulators/index.ts';
import type { Json } from '../src/model.ts';
import { campusRegistration } from './campus.ts';
import { answerParent } from './child.ts';
import { BROKER_ORIGIN } from './journeys.ts';
import { slugs } from './kinds.ts';
import { LLAVE_MX_CLIENT_ID, OAUTH1_CREDENTIALS, OPENID_CREDENTIALS } from './prepare.ts';

let next = 0;
const environment = { now: Date.now, randomBytes: (bytes: number) => randomBytes(bytes) };
const callback = (slug: string) => `${BROKER_ORIGIN}/callback/${slug}`;
const listed = (number: number) => ({
  ...{ slug: `persona-${number}`, name: `Persona Generada ${number}`, special: { es: '', en: '' } },
  ...({ answer: 'consents' } as const),
});

function openIdPerson(number: number): OidcPerson {
  const { name } = listed(number);
  const email = `persona.${number}@example.com`;
  return { ...listed(number), claims: { sub: `${number}`, name, email, email_verified: true, locale: 'es-MX' } };
}

function oauth1Person(number: number): OAuth1Person {
  return { ...listed(number), id: `${number}`, screenName: `p${number}`, email: `persona.${number}@example.com` };
}

/** They listen on one port: their addresses are known once that is open. */
const app = new Hono();
const listening = await listen(app, { port: 0, hostname: '127.0.0.1' });
const { origin } = listening;
const llaveMx = createLlaveMxSimulator({
  environment,
  applications: [
    { mode: 'apps', clientId: LLAVE_MX_CLIENT_ID, name: 'Bench', redirectUris: [callback(slugs['OAuth 2'])] },
  ],
  choose: () => generatedPerson(next++),
  recordedRequests: 0,
});
const openId = createOidcSimulator({
  ...{ environment, origin, flavour: 'plain', prefix: '/openid', people: [], recordedRequests: 0 },
  clients: [
    {
      ...{ kind: 'confidential', name: 'Bench', redirectUris: [callback(slugs['OpenID Connect'])] },
      ...{ clientId: OPENID_CREDENTIALS.client_id, clientSecret: OPENID_CREDENTIALS.client_secret },
    },
  ],
  choose: () => openIdPerson(next++),
});
const oauth1 = createOAuth1Simulator({
  ...{ environment, origin, flavour: 'plain', prefix: '/oauth1', people: [], recordedRequests: 0 },
  clients: [
    {
      ...{ consumerKey: OAUTH1_CREDENTIALS.consumer_key, name: 'Bench', callbacks: [callback(slugs['OAuth 1.0a'])] },
      signing: { method: 'HMAC-SHA1', secret: OAUTH1_CREDENTIALS.consumer_secret },
    },
  ],
  choose: () => oauth1Person(next++),
});
let campusKeys: readonly Json[] = [];
app.get(campusRegistration.keySetPath, (c) => c.json({ keys: campusKeys }));
app.all('/openid/*', (c) => openId.app.fetch(c.req.raw));
app.all('/oauth1/*', (c) => oauth1.app.fetch(c.req.raw));
app.all('*', (c) => llaveMx.app.fetch(c.req.raw));

answerParent({
  origin: () => origin,
  /** The next person is the one of this number, then the ones after it. */
  startFrom(number) {
    next = Number(number);
    return null;
  },
  publishCampusKey(key) {
    campusKeys = [key];
    return null;
  },
  complaints: () => [...llaveMx.complaints, ...openId.complaints, ...oauth1.complaints],
});
