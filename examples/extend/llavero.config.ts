/**
 * What a deployment adds in code, as an example: an app that keeps its notes in the broker's database, and a rule of its own.
 *
 * Put a file of this name into the folder that the broker runs in. There the import is `from 'llavero'`.
 */
import { defaultSteps, defineConfig, type MergeParticipant, type PipelineStep, sql } from '../../src/index.ts';

/**
 * The tables of the app, made by its own migration. `user_id` is the id of an account, not the `sub` of a client: with a
 * table beside the broker's that is the one that never changes hands but in a merge.
 */
export const schema = `
  create table course_notes (
    id text not null primary key,
    user_id text not null references users (id),
    course text not null,
    words text not null
  );
  create table course_roles (
    user_id text not null references users (id),
    course text not null,
    role text not null,
    primary key (user_id, course, role)
  );
  create table course_merges (
    merge_id text not null,
    kind text not null,
    key text not null
  );
`;

/**
 * Notes are re-assigned. A role that both have in one course stays with the retired, where it does no harm and is there
 * again after an undo. What is moved is written down first, under the merge's id, so that an undo gives back this and no more.
 */
export const courses: MergeParticipant = {
  name: 'courses',
  merge: ({ mergeId, retired, survivor }) => [
    {
      statement: sql`
        insert into course_merges (merge_id, kind, key)
        select ${mergeId}, 'note', id from course_notes where user_id = ${retired}`,
      changes: 'any',
    },
    { statement: sql`update course_notes set user_id = ${survivor} where user_id = ${retired}`, changes: 'any' },
    {
      statement: sql`
        insert into course_merges (merge_id, kind, key)
        select ${mergeId}, 'role', course || ' ' || role from course_roles as mine
        where user_id = ${retired} and not exists (
          select 1 from course_roles as theirs
          where theirs.user_id = ${survivor} and theirs.course = mine.course and theirs.role = mine.role)`,
      changes: 'any',
    },
    {
      statement: sql`
        update course_roles set user_id = ${survivor}
        where user_id = ${retired} and course || ' ' || role in (
          select key from course_merges where merge_id = ${mergeId} and kind = 'role')`,
      changes: 'any',
    },
  ],
  undo: ({ mergeId, retired, survivor }) => [
    {
      statement: sql`
        update course_notes set user_id = ${retired}
        where user_id = ${survivor} and id in (
          select key from course_merges where merge_id = ${mergeId} and kind = 'note')`,
      changes: 'any',
    },
    {
      statement: sql`
        update course_roles set user_id = ${retired}
        where user_id = ${survivor} and course || ' ' || role in (
          select key from course_merges where merge_id = ${mergeId} and kind = 'role')`,
      changes: 'any',
    },
    { statement: sql`delete from course_merges where merge_id = ${mergeId}`, changes: 'any' },
  ],
};

/** A step decides and writes nothing. This one lets nobody in who comes from a provider without an address. */
export const wantsAnAddress: PipelineStep = {
  name: 'wants-an-address',
  decide({ profile }) {
    if (profile.emails.length > 0) return { kind: 'pass', reason: 'has-an-address' };
    return { kind: 'deny', code: 'sign_in_refused_by_rule', reason: 'has-no-address' };
  },
};

export default defineConfig({ steps: [wantsAnAddress, ...defaultSteps], mergeParticipants: [courses] });
