/**
 * The pages of the campus that people see: who they are, their courses, the links of a course, and the grade book.
 */

import { html } from 'hono/html';
import { mayTeach } from './begin.ts';
import type { Course, Link } from './course.ts';
import { roleOf } from './launch.ts';
import { type Html, page, refusedPage, type Script } from './layout.ts';
import { concernsStorage } from './misbehaviour.ts';
import type { Person } from './person.ts';
import { sessionCookie, sessionOf } from './sessions.ts';
import type { Language, Texts } from './texts.ts';
import type { Incoming, World } from './world.ts';

const plain = { status: 200, scripts: [], frame: 'site' } as const;

export function home(request: Incoming, world: World): Response {
  const person = sessionOf(request, world);
  if (person !== null) return coursesPage(request, person, world);
  return page(request, world, {
    ...plain,
    title: (t) => t.chooseTitle,
    content: (t, language) => html`<p>${t.chooseLead}</p>
<form method="post" action="${world.base}/session"><ul>${[...world.people.values()].map((each) => personItem(each, language))}</ul></form>`,
  });
}

function personItem({ slug, name, special }: Person, language: Language): Html {
  return html`<li><button type="submit" class="button" name="person" value="${slug}" data-testid="person-${slug}">${name}</button><span class="soft">${special[language === 'en' ? 'en' : 'es']}</span></li>`;
}

/** Chooses who one is; nobody where the name is empty. Whoever reaches this page is believed. */
export function choosePerson(request: Incoming, world: World): Response {
  const person = world.people.get(new URLSearchParams(request.body).get('person') ?? '') ?? null;
  const headers = {
    Location: `${world.base}/`,
    'Set-Cookie': sessionCookie(person, world),
    'Cache-Control': 'no-store',
  };
  return new Response(null, { status: 303, headers });
}

function coursesPage(request: Incoming, person: Person, world: World): Response {
  const courses = [...world.courses.values()].filter((course) => roleOf(person, course) !== null);
  return page(request, world, {
    ...plain,
    title: (t) => t.courses,
    content: (t) => html`<p>${t.signedInAs} <strong>${person.name}</strong>.</p>
${courses.length === 0 ? html`<p>${t.noCourses}</p>` : ''}
<ul>${courses.map(({ slug, label, title }) => html`<li><h2><a href="${world.base}/courses/${slug}" data-testid="course-${slug}">${title}</a></h2><span class="soft">${label}</span></li>`)}</ul>`,
  });
}

/** The course that the address names, for whoever is in it; otherwise the page that says no. */
function inCourse(request: Incoming, world: World, show: (course: Course, person: Person) => Response): Response {
  const course = world.courses.get(request.parts.course ?? '');
  const person = sessionOf(request, world);
  if (course === undefined) return refusedPage(request, world, 404, 'there is no such course');
  if (person === null || roleOf(person, course) === null) {
    return refusedPage(request, world, 403, 'nobody is signed in who is in this course');
  }
  return show(course, person);
}

export function coursePage(request: Incoming, world: World): Response {
  return inCourse(request, world, (course, person) =>
    page(request, world, {
      ...plain,
      title: () => course.title,
      content: (t) => html`${mayTeach({ person, course }) ? teacherPart(course, t, world) : ''}
<h2>${t.activities}</h2>
<ul>${course.links.map((link) => linkItem(course, link, t, world))}</ul>`,
    }),
  );
}

function linkItem({ slug: course }: Course, { slug, title, tool }: Link, t: Texts, { base, tools }: World): Html {
  const address = `${base}/courses/${course}/links/${slug}`;
  return html`<li><h3>${title}</h3><p class="soft">${tools.get(tool)?.name ?? ''}</p>
<a class="button" href="${address}/launch" data-testid="link-${slug}">${t.open}</a><a class="button quiet" href="${address}/launch" target="_blank" data-testid="window-${slug}">${t.openNew}</a><a class="button quiet" href="${address}/frame" data-testid="frame-${slug}">${t.openFrame}</a></li>`;
}

function teacherPart({ slug }: Course, t: Texts, { base, tools }: World): Html {
  const modern = [...tools.values()].filter(({ version }) => version === '1.3');
  return html`<p><a class="button quiet" href="${base}/courses/${slug}/grades" data-testid="grades">${t.grades}</a>
${modern.map((tool) => html`<a class="button quiet" href="${base}/courses/${slug}/add/${tool.slug}" data-testid="add-${tool.slug}">${t.addActivity} ${tool.name}</a><a class="button quiet" href="${base}/courses/${slug}/add/${tool.slug}/frame" data-testid="frame-add-${tool.slug}">${t.addInFrame} ${tool.name}</a>`)}</p>`;
}

/** The tool in a frame of the campus, with the storage that the product offers beside it. */
export function framePage(request: Incoming, world: World): Response {
  return inCourse(request, world, (course) => {
    const link = course.links.find(({ slug }) => slug === request.parts.link);
    if (link === undefined) return refusedPage(request, world, 404, 'there is no such link');
    return framed(request, world, course, { title: link.title, path: `links/${link.slug}/launch` });
  });
}

/** Adding an activity, as most products show it. Who may is asked by what is in the frame. */
export function addFramePage(request: Incoming, world: World): Response {
  return inCourse(request, world, (course) => {
    const tool = world.tools.get(request.parts.tool ?? '');
    if (tool?.version !== '1.3') return refusedPage(request, world, 404, 'there is no such tool');
    return framed(request, world, course, { title: tool.name, path: `add/${tool.slug}` });
  });
}

function framed(
  request: Incoming,
  world: World,
  { slug }: Course,
  { title, path }: { readonly title: string; readonly path: string },
): Response {
  const { storageTarget } = world.product;
  const fault = world.orders.take('storage', concernsStorage)?.fault ?? '';
  return page(request, world, {
    ...plain,
    title: () => title,
    scripts: storageTarget === null ? [] : [storage(storageTarget, fault)],
    content: (t) => html`<p><a href="${world.base}/courses/${slug}">${t.backToCourse}</a></p>
${storageTarget === null || storageTarget === '_parent' ? '' : html`<iframe name="${storageTarget}" src="${world.base}/lti/storage?fault=${fault}" title="" hidden></iframe>`}
<iframe class="tool" name="tool" data-testid="tool-frame" title="${title}" src="${world.base}/courses/${slug}/${path}"></iframe>`,
  });
}

const storage = (target: string, fault: string): Script => ({
  file: 'platform-storage.js',
  told: { frame: target === '_parent' ? '' : target, fault },
});

/** The frame that keeps what tools put there, where the product has one of its own. */
export function storagePage(request: Incoming, world: World): Response {
  const fault = new URLSearchParams(request.query).get('fault') ?? '';
  const scripts = [storage(world.product.storageTarget ?? '_parent', fault)];
  return page(request, world, { ...plain, scripts, frame: 'bare', title: (t) => t.site, content: () => html`` });
}

export function gradesPage(request: Incoming, world: World): Response {
  return inCourse(request, world, (course, person) => {
    if (!mayTeach({ person, course })) return refusedPage(request, world, 403, 'only teachers see the grade book');
    const items = world.grades.lineItems.filter(({ course: of }) => of === course.slug);
    const learners = [...world.people.values()].filter(({ slug }) => course.members[slug] === 'learner');
    return page(request, world, {
      ...plain,
      title: (t) => t.grades,
      content: (t) => html`<p><a href="${world.base}/courses/${course.slug}">${t.backToCourse}</a></p>
<div class="scroll"><table><thead><tr><th scope="col">${t.person}</th>${items.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
<tbody>${learners.map((learner) => html`<tr><th scope="row">${learner.name}</th>${items.map((item) => html`<td data-testid="grade-${item.id}-${learner.slug}">${gradeText(item.id, learner, t, world)} ${reviewLink(item.link, learner, course, t, world)}</td>`)}</tr>`)}</tbody></table></div>`,
    });
  });
}

function reviewLink(
  link: string | null,
  { slug }: Person,
  course: Course,
  t: Texts,
  { base, tools }: World,
): Html | string {
  // What is submitted by LTI 1.1 is looked at in no tool.
  const tool = course.links.find((each) => each.slug === link)?.tool ?? '';
  if (link === null || tools.get(tool)?.version !== '1.3') return '';
  return html`<a href="${base}/courses/${course.slug}/links/${link}/review/${slug}" data-testid="review-${link}-${slug}">${t.review}</a>`;
}

function gradeText(item: string, { slug }: Person, t: Texts, { grades }: World): string {
  const score = grades.score(item, slug);
  if (score === null || score.given === null) return t.noGrade;
  const pending = score.gradingProgress === 'FullyGraded' ? '' : ` (${t.pending})`;
  return `${score.given} / ${score.maximum}${pending}`;
}
