/**
 * What a launch says (lti.md §3.6): the claims of its ID token, as the product of the campus writes them.
 */

import { createHmac } from 'node:crypto';
import type { Json, JsonObject } from '../../src/model.ts';
import type { Course } from './course.ts';
import { courseOf, type Launch, type Message, roleOf } from './launch.ts';
import type { Person } from './person.ts';
import { testUserRole } from './roles.ts';
import { scopes, type Tool13 } from './tool.ts';
import type { World } from './world.ts';

export const claimOf = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
const deepLinkingSettings = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const gradesEndpoint = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const membershipsService = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';

export const messageTypes: { readonly [kind in Message['kind']]: string } = {
  'resource-link': 'LtiResourceLinkRequest',
  'deep-linking': 'LtiDeepLinkingRequest',
  'submission-review': 'LtiSubmissionReviewRequest',
  'data-privacy': 'DataPrivacyLaunchRequest',
};

export function claimsOf(launch: Launch, nonce: string, world: World): JsonObject {
  const { tool, person, message } = launch;
  const { idToken } = world.product;
  const course = courseOf(message);
  const issuedAt = idToken.isDatedByInitiation ? Math.floor(launch.startedAt / 1000) : world.seconds;
  const subject = world.subjectOf(person, course);
  const protocol = {
    iss: world.issuer,
    aud: tool.clientId,
    ...(idToken.azp ? { azp: tool.clientId } : {}),
    ...(subject === null ? {} : { sub: subject }),
    iat: issuedAt,
    ...(idToken.nbf ? { nbf: issuedAt } : {}),
    exp: issuedAt + idToken.lifetime,
    nonce,
  };
  return {
    ...protocol,
    [claimOf('version')]: '1.3.0',
    [claimOf('message_type')]: messageTypes[message.kind],
    [claimOf('deployment_id')]: tool.deploymentId,
    [claimOf('target_link_uri')]: launch.target,
    [claimOf('roles')]: rolesOf(person, course, world),
    ...personalClaims(person, world),
    [claimOf('tool_platform')]: platformClaim(world),
    ...presentation(course, world),
    ...messageClaims(launch, world),
    ...(course === null ? {} : courseClaims(course, launch, world)),
    ...legacyClaims(launch, protocol.exp, nonce, world),
    ...idToken.extras,
  };
}

function rolesOf(person: Person, course: Course | null, { product }: World): readonly string[] {
  const role = roleOf(person, course);
  return [...(role === null ? [] : product.idToken.roles(role)), ...(person.isTestUser ? [testUserRole] : [])];
}

function personalClaims(person: Person, { product }: World): JsonObject {
  const names: JsonObject = product.idToken.nameParts
    ? { name: `${person.given} ${person.family}`, given_name: person.given, family_name: person.family }
    : { name: `${person.given} ${person.family}` };
  const { sharing } = person;
  return {
    ...(sharing === 'everything' || sharing === 'name' ? names : {}),
    ...((sharing === 'everything' || sharing === 'email') && person.email !== null ? { email: person.email } : {}),
    ...(sharing === 'nothing' ? {} : { locale: 'es-MX' }),
  };
}

function platformClaim({ base, product }: World): JsonObject {
  return {
    guid: new URL(base).host,
    name: 'Campus Tezontle',
    product_family_code: product.family,
    version: '1',
    url: base,
  };
}

function presentation(course: Course | null, { base }: World): JsonObject {
  const returnUrl = course === null ? `${base}/` : `${base}/courses/${course.slug}`;
  return { [claimOf('launch_presentation')]: { document_target: 'iframe', return_url: returnUrl, locale: 'es-MX' } };
}

function courseClaims(course: Course, { person, tool }: Launch, world: World): JsonObject {
  const { idToken } = world.product;
  const isKnown = person.sourcedId !== null && person.sharing === 'everything';
  return {
    [claimOf('context')]: { id: course.slug, label: course.label, title: course.title, type: [idToken.contextType] },
    ...(isKnown
      ? { [claimOf('lis')]: { person_sourcedid: person.sourcedId, course_section_sourcedid: course.label } }
      : {}),
    ...(tool.scopes.includes(scopes.memberships) ? { [membershipsService]: memberships(course, world) } : {}),
  };
}

const memberships = ({ slug }: Course, { base }: World): JsonObject => ({
  context_memberships_url: `${base}/lti/courses/${slug}/memberships`,
  service_versions: ['2.0'],
});

function messageClaims(launch: Launch, world: World): JsonObject {
  const { message } = launch;
  switch (message.kind) {
    case 'resource-link':
      return { ...linkClaims(message, launch.tool, world) };
    case 'submission-review':
      return { ...linkClaims(message, launch.tool, world), ...forUser(message.forUser, message.course, world) };
    case 'data-privacy':
      return forUser(message.forUser, null, world);
    case 'deep-linking':
      return { [deepLinkingSettings]: deepLinking(launch, world) };
  }
}

function linkClaims(
  { course, link }: Extract<Message, { kind: 'resource-link' | 'submission-review' }>,
  tool: Tool13,
  world: World,
): JsonObject {
  const { idToken, services } = world.product;
  const item = world.grades.ofLink(course.slug, link, tool.clientId);
  const lineItems = `${world.base}/lti/courses/${course.slug}/line-items`;
  const gradeScopes = tool.scopes.filter((scope) => scope !== scopes.memberships);
  const isNumber = (value: string) => idToken.customNumbers && /^\d+$/.test(value);
  return {
    [claimOf('resource_link')]: { id: `${course.slug}.${link.slug}`, title: link.title },
    [claimOf('custom')]: Object.fromEntries(
      Object.entries(link.custom).map(([name, value]): [string, Json] => [
        name,
        isNumber(value) ? Number(value) : value,
      ]),
    ),
    ...(gradeScopes.length === 0
      ? {}
      : {
          [gradesEndpoint]: {
            scope: services.claimsOnlyLineItemScope ? [scopes.lineItem] : gradeScopes,
            lineitems: `${lineItems}${services.lineItemQuery}`,
            ...(item === null ? {} : { lineitem: `${lineItems}/${item.id}${services.lineItemQuery}` }),
          },
        }),
  };
}

function forUser(person: Person, course: Course | null, world: World): JsonObject {
  return { [claimOf('for_user')]: { user_id: world.subjectOf(person, course) ?? '', name: person.name } };
}

function deepLinking(launch: Launch, world: World): JsonObject {
  const { acceptTypes, multiple, sendsData } = world.product.deepLinking;
  return {
    deep_link_return_url: `${world.base}/lti/deep-links?launch=${encodeURIComponent(launch.messageHint)}`,
    accept_types: [...acceptTypes],
    accept_presentation_document_targets: ['iframe', 'window'],
    accept_multiple: multiple,
    ...(sendsData ? { data: launch.data } : {}),
  };
}

/** Who the same person was by 1.1, signed with the secret of then: neither encoded nor ended by `&` (lti.md §3.15). */
function legacyClaims({ tool, person, message }: Launch, expiry: number, nonce: string, world: World): JsonObject {
  const userId = world.userIdOf(person, courseOf(message));
  if (userId === null) return {};
  const topLevel = world.product.idToken.legacyUserId ? { [claimOf('lti11_legacy_user_id')]: userId } : {};
  if (tool.legacy === null) return topLevel;
  const { consumerKey, secret } = tool.legacy;
  const text = [consumerKey, tool.deploymentId, world.issuer, tool.clientId, expiry, nonce].join('&');
  return {
    ...topLevel,
    [claimOf('lti1p1')]: {
      oauth_consumer_key: consumerKey,
      oauth_consumer_key_sign: createHmac('sha256', secret).update(text).digest('base64'),
      user_id: userId,
    },
  };
}
