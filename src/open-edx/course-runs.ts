/**
 * Course runs as the LMS has them: fetched, compared with what is stored, and what changed is told.
 *
 * A run is written only when something of it is another, so that the second synchronisation updates nothing. One that a whole list
 * does not name any more is marked, not deleted; a list that came only in part marks nothing.
 */
import type { Environment } from '../model.ts';
import type { CourseRun, StoredCourseRun } from '../store/open-edx-course-runs.ts';
import type { Store } from '../store/store.ts';
import { listCourses, PAGE_SIZE } from './course-calls.ts';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { isTrouble, type Trouble } from './trouble.ts';

export interface ChangedRun {
  readonly id: string;
  readonly fields: readonly {
    readonly field: keyof CourseRun;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** Why a run, or with `id` null a whole page of them, could not be read. */
export interface RunFailure {
  readonly id: string | null;
  readonly reason: 'not-a-course-key' | 'not-in-the-lms' | 'unreadable' | Trouble['kind'] | 'not-configured';
  readonly detail: string | null;
}

export interface CourseRunReport {
  readonly created: readonly string[];
  readonly updated: readonly ChangedRun[];
  readonly unchanged: number;
  /** Those that were listed before, and are no more. */
  readonly missing: readonly string[];
  readonly failures: readonly RunFailure[];
}

export interface CourseRunDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly store: Pick<Store, 'openEdxCourseRuns'>;
  readonly transport: LmsTransport;
}

export type WhichRuns = { readonly kind: 'all' } | { readonly kind: 'named'; readonly ids: readonly string[] };

/** mit-apps.md §8 */
const COURSE_KEY = /^course-v1:[^+\s/]+\+[^+\s/]+\+[^+\s/]+$/;
/** A hundred thousand runs: an LMS that says that it has more pages is not believed. */
const MOST_PAGES = 1000;

export async function syncCourseRuns(dependencies: CourseRunDependencies, which: WhichRuns): Promise<CourseRunReport> {
  const { lms, environment, store } = dependencies;
  const fetched = which.kind === 'all' ? await fetchAll(dependencies) : await fetchNamed(dependencies, which.ids);
  const known = new Map((await store.openEdxCourseRuns.list(lms.slug)).map((stored) => [stored.run.id, stored]));
  const created: string[] = [];
  const updated: ChangedRun[] = [];
  for (const run of fetched.runs) {
    const before = known.get(run.id);
    const fields = before === undefined ? [] : differences(before, run);
    if (before !== undefined && fields.length === 0 && before.missingSince === null) continue;
    await store.openEdxCourseRuns.write(lms.slug, run, environment.now());
    if (before === undefined) created.push(run.id);
    else updated.push({ id: run.id, fields });
  }
  const isWhole = which.kind === 'all' && fetched.failures.length === 0;
  const missing = isWhole ? await markMissing(dependencies, known, fetched.runs) : [];
  const unchanged = fetched.runs.length - created.length - updated.length;
  return { created, updated, unchanged, missing, failures: fetched.failures };
}

interface Fetched {
  readonly runs: readonly CourseRun[];
  readonly failures: readonly RunFailure[];
}

async function fetchAll({ lms, transport }: CourseRunDependencies): Promise<Fetched> {
  if (lms.worker === null) return { runs: [], failures: [notConfigured] };
  const runs = new Map<string, CourseRun>();
  const failures: RunFailure[] = [];
  for (let number = 1, pages = 1; number <= Math.min(pages, MOST_PAGES); number += 1) {
    const page = await listCourses(transport, lms.worker, null, number);
    if (isTrouble(page)) return { runs: [...runs.values()], failures: [...failures, failureOf(page)] };
    for (const run of page.runs) runs.set(run.id, run);
    failures.push(...unreadable(page.unreadable));
    pages = page.pages;
  }
  return { runs: [...runs.values()], failures };
}

async function fetchNamed({ lms, transport }: CourseRunDependencies, ids: readonly string[]): Promise<Fetched> {
  const wanted = [...new Set(ids)];
  const keys = wanted.filter((id) => COURSE_KEY.test(id));
  const failures: RunFailure[] = wanted
    .filter((id) => !keys.includes(id))
    .map((id) => ({ id, reason: 'not-a-course-key', detail: null }));
  if (lms.worker === null) return { runs: [], failures: [...failures, notConfigured] };
  const runs: CourseRun[] = [];
  for (let start = 0; start < keys.length; start += PAGE_SIZE) {
    const asked = keys.slice(start, start + PAGE_SIZE);
    const page = await listCourses(transport, lms.worker, asked, 1);
    if (isTrouble(page)) {
      failures.push(...asked.map((id) => ({ ...failureOf(page), id })));
      continue;
    }
    const named = page.runs.filter(({ id }) => asked.includes(id));
    runs.push(...named);
    failures.push(...unreadable(page.unreadable));
    const absent = asked.filter((id) => !named.some((run) => run.id === id));
    failures.push(...absent.map((id) => ({ id, reason: 'not-in-the-lms', detail: null }) as const));
  }
  return { runs, failures };
}

const notConfigured: RunFailure = { id: null, reason: 'not-configured', detail: 'service_worker' };

function failureOf(trouble: Trouble): RunFailure {
  return { id: null, reason: trouble.kind, detail: 'detail' in trouble ? trouble.detail : null };
}

function unreadable(count: number): RunFailure[] {
  return Array.from({ length: count }, () => ({ id: null, reason: 'unreadable', detail: null }));
}

const fields = [
  'title',
  'start',
  'end',
  'enrollment_start',
  'enrollment_end',
  'pacing',
] as const satisfies readonly (keyof CourseRun)[];

function differences({ run: before }: StoredCourseRun, after: CourseRun): ChangedRun['fields'] {
  return fields
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

async function markMissing(
  { lms, environment, store }: CourseRunDependencies,
  known: ReadonlyMap<string, StoredCourseRun>,
  listed: readonly CourseRun[],
): Promise<string[]> {
  const there = new Set(listed.map(({ id }) => id));
  const missing: string[] = [];
  for (const [id, { missingSince }] of known) {
    if (there.has(id) || missingSince !== null) continue;
    if (await store.openEdxCourseRuns.markMissing(lms.slug, id, environment.now())) missing.push(id);
  }
  return missing;
}
