/**
 * An Open edX with MIT's backend `ol-oauth2`, as far as the broker sees it: what it sends, byte for byte (open-edx.md §1).
 */
import assert from 'node:assert/strict';
import type { TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import { APP, type RequestParameters, signInAs } from './relying-party.ts';

export const LMS = `${APP}/auth/complete/ol-oauth2/`;
export const STATE = 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6';
export const SECRET = 'practice secret of an LMS with an old backend';
export const ME = `${BROKER}/api/users/me`;

export const lms = `
  - client_id: lms
    client_name: Practice LMS
    client_secret: "${SECRET}"
    token_endpoint_auth_method: client_secret_post
    redirect_uris: ["${LMS}", "${APP}/with-query?tenant=uni&lang=es"]
    redirect_uri_match: django-oauth-toolkit
    skip_authorization: true
    userinfo_shape: mit-users-me
    claims: [preferred_username, name, email, email_verified]`;

export const withState = (address = LMS) => `${address}?redirect_state=${STATE}`;

export function authorization(changes: RequestParameters = {}): string {
  const parameters: RequestParameters = {
    ...{ client_id: 'lms', redirect_uri: withState(), state: STATE, response_type: 'code', scope: 'user:read' },
    ...changes,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== null);
  // With the slash at the end that old records have.
  return `${BROKER}/oauth2/authorize/?${new URLSearchParams(given)}`;
}

/** Signs in as the practice person; where the code went. */
export async function signedIn(
  browser: TestBrowser,
  changes: RequestParameters = {},
  person = 'nacional',
): Promise<URL> {
  const page = await browser.get(authorization(changes));
  const end = page.url.origin === APP ? page : await signInAs(browser, page, person);
  assert.equal(end.url.origin, APP, `${end.status} ${end.title}`);
  return end.url;
}

export function exchange(rig: Rig, code: string, changes: RequestParameters = {}): Promise<Response> {
  const fields: RequestParameters = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: withState() },
    ...{ client_id: 'lms', client_secret: SECRET },
    ...changes,
  };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== null);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' };
  const body = new URLSearchParams(given);
  return rig.broker(new Request(`${BROKER}/oauth2/token/`, { method: 'POST', headers, body }));
}

/** An access token, as the LMS gets one. */
export async function tokenFor(
  rig: Rig,
  browser: TestBrowser,
  person = 'nacional',
  changes: RequestParameters = {},
): Promise<string> {
  const answer = await signedIn(browser, changes, person);
  const response = await exchange(rig, answer.searchParams.get('code') ?? '');
  const tokens = (await response.json()) as { access_token: string };
  assert.equal(response.status, 200, JSON.stringify(tokens));
  return tokens.access_token;
}

export function whoIs(rig: Rig, token: string | null, address = ME): Promise<Response> {
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  return rig.broker(new Request(address, { headers: headers as Record<string, string> }));
}

export async function me(rig: Rig, token: string, address = ME): Promise<Record<string, unknown>> {
  const response = await whoIs(rig, token, address);
  const body = (await response.json()) as Record<string, unknown>;
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}
