/**
 * The three backends of Python Social Auth that the LMS signs in by: where each finds the endpoints of a provider, how it
 * asks, and whom it makes of the answer.
 */

import type { Json } from '../../src/model.ts';
import type { Endpoint } from './misbehaviour.ts';
import { askForJson, type Members } from './provider-calls.ts';
import type { BackendName, ProviderRecord } from './records.ts';
import type { Details, Identity } from './sessions.ts';
import { Unhandled, type World } from './world.ts';

export interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  readonly userInfo: string;
  readonly clientAuthentication: 'client_secret_basic' | 'client_secret_post';
}

/** What a backend does its own way. */
export interface Backend {
  readonly name: BackendName;
  /** Whether the state is appended to the redirect address too. */
  readonly redirectState: boolean;
  readonly scope: readonly string[];
  readonly hasIdToken: boolean;
  endpoints(record: ProviderRecord, world: World, asker: Endpoint): Promise<Endpoints>;
  readonly uidMember: (record: ProviderRecord) => string;
  details(members: Members, record: ProviderRecord): Details;
}

export const backends: { readonly [name in BackendName]: Backend } = {
  oidc: {
    name: 'oidc',
    redirectState: false,
    scope: ['openid', 'profile', 'email'],
    hasIdToken: true,
    async endpoints(record, world, asker) {
      const found = await discoverOidc(record, world, asker);
      const methods = found('token_endpoint_auth_methods_supported');
      // Basic also where the provider has no list.
      const basic = !Array.isArray(methods) || methods.includes('client_secret_basic');
      return {
        authorization: String(setting(record, 'AUTHORIZATION_URL') ?? found('authorization_endpoint')),
        token: String(setting(record, 'ACCESS_TOKEN_URL') ?? found('token_endpoint')),
        userInfo: String(setting(record, 'USERINFO_URL') ?? found('userinfo_endpoint')),
        clientAuthentication:
          setting(record, 'TOKEN_ENDPOINT_AUTH_METHOD') === 'client_secret_post' || !basic
            ? 'client_secret_post'
            : 'client_secret_basic',
      };
    },
    uidMember: () => 'sub',
    details: (members, record) => ({
      username: text(members[String(setting(record, 'USERNAME_KEY') ?? 'preferred_username')]),
      email: text(members.email),
      fullname: text(members.name),
      first_name: text(members.given_name),
      last_name: text(members.family_name),
    }),
  },
  'ol-oauth2': {
    name: 'ol-oauth2',
    redirectState: true,
    scope: ['user:read'],
    hasIdToken: false,
    async endpoints(record, world, asker) {
      const discovery = setting(record, 'DISCOVERY_URL');
      // Asked for again at each request: it is kept nowhere.
      const found = discovery === null ? null : await askForJson(world, asker, String(discovery), {});
      const root = String(setting(record, 'API_ROOT') ?? 'None');
      return {
        authorization:
          found === null
            ? String(setting(record, 'AUTHORIZATION_URL') ?? 'None')
            : needed(found, 'authorization_endpoint'),
        token: found === null ? String(setting(record, 'ACCESS_TOKEN_URL') ?? 'None') : needed(found, 'token_endpoint'),
        userInfo:
          found === null ? `${root}${root.endsWith('/') ? '' : '/'}api/users/me` : needed(found, 'userinfo_endpoint'),
        clientAuthentication: 'client_secret_post',
      };
    },
    // A learner who is renamed at the provider is somebody else here.
    uidMember: () => 'username',
    details: (members) => ({
      username: text(members.username),
      email: text(members.email) ?? '',
      // It answers `name`, and nothing of Open edX reads that key.
      fullname: null,
      first_name: null,
      last_name: null,
    }),
  },
  identityServer3: {
    name: 'identityServer3',
    redirectState: false,
    scope: ['openid'],
    hasIdToken: false,
    async endpoints(record) {
      return {
        authorization: neededSetting(record, 'auth_url'),
        token: neededSetting(record, 'token_url'),
        userInfo: neededSetting(record, 'user_info_url'),
        clientAuthentication: 'client_secret_post',
      };
    },
    uidMember: () => 'sub',
    details: (members, record) => {
      const claim = (key: string, otherwise: string) => text(members[String(setting(record, key) ?? otherwise)]);
      return {
        username: claim('username_claim_key', 'given_name'),
        email: claim('email_claim_key', 'email'),
        fullname: claim('full_name_claim_key', 'name'),
        first_name: claim('first_name_claim_key', 'given_name'),
        last_name: claim('last_name_claim_key', 'family_name'),
      };
    },
  },
};

/** A member of `other_settings`; null where it is not there. */
export function setting(record: ProviderRecord, name: string): Json {
  return record.other_settings[name] ?? null;
}

export function neededSetting(record: ProviderRecord, name: string): string {
  const value = setting(record, name);
  if (typeof value !== 'string') throw new Unhandled(`KeyError: ${name}`);
  return value;
}

/** The secret of the record, or where it has none, that of the Django settings. */
export function secretOf(record: ProviderRecord, world: World): string {
  return record.secret === '' ? (world.settings.SOCIAL_AUTH_OAUTH_SECRETS[record.backend_name] ?? '') : record.secret;
}

function needed(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new Unhandled(`KeyError: '${name}'`);
  return value;
}

function text(value: unknown): string | null {
  return value === undefined || value === null ? null : String(value);
}

const discoveryLifetime = 24 * 3_600_000;

/** Kept for a day, for the whole process: a provider that moves is noticed after a restart. */
export async function discoverOidc(
  record: ProviderRecord,
  world: World,
  asker: Endpoint,
): Promise<(name: string) => unknown> {
  const kept = world.discovery;
  if (kept !== null && world.now() < kept.at + discoveryLifetime) return (name) => kept.document[name];
  const overridden = [
    'AUTHORIZATION_URL',
    'ACCESS_TOKEN_URL',
    'USERINFO_URL',
    'JWKS_URI',
    'ID_TOKEN_ISSUER',
    'TOKEN_ENDPOINT_AUTH_METHOD',
  ];
  if (overridden.every((name) => setting(record, name) !== null)) return () => undefined;
  const url = `${neededSetting(record, 'OIDC_ENDPOINT')}/.well-known/openid-configuration`;
  const document = await askForJson(world, asker, url, {});
  world.discovery = { at: world.now(), document };
  return (name) => document[name];
}

/** Whom an access token is of, by the user info of the provider. */
export async function readIdentity(
  backend: Backend,
  record: ProviderRecord,
  token: { readonly accessToken: string; readonly members: Members; readonly asker: Endpoint },
  world: World,
): Promise<Identity> {
  const { userInfo } = await backend.endpoints(record, world, token.asker);
  const headers = { Authorization: `Bearer ${token.accessToken}` };
  const members = { ...token.members, ...(await askForJson(world, token.asker, userInfo, { headers })) };
  const uid = members[backend.uidMember(record)];
  if (uid === undefined || uid === null) {
    // Everybody without one shares one account: the worst that a provider can do to an LMS.
    world.complain(token.asker, `the user info has no ${backend.uidMember(record)}: the uid is the text None`);
  }
  return { backend: backend.name, uid: text(uid) ?? 'None', details: backend.details(members, record) };
}
