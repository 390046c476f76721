/**
 * Makes a database ready for a run: schema, configuration, and the users that are to be there already.
 */
import { randomBytes } from 'node:crypto';
import { type ProcessEnvironment, parseSettings } from '../src/config.ts';
import { parseConfigurationFile } from '../src/configuration/file.ts';
import { applyChanges, planChanges } from '../src/configuration/plan.ts';
import { createLog } from '../src/events/log.ts';
import type { Environment } from '../src/model.ts';
import { type OpenStore, openStore } from '../src/open-store.ts';
import { vendors } from '../src/providers/registry.ts';
import { sql } from '../src/store/database.ts';
import { numberOf } from '../src/store/rows.ts';
import { campusRegistration } from './campus.ts';
import { BROKER_ORIGIN, PROVIDER, registration } from './journeys.ts';
import { type Kind, slugs } from './kinds.ts';
import type { BenchOptions } from './options.ts';
import { seedUsers } from './seed.ts';
import { seedProviders } from './seed-providers.ts';

export const LLAVE_MX_CLIENT_ID = '202508101834311980';
export const OPENID_CREDENTIALS = { client_id: 'bench', client_secret: 'bench-openid-client-secret-0123456789' };
export const OAUTH1_CREDENTIALS = { consumer_key: 'bench', consumer_secret: 'bench-oauth1-consumer-secret-0123456789' };

export const environment: Environment = { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) };

/** The environment of the server's process. Its log is written as in production, to where nobody reads it. */
export function serverEnvironment(databaseUrl: string): ProcessEnvironment {
  return {
    NODE_ENV: 'development',
    LLAVERO_PUBLIC_URL: BROKER_ORIGIN,
    LLAVERO_PORT: '0',
    LLAVERO_LOG_LEVEL: 'info',
    LLAVERO_SECRET: 'bench-deployment-secret-of-no-importance-0123456789abcdef',
    LLAVERO_DATABASE_URL: databaseUrl,
    // All of the load comes from here and would be a flood from one address: each browser says its own, as a proxy would.
    LLAVERO_TRUSTED_PROXIES: '127.0.0.1',
  };
}

/** @param providerOrigin where the practice provider listens. */
export async function prepare(
  databaseUrl: string,
  providerOrigin: string,
  { seed, providers, kinds }: Pick<BenchOptions, 'seed' | 'providers' | 'kinds'>,
): Promise<void> {
  await withStore(databaseUrl, async (open) => {
    const text = configuration(providerOrigin, kinds ? otherKinds(providerOrigin) : '');
    const wanted = parseConfigurationFile(text, { env: {}, vendors });
    const plan = planChanges(await open.configurationStore.loadAll(), wanted, { prune: true, vendors });
    await applyChanges(open.configurationStore, plan, { by: 'bench', reason: 'bench', at: environment.now() });
    await seedProviders(open, providers, environment);
    await seedUsers(open, seed, environment);
  });
}

export interface RowCounts {
  readonly users: number;
  readonly identities: number;
}

export function countRows(databaseUrl: string): Promise<RowCounts> {
  return withStore(databaseUrl, async ({ databases: { durable } }) => {
    const row = await durable.get(sql`
      select (select count(*) from users) as users, (select count(*) from identities) as identities`);
    if (row === null) throw new Error('a count has no row');
    return { users: numberOf(row, 'users'), identities: numberOf(row, 'identities') };
  });
}

async function withStore<T>(databaseUrl: string, work: (open: OpenStore) => Promise<T>): Promise<T> {
  const log = createLog({ level: 'silent', environment, showPlaces: false });
  const open = await openStore(
    parseSettings(serverEnvironment(databaseUrl)),
    { environment, log },
    'brought up to date',
  );
  try {
    return await work(open);
  } finally {
    await open.close();
  }
}

/** One provider of each kind beside Llave MX. */
function otherKinds(origin: string): string {
  const oauth1 = {
    temporary_credentials_endpoint: `${origin}/oauth1/oauth/initiate`,
    authorization_endpoint: `${origin}/oauth1/oauth/authorize`,
    token_credentials_endpoint: `${origin}/oauth1/oauth/token`,
    user_data_endpoint: `${origin}/oauth1/oauth/me`,
    ...OAUTH1_CREDENTIALS,
    ...{ user_data_path: ['person'], subject_members: ['id'] },
    mapping: { email: 'email', email_verified: 'email_verified', full_name: 'name' },
    trust_verified_email: true,
  };
  const openId = { issuer: `${origin}/openid`, ...OPENID_CREDENTIALS, trust_verified_email: true };
  const providers: readonly (readonly [kind: Kind, vendor: string, settings: object])[] = [
    ['OpenID Connect', 'oidc', openId],
    ['OAuth 1.0a', 'oauth1', oauth1],
    ['e-mail', 'email', {}],
    ['password', 'password', {}],
    ['guest', 'guest', {}],
  ];
  return providers
    .map(
      ([kind, vendor, settings]) => `  - slug: ${slugs[kind]}
    vendor: ${vendor}
    enabled: true
    settings: ${JSON.stringify(settings)}
`,
    )
    .join('');
}

function configuration(providerOrigin: string, moreProviders: string): string {
  return `
providers:
  - slug: ${PROVIDER}
    vendor: llave-mx
    enabled: true
    settings:
      environment: custom
      authorization_host: ${providerOrigin}
      api_host: ${providerOrigin}
      mode: apps
      client_id: "${LLAVE_MX_CLIENT_ID}"
      trust_verified_email: true
${moreProviders}clients:
  - client_id: ${registration.clientId}
    client_name: Bench
    client_secret: ${registration.clientSecret}
    redirect_uris: [${registration.redirectUri}]
    skip_authorization: true
    allow_guests: true
    claims: [preferred_username, name, given_name, family_name, email, email_verified, birthdate, locale]
    initiate_login_uri: ${campusRegistration.loginAddress}
    lti_targets: [${campusRegistration.targets}]
lti:
  platforms:
    - slug: campus
      issuer: ${campusRegistration.issuer}
      client_id: ${campusRegistration.clientId}
      deployment_ids: ["${campusRegistration.deploymentId}"]
      authorization_endpoint: ${campusRegistration.authorizationEndpoint}
      token_endpoint: ${campusRegistration.tokenEndpoint}
      jwks_uri: ${providerOrigin}${campusRegistration.keySetPath}
      linking: create-on-first-launch
      client: ${registration.clientId}
outbound:
  allow_private: ["${new URL(providerOrigin).host}"]
`;
}
