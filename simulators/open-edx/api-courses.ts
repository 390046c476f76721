/**
 * The course API and the modes of a course run.
 */

import type { JsonObject } from '../../src/model.ts';
import type { Account } from './accounts.ts';
import { detail, forbidden, json, notFound, pageOf } from './answers.ts';
import { authenticated, type Caller, type CallerHandler, type Handler, identify, isStaff, tooSoon } from './caller.ts';
import { type Incoming, jsonOf } from './incoming.ts';
import { type Course, type CourseMode, courseModeSchema, readCourseKey } from './records.ts';
import type { World } from './world.ts';

const rates = { anybody: 20, staff: 40 } as const;

/** As whom the list is looked at: nobody in particular without a `username`, another only for staff. */
function viewer(request: Incoming, caller: Caller | null, world: World): Account | 'anonymous' | Response {
  const username = request.parameters.get('username') ?? '';
  if (username === '') return 'anonymous';
  if (caller !== null && caller.account.username === username) return caller.account;
  if (caller === null || !isStaff(caller)) return forbidden();
  return world.accounts.named(username) ?? notFound();
}

function limited(handler: (request: Incoming, world: World, viewer: Account | 'anonymous') => Response): Handler {
  return (request, world) => {
    const caller = identify(request, world, 'allowed');
    if (caller instanceof Response) return caller;
    const early = tooSoon('courses', request, world, caller, rates);
    if (early !== null) return early;
    const eyes = viewer(request, caller, world);
    return eyes instanceof Response ? eyes : handler(request, world, eyes);
  };
}

function isVisible(course: Course, eyes: Account | 'anonymous'): boolean {
  return !course.hidden || (eyes !== 'anonymous' && (eyes.isStaff || eyes.isSuperuser));
}

export const listCourses = limited((request, world, eyes) => {
  const { parameters } = request;
  const keys = parameters
    .getAll('course_keys')
    .flatMap((text) => text.split(','))
    .filter((key) => key !== '');
  const wrong = keys.find((key) => readCourseKey(key) === null);
  if (wrong !== undefined) return json({ course_keys: [`'${wrong}' is not a valid course key.`] }, 400);
  const org = parameters.get('org');
  const term = parameters.get('search_term')?.toLowerCase() ?? '';
  const activeOnly = parameters.get('active_only') === 'true';
  const found = [...world.courses.values()]
    .filter((course) => isVisible(course, eyes))
    .filter(({ id }) => keys.length === 0 || keys.includes(id))
    .filter(({ id }) => org === null || readCourseKey(id)?.org === org)
    .filter(({ name }) => name.toLowerCase().includes(term))
    .filter(({ end }) => !activeOnly || end === null || Date.parse(end) > world.now());
  const page = pageOf(found, parameters, `${request.origin}${request.path}`);
  if (page === null) return detail(404, 'Invalid page.');
  return json({ results: page.results.map((course) => shown(course, request)), pagination: page.pagination });
});

export const showCourse = limited((request, world, eyes) => {
  const course = world.courses.get(request.parts.id ?? '');
  if (course === undefined || !isVisible(course, eyes)) return notFound();
  return json({
    ...shown(course, request),
    overview: `<p>${course.short_description}</p>`,
    certificate_available_date: course.certificate_available_date,
  });
});

function shown(course: Course, { origin }: Incoming): JsonObject {
  const key = readCourseKey(course.id);
  return {
    id: course.id,
    course_id: course.id,
    name: course.name,
    org: key?.org ?? '',
    number: key?.number ?? '',
    short_description: course.short_description,
    start: course.start,
    start_display: course.start,
    start_type: course.start === null ? 'empty' : 'timestamp',
    end: course.end,
    enrollment_start: course.enrollment_start,
    enrollment_end: course.enrollment_end,
    pacing: course.pacing,
    invitation_only: course.invitation_only,
    hidden: course.hidden,
    mobile_available: false,
    effort: null,
    media: { course_image: { uri: '/static/course.png' }, course_video: { uri: null } },
    blocks_url: `${origin}/api/courses/v2/blocks/?course_id=${encodeURIComponent(course.id)}`,
  };
}

function ofStaff(handler: CallerHandler): Handler {
  return authenticated((request, world, caller) => {
    if (!isStaff(caller)) return forbidden();
    return world.courses.has(request.parts.id ?? '') ? handler(request, world, caller) : notFound();
  }, 'refused');
}

const modeShown = (course: Course, mode: CourseMode): JsonObject => ({ course_id: course.id, ...mode });

export const listModes = ofStaff((request, world) => {
  const course = world.courses.get(request.parts.id ?? '') as Course;
  return json(course.modes.map((mode) => modeShown(course, mode)));
});

export const addMode = ofStaff((request, world) => {
  const course = world.courses.get(request.parts.id ?? '') as Course;
  const { course_id: _course, ...members } = jsonOf(request) ?? {};
  const mode = courseModeSchema.safeParse(members);
  if (!mode.success) return json({ detail: 'The mode is malformed.' }, 400);
  if (course.modes.some(({ mode_slug }) => mode_slug === mode.data.mode_slug))
    return json({ detail: 'The mode exists.' }, 400);
  world.courses.set(course.id, { ...course, modes: [...course.modes, mode.data] });
  return json(modeShown(course, mode.data), 201);
});

export const changeMode = ofStaff((request, world) => {
  const course = world.courses.get(request.parts.id ?? '') as Course;
  const mode = course.modes.find(({ mode_slug }) => mode_slug === request.parts.slug);
  if (mode === undefined) return notFound();
  if (request.method === 'DELETE') {
    world.courses.set(course.id, { ...course, modes: course.modes.filter((one) => one !== mode) });
    return new Response(null, { status: 204 });
  }
  const changed = courseModeSchema.safeParse({ ...mode, ...jsonOf(request), mode_slug: mode.mode_slug });
  if (!changed.success) return json({ detail: 'The mode is malformed.' }, 400);
  world.courses.set(course.id, { ...course, modes: course.modes.map((one) => (one === mode ? changed.data : one)) });
  return new Response(null, { status: 204 });
});
