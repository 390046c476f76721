/**
 * Reading claims of a verified LTI 1.3 token: what is missing or null is nothing, and a wrong type is refused (lti.md §3.5 step 17).
 */
import { SignInError } from '../errors.ts';
import { isList, isObject, memberOf } from '../json.ts';
import type { JsonObject } from '../model.ts';

const PREFIX = 'https://purl.imsglobal.org/spec/lti';

/** The full names of the claims that are read (lti.md §3.6). */
export const claim = {
  version: `${PREFIX}/claim/version`,
  messageType: `${PREFIX}/claim/message_type`,
  deploymentId: `${PREFIX}/claim/deployment_id`,
  targetLinkUri: `${PREFIX}/claim/target_link_uri`,
  roles: `${PREFIX}/claim/roles`,
  resourceLink: `${PREFIX}/claim/resource_link`,
  context: `${PREFIX}/claim/context`,
  presentation: `${PREFIX}/claim/launch_presentation`,
  lis: `${PREFIX}/claim/lis`,
  custom: `${PREFIX}/claim/custom`,
  legacy: `${PREFIX}/claim/lti1p1`,
  forUser: `${PREFIX}/claim/for_user`,
  deepLinking: `${PREFIX}-dl/claim/deep_linking_settings`,
  grades: `${PREFIX}-ags/claim/endpoint`,
  memberships: `${PREFIX}-nrps/claim/namesroleservice`,
  contentItems: `${PREFIX}-dl/claim/content_items`,
  data: `${PREFIX}-dl/claim/data`,
} as const;

/** Null where it was not sent, is null or has nothing in it. */
export function textIn(object: JsonObject | null, name: string): string | null {
  const value = object === null ? null : (memberOf(object, name) ?? null);
  if (value === null) return null;
  if (typeof value !== 'string' || value.includes('\0')) throw wrong(name, 'a text');
  return value.trim() === '' ? null : value;
}

/** lti.md §3.1, §3.5: up to 255 characters of ASCII. */
export function idIn(object: JsonObject | null, name: string): string | null {
  const value = textIn(object, name);
  if (value !== null && !/^[ -~]{1,255}$/.test(value)) throw wrong(name, 'an identifier');
  return value;
}

export function objectIn(object: JsonObject, name: string): JsonObject | null {
  const value = memberOf(object, name) ?? null;
  if (value === null) return null;
  if (!isObject(value)) throw wrong(name, 'an object');
  return value;
}

/** Null where it was not sent, which is not the same as an empty list. */
export function textsIn(object: JsonObject, name: string): readonly string[] | null {
  const value = memberOf(object, name) ?? null;
  if (value === null) return null;
  if (!isList(value)) throw wrong(name, 'a list');
  return value.map((item) => {
    if (typeof item !== 'string') throw wrong(name, 'a list of texts');
    return item;
  });
}

function wrong(name: string, what: string): SignInError {
  return new SignInError('lti_launch_malformed', `${name} is not ${what}`);
}
