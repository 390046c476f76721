/**
 * What a campus said when it sent somebody here (LTI): which course, which activity, and as what.
 *
 * The broker passes it on as claims of the scope `lti`. It holds for that course alone and gives no right on this site: whoever
 * administers a campus can say anything of anybody.
 */

import { type Language, texts } from './texts.ts';

const claim = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;

export const campusClaims = {
  roles: claim('roles'),
  context: claim('context'),
  resourceLink: claim('resource_link'),
  /** Which campus: the ids of its courses and activities are its own. */
  deployment: claim('deployment_id'),
} as const;

export interface FromCampus {
  readonly course: string;
  readonly activity: string;
  /** As the vocabulary of LTI calls them. */
  readonly roles: readonly string[];
}

/** Null for somebody who did not come from a campus. */
export function readFromCampus(userInfo: { readonly [claim: string]: unknown }): FromCampus | null {
  const course = titleOf(userInfo[campusClaims.context]);
  const activity = titleOf(userInfo[campusClaims.resourceLink]);
  const sent = userInfo[campusClaims.roles];
  if (course === null && activity === null && sent === undefined) return null;
  return { course: course ?? '', activity: activity ?? '', roles: textsIn(sent) };
}

/** A campus refuses a score of whom it does not grade, such as the teacher. Where it names no role, anybody may be. */
export const isGraded = ({ roles }: FromCampus): boolean =>
  roles.length === 0 || roles.some((role) => /(?:^|\/membership#)Learner$/.test(role));

export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** The title where there is one; an identifier is better than nothing. */
export function titleOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { title, label, id } = value as { readonly [member: string]: unknown };
  return [title, label, id].find((text) => typeof text === 'string' && text.trim() !== '') as string | null;
}

/** Roles in the course, in words; those in the institution are no business of this site. */
export function rolesInWords(roles: readonly string[], language: Language): string {
  const t = texts[language];
  const words: { readonly [role: string]: string } = {
    Learner: t.roleLearner,
    Instructor: t.roleInstructor,
    Mentor: t.roleMentor,
    ContentDeveloper: t.roleContentDeveloper,
    Administrator: t.roleAdministrator,
  };
  const inCourse = roles.map((role) => /(?:^|\/membership#)(\w+)$/.exec(role)?.[1] ?? '');
  const known = new Set(inCourse.flatMap((role) => (Object.hasOwn(words, role) ? [words[role] ?? ''] : [])));
  return known.size === 0 ? t.roleOther : [...known].join(', ');
}
