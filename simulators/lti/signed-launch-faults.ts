/**
 * What a tool must refuse of a launch by LTI 1.1, and what it must bear, as orders to the campus: the cases of lti.md §6 that are the
 * platform's doing.
 *
 * Each changes one thing of a launch that is right otherwise.
 */

import type { FieldFault, SignedFormFault } from './misbehaviour.ts';

export interface SignedLaunchFault {
  /** The number in lti.md §6. */
  readonly case: number;
  readonly what: string;
  readonly how: SignedFormFault | FieldFault;
  /** `no-person`: a launch that is right and says of nobody who it is. */
  readonly outcome: 'refused' | 'accepted' | 'no-person';
}

type Named = readonly [what: string, how: SignedLaunchFault['how']];

const signed = (name: string, value: string | null): SignedFormFault => ({ kind: 'signed-field', name, value });
const changed = (name: string, value: string | null): FieldFault => ({ kind: 'field', name, value });
const seconds = (count: number): SignedFormFault => ({ kind: 'timestamp', seconds: count });

function faults(
  number: number,
  outcome: SignedLaunchFault['outcome'],
  list: readonly Named[],
): readonly SignedLaunchFault[] {
  return list.map(([what, how]) => ({ case: number, what, how, outcome }));
}

export const signedLaunchFaults: readonly SignedLaunchFault[] = [
  ...faults(1, 'refused', [
    ['a changed parameter', changed('user_id', 'otra')],
    ['an added parameter', changed('custom_nuevo', 'x')],
    ['a parameter that was taken away', changed('context_label', null)],
    ['another secret', { kind: 'secret', secret: 'otro' }],
  ]),
  ...faults(4, 'accepted', [['line breaks of forms', signed('resource_link_description', 'uno\r\ndos')]]),
  ...faults(8, 'refused', [
    ['user_id twice', { kind: 'signed-field-twice', name: 'user_id', value: 'otra' }],
    ['roles twice', { kind: 'signed-field-twice', name: 'roles', value: 'Instructor' }],
    [
      'an e-mail address twice',
      { kind: 'signed-field-twice', name: 'lis_person_contact_email_primary', value: 'a@b.example' },
    ],
  ]),
  ...faults(10, 'refused', [
    ['signed for another host', { kind: 'address', address: 'https://evil.example/lti/1.1/launch' }],
  ]),
  ...faults(12, 'accepted', [
    ['299 seconds old', seconds(-299)],
    ['299 seconds ahead', seconds(299)],
  ]),
  ...faults(12, 'refused', [
    ['301 seconds old', seconds(-301)],
    ['301 seconds ahead', seconds(301)],
  ]),
  ...faults(
    13,
    'refused',
    [' 170000000', '1.7e9', '170000000', '17000000000', '1700000000000', '', 'ahora'].map(
      (text): Named => [`the time "${text}"`, signed('oauth_timestamp', text)],
    ),
  ),
  ...faults(14, 'refused', [['a launch that was sent before', { kind: 'replayed' }]]),
  ...faults(
    17,
    'refused',
    ['PLAINTEXT', 'RSA-SHA1', 'hmac-sha1', '', 'HMAC-SHA512'].map(
      (method): Named => [`the method "${method}"`, signed('oauth_signature_method', method)],
    ),
  ),
  ...faults(17, 'refused', [['no method', signed('oauth_signature_method', null)]]),
  ...faults(18, 'refused', [
    ['a token', signed('oauth_token', 'x')],
    ['an empty token', signed('oauth_token', '')],
    ['another version', signed('oauth_version', '2.0')],
    ['two nonces', { kind: 'signed-field-twice', name: 'oauth_nonce', value: 'x' }],
    ['no nonce', signed('oauth_nonce', null)],
    ['no key', signed('oauth_consumer_key', null)],
  ]),
  ...faults(
    19,
    'refused',
    ['', 'abc', '!!!', 'ñandú', 'x'.repeat(5_000), 'djosJKDKJSD8743243/jdk33klY='].map(
      (signature): Named => [`the signature "${signature.slice(0, 20)}"`, changed('oauth_signature', signature)],
    ),
  ),
  ...faults(19, 'refused', [
    ['no signature', changed('oauth_signature', null)],
    ['two signatures', { kind: 'field-twice', name: 'oauth_signature', value: 'x' }],
  ]),
  ...faults(20, 'refused', [
    ['multipart', { kind: 'encoding', type: 'multipart/form-data' }],
    ['plain text', { kind: 'encoding', type: 'text/plain' }],
  ]),
  ...faults(21, 'refused', [
    ['a secret that was not encoded', { kind: 'signing-fault', fault: 'raw-secret' }],
    ['a key without its last &', { kind: 'signing-fault', fault: 'no-final-ampersand' }],
  ]),
  ...faults(23, 'refused', [['an unknown key', signed('oauth_consumer_key', 'de-nadie')]]),
  ...faults(25, 'accepted', [['the guid of another campus', signed('tool_consumer_instance_guid', 'otro.example')]]),
  ...faults(26, 'no-person', [
    ['no user_id', signed('user_id', null)],
    ['an empty user_id', signed('user_id', '')],
    ['a user_id of spaces', signed('user_id', '  ')],
  ]),
  ...faults(27, 'refused', [['a value of two million letters', signed('custom_x', 'x'.repeat(2_000_000))]]),
  // §2.1: what the specification requires beside the signature.
  ...faults(26, 'refused', [
    ['no message type', signed('lti_message_type', null)],
    ['another message type', signed('lti_message_type', 'otro')],
    ['no version', signed('lti_version', null)],
    ['version 2', signed('lti_version', 'LTI-2p0')],
    ['no resource link', signed('resource_link_id', null)],
    ['an empty resource link', signed('resource_link_id', '')],
  ]),
];
