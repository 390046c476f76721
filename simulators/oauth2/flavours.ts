/**
 * The products as data (facts of WordPress; facts of social sign-in §9.2, §9.4, §9.7).
 */

import type { Json, JsonObject } from '../../src/model.ts';
import { type Flavour, plain, type RefusalCode, standardRefusal } from './flavour.ts';

/** The plugin "WP OAuth Server", as newer versions are. */
const wordpress: Flavour = {
  ...plain,
  product: 'WordPress',
  paths: { authorize: '/oauth/authorize', token: '/oauth/token', userData: '/oauth/me' },
  authentication: ['client_secret_post', 'client_secret_basic'],
  tokenIn: ['bearer', 'query'],
  // Seen in real logs.
  callbackExtras: { redirect_state: 'practica', iframe: 'break' },
  subject: { within: [], members: ['ID'] },
};

/** Graph API errors: an object with a number, always with status 400. */
const graphErrors: { readonly [code in RefusalCode]: number } = {
  invalid_request: 100,
  unsupported_grant_type: 100,
  invalid_client: 101,
  invalid_grant: 100,
  invalid_token: 190,
};

const facebook: Flavour = {
  ...plain,
  product: 'Facebook',
  // Any version: that it is one is the path's to say.
  paths: {
    authorize: '/:version{v[0-9]+[.][0-9]}/dialog/oauth',
    token: '/:version{v[0-9]+[.][0-9]}/oauth/access_token',
    userData: '/:version{v[0-9]+[.][0-9]}/me',
  },
  codeLifetime: 600_000,
  tokenLifetime: 5_184_000_000,
  scopes: { separator: ',', needed: ['public_profile'] },
  authentication: ['client_secret_post'],
  tokenIn: ['bearer', 'query'],
  appSecretProof: true,
  userData: ({ userData, query, scopes }) => {
    const asked = (query.get('fields') ?? 'id,name').split(',');
    return only(userData, (name) => asked.includes(name) && (name !== 'email' || scopes.includes('email')));
  },
  refusal: (code) => ({
    status: 400,
    body: {
      error: { message: 'Error de práctica', type: 'OAuthException', code: graphErrors[code], fbtrace_id: 'practica' },
    },
  }),
};

/** What X sends where nothing is asked for. */
const ofEverybody = ['id', 'name', 'username'];

const x: Flavour = {
  ...plain,
  product: 'X',
  paths: { authorize: '/i/oauth2/authorize', token: '/2/oauth2/token', userData: '/2/users/me' },
  longestState: 500,
  codeLifetime: 30_000,
  tokenLifetime: 7_200_000,
  scopes: { separator: ' ', needed: ['users.read', 'tweet.read'] },
  authentication: ['client_secret_basic', 'none'],
  subject: { within: ['data'], members: ['id'] },
  userData: ({ userData, query, scopes }) => {
    const asked = [...ofEverybody, ...(query.get('user.fields') ?? '').split(',')];
    const mayHaveEmail = scopes.includes('users.email');
    return { data: only(userData, (name) => asked.includes(name) && (name !== 'confirmed_email' || mayHaveEmail)) };
  },
  refusal: (code) => {
    if (code === 'invalid_token') {
      return { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } };
    }
    // Of a code that is late, used or of another verifier it says the same as of a request that it cannot read.
    return standardRefusal(code === 'invalid_grant' ? 'invalid_request' : code);
  },
};

export const flavours = { plain, wordpress, 'wordpress-old': { ...wordpress, pkce: 'refused' }, facebook, x } as const;
export type FlavourName = keyof typeof flavours;

function only(object: JsonObject, wanted: (name: string) => boolean): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]: [string, Json]) => wanted(name)));
}
