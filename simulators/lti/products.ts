/**
 * The products as data (lti.md §4): plain LTI, Canvas, Moodle, Blackboard, D2L, Sakai, Schoology and Open edX.
 *
 * Where the sheet of facts is silent, a product does as the plain one.
 */

import { createHash } from 'node:crypto';
import type { Product, ProductName, Subject } from './product.ts';
import { inContext, mixed, mixedUrns, openEdxRoles, shortRole, sorted, twoOnly, withNone } from './roles.ts';

/** The same for the same words, so that a person keeps the subject from one launch to the next. */
const hex = (...words: readonly (string | number)[]) => createHash('sha256').update(words.join('\n')).digest('hex');

const uuid = (...words: readonly (string | number)[]) =>
  hex(...words).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');

const numberOf = ({ number }: Subject) => String(number);

const plain: Product = {
  name: 'un campus con LTI',
  family: 'practica',
  issuer: (base) => base,
  initiation: { method: 'POST', namesClient: true, namesDeployment: true, extras: {} },
  storageTarget: '_parent',
  promptMayBeAbsent: false,
  spendsLaunches: false,
  sameSite: 'None',
  idToken: {
    lifetime: 3600,
    isDatedByInitiation: false,
    azp: false,
    nbf: false,
    keyHasAlgorithm: true,
    subject: ({ number }) => `u-${number}`,
    legacyUserId: false,
    roles: inContext,
    nameParts: true,
    contextType: 'http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering',
    extras: {},
    customNumbers: false,
  },
  services: {
    tokenType: 'Bearer',
    tokenAudience: null,
    membersPerPage: 3,
    lineItemQuery: '',
    claimsOnlyLineItemScope: false,
    notGradable: 422,
  },
  deepLinking: { acceptTypes: ['ltiResourceLink', 'link', 'file', 'html', 'image'], sendsData: true, multiple: true },
  v11: {
    userId: ({ number }) => `u-${number}`,
    roles: shortRole,
    sendsGuid: true,
    sendsCallback: true,
    sourcedIdIsUsername: false,
    returnUrlIsEmpty: false,
    outcomes: ['replaceResult', 'readResult', 'deleteResult'],
  },
};

export const products: { readonly [name in ProductName]: Product } = {
  plain,
  canvas: {
    ...plain,
    name: 'Canvas',
    family: 'canvas',
    issuer: () => 'https://canvas.instructure.com',
    initiation: { ...plain.initiation, extras: { canvas_region: 'us-east-1', canvas_environment: 'prod' } },
    storageTarget: 'post_message_forwarding',
    spendsLaunches: true,
    idToken: {
      ...plain.idToken,
      isDatedByInitiation: true,
      azp: true,
      keyHasAlgorithm: false,
      subject: ({ number }) => uuid('canvas', number),
      legacyUserId: true,
      roles: mixed,
      extras: { errors: { errors: {} }, validation_context: null },
      customNumbers: true,
    },
    services: { ...plain.services, membersPerPage: 10 },
    v11: { ...plain.v11, userId: ({ number }) => hex('canvas', number).slice(0, 40), roles: mixedUrns },
  },
  moodle: {
    ...plain,
    name: 'Moodle',
    family: 'moodle',
    storageTarget: null,
    promptMayBeAbsent: true,
    sameSite: 'Lax',
    idToken: { ...plain.idToken, lifetime: 60, subject: numberOf, roles: sorted },
    services: { ...plain.services, lineItemQuery: '?type_id=3' },
    v11: { ...plain.v11, userId: numberOf },
  },
  blackboard: {
    ...plain,
    name: 'Blackboard Learn',
    family: 'BlackboardLearn',
    issuer: () => 'https://blackboard.com',
    initiation: { ...plain.initiation, method: 'GET' },
    storageTarget: null,
    idToken: { ...plain.idToken, subject: ({ number }) => hex('blackboard', number).slice(0, 32) },
  },
  d2l: {
    ...plain,
    name: 'D2L Brightspace',
    family: 'desire2learn',
    issuer: (base) => new URL(base).origin,
    idToken: {
      ...plain.idToken,
      lifetime: 1800,
      nbf: true,
      subject: ({ number }) => `${uuid('d2l')}_${number}`,
      legacyUserId: true,
    },
    services: { ...plain.services, tokenAudience: (base) => `${base}/core/connect/token` },
    v11: { ...plain.v11, userId: ({ number }) => `${uuid('d2l')}_${number}` },
  },
  sakai: {
    ...plain,
    name: 'Sakai',
    family: 'sakai',
    issuer: (base) => `${base}/deployment/1`,
    idToken: {
      ...plain.idToken,
      subject: ({ number, base }) => `${base}/user/${number}`,
      roles: twoOnly,
      nameParts: false,
    },
    services: { ...plain.services, claimsOnlyLineItemScope: true },
    v11: { ...plain.v11, userId: numberOf },
  },
  schoology: {
    ...plain,
    name: 'Schoology',
    family: 'schoology',
    issuer: () => 'https://schoology.schoology.com',
    storageTarget: null,
    services: { ...plain.services, membersPerPage: 100 },
    deepLinking: { ...plain.deepLinking, acceptTypes: ['ltiResourceLink', 'html'], multiple: 'false' },
  },
  'open-edx': {
    ...plain,
    name: 'Open edX',
    family: 'openedx',
    initiation: { ...plain.initiation, method: 'GET', namesDeployment: false },
    storageTarget: null,
    idToken: {
      ...plain.idToken,
      azp: true,
      subject: ({ number }) => uuid('open-edx', number),
      roles: withNone,
    },
    services: { ...plain.services, tokenType: 'bearer' },
    deepLinking: { ...plain.deepLinking, acceptTypes: ['ltiResourceLink', 'link', 'html', 'image'], sendsData: false },
    v11: {
      // Anonymous and per course: one person is many identities.
      userId: ({ number, course }) => hex('open-edx', number, course ?? '').slice(0, 32),
      roles: openEdxRoles,
      sendsGuid: false,
      sendsCallback: true,
      sourcedIdIsUsername: true,
      returnUrlIsEmpty: true,
      outcomes: ['replaceResult'],
    },
  },
};
