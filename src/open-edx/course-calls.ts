/**
 * The course API, with the service worker's token and name: without the name it shows what anybody may see (open-edx.md §10,
 * mit-apps.md §8).
 */
import { z } from 'zod';
import type { CourseRun } from '../store/open-edx-course-runs.ts';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { bearerTrouble, type Trouble, unexpected } from './trouble.ts';

export interface CoursePage {
  readonly kind: 'page';
  readonly runs: readonly CourseRun[];
  /** Listed, but not as the interface describes them: how many. */
  readonly unreadable: number;
  readonly pages: number;
}

/** The most that the LMS puts on one page. */
export const PAGE_SIZE = 100;

const time = z.string().max(40).nullable().default(null);
const course = z
  .object({
    course_id: z.string().min(1).max(255),
    name: z.string(),
    start: time,
    end: time,
    enrollment_start: time,
    enrollment_end: time,
    pacing: z.string().nullable().default(null),
  })
  .transform(({ course_id: id, name: title, pacing, ...times }): CourseRun => {
    return { id, title, ...times, pacing: pacing === 'self' || pacing === 'instructor' ? pacing : null };
  });
const page = z.object({
  results: z.array(z.unknown()),
  pagination: z.object({ num_pages: z.int().min(0) }),
});

/** `keys` null: all that the worker may see. */
export async function listCourses(
  transport: LmsTransport,
  worker: NonNullable<Lms['worker']>,
  keys: readonly string[] | null,
  number: number,
): Promise<CoursePage | Trouble> {
  const query = new URLSearchParams({ username: worker.username, page: `${number}`, page_size: `${PAGE_SIZE}` });
  for (const key of keys ?? []) query.append('course_keys', key);
  const called = await transport.call({
    counts: 'courses',
    method: 'GET',
    path: `/api/courses/v1/courses/?${query}`,
    authorization: `Bearer ${worker.token}`,
    body: null,
  });
  if (called.kind !== 'answered') return called;
  if (called.status !== 200) return bearerTrouble(called);
  const parsed = page.safeParse(called.body);
  if (!parsed.success) return unexpected(called);
  const courses = parsed.data.results.map((result) => course.safeParse(result));
  const runs = courses.flatMap(({ success, data }) => (success ? [data] : []));
  return { kind: 'page', runs, unreadable: courses.length - runs.length, pages: parsed.data.pagination.num_pages };
}
