/**
 * What the parameters of a signed LTI 1.1 launch say (lti.md §2.1, §2.3).
 *
 * Read from the body alone: the query of a launch's address is signed too, but any teacher writes it. A parameter that is read here
 * and comes twice is refused, for whoever took the first would see another launch than whoever took the last.
 */
import { SignInError } from '../errors.ts';
import type { Parameter } from '../oauth1/encoding.ts';
import { addressOf } from './address.ts';
import { fewRoles } from './roles.ts';
import { subjectOf } from './subject.ts';
import type { LaunchFacts } from './verified-launch.ts';

/** Those about who it is and with which right: standing in the query as well, they would be somebody's attempt at it. */
const personal = /^(?:user_id|roles|role_scope_mentor|lis_.*|lti_.*|tool_consumer_.*|context_id|resource_link_id)$/;
/** What else is read. */
const descriptive = /^(?:custom_|context_|resource_link_|launch_presentation_)/;

/** lti.md §3.1: as long as the identifiers of 1.3. */
const LONGEST_ID = 255;

export type LaunchFacts11 = Omit<LaunchFacts, 'version' | 'registration'> & { readonly instanceGuid: string | null };

/** @throws SignInError lti_launch_malformed, lti_message_unsupported */
export function readParameters11(form: readonly Parameter[], query: readonly Parameter[]): LaunchFacts11 {
  const inAddress = query.find(([name]) => personal.test(name));
  if (inAddress !== undefined) throw malformed(`${nameForLog(inAddress[0])} stands in the address`);
  const values = new Map(form);
  const names = form.map(([name]) => name).filter((name) => personal.test(name) || descriptive.test(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw malformed(`${nameForLog(twice)} was sent twice`);
  const text = (name: string): string | null => {
    const value = values.get(name) ?? '';
    if (value.includes('\0')) throw malformed(`${name} cannot be stored`);
    return value.trim() === '' ? null : value;
  };
  const id = (name: string): string | null => {
    const value = text(name);
    if (value !== null && value.length > LONGEST_ID) throw malformed(`${name} is too long`);
    return value;
  };
  requireLaunch(text);
  const resourceLink = id('resource_link_id');
  if (resourceLink === null) throw malformed('resource_link_id is missing');
  const context = id('context_id');
  return {
    deploymentId: null,
    subject: subjectOf(id('user_id') ?? ''),
    message: 'resource-link',
    person: {
      fullName: text('lis_person_name_full'),
      givenName: text('lis_person_name_given'),
      familyName: text('lis_person_name_family'),
      email: text('lis_person_contact_email_primary'),
      locale: text('launch_presentation_locale'),
      sourcedId: id('lis_person_sourcedid'),
    },
    roles: rolesOf(values.get('roles') ?? ''),
    context: context === null ? null : { id: context, label: text('context_label'), title: text('context_title') },
    resourceLink: { id: resourceLink, title: text('resource_link_title') },
    target: addressOf(text('custom_target_link_uri')),
    custom: customOf(form),
    outcome: outcomeOf(text('lis_outcome_service_url'), text('lis_result_sourcedid')),
    grades: null,
    memberships: null,
    forUser: null,
    deepLinking: null,
    migratedFrom: null,
    returnUrl: addressOf(text('launch_presentation_return_url')),
    instanceGuid: text('tool_consumer_instance_guid'),
  };
}

function requireLaunch(text: (name: string) => string | null): void {
  const version = text('lti_version');
  if (version === null) throw malformed('lti_version is missing');
  if (version !== 'LTI-1p0') throw new SignInError('lti_message_unsupported', 'the lti_version is not LTI-1p0');
  const message = text('lti_message_type');
  if (message === null) throw malformed('lti_message_type is missing');
  if (message !== 'basic-lti-launch-request') {
    throw new SignInError('lti_message_unsupported', 'the lti_message_type is not basic-lti-launch-request');
  }
}

/** Order and case vary between products, and so they stay. */
function rolesOf(list: string): readonly string[] {
  const roles = list.split(',').map((role) => role.trim());
  return fewRoles(roles.filter((role) => role !== ''));
}

/** Own members only, also one that is called `__proto__`. */
function customOf(form: readonly Parameter[]): { readonly [name: string]: string } {
  const prefix = 'custom_';
  return Object.fromEntries(
    form.filter(([name]) => name.startsWith(prefix)).map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

function outcomeOf(address: string | null, sourcedId: string | null): LaunchFacts['outcome'] {
  const serviceUrl = addressOf(address);
  return serviceUrl === null || sourcedId === null ? null : { serviceUrl, sourcedId };
}

/** Anybody can write names: those of the specification are told, others are not. */
function nameForLog(name: string): string {
  return /^[a-z0-9_]{1,60}$/.test(name) ? name : 'a parameter';
}

function malformed(fault: string): SignInError {
  return new SignInError('lti_launch_malformed', fault);
}
