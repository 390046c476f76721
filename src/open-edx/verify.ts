/**
 * Whether both directions work, tried without changing anything: the LMS as we call it, and our side as it would be called.
 *
 * Each finding says what was tried, what came of it and what to do. Must never: use somebody's account for a trial.
 */
import { SignInError } from '../errors.ts';
import type { Outbound, Visit } from '../http.ts';
import type { Environment } from '../model.ts';
import { routes } from '../oidc/provider.ts';
import type { Finding } from '../providers/provider.ts';
import { findAccountByEmail } from './account-calls.ts';
import { listCourses } from './course-calls.ts';
import { failures } from './failures.ts';
import { completePath, type Lms, loginPath, ourRedirectUri } from './lms.ts';
import { refreshTokens, whoAmI } from './token-calls.ts';
import type { LmsTransport } from './transport.ts';
import { isTrouble, type Trouble } from './trouble.ts';

export interface VerifyDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly publicUrl: URL;
  readonly transport: LmsTransport;
  readonly outbound: Outbound;
  readonly visit: Visit;
}

export async function verify(dependencies: VerifyDependencies): Promise<readonly Finding[]> {
  return [
    await discovery(dependencies),
    await userInfo(dependencies),
    await login(dependencies),
    await apiClient(dependencies),
    await worker(dependencies),
  ];
}

const good = (subject: string, detail: string): Finding => ({ subject, verdict: 'good', detail });
const bad = (subject: string, detail: string): Finding => ({ subject, verdict: 'bad', detail });

/** What a call answered, or in one word why it did not. */
async function ask(call: Outbound, url: URL, headers: { readonly [name: string]: string } = {}) {
  return call({ method: 'GET', url, headers, body: null }).catch((error: unknown) => {
    if (error instanceof SignInError) return error.code;
    throw error;
  });
}

/** open-edx.md §12: the issuer must be the same text. */
async function discovery({ publicUrl, outbound }: VerifyDependencies): Promise<Finding> {
  const subject = 'our discovery document';
  const answer = await ask(outbound, new URL('/.well-known/openid-configuration', publicUrl));
  if (typeof answer === 'string') {
    return bad(
      subject,
      `${answer}: is the server up? From here a private address must stand in outbound.allow_private`,
    );
  }
  const names = answer.status === 200 && answer.body.includes(`"issuer":"${publicUrl.origin}"`);
  return names
    ? good(subject, `names ${publicUrl.origin}`)
    : bad(subject, `${answer.status}: it does not name ${publicUrl.origin}`);
}

/** A token that is none must be a 401: any other refusal is a 500 at the LMS (open-edx.md §1). */
async function userInfo({ lms, publicUrl, outbound }: VerifyDependencies): Promise<Finding> {
  const path = lms.backend === 'ol-oauth2' ? '/api/users/me' : routes.userinfo;
  const subject = `our user info at ${path}`;
  const answer = await ask(outbound, new URL(path, publicUrl), { authorization: 'Bearer none' });
  if (typeof answer === 'string') return bad(subject, answer);
  return answer.status === 401
    ? good(subject, 'refuses a token that is none')
    : bad(subject, `answered ${answer.status}, not 401`);
}

/** mit-apps.md §6, step 3: it must lead to us, as the client that is configured, and come back to an address of the LMS. */
async function login({ lms, publicUrl, visit }: VerifyDependencies): Promise<Finding> {
  const path = loginPath(lms.backend);
  const subject = `login of the LMS at ${path}`;
  const answer = await ask(visit, new URL(path, lms.base));
  if (typeof answer === 'string') return bad(subject, answer);
  const { location } = answer.headers;
  if (location === undefined || !URL.canParse(location, lms.base.href))
    return bad(subject, `${answer.status}: ${failures['login-refused'].advice}`);
  const target = new URL(location, lms.base);
  if (target.origin !== publicUrl.origin) return bad(subject, `leads to ${target.origin}, not to ${publicUrl.origin}`);
  const asked = (name: string) => target.searchParams.get(name);
  if (asked('client_id') !== lms.clientId) return bad(subject, `comes as another client than ${lms.clientId}`);
  const back = asked('redirect_uri') ?? '';
  const isRight = URL.canParse(back) && new URL(back).pathname === completePath(lms.backend);
  const isOfLms = isRight && [lms.base.origin, lms.public.origin].includes(new URL(back).origin);
  return isOfLms
    ? good(subject, `leads here as ${lms.clientId}`)
    : bad(subject, 'wants people back at an address that is not of the LMS');
}

/** A refresh token that is none: a client that is known is told so, another is refused as a client. */
async function apiClient(dependencies: VerifyDependencies): Promise<Finding> {
  const { lms, publicUrl } = dependencies;
  const subject = 'our application at the LMS';
  if (lms.api === null) return bad(subject, failures['not-configured'].advice);
  const answer = await refreshTokens(dependencies, 'none');
  if (answer.kind === 'invalid-grant')
    return good(subject, `its id and secret are right (redirect address ${ourRedirectUri(publicUrl, lms.slug)})`);
  return bad(
    subject,
    isTrouble(answer) ? troubleInWords(answer, failures['api-client-refused'].advice) : 'granted what is worth nothing',
  );
}

/** Its name, its rights, its courses. The address is of a domain that never exists (RFC 2606). */
async function worker({ lms, transport }: VerifyDependencies): Promise<Finding> {
  const subject = 'service worker';
  if (lms.worker === null) return bad(subject, 'service_worker is not configured');
  const { username, token } = lms.worker;
  const me = await whoAmI(transport, token);
  if (isTrouble(me)) return bad(subject, troubleInWords(me, failures['worker-refused'].advice));
  if (me.username !== username) return bad(subject, `the token is not of ${username}`);
  const looked = await findAccountByEmail(transport, lms.worker, 'nobody@llavero.invalid');
  if (isTrouble(looked)) return bad(subject, troubleInWords(looked, `${username} is not of staff`));
  const courses = await listCourses(transport, lms.worker, null, 1);
  if (isTrouble(courses)) return bad(subject, troubleInWords(courses, failures['worker-refused'].advice));
  return good(
    subject,
    `${username} is of staff and sees ${courses.runs.length} course runs on the first of ${courses.pages} pages`,
  );
}

function troubleInWords(trouble: Trouble, refused: string): string {
  switch (trouble.kind) {
    case 'unreachable':
      return `${failures['lms-unreachable'].advice} (${trouble.detail})`;
    case 'rate-limited':
      return 'no more calls of this kind now';
    case 'unexpected':
      return `${failures['lms-unexpected'].advice} (${trouble.detail})`;
    case 'credential-refused':
      return `${refused} (${trouble.detail})`;
  }
}
