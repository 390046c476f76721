/**
 * A practice LMS beside the rig: a client of the broker as an unmodified Open edX is one.
 */
import assert from 'node:assert/strict';
import {
  createOpenEdxSimulator,
  type OpenEdxProviderRecord,
  type OpenEdxSimulator,
  type OpenEdxSimulatorOptions,
} from '../../simulators/index.ts';
import type { TestBrowser } from '../browser.ts';
import type { Page } from '../browser-page.ts';
import { BROKER, type Rig } from '../rig.ts';

export const LMS = 'https://lms.test';
export const LMS_SECRET = 'practice-lms-client-secret-0123456789';

type Backend = 'oidc' | 'identityServer3';

/** The client `lms` in the broker's file, for the backend. */
export function lmsClient(backend: Backend): string {
  return `
  - client_id: lms
    client_name: Campus
    client_secret: ${LMS_SECRET}
    token_endpoint_auth_method: ${backend === 'oidc' ? 'client_secret_basic' : 'client_secret_post'}
    redirect_uris: [${LMS}/auth/complete/${backend}/]
    skip_authorization: true
    claims: [preferred_username, name, given_name, family_name, email, email_verified]`;
}

const otherSettings = {
  oidc: { OIDC_ENDPOINT: BROKER, AUTH_EXTRA_ARGUMENTS: { idp_hint: 'llave-mx' } },
  identityServer3: {
    auth_url: `${BROKER}/oauth2/authorize`,
    token_url: `${BROKER}/oauth2/token`,
    user_info_url: `${BROKER}/oauth2/userinfo`,
    redirect_url: `${LMS}/auth/complete/identityServer3/`,
    // Without it the broker says who somebody is, and nothing of them.
    SCOPE: ['profile', 'email'],
    username_claim_key: 'preferred_username',
    first_name_claim_key: 'given_name',
    last_name_claim_key: 'family_name',
  },
} as const;

export function providerRecord(backend: Backend): OpenEdxProviderRecord {
  return {
    backend_name: backend,
    enabled: true,
    visible: true,
    name: 'Llavero',
    slug: backend,
    skip_registration_form: true,
    skip_email_verification: true,
    key: 'lms',
    secret: LMS_SECRET,
    other_settings: otherSettings[backend],
  };
}

export function openLms(rig: Rig, backend: Backend, more: Partial<OpenEdxSimulatorOptions> = {}): OpenEdxSimulator {
  return createOpenEdxSimulator({
    environment: rig.clock.environment,
    origin: LMS,
    providers: [providerRecord(backend)],
    fetch: (url, init) => rig.broker(new Request(url, init)),
    ...more,
  });
}

export function browserWith(rig: Rig, lms: OpenEdxSimulator): TestBrowser {
  return rig.browser('en', { [LMS]: (request) => lms.app.fetch(request) });
}

/** From the button of the LMS through Llave MX, to wherever that leads. */
export async function throughLlaveMx(browser: TestBrowser, backend: Backend, person: string): Promise<Page> {
  const logIn = await browser.get(`${LMS}/login?next=/dashboard`);
  const there = await browser.click(logIn, `oa2-${backend}`);
  const people = there.url.origin === BROKER ? await browser.click(there, 'provider-llave-mx') : there;
  return browser.submit(people, `person-${person}`);
}

/** What the script of the registration page does by itself. */
export async function register(browser: TestBrowser, page: Page): Promise<Page> {
  const answer = await browser.submit(page, 'registration');
  assert.equal(answer.status, 200, answer.body);
  return browser.get(new URL(JSON.parse(answer.body).redirect_url, LMS), { from: page });
}
