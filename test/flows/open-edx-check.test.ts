/**
 * `openedx check` against the practice LMS, which answers what Open edX answers: each trap of its set-up is named
 * (open-edx.md §4, §9, §14).
 */
import assert from 'node:assert/strict';
import type { OpenEdxProviderRecord, OpenEdxSimulatorOptions } from '../../simulators/index.ts';
import type { Outbound } from '../../src/http.ts';
import { checkLms } from '../../src/open-edx/check.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import { LMS, openLms, providerRecord } from './open-edx.ts';

const backends = ['oidc', 'ol-oauth2', 'identityServer3'] as const;
type Backend = (typeof backends)[number];

const clientOf = (backend: Backend, more = '') => `
  - client_id: lms
    client_name: Campus
    client_secret: practice-lms-client-secret-0123456789
    token_endpoint_auth_method: ${backend === 'oidc' ? 'client_secret_basic' : 'client_secret_post'}
    redirect_uris: [${LMS}/auth/complete/${backend}/]
    frontchannel_logout_uri: ${LMS}/logout
    skip_authorization: true
    ${backend === 'ol-oauth2' ? 'redirect_uri_match: django-oauth-toolkit\n    userinfo_shape: mit-users-me' : ''}
    claims: [preferred_username, name, given_name, family_name, email]${more}`;

/** What is not good, as `verdict subject: detail`. */
async function troubles(rig: Rig, backend: Backend, more: Partial<OpenEdxSimulatorOptions> = {}): Promise<string[]> {
  const settings = { IDA_LOGOUT_URI_LIST: [`${BROKER}/sign-out`], LOGIN_REDIRECT_WHITELIST: [new URL(BROKER).host] };
  const lms = openLms(rig, backend, { settings, ...more });
  const outbound: Outbound = async ({ method, url, headers }) => {
    const request = new Request(url, { method, headers, redirect: 'manual' });
    const response = await (url.origin === LMS ? lms.app.fetch(request) : rig.broker(request));
    const fields = {
      date: new Date(rig.clock.environment.now()).toUTCString(),
      ...Object.fromEntries(response.headers),
    };
    return { status: response.status, headers: fields, body: await response.text() };
  };
  const client = (await rig.open.configuration.current()).clients.get('lms') ?? assert.fail('no client');
  const what = { address: new URL(LMS), backend, client, publicUrl: new URL(BROKER) };
  const findings = await checkLms(what, { outbound, now: rig.clock.environment.now });
  return findings.flatMap(({ verdict, subject, detail }) =>
    verdict === 'good' ? [] : [`${verdict} ${subject}: ${detail}`],
  );
}

for (const backend of backends) {
  withOneRig(
    `${backend}: an LMS that is set up as the guide says has nothing to put right`,
    async (rig) => assert.deepEqual(await troubles(rig, backend), []),
    { moreClients: clientOf(backend) },
  );
}

const traps: readonly (readonly [string, Partial<OpenEdxSimulatorOptions>, RegExp])[] = [
  ['no record', { providers: [] }, /^bad login address: .*no provider record/],
  ['a record that is off', { providers: [record({ enabled: false })] }, /^bad login address: .*disabled/],
  ['another key in the record', { providers: [record({ key: 'cms' })] }, /^bad client id: .*"cms", not lms/],
  ['a button that is not there', { providers: [record({ visible: false })] }, /^unsure login page: .*visible/],
  ['no frame of ours', { settings: {} }, /^bad log-out page: .*IDA_LOGOUT_URI_LIST/],
];

function record(changed: Partial<OpenEdxProviderRecord>): OpenEdxProviderRecord {
  return { ...providerRecord('oidc'), ...changed };
}

for (const [trap, more, says] of traps) {
  withOneRig(
    `§14 ${trap} is named`,
    async (rig) => {
      const found = await troubles(rig, 'oidc', more);
      assert.ok(
        found.some((line) => says.test(line)),
        found.join('\n'),
      );
    },
    { moreClients: clientOf('oidc') },
  );
}
