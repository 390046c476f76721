/**
 * What a merge does with every column that names a person: the whole of the union merge, as data.
 *
 * A table that is added tomorrow and is not here fails a test. In the app that this one is modelled on nobody had to
 * think of that, and whatever was forgotten went with the losing account.
 */

export interface PersonColumn {
  readonly table: string;
  readonly column: string;
  readonly rule: Rule;
}

export type Rule =
  /** Becomes the other person's. */
  | { readonly kind: 'moves' }
  /** Likewise, but for what the other one has too, told by these columns: that stays where it is, and counts once. */
  | { readonly kind: 'moves-once'; readonly sameBy: readonly string[] }
  /** Ends: it says that a browser is signed in as somebody who is not anybody of their own any more. */
  | { readonly kind: 'ends' }
  /** Says what happened to people; a merge does not rewrite it. */
  | { readonly kind: 'stays' };

const moves = { kind: 'moves' } as const;
const once = (...sameBy: string[]) => ({ kind: 'moves-once', sameBy }) as const;

export const personColumns: readonly PersonColumn[] = [
  { table: 'roles', column: 'person_id', rule: once('course_id', 'role') },
  { table: 'unit_statuses', column: 'person_id', rule: moves },
  { table: 'fsm_states', column: 'person_id', rule: moves },
  // Those of a preview too: whoever tries out a course of their own works in it.
  { table: 'responses', column: 'author_id', rule: moves },
  { table: 'student_errors', column: 'author_id', rule: moves },
  { table: 'best_practices', column: 'person_id', rule: moves },

  // An author who goes must not take courses along, and the work of others in them.
  { table: 'courses', column: 'added_by', rule: moves },
  { table: 'units', column: 'added_by', rule: moves },
  { table: 'course_units', column: 'added_by', rule: moves },
  { table: 'lessons', column: 'added_by', rule: moves },
  { table: 'unit_lessons', column: 'added_by', rule: moves },
  { table: 'concepts', column: 'added_by', rule: moves },
  { table: 'concepts', column: 'approved_by', rule: moves },
  { table: 'concept_graphs', column: 'added_by', rule: moves },
  { table: 'concept_graphs', column: 'approved_by', rule: moves },
  { table: 'concept_links', column: 'added_by', rule: moves },
  { table: 'fsms', column: 'added_by', rule: moves },
  { table: 'fsm_nodes', column: 'added_by', rule: moves },
  { table: 'fsm_edges', column: 'added_by', rule: moves },

  { table: 'study_lists', column: 'person_id', rule: moves },
  { table: 'inquiry_counts', column: 'person_id', rule: moves },
  { table: 'likes', column: 'person_id', rule: once('unit_lesson_id') },
  { table: 'faqs', column: 'person_id', rule: moves },
  { table: 'activity_events', column: 'person_id', rule: moves },
  // Students see their progress here: without it a merged one would begin again.
  { table: 'chats', column: 'person_id', rule: moves },
  { table: 'chats', column: 'instructor_id', rule: moves },
  { table: 'messages', column: 'owner_id', rule: moves },
  { table: 'invites', column: 'instructor_id', rule: moves },
  { table: 'invites', column: 'invited_id', rule: moves },
  { table: 'graded_launches', column: 'person_id', rule: moves },
  { table: 'course_instructors', column: 'person_id', rule: once('course_id') },
  { table: 'course_reports', column: 'added_by', rule: moves },
  // One for each person.
  { table: 'profiles', column: 'person_id', rule: once() },
  { table: 'instructors', column: 'person_id', rule: once() },

  { table: 'sessions', column: 'person_id', rule: { kind: 'ends' } },
  { table: 'people', column: 'merged_into', rule: { kind: 'stays' } },
  { table: 'merges', column: 'from_id', rule: { kind: 'stays' } },
  { table: 'merges', column: 'to_id', rule: { kind: 'stays' } },
  { table: 'moved_rows', column: 'origin_id', rule: { kind: 'stays' } },
  { table: 'moved_rows', column: 'holder_id', rule: { kind: 'stays' } },
];

/** Those whose rows a merge gives away, and an undoing gives back. */
export const movingColumns = personColumns.filter(
  (column): column is PersonColumn & { rule: Extract<Rule, { kind: 'moves' | 'moves-once' }> } =>
    column.rule.kind === 'moves' || column.rule.kind === 'moves-once',
);
