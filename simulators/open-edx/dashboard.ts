/**
 * What a learner sees: the courses that anybody may find, and their own.
 */

import { html } from 'hono/html';
import type { Account } from './accounts.ts';
import { redirect, withCookies } from './answers.ts';
import { isOpen } from './api-enrollment.ts';
import { type Handler, isFromOwnPage } from './caller.ts';
import { formOf } from './incoming.ts';
import { type Html, page, plainPage } from './layout.ts';
import type { Course } from './records.ts';
import { cookie, csrfCookie } from './sessions.ts';
import type { Language, Texts } from './texts.ts';
import type { World } from './world.ts';

export const home: Handler = (request, world) => {
  const session = world.sessions.of(request);
  const { account, message } = session;
  session.message = null;
  const courses = [...world.courses.values()].filter(({ hidden }) => !hidden);
  const token = world.sessions.csrfToken(request);
  const button = (course: Course, t: Texts) =>
    account !== null && mayEnrol(account, course, world) ? enrolForm(course, token, t) : '';
  const answer = page(request, {
    ...plainPage,
    width: 'wide',
    script: '/static/forms.js',
    isSignedIn: account !== null,
    title: (t) => t.catalogue,
    content: (t, language) => html`<p class="soft">${t.catalogueLead}</p>
${message === null ? '' : html`<p class="message" role="alert" lang="en" data-testid="lms-message">${message}</p>`}
${cards(courses, t, language, button)}`,
  });
  if (account === null) return answer;
  return withCookies(answer, [cookie(csrfCookie, token, { request, age: 31_449_600, httpOnly: false })]);
};

export const dashboard: Handler = (request, world) => {
  const account = world.sessions.find(request)?.account ?? null;
  if (account === null) return redirect(`/login?next=${encodeURIComponent(request.path)}`);
  return page(request, {
    ...plainPage,
    width: 'wide',
    isSignedIn: true,
    title: (t) => t.dashboardTitle,
    content: (t, language) => html`${whoIs(account, t)}${enrolled(account, world, t, language)}`,
  });
};

function whoIs(account: Account, t: Texts): Html {
  return html`<p data-testid="lms-signed-in-as">${t.signedInAs} <strong>${account.name === '' ? account.username : account.name}</strong></p>
${account.isActive ? '' : html`<p class="message" data-testid="lms-inactive">${t.inactive}</p>`}
<dl><dt>${t.username}</dt><dd data-testid="lms-username">${account.username}</dd><dt>${t.email}</dt><dd data-testid="lms-email">${account.email}</dd></dl>`;
}

function enrolled(account: Account, world: World, t: Texts, language: Language): Html {
  const courses = world
    .enrollmentsOf(account.username)
    .flatMap(({ isActive, courseId }) => (isActive ? (world.courses.get(courseId) ?? []) : []));
  if (courses.length > 0) return cards(courses, t, language, () => '');
  return html`<p class="soft">${t.notEnrolled}</p><p><a href="/" data-testid="lms-courses">${t.findCourses}</a></p>`;
}

function cards(
  courses: readonly Course[],
  t: Texts,
  language: Language,
  button: (course: Course, t: Texts) => Html | string,
): Html {
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'America/Mexico_City' });
  return html`<ul class="cards">${courses.map(
    (course) => html`<li data-testid="lms-course"><h2>${course.name}</h2><p>${course.short_description}</p>
<p class="soft">${course.pacing === 'self' || course.start === null ? t.selfPaced : `${t.withDates}: ${day.format(new Date(course.start))}`}</p>
${button(course, t)}</li>`,
  )}</ul>`;
}

function mayEnrol(account: Account, course: Course, world: World): boolean {
  return isOpen(course, world) && world.enrollment(account.username, course.id)?.isActive !== true;
}

function enrolForm(course: Course, token: string, t: Texts): Html {
  return html`<form method="post" action="/change_enrollment" data-api data-goes-to="/dashboard">
<input type="hidden" name="csrfmiddlewaretoken" value="${token}"><input type="hidden" name="course_id" value="${course.id}"><input type="hidden" name="enrollment_action" value="enroll">
<p class="fault" role="alert" data-fault=""></p><button class="button quiet" aria-label="${t.enrol}: ${course.name}" data-testid="lms-enrol">${t.enrol}</button></form>`;
}

/** What the button of a course page sends. */
export const changeEnrollment: Handler = (request, world) => {
  const plain = (status: number, text: string) => new Response(text, { status });
  if (!isFromOwnPage(request)) return plain(403, 'CSRF verification failed. Request aborted.');
  const account = world.sessions.find(request)?.account ?? null;
  if (account === null) return plain(403, '');
  const form = formOf(request);
  const course = world.courses.get(form?.get('course_id') ?? '');
  if (course === undefined) return plain(400, 'Invalid course id');
  if (form?.get('enrollment_action') === 'unenroll') {
    const found = world.enrollment(account.username, course.id);
    if (found?.isActive !== true) return plain(400, 'You are not enrolled in this course');
    world.enrol(account.username, course.id, found.mode, false);
    return plain(200, '');
  }
  if (form?.get('enrollment_action') !== 'enroll') return plain(400, 'Enrollment action is invalid');
  if (!isOpen(course, world)) return plain(400, 'Could not enroll');
  world.enrol(account.username, course.id, course.modes[0]?.mode_slug ?? 'audit', true);
  return plain(200, '');
};
