/**
 * A launch by LTI 1.1 (lti.md §2.1, §2.2): the parameters that the product sends, and their signature.
 */

import { createHmac } from 'node:crypto';
import { baseString, escaped, hmacSignature, type Pairs } from '../shared/oauth1-signing.ts';
import type { Course, Link } from './course.ts';
import { type LaunchForm, spoilFields, urlEncoded } from './form-page.ts';
import { roleOf } from './launch.ts';
import { concernsFields, concernsSignedForm, type SignedFormFault } from './misbehaviour.ts';
import type { Person } from './person.ts';
import type { Tool11 } from './tool.ts';
import type { World } from './world.ts';

export interface Launch11 {
  readonly tool: Tool11;
  readonly person: Person;
  readonly course: Course;
  readonly link: Link;
}

export function launchForm(launch: Launch11, world: World): LaunchForm {
  const { tool, link } = launch;
  const how = world.orders.take('launch-1-1', concernsSignedForm);
  const onTheWay = world.orders.take('launch-1-1', concernsFields);
  const action = link.target ?? tool.launchAddress;
  const before = world.lastSent.get(tool.consumerKey)?.form ?? [];
  const signed = how?.kind === 'replayed' ? before : signedFields(launch, action, how, world);
  world.remember(tool.consumerKey, { form: signed });
  const encoding = how?.kind === 'encoding' ? how.type : urlEncoded;
  return { action, fields: spoilFields(onTheWay, signed), encoding };
}

function signedFields(launch: Launch11, action: string, how: SignedFormFault | null, world: World): Pairs {
  const { tool } = launch;
  const shift = how?.kind === 'timestamp' ? how.seconds : 0;
  const protocol: Pairs = [
    ['oauth_consumer_key', tool.consumerKey],
    ['oauth_signature_method', tool.signatureMethod],
    ['oauth_timestamp', String(world.seconds + shift)],
    ['oauth_nonce', world.opaque()],
    ['oauth_version', '1.0'],
    ...(world.product.v11.sendsCallback ? ([['oauth_callback', 'about:blank']] as const) : []),
  ];
  const fields = changed(how, [...parameters(launch, world), ...protocol]);
  const address = new URL(how?.kind === 'address' ? how.address : action);
  const signature = sign({ address, fields, how, tool });
  return [...fields, ['oauth_signature', signature]];
}

function changed(how: SignedFormFault | null, fields: Pairs): Pairs {
  if (how?.kind === 'signed-field') return spoilFields({ kind: 'field', name: how.name, value: how.value }, fields);
  if (how?.kind === 'signed-field-twice') return [...fields, [how.name, how.value]];
  return fields;
}

interface Signing {
  readonly address: URL;
  readonly fields: Pairs;
  readonly how: SignedFormFault | null;
  readonly tool: Tool11;
}

/** What is in the query of the address is signed with the rest. */
function sign({ address, fields, how, tool }: Signing): string {
  const pairs = [...new URLSearchParams(address.search), ...fields];
  const secret = how?.kind === 'secret' ? how.secret : tool.secret;
  const hash = tool.signatureMethod === 'HMAC-SHA256' ? 'sha256' : 'sha1';
  // `URL` writes scheme and host in lower case and leaves out the port of the scheme, as RFC 5849 §3.4.1.2 wants it.
  const place = `${address.protocol}//${address.host}${address.pathname}`;
  if (how?.kind === 'signing-fault') return wronglySigned(how.fault, place, pairs, hash, secret);
  return hmacSignature(hash, baseString('POST', place, pairs), secret, '');
}

type Fault = Extract<SignedFormFault, { kind: 'signing-fault' }>['fault'];

/** What signing libraries do wrong (lti.md §2.3, §2.5). */
function wronglySigned(fault: Fault, address: string, pairs: Pairs, hash: 'sha1' | 'sha256', secret: string): string {
  const right = baseString('POST', address, pairs);
  const hmac = (key: string, base: string) => createHmac(hash, key).update(base).digest('base64');
  const formEncoded = (text: string) => new URLSearchParams([['', text]]).toString().slice(1);
  switch (fault) {
    case 'raw-secret':
      return hmac(`${secret}&`, right);
    case 'no-final-ampersand':
      return hmac(escaped(secret), right);
    case 'encode-uri-component':
      return hmac(`${encodeURIComponent(secret)}&`, baseOf(address, pairs, encodeURIComponent));
    case 'form-encoder':
      return hmac(`${escaped(secret)}&`, baseOf(address, pairs, formEncoded));
    case 'sorted-joined': {
      const joined = pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).toSorted();
      return hmac(`${escaped(secret)}&`, ['POST', escaped(address), escaped(joined.join('&'))].join('&'));
    }
  }
}

function baseOf(address: string, pairs: Pairs, encode: (text: string) => string): string {
  const encoded = pairs.map(([name, value]) => [encode(name), encode(value)] as const);
  encoded.sort(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1));
  return ['POST', address, encoded.map(([name, value]) => `${name}=${value}`).join('&')].map(encode).join('&');
}

function parameters(launch: Launch11, world: World): Pairs {
  const { person, course, link } = launch;
  const { v11, family } = world.product;
  const role = roleOf(person, course);
  const host = new URL(world.base).host;
  return [
    ['lti_message_type', 'basic-lti-launch-request'],
    ['lti_version', 'LTI-1p0'],
    ['resource_link_id', `${course.slug}.${link.slug}`],
    ['resource_link_title', link.title],
    ['context_id', course.slug],
    ['context_label', course.label],
    ['context_title', course.title],
    ['context_type', 'CourseSection'],
    ...personFields(launch, world),
    ['roles', role === null ? '' : v11.roles(role)],
    ['launch_presentation_document_target', 'iframe'],
    ['launch_presentation_locale', 'es-MX'],
    ['launch_presentation_return_url', v11.returnUrlIsEmpty ? '' : `${world.base}/courses/${course.slug}`],
    ['tool_consumer_info_product_family_code', family],
    ['tool_consumer_info_version', '1'],
    ...(v11.sendsGuid ? ([['tool_consumer_instance_guid', host]] as const) : []),
    ['tool_consumer_instance_name', 'Campus Tezontle'],
    ...customFields(link),
    ...outcomeFields(launch, world),
  ];
}

function personFields({ person, course }: Launch11, world: World): Pairs {
  const userId = world.userIdOf(person, course);
  const { sharing, sourcedId, email } = person;
  const name: Pairs = [
    ['lis_person_name_full', `${person.given} ${person.family}`],
    ['lis_person_name_given', person.given],
    ['lis_person_name_family', person.family],
  ];
  const institution = world.product.v11.sourcedIdIsUsername ? person.username : sourcedId;
  return [
    ...(userId === null ? [] : ([['user_id', userId]] as const)),
    ...(sharing === 'everything' || sharing === 'name' ? name : []),
    ...((sharing === 'everything' || sharing === 'email') && email !== null
      ? ([['lis_person_contact_email_primary', email]] as const)
      : []),
    ...(sharing === 'everything' && institution !== null ? ([['lis_person_sourcedid', institution]] as const) : []),
  ];
}

/** Names are lower-cased and everything odd in them becomes `_` (lti.md §2.1). */
function customFields({ custom }: Link): Pairs {
  return Object.entries(custom).map(
    ([name, value]) => [`custom_${name.toLowerCase().replaceAll(/[^a-z0-9]/g, '_')}`, value] as const,
  );
}

function outcomeFields({ tool, person, course, link }: Launch11, world: World): Pairs {
  const item = world.grades.ofLink(course.slug, link, tool.consumerKey);
  if (item === null || course.members[person.slug] !== 'learner') return [];
  return [
    ['lis_outcome_service_url', `${world.base}/lti/outcomes`],
    ['lis_result_sourcedid', sourcedIdOf(item.id, person.slug)],
  ];
}

/** With signs that XML must escape. */
export function sourcedIdOf(item: string, person: string): string {
  return JSON.stringify({ item, person, '<&>': "'" });
}
