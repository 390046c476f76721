/**
 * The enrolment API: one learner in one course run at a time.
 */

import type { JsonObject } from '../../src/model.ts';
import type { Account } from './accounts.ts';
import { detail, forbidden, json, nothingThere } from './answers.ts';
import { authenticated, type CallerHandler, type Handler, isStaff, tooSoon } from './caller.ts';
import { type Incoming, jsonOf } from './incoming.ts';
import { type Course, readCourseKey } from './records.ts';
import type { Enrollment, World } from './world.ts';

const rates = { anybody: 40, staff: 120 } as const;

export function hasApiKey(request: Incoming, world: World): boolean {
  const key = world.settings.EDX_API_KEY;
  return key !== null && request.headers['x-edx-api-key'] === key;
}

function limited(handler: CallerHandler): Handler {
  return authenticated((request, world, caller) => {
    const early = hasApiKey(request, world) ? null : tooSoon('enrollment', request, world, caller, rates);
    return early ?? handler(request, world, caller);
  });
}

export function courseDetails(course: Course): JsonObject {
  return {
    course_id: course.id,
    course_name: course.name,
    course_start: course.start,
    course_end: course.end,
    enrollment_start: course.enrollment_start,
    enrollment_end: course.enrollment_end,
    invite_only: course.invitation_only,
    pacing_type: course.pacing === 'self' ? 'Self Paced' : 'Instructor Paced',
    course_modes: course.modes.map(({ mode_slug, mode_display_name, min_price, currency, expiration_datetime }) => ({
      slug: mode_slug,
      name: mode_display_name,
      min_price,
      currency,
      expiration_datetime,
      suggested_prices: '',
      description: null,
      sku: null,
      bulk_sku: null,
    })),
  };
}

function shown(enrollment: Enrollment, world: World): JsonObject {
  const course = world.courses.get(enrollment.courseId);
  return {
    created: new Date(enrollment.created).toISOString(),
    mode: enrollment.mode,
    is_active: enrollment.isActive,
    user: enrollment.username,
    course_details: course === undefined ? {} : courseDetails(course),
  };
}

export const listEnrollments = limited((request, world, caller) => {
  const username = request.parameters.get('user') ?? caller.account.username;
  const mayLook = isStaff(caller) || username === caller.account.username || hasApiKey(request, world);
  const enrollments = mayLook ? world.enrollmentsOf(username) : [];
  return json(enrollments.filter(({ isActive }) => isActive).map((enrollment) => shown(enrollment, world)));
});

/** `<username>,<course id>`, or the course id alone for one's own. Nothing at all where there is none. */
export const showEnrollment = limited((request, world, caller) => {
  const both = request.parts.key ?? '';
  const comma = both.indexOf(',');
  const username = comma < 0 ? caller.account.username : both.slice(0, comma);
  const mayLook = isStaff(caller) || username === caller.account.username || hasApiKey(request, world);
  if (!mayLook) return nothingThere();
  const enrollment = world.enrollment(username, both.slice(comma + 1));
  return enrollment === null ? new Response(null, { status: 200 }) : json(shown(enrollment, world));
});

export const pageOfEnrollments = limited((request, world, caller) => {
  if (!isStaff(caller)) return forbidden();
  const { parameters } = request;
  const names = parameters.get('username')?.split(',') ?? world.accounts.all().map(({ username }) => username);
  const courseId = parameters.get('course_id');
  const all = names
    .flatMap((name) => world.enrollmentsOf(name))
    .filter((one) => courseId === null || one.courseId === courseId);
  const size = Math.min(Number(parameters.get('page_size') ?? 100) || 100, 100);
  const from = Number(parameters.get('cursor') ?? 0) || 0;
  const query = new URLSearchParams(parameters);
  query.set('cursor', `${from + size}`);
  const next = from + size < all.length ? `${request.origin}${request.path}?${query}` : null;
  return json({ next, previous: null, results: all.slice(from, from + size).map((one) => shown(one, world)) });
});

const message = (status: number, text: string, more: JsonObject = {}) => json({ message: text, ...more }, status);

export const enrol = limited((request, world, caller) => {
  const data = jsonOf(request);
  if (data === null) return detail(400, 'JSON parse error');
  const details = data.course_details as { readonly course_id?: unknown } | undefined;
  const courseId = typeof details?.course_id === 'string' ? details.course_id : '';
  if (courseId === '') return message(400, 'Course ID must be specified to create a new enrollment.');
  if (readCourseKey(courseId) === null) return message(400, `No course '${courseId}' found for enrollment`);
  const mode = typeof data.mode === 'string' ? data.mode : null;
  const username = typeof data.user === 'string' && data.user !== '' ? data.user : caller.account.username;
  const privileged = isStaff(caller) || hasApiKey(request, world);
  // 404, not 403: nobody learns from the difference who is enrolled where.
  if (username !== caller.account.username && !privileged) return nothingThere();
  if (mode !== null && mode !== 'audit' && mode !== 'honor' && !privileged) {
    return message(403, `User does not have permission to create enrollment with mode [${mode}].`);
  }
  const account = world.accounts.named(username);
  if (account === null) return message(406, `The user ${username} does not exist.`);
  const isActive = data.is_active ?? null;
  if (isActive !== null && typeof isActive !== 'boolean') {
    return message(400, `'${String(isActive)}' is an invalid enrollment activation status.`);
  }
  const force = data.force_enrollment ?? false;
  if (typeof force !== 'boolean') return message(400, `'${String(force)}' is an invalid force enrollment status.`);
  const course = world.courses.get(courseId);
  if (course === undefined) return message(400, `No course '${courseId}' found for enrollment`);
  return carryOut({ account, course, mode, isActive, force: force && isStaff(caller), privileged }, world);
});

interface Wish {
  readonly account: Account;
  readonly course: Course;
  readonly mode: string | null;
  readonly isActive: boolean | null;
  readonly force: boolean;
  readonly privileged: boolean;
}

function carryOut(wish: Wish, world: World): Response {
  const { account, course, mode, isActive, force, privileged } = wish;
  const { username } = account;
  const found = world.enrollment(username, course.id);
  const wanted = mode ?? found?.mode ?? course.modes[0]?.mode_slug ?? 'audit';
  const modeChanges = found !== null && mode !== null && mode !== found.mode;
  const activityChanges = found !== null && isActive !== null && isActive !== found.isActive;
  const available = course.modes.some(
    (one) =>
      one.mode_slug === wanted &&
      (force || one.expiration_datetime === null || Date.parse(one.expiration_datetime) > world.now()),
  );
  const unavailable = () =>
    message(400, `The [${wanted}] course mode is expired or otherwise unavailable for course run [${course.id}].`, {
      course_details: courseDetails(course),
    });
  if (found !== null && privileged && (modeChanges || activityChanges)) {
    if (modeChanges && activityChanges && isActive === false) {
      return message(
        400,
        `Enrollment mode mismatch: active mode=${found.mode}, requested mode=${mode}. Won't deactivate.`,
      );
    }
    if (modeChanges && !available) return unavailable();
    return json(shown(world.enrol(username, course.id, wanted, isActive ?? found.isActive), world));
  }
  if (!available) return unavailable();
  // Whoever is in already stays as they are.
  if (found?.isActive === true && !force) return json(shown(found, world));
  if (!force && !isOpen(course, world)) {
    return message(
      400,
      `An error occurred while creating the new course enrollment for user '${username}' in course '${course.id}'`,
    );
  }
  return json(shown(world.enrol(username, course.id, wanted, isActive ?? true), world));
}

export function isOpen(
  { enrollment_start: start, enrollment_end: end, invitation_only: invited }: Course,
  world: World,
): boolean {
  const begun = start === null || Date.parse(start) <= world.now();
  const over = end !== null && Date.parse(end) <= world.now();
  return begun && !over && !invited;
}
