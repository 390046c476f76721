/**
 * Course runs of each LMS as they were last seen there. Nothing of a person.
 *
 * A run that the LMS lists no more is kept, with since when. Must never be written when nothing of it changed: a second
 * synchronisation says truthfully that it updated none.
 */
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, numberOrNull, textOf } from './rows.ts';

export interface CourseRun {
  readonly id: string;
  readonly title: string;
  /** As the LMS writes times (ISO 8601), like the next three; null where it has none. */
  readonly start: string | null;
  readonly end: string | null;
  readonly enrollment_start: string | null;
  readonly enrollment_end: string | null;
  readonly pacing: 'self' | 'instructor' | null;
}

export interface StoredCourseRun {
  readonly run: CourseRun;
  readonly changedAt: Milliseconds;
  /** Since when the LMS lists it no more; null while it does. */
  readonly missingSince: Milliseconds | null;
}

export interface OpenEdxCourseRuns {
  list(lms: string): Promise<StoredCourseRun[]>;
  write(lms: string, run: CourseRun, now: Milliseconds): Promise<void>;
  /** False when it was marked before, or is not there. */
  markMissing(lms: string, runId: string, now: Milliseconds): Promise<boolean>;
}

export function createOpenEdxCourseRuns(database: Database): OpenEdxCourseRuns {
  return {
    async list(lms) {
      const rows = await database.all(sql`select * from open_edx_course_runs where lms = ${lms} order by run_id`);
      return rows.map(readRun);
    },

    async write(lms, run, now) {
      await database.run(sql`
        insert into open_edx_course_runs (lms, run_id, document, changed_at, missing_since)
        values (${lms}, ${run.id}, ${JSON.stringify(run)}, ${now}, null)
        on conflict (lms, run_id) do update
          set document = excluded.document, changed_at = excluded.changed_at, missing_since = null`);
    },

    async markMissing(lms, runId, now) {
      const changed = await database.run(sql`
        update open_edx_course_runs set missing_since = ${now}
        where lms = ${lms} and run_id = ${runId} and missing_since is null`);
      return changed === 1;
    },
  };
}

function readRun(row: Row): StoredCourseRun {
  return {
    run: JSON.parse(textOf(row, 'document')),
    changedAt: numberOf(row, 'changed_at'),
    missingSince: numberOrNull(row, 'missing_since'),
  };
}
