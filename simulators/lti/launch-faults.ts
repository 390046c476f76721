/**
 * What a tool must refuse of a launch by LTI 1.3, and what it must bear, as orders to the campus: the cases of lti.md §6 that are the
 * platform's doing.
 *
 * Each changes one thing of a launch that is right otherwise.
 */

import { claimOf } from './claims.ts';
import type { FieldFault, IdTokenFault } from './misbehaviour.ts';

export interface LaunchFault {
  /** The number in lti.md §6. */
  readonly case: number;
  readonly what: string;
  readonly how: IdTokenFault | FieldFault;
  /** `no-person`: a launch that is right and says of nobody who it is. */
  readonly outcome: 'refused' | 'accepted' | 'no-person';
}

type Named = readonly [what: string, how: IdTokenFault | FieldFault];

const claim = (name: string, value: unknown): IdTokenFault => ({ kind: 'claim', name, json: JSON.stringify(value) });
const without = (name: string): IdTokenFault => ({ kind: 'claim', name, json: null });
const lti = (name: string, value: unknown) => claim(claimOf(name), value);
const signer = (name: Extract<IdTokenFault, { kind: 'signed-by' }>['signer']): IdTokenFault => ({
  kind: 'signed-by',
  signer: name,
});

function faults(number: number, outcome: LaunchFault['outcome'], list: readonly Named[]): readonly LaunchFault[] {
  return list.map(([what, how]) => ({ case: number, what, how, outcome }));
}

const membership = 'http://purl.imsglobal.org/vocab/lis/v2/membership';

/** @param clientId of the tool that is launched */
export const launchFaults = (clientId: string): readonly LaunchFault[] => [
  ...faults(33, 'refused', [
    ['state of nobody', { kind: 'field', name: 'state', value: 'de-nadie' }],
    ['no state', { kind: 'field', name: 'state', value: null }],
    ['two states', { kind: 'field-twice', name: 'state', value: 'otro' }],
    ['two tokens', { kind: 'field-twice', name: 'id_token', value: 'otro' }],
    ['no token', { kind: 'field', name: 'id_token', value: null }],
    ['a token that is none', { kind: 'token', text: 'a.b' }],
    ['a token that is too large', { kind: 'padded', letters: 200_000 }],
  ]),
  ...faults(35, 'refused', [['a token that was sent before', { kind: 'replayed' }]]),
  ...faults(37, 'refused', [
    ['iss of another platform', claim('iss', 'https://otro.example')],
    ['iss with a slash more', claim('iss', 'https://otro.example/')],
    ['no iss', without('iss')],
  ]),
  ...faults(38, 'refused', [
    ['alg none', signer('alg-none')],
    ['alg None', signer('alg-None')],
    ['alg nOnE', signer('alg-nOnE')],
    ['alg none with a signature', signer('alg-none-with-signature')],
    ['no signature', signer('nobody')],
    ['the signature of another token', signer('another-token')],
    ['HS256 with the public key as PEM', signer('hmac-of-public-pem')],
    ['HS256 with the public key as JWK', signer('hmac-of-jwk')],
    ['a key in the header', signer('attacker-in-jwk')],
    ['the address of a key set in the header', signer('attacker-in-jku')],
    ['ES256 by a key that is not published', signer('elliptic')],
    ['no kid', { kind: 'header', name: 'kid', json: null }],
    ['a critical header', { kind: 'header', name: 'crit', json: '["x"]' }],
  ]),
  ...faults(39, 'refused', [['an unknown kid', signer('unpublished-key')]]),
  ...faults(42, 'accepted', [['aud as a list of one', claim('aud', [clientId])]]),
  ...faults(42, 'refused', [
    ['aud of two without azp', claim('aud', [clientId, 'otro'])],
    ['azp of another', claim('azp', 'otro')],
    ['no aud at all', claim('aud', [])],
    ['aud of another', claim('aud', `${clientId}X`)],
  ]),
  ...faults(43, 'accepted', [['expired within the leeway', { kind: 'time', name: 'exp', seconds: -30 }]]),
  ...faults(43, 'refused', [
    ['expired', { kind: 'time', name: 'exp', seconds: -120 }],
    ['of the future', { kind: 'time', name: 'iat', seconds: 120 }],
    ['not yet valid', { kind: 'time', name: 'nbf', seconds: 120 }],
    ['of an hour ago', { kind: 'time', name: 'iat', seconds: -3600 }],
    ['exp as text', claim('exp', '4102444800')],
    ['no exp', without('exp')],
    ['no iat', without('iat')],
  ]),
  ...faults(44, 'refused', [
    ['the nonce of another attempt', { kind: 'nonce-of-another' }],
    ['a nonce of nobody', claim('nonce', 'de-nadie')],
    ['no nonce', without('nonce')],
  ]),
  ...faults(45, 'refused', [
    ['version 1.3', lti('version', '1.3')],
    ['version with a space', lti('version', '1.3.0 ')],
    ['version as a number', lti('version', 1.3)],
    ['no version', without(claimOf('version'))],
  ]),
  ...faults(46, 'refused', [
    ['an unknown deployment', lti('deployment_id', 'otra')],
    ['a deployment that is a number', lti('deployment_id', 1)],
    ['an empty deployment', lti('deployment_id', '')],
    ['no deployment', without(claimOf('deployment_id'))],
  ]),
  ...faults(47, 'no-person', [['no sub', without('sub')]]),
  ...faults(47, 'refused', [
    ['an empty sub', claim('sub', '')],
    ['sub "null"', claim('sub', 'null')],
    ['sub null', claim('sub', null)],
    ['a sub of 300 letters', claim('sub', 'x'.repeat(300))],
    ['sub as a number', claim('sub', 7)],
    ['sub twice', { kind: 'claim-twice', name: 'sub', json: '"otra"' }],
  ]),
  ...faults(48, 'refused', [
    ['no roles', without(claimOf('roles'))],
    ['roles as text', lti('roles', `${membership}#Instructor`)],
  ]),
  ...faults(48, 'accepted', [
    ['roles that are none', lti('roles', [])],
    ['a role that nobody knows', lti('roles', ['https://otro.example/roles#Mago'])],
    ['a short role', lti('roles', ['Instructor'])],
    [
      '200 roles',
      lti(
        'roles',
        Array.from({ length: 200 }, (_, index) => `${membership}#Rol${index}`),
      ),
    ],
  ]),
  ...faults(49, 'accepted', [
    ['errors', claim('errors', { errors: {} })],
    ['null where a claim may be absent', lti('context', null)],
    ['numbers among custom values', lti('custom', { curso: 17 })],
  ]),
  ...faults(51, 'refused', [
    ['no claims of LTI', { kind: 'payload', json: JSON.stringify({ sub: 'u-2', aud: clientId }) }],
    ['an unknown message', lti('message_type', 'LtiOtherRequest')],
    ['no message', without(claimOf('message_type'))],
    ['no resource link', without(claimOf('resource_link'))],
    ['a resource link without id', lti('resource_link', { title: 'x' })],
  ]),
];
