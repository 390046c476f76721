/**
 * A campus that launches learners by LTI 1.3, as plainly as the specification allows: a login begun by a link, an ID token signed by
 * RS256, posted from the campus' own site (lti.md §3.2 to §3.6).
 *
 * It signs in the process of the browsers: the practice campus checks what it is asked, and that is not what is measured.
 */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Json } from '../src/model.ts';
import { BROKER_ORIGIN, type Journey, USED_SESSIONS } from './journeys.ts';
import { VirtualBrowser } from './virtual-browser.ts';

const CAMPUS_ORIGIN = 'https://campus.example';
const KEY_ID = 'campus';
const COURSE_SITE = 'http://localhost:4402';

export const campusRegistration = {
  issuer: CAMPUS_ORIGIN,
  clientId: 'bench-campus',
  deploymentId: '1',
  authorizationEndpoint: `${CAMPUS_ORIGIN}/authorize`,
  tokenEndpoint: `${CAMPUS_ORIGIN}/token`,
  /** Below the address of the practice providers. */
  keySetPath: '/campus/jwks',
  /** Of the client in which launches end. */
  loginAddress: `${COURSE_SITE}/login`,
  targets: `${COURSE_SITE}/courses/`,
};

export interface Campus {
  readonly journey: Journey;
  /** A JSON Web Key. */
  readonly publishedKey: Json;
}

const claim = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
const target = `${campusRegistration.targets}algebra`;

export async function createCampus(): Promise<Campus> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const { kty, n, e } = await exportJWK(publicKey);
  const publishedKey = { kty: kty ?? '', n: n ?? '', e: e ?? '', kid: KEY_ID, alg: 'RS256', use: 'sig' };

  function idToken(number: number, nonce: string): Promise<string> {
    const claims = {
      ...{ nonce, name: `Persona Generada ${number}`, email: `persona.${number}@example.com` },
      [claim('message_type')]: 'LtiResourceLinkRequest',
      [claim('version')]: '1.3.0',
      [claim('deployment_id')]: campusRegistration.deploymentId,
      [claim('target_link_uri')]: target,
      [claim('roles')]: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
      [claim('resource_link')]: { id: 'lesson-1', title: 'Lección 1' },
      [claim('context')]: { id: 'algebra', label: 'ALG', title: 'Álgebra' },
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: KEY_ID })
      .setIssuer(CAMPUS_ORIGIN)
      .setAudience(campusRegistration.clientId)
      .setSubject(`persona-${number}`)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(privateKey);
  }

  /** From the link in the course to the app's door, with a session of ours. */
  const journey: Journey = async ({ connections }, number) => {
    const browser = new VirtualBrowser(connections);
    const { clientId, issuer, authorizationEndpoint, loginAddress } = campusRegistration;
    const query = new URLSearchParams({
      ...{ iss: issuer, client_id: clientId, login_hint: String(number), target_link_uri: target },
    });
    const asked = await browser.follow(`${BROKER_ORIGIN}/lti/1.3/login?${query}`, authorizationEndpoint);
    const { state = '', nonce = '' } = Object.fromEntries(new URL(asked).searchParams);
    const form = { state, id_token: await idToken(number, nonce) };
    const onward = await browser.post(`${BROKER_ORIGIN}/lti/1.3/launch`, CAMPUS_ORIGIN, form);
    await browser.follow(onward, loginAddress);
    if (number % USED_SESSIONS !== 0) return null;
    const { status, body } = await browser.get(`${BROKER_ORIGIN}/account`);
    const name = `Persona Generada ${number}`;
    if (status !== 200 || !body.includes(name)) throw new Error(`the session of ${name} opens nothing: ${status}`);
    return null;
  };

  return { journey, publishedKey };
}
