/**
 * LTI 1.3: a platform asks us to ask it who somebody is (lti.md §3.2, §3.3; OpenID Connect Core §4).
 *
 * Anybody can have anybody's browser send this, so it does nothing but store a login that the same browser must end. Must never
 * send a browser anywhere but to the authorization endpoint that an operator wrote.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { randomToken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { MalformedRequest, type Parameter, parseForm } from '../oauth1/encoding.ts';
import type { LtiLoginRequest, LtiLogins } from '../store/lti-logins.ts';

/** R17: short, but a person may have to sign in at the platform first. */
export const LOGIN_LIFE: Milliseconds = 10 * 60_000;

/** By name; each once. @throws SignInError lti_launch_malformed */
export function readOnce(text: string): ReadonlyMap<string, string> {
  const pairs = parsed(text);
  const values = new Map(pairs);
  if (values.size !== pairs.length) throw new SignInError('lti_launch_malformed', 'a parameter was sent twice');
  return values;
}

function parsed(text: string): readonly Parameter[] {
  try {
    return parseForm(text);
  } catch (error) {
    if (error instanceof MalformedRequest) throw new SignInError('lti_launch_malformed', error.message);
    throw error;
  }
}

/** lti.md §3.2. @throws SignInError lti_launch_malformed */
export function readLoginRequest(sent: ReadonlyMap<string, string>): LtiLoginRequest {
  const optional = (name: string) => {
    const value = sent.get(name) ?? '';
    return value === '' ? null : value;
  };
  const required = (name: string) => {
    const value = optional(name);
    if (value === null) throw new SignInError('lti_launch_malformed', missing(name, sent));
    return value;
  };
  return {
    issuer: required('iss'),
    loginHint: required('login_hint'),
    targetLinkUri: required('target_link_uri'),
    clientId: optional('client_id'),
    messageHint: optional('lti_message_hint'),
    deploymentId: optional('lti_deployment_id'),
    storageTarget: frameName(optional('lti_storage_target')),
  };
}

/** Anything else is no frame that we would speak to, and nothing is offered. */
function frameName(text: string | null): string | null {
  return text !== null && /^[\w-]{1,100}$/.test(text) ? text : null;
}

function missing(name: string, sent: ReadonlyMap<string, string>): string {
  // lti.md §3.2: our address was entered as the platform's own.
  if (sent.get('response_type') === 'id_token') return 'this is the login address, not the authorization endpoint';
  return `${name} is missing`;
}

/** The one platform that is meant. @throws SignInError lti_platform_unknown, lti_platform_disabled, lti_deployment_unknown */
export function platformOf(
  { issuer, clientId, deploymentId }: LtiLoginRequest,
  platforms: Iterable<LtiPlatformDocument>,
): LtiPlatformDocument {
  const candidates = [...platforms].filter(
    (platform) => platform.issuer === issuer && (clientId === null || platform.client_id === clientId),
  );
  const [platform] = candidates;
  // Case 30: never the first of several.
  if (platform === undefined || candidates.length > 1) {
    throw new SignInError('lti_platform_unknown', platform === undefined ? 'no platform' : 'several platforms');
  }
  if (!platform.enabled) throw new SignInError('lti_platform_disabled', platform.slug);
  if (deploymentId !== null && !platform.deployment_ids.includes(deploymentId)) {
    throw new SignInError('lti_deployment_unknown', platform.slug);
  }
  return platform;
}

export interface BegunLogin {
  readonly state: string;
  /** To be left with the browser, and with nobody else. */
  readonly browserSecret: string;
  /** The authentication request: a GET, because some platforms lose their session over a POST (case 58). */
  readonly location: string;
}

export interface LoginPorts {
  readonly environment: Environment;
  readonly logins: Pick<LtiLogins, 'insert'>;
  readonly redirectUri: string;
}

export async function beginLogin(
  request: LtiLoginRequest,
  platform: LtiPlatformDocument,
  { environment, logins, redirectUri }: LoginPorts,
): Promise<BegunLogin> {
  const [state, nonce, browserSecret] = [16, 32, 32].map((bytes) => randomToken(environment, bytes)) as [
    string,
    string,
    string,
  ];
  const startedAt = environment.now();
  const registration = platform.slug;
  await logins.insert(state, {
    registration,
    nonce,
    browserSecret,
    request,
    startedAt,
    expiresAt: startedAt + LOGIN_LIFE,
  });
  const location = new URL(platform.authorization_endpoint);
  const parameters = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: platform.client_id,
    redirect_uri: redirectUri,
    login_hint: request.loginHint,
    ...(request.messageHint === null ? {} : { lti_message_hint: request.messageHint }),
    state,
    nonce,
  };
  for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
  return { state, browserSecret, location: location.href };
}
