/**
 * The products as data: plain RFC 5849, X (facts of social sign-in §9.3) and Khan Academy of old (§9.6).
 */

import type { Place } from '../shared/oauth1-call.ts';
import type { SubjectPlace } from '../shared/spoil.ts';
import type { ConsentingPerson } from './person.ts';

export interface Flavour {
  readonly product: string;
  readonly paths: {
    readonly temporaryCredentials: string;
    readonly authorize: string;
    readonly tokenCredentials: string;
    readonly userData: string;
  };
  /** Who takes the first step: the application's server, or the browser that it sends. */
  readonly firstStep: 'server' | 'browser';
  readonly credentialsMethod: 'POST' | 'GET';
  /** Where a signature is read. */
  readonly places: readonly Place[];
  /** How an answer that is a form is labelled. */
  readonly formType: string;
  /** What the callback says of a person who says no. */
  refusal(token: string): { readonly [name: string]: string };
  /** What the answer with token credentials says beside them. */
  tokenExtras(person: ConsentingPerson): { readonly [name: string]: string };
  readonly subject: SubjectPlace;
  /** As text: a number in it may be larger than JavaScript can hold. */
  userData(person: ConsentingPerson, query: URLSearchParams): string;
  error(status: number): { readonly type: string; readonly body: string };
}

const form = 'application/x-www-form-urlencoded';

const plain: Flavour = {
  product: 'un servicio con OAuth 1.0a',
  paths: {
    temporaryCredentials: '/oauth/initiate',
    authorize: '/oauth/authorize',
    tokenCredentials: '/oauth/token',
    userData: '/oauth/me',
  },
  firstStep: 'server',
  credentialsMethod: 'POST',
  places: ['header', 'query'],
  formType: form,
  refusal: () => ({ oauth_problem: 'user_refused' }),
  tokenExtras: () => ({}),
  subject: { within: ['person'], members: ['id'] },
  userData: ({ id, name, email }) =>
    JSON.stringify({ person: { id, name, email, email_verified: email !== null, roles: ['student'] } }),
  error: (status) => ({
    type: form,
    body: status === 400 ? 'oauth_problem=parameter_rejected' : 'oauth_problem=refused',
  }),
};

const x: Flavour = {
  ...plain,
  product: 'X',
  paths: {
    temporaryCredentials: '/oauth/request_token',
    authorize: '/oauth/authenticate',
    tokenCredentials: '/oauth/access_token',
    userData: '/1.1/account/verify_credentials.json',
  },
  places: ['header'],
  formType: 'text/html;charset=utf-8',
  refusal: (token) => ({ denied: token }),
  tokenExtras: ({ id, screenName }) => ({ user_id: id, screen_name: screenName }),
  subject: { within: [], members: ['id_str'] },
  userData: ({ id, name, screenName, email }, query) => {
    const rest = {
      id_str: id,
      name,
      screen_name: screenName,
      ...(query.get('include_email') === 'true' ? { email } : {}),
    };
    return `{"id":${id},${JSON.stringify(rest).slice(1)}`;
  },
  error: () => ({
    type: 'application/json',
    body: JSON.stringify({ errors: [{ code: 32, message: 'Error de práctica' }] }),
  }),
};

const khan: Flavour = {
  ...plain,
  product: 'Khan Academy',
  paths: {
    temporaryCredentials: '/api/auth/request_token',
    authorize: '/api/auth/authorize',
    tokenCredentials: '/api/auth/access_token',
    userData: '/api/v1/user',
  },
  firstStep: 'browser',
  credentialsMethod: 'GET',
  places: ['query'],
  subject: { within: [], members: ['user_id'] },
  userData: ({ id, name, email }) =>
    JSON.stringify({
      user_id: `http://googleid.khanacademy.org/${id}`,
      nickname: name,
      ...(email === null ? {} : { email }),
    }),
};

export const flavours = { plain, x, khan } as const;
export type FlavourName = keyof typeof flavours;
