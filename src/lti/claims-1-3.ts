/**
 * What the claims of a verified LTI 1.3 token say (lti.md §3.5 steps 10 to 17, §3.6, §3.9).
 *
 * The signature, for whom and for when it is: all of that was checked before. Whom `for_user` names is somebody else: their id alone
 * is read, and never as who comes.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { SignInError } from '../errors.ts';
import { memberOf } from '../json.ts';
import type { JsonObject } from '../model.ts';
import { parseHref, parsePath } from '../pages/href.ts';
import { addressOf } from './address.ts';
import { claim, idIn, objectIn, textIn, textsIn } from './claims.ts';
import { fewRoles } from './roles.ts';
import { subjectOf, subjectWithin } from './subject.ts';
import type { LaunchFacts, LaunchMessage } from './verified-launch.ts';

const messages: ReadonlyMap<string, LaunchMessage> = new Map([
  ['LtiResourceLinkRequest', 'resource-link'],
  ['LtiDeepLinkingRequest', 'deep-linking'],
  ['LtiSubmissionReviewRequest', 'submission-review'],
  ['DataPrivacyLaunchRequest', 'data-privacy'],
]);

export type LaunchFacts13 = Omit<LaunchFacts, 'version' | 'registration' | 'migratedFrom'>;

/** @throws SignInError lti_launch_malformed, lti_launch_unverified, lti_deployment_unknown, lti_message_unsupported */
export function readClaims13(
  claims: JsonObject,
  platform: LtiPlatformDocument,
  expected: { readonly deploymentId: string | null },
): LaunchFacts13 {
  // Also what tells a launch from any other token of this issuer for this client (case 51).
  if (memberOf(claims, claim.version) !== '1.3.0') throw malformed('the version is not 1.3.0');
  const deploymentId = deploymentOf(claims, platform, expected.deploymentId);
  const message = messages.get(textIn(claims, claim.messageType) ?? '');
  if (message === undefined) throw new SignInError('lti_message_unsupported', 'the message type is none of ours');
  const context = objectIn(claims, claim.context);
  const contextId = idIn(context, 'id');
  if (context !== null && contextId === null) throw malformed('the context has no id');
  const resource = objectIn(claims, claim.resourceLink);
  const resourceId = idIn(resource, 'id');
  requireOfMessage(message, claims, { contextId, resourceId });
  const presentation = objectIn(claims, claim.presentation);
  return {
    deploymentId,
    message,
    subject: subjectIn(claims, platform, deploymentId),
    forUser: forUserIn(claims, message, platform, deploymentId),
    person: personIn(claims, presentation),
    roles: rolesIn(claims),
    context:
      contextId === null ? null : { id: contextId, label: textIn(context, 'label'), title: textIn(context, 'title') },
    resourceLink: resourceId === null ? null : { id: resourceId, title: textIn(resource, 'title') },
    target: targetIn(claims, message),
    custom: customIn(claims),
    outcome: null,
    grades: gradesIn(claims),
    memberships: addressOf(textIn(objectIn(claims, claim.memberships), 'context_memberships_url')),
    deepLinking: message === 'deep-linking' ? deepLinkingIn(claims) : null,
    returnUrl: addressOf(textIn(presentation, 'return_url')),
  };
}

/** Step 11: compared exactly, and none is taken on because a good signature brings it. */
function deploymentOf(claims: JsonObject, platform: LtiPlatformDocument, expected: string | null): string {
  const deploymentId = idIn(claims, claim.deploymentId);
  if (deploymentId === null) throw malformed('the deployment_id is missing');
  if (!platform.deployment_ids.includes(deploymentId)) throw new SignInError('lti_deployment_unknown', platform.slug);
  if (expected !== null && expected !== deploymentId) {
    throw new SignInError('lti_launch_unverified', 'the deployment is not the one that the login was begun for');
  }
  return deploymentId;
}

/** Step 14. Absent is anonymous; empty is not a way to say so. */
function subjectIn(claims: JsonObject, platform: LtiPlatformDocument, deploymentId: string): string | null {
  const sent = memberOf(claims, 'sub');
  if (sent === undefined) return null;
  if (typeof sent !== 'string' || !/^[ -~]{1,255}$/.test(sent)) throw malformed('sub is no identifier');
  return within(platform, deploymentId, subjectOf(sent));
}

function within(platform: LtiPlatformDocument, deploymentId: string, subject: string | null): string | null {
  if (subject === null || platform.subject_scope === 'platform') return subject;
  return subjectWithin(deploymentId, subject);
}

/** Case 52. Read for the two messages that are about somebody, and from no other. */
function forUserIn(
  claims: JsonObject,
  message: LaunchMessage,
  platform: LtiPlatformDocument,
  deploymentId: string,
): string | null {
  if (message !== 'submission-review' && message !== 'data-privacy') return null;
  const forUser = objectIn(claims, claim.forUser);
  // Some send `id` (lti.md §3.9).
  const sent = idIn(forUser, 'user_id') ?? idIn(forUser, 'id');
  return sent === null ? null : within(platform, deploymentId, subjectOf(sent));
}

function personIn(claims: JsonObject, presentation: JsonObject | null): LaunchFacts['person'] {
  return {
    fullName: textIn(claims, 'name'),
    givenName: textIn(claims, 'given_name'),
    familyName: textIn(claims, 'family_name'),
    email: textIn(claims, 'email'),
    locale: textIn(claims, 'locale') ?? textIn(presentation, 'locale'),
    sourcedId: idIn(objectIn(claims, claim.lis), 'person_sourcedid'),
  };
}

/** Step 15: an empty list says that there is no role, a missing one says nothing. */
function rolesIn(claims: JsonObject): readonly string[] {
  const roles = textsIn(claims, claim.roles);
  if (roles === null) throw malformed('roles is missing');
  return fewRoles(roles);
}

/** Step 13: the signed one, never the hint that the login was begun with. */
function targetIn(claims: JsonObject, message: LaunchMessage): string | null {
  const target = addressOf(textIn(claims, claim.targetLinkUri));
  if (target === null && message === 'resource-link') throw malformed('target_link_uri is no address');
  return target;
}

/** Step 16 and lti.md §3.9. */
function requireOfMessage(
  message: LaunchMessage,
  claims: JsonObject,
  { contextId, resourceId }: { readonly contextId: string | null; readonly resourceId: string | null },
): void {
  if (message === 'resource-link' && resourceId === null) throw malformed('resource_link has no id');
  const forUser = objectIn(claims, claim.forUser);
  if (message === 'submission-review') {
    if (textIn(forUser, 'user_id') === null) throw malformed('for_user is missing');
    if (textIn(objectIn(claims, claim.grades), 'lineitem') === null) throw malformed('lineitem is missing');
  }
  if (message === 'data-privacy') {
    if (forUser === null) throw malformed('for_user is missing');
    if (contextId !== null || resourceId !== null) throw malformed('a data privacy launch has no context');
  }
}

/** Some send numbers (Canvas). What is neither text nor number is not passed on. */
function customIn(claims: JsonObject): { readonly [name: string]: string } {
  const entries = Object.entries(objectIn(claims, claim.custom) ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)] as const] : [],
  );
  return Object.fromEntries(entries);
}

function gradesIn(claims: JsonObject): LaunchFacts['grades'] {
  const endpoint = objectIn(claims, claim.grades);
  if (endpoint === null) return null;
  const sub = memberOf(claims, 'sub');
  return {
    userId: typeof sub === 'string' ? sub : null,
    lineItem: addressOf(textIn(endpoint, 'lineitem')),
    lineItems: addressOf(textIn(endpoint, 'lineitems')),
    scopes: textsIn(endpoint, 'scope') ?? [],
  };
}

/** lti.md §3.11. */
function deepLinkingIn(claims: JsonObject): LaunchFacts['deepLinking'] {
  const settings = objectIn(claims, claim.deepLinking);
  if (settings === null) throw malformed('deep_linking_settings is missing');
  const returnUrl = addressOf(textIn(settings, 'deep_link_return_url'));
  // What is chosen is posted there with our signature, from a page of ours: no script, and nothing that others read on the way.
  if (returnUrl === null || parseHref(returnUrl) === null || parsePath(returnUrl) !== null) {
    throw malformed('deep_link_return_url is not https://');
  }
  const data = memberOf(settings, 'data') ?? null;
  if (data !== null && typeof data !== 'string') throw malformed('data is no text');
  const multiple = memberOf(settings, 'accept_multiple');
  const lineItem = memberOf(settings, 'accept_lineitem');
  return {
    returnUrl,
    // Sent back as it came, spaces and all.
    data,
    acceptTypes: textsIn(settings, 'accept_types') ?? [],
    // Some send the word.
    acceptMultiple: multiple === true || multiple === 'true',
    // Who does not say it leaves out what it does not take.
    acceptLineItem: lineItem !== false && lineItem !== 'false',
  };
}

function malformed(fault: string): SignInError {
  return new SignInError('lti_launch_malformed', fault);
}
