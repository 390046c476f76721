/**
 * The tables. Each that has to do with a person refers to `people`; `person-columns.ts` says what a merge does with each
 * such column, and a test reads both.
 *
 * No reference to a person cascades: that is how learning histories get lost when an account goes.
 */

const content = `
  create table if not exists courses (
    id integer primary key,
    title text not null,
    access text not null check (access in ('public', 'private')),
    added_by integer not null references people (id)
  );
  create table if not exists units (
    id integer primary key,
    title text not null,
    added_by integer not null references people (id)
  );
  create table if not exists course_units (
    id integer primary key,
    course_id integer not null references courses (id),
    unit_id integer not null references units (id),
    position integer not null,
    added_by integer not null references people (id)
  );
  create table if not exists lessons (
    id integer primary key,
    question text not null,
    answer text not null,
    added_by integer not null references people (id)
  );
  create table if not exists unit_lessons (
    id integer primary key,
    unit_id integer not null references units (id),
    lesson_id integer not null references lessons (id),
    position integer not null,
    added_by integer not null references people (id)
  );
  create table if not exists concepts (
    id integer primary key,
    title text not null,
    added_by integer not null references people (id),
    approved_by integer references people (id)
  );
  create table if not exists concept_graphs (
    id integer primary key,
    from_concept_id integer not null references concepts (id),
    to_concept_id integer not null references concepts (id),
    added_by integer not null references people (id),
    approved_by integer references people (id)
  );
  create table if not exists concept_links (
    id integer primary key,
    concept_id integer not null references concepts (id),
    lesson_id integer not null references lessons (id),
    added_by integer not null references people (id)
  );
  create table if not exists fsms (
    id integer primary key,
    name text not null,
    added_by integer not null references people (id)
  );
  create table if not exists fsm_nodes (
    id integer primary key,
    fsm_id integer not null references fsms (id),
    name text not null,
    added_by integer not null references people (id)
  );
  create table if not exists fsm_edges (
    id integer primary key,
    from_node_id integer not null references fsm_nodes (id),
    to_node_id integer not null references fsm_nodes (id),
    added_by integer not null references people (id)
  );
`;

const teaching = `
  create table if not exists roles (
    id integer primary key,
    course_id integer not null references courses (id),
    role text not null check (role in ('self', 'student', 'ta', 'prof')),
    person_id integer not null references people (id),
    unique (course_id, role, person_id)
  );
  create table if not exists course_instructors (
    id integer primary key,
    course_id integer not null references courses (id),
    person_id integer not null references people (id),
    unique (course_id, person_id)
  );
  create table if not exists course_reports (
    id integer primary key,
    course_id integer not null references courses (id),
    added_by integer not null references people (id),
    at integer not null
  );
  create table if not exists invites (
    id integer primary key,
    course_id integer not null references courses (id),
    email text not null,
    instructor_id integer not null references people (id),
    invited_id integer references people (id)
  );
  create table if not exists instructors (
    id integer primary key,
    person_id integer not null unique references people (id),
    institution text not null
  );
  create table if not exists best_practices (
    id integer primary key,
    person_id integer not null references people (id),
    kind integer not null check (kind in (1, 2)),
    students integer not null
  );
`;

const learning = `
  create table if not exists unit_statuses (
    id integer primary key,
    unit_id integer not null references units (id),
    person_id integer not null references people (id),
    position integer not null,
    finished_at integer
  );
  create table if not exists fsm_states (
    id integer primary key,
    person_id integer not null references people (id),
    node_id integer not null references fsm_nodes (id),
    unit_id integer references units (id),
    changed_at integer not null
  );
  create table if not exists activity_events (
    id integer primary key,
    person_id integer not null references people (id),
    node_id integer not null references fsm_nodes (id),
    at integer not null
  );
  create table if not exists responses (
    id integer primary key,
    unit_lesson_id integer not null references unit_lessons (id),
    author_id integer not null references people (id),
    text text not null,
    evaluation text check (evaluation in ('different', 'close', 'correct')),
    is_preview integer not null check (is_preview in (0, 1)),
    at integer not null
  );
  create table if not exists student_errors (
    id integer primary key,
    response_id integer not null references responses (id),
    author_id integer not null references people (id),
    text text not null,
    status text not null check (status in ('help', 'review', 'done'))
  );
  create table if not exists study_lists (
    id integer primary key,
    lesson_id integer not null references lessons (id),
    person_id integer not null references people (id)
  );
  create table if not exists inquiry_counts (
    id integer primary key,
    response_id integer not null references responses (id),
    person_id integer not null references people (id)
  );
  create table if not exists likes (
    id integer primary key,
    unit_lesson_id integer not null references unit_lessons (id),
    person_id integer not null references people (id),
    unique (unit_lesson_id, person_id)
  );
  create table if not exists faqs (
    id integer primary key,
    response_id integer not null references responses (id),
    person_id integer not null references people (id),
    question text not null
  );
  create table if not exists chats (
    id integer primary key,
    unit_id integer not null references units (id),
    person_id integer not null references people (id),
    instructor_id integer references people (id),
    begun_at integer not null
  );
  create table if not exists messages (
    id integer primary key,
    chat_id integer not null references chats (id),
    owner_id integer references people (id),
    text text not null,
    at integer not null
  );
  create table if not exists graded_launches (
    id integer primary key,
    course_id integer not null references courses (id),
    person_id integer not null references people (id),
    outcome_url text not null,
    result_sourcedid text not null
  );
`;

const people = `
  create table if not exists people (
    id integer primary key,
    subject text not null unique,
    name text,
    merged_into integer references people (id)
  );
  create table if not exists profiles (
    id integer primary key,
    person_id integer not null unique references people (id),
    time_zone text not null
  );
  create table if not exists sessions (
    id_hash text not null primary key,
    person_id integer not null references people (id),
    sid text,
    id_token text not null,
    expires_at integer not null
  );
`;

/** What was told by the broker, and what came of it. */
const told = `
  create table if not exists told_events (
    jti text not null primary key,
    at integer not null
  );
  create table if not exists merges (
    merge_id text not null primary key,
    from_id integer references people (id),
    to_id integer references people (id),
    happened_at integer,
    state text not null check (state in ('merged', 'undone'))
  );
  create table if not exists moved_rows (
    table_name text not null,
    column_name text not null,
    row_id integer not null,
    origin_id integer not null references people (id),
    holder_id integer not null references people (id),
    primary key (table_name, column_name, row_id)
  );
  create index if not exists moved_rows_of_origin on moved_rows (origin_id);
`;

export const schema = [people, content, teaching, learning, told].join('\n');
