/**
 * A configured LMS seen from outside: does it send people here, and would its login backend take what they bring back?
 *
 * Facts: open-edx.md §1, §4, §9, §12 and the failure table of §14, in whose words the findings speak. Asks only what anybody
 * may ask: never sends a secret, signs nobody in, changes nothing there.
 */
import type { ClientDocument, ReleasableClaim } from '../configuration/client-document.ts';
import type { LmsBackend } from '../configuration/open-edx-document.ts';
import { extendsRedirectUri } from '../configuration/redirect-uri-match.ts';
import { SignInError } from '../errors.ts';
import type { Outbound, OutboundResponse } from '../http.ts';
import type { Milliseconds } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import { loginPath, providerId } from './lms.ts';

export interface LmsToCheck {
  /** As people have it in their address bar; what is behind the host is not looked at. */
  readonly address: URL;
  readonly backend: LmsBackend;
  /** What the LMS is here. */
  readonly client: ClientDocument;
  readonly publicUrl: URL;
}

export interface CheckWorld {
  readonly outbound: Outbound;
  readonly now: () => Milliseconds;
}

type Verdict = Finding['verdict'];

/** What each backend reads (§12; mit-apps.md §1). Without the needed ones nobody gets in, or everybody as the same person. */
const claimsRead = {
  oidc: { needed: ['preferred_username', 'email'], wanted: ['name', 'given_name', 'family_name'] },
  identityServer3: { needed: ['preferred_username', 'email'], wanted: ['name', 'given_name', 'family_name'] },
  'ol-oauth2': { needed: ['preferred_username', 'email'], wanted: ['name'] },
} as const satisfies { readonly [backend in LmsBackend]: { readonly [kind: string]: readonly ReleasableClaim[] } };

/** A whole second is what a Date field can say; core 4.5.4 allows none, later ones one. */
const CLOCK_BEHIND: Milliseconds = 2_000;
/** ID_TOKEN_MAX_AGE: an older ID token is refused. */
const CLOCK_AHEAD: Milliseconds = 590_000;

/** Everything that can be seen, in the order in which a sign-in meets it. */
export async function checkLms(lms: LmsToCheck, world: CheckWorld): Promise<Finding[]> {
  const login = await ask(world, new URL(loginPath(lms.backend), lms.address));
  if (login instanceof SignInError) return [finding('LMS', 'bad', unreachable(lms.address, login))];
  return [
    ...checkLogin(lms, login),
    checkClock(login, world.now()),
    ...checkClient(lms),
    await checkDiscovery(lms, world),
    await checkListed(lms, world),
    ...(await checkLogout(lms, world)),
  ];
}

function finding(subject: string, verdict: Verdict, detail: string): Finding {
  return { subject, verdict, detail };
}

async function ask({ outbound }: CheckWorld, url: URL): Promise<OutboundResponse | SignInError> {
  try {
    return await outbound({ method: 'GET', url, headers: { accept: '*/*' }, body: null });
  } catch (error) {
    if (error instanceof SignInError) return error;
    throw error;
  }
}

function unreachable({ host }: URL, { message }: SignInError): string {
  return `${host} cannot be reached from here (${message}). A private address must stand in the section outbound.`;
}

function checkLogin(lms: LmsToCheck, { status, headers, body }: OutboundResponse): Finding[] {
  const subject = 'login address';
  const location = headers.location;
  if (status === 404) {
    const why = 'its class is not in AUTHENTICATION_BACKENDS, or third-party authentication is off';
    return [finding(subject, 'bad', `404: the LMS knows no backend ${lms.backend}: ${why}.`)];
  }
  if (status >= 500) return [finding(subject, 'bad', explainServerError(lms, status, body))];
  if (location === undefined || status < 300 || status > 399 || !URL.canParse(location, lms.address.href)) {
    return [finding(subject, 'bad', `answered ${status} without sending anybody on.`)];
  }
  return checkDeparture(lms, new URL(location, lms.address));
}

/** §4: the text of the exception is shown by a server in debug mode only. */
function explainServerError({ address, backend }: LmsToCheck, status: number, body: string): string {
  const seen = body.includes("Can't fetch setting")
    ? `"Can't fetch setting of a disabled backend/provider"`
    : 'an error';
  const causes = 'no provider record, a disabled one, or one that belongs to another Site than the host';
  return `${status}, ${seen}: ${causes} ${address.host}. In the admin the record's Site must be the one of ${address.host}; its backend ${backend}.`;
}

function checkDeparture(lms: LmsToCheck, target: URL): Finding[] {
  const asked = target.searchParams;
  const path = target.pathname.replace(/\/$/, '');
  if (target.origin !== lms.publicUrl.origin || path !== '/oauth2/authorize') {
    const right = `${lms.publicUrl.origin}/oauth2/authorize`;
    return [finding('login address', 'bad', `sends people to ${target.origin}${target.pathname}, not to ${right}.`)];
  }
  return [
    finding('login address', 'good', 'sends people here.'),
    checkClientId(lms, asked.get('client_id')),
    checkRedirectUri(lms, asked.get('redirect_uri')),
    checkScope(lms, asked.get('scope') ?? ''),
  ];
}

function checkClientId({ client }: LmsToCheck, clientId: string | null): Finding {
  return clientId === client.client_id
    ? finding('client id', 'good', client.client_id)
    : finding('client id', 'bad', `the record's key is ${quoted(clientId)}, not ${client.client_id}.`);
}

function checkRedirectUri(lms: LmsToCheck, redirectUri: string | null): Finding {
  const subject = 'redirect address';
  if (redirectUri === null || !URL.canParse(redirectUri)) return finding(subject, 'bad', 'none is sent.');
  const { protocol } = new URL(redirectUri);
  const shown = redirectUri.split('?')[0] ?? '';
  if (lms.address.protocol === 'https:' && protocol === 'http:') {
    const remedy = 'let the proxy pass X-Forwarded-Proto, or set SOCIAL_AUTH_REDIRECT_IS_HTTPS';
    return finding(subject, 'bad', `${shown} is http although the LMS is https: ${remedy}.`);
  }
  if (isRegistered(lms.client, redirectUri)) return finding(subject, 'good', shown);
  const appends = new URL(redirectUri).searchParams.has('redirect_state') && lms.client.redirect_uri_match === 'exact';
  const remedy = appends ? 'set redirect_uri_match: django-oauth-toolkit' : `add ${shown} to its redirect_uris`;
  return finding(subject, 'bad', `${shown} is not registered for ${lms.client.client_id}: ${remedy}.`);
}

function isRegistered({ redirect_uris, redirect_uri_match }: ClientDocument, received: string): boolean {
  const extended = redirect_uri_match === 'django-oauth-toolkit';
  return redirect_uris.some(
    (registered) => registered === received || (extended && extendsRedirectUri(registered, received)),
  );
}

function checkScope({ backend }: LmsToCheck, scope: string): Finding {
  const scopes = scope.split(' ');
  const needed = backend === 'ol-oauth2' ? ['user:read'] : ['openid', 'profile', 'email'];
  const missing = needed.filter((name) => !scopes.includes(name));
  return missing.length === 0
    ? finding('scope', 'good', scope)
    : finding('scope', 'bad', `${missing.join(' ')} is not asked for: add it to SCOPE in other_settings.`);
}

/** §12: an ID token from the future is refused, and one that is ten minutes old. */
function checkClock({ headers }: OutboundResponse, now: Milliseconds): Finding {
  const theirs = Date.parse(headers.date ?? '');
  if (Number.isNaN(theirs)) return finding('clock', 'unsure', 'the LMS does not say its time.');
  const ahead = theirs - now;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (ahead < -CLOCK_BEHIND) {
    return finding(
      'clock',
      'bad',
      `the LMS is ${seconds} s behind: "The token is not yet valid (iat)". Use NTP on both.`,
    );
  }
  if (ahead > CLOCK_AHEAD)
    return finding('clock', 'bad', `the LMS is ${seconds} s ahead: ID tokens are too old there.`);
  return finding('clock', 'good', `${seconds} s apart.`);
}

function checkClient({ client, backend }: LmsToCheck): Finding[] {
  const { needed, wanted } = claimsRead[backend];
  const released = (names: readonly ReleasableClaim[]) => names.filter((name) => !client.claims.includes(name));
  const lacking = released(needed);
  const incomplete = released(wanted);
  const findings = [
    lacking.length > 0
      ? finding(
          'claims',
          'bad',
          `${backend} cannot do without ${lacking.join(', ')}: release it to ${client.client_id}.`,
        )
      : incomplete.length > 0
        ? finding('claims', 'unsure', `without ${incomplete.join(', ')} people type it at their first sign-in.`)
        : finding('claims', 'good', 'all that the backend reads is released.'),
  ];
  // §2: the LMS takes an active account by its address and never asks who verified it. Who is not told gets verified ones only.
  if (client.claims.includes('email_verified')) {
    findings.push(
      finding(
        'claims',
        'bad',
        'email_verified is released, so unverified addresses are sent too, and this LMS believes them: leave it out.',
      ),
    );
  }
  if (!client.skip_authorization) {
    findings.push(
      finding('consent', 'unsure', 'people are asked at their first sign-in; skip_authorization spares them.'),
    );
  }
  if (backend === 'ol-oauth2' && client.userinfo_shape === 'standard') {
    findings.push(finding('user info', 'bad', 'the backend reads another shape: set userinfo_shape: mit-users-me.'));
  }
  if (backend === 'oidc' && client.id_token_signed_response_alg !== 'RS256') {
    findings.push(finding('ID token', 'bad', 'the backend allows RS256 only, unless JWT_ALGORITHMS says otherwise.'));
  }
  return findings;
}

async function checkDiscovery({ publicUrl }: LmsToCheck, world: CheckWorld): Promise<Finding> {
  const subject = 'our discovery';
  const answer = await ask(world, new URL('/.well-known/openid-configuration', publicUrl));
  if (answer instanceof SignInError) {
    return finding(
      subject,
      'unsure',
      `not reached from here (${answer.message}); whether the LMS reaches it is not known.`,
    );
  }
  const issuer = issuerOf(answer.body);
  return issuer === publicUrl.origin
    ? finding(subject, 'good', `issuer ${issuer}`)
    : finding(subject, 'bad', `names the issuer ${quoted(issuer)}, not ${publicUrl.origin}: is another server there?`);
}

function issuerOf(body: string): string | null {
  try {
    const { issuer } = JSON.parse(body);
    return typeof issuer === 'string' ? issuer : null;
  } catch {
    return null;
  }
}

/** §4, §7: whether the login page has a button. A record that is not visible still serves by its address. */
async function checkListed({ address, backend }: LmsToCheck, world: CheckWorld): Promise<Finding> {
  const subject = 'login page';
  const answer = await ask(world, new URL('/api/mfe_context', address));
  if (answer instanceof SignInError || answer.status !== 200) {
    const why = answer instanceof SignInError ? answer.message : `status ${answer.status}`;
    return finding(subject, 'unsure', `the LMS does not say which providers it lists (${why}).`);
  }
  if (answer.body.includes(JSON.stringify(providerId(backend)))) return finding(subject, 'good', 'lists the provider.');
  const why = 'visible is off, or the list of providers is cached for ten minutes after the first record';
  return finding(subject, 'unsure', `does not list ${providerId(backend)}: ${why}.`);
}

/** §9: the page of hidden frames, and whether it lets people come back here. */
async function checkLogout({ address, client, publicUrl }: LmsToCheck, world: CheckWorld): Promise<Finding[]> {
  const subject = 'log-out page';
  const back = publicUrl.origin;
  const answer = await ask(world, new URL(`/logout?redirect_url=${encodeURIComponent(`${back}/`)}`, address));
  if (answer instanceof SignInError) return [finding(subject, 'unsure', unreachable(address, answer))];
  if (answer.status >= 300 && answer.status < 400) {
    const where = answer.headers.location ?? 'nowhere';
    return [
      finding(subject, 'unsure', `sends people on to ${where.split('?')[0]}; the frames are shown only after that.`),
    ];
  }
  const framed =
    client.frontchannel_logout_uri === null
      ? 'its session survives a log-out here, and ours one there: set frontchannel_logout_uri to its /logout.'
      : null;
  const isFramed = framesOf(answer.body).some((source) => source.startsWith(`${back}/`));
  const isListed = withoutFrames(answer.body).includes(back);
  return [
    ...(framed === null ? [] : [finding('log-out', 'bad', framed)]),
    isFramed
      ? finding(subject, 'good', 'ends the session here too.')
      : finding(subject, 'bad', `our session survives a log-out there: add ${back}/sign-out to IDA_LOGOUT_URI_LIST.`),
    isListed
      ? finding('way back', 'good', 'people may come back here after a log-out.')
      : finding(
          'way back',
          'unsure',
          `people end on the LMS's front page unless LOGIN_REDIRECT_WHITELIST has ${publicUrl.host}.`,
        ),
  ];
}

const FRAME = /<iframe\b[^>]*\bsrc\s*=\s*["']([^"']*)["'][^>]*>/gi;

function framesOf(html: string): string[] {
  return [...html.matchAll(FRAME)].map(([, source = '']) => source);
}

function withoutFrames(html: string): string {
  return html.replace(FRAME, '');
}

function quoted(text: string | null): string {
  return text === null ? 'missing' : JSON.stringify(text);
}
