/**
 * What happens when somebody presses a link of the campus: a login initiation (lti.md §3.2), or in 1.1 a signed form.
 */

import type { Course, Link } from './course.ts';
import { formPage, spoilFields, urlEncoded } from './form-page.ts';
import { beginLaunch, type Message, roleOf } from './launch.ts';
import { launchForm } from './launch-1-1.ts';
import { refusedPage } from './layout.ts';
import { concernsFields } from './misbehaviour.ts';
import type { Person } from './person.ts';
import { sessionOf } from './sessions.ts';
import type { Tool13 } from './tool.ts';
import type { Incoming, World } from './world.ts';

type Found = { readonly person: Person; readonly course: Course };

/** The person and the course, or the page that says why not. */
function enter(request: Incoming, world: World): Found | Response {
  const course = world.courses.get(request.parts.course ?? '');
  if (course === undefined) return refusedPage(request, world, 404, 'there is no such course');
  const person = sessionOf(request, world);
  if (person === null || roleOf(person, course) === null) {
    return refusedPage(request, world, 403, 'nobody is signed in who is in this course');
  }
  return { person, course };
}

const linkOf = (course: Course, request: Incoming): Link | null =>
  course.links.find(({ slug }) => slug === request.parts.link) ?? null;

export function openLink(request: Incoming, world: World): Response {
  const found = enter(request, world);
  if (found instanceof Response) return found;
  const link = linkOf(found.course, request);
  const tool = world.tools.get(link?.tool ?? '');
  if (link === null || tool === undefined) return refusedPage(request, world, 404, 'there is no such link');
  if (tool.version === '1.1') {
    return formPage(request, launchForm({ tool, person: found.person, course: found.course, link }, world), world);
  }
  return initiate(request, tool, found.person, { kind: 'resource-link', course: found.course, link }, world);
}

export function reviewSubmission(request: Incoming, world: World): Response {
  const found = enter(request, world);
  if (found instanceof Response) return found;
  const link = linkOf(found.course, request);
  const tool = world.tools.get(link?.tool ?? '');
  const forUser = world.people.get(request.parts.person ?? '');
  if (link === null || !link.isGraded || tool?.version !== '1.3' || forUser === undefined) {
    return refusedPage(request, world, 404, 'there is no such submission');
  }
  const message = { kind: 'submission-review', course: found.course, link, forUser } as const;
  return initiate(request, tool, found.person, message, world);
}

export function addActivity(request: Incoming, world: World): Response {
  const found = enter(request, world);
  if (found instanceof Response) return found;
  const tool = world.tools.get(request.parts.tool ?? '');
  if (tool?.version !== '1.3') return refusedPage(request, world, 404, 'there is no such tool');
  // Open edX §4, and sense: a learner who adds activities writes the course.
  if (!mayTeach(found)) return refusedPage(request, world, 403, 'only teachers add activities');
  return initiate(request, tool, found.person, { kind: 'deep-linking', course: found.course }, world);
}

/** The administration asks a tool what it has of somebody. */
export function askAboutData(request: Incoming, world: World): Response {
  const person = sessionOf(request, world);
  const tool = world.tools.get(request.parts.tool ?? '');
  const forUser = world.people.get(request.parts.person ?? '');
  if (person?.isAdministrator !== true) return refusedPage(request, world, 403, 'only the administration asks this');
  if (tool?.version !== '1.3' || forUser === undefined)
    return refusedPage(request, world, 404, 'there is no such tool');
  return initiate(request, tool, person, { kind: 'data-privacy', forUser }, world);
}

export function mayTeach({ person, course }: Found): boolean {
  const role = roleOf(person, course);
  return role !== null && role !== 'learner' && role !== 'mentor';
}

function initiate(request: Incoming, tool: Tool13, person: Person, message: Message, world: World): Response {
  const { initiation, storageTarget } = world.product;
  const launch = beginLaunch(tool, person, message, world);
  const optional = {
    ...(initiation.namesClient ? { client_id: tool.clientId } : {}),
    ...(initiation.namesDeployment ? { lti_deployment_id: tool.deploymentId } : {}),
    ...(storageTarget === null ? {} : { lti_storage_target: storageTarget }),
    ...initiation.extras,
  };
  const parameters = Object.entries({
    iss: world.issuer,
    target_link_uri: launch.target,
    login_hint: launch.loginHint,
    lti_message_hint: launch.messageHint,
    ...optional,
  });
  const fields = spoilFields(world.orders.take('initiate', concernsFields), parameters);
  if (initiation.method === 'POST')
    return formPage(request, { action: tool.loginAddress, fields, encoding: urlEncoded }, world);
  const query = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));
  const location = `${tool.loginAddress}${tool.loginAddress.includes('?') ? '&' : '?'}${query}`;
  return new Response(null, { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' } });
}
