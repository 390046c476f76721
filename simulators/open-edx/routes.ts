/**
 * The addresses of the LMS. A slash at the end is optional where the real one takes both.
 */

import { listAccounts, me, mobileUser, myUserInfo, patchAccount, searchEmails, showAccount } from './api-accounts.ts';
import { bulkEnrol } from './api-bulk-enroll.ts';
import { addMode, changeMode, listCourses, listModes, showCourse } from './api-courses.ts';
import { enrol, listEnrollments, pageOfEnrollments, showEnrollment } from './api-enrollment.ts';
import { csrfToken, linksOfUser, usersOfProvider } from './api-third-party-auth.ts';
import { authorize } from './authorize.ts';
import type { Handler } from './caller.ts';
import { completeLogin } from './complete-login.ts';
import { changeEnrollment, dashboard, home } from './dashboard.ts';
import { logInSession, mfeContext, showLogIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import type { Endpoint } from './misbehaviour.ts';
import { inactive } from './pipeline.ts';
import { register, validateRegistration } from './registration.ts';
import { showRegistration } from './registration-page.ts';
import { idpRedirect, startLogin } from './start-login.ts';
import { staticFile } from './static-files.ts';
import { accessToken, revokeToken } from './token.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly endpoint: Endpoint;
  readonly handler: Handler;
}

type Row = readonly [method: Route['method'], path: string, endpoint: Endpoint, handler: Handler];

const registration: readonly Row[] = ['/user_api/v1', '/api/user/v1', '/api/user/v2'].map(
  (base) => ['POST', `${base}/account/registration/`, 'registration', register] as const,
);

const relyingParty: readonly Row[] = [
  ['GET', '/auth/login/:backend/', 'log-in', startLogin],
  ['POST', '/auth/login/:backend/', 'log-in', startLogin],
  ['GET', '/auth/complete/:backend/', 'complete', completeLogin],
  ['POST', '/auth/complete/:backend/', 'complete', completeLogin],
  ['GET', '/auth/idp_redirect/:provider', 'log-in', idpRedirect],
  ['GET', '/auth/inactive', 'page', inactive],
  ['GET', '/api/mfe_context', 'page', mfeContext],
  ['GET', '/api/third_party_auth_context', 'page', mfeContext],
  ['POST', '/api/user/v1/account/login_session/', 'log-in', logInSession],
  ['POST', '/api/user/v2/account/login_session/', 'log-in', logInSession],
];

const pages: readonly Row[] = [
  ['GET', '/', 'page', home],
  ['GET', '/login', 'page', showLogIn],
  ['GET', '/register', 'page', showRegistration],
  ['GET', '/dashboard', 'page', dashboard],
  ['POST', '/change_enrollment', 'enrollment', changeEnrollment],
  ['GET', '/logout', 'log-out', logOut],
  ['POST', '/logout', 'log-out', logOut],
  ['GET', '/static/:name', 'page', staticFile],
];

const rows: readonly Row[] = [
  ...relyingParty,
  ...pages,
  ...registration,
  ['POST', '/api/user/v1/validation/registration', 'validation', validateRegistration],

  ['GET', '/oauth2/authorize/?', 'authorize', authorize],
  ['POST', '/oauth2/authorize/?', 'authorize', authorize],
  ['POST', '/oauth2/access_token/?', 'token', accessToken],
  ['POST', '/oauth2/revoke_token/?', 'revoke', revokeToken],

  ['GET', '/csrf/api/v1/token', 'csrf', csrfToken],
  ['GET', '/api/user/v1/me', 'me', me],
  ['GET', '/api/user/v1/accounts', 'accounts', listAccounts],
  ['POST', '/api/user/v1/accounts/search_emails', 'accounts', searchEmails],
  ['GET', '/api/user/v1/accounts/:username', 'accounts', showAccount],
  ['PATCH', '/api/user/v1/accounts/:username', 'accounts', patchAccount],
  ['GET', '/api/mobile/v0.5/my_user_info', 'my-user-info', myUserInfo],
  ['GET', '/api/mobile/v0.5/users/:username', 'my-user-info', mobileUser],

  ['GET', '/api/enrollment/v1/enrollment', 'enrollment', listEnrollments],
  ['POST', '/api/enrollment/v1/enrollment', 'enrollment', enrol],
  ['GET', '/api/enrollment/v1/enrollments/?', 'enrollment', pageOfEnrollments],
  ['GET', '/api/enrollment/v1/enrollment/:key', 'enrollment', showEnrollment],
  ['POST', '/api/bulk_enroll/v1/bulk_enroll/?', 'bulk-enroll', bulkEnrol],

  ['GET', '/api/courses/v1/courses/', 'courses', listCourses],
  ['GET', '/api/courses/v1/courses/:id', 'courses', showCourse],
  ['GET', '/api/course_modes/v1/courses/:id/', 'course-modes', listModes],
  ['POST', '/api/course_modes/v1/courses/:id/', 'course-modes', addMode],
  ['PATCH', '/api/course_modes/v1/courses/:id/:slug', 'course-modes', changeMode],
  ['DELETE', '/api/course_modes/v1/courses/:id/:slug', 'course-modes', changeMode],

  ['GET', '/api/third_party_auth/v0/users/', 'third-party-auth', linksOfUser],
  ['DELETE', '/api/third_party_auth/v0/users/', 'third-party-auth', linksOfUser],
  ['GET', '/api/third_party_auth/v0/providers/:provider/users', 'third-party-auth', usersOfProvider],
];

export const routes: readonly Route[] = rows
  .flatMap(([method, path, endpoint, handler]) =>
    path.endsWith('/?')
      ? [path.slice(0, -2), path.slice(0, -1)].map((one) => [method, one, endpoint, handler] as const)
      : [[method, path, endpoint, handler] as const],
  )
  .map(([method, path, endpoint, handler]) => ({ method, path, endpoint, handler }));
