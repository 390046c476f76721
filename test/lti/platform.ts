/**
 * The other side of an LTI 1.3 launch, for tests of what we refuse: makes any token, right or wrong. Signs with jose or by hand.
 */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWTPayload, SignJWT } from 'jose';
import type { JsonObject } from '../../src/model.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, CAMPUS, type LtiWorld } from './world.ts';

export const LOGIN = `${BROKER}/lti/1.3/login`;
export const LAUNCH = `${BROKER}/lti/1.3/launch`;
export const LTI = 'https://purl.imsglobal.org/spec/lti/claim';

export interface PlatformKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function rsaKey(kid: string, modulusLength = 2048): PlatformKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength }) };
}

export const jwkOf = ({ kid, publicKey }: PlatformKey): JsonObject => ({
  ...(publicKey.export({ format: 'jwk' }) as JsonObject),
  ...{ kid, use: 'sig', alg: 'RS256' },
});

/** What its key set address answers from now on. */
export function serveKeys(world: LtiWorld, keys: readonly JsonObject[]): void {
  world.serve(async () => ({ status: 200, headers: {}, body: JSON.stringify({ keys }) }));
}

/** What a resource link launch by Ana holds; `undefined` takes a claim out. */
export function claimsOf(world: LtiWorld, nonce: string, changes: { [claim: string]: unknown } = {}): JWTPayload {
  const now = Math.floor(world.clock.now() / 1000);
  const claims = {
    ...{ iss: CAMPUS, aud: 'client', sub: 'ana', iat: now, exp: now + 3600, nonce },
    [`${LTI}/version`]: '1.3.0',
    [`${LTI}/message_type`]: 'LtiResourceLinkRequest',
    [`${LTI}/deployment_id`]: '1',
    [`${LTI}/target_link_uri`]: 'https://lms.example/courses/1',
    [`${LTI}/resource_link`]: { id: 'rl-1', title: 'Week 1' },
    [`${LTI}/roles`]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    ...changes,
  };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)) as JWTPayload;
}

export const signed = (claims: JWTPayload, { kid, privateKey }: PlatformKey): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(privateKey);

/** A token whose header says anything, with a signature that is nothing or an HMAC. */
export function handmade(header: object, claims: JWTPayload, hmacKey: string | null): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${encode(header)}.${encode(claims)}`;
  const signature = hmacKey === null ? '' : createHmac('sha256', hmacKey).update(text).digest('base64url');
  return `${text}.${signature}`;
}

export interface Begun {
  readonly page: Page;
  readonly request: URLSearchParams;
  readonly state: string;
  readonly nonce: string;
}

const usual = { iss: CAMPUS, login_hint: 'hint', target_link_uri: 'https://lms.example/' };

/** From the LMS to the authentication request, in this browser. */
export async function begin(browser: TestBrowser, changes: { [name: string]: string } = {}): Promise<Begun> {
  const query = new URLSearchParams({ ...usual, ...changes });
  const page = await browser.get(`${LOGIN}?${query}`, { from: `${CAMPUS}/course`, follow: false });
  assert.ok(page.redirect, page.find('error-code')?.text ?? page.body.slice(0, 200));
  const request = new URL(page.redirect).searchParams;
  return { page, request, state: request.get('state') ?? '', nonce: request.get('nonce') ?? '' };
}

/** The form that the LMS has the browser send. */
export const finish = (browser: TestBrowser, fields: { [name: string]: string }): Promise<Page> =>
  browser.post(LAUNCH, fields, { from: `${CAMPUS}/auth` });

export const codeOn = (page: Page): string => page.find('error-code')?.text ?? page.body.slice(0, 200);
