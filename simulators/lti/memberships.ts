/**
 * Names and Role Provisioning (lti.md §3.12): who is in a course, a page at a time.
 */

import type { JsonObject } from '../../src/model.ts';
import { accepts, answer, pageOf, refuse } from './answers.ts';
import type { Course, CourseRole } from './course.ts';
import type { Person } from './person.ts';
import { testUserRole } from './roles.ts';
import { callerOf } from './service-token.ts';
import { scopes } from './tool.ts';
import type { Incoming, World } from './world.ts';

const mediaType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';

export function memberships(request: Incoming, world: World): Response {
  const caller = callerOf(request, [scopes.memberships], world);
  if (caller instanceof Response) return caller;
  if (!accepts(request, mediaType)) return refuse(request, 406, `the answer would be ${mediaType}`, world);
  const course = world.courses.get(request.parts.course ?? '');
  if (course === undefined) return refuse(request, 404, 'there is no such course', world);
  const address = `${world.base}/lti/courses/${course.slug}/memberships`;
  const role = new URLSearchParams(request.query).get('role');
  const members = Object.entries(course.members)
    .flatMap(([slug, held]) => {
      const person = world.people.get(slug);
      return person === undefined ? [] : [member(person, held, course, world)];
    })
    .filter(({ roles }) => role === null || roles.some((each) => each === role || each.endsWith(`#${role}`)));
  const page = pageOf(members, request, world.product.services.membersPerPage, address);
  const context = { id: course.slug, label: course.label, title: course.title };
  return answer({ id: address, context, members: page.items }, mediaType, 200, page.headers);
}

function member(
  person: Person,
  role: CourseRole,
  course: Course,
  world: World,
): JsonObject & { readonly roles: readonly string[] } {
  const { sharing, email, sourcedId } = person;
  const names = { name: `${person.given} ${person.family}`, given_name: person.given, family_name: person.family };
  return {
    status: 'Active',
    user_id: world.subjectOf(person, course) ?? '',
    roles: [...world.product.idToken.roles(role), ...(person.isTestUser ? [testUserRole] : [])],
    ...(sharing === 'everything' || sharing === 'name' ? names : {}),
    ...((sharing === 'everything' || sharing === 'email') && email !== null ? { email } : {}),
    ...(sharing === 'everything' && sourcedId !== null ? { lis_person_sourcedid: sourcedId } : {}),
  };
}
