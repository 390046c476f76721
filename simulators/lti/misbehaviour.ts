/**
 * What the campus can be told to do wrong, at which of its endpoints.
 *
 * A `json` is raw text, because an object in memory can hold neither a member twice nor a number beyond a double; null takes the
 * member away.
 */

import { z } from 'zod';
import { keySets } from '../shared/key-set.ts';
import * as shared from '../shared/misbehaviour.ts';
import { signers } from '../shared/signed-token.ts';

const plain = <Kind extends string>(kind: Kind) => z.strictObject({ kind: z.literal(kind) });
const member = <Kind extends string>(kind: Kind) =>
  z.strictObject({ kind: z.literal(kind), name: z.string(), json: z.string().nullable() });

/** A field of the form, or of the address, that the browser carries to the tool. */
const ofFields = [
  z.strictObject({ kind: z.literal('field'), name: z.string(), value: z.string().nullable() }),
  z.strictObject({ kind: z.literal('field-twice'), name: z.string(), value: z.string() }),
] as const;

const ofIdToken = [
  member('claim'),
  /** The claim a second time, with this value. */
  z.strictObject({ kind: z.literal('claim-twice'), name: z.string(), json: z.string() }),
  member('header'),
  /** Signed truly, whatever it is. */
  z.strictObject({ kind: z.literal('payload'), json: z.string() }),
  /** The claim so many seconds from now; before now where negative. */
  z.strictObject({ kind: z.literal('time'), name: z.enum(['exp', 'iat', 'nbf']), seconds: z.number() }),
  z.strictObject({ kind: z.literal('signed-by'), signer: z.enum(signers) }),
  z.strictObject({ kind: z.literal('token'), text: z.string() }),
  /** Right in every way, with a claim of so many letters. */
  z.strictObject({ kind: z.literal('padded'), letters: z.int().min(1).max(5_000_000) }),
  /** The last token that this client was sent, with this attempt's state. */
  plain('replayed'),
  /** The nonce of this client's attempt before. */
  plain('nonce-of-another'),
] as const;

const ofAuthorization = [
  z.strictObject({ kind: z.literal('error'), error: z.string(), description: z.string() }),
] as const;

/** Of a launch by LTI 1.1. */
const ofSignedForm = [
  /** A parameter changed and then signed: null leaves it out. */
  z.strictObject({ kind: z.literal('signed-field'), name: z.string(), value: z.string().nullable() }),
  z.strictObject({ kind: z.literal('signed-field-twice'), name: z.string(), value: z.string() }),
  /** The time of the signature, so many seconds from now. */
  z.strictObject({ kind: z.literal('timestamp'), seconds: z.number() }),
  /** Signed with another secret. */
  z.strictObject({ kind: z.literal('secret'), secret: z.string() }),
  /** Signed for another address than the form is posted to. */
  z.strictObject({ kind: z.literal('address'), address: z.string() }),
  /** The faults of signing that lti.md §2.5 has wrong values for. */
  z.strictObject({
    kind: z.literal('signing-fault'),
    fault: z.enum(['encode-uri-component', 'form-encoder', 'raw-secret', 'no-final-ampersand', 'sorted-joined']),
  }),
  /** The last form that was posted to this tool, as it was. */
  plain('replayed'),
  z.strictObject({ kind: z.literal('encoding'), type: z.enum(['multipart/form-data', 'text/plain']) }),
] as const;

/** Of platform storage, for as long as the page with the tool is open (lti.md §3.14). */
export const storageFaults = ['silent', 'unsupported', 'exhausted', 'other-value'] as const;
const ofStorage = [z.strictObject({ kind: z.literal('storage'), fault: z.enum(storageFaults) })] as const;

const ofKeySet = [z.strictObject({ kind: z.literal('keys'), set: z.enum(keySets) })] as const;
const { onTheWay, ofJson, times } = shared;

export const orderSchema = z.discriminatedUnion('endpoint', [
  z.strictObject({ endpoint: z.literal('initiate'), how: z.discriminatedUnion('kind', [...ofFields]), times }),
  z.strictObject({
    endpoint: z.literal('authorize'),
    how: z.discriminatedUnion('kind', [...ofFields, ...ofIdToken, ...ofAuthorization]),
    times,
  }),
  z.strictObject({
    endpoint: z.literal('launch-1-1'),
    how: z.discriminatedUnion('kind', [...ofFields, ...ofSignedForm]),
    times,
  }),
  z.strictObject({ endpoint: z.literal('storage'), how: z.discriminatedUnion('kind', [...ofStorage]), times }),
  z.strictObject({
    endpoint: z.literal('jwks'),
    how: z.discriminatedUnion('kind', [...onTheWay, ...ofJson, ...ofKeySet]),
    times,
  }),
  z.strictObject({
    endpoint: z.enum(['token', 'memberships', 'line-items', 'openid-configuration', 'registration', 'outcomes']),
    how: z.discriminatedUnion('kind', [...onTheWay, ...ofJson]),
    times,
  }),
]);

export type Order = z.infer<typeof orderSchema>;
export type Misbehaviour = Order['how'];
export type FieldFault = z.infer<(typeof ofFields)[number]>;
export type IdTokenFault = z.infer<(typeof ofIdToken)[number]>;
export type SignedFormFault = z.infer<(typeof ofSignedForm)[number]>;
export type ErrorFault = z.infer<(typeof ofAuthorization)[number]>;
export type KeySetFault = z.infer<(typeof ofKeySet)[number]>;
export type StorageFault = z.infer<(typeof ofStorage)[number]>;
export type OnTheWay = shared.Misbehaviour;

const kindsOf = (schemas: readonly { readonly shape: { readonly kind: { readonly value: string } } }[]) =>
  new Set(schemas.map((schema) => schema.shape.kind.value));

const fieldKinds = kindsOf(ofFields);
const idTokenKinds = kindsOf(ofIdToken);
const signedFormKinds = kindsOf(ofSignedForm);
const wayKinds = kindsOf([...onTheWay, ...ofJson]);

export const concernsFields = (how: Misbehaviour): how is FieldFault => fieldKinds.has(how.kind);
export const concernsIdToken = (how: Misbehaviour): how is IdTokenFault => idTokenKinds.has(how.kind);
export const concernsSignedForm = (how: Misbehaviour): how is SignedFormFault => signedFormKinds.has(how.kind);
export const concernsKeys = (how: Misbehaviour): how is KeySetFault => how.kind === 'keys';
export const concernsStorage = (how: Misbehaviour): how is StorageFault => how.kind === 'storage';
export const refuses = (how: Misbehaviour): how is ErrorFault => how.kind === 'error';
export const concernsTheWay = (how: Misbehaviour): how is Extract<Misbehaviour, OnTheWay> => wayKinds.has(how.kind);
