/**
 * What the role of somebody in a course is called on the wire (lti.md §3.7, §2.1).
 */

import type { CourseRole } from './course.ts';

const membership = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
const institution = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person';
const system = 'http://purl.imsglobal.org/vocab/lis/v2/system/person';

/** Not `lis/v2`: this one comes from another vocabulary. */
export const testUserRole = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

const contextRoles: { readonly [role in CourseRole]: readonly string[] } = {
  learner: [`${membership}#Learner`],
  instructor: [`${membership}#Instructor`],
  assistant: [`${membership}#Instructor`, `${membership}/Instructor#TeachingAssistant`],
  mentor: [`${membership}#Mentor`],
  administrator: [`${membership}#Administrator`],
};

const institutionRoles: { readonly [role in CourseRole]: string } = {
  learner: `${institution}#Student`,
  instructor: `${institution}#Instructor`,
  assistant: `${institution}#Student`,
  mentor: `${institution}#Observer`,
  administrator: `${institution}#Administrator`,
};

export const inContext = (role: CourseRole): readonly string[] => contextRoles[role];

/** Course, institution and system in one list, in no order. */
export const mixed = (role: CourseRole): readonly string[] => [
  institutionRoles[role],
  ...contextRoles[role],
  role === 'administrator' ? `${system}#SysAdmin` : `${system}#User`,
];

export const sorted = (role: CourseRole): readonly string[] =>
  role === 'administrator'
    ? [`${institution}#Administrator`, `${membership}#Instructor`, `${system}#Administrator`].toSorted()
    : contextRoles[role].toSorted();

/** Nobody is anything but a learner or an instructor. */
export const twoOnly = (role: CourseRole): readonly string[] => [
  role === 'learner' || role === 'mentor' ? `${membership}#Learner` : `${membership}#Instructor`,
];

export const withNone = (role: CourseRole): readonly string[] => [
  `${institution}#None`,
  `${system}#None`,
  ...contextRoles[role],
];

const short: { readonly [role in CourseRole]: string } = {
  learner: 'Learner',
  instructor: 'Instructor',
  assistant: 'TeachingAssistant',
  mentor: 'Mentor',
  administrator: 'Administrator',
};

export const shortRole = (role: CourseRole): string => short[role];

/** Short names and URNs of three vocabularies. */
export const mixedUrns = (role: CourseRole): string =>
  [
    short[role],
    `urn:lti:instrole:ims/lis/${role === 'learner' ? 'Student' : 'Staff'}`,
    role === 'administrator' ? 'urn:lti:sysrole:ims/lis/SysAdmin' : 'urn:lti:sysrole:ims/lis/User',
  ].join(',');

/** A learner is told twice, and a course's staff is an administrator of nothing. */
export const openEdxRoles = (role: CourseRole): string =>
  role === 'administrator' ? 'Administrator' : role === 'learner' ? 'Student,Learner' : short[role];
