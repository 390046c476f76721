/**
 * What a learner sees: the courses that anybody may find, and their own.
 */

import { html } from 'hono/html';
import type { Account } from './accounts.ts';
import { redirect } from './answers.ts';
import type { Handler } from './caller.ts';
import { type Html, page, plainPage } from './layout.ts';
import type { Course } from './records.ts';
import type { Language, Texts } from './texts.ts';
import type { World } from './world.ts';

export const home: Handler = (request, world) => {
  const session = world.sessions.of(request);
  const { message } = session;
  session.message = null;
  const courses = [...world.courses.values()].filter(({ hidden }) => !hidden);
  return page(request, {
    ...plainPage,
    width: 'wide',
    isSignedIn: session.account !== null,
    title: (t) => t.catalogue,
    content: (t, language) => html`<p class="soft">${t.catalogueLead}</p>
${message === null ? '' : html`<p class="message" role="alert" lang="en" data-testid="lms-message">${message}</p>`}
${cards(courses, t, language)}`,
  });
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
  if (courses.length === 0) return html`<p class="soft">${t.notEnrolled}</p>`;
  return html`<h2>${t.enrolledIn}</h2>${cards(courses, t, language)}`;
}

function cards(courses: readonly Course[], t: Texts, language: Language): Html {
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'America/Mexico_City' });
  return html`<ul class="cards">${courses.map(
    (course) => html`<li data-testid="lms-course"><h3>${course.name}</h3><p>${course.short_description}</p>
<p class="soft">${course.pacing === 'self' || course.start === null ? t.selfPaced : `${t.withDates}: ${day.format(new Date(course.start))}`}</p></li>`,
  )}</ul>`;
}
