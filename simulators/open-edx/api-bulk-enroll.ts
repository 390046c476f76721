/**
 * Enrolment in bulk: many people, many course runs, one call of staff.
 */

import type { JsonObject } from '../../src/model.ts';
import { forbidden, json } from './answers.ts';
import { authenticated, isStaff } from './caller.ts';
import { dataOf } from './incoming.ts';
import { missingPage } from './pages.ts';
import type { World } from './world.ts';

/** Exists only where `ENABLE_BULK_ENROLLMENT_VIEW` is on. */
export const bulkEnrol = authenticated((request, world, caller) => {
  if (!world.settings.ENABLE_BULK_ENROLLMENT_VIEW) return missingPage(request, 'Not Found');
  if (!isStaff(caller) || caller.by === 'session') return forbidden();
  const data = dataOf(request) ?? {};
  const [courses, identifiers] = [listOf(data.courses), listOf(data.identifiers)];
  const action = String(data.action);
  const faults = {
    ...(action === 'enroll' || action === 'unenroll' ? {} : { action: [`"${action}" is not a valid choice.`] }),
    ...(courses.length > 0 ? {} : { courses: ['This field is required.'] }),
    ...(identifiers.length > 0 ? {} : { identifiers: ['This field is required.'] }),
  };
  if (Object.keys(faults).length > 0) return json(faults, 400);
  const unknown = courses.find((id) => !world.courses.has(id));
  if (unknown !== undefined) return json({ courses: [`Course key not found: ${unknown}`] }, 400);
  const flags = { auto_enroll: isOn(data.auto_enroll), email_students: isOn(data.email_students) };
  const done = courses.map((id) => {
    const results = identifiers.map((identifier) => enrolOne(identifier, id, action === 'enroll', world));
    return [id, { action, results, ...flags }] as const;
  });
  return json({ action, courses: Object.fromEntries(done), ...flags });
}, 'refused');

/** Of texts between commas. */
function listOf(value: unknown): readonly string[] {
  const texts = String(value ?? '').split(',');
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** In JSON, or in a form. */
const isOn = (value: unknown) => value === true || value === 'true';

function enrolOne(identifier: string, courseId: string, enrols: boolean, world: World): JsonObject {
  const account = world.accounts.named(identifier) ?? world.accounts.withEmail(identifier)[0] ?? null;
  if (account === null) return { identifier, invalidIdentifier: true };
  const before = world.enrollment(account.username, courseId)?.isActive ?? false;
  const course = world.courses.get(courseId);
  world.enrol(account.username, courseId, course?.modes[0]?.mode_slug ?? 'audit', enrols);
  return { identifier, before: { enrollment: before }, after: { enrollment: enrols } };
}
