/**
 * A launch on its way: what was pressed on the campus, until the tool has asked who pressed it.
 */

import type { Milliseconds } from '../../src/model.ts';
import type { Course, CourseRole, Link } from './course.ts';
import type { Person } from './person.ts';
import type { Tool13 } from './tool.ts';
import type { World } from './world.ts';

export type Message =
  | { readonly kind: 'resource-link'; readonly course: Course; readonly link: Link }
  | { readonly kind: 'deep-linking'; readonly course: Course }
  | { readonly kind: 'submission-review'; readonly course: Course; readonly link: Link; readonly forUser: Person }
  /** About a person, from no course at all. */
  | { readonly kind: 'data-privacy'; readonly forUser: Person };

export interface Launch {
  readonly tool: Tool13;
  readonly person: Person;
  readonly message: Message;
  readonly loginHint: string;
  readonly messageHint: string;
  readonly target: string;
  readonly startedAt: Milliseconds;
  /** `data` of a deep linking request. */
  readonly data: string;
  isAnswered: boolean;
  isReturned: boolean;
}

/** How long a launch may be under way. */
export const launchLifetime: Milliseconds = 300_000;

export function beginLaunch(tool: Tool13, person: Person, message: Message, world: World): Launch {
  const launch: Launch = {
    tool,
    person,
    message,
    // With everything in them that is spoiled by decoding once too often or too seldom: they are echoed byte for byte (§3.2).
    loginHint: `${world.opaque()}+/=%2B`,
    messageHint: `${world.opaque()}~&%2B "x"`,
    target: ('link' in message ? message.link.target : null) ?? tool.launchAddress,
    startedAt: world.environment.now(),
    data: `${world.opaque()} ñ&"<`,
    isAnswered: false,
    isReturned: false,
  };
  world.launches.set(launch.messageHint, launch);
  return launch;
}

export function courseOf(message: Message): Course | null {
  return message.kind === 'data-privacy' ? null : message.course;
}

/** Visitors of a public course are learners in it. Outside of courses only the administration launches. */
export function roleOf(person: Person, course: Course | null): CourseRole | null {
  if (course === null) return 'administrator';
  return course.members[person.slug] ?? (course.isPublic && person.number === null ? 'learner' : null);
}
