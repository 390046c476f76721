/**
 * LTI 1.3: whether a launch ends a login of this browser, with a token of that platform, for us, now, for the first time.
 *
 * Implements lti.md §3.5 in its order. Nothing of the token is used before its signature holds; the platform is the one that the
 * login was begun for, whatever the token says (mix-up). Signs nobody in.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { equalSecrets } from '../crypto.ts';
import { refusals, SignInError } from '../errors.ts';
import { isList, memberOf } from '../json.ts';
import type { JsonObject } from '../model.ts';
import type { Kept } from '../providers/oidc-kept.ts';
import type { VerificationKey } from '../providers/oidc-keys.ts';
import type { ProviderContext } from '../providers/provider.ts';
import { clockTolerance, readSignedToken, UntimelyToken } from '../providers/signed-token.ts';
import type { LtiLogins, StoredLtiLogin } from '../store/lti-logins.ts';
import { readClaims13 } from './claims-1-3.ts';
import { type MigrationPorts, readMigration } from './migration.ts';
import type { VerifiedLaunch } from './verified-launch.ts';

export interface ReceivedLaunch13 {
  readonly state: string;
  readonly idToken: string;
  /** What the browser brought back of what the login left with it; null where it kept nothing. */
  readonly browserSecret: string | null;
}

export interface Launch13Ports extends Pick<MigrationPorts, 'findConsumer'> {
  readonly context: ProviderContext;
  readonly logins: Pick<LtiLogins, 'find' | 'take' | 'hashOf'>;
  findPlatform(slug: string): Promise<LtiPlatformDocument | null>;
  keysOf(platform: LtiPlatformDocument): Kept<readonly VerificationKey[]>;
}

export interface OpenLogin {
  readonly login: StoredLtiLogin;
  readonly platform: LtiPlatformDocument;
}

export type Launch13 =
  | { readonly kind: 'verified'; readonly launch: VerifiedLaunch }
  /** The token is good, but nothing shows that it was this browser that began: nothing was used, and nobody may be signed in. */
  | { readonly kind: 'unbound' };

/** Steps 1 and 2. @throws SignInError lti_launch_other_browser, lti_launch_expired, lti_launch_replayed, lti_platform_unknown, lti_platform_disabled */
export async function findOpenLogin(state: string, ports: Launch13Ports): Promise<OpenLogin> {
  const login = await ports.logins.find(state);
  if (login === null) throw new SignInError('lti_launch_other_browser', 'no login has this state');
  if (login.usedAt !== null) throw new SignInError('lti_launch_replayed', 'the login has ended');
  if (ports.context.now() >= login.expiresAt) throw new SignInError('lti_launch_expired', 'the login took too long');
  const platform = await ports.findPlatform(login.registration);
  if (platform === null) throw new SignInError('lti_platform_unknown', 'the platform is gone');
  if (!platform.enabled) throw new SignInError('lti_platform_disabled', platform.slug);
  return { login, platform };
}

/** Steps 2 to 17. @throws SignInError of the check that failed; provider_… when the platform's keys cannot be had */
export async function verifyLaunch13(
  { state, idToken, browserSecret }: ReceivedLaunch13,
  open: OpenLogin,
  ports: Launch13Ports,
): Promise<Launch13> {
  const { logins, context } = ports;
  try {
    requireBrowser(browserSecret, open.login, logins);
    const launch = await readLaunch(idToken, open, ports);
    if (browserSecret === null) return { kind: 'unbound' };
    // Atomic, and before anything has effects: of two tabs that post the same token, one goes on (case 35).
    if (!(await logins.take(state, context.now()))) throw new SignInError('lti_launch_replayed', 'the login has ended');
    return { kind: 'verified', launch };
  } catch (error) {
    // One try each, but for a platform whose keys cannot be had just now: reloading may help then (case 40).
    if (error instanceof SignInError && !isOutage(error)) await logins.take(state, context.now());
    throw error;
  }
}

/** Cases 33 and 62: a wrong secret is somebody who has the state and is not the browser that began. */
function requireBrowser(secret: string | null, login: StoredLtiLogin, logins: Pick<LtiLogins, 'hashOf'>): void {
  if (secret !== null && !equalSecrets(logins.hashOf('browser', secret), login.browserHash)) {
    throw new SignInError('lti_launch_other_browser', 'the browser is not the one that began');
  }
}

const isOutage = (error: SignInError) => refusals[error.code].status >= 500;

/** Steps 3 to 17, which write nothing. */
async function readLaunch(
  idToken: string,
  { login, platform }: OpenLogin,
  { context, logins, keysOf, findConsumer }: Launch13Ports,
): Promise<VerifiedLaunch> {
  const claims = await claimsOf(idToken, platform, keysOf(platform), context);
  checkAudience(claims, platform);
  checkAge(claims, login);
  const nonce = memberOf(claims, 'nonce');
  if (typeof nonce !== 'string' || !equalSecrets(logins.hashOf('nonce', nonce), login.nonceHash)) {
    throw unverified('the nonce is not the one of this login');
  }
  const facts = readClaims13(claims, platform, { deploymentId: login.request.deploymentId });
  const migratedFrom =
    facts.subject === null
      ? null
      : await readMigration(claims, platform.client_id, { now: context.now(), findConsumer });
  return { ...facts, migratedFrom, version: '1.3', registration: platform.slug } as VerifiedLaunch;
}

/** Steps 3 to 6. */
async function claimsOf(
  idToken: string,
  platform: LtiPlatformDocument,
  keys: Kept<readonly VerificationKey[]>,
  context: ProviderContext,
): Promise<JsonObject> {
  const signers = { algorithms: [platform.id_token_signed_response_alg], keys, keyName: 'needed' } as const;
  try {
    return (await readSignedToken(idToken, signers, context)).claims;
  } catch (error) {
    if (!(error instanceof SignInError) || error.code !== 'provider_answer_invalid') throw error;
    // J-08: a clock that is wrong is told as that, or an operator compares keys that are right.
    const code = error instanceof UntimelyToken ? 'lti_launch_expired' : 'lti_launch_unverified';
    throw new SignInError(code, error.detail, { cause: error });
  }
}

/** Step 7. We trust no audience but ourselves, so there is never a second one. */
function checkAudience(claims: JsonObject, platform: LtiPlatformDocument): void {
  if (memberOf(claims, 'iss') !== platform.issuer) throw unverified('the issuer is another one');
  const sent = memberOf(claims, 'aud');
  const audiences = isList(sent) ? sent : [sent];
  if (audiences.length === 0 || audiences.some((audience) => audience !== platform.client_id)) {
    throw unverified('it is for somebody else');
  }
  const party = memberOf(claims, 'azp');
  if (party !== undefined && party !== platform.client_id) throw unverified('it is for another authorized party');
}

/** Step 8. Canvas makes the token when it begins the login, a little before we hear of it; both clocks may differ besides. */
function checkAge(claims: JsonObject, login: StoredLtiLogin): void {
  const issuedAt = memberOf(claims, 'iat');
  if (typeof issuedAt !== 'number' || issuedAt < login.startedAt / 1000 - 2 * clockTolerance) {
    throw new SignInError('lti_launch_expired', 'it is older than the login');
  }
}

function unverified(fault: string): SignInError {
  return new SignInError('lti_launch_unverified', fault);
}
